//! Derives of the `orm` crate.
