//! What functions there are.

use super::group::parts;
use super::{Check, Place, invalid, type_of};
use crate::driver::{Backend, Capability};
use crate::error::Result;
use crate::expr::{Function, Node, OwnFunction};
use crate::types::{NO_ARRAYS, NO_HSTORE, Type};

impl Check {
    pub(super) fn matches(&self, text: &Node, place: Place) -> Result<()> {
        if self.server.backend == Backend::Sqlite && !cfg!(feature = "regex") {
            return Err(self.unsupported("patterns without the feature `regex` of the crate `orm`"));
        }
        self.singles(std::slice::from_ref(text), place)
    }

    pub(super) fn call(&self, function: Function, args: &[Node], place: Place) -> Result<()> {
        match function {
            Function::Lower | Function::Upper => {
                // The first version that maps letters one to one, and all of them.
                if !self.server.has(Capability::CaseMapping) {
                    return Err(self.unsupported("upper and lower case before version 10.10"));
                }
            }
            Function::Cardinality if self.server.backend != Backend::Postgres => {
                return Err(self.unsupported(NO_ARRAYS));
            }
            Function::Get if self.server.backend != Backend::Postgres => {
                return Err(self.unsupported(NO_HSTORE));
            }
            Function::Round(digits) if digits > 18 => {
                return Err(invalid("decimals are rounded to at most 18 digits behind the point"));
            }
            Function::Random
            | Function::Cardinality
            | Function::Get
            | Function::As(_)
            | Function::Round(_) => {}
            Function::Collate(name) if !is_collation(name, self.server.backend) => {
                return Err(invalid(format!("{name:?} cannot be the name of a collation")));
            }
            Function::Collate(_) => {}
            Function::Case | Function::Coalesce | Function::Greatest | Function::Least => {
                self.choice(function, args)?;
            }
            Function::Own(own) => self.own(own, args)?,
        }
        self.singles(args, place)
    }

    /// One of several values.
    fn choice(&self, function: Function, args: &[Node]) -> Result<()> {
        let choices = function.choices(args);
        for value in &choices {
            self.single(value)?;
            match type_of(value) {
                Some(ty) if ty.array().is_some() || matches!(ty, Type::Json | Type::Hstore) => {
                    return Err(self.unsupported("choices between JSON values, arrays or maps"));
                }
                _ => {}
            }
        }
        if !matches!(function, Function::Greatest | Function::Least) {
            return Ok(());
        }
        if choices.iter().any(|value| type_of(value).is_some_and(|ty| self.orders_as_text(ty))) {
            return Err(self.unsupported("`greatest` and `least` of a native enum"));
        }
        // Elsewhere each argument that may be NULL is written as often as there are arguments.
        if self.server.backend != Backend::Postgres && args.iter().map(extremes).max() >= Some(MOST_EXTREMES)
        {
            return Err(self.unsupported("more than four `greatest` and `least` within each other"));
        }
        Ok(())
    }

    /// A function, or an aggregate, that nobody here knows.
    pub(super) fn own(&self, function: OwnFunction, args: &[Node]) -> Result<()> {
        if !is_name(function.name) {
            return Err(invalid(format!("{:?} cannot be the name of a function", function.name)));
        }
        let decimal = |ty: Option<Type>| ty == Some(Type::Decimal);
        if self.server.backend == Backend::Sqlite
            && (decimal(Some(function.ty)) || args.iter().any(|arg| decimal(type_of(arg))))
        {
            return Err(self.unsupported("decimals in functions of one's own: they are stored as integers"));
        }
        Ok(())
    }
}

const MOST_EXTREMES: usize = 4;

/// How deep `greatest` and `least` stand within each other.
fn extremes(node: &Node) -> usize {
    let within = parts(node).into_iter().map(extremes).max().unwrap_or(0);
    within + usize::from(matches!(node, Node::Call(Function::Greatest | Function::Least, _)))
}

/// Where it is written between quotes, names of languages and of encodings are collations, too.
fn is_collation(name: &str, backend: Backend) -> bool {
    let is_quoted = matches!(backend, Backend::Sqlite | Backend::Postgres);
    let is_part = |byte: u8| {
        byte.is_ascii_alphanumeric() || byte == b'_' || (is_quoted && matches!(byte, b'-' | b'.' | b'@'))
    };
    !name.is_empty() && name.len() <= 255 && name.bytes().all(is_part)
}

/// An identifier, or one behind the name of its schema. It is written as it stands, so that servers fold its letters as they
/// did when it was made.
fn is_name(name: &str) -> bool {
    let is_identifier = |part: &str| {
        !part.is_empty()
            && !part.starts_with(|first: char| first.is_ascii_digit())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.len() <= 255 && name.split('.').count() <= 2 && name.split('.').all(is_identifier)
}
