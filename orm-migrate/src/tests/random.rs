//! Any two schemas: what is found leads from one to the other, and back.

use orm::schema::{Default, Generated, Index};
use proptest::prelude::*;

use super::*;
use crate::Choice;

const APPS: [&str; 2] = ["blog", "users"];

#[derive(Debug, Clone)]
struct Sketch {
    app: usize,
    columns: Vec<(u8, u8)>,
    keys: Vec<(u8, u8)>,
    indexes: Vec<(u8, u8, bool)>,
    checks: Vec<u8>,
    generated: Option<u8>,
    enumerated: bool,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let pairs = |most: usize| prop::collection::vec((0..6_u8, 0..6_u8), 0..most);
    (
        0..2_usize,
        pairs(5),
        pairs(3),
        prop::collection::vec((0..6_u8, 0..6_u8, any::<bool>()), 0..3),
        prop::collection::vec(0..6_u8, 0..2),
        prop::option::of(0..6_u8),
        any::<bool>(),
    )
        .prop_map(|(app, columns, keys, indexes, checks, generated, enumerated)| Sketch {
            app,
            columns,
            keys,
            indexes,
            checks,
            generated,
            enumerated,
        })
}

fn ty(of: u8) -> (Type, bool) {
    ([Type::Text, Type::I64, Type::Bool][usize::from(of % 3)], of > 2)
}

fn tables(sketches: &[Option<Sketch>], values: &[&str]) -> State {
    let mut state = State::new();
    for (at, sketch) in sketches.iter().enumerate() {
        let Some(sketch) = sketch else { continue };
        let name = format!("t{at}");
        let mut made = table(&name, Vec::new());
        let has = |made: &mut Table, column: TableColumn| {
            if made.column(&column.name).is_none() {
                made.columns.push(column);
            }
        };
        for (column, of) in &sketch.columns {
            let (ty, nullable) = ty(*of);
            has(&mut made, TableColumn { nullable, ..TableColumn::new(format!("c{column}"), ty) });
        }
        if sketch.enumerated {
            let values: Vec<_> = values.iter().map(|value| serde_json::json!(value)).collect();
            let ty = serde_json::json!({ "enum": values, "native": "state" });
            has(&mut made, null(TableColumn::new("state", serde_json::from_value(ty).expect("a type"))));
        }
        for (column, target) in &sketch.keys {
            let target = usize::from(*target);
            if sketches.get(target).is_some_and(Option::is_some) {
                let column = format!("k{column}");
                if made.column(&column).is_none() {
                    made = referring(made, &column, &format!("t{target}"));
                }
            }
        }
        let plain: Vec<_> = made.columns.iter().map(|column| column.name.clone()).collect();
        let column = |of: u8| plain[usize::from(of) % plain.len()].as_str();
        if let Some(of) = sketch.generated {
            let value = Generated { value: expression(&[column(of)]), stored: true };
            made.columns.push(TableColumn { generated: Some(value), ..null(text("g")) });
            made.indexes.push(Index::new(format!("{name}_g_ix"), &["g"]));
        }
        for (one, two, unique) in &sketch.indexes {
            let index_name = format!("{name}_i{one}");
            if made.indexes.iter().all(|index| index.name != index_name) {
                let index = Index { unique: *unique, ..Index::new(index_name, &[column(*two)]) };
                made.indexes.push(index);
            }
        }
        for of in &sketch.checks {
            made.checks.push(check(&format!("{name}_{}_ck", column(*of)), &[column(*of)]));
        }
        state.insert(APPS[sketch.app], made);
    }
    state
}

fn schema() -> impl Strategy<Value = State> {
    let values = prop::sample::select(vec![&["on"][..], &["on", "off"][..]]);
    (prop::collection::vec(prop::option::weighted(0.8, sketch()), 6), values)
        .prop_map(|(sketches, values)| tables(&sketches, values))
}

/// Migrations between the two, whatever is asked: answered by the first choice, or by the last.
fn between(files: &Files, new: &State, first: bool) -> (Vec<Migration>, Answers) {
    let mut options = Options::default();
    loop {
        match make(files, &wanted(new.clone()), &options).expect("made") {
            Made::Migrations(made) => return (made, options.answers),
            Made::Questions(questions) => {
                // One at a time: two old names may want to become the same new one.
                let question = &questions[0];
                let choice = if first { question.choices.first() } else { question.choices.last() };
                options
                    .answers
                    .insert(question.id.clone(), choice.cloned().unwrap_or(Choice::Fill(Default::Now)));
            }
        }
    }
}

fn cases() -> u32 {
    if std::env::var_os("ORM_TEST_FULL").is_some() { 2000 } else { 60 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_leads_there_and_back(
        schemas in prop::collection::vec(schema(), 1..4),
        first in any::<bool>(),
    ) {
        let mut files = Files::new();
        let mut old = State::new();
        for new in schemas {
            let (made, answers) = between(&files, &new, first);

            // Again, it is the same to the byte.
            let texts = |made: &[Migration]| made.iter().map(|made| made.text().expect("text")).collect::<Vec<_>>();
            let again = super::made(&files, &wanted(new.clone()), &Options { answers, ..Options::default() });
            prop_assert_eq!(texts(&again), texts(&made));

            // What is written is read, and means the same.
            for migration in &made {
                let text = migration.text().expect("text");
                let read = Migration::parse(migration.id.clone(), &text).expect("read");
                prop_assert_eq!(&read, migration);
                prop_assert_eq!(read.hash(), migration.hash());
            }

            // Back, one by one.
            let mut state = old.clone();
            let mut states = Vec::new();
            for migration in &made {
                for operation in &migration.operations {
                    states.push((state.clone(), operation, migration.id.app.clone()));
                    state.apply(operation, &migration.id.app).expect("forward");
                }
            }
            prop_assert_eq!(&state, &new);
            for (before, operation, app) in states.into_iter().rev() {
                for back in operation.reverse().expect("a way back") {
                    state.apply(&back, &app).expect("backward");
                }
                prop_assert_eq!(&state, &before, "{}", operation.describe());
            }

            // All of them in the order of their graph, and then nothing is left to do.
            made.into_iter().for_each(|made| files.insert(made));
            prop_assert_eq!(&files.state().expect("replayed"), &new);
            prop_assert!(super::made(&files, &wanted(new.clone()), &Options::default()).is_empty());
            old = new;
        }
    }
}
