//! What a word is, asked about every character.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};

/// A text around a character.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ft_characters", full_text(text), new(Debug, Clone))]
pub struct Character {
    #[field(primary_key, auto = false)]
    pub id: u32,
    pub text: String,
}

/// Everything in use but most of Chinese and Korean, which is more of the same.
const ASKED: [RangeInclusive<char>; 8] = [
    '\u{1}'..='\u{4e40}',
    '\u{9fc0}'..='\u{ac40}',
    '\u{d780}'..='\u{d7ff}',
    '\u{f900}'..='\u{fdcf}',
    '\u{fdf0}'..='\u{fffd}',
    '\u{10300}'..='\u{1031f}',
    '\u{1f000}'..='\u{1faff}',
    '\u{20000}'..='\u{20020}',
];

/// Symbols and numbers that Rust has for alphabetic, and what is neither letter nor mark.
const APART: [RangeInclusive<char>; 29] = [
    '\u{80}'..='\u{a9}',
    '\u{ab}'..='\u{b4}',
    '\u{b6}'..='\u{b9}',
    '\u{bb}'..='\u{bf}',
    '\u{61c}'..='\u{61c}',
    '\u{d58}'..='\u{d5e}',
    '\u{16ee}'..='\u{16f0}',
    '\u{2000}'..='\u{2070}',
    '\u{2074}'..='\u{207e}',
    '\u{20a0}'..='\u{20c0}',
    '\u{20e3}'..='\u{20e3}',
    '\u{2150}'..='\u{2182}',
    '\u{2185}'..='\u{2bff}',
    '\u{2e00}'..='\u{2e2e}',
    '\u{2e30}'..='\u{2e5d}',
    '\u{3000}'..='\u{3004}',
    '\u{3007}'..='\u{3029}',
    '\u{3038}'..='\u{303a}',
    '\u{3190}'..='\u{319f}',
    '\u{3200}'..='\u{33ff}',
    '\u{a6e6}'..='\u{a6ef}',
    '\u{fd40}'..='\u{fd4f}',
    '\u{fe00}'..='\u{fe1f}',
    '\u{fe30}'..='\u{fe6f}',
    '\u{ff01}'..='\u{ff0f}',
    '\u{ff1a}'..='\u{ff20}',
    '\u{fff0}'..='\u{fffd}',
    '\u{1f000}'..='\u{1f0ff}',
    '\u{1f110}'..='\u{1faff}',
];

/// Marks that Rust's library does not tell from symbols.
const MARKS: [RangeInclusive<char>; 12] = [
    '\u{300}'..='\u{36f}',
    '\u{483}'..='\u{487}',
    '\u{64b}'..='\u{65f}',
    '\u{670}'..='\u{670}',
    '\u{93c}'..='\u{93c}',
    '\u{94d}'..='\u{94d}',
    '\u{9cd}'..='\u{9cd}',
    '\u{bcd}'..='\u{bcd}',
    '\u{e47}'..='\u{e4e}',
    '\u{1039}'..='\u{103a}',
    '\u{17d2}'..='\u{17d2}',
    '\u{3099}'..='\u{309a}',
];

const DIGITS: &str = "0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९０９";

/// Letters of Unicode 15 to 17, which no server here knows.
const NEW: [RangeInclusive<char>; 10] = [
    '\u{88f}'..='\u{88f}',
    '\u{897}'..='\u{897}',
    '\u{c5c}'..='\u{c5c}',
    '\u{cdc}'..='\u{cdc}',
    '\u{cf3}'..='\u{cf3}',
    '\u{1c89}'..='\u{1c8a}',
    '\u{a7cb}'..='\u{a7cf}',
    '\u{a7d2}'..='\u{a7dc}',
    '\u{a7f1}'..='\u{a7f1}',
    '\u{1dfa}'..='\u{1dfa}',
];

/// Places that Unicode has no character for.
const UNNAMED: [RangeInclusive<char>; 14] = [
    '\u{2065}'..='\u{2065}',
    '\u{218c}'..='\u{218f}',
    '\u{2427}'..='\u{243f}',
    '\u{244b}'..='\u{245f}',
    '\u{321f}'..='\u{321f}',
    '\u{fe1a}'..='\u{fe1f}',
    '\u{fe53}'..='\u{fe53}',
    '\u{fe67}'..='\u{fe67}',
    '\u{fe6c}'..='\u{fe6f}',
    '\u{fff0}'..='\u{fff8}',
    '\u{1f02c}'..='\u{1f02f}',
    '\u{1f094}'..='\u{1f09f}',
    '\u{1f0af}'..='\u{1f0d0}',
    '\u{1f203}'..='\u{1f24f}',
];

/// Marks that end a word on PostgreSQL, or do not there alone: its parser asks the locale of the database.
const BY_LOCALE: [RangeInclusive<char>; 10] = [
    '\u{1715}'..='\u{1715}',
    '\u{1734}'..='\u{1734}',
    '\u{1bf2}'..='\u{1bf3}',
    '\u{1ce1}'..='\u{1ce1}',
    '\u{1cf7}'..='\u{1cf7}',
    '\u{302e}'..='\u{302f}',
    '\u{a8fd}'..='\u{a8fd}',
    '\u{a953}'..='\u{a953}',
    '\u{a9c0}'..='\u{a9c0}',
    '\u{abec}'..='\u{abec}',
];

fn is_in(ranges: &[RangeInclusive<char>], c: char) -> bool {
    ranges.iter().any(|range| range.contains(&c))
}

/// Whether a character is part of a word; `None` for what Rust's library does not tell.
fn is_part(c: char) -> Option<bool> {
    match c {
        c if is_in(&APART, c) => Some(false),
        c if is_in(&MARKS, c) || DIGITS.contains(c) => Some(true),
        c if c.is_ascii() => Some(c.is_ascii_alphabetic()),
        // Digits of other scripts, and what is no digit.
        c if c.is_numeric() => None,
        c if c.is_alphabetic() => Some(true),
        c if c.is_whitespace() || c.is_control() => Some(false),
        _ => None,
    }
}

cases! {
    /// A character is part of a word for every database or for none.
    async fn the_same_everywhere(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Character::TABLE]).await?;
        let asked = || ASKED.into_iter().flatten();
        let rows = Character::objects().using(db.handle());
        rows.clone().bulk_create(asked().map(|c| NewCharacter::new(u32::from(c), format!("q{c}z")))).await?;
        if matches!(db.kind(), Kind::MySql | Kind::MariaDb) {
            // While InnoDB moves the words of so many new rows to their index, a search may miss some.
            db.oracle("OPTIMIZE TABLE ft_characters").await?;
        }
        let apart = rows.clone().filter(Character::full_text.matches("q")).select(Character::id).all().await?;
        let apart: BTreeSet<u32> = apart.into_iter().collect();
        let both = rows.clone().filter(Character::full_text.matches("Z q")).select(Character::id).all().await?;
        let both: BTreeSet<u32> = both.into_iter().collect();
        let (mut wrong, mut known) = (Vec::new(), [0; 2]);
        for c in asked().filter(|c| !is_in(&NEW, *c) && !is_in(&UNNAMED, *c)) {
            if db.kind() == Kind::Postgres && is_in(&BY_LOCALE, c) {
                continue;
            }
            let Some(part) = is_part(c) else { continue };
            assert_eq!(both.contains(&u32::from(c)), apart.contains(&u32::from(c)), "{c:?}");
            known[usize::from(part)] += 1;
            if part == apart.contains(&u32::from(c)) {
                wrong.push(format!("{:x}", u32::from(c)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join(" "));
        assert!(known[0] > 4000 && known[1] > 12_000, "{known:?}");
        Ok(())
    }
}
