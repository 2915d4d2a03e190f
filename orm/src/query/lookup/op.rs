//! What can be asked of a field by name.

use super::value;
use crate::expr::{CompareOp, Expr, Node};
use crate::types::{Type, Value};

/// As many values a list may have.
const MOST: usize = 1_000;

/// What is asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup {
    Exact,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Between,
    In,
    NotIn,
    IsNull,
    Text(TextOp),
}

/// What is asked of text alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextOp {
    IExact,
    Contains,
    IContains,
    StartsWith,
    IStartsWith,
    EndsWith,
    IEndsWith,
}

impl Lookup {
    /// By the name of the method, or by that which Django has for it.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "exact" | "eq" => Self::Exact,
            "ne" => Self::Ne,
            "lt" => Self::Lt,
            "le" | "lte" => Self::Le,
            "gt" => Self::Gt,
            "ge" | "gte" => Self::Ge,
            "between" | "range" => Self::Between,
            "in" => Self::In,
            "not_in" => Self::NotIn,
            "is_null" | "isnull" => Self::IsNull,
            "iexact" => Self::Text(TextOp::IExact),
            "contains" => Self::Text(TextOp::Contains),
            "icontains" => Self::Text(TextOp::IContains),
            "starts_with" | "startswith" => Self::Text(TextOp::StartsWith),
            "istarts_with" | "istartswith" => Self::Text(TextOp::IStartsWith),
            "ends_with" | "endswith" => Self::Text(TextOp::EndsWith),
            "iends_with" | "iendswith" => Self::Text(TextOp::IEndsWith),
            _ => return None,
        })
    }
}

/// The condition; what is wrong otherwise.
pub(super) fn condition(field: Node, ty: Type, lookup: Lookup, text: &str) -> Result<Node, String> {
    let compare = |op| Ok(Node::Compare(op, Box::new([field.clone(), Node::Value(value::read(ty, text)?)])));
    match lookup {
        Lookup::Exact => compare(CompareOp::Eq),
        Lookup::Ne => compare(CompareOp::Ne),
        Lookup::IsNull => {
            let is_null = Node::IsNull(Box::new(field.clone()));
            Ok(if value::flag(text)? { is_null } else { Node::Not(Box::new(is_null)) })
        }
        Lookup::In | Lookup::NotIn => {
            value::check(ty)?;
            let items = value::items(text);
            if items.len() > MOST {
                return Err(format!("a list of more than {MOST} values"));
            }
            let values = items.iter().map(|item| value::read(ty, item)).collect::<Result<_, _>>()?;
            let list = Value::List(ty, values);
            let among = Node::In(Box::new(field.clone()), list);
            Ok(if lookup == Lookup::In { among } else { Node::Not(Box::new(among)) })
        }
        Lookup::Text(op) => match ty {
            Type::Text => match value::read(ty, text)? {
                Value::Text(text) => Ok(text_condition(field, op, &text)),
                _ => Err("the value is no text".to_owned()),
            },
            _ => Err("only text can be asked for this".to_owned()),
        },
        _ if !has_order(ty) => Err("the field has no order".to_owned()),
        Lookup::Lt => compare(CompareOp::Lt),
        Lookup::Le => compare(CompareOp::Le),
        Lookup::Gt => compare(CompareOp::Gt),
        Lookup::Ge => compare(CompareOp::Ge),
        Lookup::Between => {
            let items = value::items(text);
            let [low, high] = items.as_slice() else {
                return Err("two values with a comma between them are wanted".to_owned());
            };
            let [low, high] = [value::read(ty, low)?, value::read(ty, high)?].map(Node::Value);
            Ok(Node::Between(Box::new([field, low, high])))
        }
    }
}

/// What is stored of an enum says nothing about an order of its variants.
fn has_order(ty: Type) -> bool {
    !matches!(ty, Type::Bool | Type::Enum(_) | Type::Json | Type::Bytes | Type::Array(_) | Type::Hstore)
}

fn text_condition(field: Node, op: TextOp, text: &str) -> Node {
    let field: Expr<(), String> = Expr::of(field);
    let condition = match op {
        TextOp::IExact => field.iexact(text),
        TextOp::Contains => field.contains(text),
        TextOp::IContains => field.icontains(text),
        TextOp::StartsWith => field.starts_with(text),
        TextOp::IStartsWith => field.istarts_with(text),
        TextOp::EndsWith => field.ends_with(text),
        TextOp::IEndsWith => field.iends_with(text),
    };
    condition.node()
}
