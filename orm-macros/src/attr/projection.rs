//! `#[projection(..)]`

use syn::{Attribute, Expr, Path};

use super::slot::Slot;
use super::{Setting, Vocabulary, read};
use crate::ctxt::Ctxt;

/// The settings of a projection.
pub(crate) const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "projection",
    place: "a struct with `#[derive(Projection)]`",
    settings: &[("model", "model = Post"), ("grouped", "grouped"), ("crate", "crate = path::to::orm")],
};

/// The settings of its fields.
pub(crate) const FIELD: Vocabulary = Vocabulary {
    attribute: "projection",
    place: "a field of a struct with `#[derive(Projection)]`",
    settings: &[("expr", "expr = Post::likes * 2"), ("nested", "nested = Post::author")],
};

/// `#[projection(..)]` on a struct, as written.
pub(crate) struct ProjectionAttr {
    pub(crate) model: Slot<Path>,
    pub(crate) grouped: Slot<()>,
    pub(crate) krate: Slot<Path>,
}

impl ProjectionAttr {
    pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this =
            Self { model: Slot::new("model"), grouped: Slot::new("grouped"), krate: Slot::new("crate") };
        read(ctxt, attributes, &VOCABULARY, &[&FIELD], |name, setting| this.setting(ctxt, name, setting));
        this
    }

    fn setting(&mut self, ctxt: &Ctxt, name: &str, setting: &Setting<'_>) -> syn::Result<()> {
        let at = setting.span();
        match name {
            "model" => self.model.set(ctxt, at, setting.path()?),
            "grouped" => self.grouped.set(ctxt, at, setting.flag()?),
            "crate" => self.krate.set(ctxt, at, setting.path()?),
            _ => return Err(VOCABULARY.unknown(setting.key, &[])),
        }
        Ok(())
    }
}

/// `#[projection(..)]` on a field, as written.
pub(crate) struct ProjectedAttr {
    pub(crate) expr: Slot<Expr>,
    /// The foreign key; `None` for the one of the field's name.
    pub(crate) nested: Slot<Option<Expr>>,
}

impl ProjectedAttr {
    pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self { expr: Slot::new("expr"), nested: Slot::new("nested") };
        read(ctxt, attributes, &FIELD, &[&VOCABULARY], |name, setting| this.setting(ctxt, name, setting));
        this
    }

    fn setting(&mut self, ctxt: &Ctxt, name: &str, setting: &Setting<'_>) -> syn::Result<()> {
        let at = setting.span();
        match name {
            "expr" => self.expr.set(ctxt, at, setting.expr()?),
            "nested" if setting.is_bare() => self.nested.set(ctxt, at, None),
            "nested" => self.nested.set(ctxt, at, Some(setting.expr()?)),
            _ => return Err(FIELD.unknown(setting.key, &[])),
        }
        Ok(())
    }
}
