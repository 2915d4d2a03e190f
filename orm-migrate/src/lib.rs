//! Migrations for the `orm` crate.
