//! Rules of names.

use syn::Ident;
use syn::ext::IdentExt;

use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::{Kind, foreign_key_column};

/// What a model has already, and what a program writes as `User::…`.
const RESERVED: &[&str] = &["objects", "TABLE", "WIDTH"];

/// No accessor hides what every model has.
pub(super) fn not_reserved(ctxt: &Ctxt, input: &Input) {
    for field in &input.fields {
        let (ident, given) = (field.accessor(), field.attr.accessor.is_given());
        let name = ident.unraw().to_string();
        if RESERVED.contains(&name.as_str()) {
            let way_out = if given { "another name" } else { "`#[field(accessor = other_name)]`" };
            ctxt.error(
                ident.span(),
                format_args!("`{}::{name}` is there already: write {way_out} for the constant", input.ident),
            );
        }
        if let Some(related) = field.attr.related_name.value() {
            let name = related.unraw().to_string();
            if RESERVED.contains(&name.as_str()) {
                ctxt.error(
                    related.span(),
                    format_args!("every model has `{name}` already: write another `related_name`"),
                );
            }
        }
    }
}

/// The constants of a model have names of their own, those of relations to itself included.
pub(super) fn accessors_differ(ctxt: &Ctxt, input: &Input) {
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut add = |ident: &Ident, owner: &str, way_out: &str| {
        let key = (owner.to_owned(), ident.unraw().to_string());
        if seen.contains(&key) {
            ctxt.error(ident.span(), format_args!("`{owner}::{}` is there already: write {way_out}", key.1));
        } else {
            seen.push(key);
        }
    };
    let model = input.ident.to_string();
    for field in &input.fields {
        add(field.accessor(), &model, "another `accessor`");
    }
    for field in &input.fields {
        if let (Some(target), Some(related)) = (field.shape.target(), field.attr.related_name.value()) {
            let target = quote::ToTokens::to_token_stream(target).to_string().replace(' ', "");
            add(related, &target, "another `related_name`");
        }
    }
}

/// Columns have names of their own; databases do not tell `Name` from `name`.
pub(super) fn columns_differ(ctxt: &Ctxt, input: &Input) {
    let mut seen: Vec<(String, &str)> = Vec::new();
    for field in &input.fields {
        let name = column(field).to_lowercase();
        if let Some((_, other)) = seen.iter().find(|(known, _)| *known == name) {
            ctxt.error(
                field.attr.column.span().unwrap_or_else(|| field.ident.span()),
                format_args!("the column `{name}` is that of `{other}`: write another `column = \"..\"`"),
            );
        } else {
            seen.push((name, &field.name));
        }
    }
}

/// The name of a field's column.
pub(crate) fn column(field: &InputField) -> String {
    match (field.attr.column.value(), &field.shape.kind) {
        (Some(given), _) => given.clone(),
        (None, Kind::Reference(_)) => foreign_key_column(&field.name),
        (None, _) => field.name.clone(),
    }
}

/// Setters do not take the names of the constructors.
pub(super) fn methods_differ(ctxt: &Ctxt, input: &Input) {
    let setters =
        input.attr.patch.value().is_some_and(|list| list.iter().any(|path| path.is_ident("setters")));
    for field in &input.fields {
        let optional = field.shape.nullable() || field.attr.default.is_given() || field.attr.insertable.is_given();
        if field.name == "new" && optional {
            ctxt.error(
                field.ident.span(),
                format_args!(
                    "`New{}::new` is the constructor: write another name, and `#[field(column = \"new\")]`",
                    input.ident
                ),
            );
        }
        if field.name == "default" && setters {
            ctxt.error(
                field.ident.span(),
                format_args!(
                    "`{}Patch::default` is the constructor: write another name, and `#[field(column = \"default\")]`",
                    input.ident
                ),
            );
        }
    }
}

/// Serde is asked for only where it is compiled in.
pub(super) fn serde_is_there(ctxt: &Ctxt, input: &Input) {
    if let (Some(span), false) = (input.attr.serde.span(), cfg!(feature = "serde")) {
        ctxt.error(span, "`serde` needs the feature `serde` of the crate `orm`: write it in `Cargo.toml`");
    }
}
