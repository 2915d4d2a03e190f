//! `#[embed(..)]`

use syn::Attribute;

use super::model::ModelAttr;
use super::{Vocabulary, misplaced};
use crate::ctxt::Ctxt;

/// The settings of an embedded struct.
pub(crate) const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "embed",
    place: "a struct with `#[derive(Embed)]`",
    settings: &[
        ("serde", "serde"),
        ("new", "new(Debug, Clone)"),
        ("patch", "patch(Debug, setters)"),
        ("crate", "crate = path::to::orm"),
    ],
};

/// Reads `#[embed(..)]`: what a model has of it, in the place of a model's.
pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute]) -> ModelAttr {
    misplaced(
        ctxt,
        attributes,
        "model",
        "`#[model(..)]` belongs on a struct with `#[derive(Model)]`: write `#[embed(..)]`",
    );
    ModelAttr::read_as(ctxt, attributes, &VOCABULARY, &[&super::model::VOCABULARY, &super::field::VOCABULARY])
}
