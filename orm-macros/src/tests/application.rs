//! The application of the workspace's tests, in which every word that the derives know stands for a reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::attr::words;

/// Where it is: of the tests, and of the crate that these use.
const SOURCES: [&str; 3] =
    ["../tests/e2e/hospital", "../tests/registry/src/formulary.rs", "../tests/registry/src/lib.rs"];

/// The words of all attributes in the tokens, as `attr::words` writes them.
fn used(tokens: TokenStream, out: &mut BTreeSet<String>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match (token, tokens.peek()) {
            (TokenTree::Punct(hash), Some(TokenTree::Group(group)))
                if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
            {
                let mut attribute = group.stream().into_iter();
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(settings))) =
                    (attribute.next(), attribute.next())
                {
                    items(&name.to_string(), settings.stream(), out);
                }
            }
            (TokenTree::Group(group), _) => used(group.stream(), out),
            _ => {}
        }
    }
}

/// The words of what is separated by commas.
fn items(path: &str, tokens: TokenStream, out: &mut BTreeSet<String>) {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    for item in all.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')) {
        let item = match item {
            [TokenTree::Punct(_), rest @ ..] => rest,
            item => item,
        };
        let [TokenTree::Ident(word), rest @ ..] = item else { continue };
        let path = format!("{path}.{word}");
        match rest {
            [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Parenthesis => {
                items(&path, group.stream(), out);
            }
            [TokenTree::Punct(equals), value, ..] if equals.as_char() == '=' => {
                out.insert(format!("{path}="));
                out.insert(format!("{path}={}", value.to_string().trim_matches('"')));
            }
            _ => {}
        }
        out.insert(path);
    }
}

fn files(path: &Path, out: &mut Vec<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a directory") {
            files(&entry.expect("an entry").path(), out);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        out.push(fs::read_to_string(path).expect("a file"));
    }
}

/// The words that are used nowhere in the sources.
fn missing(sources: &[String]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for source in sources {
        used(TokenStream::from_str(source).expect("Rust"), &mut found);
    }
    let unused = |word: &words::Word| !word.0.iter().any(|way| found.contains(way));
    words::all().iter().filter(|word| unused(word)).map(|word| word.0.join(" or ")).collect()
}

/// Who adds a setting gives it a reason in the application.
pub(super) fn complete() {
    let mut sources = Vec::new();
    for path in SOURCES {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &mut sources);
    }
    let missing = missing(&sources);
    assert!(missing.is_empty(), "use these in `tests/e2e/hospital`:\n{}", missing.join("\n"));
}

/// What is written elsewhere, in a comment or a text, does not count.
#[test]
fn a_word_is_missed_where_it_is_not_a_setting() {
    let source = r##"
        // #[field(unique)]
        #[model(table = "a", index(a, where = unique, name = "x"), many_to_many(b: B, through = C))]
        struct A {
            #[field(primary_key, default = "index", on_delete = set_null, validate(email))]
            max_length: i32,
        }
    "##;
    let missing = missing(&[source.to_owned()]);
    let misses = |word: &str| missing.iter().any(|known| known.split(" or ").any(|way| way == word));
    for word in ["field.unique", "field.index", "field.max_length", "model.many_to_many.table", "model.app"] {
        assert!(misses(word), "{word}");
    }
    for word in ["model.table", "model.index.where", "field.on_delete=set_null", "field.validate.email"] {
        assert!(!misses(word), "{word}");
    }
}

/// A derive with an attribute of its own has its settings in the list.
#[test]
fn a_list_of_words_knows_every_attribute() {
    let tokens = TokenStream::from_str(include_str!("../lib.rs")).expect("Rust");
    let mut found = BTreeSet::new();
    used(tokens, &mut found);
    let attributes: BTreeSet<_> =
        found.iter().filter_map(|path| path.strip_prefix("proc_macro_derive.attributes.")).collect();
    let known: BTreeSet<_> = words::ALL.iter().map(|vocabulary| vocabulary.attribute).collect();
    assert_eq!(attributes, known);
}
