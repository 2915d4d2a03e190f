//! Rules of collations, of types in SQL, and of names from before.

use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::{Kind, PerBackend};

/// The types of a `STRICT` table.
const SQLITE_TYPES: [&str; 6] = ["ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"];
/// The collations of a file that every client can read.
const SQLITE_COLLATIONS: [&str; 3] = ["BINARY", "NOCASE", "RTRIM"];

/// Only text has a collation, and it must be one of the backend's.
pub(super) fn collation(ctxt: &Ctxt, field: &InputField) {
    let Some(given) = field.attr.collation.get() else { return };
    match &field.shape.kind {
        Kind::Text | Kind::Opaque => {}
        Kind::Reference(_) => {
            ctxt.error(given.span, "a foreign key compares as the key it refers to: remove `collation`");
        }
        _ => ctxt.error(
            given.span,
            format_args!("only a `String` has a collation, not `{}`: remove it", field.shape.written),
        ),
    }
    if let Some(name) = of(&given.value, "sqlite")
        && !SQLITE_COLLATIONS.iter().any(|known| known.eq_ignore_ascii_case(name))
    {
        ctxt.error(given.span, "SQLite has the collations `BINARY`, `NOCASE` and `RTRIM`: write one of them");
    }
    for backend in ["mysql", "mariadb"] {
        if let Some(name) = of(&given.value, backend)
            && !(name.starts_with("utf8mb4_")
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
        {
            ctxt.error(
                given.span,
                format_args!("text is in `utf8mb4` on {backend}: write a collation whose name begins so"),
            );
        }
    }
}

/// SQLite has few types, and a foreign key has that of the key it refers to.
pub(super) fn db_type(ctxt: &Ctxt, field: &InputField) {
    let Some(given) = field.attr.db_type.get() else { return };
    if matches!(field.shape.kind, Kind::Reference(_)) {
        ctxt.error(given.span, "a foreign key has the type of the key it refers to: remove `db_type`");
    }
    if let Some(name) = of(&given.value, "sqlite")
        && !SQLITE_TYPES.iter().any(|known| known.eq_ignore_ascii_case(name))
    {
        let known = SQLITE_TYPES.join("`, `");
        ctxt.error(given.span, format_args!("SQLite has the types `{known}`: write one of them"));
    }
}

fn of<'t>(texts: &'t PerBackend, backend: &str) -> Option<&'t str> {
    texts.some.iter().find(|(known, _)| *known == backend).map(|(_, text)| text.as_str())
}

/// A name from before is none that is there.
pub(super) fn renamed(ctxt: &Ctxt, input: &Input) {
    if let Some(given) = input.attr.renamed_from.get()
        && input.ident == given.value
    {
        ctxt.error(
            given.span,
            "this is the name that the model has: remove it, or write the name from before",
        );
    }
    for (at, field) in input.fields.iter().enumerate() {
        let Some(given) = field.attr.renamed_from.get() else { continue };
        if given.value == field.name {
            ctxt.error(
                given.span,
                "this is the name that the field has: remove it, or write the name from before",
            );
        } else if input.fields.iter().any(|other| other.name == given.value) {
            ctxt.error(
                given.span,
                format_args!(
                    "`{}` is another field, which is still there: remove `renamed_from`",
                    given.value
                ),
            );
        }
        let before = input.fields.iter().take(at);
        if before.filter_map(|other| other.attr.renamed_from.value()).any(|other| *other == given.value) {
            ctxt.error(
                given.span,
                format_args!("another field was `{}` before: remove one of them", given.value),
            );
        }
    }
}
