//! Changes of models, and the operations that they come to.

use orm::model::IndexMethod;
use orm::schema::{Default, Generated, Index, Literal, Part, PartOf};
use orm::types::{EnumDef, EnumValue, EnumVariant, Type};

use super::*;
use crate::{Choice, Question, QuestionKind};

fn of(old: &[Table], new: &[Table]) -> Vec<String> {
    steps(old, &wanted(state(new)), Answers::new())
}

fn asked(old: &[Table], new: &[Table]) -> Vec<Question> {
    match make(&files_to(&state(old)), &wanted(state(new)), &Options::default()).expect("made") {
        Made::Migrations(made) => panic!("not asked: {made:#?}"),
        Made::Questions(questions) => questions,
    }
}

#[test]
fn nothing_comes_of_nothing() {
    let mut turned = table("a", vec![text("x"), null(text("y"))]);
    let old = turned.clone();
    turned.columns.reverse();
    assert!(of(&[old], &[turned]).is_empty(), "the order of columns is nothing that a database could change");
}

#[test]
fn columns_come_go_and_change() {
    let old = table("a", vec![text("x"), null(text("y")), text("z")]);
    let mut new = table("a", vec![null(text("x")), text("w")]);
    new.columns[2].default = Default::Value(Literal::Text("w".to_owned()));
    new.columns.push(TableColumn { max_length: Some(9), ..text("z") });
    let mut answers = Answers::new();
    answers.insert("column:a.y", Choice::Drop);
    assert_eq!(
        steps(&[old], &wanted(state(&[new])), answers),
        [
            "add the column w to a",
            "change the column x of a",
            "change the column z of a",
            "drop the column y of a"
        ]
    );
}

#[test]
fn every_attribute_of_a_column_counts() {
    let one = |change: &dyn Fn(&mut TableColumn)| {
        let mut new = table("a", vec![null(text("x"))]);
        change(&mut new.columns[1]);
        of(&[table("a", vec![null(text("x"))])], &[new])
    };
    let changes: [&dyn Fn(&mut TableColumn); 8] = [
        &|column| column.field = "other".to_owned(),
        &|column| column.ty = Type::Bytes,
        &|column| column.max_length = Some(7),
        &|column| column.db_type = Texts::all("citext"),
        &|column| column.collation = Texts::all("C"),
        &|column| column.default = Default::Value(Literal::Text(String::new())),
        &|column| column.choices = vec![Literal::Text("a".to_owned())],
        &|column| column.comment = Some("Words".to_owned()),
    ];
    for change in changes {
        assert_eq!(one(change), ["change the column x of a"]);
    }
}

#[test]
fn a_required_column_is_added_filled_and_then_required() {
    let (old, new) = ([table("a", vec![])], [table("a", vec![text("x")])]);
    let questions = asked(&old, &new);
    assert_eq!((questions[0].id.as_str(), questions[0].kind), ("fill:a.x", QuestionKind::Fill));
    let mut answers = Answers::new();
    answers.insert("fill:a.x", questions[0].choices[0].clone());
    let expected = ["add the column x to a", "fill the column x of a", "change the column x of a"];
    assert_eq!(steps(&old, &wanted(state(&new)), answers), expected);
    // What the program fills in itself needs no answer.
    let mut known = wanted(state(&new));
    known.fills.insert((TableName::new("a"), "x".to_owned()), Default::Now);
    assert_eq!(steps(&old, &known, Answers::new()), expected);
}

#[test]
fn null_that_goes_is_asked_for() {
    let (old, new) = ([table("a", vec![null(text("x"))])], [table("a", vec![text("x")])]);
    assert_eq!(asked(&old, &new)[0].id, "null:a.x");
    let mut answers = Answers::new();
    answers.insert("null:a.x", Choice::None);
    assert_eq!(steps(&old, &wanted(state(&new)), answers), ["change the column x of a"]);
}

#[test]
fn renames_are_asked_for_told_or_seen() {
    let old = [table("a", vec![text("title"), text("body")])];
    let mut new = [table("a", vec![text("heading"), text("body")])];
    let questions = asked(&old, &new);
    assert_eq!(questions.len(), 1);
    assert_eq!(questions[0].id, "column:a.title");
    assert_eq!(questions[0].choices, [Choice::Rename("heading".to_owned()), Choice::Drop]);
    let mut answers = Answers::new();
    answers.rename("a.title=heading").expect("a pair");
    let expected = ["rename the column title of a to heading"];
    assert_eq!(steps(&old, &wanted(state(&new)), answers), expected);
    // By the model itself, also if the type changes meanwhile.
    let mut told = wanted(state(&new));
    told.renamed_columns.insert((TableName::new("a"), "heading".to_owned()), "title".to_owned());
    assert_eq!(steps(&old, &told, Answers::new()), expected);
    let mut wide = told.clone();
    wide.state =
        state(&[table("a", vec![TableColumn { max_length: Some(3), ..text("heading") }, text("body")])]);
    assert_eq!(steps(&old, &wide, Answers::new()), [expected[0], "change the column heading of a"]);
    // A field that keeps its name has only another column.
    new[0].columns[1].field = "title".to_owned();
    assert_eq!(of(&old, &new), expected);
}

/// It is more than an index in some databases, and is made of names.
#[test]
fn full_text_indexes_are_made_anew_where_a_name_changes() {
    let search = |name: &str, columns: &[&str]| Index {
        method: IndexMethod::FullText,
        parts: vec![Part { of: PartOf::Expression(expression(columns)), descending: false }],
        ..Index::new(name, &[])
    };
    let with = |name: &str, column: &str, index: Index| {
        let mut made = table(name, vec![text(column)]);
        made.indexes.push(index);
        [made]
    };
    let plain = [table("a", vec![text("x")])];
    let old = with("a", "x", search("a_x_ft", &["x"]));
    assert_eq!(of(&plain, &old), ["add the index a_x_ft to a"]);
    assert_eq!(of(&old, &plain), ["drop the index a_x_ft of a"]);
    assert_eq!(
        of(&old, &with("a", "x", search("other", &["x"]))),
        ["drop the index a_x_ft of a", "add the index other to a"]
    );
    let mut answers = Answers::new();
    answers.rename("a.x=y").expect("a pair");
    assert_eq!(
        steps(&old, &wanted(state(&with("a", "y", search("a_x_ft", &["y"])))), answers),
        ["drop the index a_x_ft of a", "rename the column x of a to y", "add the index a_x_ft to a"]
    );
    let mut answers = Answers::new();
    answers.rename("a=b").expect("a pair");
    assert_eq!(
        steps(&old, &wanted(state(&with("b", "x", search("a_x_ft", &["x"])))), answers),
        [
            "drop the index a_x_ft of a",
            "rename the table a to b",
            "rename the primary key a_id_pk of b to b_id_pk",
            "add the index a_x_ft to b"
        ]
    );
}

/// Whatever they hold: a guess could cost what is in them.
#[test]
fn what_goes_while_something_comes_is_asked_for() {
    let old = [table("a", vec![TableColumn::new("count", Type::I32)])];
    let new = [table("a", vec![null(TableColumn::new("total", Type::I64))])];
    let questions = asked(&old, &new);
    assert_eq!(questions[0].choices, [Choice::Rename("total".to_owned()), Choice::Drop]);
    let mut answers = Answers::new();
    answers.rename("a.count=total").expect("a pair");
    assert_eq!(
        steps(&old, &wanted(state(&new)), answers),
        ["rename the column count of a to total", "change the column total of a"]
    );
    // Tables of one model name, of two modules.
    let of_model = |name: &str| Table { model: "Item".to_owned(), ..table(name, vec![]) };
    let questions = asked(&[of_model("b"), of_model("z")], &[of_model("a"), of_model("y")]);
    assert_eq!(questions.iter().map(|asked| asked.id.as_str()).collect::<Vec<_>>(), ["table:b", "table:z"]);
}

#[test]
fn an_answer_to_nothing_is_refused() {
    let old = [table("posts", vec![text("title"), text("body")])];
    let new = [table("posts", vec![text("heading"), text("body")])];
    let refused = |answers: Answers, new: &[Table]| {
        let options = Options { answers, ..Options::default() };
        make(&files_to(&state(&old)), &wanted(state(new)), &options).expect_err("refused").to_string()
    };
    let mut answers = Answers::new();
    answers.rename("posts.title=heading").expect("a pair");
    answers.rename("post.title=heading").expect("a pair");
    assert_eq!(refused(answers, &new), "there is no question that `column:post.title` would answer");
    let mut answers = Answers::new();
    answers.insert("table:post", Choice::Drop);
    assert_eq!(refused(answers, &old), "there is no question that `table:post` would answer");
    let mut answers = Answers::new();
    answers.insert("fill:posts.likes", Choice::Fill(Default::Value(Literal::Text("many".to_owned()))));
    let liked = [table("posts", vec![text("title"), text("body"), TableColumn::new("likes", Type::I32)])];
    assert!(refused(answers, &liked).contains("value of the column"));
}

#[test]
fn a_table_in_a_schema_is_renamed_by_both_names() {
    let of_schema = |name: &str| {
        let mut made = table(name, vec![]);
        made.name.schema = Some("shop".to_owned());
        made
    };
    let (old, new) = ([of_schema("posts")], [of_schema("articles"), table("articles", vec![])]);
    let mut answers = Answers::new();
    answers.rename("shop.posts=shop.articles").expect("a pair");
    let steps = steps(&old, &wanted(state(&new)), answers);
    assert!(steps.contains(&"rename the table shop.posts to shop.articles".to_owned()), "{steps:?}");
    assert!(steps.contains(&"create the table articles".to_owned()), "{steps:?}");
}

/// By names alone the values of one field would become those of another.
#[test]
fn a_name_that_is_used_again_is_refused() {
    let column = |name: &str, field: &str| TableColumn { field: field.to_owned(), ..null(text(name)) };
    let error = |old: &[Table], new: &Models| {
        make(&files_to(&state(old)), new, &Options::default()).expect_err("refused").to_string()
    };
    let old = [table("a", vec![column("title", "title")])];
    let new = [table("a", vec![column("heading", "title"), column("title", "subtitle")])];
    let told = error(&old, &wanted(state(&new)));
    assert!(told.contains("`title` is `heading` now"), "{told}");
    let old = [table("a", vec![column("one", "one"), column("two", "two")])];
    let mut swapped = wanted(state(&[table("a", vec![column("one", "one"), column("two", "two")])]));
    assert!(
        matches!(make(&files_to(&state(&old)), &swapped, &Options::default()), Ok(Made::Migrations(made)) if made.is_empty())
    );
    // What a model says of long ago is no rename.
    swapped.renamed_columns.insert((TableName::new("a"), "two".to_owned()), "one".to_owned());
    assert!(
        matches!(make(&files_to(&state(&old)), &swapped, &Options::default()), Ok(Made::Migrations(made)) if made.is_empty())
    );
    let of_model = |name: &str, model: &str| Table { model: model.to_owned(), ..table(name, vec![]) };
    let old = [of_model("posts", "Post")];
    let new = [of_model("articles", "Post"), of_model("posts", "Draft")];
    assert!(error(&old, &wanted(state(&new))).contains("`posts` is `articles` now"));
}

/// The SQL of what stands on a column depends on whether that may be NULL.
#[test]
fn null_changes_what_stands_on_a_column() {
    let make = |column: TableColumn| {
        let mut made = table("a", vec![column]);
        made.checks.push(check("x_ck", &["x"]));
        made.indexes.push(Index::new("x_ix", &["x"]));
        made
    };
    assert_eq!(
        of(&[make(text("x"))], &[make(null(text("x")))]),
        [
            "drop the check x_ck of a",
            "drop the index x_ix of a",
            "change the column x of a",
            "add the index x_ix to a",
            "add the check x_ck to a",
        ]
    );
}

#[test]
fn null_is_filled_when_the_type_is_there() {
    let old = [table("a", vec![null(TableColumn::new("kind", Type::Bool))])];
    let new = [table("a", vec![text("kind")])];
    let mut answers = Answers::new();
    answers.insert("null:a.kind", Choice::Fill(Default::Value(Literal::Text("none".to_owned()))));
    assert_eq!(
        steps(&old, &wanted(state(&new)), answers),
        ["change the column kind of a", "fill the column kind of a", "change the column kind of a"]
    );
}

#[test]
fn tables_are_renamed_with_what_hangs_on_them() {
    let child = || table("child", vec![]);
    let mut old = [table("posts", vec![text("title")]), referring(child(), "post", "posts")];
    old[0].indexes.push(Index::unique("posts_title_uq", &["title"]));
    let mut new = [table("articles", vec![text("title")]), referring(child(), "post", "articles")];
    new[0].indexes.push(Index::unique("articles_title_uq", &["title"]));
    assert_eq!(asked(&old, &new)[0].id, "table:posts");
    let mut answers = Answers::new();
    answers.rename("posts=articles").expect("a pair");
    assert_eq!(
        steps(&old, &wanted(state(&new)), answers),
        [
            "rename the table posts to articles",
            "rename the index posts_title_uq of articles to articles_title_uq",
            "rename the primary key posts_id_pk of articles to articles_id_pk",
        ]
    );
}

#[test]
fn what_reads_a_column_goes_before_it_is_renamed() {
    let make = |column: &str| {
        let mut made = table("a", vec![text(column)]);
        made.checks.push(check(&format!("{column}_ck"), &[column]));
        let value = Generated { value: expression(&[column]), stored: true };
        made.columns.push(TableColumn { generated: Some(value), ..null(text("sum")) });
        made.indexes.push(Index::new("sum_ix", &["sum"]));
        made
    };
    let mut answers = Answers::new();
    answers.rename("a.one=two").expect("a pair");
    assert_eq!(
        steps(&[make("one")], &wanted(state(&[make("two")])), answers),
        [
            "drop the check one_ck of a",
            "drop the index sum_ix of a",
            "drop the column sum of a",
            "rename the column one of a to two",
            "add the column sum to a",
            "add the index sum_ix to a",
            "add the check two_ck to a",
        ]
    );
}

#[test]
fn a_key_goes_while_its_columns_are_converted() {
    let make = |ty: Type| {
        let mut tables = [table("a", vec![]), referring(table("b", vec![]), "a_id", "a")];
        tables[0].columns[0].ty = ty;
        tables[1].columns[1].ty = ty;
        tables
    };
    assert_eq!(
        of(&make(Type::I32), &make(Type::I64)),
        [
            "drop the foreign key b_a_id_fk of b",
            "change the column id of a",
            "change the column a_id of b",
            "add the foreign key b_a_id_fk to b",
        ]
    );
}

#[test]
fn circles_of_tables_are_cut() {
    let tables = [referring(table("a", vec![]), "b_id", "b"), referring(table("b", vec![]), "a_id", "a")];
    assert_eq!(
        of(&[], &tables),
        ["create the table a", "create the table b", "add the foreign key a_b_id_fk to a"]
    );
    assert_eq!(
        of(&tables, &[]),
        ["drop the foreign key a_b_id_fk of a", "drop the table b", "drop the table a"]
    );
    let own = [referring(table("a", vec![]), "parent", "a")];
    assert_eq!(of(&[], &own), ["create the table a"]);
    assert_eq!(of(&own, &[]), ["drop the table a"]);
}

#[test]
fn keys_indexes_and_checks_change() {
    let mut old = table("a", vec![text("x"), text("y")]);
    let mut new = old.clone();
    old.indexes = vec![Index::new("i", &["x"]), Index::new("j", &["x"])];
    new.indexes = vec![Index::new("i", &["y"]), Index::new("k", &["x"])];
    old.checks = vec![check("c", &["x"])];
    new.checks = vec![check("d", &["x"])];
    new.primary_key = Some(PrimaryKey { name: "a_x_pk".to_owned(), columns: vec!["x".to_owned()] });
    new.columns[0].increment = false;
    new.comment = Some("Words".to_owned());
    assert_eq!(
        of(&[old], &[new]),
        [
            "drop the index i of a",
            "rename the check c of a to d",
            "rename the index j of a to k",
            "change the column id of a",
            "change the primary key of a",
            "change what is said of the table a",
            "add the index i to a",
        ]
    );
}

#[test]
fn actions_of_a_foreign_key_are_part_of_it() {
    let old = [table("a", vec![]), referring(table("b", vec![]), "a_id", "a")];
    let mut new = old.clone();
    new[1].foreign_keys[0].on_delete = orm::model::Action::Cascade;
    assert_eq!(of(&old, &new), ["drop the foreign key b_a_id_fk of b", "add the foreign key b_a_id_fk to b"]);
}

#[test]
fn an_enum_of_its_own_changes_for_all_columns_at_once() {
    static ONE: [EnumVariant; 1] = [EnumVariant { name: "", value: EnumValue::Text("on") }];
    static TWO: [EnumVariant; 2] = [ONE[0], EnumVariant { name: "", value: EnumValue::Text("off") }];
    static SHORT: EnumDef = EnumDef { name: "", stored: Type::Text, native: Some("state"), variants: &ONE };
    static LONG: EnumDef = EnumDef { variants: &TWO, ..SHORT };
    let tables = |def| {
        let column = || TableColumn::new("state", Type::Enum(def));
        [table("a", vec![column()]), table("b", vec![column()])]
    };
    assert_eq!(of(&tables(&SHORT), &tables(&LONG)), ["change the values of the enum state"]);
}

#[test]
fn a_table_that_is_left_to_others_stays() {
    let mut others = wanted(state(&[]));
    others.unmanaged.insert(TableName::new("a"));
    assert_eq!(steps(&[table("a", vec![])], &others, Answers::new()), ["leave the table a to others"]);
}

#[test]
fn a_table_of_others_is_taken_over_again() {
    let own = state(&[table("a", vec![])]);
    let mut others = wanted(State::new());
    others.unmanaged.insert(TableName::new("a"));
    let mut files = files_to(&own);
    for (models, expected) in
        [(&others, "leave the table a to others"), (&wanted(own.clone()), "take over the table a")]
    {
        let made = made(&files, models, &Options::default());
        let words: Vec<_> = made.iter().flat_map(|made| &made.operations).map(Operation::describe).collect();
        assert_eq!(words, [expected]);
        made.into_iter().for_each(|new| files.insert(new));
    }
    assert_eq!(files.state().expect("replayed"), own);
}

#[test]
fn what_stays_in_a_key_or_a_struct_may_change_its_type() {
    let number = |ty| TableColumn { increment: false, ..TableColumn::new("id", ty) };
    let mut old = table("a", vec![null(text("x")), null(text("y"))]);
    old.columns[0] = number(Type::I32);
    let embedded = |columns: &[&str]| orm::schema::Embedded {
        field: "home".to_owned(),
        columns: columns.iter().map(|own| (*own).to_owned()).collect(),
        required: Vec::new(),
    };
    old.embedded = vec![embedded(&["x"])];
    let mut new = old.clone();
    new.columns[0] = number(Type::I64);
    new.columns[1].max_length = Some(9);
    new.columns
        .push(TableColumn { default: Default::Value(Literal::Int(0)), ..TableColumn::new("z", Type::I32) });
    new.embedded = vec![embedded(&["x", "y"])];
    for key in new.primary_key.iter_mut() {
        key.columns.push("z".to_owned());
    }
    let steps = steps(&[old], &wanted(state(&[new])), Answers::new());
    assert_eq!(steps.len(), 5, "{steps:?}");
}
