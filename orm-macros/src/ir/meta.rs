//! A `Meta`.

use proc_macro2::TokenStream;
use syn::{DeriveInput, Ident, Path};

use super::{Settings, crate_path, database};
use crate::attr::meta::MetaAttr;
use crate::ctxt::Ctxt;
use crate::input::refuse_generics;

/// A type with settings that models share.
pub(crate) struct Meta {
    pub(crate) ident: Ident,
    /// The path to the crate `orm`.
    pub(crate) krate: TokenStream,
    pub(crate) settings: Settings,
    pub(crate) extends: Option<Path>,
}

impl Meta {
    pub(crate) fn read(ctxt: &Ctxt, input: DeriveInput) -> Self {
        refuse_generics(ctxt, &input, "a `Meta`");
        let attr = MetaAttr::read(ctxt, &input.attrs);
        if let Some(parent) = attr.extends.get()
            && parent.value.is_ident(&input.ident)
        {
            ctxt.error(
                parent.span,
                format_args!("`{}` cannot extend itself: write another type", input.ident),
            );
        }
        Self {
            krate: crate_path(attr.krate.value()),
            settings: Settings {
                database: attr.database.value().map(database),
                replicas: attr.replicas.value().map(|replicas| replicas.iter().map(database).collect()),
                schema: attr.schema.value().cloned(),
                prefix: attr.table_prefix.value().cloned(),
                app: attr.app.value().cloned(),
                naming: attr.naming.value().copied().unwrap_or_default(),
            },
            extends: attr.extends.value().cloned(),
            ident: input.ident,
        }
    }
}
