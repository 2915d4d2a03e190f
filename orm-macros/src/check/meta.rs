//! Rules of what a `Meta` passes on to models. Whether they have the fields, only the compiler knows.

use syn::ext::IdentExt;

use super::index::{Parts, methods, no_duplicates};
use crate::attr::index::{Index, PartOf};
use crate::attr::meta::MetaAttr;
use crate::ctxt::Ctxt;
use crate::input::Input;

/// Applies every rule.
pub(crate) fn passed_on(ctxt: &Ctxt, attr: &MetaAttr) {
    let mut seen = Vec::new();
    for field in attr.primary_key.value().into_iter().flatten() {
        once(ctxt, &mut seen, field);
    }
    if let Some(surplus) = attr.primary_key.value().and_then(|key| key.get(super::key::MAX)) {
        super::key::too_long(ctxt, surplus);
    }
    let mut seen = Vec::new();
    for part in attr.ordering.value().into_iter().flatten() {
        once(ctxt, &mut seen, &part.field);
    }
    let parts: Vec<Parts> = attr.indexes.iter().map(|index| listed(ctxt, index)).collect();
    no_duplicates(ctxt, &attr.indexes, &parts);
    methods(ctxt, &attr.indexes);
    super::constraint::checks_differ(ctxt, &attr.checks);
    let indexes = attr.indexes.iter().map(|index| (index.span, &index.name, "index"));
    let checks = attr.checks.iter().map(|check| (check.span, &check.name, "check"));
    for (span, name, what) in indexes.chain(checks) {
        if name.is_some() {
            ctxt.error(
                span,
                format_args!("each model has this {what}, under a name of its own: remove `name`"),
            );
        }
    }
    let given = |setting: &str| match setting {
        "ordering" => attr.ordering.is_given(),
        "index" => attr.indexes.iter().any(|index| !index.together),
        "unique_together" => attr.indexes.iter().any(|index| index.together),
        _ => !attr.checks.is_empty(),
    };
    for (span, setting) in &attr.none {
        if given(setting) {
            some_and_none(ctxt, *span, setting);
        }
    }
}

/// What a model says to have none of it does not have, and could inherit.
pub(super) fn none_of_something(ctxt: &Ctxt, input: &Input) {
    for (span, setting) in &input.attr.none {
        if input.attr.writes(setting) {
            some_and_none(ctxt, *span, setting);
        } else if !input.attr.meta.is_given() {
            ctxt.error(
                *span,
                format_args!("`{setting}()` leaves out what a `Meta` has, and there is none: remove it"),
            );
        }
    }
}

fn some_and_none(ctxt: &Ctxt, span: proc_macro2::Span, setting: &str) {
    ctxt.error(span, format_args!("`{setting}()` says that there is none: remove it, or the others"));
}

fn listed(ctxt: &Ctxt, index: &Index) -> Parts {
    let mut parts = Parts::new();
    for part in &index.parts {
        let written = part.written();
        if parts.iter().any(|(known, _)| *known == written) {
            ctxt.error(part.span, format_args!("`{written}` is listed twice: remove one of them"));
        }
        parts.push((written, part.descending));
    }
    let mut seen: Vec<String> =
        index.parts.iter().filter(|part| is_field(&part.of)).map(|part| part.written()).collect();
    for ident in index.include.value().into_iter().flatten() {
        once(ctxt, &mut seen, ident);
    }
    parts
}

fn is_field(of: &PartOf) -> bool {
    matches!(of, PartOf::Field(..))
}

fn once(ctxt: &Ctxt, seen: &mut Vec<String>, ident: &syn::Ident) {
    let name = ident.unraw().to_string();
    if seen.contains(&name) {
        ctxt.error(ident.span(), format_args!("`{name}` is listed twice: remove one of them"));
    }
    seen.push(name);
}
