//! Unicode's simple case mapping: one letter for one.

use crate::types::case::lower_char;

/// The text in lower case; `None` if it is already. Bytes that are not UTF-8 stay as they are.
pub(super) fn lower(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return text.iter().any(u8::is_ascii_uppercase).then(|| text.to_ascii_lowercase());
    }
    Some(map(text, lower_char))
}

/// The text in upper case; `None` if it is already. Bytes that are not UTF-8 stay as they are.
pub(super) fn upper(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return text.iter().any(u8::is_ascii_lowercase).then(|| text.to_ascii_uppercase());
    }
    Some(map(text, upper_char))
}

fn map(text: &[u8], f: fn(char) -> char) -> Vec<u8> {
    let mut mapped = Vec::with_capacity(text.len() + 4);
    let mut buffer = [0; 4];
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            mapped.extend_from_slice(f(c).encode_utf8(&mut buffer).as_bytes());
        }
        mapped.extend_from_slice(chunk.invalid());
    }
    mapped
}

fn upper_char(c: char) -> char {
    match only(c.to_uppercase()) {
        Some(upper) => upper,
        None => with_iota(c).unwrap_or(c),
    }
}

/// The capital of a Greek letter with an iota below, where the full mapping sets the iota beside it.
fn with_iota(c: char) -> Option<char> {
    let distance = match c {
        'ᾀ'..='ᾇ' | 'ᾐ'..='ᾗ' | 'ᾠ'..='ᾧ' => 8,
        'ᾳ' | 'ῃ' | 'ῳ' => 9,
        _ => return None,
    };
    char::from_u32(u32::from(c) + distance)
}

/// The one character that there is.
fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next();
    if chars.next().is_some() { None } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> (String, String) {
        let text_of = |mapped: Option<Vec<u8>>| {
            mapped.map_or_else(|| text.to_owned(), |mapped| String::from_utf8(mapped).unwrap())
        };
        (text_of(lower(text.as_bytes())), text_of(upper(text.as_bytes())))
    }

    #[test]
    fn a_letter_becomes_one_letter() {
        let pairs = [
            ("", "", ""),
            ("Ab1", "ab1", "AB1"),
            ("Straße ẞ", "straße ß", "STRAßE ẞ"),
            ("ΟΔΟΣ οδος", "οδοσ οδος", "ΟΔΟΣ ΟΔΟΣ"),
            ("İIıi", "iiıi", "İIII"),
            ("ǆ ǅ Ǆ", "ǆ ǆ ǆ", "Ǆ Ǆ Ǆ"),
            ("ŉ ﬁ ΐ", "ŉ ﬁ ΐ", "ŉ ﬁ ΐ"),
            ("ᾳ ᾼ ᾗ ᾟ", "ᾳ ᾳ ᾗ ᾗ", "ᾼ ᾼ ᾟ ᾟ"),
            ("ȺȾɐ", "ⱥⱦɐ", "ȺȾⱯ"),
        ];
        for (text, lower, upper) in pairs {
            assert_eq!(both(text), (lower.to_owned(), upper.to_owned()), "{text}");
        }
        for c in (0..=0x0010_FFFF).filter_map(char::from_u32) {
            assert_eq!(lower_char(lower_char(c)), lower_char(c), "{c:?}");
            assert_eq!(upper_char(upper_char(c)), upper_char(c), "{c:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        assert_eq!(lower(b"A\xFFB\xC3"), Some(b"a\xFFb\xC3".to_vec()));
        assert_eq!(upper(b"a\xFF\xED\xA0\x80b"), Some(b"A\xFF\xED\xA0\x80B".to_vec()));
        assert_eq!(lower(b"a\0B"), Some(b"a\0b".to_vec()));
        assert_eq!((lower(b"ab"), upper(b"")), (None, None));
    }
}
