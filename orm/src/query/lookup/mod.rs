//! Conditions and orders by name: what a list in a web page is asked for.
//!
//! `op` holds what may be asked of a field, `value` reads the texts.

mod op;
mod value;

use std::fmt;
use std::marker::PhantomData;

use self::op::Lookup;
use super::QuerySet;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Column, Expr, Node, Nulls, Of, Order, OrderBy, Path, Q, Row};
use crate::model::{Field, Model};
use crate::types::Type;

/// What a client calls something may be as long as this before it is cut in an error.
const LONGEST: usize = 64;

/// As many names an order may have.
const MOST_ORDERS: usize = 16;

/// The fields of `M`, and of rows that its foreign keys lead to, that may be asked for by name.
///
/// Names and values come from a client, as texts: `?age__gte=18&order=-age,username`. A name is that of a field,
/// `username`; of one behind a foreign key or in an embedded struct, `author__username`; or one that
/// [`named`](Self::named) gives. Behind it may stand what is asked: `age__gte`, `username__icontains`. The guide lists them.
/// A field that is `sensitive` is never there, whatever was allowed: it cannot be found out by asking.
///
/// # Examples
///
/// ```no_run
/// # use orm::prelude::*;
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     #[field(max_length = 80)]
/// #     username: String,
/// # }
/// # #[derive(Model)]
/// # #[model(table = "posts")]
/// # struct Post {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     author: ForeignKey<User>,
/// #     likes: i32,
/// # }
/// # async fn example(query: Vec<(String, String)>) -> orm::Result<()> {
/// use orm::Lookups;
///
/// let allowed = Lookups::none().field(Post::likes).named("writer", Post::author.to(User::username));
/// let mut posts = Post::objects();
/// for (name, value) in &query {
///     posts = match name.as_str() {
///         "order" => posts.order_by(allowed.order(value)?),
///         name => posts.filter(allowed.condition(name, value)?),
///     };
/// }
/// # Ok(())
/// # }
/// ```
pub struct Lookups<M> {
    allowed: Vec<Allowed>,
    of: Of<M>,
}

#[derive(Clone)]
struct Allowed {
    name: String,
    path: Path,
    field: &'static Field,
}

impl<M> Clone for Lookups<M> {
    fn clone(&self) -> Self {
        Self { allowed: self.allowed.clone(), of: PhantomData }
    }
}

impl<M> fmt::Debug for Lookups<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.allowed.iter().map(|allowed| &allowed.name)).finish()
    }
}

impl<M: Model> Lookups<M> {
    /// Nothing yet: what [`field`](Self::field) and [`named`](Self::named) add.
    #[must_use]
    pub fn none() -> Self {
        Self { allowed: Vec::new(), of: PhantomData }
    }

    /// The fields of the model itself, but for those that are sensitive.
    #[must_use]
    pub fn own() -> Self {
        let own = M::TABLE.fields.iter();
        let allowed =
            own.map(|field| Allowed { name: name_of(Path::EMPTY, field), path: Path::EMPTY, field });
        Self { allowed: allowed.collect(), of: PhantomData }
    }

    /// This field too, by its own name: `likes`, `author__username`. Of an embedded struct, each of its fields.
    #[must_use]
    pub fn field<T>(mut self, column: Column<M, T>) -> Self {
        for (path, field) in parts(column) {
            self.allowed.push(Allowed { name: name_of(path, field), path, field });
        }
        self
    }

    /// This field too, by the name given here. Of an embedded struct, each of its fields, with its name behind:
    /// `to__city`.
    #[must_use]
    pub fn named<T>(mut self, name: &str, column: Column<M, T>) -> Self {
        // Of an embedded struct, what its fields' names have in common.
        let within = column.embedded().map_or(0, |embedded| embedded.len() + 1);
        for (path, field) in parts(column) {
            let rest = field.name.get(within..).filter(|_| within > 0).unwrap_or_default();
            let name = match rest {
                "" => name.to_owned(),
                rest => format!("{name}__{}", rest.replace('.', "__")),
            };
            self.allowed.push(Allowed { name, path, field });
        }
        self
    }

    /// The condition of this name with this value: `condition("age__gte", "18")`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidLookup`] for a field that may not be asked for, something that cannot be asked of it, and a
    /// value that is none of its type: all of them mistakes of the client.
    pub fn condition(&self, name: &str, value: &str) -> Result<Q<M>> {
        let (allowed, lookup) = match self.find(name) {
            Some(allowed) => (allowed, Lookup::Exact),
            None => {
                let (field, asked) = name.rsplit_once("__").ok_or_else(|| self.unknown(name))?;
                let allowed = self.find(field).ok_or_else(|| self.unknown(name))?;
                let lookup = Lookup::named(asked).ok_or_else(|| self.unknown(name))?;
                (allowed, lookup)
            }
        };
        let node = Node::Field(allowed.path, allowed.field);
        let ty = self.type_of(allowed, name)?;
        op::condition(node, ty, lookup, value).map(Expr::of).map_err(|reason| self.invalid(name, reason))
    }

    /// The order of these names, separated by commas: `order("-age,username")`, a minus for the opposite direction.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidLookup`] for a field that may not be asked for, or has no order, and for more than sixteen.
    pub fn order(&self, names: &str) -> Result<Vec<OrderBy<M>>> {
        let names: Vec<&str> = names.split(',').map(str::trim).collect();
        if names.len() > MOST_ORDERS {
            return Err(self.invalid("", format!("an order by more than {MOST_ORDERS} fields")));
        }
        names.into_iter().map(|name| self.order_part(name)).collect()
    }

    fn order_part(&self, name: &str) -> Result<OrderBy<M>> {
        let (bare, descending) = match name.strip_prefix('-') {
            Some(bare) => (bare, true),
            None => (name, false),
        };
        let allowed = self.find(bare).ok_or_else(|| self.unknown(bare))?;
        if matches!(self.type_of(allowed, bare)?, Type::Json | Type::Array(_) | Type::Hstore) {
            return Err(self.invalid(bare, "the field has no order".to_owned()));
        }
        let node = Node::Field(allowed.path, allowed.field);
        Ok(OrderBy::new(Order { node, descending, nulls: Nulls::Smallest }))
    }

    /// The last that was allowed under a name has it.
    fn find(&self, name: &str) -> Option<&Allowed> {
        let found = self.allowed.iter().rev().find(|allowed| allowed.name == name)?;
        (!is_secret(found)).then_some(found)
    }

    fn type_of(&self, allowed: &Allowed, name: &str) -> Result<Type> {
        match allowed.field.columns {
            [column] => Ok(column.ty),
            _ => Err(self.invalid(name, "the field has several columns".to_owned())),
        }
    }

    fn unknown(&self, name: &str) -> Error {
        // Nobody learns whether there is such a field that is not allowed.
        self.invalid(name, "nothing of this name can be asked for".to_owned())
    }

    fn invalid(&self, name: &str, reason: String) -> Error {
        let mut short: String = name.chars().take(LONGEST).flat_map(char::escape_debug).collect();
        if name.chars().nth(LONGEST).is_some() {
            short.push('…');
        }
        Error::new(ErrorKind::InvalidLookup { name: short, reason }).with_model(M::TABLE.model)
    }
}

impl<M: Model, Out, Ex> QuerySet<M, Out, Row, Ex> {
    /// Only rows that fulfil a condition by name: `filter_by("age__gte", "18")`. Any field of the model may be asked for
    /// that is not `sensitive`; [`Lookups`] says which otherwise, and what names there are.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidLookup`] as for [`Lookups::condition`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "users")]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     age: i32,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let adults = User::objects().filter_by("age__gte", "18")?.order_by_name("-age,id")?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn filter_by(self, name: &str, value: &str) -> Result<Self> {
        let condition = Lookups::<M>::own().condition(name, value)?;
        Ok(self.filter(condition))
    }

    /// Orders the rows by these names, separated by commas: `order_by_name("-age,username")`. Any field of the model may be
    /// named that is not `sensitive`; [`Lookups`] says which otherwise.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidLookup`] as for [`Lookups::order`].
    pub fn order_by_name(self, names: &str) -> Result<Self> {
        let order = Lookups::<M>::own().order(names)?;
        Ok(self.order_by(order))
    }
}

/// Whether the field, or one on the way to it, is not to be known.
fn is_secret(allowed: &Allowed) -> bool {
    allowed.field.is_sensitive() || allowed.path.hops().any(Field::is_sensitive)
}

fn parts<M, T>(column: Column<M, T>) -> Vec<(Path, &'static Field)> {
    let fields = crate::expr::spread(column.node());
    let part = |node| match node {
        Node::Field(path, field) => Some((path, field)),
        _ => None,
    };
    fields.into_iter().filter_map(part).collect()
}

/// `author__username`, `shipping__city`.
fn name_of(path: Path, field: &Field) -> String {
    let names = path.hops().map(|hop| hop.name).chain([field.name]);
    names.collect::<Vec<_>>().join("__").replace('.', "__")
}
