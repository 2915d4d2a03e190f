//! Reads a pattern: what is not of the subset is refused, with its place.

use super::set::Set;

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Part {
    One(Set),
    Start,
    End,
    Sequence(Vec<Part>),
    Choice(Vec<Part>),
    /// From so many times to so many, or any number.
    Repeat(Box<Part>, u32, Option<u32>),
}

/// The longest pattern, in characters.
const LONGEST: usize = 1000;
/// The deepest nest of groups.
const DEEPEST: usize = 20;
/// The highest count of a repetition: PostgreSQL takes no higher one.
const MOST: u32 = 255;
/// The most characters that a pattern names when repetitions are written out.
const LARGEST: u64 = 2000;

const DIGIT: &[(char, char)] = &[('0', '9')];
const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACE: &[(char, char)] = &[('\t', '\r'), (' ', ' ')];

/// Reads a pattern, in lower case if `lower`.
pub(super) fn parse(pattern: &str, lower: bool) -> Result<Part, String> {
    let chars: Vec<char> = pattern.chars().collect();
    if chars.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} characters"));
    }
    let mut parser = Parser { chars, at: 0, depth: 0, lower };
    let part = parser.choice()?;
    if parser.at < parser.chars.len() {
        return Err(parser.wrong("a `)` without its `(`"));
    }
    if size(&part) > LARGEST {
        return Err(format!("with its repetitions written out it has more than {LARGEST} characters"));
    }
    Ok(part)
}

fn size(part: &Part) -> u64 {
    match part {
        Part::One(_) => 1,
        Part::Start | Part::End => 0,
        Part::Sequence(parts) | Part::Choice(parts) => parts.iter().map(size).fold(0, u64::saturating_add),
        Part::Repeat(part, min, max) => size(part).saturating_mul(u64::from(max.unwrap_or(*min).max(1))),
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    lower: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let is = self.peek() == Some(c);
        self.at += usize::from(is);
        is
    }

    /// In lower case, if that is wanted: before the complement of a set, which does not have what the set has in any case.
    fn cased(&self, set: Set) -> Set {
        if self.lower { set.lower() } else { set }
    }

    /// What is wrong with the character that comes next.
    fn wrong(&self, what: &str) -> String {
        format!("{what}, at character {}", self.at + 1)
    }

    /// What is wrong with the character before.
    fn was_wrong(&self, what: &str) -> String {
        format!("{what}, at character {}", self.at)
    }

    fn choice(&mut self) -> Result<Part, String> {
        let mut branches = vec![self.sequence()?];
        while self.eat('|') {
            branches.push(self.sequence()?);
        }
        Ok(match <[Part; 1]>::try_from(branches) {
            Ok([one]) => one,
            Err(branches) => Part::Choice(branches),
        })
    }

    fn sequence(&mut self) -> Result<Part, String> {
        let mut parts = Vec::new();
        while let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) {
            self.at += 1;
            let part = match c {
                '^' => Part::Start,
                '$' => Part::End,
                '.' => Part::One(Set::one('\n').complement()),
                '(' => self.group()?,
                '[' => Part::One(self.set()?),
                '\\' => Part::One(self.escape()?),
                '*' | '+' | '?' => return Err(self.was_wrong("nothing to repeat")),
                '{' | '}' | ']' => return Err(self.was_wrong("a bracket that needs a `\\` before it")),
                '\0' => return Err(self.was_wrong("a NUL character")),
                c => Part::One(self.cased(Set::one(c))),
            };
            parts.push(self.repeated(part)?);
        }
        Ok(Part::Sequence(parts))
    }

    fn group(&mut self) -> Result<Part, String> {
        if self.eat('?') && !self.eat(':') {
            return Err(self.wrong("flags, names and look-around are not the same on the databases"));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("groups are nested too deeply"));
        }
        let part = self.choice()?;
        self.depth -= 1;
        if self.eat(')') { Ok(part) } else { Err(self.wrong("a `(` without its `)`")) }
    }

    fn repeated(&mut self, part: Part) -> Result<Part, String> {
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                self.counts()?
            }
            _ => return Ok(part),
        };
        // The sign, or the brace that closes the counts.
        self.at += 1;
        if has_anchor(&part) {
            return Err(self.was_wrong("a repetition of `^` or `$`"));
        }
        if is_empty(&part) {
            return Err(self.was_wrong("a repetition of what may be empty"));
        }
        // A lazy one finds the same texts.
        self.eat('?');
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return Err(self.wrong("a repetition of a repetition"));
        }
        Ok(Part::Repeat(Box::new(part), min, max))
    }

    /// The counts between braces, up to the closing one.
    fn counts(&mut self) -> Result<(u32, Option<u32>), String> {
        let min = self.number()?;
        let max = if self.eat(',') {
            if self.peek() == Some('}') { None } else { Some(self.number()?) }
        } else {
            Some(min)
        };
        if self.peek() != Some('}') {
            return Err(self.wrong("counts are `{2}`, `{2,}` or `{2,5}`"));
        }
        if max.is_some_and(|max| max < min || max == 0) {
            return Err(self.wrong("a repetition that ends before it begins"));
        }
        Ok((min, max))
    }

    fn number(&mut self) -> Result<u32, String> {
        let start = self.at;
        let mut number = 0_u32;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            self.at += 1;
            number = number * 10 + digit;
            if number > MOST {
                return Err(self.was_wrong("a count above 255"));
            }
        }
        if self.at == start {
            return Err(self.wrong("counts are `{2}`, `{2,}` or `{2,5}`"));
        }
        Ok(number)
    }

    fn escape(&mut self) -> Result<Set, String> {
        let escaped = self.take();
        let set = |ranges: &[(char, char)]| self.cased(Set::of(ranges.to_vec()));
        Ok(match escaped {
            Some('d') => set(DIGIT),
            Some('w') => set(WORD),
            Some('s') => set(SPACE),
            Some('D') => set(DIGIT).complement(),
            Some('W') => set(WORD).complement(),
            Some('S') => set(SPACE).complement(),
            Some('n') => Set::one('\n'),
            Some('r') => Set::one('\r'),
            Some('t') => Set::one('\t'),
            Some(c) if c.is_ascii_punctuation() => Set::one(c),
            Some(_) => return Err(self.was_wrong("an escape that is not the same on the databases")),
            None => return Err(self.was_wrong("a `\\` with nothing behind it")),
        })
    }

    /// What stands between brackets.
    fn set(&mut self) -> Result<Set, String> {
        let negated = self.eat('^');
        let mut ranges = Vec::new();
        loop {
            let low = match self.take() {
                None => return Err(self.was_wrong("a `[` without its `]`")),
                Some(']') if ranges.is_empty() => {
                    return Err(self.was_wrong("a `]` that needs a `\\` before it"));
                }
                Some(']') => break,
                Some('[') => return Err(self.was_wrong("a `[` that needs a `\\` before it")),
                Some('\0') => return Err(self.was_wrong("a NUL character")),
                Some('-') if !ranges.is_empty() && self.peek() != Some(']') => {
                    return Err(self.was_wrong("a `-` that needs a `\\` before it"));
                }
                Some('\\') => {
                    let set = self.escape()?;
                    match set.ranges() {
                        [(low, high)] if low == high => *low,
                        several => {
                            ranges.extend_from_slice(several);
                            continue;
                        }
                    }
                }
                Some(c) => c,
            };
            if self.peek() != Some('-') || self.chars.get(self.at + 1) == Some(&']') {
                ranges.push((low, low));
                continue;
            }
            self.at += 1;
            let high = match self.take() {
                Some('\\') => match self.escape()?.ranges() {
                    [(low, high)] if low == high => *low,
                    _ => return Err(self.was_wrong("a range to several characters")),
                },
                Some(c) if c != '[' => c,
                _ => return Err(self.was_wrong("a range without its end")),
            };
            if high < low {
                return Err(self.was_wrong("a range that ends before it begins"));
            }
            ranges.push((low, high));
        }
        let set = self.cased(Set::of(ranges));
        let set = if negated { set.complement() } else { set };
        if set.is_empty() { Err(self.was_wrong("a set of no characters")) } else { Ok(set) }
    }
}

fn has_anchor(part: &Part) -> bool {
    match part {
        Part::Start | Part::End => true,
        Part::One(_) => false,
        Part::Sequence(parts) | Part::Choice(parts) => parts.iter().any(has_anchor),
        Part::Repeat(part, ..) => has_anchor(part),
    }
}

/// Whether no character need be there.
pub(super) fn is_empty(part: &Part) -> bool {
    match part {
        Part::Start | Part::End => true,
        Part::One(_) => false,
        Part::Sequence(parts) => parts.iter().all(is_empty),
        Part::Choice(parts) => parts.iter().any(is_empty),
        Part::Repeat(part, min, _) => *min == 0 || is_empty(part),
    }
}
