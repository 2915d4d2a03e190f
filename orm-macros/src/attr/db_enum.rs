//! `#[db_enum(..)]`, on an enum and on its variants.

use proc_macro2::Span;
use syn::{Attribute, LitStr, Path};

use super::slot::Slot;
use super::{Setting, Vocabulary, read};
use crate::ctxt::Ctxt;
use crate::ir::Case;

/// The settings of an enum.
pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "db_enum",
    place: "an enum with `#[derive(DbEnum)]`",
    settings: &[
        ("rename_all", "rename_all = \"snake_case\""),
        ("integer", "integer"),
        ("native", "native"),
        ("name", "name = \"type_name\""),
        ("crate", "crate = path::to::orm"),
    ],
};

/// The settings of a variant.
pub(super) const VARIANT: Vocabulary =
    Vocabulary { attribute: "db_enum", place: "a variant", settings: &[("rename", "rename = \"value\"")] };

/// `#[db_enum(..)]` on an enum, as written.
pub(crate) struct DbEnumAttr {
    pub(crate) rename_all: Slot<Case>,
    pub(crate) integer: Slot<()>,
    pub(crate) native: Slot<()>,
    pub(crate) name: Slot<(String, Span)>,
    pub(crate) krate: Slot<Path>,
}

impl DbEnumAttr {
    pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self {
            rename_all: Slot::new("rename_all"),
            integer: Slot::new("integer"),
            native: Slot::new("native"),
            name: Slot::new("name"),
            krate: Slot::new("crate"),
        };
        read(ctxt, attributes, &VOCABULARY, &[&VARIANT], |name, setting| this.setting(ctxt, name, setting));
        this
    }

    fn setting(&mut self, ctxt: &Ctxt, name: &str, setting: &Setting<'_>) -> syn::Result<()> {
        let at = setting.span();
        match name {
            "rename_all" => self.rename_all.set(ctxt, at, setting.text_choice(&Case::ALL)?),
            "integer" => self.integer.set(ctxt, at, setting.flag()?),
            "native" => self.native.set(ctxt, at, setting.flag()?),
            "name" => {
                let text = setting.literal()?;
                self.name.set(ctxt, at, (text.value(), text.span()));
            }
            "crate" => self.krate.set(ctxt, at, setting.path()?),
            _ => return Err(VOCABULARY.unknown(setting.key, &[])),
        }
        Ok(())
    }
}

/// `#[db_enum(rename = "..")]` on a variant.
pub(crate) fn rename(ctxt: &Ctxt, attributes: &[Attribute]) -> Slot<LitStr> {
    let mut rename = Slot::new("rename");
    read(ctxt, attributes, &VARIANT, &[&VOCABULARY], |_, setting| {
        let text = setting.literal()?;
        rename.set(ctxt, setting.span(), text);
        Ok(())
    });
    rename
}
