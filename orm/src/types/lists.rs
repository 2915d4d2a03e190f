//! Lists of related rows, on their way into the rows that they belong to.

use std::any::Any;
use std::fmt;

/// What was read of each related model, a list for each row: behind types that nobody but the output knows.
#[doc(hidden)]
pub struct Lists<'l> {
    lists: &'l mut [Box<dyn Any + Send>],
    /// The list that is next.
    next: usize,
    /// The row that lists are taken for.
    row: usize,
}

impl fmt::Debug for Lists<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lists").field("next", &self.next).field("row", &self.row).finish_non_exhaustive()
    }
}

impl<'l> Lists<'l> {
    /// The lists of one row. Each is a `Vec<Vec<T>>` with a part for every row.
    pub(crate) fn of_row(lists: &'l mut [Box<dyn Any + Send>], row: usize) -> Self {
        Self { lists, next: 0, row }
    }

    /// Takes the next list if it is one of `T`. A `Vec` that is a column of its own stays what it is.
    pub(super) fn take<T: 'static>(&mut self, into: &mut Vec<T>) {
        let next = self.lists.get_mut(self.next).and_then(|list| list.downcast_mut::<Vec<Vec<T>>>());
        if let Some(lists) = next {
            self.next += 1;
            if let Some(list) = lists.get_mut(self.row) {
                *into = std::mem::take(list);
            }
        }
    }

    /// Whether every list has found its place.
    pub(crate) fn are_taken(&self) -> bool {
        self.next == self.lists.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Decode as _;

    #[test]
    fn each_list_goes_where_one_of_its_type_is_next() {
        let mut lists: Vec<Box<dyn Any + Send>> = vec![
            Box::new(vec![vec![(1_i64, 2_i32)], vec![(3, 4), (5, 6)]]),
            Box::new(vec![vec![("a".to_owned(), true)], vec![]]),
        ];
        let mut row = (7_i64, Vec::<(i64, i32)>::new(), vec![1_u8], Vec::<(String, bool)>::new());
        for (at, wanted) in [
            (1, (7, vec![(3, 4), (5, 6)], vec![1], vec![])),
            (0, (7, vec![(1, 2)], vec![1], vec![("a".to_owned(), true)])),
        ] {
            let mut taken = Lists::of_row(&mut lists, at);
            row.attach(&mut taken);
            assert!(taken.are_taken());
            assert_eq!(row, wanted);
        }
        let mut other = (7_i64, Vec::<(bool, bool)>::new());
        let mut taken = Lists::of_row(&mut lists, 0);
        other.attach(&mut taken);
        assert!(!taken.are_taken());
    }
}
