//! Which fields tell rows apart.

use super::{AutoValue, Field, Table};
use crate::types::Value;

impl Table {
    /// The unique keys: the primary key, unique fields, and unique keys of several fields that hold for every row.
    #[must_use]
    pub fn unique_keys(&self) -> Vec<Vec<&'static Field>> {
        let primary = (!self.primary_key.is_empty()).then(|| self.primary_key.to_vec());
        let single = self.fields.iter().filter(|field| field.unique).map(|field| vec![field]);
        let indexes = self.indexes.iter().filter(|index| index.unique && index.condition.is_none());
        let several = indexes.filter_map(super::Index::fields);
        let mut keys: Vec<Vec<&'static Field>> = Vec::new();
        for key in primary.into_iter().chain(single).chain(several) {
            if !keys.iter().any(|known| same_fields(known, &key)) {
                keys.push(key);
            }
        }
        keys
    }

    /// Whether these fields, in any order, are a unique key.
    pub(crate) fn is_unique_key(&self, fields: &[&'static Field]) -> bool {
        self.unique_key_of(fields).is_some()
    }

    /// The unique key that these fields are, in its own order.
    pub(crate) fn unique_key_of(&self, fields: &[&'static Field]) -> Option<Vec<&'static Field>> {
        self.unique_keys().into_iter().find(|key| same_fields(key, fields))
    }

    /// Whether a new row with these values, field by field, may agree with one that is there in another unique key than
    /// this one. Of a table that is not ours to manage nobody knows.
    pub(crate) fn may_meet_by_other_than(&self, key: &[&'static Field], row: &[Option<Value>]) -> bool {
        if !self.managed {
            return true;
        }
        let by_fields = |other: &[&'static Field]| {
            // A key with more fields tells no rows apart that are one by this key.
            !key.iter().all(|field| has(other, field)) && other.iter().all(|field| self.may_agree(field, row))
        };
        let by_index = |index: &super::Index| match index.fields() {
            Some(fields) => by_fields(&fields),
            None => true,
        };
        self.unique_keys().iter().any(|other| by_fields(other))
            || self.indexes.iter().any(|index| index.unique && by_index(index))
    }

    /// Whether the value of a new row may be one that is there: a key that counts up never is, nor is NULL.
    fn may_agree(&self, field: &Field, row: &[Option<Value>]) -> bool {
        let at = self.fields.iter().position(|own| std::ptr::eq(own, field));
        match at.and_then(|at| row.get(at)).and_then(Option::as_ref) {
            Some(value) => !is_null_in_key(value),
            None => field.auto != AutoValue::Increment,
        }
    }
}

/// Whether the value, NULL or with a part that is, agrees with no other in a unique key.
pub(crate) fn is_null_in_key(value: &Value) -> bool {
    match value {
        Value::Tuple(parts) => parts.iter().any(is_null_in_key),
        value => value.is_null(),
    }
}

fn has(fields: &[&'static Field], wanted: &Field) -> bool {
    fields.iter().any(|field| std::ptr::eq(*field, wanted))
}

fn same_fields(one: &[&'static Field], other: &[&'static Field]) -> bool {
    one.len() == other.len() && one.iter().all(|field| has(other, field))
}

#[cfg(test)]
mod tests {
    use super::super::{ColumnDef, Index, IndexOf, IndexPart};
    use super::*;
    use crate::types::Type;

    static COLUMNS: [ColumnDef; 1] = [ColumnDef::of::<i64>("n")];
    static FIELDS: [Field; 4] = [
        Field::new("id", &COLUMNS).auto(AutoValue::Increment),
        Field::new("name", &COLUMNS).unique(),
        Field::new("shop", &COLUMNS),
        Field::new("number", &COLUMNS),
    ];
    static BOTH: [IndexPart; 2] = [part(&FIELDS[2]), part(&FIELDS[3])];
    static WIDE: [IndexPart; 2] = [part(&FIELDS[1]), part(&FIELDS[3])];
    static INDEXES: [Index; 3] = [
        Index { parts: &BOTH, unique: true, ..Index::EMPTY },
        Index { parts: &WIDE, unique: true, ..Index::EMPTY },
        Index { parts: &BOTH, ..Index::EMPTY },
    ];
    static TABLE: Table = Table {
        model: "Item",
        fields: &FIELDS,
        primary_key: &[&FIELDS[0]],
        indexes: &INDEXES,
        ..Table::EMPTY
    };

    const fn part(field: &'static Field) -> IndexPart {
        IndexPart { of: IndexOf::Field(field), descending: false }
    }

    fn fields(at: &[usize]) -> Vec<&'static Field> {
        at.iter().map(|at| &FIELDS[*at]).collect()
    }

    #[test]
    fn keys_are_found_in_any_order() {
        let names: Vec<Vec<_>> =
            TABLE.unique_keys().iter().map(|key| key.iter().map(|field| field.name).collect()).collect();
        assert_eq!(names, [vec!["id"], vec!["name"], vec!["shop", "number"], vec!["name", "number"]]);
        for key in [&[0][..], &[1], &[3, 2], &[1, 3]] {
            assert!(TABLE.is_unique_key(&fields(key)), "{key:?}");
        }
        for other in [&[][..], &[2], &[2, 2], &[0, 1], &[1, 2, 3]] {
            assert!(!TABLE.is_unique_key(&fields(other)), "{other:?}");
        }
    }

    #[test]
    fn a_row_meets_others_by_what_it_has() {
        let row = |id: bool, name: bool, shop: bool| {
            let value = |there: bool| if there { Value::Int(1) } else { Value::Null(Type::I64) };
            [id.then_some(Value::Int(7)), Some(value(name)), Some(value(shop)), Some(Value::Int(1))]
        };
        let meets = |key: &[usize], row: &[Option<Value>]| TABLE.may_meet_by_other_than(&fields(key), row);
        assert!(!meets(&[1], &row(false, true, false)), "the wider key is no other");
        assert!(meets(&[1], &row(true, true, false)), "the primary key");
        assert!(meets(&[1], &row(false, true, true)), "the key of two fields");
        assert!(meets(&[2, 3], &row(false, true, true)), "the name");
        assert!(!meets(&[2, 3], &row(false, false, true)), "NULL is no other row's");
        assert!(meets(&[0], &row(true, false, true)));
        assert!(!meets(&[0], &row(true, false, false)));
        let foreign = Table { managed: false, ..TABLE_COPY };
        assert!(foreign.may_meet_by_other_than(&fields(&[0]), &row(true, false, false)), "who knows");
    }

    const TABLE_COPY: Table = Table {
        model: "Item",
        fields: &FIELDS,
        primary_key: &[&FIELDS[0]],
        indexes: &INDEXES,
        ..Table::EMPTY
    };
}
