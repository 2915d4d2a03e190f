//! Enums that are types of their own in the database.
//!
//! - PostgreSQL takes no text for one, so what is bound as text is cast.
//! - Wherever an order matters, they are compared as text, by code point, as those kept as text are: PostgreSQL
//!   would go by the order of declaration, and so would MySQL, but in `ORDER BY` alone.

use sea_query::Expr;

use super::build::Builder;
use crate::driver::Backend;
use crate::expr::Node;
use crate::plan::check::type_of;
use crate::types::{Type, Value};

impl Builder {
    /// The placeholder of a value, or of a part of it, as its enum where that is a type of its own.
    pub(super) fn as_enum(
        &self,
        placeholder: Expr,
        value: &Value,
        element: Option<u32>,
        part: Option<u8>,
    ) -> Expr {
        if self.dialect.backend != Backend::Postgres {
            return placeholder;
        }
        let whole_list = element.is_none() && matches!(value, Value::List(..));
        let ty = type_of_part(value, part);
        let array = ty.and_then(Type::array).is_some();
        match ty.and_then(|ty| ty.of_one().native()).and_then(|def| def.native) {
            // The names of such types are plain words.
            Some(name) if whole_list || array => {
                self.pattern(&format!("CAST({{x}} AS \"{name}\"[])"), &placeholder, &placeholder)
            }
            Some(name) => self.pattern(&format!("CAST({{x}} AS \"{name}\")"), &placeholder, &placeholder),
            None => placeholder,
        }
    }

    /// A value of this type as it is ordered.
    pub(super) fn ordered(&self, expr: Expr, ty: Option<Type>) -> Expr {
        let native = ty.is_some_and(|ty| ty.of_one().native().is_some());
        match (native, ty.and_then(Type::array), self.dialect.enum_order) {
            (true, None, Some(pattern)) => self.pattern(pattern, &expr, &expr),
            (true, Some(_), Some(_)) => self.pattern("CAST({x} AS TEXT[]) COLLATE \"C\"", &expr, &expr),
            _ => expr,
        }
    }

    /// The one value of a node as it is ordered.
    pub(super) fn ordered_node(&self, expr: Expr, node: &Node) -> Expr {
        self.ordered(expr, type_of(node))
    }
}

/// The type of a value, of the values of a list, of a part of a key or of the keys of a list.
fn type_of_part(value: &Value, part: Option<u8>) -> Option<Type> {
    match (value, part) {
        (Value::Tuple(parts), Some(part)) => type_of_part(parts.get(usize::from(part))?, None),
        (Value::List(_, items), Some(_)) => type_of_part(items.first()?, part),
        (Value::List(ty, _) | Value::Null(ty), None) => Some(*ty),
        (Value::Enum(def, _), None) => Some(Type::Enum(def)),
        (Value::Array(def, _), None) => Some(Type::Array(def)),
        _ => None,
    }
}
