//! The list of all models of the program, made at link time.

use super::Table;

/// A model's entry in the list. Submitted by `#[derive(Model)]`.
#[derive(Debug, Clone, Copy)]
pub struct Registered(pub fn() -> &'static Table);

inventory::collect!(Registered);

/// The tables of all models of the program, in order of package, version, module and model.
///
/// A model is in the list as soon as its crate is linked: nothing has to name the model. A dependency that
/// the program names nowhere is not linked at all, and its models are not in the list; `use that_crate as _;` is
/// enough to name it. Where two versions of a crate are linked, the models of both are there.
#[must_use]
pub fn tables() -> Vec<&'static Table> {
    let mut tables: Vec<_> =
        inventory::iter::<Registered>.into_iter().map(|registered| (registered.0)()).collect();
    tables.sort_by_key(|table| (table.package, table.version, table.module, table.model, table.name));
    tables
}
