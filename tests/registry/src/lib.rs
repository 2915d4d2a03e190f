//! Models that no program names, in modules that nobody sees: a program that links this crate has them in the list.
//! And in [`graph`] models of a crate that those of the program refer to.

pub mod graph;

mod plain {
    use orm::prelude::*;

    /// A model of the app that is its package.
    #[derive(Model, Debug)]
    #[model(table = "registry_plain")]
    pub(super) struct Note {
        /// The key.
        #[field(primary_key)]
        id: i64,
        /// What it says.
        text: String,
    }
}

mod shared {
    use orm::prelude::*;

    /// Settings that put models into an app of their own.
    #[derive(Meta)]
    #[meta(app = "library", table_prefix = "library_")]
    struct LibraryMeta;

    /// A model of the same name and the same columns as another one, and no other's twin.
    #[derive(Model, Debug)]
    #[model(meta = LibraryMeta, table = "registry_plain")]
    pub(super) struct Note {
        /// The key.
        #[field(primary_key)]
        id: i64,
        /// What it says.
        text: String,
    }
}
