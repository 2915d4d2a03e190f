//! The table of changes.

use orm::model::Model as _;
use orm::model::Table;
use orm_tests::Kind;

use super::models::*;

/// A change, with the rows that are there.
pub(super) struct Change {
    pub(super) name: &'static str,
    pub(super) before: &'static [&'static Table],
    pub(super) after: &'static [&'static Table],
    pub(super) answers: &'static str,
    /// Rows before it.
    pub(super) insert: &'static [&'static str],
    /// What is asked behind it, and the answer.
    pub(super) query: &'static str,
    pub(super) rows: &'static [&'static str],
    /// Whether all rows are as they were when it is taken back.
    pub(super) comes_back: bool,
}

macro_rules! table {
    ($($name:ident: [$($before:ident),*] to [$($after:ident),*], $answers:literal, [$($insert:literal),*],
        $query:literal => [$($row:literal),*] $(, $lost:ident)?;)*) => {
        vec![$(Change {
            name: stringify!($name),
            before: &[$($name::before::$before::TABLE),*],
            after: &[$($name::after::$after::TABLE),*],
            answers: $answers,
            insert: &[$($insert),*],
            query: $query,
            rows: &[$($row),*],
            comes_back: true $(&& stringify!($lost) != "lost")?,
        }),*]
    };
}

/// The changes that are made on a backend: all but those of what it lacks.
pub(super) fn changes(kind: Kind) -> Vec<Change> {
    let mut all = table! {
        nullable_column: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, name) VALUES (1, 'one'), (2, 'it''s')"],
            "SELECT id, name, rating, open FROM things ORDER BY id" => ["1|one|NULL|NULL", "2|it's|NULL|NULL"];
        required_column: [Thing] to [Thing],
            r#"{"fill:things.rating": {"fill": {"value": 7}}, "fill:things.title": {"fill": {"value": "it's"}}}"#,
            ["INSERT INTO things (id) VALUES (1), (2)"],
            "SELECT id, rating, title FROM things ORDER BY id" => ["1|7|it's", "2|7|it's"];
        column_with_default: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id) VALUES (1)"],
            "SELECT id, size, word FROM things" => ["1|5|it's"];
        renamed_column: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, open, size) VALUES (1, TRUE, 3), (2, FALSE, 4)"],
            "SELECT id, size, CASE WHEN is_open THEN 'y' ELSE 'n' END FROM things ORDER BY id" => ["1|3|y", "2|4|n"];
        wider_numbers: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, a, b, c, d) VALUES (1, -128, 65535, -7, TRUE), (2, 127, 0, 2147483647, FALSE)"],
            "SELECT id, a, b, CASE WHEN c IN (-7, 2147483647) THEN 'c' END, d FROM things ORDER BY id"
                => ["1|-128|65535|c|1", "2|127|0|c|0"];
        number_to_text: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, code) VALUES (1, -12), (2, 0)", "INSERT INTO things (id) VALUES (3)"],
            "SELECT id, code FROM things ORDER BY id" => ["1|-12", "2|0", "3|3"];
        longer_text: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, name, note) VALUES (1, 'äöü 😀 ', ' x  ')"],
            "SELECT id, name, note FROM things" => ["1|äöü 😀 | x  "];
        required: [Thing] to [Thing], r#"{"null:things.size": {"fill": {"value": -1}}}"#,
            ["INSERT INTO things (id, size, other) VALUES (1, 5, 6), (2, NULL, 7)"],
            "SELECT id, size, other FROM things ORDER BY id" => ["1|5|6", "2|-1|7"], lost;
        other_default: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, b) VALUES (1, 2)"],
            "SELECT id, a, b FROM things" => ["1|5|2"];
        indexes: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, a, b, c) VALUES (1, 2, 3, 4), (2, 3, 4, 5)"],
            "SELECT id, a, b, c FROM things ORDER BY id" => ["1|2|3|4", "2|3|4|5"];
        checks: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, a, b, c) VALUES (1, 2, 2, 7)"],
            "SELECT id, a, b, c FROM things" => ["1|2|2|7"];
        foreign_key: [Owner, Thing] to [Owner, Thing], "{}",
            ["INSERT INTO owners (id) VALUES (4)", "INSERT INTO things (id) VALUES (1)"],
            "SELECT id, owner_id, other_id FROM things" => ["1|NULL|NULL"];
        key_action: [Owner, Thing] to [Owner, Thing], "{}",
            ["INSERT INTO owners (id) VALUES (4)", "INSERT INTO things (id, owner_id, size) VALUES (1, 4, 2)"],
            "SELECT id, owner_id FROM things" => ["1|4"];
        decimals: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, price, whole) VALUES (1, 150, -3)"],
            "SELECT id, CASE WHEN price IN (150, 15000) THEN 'p' END, CASE WHEN whole IN (-3, -3000) THEN 'w' END FROM things"
                => ["1|p|w"];
        days: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, day, at) VALUES (1, '2024-02-29', '2024-02-29 23:59:58.123456')"],
            "SELECT id FROM things WHERE CAST(day AS CHAR(19)) = '2024-02-29 00:00:00'" => ["1"];
        tables: [Thing, Leaver] to [Thing, Joiner], r#"{"table:leavers": "drop"}"#,
            ["INSERT INTO things (id) VALUES (1)", "INSERT INTO leavers (id, size, thing_id) VALUES (1, 2, 1)"],
            "SELECT id FROM things" => ["1"], lost;
        renamed_table: [Thing, Part] to [Object, Part], "{}",
            ["INSERT INTO things (id, open, size, parent_id) VALUES (1, TRUE, 2, NULL), (2, FALSE, 3, 1)",
             "INSERT INTO parts (id, thing_id) VALUES (5, 2)"],
            "SELECT o.id, o.size, o.parent_id, p.id FROM objects o LEFT JOIN parts p ON p.thing_id = o.id ORDER BY o.id"
                => ["1|2|NULL|NULL", "2|3|1|5"];
        enum_values: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, level, mood) VALUES (1, 'Low', 'Sad'), (2, 'High', 'Glad')"],
            "SELECT id, level, mood FROM things ORDER BY id" => ["1|Low|Sad", "2|High|Glad"];
        new_native_enum: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, state) VALUES (1, 'on'), (2, 'off')"],
            "SELECT id, state FROM things ORDER BY id" => ["1|on", "2|off"];
        generated: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, size) VALUES (1, 5)"],
            "SELECT id, size, twice, next FROM things" => ["1|5|15|6"];
        comments: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, size, other) VALUES (1, 5, 6)"],
            "SELECT id, size, other FROM things" => ["1|5|6"];
        key_type: [Owner, Thing] to [Owner, Thing], "{}",
            ["INSERT INTO owners (id) VALUES (4)", "INSERT INTO things (id, owner_id) VALUES (9, 4)"],
            "SELECT id, owner_id FROM things" => ["9|4"];
        dropped_columns: [Owner, Thing] to [Owner, Thing], "{}",
            ["INSERT INTO owners (id) VALUES (4)",
             "INSERT INTO things (id, a, b, kept, owner_id) VALUES (1, 1, TRUE, 8, 4)"],
            "SELECT id, kept FROM things" => ["1|8"], lost;
        circle: [Thing] to [Thing, Part], "{}",
            ["INSERT INTO things (id) VALUES (1)"],
            "SELECT id, first_id FROM things" => ["1|NULL"];
        full_text: [Thing, Gone] to [Thing, Come], r#"{"table:gones": "drop"}"#,
            ["INSERT INTO things (id, title, body) VALUES (1, 'a cat', 'black'), (2, 'a dog', NULL)",
             "INSERT INTO gones (id, about) VALUES (1, 'a cat')"],
            "SELECT id, title, body FROM things WHERE title LIKE '%cat%'" => ["1|a cat|black"], lost;
        full_text_elsewhere: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, title, size) VALUES (1, 'a cat', 3), (2, 'a dog', 4)"],
            "SELECT id, heading, size FROM things WHERE heading LIKE '%cat%'" => ["1|a cat|3"];
        full_text_renamed: [Thing] to [Object], "{}",
            ["INSERT INTO things (id, title) VALUES (1, 'a cat')"],
            "SELECT id, title FROM objects" => ["1|a cat"];
        full_text_beside: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, title, size) VALUES (1, 'a cat', 3), (2, 'a dog', 4)"],
            "SELECT id, title, size, other FROM things WHERE title LIKE '%cat%'" => ["1|a cat|3|NULL"];
        other_key: [Thing] to [Thing], "{}",
            ["INSERT INTO things (code, size) VALUES ('a', 1), ('b', 2)"],
            "SELECT code, size FROM things ORDER BY code" => ["a|1", "b|2"];
        embedded: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, home_city, home_zip) VALUES (1, NULL, NULL)"],
            "SELECT id, home_city, home_zip, home_up, work_city FROM things ORDER BY id" => ["1|NULL|NULL|NULL|NULL"];
        one_to_one: [Owner, Thing] to [Owner, Thing], "{}",
            ["INSERT INTO owners (id) VALUES (4)", "INSERT INTO things (id, owner_id, boss_id) VALUES (1, 4, NULL), (2, NULL, 1)"],
            "SELECT id, owner_id, boss_id FROM things ORDER BY id" => ["1|4|NULL", "2|NULL|1"];
        defaults_of_kinds: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id) VALUES (1), (2)"],
            "SELECT COUNT(*), COUNT(DISTINCT token), MIN(sum), COUNT(at), CASE WHEN MIN(price) IN (2.5, 250) AND MIN(ratio) = 1.5 THEN 'y' END FROM things"
                => ["2|2|42|2|y"];
        collations: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, name, size) VALUES (1, 'one', 5), (2, 'two', 123456789012)"],
            "SELECT id, name, size FROM things ORDER BY id" => ["1|one|5", "2|two|123456789012"];
        enums_and_texts: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, state, word, level) VALUES (1, 'on', 'off', 2)"],
            "SELECT id, state, word, level FROM things" => ["1|on|off|2"];
        renamed_field: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, size) VALUES (1, 2)"],
            "SELECT id, size FROM things" => ["1|2"];
        reference_to: [Owner, Thing] to [Owner, Thing], "{}",
            ["INSERT INTO owners (id, code) VALUES (1, 'a')", "INSERT INTO things (id, owner) VALUES (7, 'a')"],
            "SELECT t.id, o.id FROM things t JOIN owners o ON o.word = t.owner" => ["7|1"];
        shared_columns: [Owner, Thing] to [Owner, Thing], "{}",
            ["INSERT INTO owners (shop, no, code) VALUES (1, 2, 'a'), (2, 2, 'b')",
             "INSERT INTO things (id, shop, maker, code) VALUES (7, 1, 2, 'a'), (8, 2, NULL, 'b'), (9, 3, NULL, NULL)"],
            "SELECT t.id, t.shop, o.code FROM things t LEFT JOIN owners o ON o.shop = t.shop AND o.no = t.maker ORDER BY t.id"
                => ["7|1|a", "8|2|NULL", "9|3|NULL"];
        key_over_fields: [Owner, Thing] to [Owner, Thing], "{}",
            ["INSERT INTO owners (shop, no) VALUES (1, 2)",
             "INSERT INTO things (id, shop, owner_no) VALUES (7, 1, 2), (8, NULL, NULL)"],
            "SELECT id, shop, owner_no FROM things ORDER BY id" => ["7|1|2", "8|NULL|NULL"];
        key_to_counter: [Thing] to [Thing], "{}",
            ["INSERT INTO things (code, size) VALUES ('a', 1), ('b', 2)"],
            "SELECT COUNT(DISTINCT id), COUNT(code) FROM things" => ["2|2"];
        counter_to_none: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, size) VALUES (5, 1)"],
            "SELECT id, size FROM things" => ["5|1"];
        enum_loses_its_default: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, grade) VALUES (1, 'low'), (2, 'high')"],
            "SELECT id, grade FROM things ORDER BY id" => ["1|low", "2|high"];
        partial_indexes: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, size, open) VALUES (1, 4, TRUE), (2, 4, FALSE)"],
            "SELECT id, size FROM things ORDER BY id" => ["1|4", "2|4"];
        indexes_on_expressions: [Thing] to [Thing], "{}",
            ["INSERT INTO things (id, a, b) VALUES (1, 4, 5)"],
            "SELECT id, a, b FROM things" => ["1|4|5"];
    };
    let lacks = |change: &Change| match change.name {
        "partial_indexes" => matches!(kind, Kind::MySql | Kind::MariaDb),
        "indexes_on_expressions" => kind == Kind::MariaDb,
        _ => false,
    };
    all.retain(|change| !lacks(change));
    if kind == Kind::Sqlite {
        for change in all.iter_mut().filter(|change| change.name == "days") {
            change.query = "SELECT day, at FROM things";
            change.rows = &["2024-02-29 00:00:00.000000|2024-02-29 23:59:58.123456"];
        }
    }
    // An index of words has the rows that are there.
    for change in &mut all {
        if let Some(query) = searches(kind, change.name) {
            change.query = query;
        }
    }
    // Where SQLite counts decimals in their last digit, the others write the point.
    if kind != Kind::Sqlite {
        for change in all.iter_mut().filter(|change| change.name == "decimals") {
            change.insert = &["INSERT INTO things (id, price, whole) VALUES (1, 150.00, -3)"];
        }
    }
    all
}

/// The query of a change to a full-text index, by that index where its name can be asked.
fn searches(kind: Kind, change: &str) -> Option<&'static str> {
    let [sqlite, mysql] = match change {
        "full_text" => [
            "SELECT id, title, body FROM things WHERE id IN (SELECT rowid FROM things_title_body_ft('cat'))",
            "SELECT id, title, body FROM things \
             WHERE MATCH (things_title_body_ft) AGAINST ('+wordcat' IN BOOLEAN MODE)",
        ],
        "full_text_elsewhere" => [
            "SELECT id, heading, size FROM things WHERE id IN (SELECT rowid FROM things_words('cat'))",
            "SELECT id, heading, size FROM things WHERE MATCH (things_words) AGAINST ('+wordcat' IN BOOLEAN MODE)",
        ],
        "full_text_renamed" => [
            "SELECT id, title FROM objects WHERE id IN (SELECT rowid FROM words('cat'))",
            "SELECT id, title FROM objects WHERE MATCH (words) AGAINST ('+wordcat' IN BOOLEAN MODE)",
        ],
        "full_text_beside" => [
            "SELECT id, title, size, other FROM things WHERE id IN (SELECT rowid FROM things_title_ft('cat'))",
            "SELECT id, title, size, other FROM things \
             WHERE MATCH (things_title_ft) AGAINST ('+wordcat' IN BOOLEAN MODE)",
        ],
        _ => return None,
    };
    match kind {
        Kind::Sqlite => Some(sqlite),
        Kind::Postgres => None,
        Kind::MySql | Kind::MariaDb => Some(mysql),
    }
}
