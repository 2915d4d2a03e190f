//! A database by name, by handle or by proxy.

use std::borrow::Cow;
use std::sync::Arc;

use super::handle::Database;
use super::proxy::DatabaseProxy;
use super::registry;
use super::shared::Shared;
use crate::error::Result;

/// A database by name, by handle or by proxy. Looked up whenever a query runs, so that it can be bound late.
#[derive(Debug, Clone)]
pub struct DatabaseRef(Inner);

#[derive(Debug, Clone)]
enum Inner {
    Name(Cow<'static, str>),
    Static(&'static Database),
    Handle(Database),
    Proxy(DatabaseProxy),
    StaticProxy(&'static DatabaseProxy),
}

impl DatabaseRef {
    pub(crate) const DEFAULT: Self = Self(Inner::Name(Cow::Borrowed("default")));

    /// The database of this name.
    pub(crate) fn named(name: String) -> Self {
        Self(Inner::Name(Cow::Owned(name)))
    }

    pub(crate) fn proxy(proxy: DatabaseProxy) -> Self {
        Self(Inner::Proxy(proxy))
    }

    /// Whether both refer to the same, whatever that is at the moment. False if only the moment could tell.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Inner::Name(one), Inner::Name(other)) => one == other,
            (Inner::Static(one), Inner::Static(other)) => std::ptr::eq(*one, *other),
            (Inner::StaticProxy(one), Inner::StaticProxy(other)) => std::ptr::eq(*one, *other),
            _ => false,
        }
    }

    /// What it refers to at the moment; `None` with the name if no open database has it.
    ///
    /// # Errors
    ///
    /// `ProxyUninitialized`.
    pub(crate) fn resolve(&self) -> Result<Result<Arc<Shared>, &str>> {
        Ok(match &self.0 {
            Inner::Name(name) => registry::get(name).ok_or(name),
            Inner::Static(database) => Ok(Arc::clone(database.shared())),
            Inner::Handle(database) => Ok(Arc::clone(database.shared())),
            Inner::Proxy(proxy) => Ok(proxy.shared().resolve()?),
            Inner::StaticProxy(proxy) => Ok(proxy.shared().resolve()?),
        })
    }
}

impl From<&'static str> for DatabaseRef {
    fn from(name: &'static str) -> Self {
        Self(Inner::Name(Cow::Borrowed(name)))
    }
}

impl From<String> for DatabaseRef {
    fn from(name: String) -> Self {
        Self::named(name)
    }
}

impl From<&'static Database> for DatabaseRef {
    fn from(database: &'static Database) -> Self {
        Self(Inner::Static(database))
    }
}

impl From<Database> for DatabaseRef {
    fn from(database: Database) -> Self {
        Self(Inner::Handle(database))
    }
}

impl From<&'static DatabaseProxy> for DatabaseRef {
    fn from(proxy: &'static DatabaseProxy) -> Self {
        Self(Inner::StaticProxy(proxy))
    }
}
