//! What can be kept of a model with errors.
//!
//! A model that is refused is still named by others: foreign keys lead to it, code inserts into it. So it is
//! expanded without what is wrong, and the errors that remain are those of the model itself.

use syn::parse_quote;

use super::{Default, InNew, Kind, Model, Says};
use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::{check, ir};

/// The model without its faults; `None` if too little of it is left.
pub(crate) fn salvage(input: Input, mut key: Vec<usize>) -> Option<Model> {
    if !input.plain {
        return None;
    }
    key.truncate(check::MOST_KEY_FIELDS);
    if key.is_empty() {
        key.push(likely_key(&input)?);
    }
    let unfit = |at: &usize| {
        let field = &input.fields[*at];
        field.shape.nullable() || field.is_embed() || field.is_reference_to(&input.ident)
    };
    if key.iter().any(unfit) {
        return None;
    }
    Some(without_faults(input, key))
}

/// The same for an embedded struct; `None` if a column of it cannot be.
pub(crate) fn salvage_embed(input: Input) -> Option<Model> {
    let itself = |field: &InputField| {
        field.is_embed() && check::is_path_to(field.shape.inner.as_ref().unwrap_or(&field.ty), &input.ident)
    };
    let fit = input.plain && !input.fields.is_empty() && !input.fields.iter().any(itself);
    fit.then(|| without_faults(input, Vec::new()))
}

fn without_faults(input: Input, key: Vec<usize>) -> Model {
    let wrong_names = check::wrong_names(&Ctxt::silent(), &input);
    let mut model = ir::model(input, key);
    model.broken = true;
    model.serde = false;
    // What is computed from columns may be what is wrong.
    model.checks.clear();
    model.indexes.clear();
    model.says = Says { ordering: true, indexes: true, unique_keys: true, checks: true };
    let krate = &model.krate;
    for (field, wrong) in model.fields.iter_mut().zip(wrong_names) {
        if field.wrong {
            field.rules.clear();
        }
        if field.in_new != InNew::Optional {
            field.default = None;
        } else if field.default.is_some() && (field.wrong || field.embed.is_some()) {
            field.default = Some(Default::Expression(parse_quote!(#krate::private::never())));
        }
        field.generated = None;
        field.choices.clear();
        if !field.shape.kind.is_opaque() {
            field.embed = None;
        }
        if wrong.accessor {
            field.accessor = None;
        }
        if let (true, Some(reference)) = (wrong.related_name, &mut field.reference) {
            reference.related_name = None;
        }
        if let (true, Some(reference)) = (wrong.relation, &mut field.reference) {
            reference.relation = None;
        }
    }
    // Too much of them depends on what may be wrong.
    model.foreign_keys.clear();
    model.many_to_many.clear();
    model
}

/// The field that is probably meant to be the key.
fn likely_key(input: &Input) -> Option<usize> {
    let fits = |kind: &Kind| matches!(kind, Kind::Integer | Kind::Text | Kind::Uuid);
    input
        .fields
        .iter()
        .position(|field| field.name == "id" && fits(&field.shape.kind))
        .or_else(|| input.fields.iter().position(|field| fits(&field.shape.kind) && !field.shape.nullable()))
}
