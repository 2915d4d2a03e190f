//! `#[field(..)]`

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Ident, LitStr, Token};

use super::constraint::{Choice, Generated, choices};
use super::db_default::DbDefaultAttr;
use super::per_backend;
use super::slot::Slot;
use super::validate::Rule;
pub(crate) use super::value::Target;
use super::{Setting, Vocabulary, read};
use crate::ctxt::Ctxt;
use crate::ir::{Action, PerBackend};

/// The settings of a field.
pub(crate) const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "field",
    place: "a field",
    settings: &[
        ("primary_key", "primary_key"),
        ("auto", "auto = false"),
        ("insertable", "insertable"),
        ("column", "column = \"name\""),
        ("columns", "columns(order_id = \"order_no\", line = \"line_no\")"),
        ("max_length", "max_length = 80"),
        ("precision", "precision = 10, scale = 2"),
        ("scale", "precision = 10, scale = 2"),
        ("unique", "unique"),
        ("index", "index"),
        ("default", "default = 0"),
        ("db_default", "db_default = 0"),
        ("check", "check = Model::field.ge(0)"),
        ("choices", "choices(\"draft\", \"published\")"),
        ("generated", "generated = Model::a + Model::b"),
        ("auto_now", "auto_now"),
        ("auto_now_add", "auto_now_add"),
        ("on_delete", "on_delete = cascade"),
        ("on_update", "on_update = cascade"),
        ("references", "references = User"),
        ("relation", "relation = author"),
        ("related_name", "related_name = posts"),
        ("one_to_one", "one_to_one"),
        ("accessor", "accessor = other_name"),
        ("comment", "comment = \"what it is\""),
        ("db_type", "db_type(postgres = \"CITEXT\")"),
        ("collation", "collation(sqlite = \"NOCASE\")"),
        ("read_only", "read_only"),
        ("write_once", "write_once"),
        ("sensitive", "sensitive"),
        ("renamed_from", "renamed_from = \"old_name\""),
        ("validate", "validate(length(min = 3), email)"),
        ("embed", "embed"),
        ("prefix", "embed, prefix = \"home_\""),
    ],
};

/// `#[field(..)]` as written.
pub(crate) struct FieldAttr {
    pub(crate) primary_key: Slot<()>,
    pub(crate) auto: Slot<bool>,
    pub(crate) insertable: Slot<()>,
    pub(crate) column: Slot<String>,
    /// Of a foreign key: columns of the key that it refers to, and what the columns here are called.
    pub(crate) columns: Slot<Vec<(Ident, LitStr)>>,
    pub(crate) max_length: Slot<u32>,
    pub(crate) precision: Slot<(u8, Span)>,
    pub(crate) scale: Slot<(u8, Span)>,
    pub(crate) unique: Slot<()>,
    pub(crate) index: Slot<()>,
    pub(crate) default: Slot<Expr>,
    pub(crate) db_default: Slot<DbDefaultAttr>,
    pub(crate) check: Slot<Expr>,
    pub(crate) choices: Slot<Vec<Choice>>,
    pub(crate) generated: Slot<Generated>,
    /// `default` without a value.
    pub(crate) by_default: Slot<()>,
    pub(crate) auto_now: Slot<()>,
    pub(crate) auto_now_add: Slot<()>,
    pub(crate) on_delete: Slot<Action>,
    pub(crate) on_update: Slot<Action>,
    pub(crate) references: Slot<Target>,
    pub(crate) relation: Slot<Ident>,
    pub(crate) related_name: Slot<Ident>,
    pub(crate) one_to_one: Slot<()>,
    pub(crate) accessor: Slot<Ident>,
    pub(crate) comment: Slot<String>,
    pub(crate) db_type: Slot<PerBackend>,
    pub(crate) collation: Slot<PerBackend>,
    pub(crate) renamed_from: Slot<String>,
    pub(crate) sensitive: Slot<()>,
    pub(crate) read_only: Slot<()>,
    pub(crate) write_once: Slot<()>,
    pub(crate) validate: Slot<Vec<Rule>>,
    pub(crate) embed: Slot<()>,
    pub(crate) prefix: Slot<String>,
}

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("cascade", Action::Cascade),
    ("restrict", Action::Restrict),
    ("set_null", Action::SetNull),
    ("set_default", Action::SetDefault),
    ("no_action", Action::NoAction),
];

impl FieldAttr {
    pub(crate) fn read(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self {
            primary_key: Slot::new("primary_key"),
            auto: Slot::new("auto"),
            insertable: Slot::new("insertable"),
            column: Slot::new("column"),
            columns: Slot::new("columns"),
            max_length: Slot::new("max_length"),
            precision: Slot::new("precision"),
            scale: Slot::new("scale"),
            unique: Slot::new("unique"),
            index: Slot::new("index"),
            default: Slot::new("default"),
            db_default: Slot::new("db_default"),
            check: Slot::new("check"),
            choices: Slot::new("choices"),
            generated: Slot::new("generated"),
            by_default: Slot::new("default"),
            auto_now: Slot::new("auto_now"),
            auto_now_add: Slot::new("auto_now_add"),
            on_delete: Slot::new("on_delete"),
            on_update: Slot::new("on_update"),
            references: Slot::new("references"),
            relation: Slot::new("relation"),
            related_name: Slot::new("related_name"),
            one_to_one: Slot::new("one_to_one"),
            accessor: Slot::new("accessor"),
            comment: Slot::new("comment"),
            db_type: Slot::new("db_type"),
            collation: Slot::new("collation"),
            renamed_from: Slot::new("renamed_from"),
            sensitive: Slot::new("sensitive"),
            read_only: Slot::new("read_only"),
            write_once: Slot::new("write_once"),
            validate: Slot::new("validate"),
            embed: Slot::new("embed"),
            prefix: Slot::new("prefix"),
        };
        let others = [&super::model::VOCABULARY];
        read(ctxt, attributes, &VOCABULARY, &others, |name, setting| this.setting(ctxt, name, setting));
        this
    }

    fn setting(&mut self, ctxt: &Ctxt, name: &str, setting: &Setting<'_>) -> syn::Result<()> {
        let at = setting.span();
        match name {
            "primary_key" => self.primary_key.set(ctxt, at, setting.flag()?),
            "auto" => self.auto.set(ctxt, at, setting.switch()?),
            "insertable" => self.insertable.set(ctxt, at, setting.flag()?),
            "column" => self.column.set(ctxt, at, setting.identifier()?),
            "columns" => self.columns.set(ctxt, at, setting.list(column_name)?),
            "max_length" => {
                let (length, span) = setting.number()?;
                if length == 0 {
                    return Err(setting.usage_error(span, "a text has at least one character"));
                }
                self.max_length.set(ctxt, at, length);
            }
            "precision" => self.precision.set(ctxt, at, setting.number()?),
            "scale" => self.scale.set(ctxt, at, setting.number()?),
            "unique" => self.unique.set(ctxt, at, setting.flag()?),
            "index" => self.index.set(ctxt, at, setting.flag()?),
            "default" if setting.is_bare() => self.by_default.set(ctxt, at, ()),
            "default" => self.default.set(ctxt, at, setting.expr()?),
            "db_default" => self.db_default.set(ctxt, at, DbDefaultAttr::read(ctxt, setting)?),
            "check" => self.check.set(ctxt, at, setting.expr()?),
            "choices" => self.choices.set(ctxt, at, choices(setting)?),
            "generated" => self.generated.set(ctxt, at, Generated::read(setting)?),
            "auto_now" => self.auto_now.set(ctxt, at, setting.flag()?),
            "auto_now_add" => self.auto_now_add.set(ctxt, at, setting.flag()?),
            "on_delete" => self.on_delete.set(ctxt, at, setting.choice(ACTIONS)?),
            "on_update" => self.on_update.set(ctxt, at, setting.choice(ACTIONS)?),
            "references" => self.references.set(ctxt, at, setting.target()?),
            "relation" => self.relation.set(ctxt, at, setting.ident()?),
            "related_name" => self.related_name.set(ctxt, at, setting.ident()?),
            "one_to_one" => self.one_to_one.set(ctxt, at, setting.flag()?),
            "accessor" => self.accessor.set(ctxt, at, setting.ident()?),
            "comment" => self.comment.set(ctxt, at, setting.comment()?),
            "db_type" => self.db_type.set(ctxt, at, per_backend::read(ctxt, setting, None)?),
            "collation" => self.collation.set(ctxt, at, per_backend::read(ctxt, setting, None)?),
            "sensitive" => self.sensitive.set(ctxt, at, setting.flag()?),
            "read_only" => self.read_only.set(ctxt, at, setting.flag()?),
            "write_once" => self.write_once.set(ctxt, at, setting.flag()?),
            "renamed_from" => self.renamed_from.set(ctxt, at, setting.text()?),
            "validate" => self.validate.set(ctxt, at, super::validate::read(setting)?),
            "embed" => self.embed.set(ctxt, at, setting.flag()?),
            "prefix" => self.prefix.set(ctxt, at, setting.prefix()?),
            _ => return Err(VOCABULARY.unknown(setting.key, &[])),
        }
        Ok(())
    }
}

/// `line = "line_no"`
fn column_name(input: ParseStream<'_>) -> syn::Result<(Ident, LitStr)> {
    let wrong = input.span();
    let usage = |at| {
        let usage = "expected a column of the key and its name here: write `columns(order_id = \"order_no\", line = \"line_no\")`";
        syn::Error::new(at, usage)
    };
    let key = input.call(Ident::parse_any).map_err(|_| usage(wrong))?;
    input.parse::<Token![=]>().map_err(|_| usage(key.span()))?;
    let wrong = input.span();
    let name: LitStr = input.parse().map_err(|_| usage(wrong))?;
    super::value::identifier(&name, || syn::Error::new(name.span(), "this cannot be a name in a database"))?;
    Ok((key, name))
}
