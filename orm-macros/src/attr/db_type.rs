//! `#[db_type(..)]`

use syn::{Attribute, Path};

use super::slot::Slot;
use super::{Setting, Vocabulary, read};
use crate::ctxt::Ctxt;

/// The settings of a newtype.
pub(crate) const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "db_type",
    place: "a struct with `#[derive(DbType)]`",
    settings: &[("try_from", "try_from"), ("crate", "crate = path::to::orm")],
};

/// `#[db_type(..)]` as written.
pub(crate) struct DbTypeAttr {
    pub(crate) try_from: Slot<()>,
    pub(crate) krate: Slot<Path>,
}

impl DbTypeAttr {
    pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self { try_from: Slot::new("try_from"), krate: Slot::new("crate") };
        read(ctxt, attributes, &VOCABULARY, &[], |name, setting| this.setting(ctxt, name, setting));
        this
    }

    fn setting(&mut self, ctxt: &Ctxt, name: &str, setting: &Setting<'_>) -> syn::Result<()> {
        let at = setting.span();
        match name {
            "try_from" => self.try_from.set(ctxt, at, setting.flag()?),
            "crate" => self.krate.set(ctxt, at, setting.path()?),
            _ => return Err(VOCABULARY.unknown(setting.key, &[])),
        }
        Ok(())
    }
}
