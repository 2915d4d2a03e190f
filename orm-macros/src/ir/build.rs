//! From a checked input to the model.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, Path, UnOp, parse_quote};

use super::field::Column;
use super::{
    Action, Auto, Check, Database, Default, Field, ForeignKey, Generated, InNew, Index, IndexOf, IndexPart,
    Literal, Made, ManyToMany, Model, Prefix, Reference, Says, Settings, TableName, column_names,
    made_fields, made_ident, made_table, snake_case, table_names,
};
use crate::attr::doc_text;
use crate::attr::index::PartOf;
use crate::attr::model::TextOrPath;
use crate::check;
use crate::input::{Input, InputField, without_self};

/// Builds the model of an input that passed every rule.
pub(crate) fn model(input: Input, key: Vec<usize>) -> Model {
    let keyed = check::keyed(&input, &key);
    let counted: Vec<bool> = (0..input.fields.len()).map(|at| check::counted(&input, &key, at)).collect();
    let indexes = input.attr.indexes.iter().map(|index| self::index(&input, index)).collect();
    let foreign_keys = input.attr.foreign_keys.iter().map(|key| foreign_key(&input, key)).collect();
    let ordering = input.attr.ordering.value().into_iter().flatten();
    let ordering =
        ordering.filter_map(|part| Some((input.position(&part.field)?, part.descending))).collect();
    let own = |expr: &Expr| own_names(expr, &input.ident);
    let listed = input.attr.checks.iter().map(|check| (check.name.clone(), &check.condition));
    let single = input.fields.iter().filter_map(|field| Some((None, field.attr.check.value()?)));
    let checks = listed.chain(single).map(|(name, condition)| Check { name, condition: own(condition) });
    let checks = checks.collect();
    let Input { purpose: _, ident, vis, docs, attr, inherited_key: _, fields, plain: _ } = input;
    let krate = crate_path(attr.krate.value());
    let naming = attr.naming.value().copied().unwrap_or_default();
    let conventions = attr.meta.is_given() || !naming.is_empty();
    let mut fields: Vec<Field> = fields
        .into_iter()
        .enumerate()
        .map(|(at, input)| field(&ident, input, &krate, key == [at], keyed[at], counted[at]))
        .collect();
    for field in fields.iter_mut().filter(|field| conventions && field.column.given.is_none()) {
        field.column.conventional = Some(Box::new(column_names(&field.column.name)));
    }
    let name = ident.unraw().to_string();
    let table = match attr.table.value() {
        Some(given) => TableName::Given(given.clone()),
        None if conventions => TableName::Conventional(Box::new(table_names(&name))),
        None => TableName::Given(snake_case(&name)),
    };
    let many_to_many =
        attr.many_to_many.iter().map(|many| many_to_many(&ident, &table, conventions, many)).collect();
    let (patch_derives, setters): (Vec<Path>, Vec<Path>) =
        attr.patch.value().into_iter().flatten().cloned().partition(|path| !path.is_ident("setters"));
    Model {
        new_ident: format_ident!("New{name}", span = ident.span()),
        patch_ident: format_ident!("{name}Patch", span = ident.span()),
        krate,
        table,
        meta: attr.meta.value().cloned(),
        settings: Settings {
            database: attr.database.value().map(database),
            replicas: attr.replicas.value().map(|replicas| replicas.iter().map(database).collect()),
            schema: attr.schema.value().cloned(),
            prefix: attr.table_prefix.value().cloned(),
            app: attr.app.value().cloned(),
            naming,
        },
        says: Says {
            ordering: attr.says("ordering"),
            indexes: attr.says("index"),
            unique_keys: attr.says("unique_together"),
            checks: attr.says("check"),
        },
        ordering,
        managed: attr.managed.value().copied().unwrap_or(true),
        comment: attr.comment.value().cloned(),
        renamed_from: attr.renamed_from.value().cloned(),
        new_derives: attr.new.value().cloned().unwrap_or_default(),
        patch_derives,
        patch_setters: !setters.is_empty(),
        serde: attr.serde.is_given(),
        broken: false,
        ident,
        vis,
        docs,
        fields,
        key,
        indexes,
        foreign_keys,
        many_to_many,
        checks,
    }
}

fn foreign_key(input: &Input, key: &crate::attr::foreign_key::ForeignKey) -> ForeignKey {
    let action = |slot: &crate::attr::slot::Slot<Action>| slot.value().copied().unwrap_or(Action::NoAction);
    ForeignKey {
        name: key.name.clone(),
        target: key.target.clone(),
        fields: key.fields.iter().filter_map(|ident| input.position(ident)).collect(),
        to: key.references.clone(),
        on_delete: action(&key.on_delete),
        on_update: action(&key.on_update),
        related_name: key.related_name.clone(),
    }
}

fn many_to_many(
    model: &Ident,
    table: &TableName,
    conventions: bool,
    many: &crate::attr::many::Many,
) -> ManyToMany {
    let (name, target) = (many.name.clone(), many.target.clone());
    let made = many.through.is_none().then(|| Made {
        ident: made_ident(model, &name),
        table: match &many.table {
            Some(given) => TableName::Given(given.clone()),
            None => made_table(table, &name, conventions),
        },
    });
    let through = match (&many.through, &made) {
        (Some(through), _) => through.clone(),
        (None, made) => {
            let ident = made.as_ref().map(|made| &made.ident);
            syn::parse_quote!(#ident)
        }
    };
    let fields = match &made {
        Some(_) => Some(made_fields(model, &target, &name)),
        None => many.fields.clone(),
    };
    let accessor = Some(name.clone());
    ManyToMany { accessor, target, through, fields, made, related_name: many.related_name.clone(), name }
}

/// The path to the crate `orm`.
pub(crate) fn crate_path(given: Option<&Path>) -> TokenStream {
    given.map_or_else(|| quote!(::orm), ToTokens::to_token_stream)
}

pub(crate) fn database(given: &TextOrPath) -> Database {
    match given {
        TextOrPath::Text(text) => Database::Alias(text.value()),
        TextOrPath::Path(path) => Database::Static(path.clone()),
    }
}

fn index(input: &Input, index: &crate::attr::index::Index) -> Index {
    let own = |expr: &Expr| own_names(expr, &input.ident);
    let parts = index.parts.iter().filter_map(|part| {
        let of = match &part.of {
            PartOf::Field(ident, within) => IndexOf::Field(input.position(ident)?, within.clone()),
            PartOf::Expr(expr) => IndexOf::Expr(own(expr)),
        };
        Some(IndexPart { of, descending: part.descending })
    });
    Index {
        name: index.name.clone(),
        unique: index.unique,
        parts: parts.collect(),
        condition: index.condition.value().map(own),
        method: match index.full_text {
            Some(_) => Some("FullText"),
            None => index.method.value().map(|method| method.variant).filter(|variant| *variant != "BTree"),
        },
        full_text: index.full_text.clone(),
        op_class: index.op_class.value().cloned(),
        include: index
            .include
            .value()
            .into_iter()
            .flatten()
            .filter_map(|ident| input.position(ident))
            .collect(),
    }
}

/// The expression with the model's name for `Self`, which means something else where it is used.
fn own_names(expr: &Expr, model: &Ident) -> Expr {
    syn::parse2(without_self(expr.to_token_stream(), model)).unwrap_or_else(|_| expr.clone())
}

fn field(
    model: &Ident,
    input: InputField,
    krate: &TokenStream,
    sole_key: bool,
    keyed: bool,
    counted: bool,
) -> Field {
    let column = Column { name: check::column(&input), given: input.attr.column.span(), conventional: None };
    let accessor = Some(input.accessor().clone());
    let doc = doc_text(&input.docs);
    let target = input.target().cloned();
    let embed =
        input.is_embed().then(|| Prefix { text: input.prefix(), given: input.attr.prefix.is_given() });
    let attr = input.attr;
    let generated = attr
        .generated
        .value()
        .map(|generated| Generated { value: own_names(&generated.value, model), stored: generated.stored });
    let auto = if counted {
        Auto::Increment
    } else if attr.auto_now.is_given() {
        Auto::Now
    } else if attr.auto_now_add.is_given() {
        Auto::NowOnInsert
    } else {
        Auto::None
    };
    let db_default = attr.db_default.value().map(|given| given.default.clone());
    let in_new = match (auto, attr.insertable.is_given()) {
        _ if generated.is_some() => InNew::Absent,
        _ if attr.read_only.is_given() => InNew::Absent,
        (Auto::None, _) if db_default.is_some() => InNew::Insertable,
        (Auto::None, _)
            if attr.default.is_given() || attr.by_default.is_given() || input.shape.nullable() =>
        {
            InNew::Optional
        }
        (Auto::None, _) => InNew::Required,
        (_, true) => InNew::Insertable,
        (_, false) => InNew::Absent,
    };
    let one = sole_key || attr.one_to_one.is_given() || attr.unique.is_given();
    let reference = target.map(|target| Reference {
        target,
        on_delete: attr.on_delete.value().copied().unwrap_or(Action::NoAction),
        on_update: attr.on_update.value().copied().unwrap_or(Action::NoAction),
        related_name: attr.related_name.value().cloned(),
        to: attr.references.value().and_then(|target| target.field.clone()),
        columns: attr.columns.value().into_iter().flatten().map(named_column).collect(),
        relation: attr.relation.value().cloned(),
        one,
    });
    let default = attr.default.value().map(|expr| match literal(expr) {
        Some(literal) => Default::Literal(literal, expr.clone()),
        None => Default::Expression(expr.clone()),
    });
    let by_default = || {
        attr.by_default
            .value()
            .map(|()| Default::Expression(parse_quote!(#krate::private::Default::default())))
    };
    let default = default.or_else(by_default);
    Field {
        wrong: input.wrong.get(),
        accessor,
        column,
        max_length: attr.max_length.value().copied(),
        precision: attr
            .precision
            .value()
            .zip(attr.scale.value())
            .map(|((digits, _), (behind, _))| (*digits, *behind)),
        db_type: attr.db_type.value().cloned(),
        collation: attr.collation.value().cloned(),
        comment: attr.comment.value().cloned(),
        renamed_from: attr.renamed_from.value().cloned(),
        unique: attr.unique.is_given() || attr.one_to_one.is_given(),
        index: attr.index.is_given(),
        keyed,
        auto,
        in_new,
        default,
        db_default,
        reference,
        rules: attr.validate.into_value().unwrap_or_default(),
        embed,
        in_patch: auto == Auto::None
            && !attr.read_only.is_given()
            && !attr.write_once.is_given()
            && generated.is_none(),
        sensitive: attr.sensitive.is_given(),
        read_only: attr.read_only.is_given(),
        write_once: attr.write_once.is_given(),
        choices: attr.choices.into_value().unwrap_or_default(),
        generated,
        ask_for_auto: sole_key && !attr.auto.is_given(),
        ident: input.ident,
        name: input.name,
        vis: input.vis,
        ty: input.ty,
        shape: input.shape,
        docs: input.docs,
        doc,
    }
}

fn named_column((key, name): &(Ident, syn::LitStr)) -> (String, String) {
    (key.unraw().to_string(), name.value())
}

/// The neutral literal that an expression is, if it is one.
pub(crate) fn literal(expr: &Expr) -> Option<Literal> {
    match expr {
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match literal(expr)? {
            Literal::Int(value) => Some(Literal::Int(value.checked_neg()?)),
            Literal::Float(value) => Some(Literal::Float(-value)),
            Literal::Bool(_) | Literal::Text(_) | Literal::Array(_) => None,
        },
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Bool(value) => Some(Literal::Bool(value.value)),
            Lit::Int(value) => value.base10_parse().ok().map(Literal::Int),
            Lit::Float(value) => {
                value.base10_parse().ok().filter(|value: &f64| value.is_finite()).map(Literal::Float)
            }
            Lit::Str(value) => Some(Literal::Text(value.value())),
            _ => None,
        },
        _ => None,
    }
}

/// The tokens of an expression as one line of text that depends on nothing but the tokens, so that tools can
/// compare it.
pub(crate) fn expression_text(expr: &Expr) -> String {
    fn push(out: &mut String, tokens: TokenStream) {
        use proc_macro2::{Delimiter, TokenTree};
        let mut word_before = false;
        for token in tokens {
            let word = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
            if word && word_before {
                out.push(' ');
            }
            word_before = word;
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    out.push_str(open);
                    push(out, group.stream());
                    out.push_str(close);
                }
                TokenTree::Punct(punct) if punct.as_char() == ',' => out.push_str(", "),
                other => out.push_str(&other.to_string()),
            }
        }
    }
    let mut out = String::new();
    push(&mut out, expr.to_token_stream());
    out.trim_end().to_owned()
}

/// The place of a token, with the names of the derive: what is generated there is not the user's code.
pub(crate) fn generated_at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn literals_are_told_from_expressions() {
        assert!(matches!(literal(&parse_quote!(-5)), Some(Literal::Int(-5))));
        assert!(matches!(literal(&parse_quote!(-0.5)), Some(Literal::Float(value)) if value == -0.5));
        assert!(matches!(literal(&parse_quote!("a")), Some(Literal::Text(text)) if text == "a"));
        assert!(literal(&parse_quote!(5 + 1)).is_none());
        assert!(literal(&parse_quote!(-"a")).is_none());
    }

    #[test]
    fn the_text_of_an_expression_does_not_depend_on_spaces() {
        let text = |tokens: &str| expression_text(&syn::parse_str(tokens).expect("an expression"));
        assert_eq!(text("Utc :: now ( )"), "Utc::now()");
        assert_eq!(text("Decimal::new(1,2)"), "Decimal::new(1, 2)");
        assert_eq!(text("x  as u8"), "x as u8");
    }
}
