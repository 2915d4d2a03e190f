//! The neutral text of an expression: the same for the same expression, whatever the backend.
//!
//! Databases keep names that hold a hash of it, and files of migrations hold it: what it is for an expression
//! must never change. Operators are functions, `ge(likes, 0)`; columns go by their names in the database, names
//! that are no words between backquotes; text is written as in JSON.

use std::fmt::Write;

use super::{
    Aggregate, AggregateFunction, ArithmeticOp, ArrayOp, CompareOp, Function, Node, Path, Quantifier,
    SearchOp, TextLookup,
};
use crate::model::Field;
use crate::types::{EnumValue, Value};

impl Node {
    /// The neutral text. Sub-queries, which no schema holds, are named and not spelled out.
    pub(crate) fn text(&self) -> String {
        let mut out = String::with_capacity(64);
        self.write(&mut out);
        out
    }

    /// Calls `see` with every field that the expression names, sub-queries aside.
    pub(crate) fn each_field(&self, see: &mut dyn FnMut(&Path, &'static Field)) {
        if let Self::Field(path, field) = self {
            see(path, field);
        }
        for part in crate::plan::check::group::parts(self) {
            part.each_field(see);
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Field(path, field) => columns(out, path, field),
            Self::Proposed(path, field) => {
                out.push_str("excluded(");
                columns(out, path, field);
                out.push(')');
            }
            Self::Value(value) => self::value(out, value),
            Self::Arithmetic(op, sides) => {
                let name = match op {
                    ArithmeticOp::Add => "add",
                    ArithmeticOp::Sub => "sub",
                    ArithmeticOp::Mul => "mul",
                    ArithmeticOp::Div => "div",
                };
                call(out, name, &sides[..]);
            }
            Self::Compare(op, sides) => {
                let name = match op {
                    CompareOp::Eq => "eq",
                    CompareOp::Ne => "ne",
                    CompareOp::Lt => "lt",
                    CompareOp::Le => "le",
                    CompareOp::Gt => "gt",
                    CompareOp::Ge => "ge",
                };
                call(out, name, &sides[..]);
            }
            Self::IsNull(inner) => call(out, "is_null", [&**inner]),
            Self::Between(parts) => call(out, "between", &parts[..]),
            Self::In(inner, list) => {
                out.push_str("in(");
                inner.write(out);
                out.push_str(", ");
                value(out, list);
                out.push(')');
            }
            Self::InSelect(inner, _) => call(out, "in_query", [&**inner]),
            Self::Text(lookup, sides) => {
                let name = match lookup {
                    TextLookup::Contains => "contains",
                    TextLookup::StartsWith => "starts_with",
                    TextLookup::EndsWith => "ends_with",
                };
                call(out, name, &sides[..]);
            }
            Self::Array(op, sides) => {
                let name = match op {
                    ArrayOp::Contains => "array_contains",
                    ArrayOp::ContainedBy => "array_contained_by",
                    ArrayOp::Overlaps => "array_overlaps",
                    ArrayOp::Has => "array_has",
                    ArrayOp::HasKey => "has_key",
                };
                call(out, name, &sides[..]);
            }
            Self::Call(function, arguments) => {
                let with;
                let name = match function {
                    Function::Round(digits) => {
                        with = format!("round{digits}");
                        &with
                    }
                    Function::Lower => "lower",
                    Function::Upper => "upper",
                    Function::Random => "random",
                    Function::Cardinality => "array_len",
                    Function::Get => "get",
                    Function::As(_) => "as",
                    Function::Collate(name) => {
                        with = format!("collate_{name}");
                        &with
                    }
                    Function::Case => "case",
                    Function::Coalesce => "coalesce",
                    Function::Greatest => "greatest",
                    Function::Least => "least",
                    Function::Own(own) => own.name,
                };
                call(out, name, arguments);
            }
            Self::Search(search) => {
                call(out, if search.op == SearchOp::Rank { "rank" } else { "search" }, &search.fields);
                out.push(' ');
                value(out, search.sought.text());
            }
            Self::Matches(inner, _) => call(out, "matches", [&**inner]),
            Self::Tuple(parts) => call(out, "tuple", parts),
            Self::Not(inner) => call(out, "not", [&**inner]),
            Self::All(_) | Self::Any(_) => self.junction(out),
            Self::Aggregate(aggregate) => self::aggregate(out, aggregate),
            Self::Related(quantifier, via, ..) => {
                let name = match quantifier {
                    Quantifier::Any => "any_of",
                    Quantifier::None => "none_of",
                    Quantifier::Count => "count_of",
                    Quantifier::Aggregate => "aggregate_of",
                };
                out.push_str(name);
                out.push('(');
                out.push_str(via.near().name);
                out.push(')');
            }
            Self::Key(inner) => call(out, "key", [&**inner]),
        }
    }

    /// However a chain of one kind was put together, it is one list; one of a single part is that part.
    fn junction(&self, out: &mut String) {
        fn flat<'n>(node: &'n Node, all: bool, into: &mut Vec<&'n Node>) {
            match (node, all) {
                (Node::All(nodes), true) | (Node::Any(nodes), false) => {
                    nodes.iter().for_each(|node| flat(node, all, into));
                }
                _ => into.push(node),
            }
        }
        let all = matches!(self, Self::All(_));
        let mut parts = Vec::new();
        flat(self, all, &mut parts);
        match parts[..] {
            [one] => one.write(out),
            _ => call(out, if all { "all" } else { "any" }, parts),
        }
    }
}

fn call<'n>(out: &mut String, name: &str, parts: impl IntoIterator<Item = &'n Node>) {
    out.push_str(name);
    out.push('(');
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        part.write(out);
    }
    out.push(')');
}

fn aggregate(out: &mut String, aggregate: &Aggregate) {
    let name = match aggregate.function {
        AggregateFunction::Count => "count",
        AggregateFunction::Sum => "sum",
        AggregateFunction::Avg => "avg",
        AggregateFunction::Min => "min",
        AggregateFunction::Max => "max",
        AggregateFunction::Own(own) => own.name,
    };
    call(out, name, aggregate.of.iter().chain(&aggregate.filter));
}

/// The columns of a field, behind the way to it.
fn columns(out: &mut String, path: &Path, field: &Field) {
    let mut way = String::new();
    for hop in path.hops() {
        name(&mut way, hop.name);
        way.push('.');
    }
    list(out, '(', field.columns, ')', |out, def| {
        out.push_str(&way);
        name(out, def.name);
    });
}

/// The items between parentheses, or one by itself.
fn list<T>(out: &mut String, open: char, items: &[T], close: char, mut item: impl FnMut(&mut String, &T)) {
    if let [one] = items {
        return item(out, one);
    }
    out.push(open);
    for (at, one) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        item(out, one);
    }
    out.push(close);
}

/// The name of a column as the neutral text of an expression has it.
pub(crate) fn neutral_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    self::name(&mut out, name);
    out
}

/// A name, between backquotes unless it is a word and means nothing else.
fn name(out: &mut String, name: &str) {
    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| !c.is_ascii_digit())
        && !matches!(name, "true" | "false" | "null" | "nan" | "inf");
    if word {
        out.push_str(name);
    } else {
        let _ = write!(out, "`{}`", name.replace('`', "``"));
    }
}

fn value(out: &mut String, value: &Value) {
    // Writing to a String cannot fail.
    let _ = match value {
        Value::Null(_) => write!(out, "null"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::UInt(value) => write!(out, "{value}"),
        // The shortest text that is read as the same number; never without a point or an exponent.
        Value::Float(value) => write!(out, "{value:?}"),
        Value::Double(value) => write!(out, "{value:?}"),
        Value::Text(text) => {
            quoted(out, text);
            Ok(())
        }
        Value::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            write!(out, "bytes(\"{digits}\")")
        }
        Value::Date(value) => write!(out, "date(\"{value}\")"),
        Value::Time(value) => write!(out, "time(\"{}\")", value.format("%H:%M:%S%.6f")),
        Value::DateTime(value) => write!(out, "datetime(\"{}\")", value.format("%Y-%m-%d %H:%M:%S%.6f")),
        Value::Timestamp(value) => write!(out, "timestamp(\"{}\")", value.format("%Y-%m-%d %H:%M:%S%.6f")),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => write!(out, "uuid(\"{value}\")"),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => write!(out, "decimal(\"{}\")", value.normalize()),
        #[cfg(feature = "json")]
        Value::Json(value) => write!(out, "json({value})"),
        Value::Duration(value) => match value.num_microseconds() {
            Some(micros) => write!(out, "duration({micros})"),
            None => write!(out, "duration(\"{value}\")"),
        },
        Value::Refused(..) => write!(out, "refused"),
        Value::Enum(def, variant) => {
            match def.value(*variant) {
                Some(EnumValue::Text(text)) => quoted(out, text),
                Some(EnumValue::Int(number)) => out.push_str(&number.to_string()),
                None => out.push_str("refused"),
            }
            Ok(())
        }
        Value::Hstore(map) => {
            out.push_str("hstore(");
            for (at, (key, value)) in map.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                quoted(out, key);
                out.push_str(", ");
                match value {
                    Some(value) => quoted(out, value),
                    None => out.push_str("null"),
                }
            }
            out.push(')');
            Ok(())
        }
        Value::Array(_, items) | Value::List(_, items) | Value::Tuple(items) => {
            let is_tuple = matches!(value, Value::Tuple(_));
            out.push(if is_tuple { '(' } else { '[' });
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                self::value(out, item);
            }
            out.push(if is_tuple { ')' } else { ']' });
            Ok(())
        }
    };
}

/// Text between quotes, what JSON escapes escaped.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        let _ = match character {
            '"' | '\\' => write!(out, "\\{character}"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            c if (c as u32) < 0x20 => write!(out, "\\u{:04x}", c as u32),
            c => {
                out.push(c);
                Ok(())
            }
        };
    }
    out.push('"');
}
