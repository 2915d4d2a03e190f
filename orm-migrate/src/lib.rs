//! Migrations for the [`orm`](https://docs.rs/orm) crate: not here yet.
//!
//! This crate will hold what turns a change of models into a change of tables: the comparison of models with the last
//! known state, the files that it writes for people to review, and the runner that applies them and can be
//! interrupted. Until then it has no items; `orm::db::create_all` creates the tables of new models.

#![deny(missing_docs)]
