//! Models before and behind a change, a module each.

/// A module of models as they were, and as they are.
macro_rules! change {
    ($($name:ident { { $($before:item)* } { $($after:item)* } })*) => {$(
        pub(super) mod $name {
            pub(crate) mod before {
                use orm::prelude::*;
                $($before)*
            }
            pub(crate) mod after {
                use orm::prelude::*;
                $($after)*
            }
        }
    )*};
}

change! {
    full_text {
        { #[derive(Model, Debug)] #[model(table = "things", full_text(title, name = "things_words"))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub title: String, pub body: Option<String> }
          #[derive(Model, Debug)] #[model(table = "gones", full_text(about))]
          pub struct Gone { #[field(primary_key)] pub id: i64, pub about: String } }
        { #[derive(Model, Debug)] #[model(table = "things", full_text(title, body), full_text(body, accessor = by_body))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub title: String, pub body: Option<String> }
          #[derive(Model, Debug)] #[model(table = "comes", full_text(about))]
          pub struct Come { #[field(primary_key)] pub id: i64, pub about: String } }
    }
    full_text_elsewhere {
        { #[derive(Model, Debug)] #[model(table = "things", full_text(title, name = "things_words"))]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 30)] pub title: String, pub size: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things", full_text(heading, name = "things_words"))]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 40, renamed_from = "title")] pub heading: String,
              pub size: i64 } }
    }
    full_text_renamed {
        { #[derive(Model, Debug)] #[model(table = "things", full_text(title, name = "words"))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub title: String } }
        { #[derive(Model, Debug)] #[model(table = "objects", renamed_from = "Thing", full_text(title, name = "words"))]
          pub struct Object { #[field(primary_key)] pub id: i64, pub title: String } }
    }
    full_text_beside {
        { #[derive(Model, Debug)] #[model(table = "things", full_text(title), index(size))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub title: String, pub size: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things", full_text(title))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub title: String, pub size: i64, pub other: Option<i32> } }
    }
    nullable_column {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 20)] pub name: String } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 20)] pub name: String,
              pub rating: Option<i32>, pub open: Option<bool> } }
    }
    required_column {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub rating: i16, #[field(max_length = 30)] pub title: String } }
    }
    column_with_default {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(db_default = 5)] pub size: i32,
              #[field(max_length = 20, db_default = "it's")] pub word: String } }
    }
    renamed_column {
        { #[derive(Model, Debug)] #[model(table = "things", index(open, size))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub open: bool, pub size: i8 } }
        { #[derive(Model, Debug)] #[model(table = "things", index(is_open, size))]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(renamed_from = "open")] pub is_open: bool, pub size: i8 } }
    }
    wider_numbers {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: i8, pub b: u16, pub c: i32, pub d: bool } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: i16, pub b: i64, pub c: f64, pub d: i32 } }
    }
    number_to_text {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(db_default = 3)] pub code: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 20, db_default = "new")] pub code: String } }
    }
    longer_text {
        { #[derive(Model, Debug)] #[model(table = "things", index(name))]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 10)] pub name: String, #[field(max_length = 5)] pub note: String } }
        { #[derive(Model, Debug)] #[model(table = "things", index(name))]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 90)] pub name: String, pub note: String } }
    }
    required {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub size: Option<i32>, pub other: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub size: i32, pub other: Option<i32> } }
    }
    other_default {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(db_default = 5)] pub a: i32, pub b: i32, #[field(db_default = true)] pub c: bool } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(db_default = 6)] pub a: i32, #[field(db_default = 1)] pub b: i32, pub c: bool } }
    }
    indexes {
        { #[derive(Model, Debug)] #[model(table = "things", index(a), index(b))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: i32, pub b: i32, #[field(unique)] pub c: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things", index(a, -b), unique_together(a, c))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: i32, #[field(unique)] pub b: i32, pub c: i32 } }
    }
    checks {
        { #[derive(Model, Debug)] #[model(table = "things", check(Self::a.is_null() | Self::a.gt(0), name = "a_up"))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: i32, #[field(choices(1, 2))] pub b: i32, pub c: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things", check(Self::a.gt(-5), name = "a_up"), check(Self::a.lt(100), name = "a_low"))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: i32, #[field(choices(1, 2, 3))] pub b: i32, #[field(choices(7, 8))] pub c: i32 } }
    }
    foreign_key {
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64 } }
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub owner: Option<ForeignKey<Owner>>,
              #[field(on_delete = cascade)] pub other: Option<ForeignKey<Owner>> } }
    }
    key_action {
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things", index(owner, size))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub owner: ForeignKey<Owner>, pub size: i32 } }
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(on_delete = cascade)] pub owner: ForeignKey<Owner>, pub size: i32 } }
    }
    decimals {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(precision = 8, scale = 2)] pub price: rust_decimal::Decimal, pub whole: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(precision = 12, scale = 4)] pub price: rust_decimal::Decimal,
              #[field(precision = 14, scale = 3)] pub whole: rust_decimal::Decimal } }
    }
    days {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub day: NaiveDate, pub at: NaiveDateTime } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub day: NaiveDateTime, pub at: DateTime<Utc> } }
    }
    tables {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "leavers", index(size))]
          pub struct Leaver { #[field(primary_key)] pub id: i64, pub size: u32, pub thing: ForeignKey<Thing> } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "joiners", unique_together(name, thing))]
          pub struct Joiner { #[field(primary_key)] pub id: i64, #[field(max_length = 20)] pub name: String, pub thing: ForeignKey<Thing> } }
    }
    renamed_table {
        { #[derive(Model, Debug)] #[model(table = "things", index(size))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub open: bool, pub size: i32, pub parent: Option<ForeignKey<Thing>> }
          #[derive(Model, Debug)] #[model(table = "parts")]
          pub struct Part { #[field(primary_key)] pub id: i64, pub thing: ForeignKey<Thing> } }
        { #[derive(Model, Debug)] #[model(table = "objects", renamed_from = "Thing", index(size))]
          pub struct Object { #[field(primary_key)] pub id: i64, pub open: bool, pub size: i32, pub parent: Option<ForeignKey<Object>> }
          #[derive(Model, Debug)] #[model(table = "parts")]
          pub struct Part { #[field(primary_key)] pub id: i64, pub thing: ForeignKey<Object> } }
    }
    enum_values {
        { #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] pub enum Level { Low, High }
          #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] #[db_enum(native, name = "thing_mood")] pub enum Mood { Sad, Glad }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub level: Level, pub mood: Mood } }
        { #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] pub enum Level { Low, Middle, High }
          #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] #[db_enum(native, name = "thing_mood")] pub enum Mood { Bored, Sad, So, Glad }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub level: Level, pub mood: Mood } }
    }
    new_native_enum {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 9)] pub state: String } }
        { #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] #[db_enum(native, name = "thing_state", rename_all = "lowercase")] pub enum State { On, Off }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub state: State } }
    }
    generated {
        { #[derive(Model, Debug)] #[model(table = "things", index(twice))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub size: i32, #[field(generated = Self::size * 2)] pub twice: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things", index(twice))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub size: i32, #[field(generated = Self::size * 3)] pub twice: i32,
              #[field(generated = Self::size + 1)] pub next: i32 } }
    }
    comments {
        { /// Things.
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, /// How large.
              pub size: i32, pub other: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, /// It's how large.
              pub size: i32, /// New.
              pub other: i32 } }
    }
    key_type {
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i32 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i32, pub owner: ForeignKey<Owner> } }
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub owner: ForeignKey<Owner> } }
    }
    dropped_columns {
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things", index(a, b), check(Self::a.is_null() | Self::a.gt(0), name = "a_up"))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: Option<i32>, pub b: Option<bool>, pub kept: i32, pub owner: Option<ForeignKey<Owner>> } }
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub kept: i32 } }
    }
    circle {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub first: Option<ForeignKey<Part>> }
          #[derive(Model, Debug)] #[model(table = "parts")]
          pub struct Part { #[field(primary_key)] pub id: i64, #[field(on_delete = cascade)] pub thing: ForeignKey<Thing> } }
    }
    other_key {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key, max_length = 10)] pub code: String, pub size: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things", primary_key(code, size))]
          pub struct Thing { #[field(max_length = 10)] pub code: String, pub size: i32 } }
    }

    embedded {
        { #[derive(Embed, Debug, Clone)] pub struct Place { #[field(max_length = 20)] pub city: String, pub zip: Option<i32> }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(embed)] pub home: Option<Place> } }
        { #[derive(Embed, Debug, Clone)] pub struct Place { #[field(max_length = 20)] pub city: String, pub zip: Option<i32>, pub up: bool }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(embed)] pub home: Option<Place>, #[field(embed)] pub work: Option<Place> } }
    }
    one_to_one {
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub owner: Option<ForeignKey<Owner>>, pub boss: Option<ForeignKey<Thing>> } }
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(one_to_one)] pub owner: Option<ForeignKey<Owner>>,
              #[field(on_delete = set_null)] pub boss: Option<ForeignKey<Thing>> } }
    }
    defaults_of_kinds {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(db_default = now)] pub at: DateTime<Utc>,
              #[field(db_default = uuid)] pub token: uuid::Uuid, #[field(db_default = 1.5)] pub ratio: f64,
              #[field(precision = 6, scale = 2, db_default = 2.5)] pub price: rust_decimal::Decimal,
              #[field(db_default(sql = "40 + 2"))] pub sum: i32 } }
    }
    collations {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 20, unique)] pub name: String, pub size: i64 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64,
              #[field(max_length = 20, unique, collation(sqlite = "NOCASE", mysql = "utf8mb4_0900_ai_ci", mariadb = "utf8mb4_general_ci", postgres = "POSIX"))]
              pub name: String,
              #[field(db_type(postgres = "NUMERIC(12)", mysql = "DECIMAL(12)", mariadb = "DECIMAL(12)"))] pub size: i64 } }
    }
    enums_and_texts {
        { #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] #[db_enum(rename_all = "lowercase")] pub enum State { On, Off }
          #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] #[db_enum(integer)] pub enum Level { Low = 1, High = 2 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub state: State, #[field(max_length = 10)] pub word: String, pub level: Level } }
        { #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] #[db_enum(rename_all = "lowercase")] pub enum State { On, Off }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 10)] pub state: String, pub word: State, pub level: i32 } }
    }
    renamed_field {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(column = "size")] pub size: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(column = "size", renamed_from = "size")] pub length: i32 } }
    }
    reference_to {
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64, #[field(max_length = 20, unique)] pub code: String }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(references(Owner, code), max_length = 20)] pub owner: String } }
        { #[derive(Model, Debug)] #[model(table = "owners")]
          pub struct Owner { #[field(primary_key)] pub id: i64, #[field(max_length = 40, unique, renamed_from = "code")] pub word: String }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(references(Owner, word), max_length = 40)] pub owner: String } }
    }
    key_to_counter {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key, max_length = 10)] pub code: String, pub size: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(max_length = 10, unique)] pub code: String, pub size: i32 } }
    }
    counter_to_none {
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub size: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key, auto = false)] pub id: i64, pub size: i32 } }
    }
    enum_loses_its_default {
        { #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] #[db_enum(native, name = "thing_grade", rename_all = "lowercase")] pub enum Grade { Old, Low, High }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(db_default = "old")] pub grade: Grade } }
        { #[derive(orm::DbEnum, Debug, Clone, Copy, PartialEq, Eq)] #[db_enum(native, name = "thing_grade", rename_all = "lowercase")] pub enum Grade { Low, High }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(db_default = "low")] pub grade: Grade } }
    }
    partial_indexes {
        { #[derive(Model, Debug)] #[model(table = "things", index(size, where = Self::open))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub size: i32, pub open: bool } }
        { #[derive(Model, Debug)] #[model(table = "things", index(size, where = Self::size.gt(3)), unique_together(size, where = Self::open))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub size: i64, pub open: bool } }
    }
    indexes_on_expressions {
        { #[derive(Model, Debug)] #[model(table = "things", index(expr(Self::a + Self::b)))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: i32, pub b: i32 } }
        { #[derive(Model, Debug)] #[model(table = "things", index(expr(Self::a - Self::b)))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub a: i64, pub b: i64 } }
    }
    shared_columns {
        { #[derive(Model, Debug)] #[model(table = "owners", primary_key(shop, no), unique_together(shop, code))]
          pub struct Owner { pub shop: i64, pub no: i32, #[field(max_length = 8)] pub code: String }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub shop: i64, pub maker: Option<i32>, #[field(max_length = 8)] pub code: Option<String> } }
        { #[derive(Model, Debug)] #[model(table = "owners", primary_key(shop, no), unique_together(shop, code))]
          pub struct Owner { pub shop: i64, pub no: i32, #[field(max_length = 8)] pub code: String }
          #[derive(Model, Debug)]
          #[model(table = "things", foreign_key(owner: Owner, fields(shop, maker), on_delete = cascade),
              foreign_key(coded: Owner, fields(code, shop), references(code, shop)))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub shop: i64, pub maker: Option<i32>, #[field(max_length = 8)] pub code: Option<String> } }
    }
    key_over_fields {
        { #[derive(Model, Debug)] #[model(table = "owners", primary_key(shop, no))]
          pub struct Owner { pub shop: i64, pub no: i32 }
          #[derive(Model, Debug)] #[model(table = "things")]
          pub struct Thing { #[field(primary_key)] pub id: i64, #[field(columns(shop = "shop", no = "owner_no"))] pub owner: Option<ForeignKey<Owner>> } }
        { #[derive(Model, Debug)] #[model(table = "owners", primary_key(shop, no))]
          pub struct Owner { pub shop: i64, pub no: i32 }
          #[derive(Model, Debug)] #[model(table = "things", foreign_key(owner: Owner, fields(shop, by)))]
          pub struct Thing { #[field(primary_key)] pub id: i64, pub shop: Option<i64>, #[field(column = "owner_no")] pub by: Option<i32> } }
    }
}
