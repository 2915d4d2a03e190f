//! `#[model(..)]`

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Path};

use super::constraint::Check;
use super::foreign_key::ForeignKey;
use super::index::Index;
use super::many::Many;
use super::ordering::{Part, part};
use super::slot::Slot;
pub(crate) use super::value::TextOrPath;
use super::{Setting, Vocabulary, read};
use crate::ctxt::Ctxt;
use crate::ir::Naming;

/// The settings of a model.
pub(crate) const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "model",
    place: "the struct",
    settings: &[
        ("table", "table = \"users\""),
        ("meta", "meta = AppMeta"),
        ("app", "app = \"blog\""),
        ("schema", "schema = \"public\""),
        ("table_prefix", "table_prefix = \"app_\""),
        ("database", "database = DB"),
        ("replicas", "replicas(REPLICA_1, REPLICA_2)"),
        ("naming", "naming(tables = \"PascalCase\", plural, columns = \"camelCase\")"),
        ("primary_key", "primary_key(a, b)"),
        ("unique_together", "unique_together(a, b)"),
        ("index", "index(a, -b)"),
        ("full_text", "full_text(title, body)"),
        ("foreign_key", "foreign_key(customer: Customer, fields(tenant_id, customer_id))"),
        ("many_to_many", "many_to_many(tags: Tag)"),
        ("check", "check(Model::field.ge(0), name = \"field_ck\")"),
        ("serde", "serde"),
        ("new", "new(Debug, Clone)"),
        ("patch", "patch(Debug, setters)"),
        ("ordering", "ordering(-created_at, id)"),
        ("managed", "managed = false"),
        ("comment", "comment = \"what it holds\""),
        ("renamed_from", "renamed_from = \"OldName\""),
        ("crate", "crate = path::to::orm"),
    ],
};

/// What a model may inherit beside settings of one value, and may say to have none of.
pub(crate) const INHERITED: [&str; 4] = ["ordering", "index", "unique_together", "check"];

/// `#[model(..)]` as written.
pub(crate) struct ModelAttr {
    pub(crate) table: Slot<String>,
    pub(crate) meta: Slot<Path>,
    pub(crate) app: Slot<String>,
    pub(crate) schema: Slot<String>,
    pub(crate) table_prefix: Slot<String>,
    pub(crate) database: Slot<TextOrPath>,
    pub(crate) replicas: Slot<Vec<TextOrPath>>,
    pub(crate) naming: Slot<Naming>,
    pub(crate) primary_key: Slot<Vec<Ident>>,
    /// `primary_key = inherited`: that of its `Meta`.
    pub(crate) inherits_key: Slot<()>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) many_to_many: Vec<Many>,
    pub(crate) checks: Vec<Check>,
    pub(crate) serde: Slot<()>,
    /// What `NewX` derives.
    pub(crate) new: Slot<Vec<Path>>,
    /// What `XPatch` derives; `setters` is among them.
    pub(crate) patch: Slot<Vec<Path>>,
    pub(crate) ordering: Slot<Vec<Part>>,
    /// Settings that are there to say that nothing is inherited: `index()`.
    pub(crate) none: Vec<(Span, &'static str)>,
    pub(crate) managed: Slot<bool>,
    pub(crate) comment: Slot<String>,
    pub(crate) renamed_from: Slot<String>,
    pub(crate) krate: Slot<Path>,
}

impl ModelAttr {
    /// Whether the model says itself what it has of these.
    pub(crate) fn says(&self, setting: &str) -> bool {
        self.writes(setting) || self.none.iter().any(|(_, none)| *none == setting)
    }

    /// Whether it has some of its own.
    pub(crate) fn writes(&self, setting: &str) -> bool {
        match setting {
            "ordering" => self.ordering.is_given(),
            "index" => self.indexes.iter().any(|index| !index.together && index.full_text.is_none()),
            "unique_together" => self.indexes.iter().any(|index| index.together),
            _ => !self.checks.is_empty(),
        }
    }

    pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let others = [&super::field::VOCABULARY, &super::meta::VOCABULARY];
        Self::read_as(ctxt, attributes, &VOCABULARY, &others)
    }

    /// Reads the attribute of this vocabulary, whose settings are among those of a model.
    pub(super) fn read_as(
        ctxt: &Ctxt,
        attributes: &[Attribute],
        vocabulary: &Vocabulary,
        others: &[&Vocabulary],
    ) -> Self {
        let mut this = Self {
            table: Slot::new("table"),
            meta: Slot::new("meta"),
            app: Slot::new("app"),
            schema: Slot::new("schema"),
            table_prefix: Slot::new("table_prefix"),
            database: Slot::new("database"),
            replicas: Slot::new("replicas"),
            naming: Slot::new("naming"),
            primary_key: Slot::new("primary_key"),
            inherits_key: Slot::new("primary_key"),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            many_to_many: Vec::new(),
            checks: Vec::new(),
            serde: Slot::new("serde"),
            new: Slot::new("new"),
            patch: Slot::new("patch"),
            ordering: Slot::new("ordering"),
            none: Vec::new(),
            managed: Slot::new("managed"),
            comment: Slot::new("comment"),
            renamed_from: Slot::new("renamed_from"),
            krate: Slot::new("crate"),
        };
        read(ctxt, attributes, vocabulary, others, |name, setting| this.setting(ctxt, name, setting));
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
            "table" => self.table.set(ctxt, at, setting.identifier()?),
            "meta" => self.meta.set(ctxt, at, setting.path()?),
            "app" => self.app.set(ctxt, at, setting.text()?),
            "schema" => self.schema.set(ctxt, at, setting.identifier()?),
            "table_prefix" => self.table_prefix.set(ctxt, at, setting.identifier()?),
            "database" => self.database.set(ctxt, at, setting.text_or_path()?),
            "replicas" => self.replicas.set(ctxt, at, setting.texts_or_paths()?),
            "naming" => self.naming.set(ctxt, at, super::naming::read(ctxt, setting)?),
            "primary_key" if setting.has_list() => {
                self.primary_key.set(ctxt, at, setting.list(field_name)?);
            }
            "primary_key" => {
                // Also if it is misspelt, so that nothing is said of a missing key.
                self.inherits_key.set(ctxt, setting.value_span(), ());
                setting.choice(&[("inherited", ())])?;
            }
            "unique_together" => self.indexes.push(Index::read(ctxt, setting, true)?),
            "index" => self.indexes.push(Index::read(ctxt, setting, false)?),
            "full_text" => self.indexes.push(super::full_text::read(ctxt, setting)?),
            "foreign_key" => self.foreign_keys.push(ForeignKey::read(ctxt, setting)?),
            "many_to_many" => self.many_to_many.push(Many::read(ctxt, setting)?),
            "check" => self.checks.push(Check::read(ctxt, setting)?),
            "serde" => self.serde.set(ctxt, at, setting.flag()?),
            "new" => self.new.set(ctxt, at, setting.list(derive_name)?),
            "patch" => self.patch.set(ctxt, at, setting.list(derive_name)?),
            "ordering" => self.ordering.set(ctxt, at, setting.list(part)?),
            "managed" => self.managed.set(ctxt, at, setting.switch()?),
            "comment" => self.comment.set(ctxt, at, setting.comment()?),
            "renamed_from" => self.renamed_from.set(ctxt, at, setting.text()?),
            "crate" => self.krate.set(ctxt, at, setting.path()?),
            _ => return Err(VOCABULARY.unknown(setting.key, &[])),
        }
        Ok(())
    }
}

pub(super) fn field_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    let wrong = input.span();
    input.call(Ident::parse_any).map_err(|_| syn::Error::new(wrong, "expected the name of a field"))
}

fn derive_name(input: ParseStream<'_>) -> syn::Result<Path> {
    let wrong = input.span();
    input.parse().map_err(|_| syn::Error::new(wrong, "expected the name of a derive, as in `Debug`"))
}
