//! What a word is, for full-text search: the same on every backend.
//!
//! Letters, decimal digits, and the marks that stand with them. All else, an apostrophe and a hyphen among it, is between
//! words. `sql/full_text.rs` writes the same rule for each database; the tests ask the databases about every character.

use crate::types::case::lower_char;

/// The most characters that a word may have: InnoDB keeps no longer ones, with what stands before each of them there.
const LONGEST: usize = 80;

/// Marks that belong to words, such as accents and the vowels of Hindi, with the letters and free places between them: of
/// the characters up to U+FFFF, without those that choose between text and emoji.
pub(crate) const MARKS: &[(char, char)] = &[
    ('\u{300}', '\u{36f}'),
    ('\u{483}', '\u{487}'),
    ('\u{591}', '\u{5bd}'),
    ('\u{5bf}', '\u{5bf}'),
    ('\u{5c1}', '\u{5c2}'),
    ('\u{5c4}', '\u{5c5}'),
    ('\u{5c7}', '\u{5c7}'),
    ('\u{610}', '\u{61a}'),
    ('\u{64b}', '\u{65f}'),
    ('\u{670}', '\u{670}'),
    ('\u{6d6}', '\u{6dc}'),
    ('\u{6df}', '\u{6e8}'),
    ('\u{6ea}', '\u{6ed}'),
    ('\u{711}', '\u{7f3}'),
    ('\u{7fd}', '\u{7fd}'),
    ('\u{816}', '\u{82d}'),
    ('\u{859}', '\u{85b}'),
    ('\u{898}', '\u{8e1}'),
    ('\u{8e3}', '\u{963}'),
    ('\u{981}', '\u{9e3}'),
    ('\u{9fe}', '\u{a75}'),
    ('\u{a81}', '\u{ae3}'),
    ('\u{afa}', '\u{b63}'),
    ('\u{b82}', '\u{bd7}'),
    ('\u{c00}', '\u{c63}'),
    ('\u{c81}', '\u{c83}'),
    ('\u{cbc}', '\u{d4d}'),
    ('\u{d57}', '\u{d57}'),
    ('\u{d62}', '\u{d63}'),
    ('\u{d81}', '\u{df3}'),
    ('\u{e31}', '\u{e3a}'),
    ('\u{e47}', '\u{e4e}'),
    ('\u{eb1}', '\u{ecd}'),
    ('\u{f18}', '\u{f19}'),
    ('\u{f35}', '\u{f35}'),
    ('\u{f37}', '\u{f37}'),
    ('\u{f39}', '\u{f39}'),
    ('\u{f3e}', '\u{f84}'),
    ('\u{f86}', '\u{fbc}'),
    ('\u{fc6}', '\u{fc6}'),
    ('\u{102b}', '\u{103e}'),
    ('\u{1056}', '\u{109d}'),
    ('\u{135d}', '\u{135f}'),
    ('\u{1712}', '\u{1734}'),
    ('\u{1752}', '\u{17d3}'),
    ('\u{17dd}', '\u{17dd}'),
    ('\u{180b}', '\u{180d}'),
    ('\u{180f}', '\u{193b}'),
    ('\u{1a17}', '\u{1a1b}'),
    ('\u{1a55}', '\u{1a7f}'),
    ('\u{1ab0}', '\u{1abd}'),
    ('\u{1abf}', '\u{1b44}'),
    ('\u{1b6b}', '\u{1b73}'),
    ('\u{1b80}', '\u{1bf3}'),
    ('\u{1c24}', '\u{1c37}'),
    ('\u{1cd0}', '\u{1cd2}'),
    ('\u{1cd4}', '\u{1dff}'),
    ('\u{20d0}', '\u{20dc}'),
    ('\u{20e1}', '\u{20e1}'),
    ('\u{20e5}', '\u{20f0}'),
    ('\u{2cef}', '\u{2cf1}'),
    ('\u{2d7f}', '\u{2dff}'),
    ('\u{302a}', '\u{302f}'),
    ('\u{3099}', '\u{309a}'),
    ('\u{a66f}', '\u{a66f}'),
    ('\u{a674}', '\u{a67d}'),
    ('\u{a69e}', '\u{a69f}'),
    ('\u{a6f0}', '\u{a6f1}'),
    ('\u{a802}', '\u{a827}'),
    ('\u{a82c}', '\u{a82c}'),
    ('\u{a880}', '\u{a8c5}'),
    ('\u{a8e0}', '\u{a8f1}'),
    ('\u{a8ff}', '\u{a92d}'),
    ('\u{a947}', '\u{a953}'),
    ('\u{a980}', '\u{a9c0}'),
    ('\u{a9e5}', '\u{aa4d}'),
    ('\u{aa7b}', '\u{aac1}'),
    ('\u{aaeb}', '\u{aaef}'),
    ('\u{aaf5}', '\u{aaf6}'),
    ('\u{abe3}', '\u{abea}'),
    ('\u{abec}', '\u{abed}'),
    ('\u{fb1e}', '\u{fb1e}'),
    ('\u{fe20}', '\u{fe2f}'),
];

/// The zeros of the decimal digits: nine more stand behind each.
const ZEROS: &[char] = &[
    '\u{30}',
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e950}',
    '\u{1fbf0}',
];

/// Letters that are folded, beside being made small: SQLite holds them for the same.
pub(crate) const FOLDED: &[(char, char)] = &[
    ('µ', 'μ'),
    ('ſ', 's'),
    ('\u{345}', 'ι'),
    ('ς', 'σ'),
    ('ϐ', 'β'),
    ('ϑ', 'θ'),
    ('ϕ', 'φ'),
    ('ϖ', 'π'),
    ('ϰ', 'κ'),
    ('ϱ', 'ρ'),
    ('ϵ', 'ε'),
    ('ẛ', 'ṡ'),
    ('\u{1fbe}', 'ι'),
];

/// SQLite leaves it as it is, and elsewhere it would become an `i` without a dot above it.
pub(crate) const DOTTED: (char, &str) = ('İ', "i\u{307}");

/// Whether the character is part of a word.
fn is_part(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let is_mark = || {
        let behind = MARKS.partition_point(|(first, _)| *first <= c);
        behind.checked_sub(1).and_then(|at| MARKS.get(at)).is_some_and(|(_, last)| c <= *last)
    };
    if c.is_numeric() {
        // Not a half or a Roman numeral.
        let behind = ZEROS.partition_point(|zero| *zero <= c);
        let zero = behind.checked_sub(1).and_then(|at| ZEROS.get(at));
        return zero.is_some_and(|zero| u32::from(c) - u32::from(*zero) < 10);
    }
    // Letters within circles and squares are symbols.
    let is_symbol = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    (c.is_alphabetic() && !is_symbol) || is_mark()
}

/// The words of a text, as they are written; `None` if there are none, or if one is too long to be found.
pub(super) fn words(text: &str) -> Option<Vec<&str>> {
    let words: Vec<_> = text.split(|c| !is_part(c)).filter(|word| !word.is_empty()).collect();
    let can_be = |word: &&str| word.chars().count() <= LONGEST;
    (!words.is_empty() && words.iter().all(can_be)).then_some(words)
}

/// The word in small letters, folded.
pub(super) fn folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if c == DOTTED.0 {
            out.push_str(DOTTED.1);
            continue;
        }
        let lower = lower_char(c);
        out.push(FOLDED.iter().find(|(from, _)| *from == lower).map_or(lower, |(_, to)| *to));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_digits_and_marks() {
        let of = |text| words(text).unwrap_or_default();
        assert_eq!(of("It's 3.14 foo-bar_baz, C++!"), ["It", "s", "3", "14", "foo", "bar", "baz", "C"]);
        assert_eq!(
            of("naïve cafe\u{301} हिन्दी ٣٤ 日本語"),
            ["naïve", "cafe\u{301}", "हिन्दी", "٣٤", "日本語"]
        );
        assert_eq!(of("m² ½ Ⅷ Ⓐ ❤\u{fe0f} 100₽ a🤔b"), ["m", "100", "a", "b"]);
        assert_eq!(
            of("\"a\" OR (b* NEAR c) -d +e ~f 'g' & h | !i <-> j:*\0k"),
            ["a", "OR", "b", "NEAR", "c", "d", "e", "f", "g", "h", "i", "j", "k"]
        );
    }

    #[test]
    fn nothing_is_found_by_no_word_and_by_one_that_is_too_long() {
        assert_eq!(words(""), None);
        assert_eq!(words(" -+* \"\" '' "), None);
        assert!(words(&"ü".repeat(LONGEST)).is_some());
        assert_eq!(words(&format!("a {}", "ü".repeat(LONGEST + 1))), None);
    }

    #[test]
    fn letters_are_folded() {
        assert_eq!(folded("ÄRGER"), "ärger");
        assert_eq!(folded("ΛΌΓΟΣ"), folded("λόγος"));
        assert_eq!(folded("ẞß"), "ßß");
        assert_eq!(folded("İ"), "i\u{307}");
    }

    #[test]
    fn tables_are_sorted() {
        assert!(MARKS.iter().all(|(first, last)| first <= last));
        assert!(MARKS.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert!(ZEROS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
