//! Queries of any shape: more of them than the cache of texts can hold.

use orm::prelude::*;

use super::Entry;
use crate::dice::Dice;

/// A condition that chance makes, of so many levels at most.
pub(super) fn condition(dice: &mut Dice, levels: u32) -> Q<Entry> {
    if levels == 0 {
        return leaf(dice);
    }
    match dice.below(6) {
        0 | 1 => condition(dice, levels - 1) & condition(dice, levels - 1),
        2 | 3 => condition(dice, levels - 1) | condition(dice, levels - 1),
        4 => !condition(dice, levels - 1),
        _ => leaf(dice),
    }
}

fn leaf(dice: &mut Dice) -> Q<Entry> {
    let number = i64::from(dice.below(5_000));
    let list: Vec<i64> = (0..dice.below(40)).map(|at| number + i64::from(at) * 3).collect();
    match dice.below(14) {
        0 => Entry::number.gt(number),
        1 => Entry::number.le(number),
        2 => Entry::amount.between(number, number + 500),
        3 => Entry::note.is_null(),
        4 => Entry::note.starts_with("note"),
        5 => Entry::note.contains("%_"),
        6 => Entry::note.ends_with(format!("{}", number % 50)),
        7 => Entry::weight.gt(100.5),
        8 => Entry::weight.is_not_null(),
        9 => Entry::open.eq(true),
        10 => Entry::amount.ne(Entry::number),
        11 => (Entry::amount + Entry::number).lt(number * 2),
        12 => Entry::number.in_(list),
        _ => Entry::amount.not_in(list),
    }
}

/// In an order that chance chooses.
pub(super) fn ordered(rows: QuerySet<Entry>, dice: &mut Dice) -> QuerySet<Entry> {
    match dice.below(6) {
        0 => rows.order_by(Entry::number),
        1 => rows.order_by((Entry::note.desc(), Entry::number)),
        2 => rows.order_by((Entry::weight.asc().nulls_last(), Entry::number.desc())),
        3 => rows.order_by((Entry::open, Entry::amount, Entry::id)),
        4 => rows.order_by((Entry::amount.desc(), Entry::note.asc().nulls_last())),
        _ => rows,
    }
}
