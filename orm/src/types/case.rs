//! Unicode's simple case mapping, of one letter.

/// The letter in lower case: the one letter that is its full mapping, too, but for the one that becomes two.
pub(crate) fn lower_char(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        // An i with a dot above it.
        _ if c == 'İ' => 'i',
        _ => c,
    }
}
