//! `#[meta(..)]`

use proc_macro2::Span;
use syn::{Attribute, Ident, Path};

use super::constraint::Check;
use super::index::Index;
use super::model::{INHERITED, field_name};
use super::ordering::{Part, part};
use super::slot::Slot;
use super::value::TextOrPath;
use super::{Setting, Vocabulary, read};
use crate::ctxt::Ctxt;
use crate::ir::Naming;

/// The settings of a `Meta`.
pub(crate) const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "meta",
    place: "a struct with `#[derive(Meta)]`",
    settings: &[
        ("database", "database = DB"),
        ("replicas", "replicas(REPLICA_1, REPLICA_2)"),
        ("schema", "schema = \"public\""),
        ("table_prefix", "table_prefix = \"app_\""),
        ("app", "app = \"blog\""),
        ("naming", "naming(tables = \"PascalCase\", plural, columns = \"camelCase\")"),
        ("primary_key", "primary_key(tenant_id, id)"),
        ("ordering", "ordering(-created_at, id)"),
        ("unique_together", "unique_together(a, b)"),
        ("index", "index(a, -b)"),
        ("check", "check(|likes: i32| likes.ge(0))"),
        ("extends", "extends = ParentMeta"),
        ("crate", "crate = path::to::orm"),
    ],
};

/// `#[meta(..)]` as written.
pub(crate) struct MetaAttr {
    pub(crate) database: Slot<TextOrPath>,
    pub(crate) replicas: Slot<Vec<TextOrPath>>,
    pub(crate) schema: Slot<String>,
    pub(crate) table_prefix: Slot<String>,
    pub(crate) app: Slot<String>,
    pub(crate) naming: Slot<Naming>,
    /// For models that say `primary_key = inherited`.
    pub(crate) primary_key: Slot<Vec<Ident>>,
    pub(crate) ordering: Slot<Vec<Part>>,
    /// Those of `unique_together` among them.
    pub(crate) indexes: Vec<Index>,
    pub(crate) checks: Vec<Check>,
    /// Settings that are there to say that nothing is inherited: `index()`.
    pub(crate) none: Vec<(Span, &'static str)>,
    pub(crate) extends: Slot<Path>,
    pub(crate) krate: Slot<Path>,
}

impl MetaAttr {
    pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self {
            database: Slot::new("database"),
            replicas: Slot::new("replicas"),
            schema: Slot::new("schema"),
            table_prefix: Slot::new("table_prefix"),
            app: Slot::new("app"),
            naming: Slot::new("naming"),
            primary_key: Slot::new("primary_key"),
            ordering: Slot::new("ordering"),
            indexes: Vec::new(),
            checks: Vec::new(),
            none: Vec::new(),
            extends: Slot::new("extends"),
            krate: Slot::new("crate"),
        };
        let others = [&super::model::VOCABULARY];
        read(ctxt, attributes, &VOCABULARY, &others, |name, setting| this.setting(ctxt, name, setting));
        this
    }

    fn setting(&mut self, ctxt: &Ctxt, name: &str, setting: &Setting<'_>) -> syn::Result<()> {
        let at = setting.span();
        if let Some(known) = INHERITED.iter().find(|known| **known == name)
            && setting.says_none()
        {
            self.none.push((at, known));
            return Ok(());
        }
        match name {
            "database" => self.database.set(ctxt, at, setting.text_or_path()?),
            "replicas" => self.replicas.set(ctxt, at, setting.texts_or_paths()?),
            "schema" => self.schema.set(ctxt, at, setting.identifier()?),
            "table_prefix" => self.table_prefix.set(ctxt, at, setting.identifier()?),
            "app" => self.app.set(ctxt, at, setting.text()?),
            "naming" => self.naming.set(ctxt, at, super::naming::read(ctxt, setting)?),
            "primary_key" => self.primary_key.set(ctxt, at, setting.list(field_name)?),
            "ordering" => self.ordering.set(ctxt, at, setting.list(part)?),
            "unique_together" => self.indexes.push(Index::read(ctxt, setting, true)?),
            "index" => self.indexes.push(Index::read(ctxt, setting, false)?),
            "check" => self.checks.push(Check::read(ctxt, setting)?),
            "extends" => self.extends.set(ctxt, at, setting.path()?),
            "crate" => self.krate.set(ctxt, at, setting.path()?),
            _ => return Err(VOCABULARY.unknown(setting.key, &[])),
        }
        Ok(())
    }
}
