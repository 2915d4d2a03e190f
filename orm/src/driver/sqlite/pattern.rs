//! Patterns, compiled once for many rows.

use std::cell::RefCell;

use regex::bytes::Regex;

/// So many patterns are kept compiled on each thread.
const KEPT: usize = 8;

thread_local! {
    /// The last ones, the latest first.
    static COMPILED: RefCell<Vec<(Box<[u8]>, Regex)>> = const { RefCell::new(Vec::new()) };
}

/// Whether the pattern matches a part of the text; `None` if it is no pattern.
///
/// Takes time in proportion to the text, whatever the pattern.
pub(super) fn matches(text: &[u8], pattern: &[u8]) -> Option<bool> {
    COMPILED.with_borrow_mut(|compiled| {
        match compiled.iter().position(|(known, _)| **known == *pattern) {
            Some(at) => compiled.get_mut(..=at)?.rotate_right(1),
            None => {
                let regex = Regex::new(std::str::from_utf8(pattern).ok()?).ok()?;
                compiled.truncate(KEPT - 1);
                compiled.insert(0, (pattern.into(), regex));
            }
        }
        Some(compiled.first()?.1.is_match(text))
    })
}
