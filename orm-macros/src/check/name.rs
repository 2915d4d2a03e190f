//! Rules of names.

use syn::Ident;
use syn::ext::IdentExt;

use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::{Kind, foreign_key_column};

/// What a model has already, and what a program writes as `User::…`.
const RESERVED: &[&str] = &["objects", "TABLE", "WIDTH"];

/// Which names of a field's constants cannot be.
#[derive(Default)]
pub(crate) struct WrongNames {
    pub(crate) accessor: bool,
    pub(crate) relation: bool,
    pub(crate) related_name: bool,
}

/// Accessors have names of their own, those of relations to the model itself included, and hide nothing that
/// every model has.
pub(crate) fn accessors(ctxt: &Ctxt, input: &Input) -> Vec<WrongNames> {
    let mut wrong: Vec<WrongNames> = input.fields.iter().map(|_| WrongNames::default()).collect();
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut is_wrong = |ident: &Ident, owner: &str, way_out: &str| {
        let key = (owner.to_owned(), ident.unraw().to_string());
        let wrong = RESERVED.contains(&key.1.as_str()) || seen.contains(&key);
        if wrong {
            ctxt.error(ident.span(), format_args!("`{owner}::{}` is there already: write {way_out}", key.1));
        }
        seen.push(key);
        wrong
    };
    let model = input.ident.to_string();
    for (field, wrong) in input.fields.iter().zip(&mut wrong) {
        let given = field.attr.accessor.is_given();
        let way_out = if given { "another `accessor`" } else { "`#[field(accessor = other_name)]`" };
        wrong.accessor = is_wrong(field.accessor(), &model, way_out);
    }
    for (field, wrong) in input.fields.iter().zip(&mut wrong) {
        if let Some(relation) = field.attr.relation.value() {
            wrong.relation = is_wrong(relation, &model, "another `relation`");
        }
    }
    for (field, wrong) in input.fields.iter().zip(&mut wrong) {
        if let (Some(target), Some(related)) = (field.target(), field.attr.related_name.value()) {
            let target = quote::ToTokens::to_token_stream(target).to_string().replace(' ', "");
            wrong.related_name =
                is_wrong(related, &target, "another `related_name`") || target.starts_with("::");
        }
    }
    for accessor in input.attr.indexes.iter().filter_map(|index| index.full_text.as_ref()) {
        is_wrong(accessor, &model, "`full_text(.., accessor = other_name)`");
    }
    for key in &input.attr.foreign_keys {
        is_wrong(&key.name, &model, "another name for the relation");
        if let Some(related) = &key.related_name {
            let target = quote::ToTokens::to_token_stream(&key.target).to_string().replace(' ', "");
            is_wrong(related, &target, "another `related_name`");
        }
    }
    for many in &input.attr.many_to_many {
        is_wrong(&many.name, &model, "another name for the relation");
        if let Some(related) = &many.related_name {
            let target = quote::ToTokens::to_token_stream(&many.target).to_string().replace(' ', "");
            is_wrong(related, &target, "another `related_name`");
        }
    }
    wrong
}

/// Columns have names of their own; databases do not tell `Name` from `name`.
pub(super) fn columns_differ(ctxt: &Ctxt, input: &Input) {
    let mut seen: Vec<(String, &str)> = Vec::new();
    for field in input.fields.iter().filter(|field| !field.is_embed()) {
        let at = field.attr.column.span().unwrap_or_else(|| field.ident.span());
        let names = match field.attr.columns.value() {
            Some(columns) => columns.iter().map(|(_, name)| (name.value(), name.span())).collect(),
            None => vec![(column(field), at)],
        };
        for (name, span) in names {
            let name = name.to_lowercase();
            let Some((_, other)) = seen.iter().find(|(known, _)| *known == name) else {
                seen.push((name, &field.name));
                continue;
            };
            match field.attr.columns.is_given() {
                false => ctxt.error(
                    span,
                    format_args!("`{other}` has the column `{name}` already: write another `column = \"..\"`"),
                ),
                true => ctxt.error(
                    span,
                    format_args!(
                        "`{other}` has the column `{name}` already: write another name, or fields for the columns and \
                         `#[model(foreign_key({}: Model, fields({other}, ..)))]`, where keys may share them",
                        field.name
                    ),
                ),
            }
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
        let optional = field.shape.nullable()
            || field.attr.default.is_given()
            || field.attr.db_default.is_given()
            || field.attr.insertable.is_given();
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
