//! Models that no program names, in modules that nobody sees: a program that links this crate has them in the list.
//! And in [`graph`] models of a crate that those of the program refer to.
//! In [`formulary`] what the models of a hospital refer to, and settings and groups of columns that programs use.

pub mod formulary;
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

/// Settings that models of other crates share.
pub mod settings {
    use orm::prelude::*;

    /// Where everything of an organisation is.
    pub static ARCHIVE: Database = Database::deferred("registry archive");

    /// Every setting there is.
    #[derive(Meta, Debug)]
    #[meta(database = ARCHIVE, schema = "organisation", table_prefix = "org_", app = "organisation")]
    pub struct OrganisationMeta;

    /// What a branch says otherwise.
    #[derive(Meta, Debug)]
    #[meta(extends = OrganisationMeta, table_prefix = "branch_", schema = "branch")]
    pub struct BranchMeta;

    /// What everything of a tenant has in common: a key of two fields.
    #[derive(Meta, Debug)]
    #[meta(table_prefix = "tenant_", primary_key(tenant_id, id))]
    pub struct TenantMeta;

    /// A `Meta` of the same name as others, beside them at the root of a crate.
    pub mod beside {
        use orm::prelude::*;

        /// A key of one field.
        #[derive(Meta, Debug)]
        #[meta(table_prefix = "beside_", primary_key(code))]
        pub struct TenantMeta;
    }

    /// What everything in a stock has in common: fields that each model has.
    #[derive(Meta, Debug)]
    #[meta(
        table_prefix = "stock_",
        ordering(-rank, name),
        index(kind, -rank),
        unique_together(kind, name),
        check(|rank: i32, reserve: Option<i32>| rank.ge(0) & (reserve.is_null() | reserve.le(rank)))
    )]
    pub struct StockMeta;
}

/// Conventions that models of other crates follow.
pub mod conventions {
    use orm::prelude::*;

    /// As other frameworks have it: tables in the plural, everything in Pascal case.
    #[derive(Meta, Debug)]
    #[meta(naming(tables = "PascalCase", plural, columns = "PascalCase"))]
    pub struct PascalMeta;

    /// The same, in a case of its own.
    #[derive(Meta, Debug)]
    #[meta(extends = PascalMeta, naming(columns = "camelCase"))]
    pub struct MixedMeta;
}

/// Groups of columns that models of other crates embed.
pub mod parts {
    use orm::prelude::*;

    /// When a row was made, and when it was changed last.
    #[derive(Embed, Debug, Clone, PartialEq)]
    pub struct Stamps {
        /// When the row was made.
        #[field(auto_now_add)]
        pub created_at: DateTime<Utc>,
        /// When the row was changed last.
        #[field(auto_now)]
        pub touched_at: DateTime<Utc>,
    }
}
