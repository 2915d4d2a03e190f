//! Whether an engine that goes back and tries again ever has to: whether, wherever it is in the pattern, the next
//! character says where it goes on.

use super::parse::{Part, is_empty};
use super::set::Set;

/// True if no text makes an engine try a second way.
pub(super) fn are_certain(part: &Part) -> bool {
    let mut steps = Steps { sets: Vec::new(), after: Vec::new() };
    let (first, _) = steps.walk(part);
    steps.differ(&first) && steps.after.iter().all(|after| steps.differ(after))
}

/// The characters of a pattern, and which may come after each, as often as there are ways to get there.
struct Steps<'p> {
    sets: Vec<&'p Set>,
    after: Vec<Vec<usize>>,
}

impl<'p> Steps<'p> {
    fn differ(&self, places: &[usize]) -> bool {
        let set = |place: usize| self.sets.get(place);
        places.iter().enumerate().all(|(at, one)| {
            places.iter().skip(at + 1).all(|other| match (set(*one), set(*other)) {
                (Some(one), Some(other)) => !one.meets(other),
                _ => true,
            })
        })
    }

    fn follow(&mut self, from: &[usize], to: &[usize]) {
        for place in from {
            if let Some(after) = self.after.get_mut(*place) {
                after.extend_from_slice(to);
            }
        }
    }

    /// The characters that may be the first, and the last.
    fn walk(&mut self, part: &'p Part) -> (Vec<usize>, Vec<usize>) {
        match part {
            Part::One(set) => {
                let place = self.sets.len();
                self.sets.push(set);
                self.after.push(Vec::new());
                (vec![place], vec![place])
            }
            Part::Start | Part::End => (Vec::new(), Vec::new()),
            Part::Choice(parts) => {
                let (mut first, mut last) = (Vec::new(), Vec::new());
                for part in parts {
                    let (begin, end) = self.walk(part);
                    first.extend(begin);
                    last.extend(end);
                }
                (first, last)
            }
            Part::Sequence(parts) => {
                let (mut first, mut last) = (Vec::new(), Vec::new());
                let mut empty = true;
                for part in parts {
                    let (begin, end) = self.walk(part);
                    self.follow(&last, &begin);
                    if empty {
                        first.extend_from_slice(&begin);
                    }
                    if !is_empty(part) {
                        last.clear();
                        empty = false;
                    }
                    last.extend(end);
                }
                (first, last)
            }
            Part::Repeat(part, _, max) => {
                let (first, last) = self.walk(part);
                if *max != Some(1) {
                    self.follow(&last, &first);
                }
                (first, last)
            }
        }
    }
}
