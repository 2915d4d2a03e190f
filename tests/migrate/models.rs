//! Models of a project that grows in several migrations.

pub(crate) mod first {
    use orm::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "shops")]
    pub struct Shop {
        #[field(primary_key)]
        pub id: i64,
        #[field(max_length = 20)]
        pub name: String,
    }
}

pub(crate) mod second {
    use orm::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "shops", index(city))]
    pub struct Shop {
        #[field(primary_key)]
        pub id: i64,
        #[field(max_length = 60)]
        pub name: String,
        #[field(max_length = 20)]
        pub city: String,
        pub open: Option<bool>,
    }

    #[derive(Model, Debug)]
    #[model(table = "goods")]
    pub struct Good {
        #[field(primary_key)]
        pub id: i64,
        #[field(on_delete = cascade)]
        pub shop: ForeignKey<Shop>,
    }
}

/// A text that becomes something else.
pub(crate) mod text {
    pub(crate) mod before {
        use orm::prelude::*;

        #[derive(Model, Debug)]
        #[model(table = "entries")]
        pub struct Entry {
            #[field(primary_key)]
            pub id: i64,
            #[field(max_length = 30)]
            pub code: String,
        }
    }

    pub(crate) mod after {
        use orm::prelude::*;

        #[derive(Model, Debug)]
        #[model(table = "entries")]
        pub struct Entry {
            #[field(primary_key)]
            pub id: i64,
            pub code: i32,
        }
    }

    pub(crate) mod bytes {
        use orm::prelude::*;

        #[derive(Model, Debug)]
        #[model(table = "entries")]
        pub struct Entry {
            #[field(primary_key)]
            pub id: i64,
            pub code: Vec<u8>,
        }
    }
}

/// A type of its own with fewer digits.
pub(crate) mod digits {
    pub(crate) mod before {
        use orm::prelude::*;

        #[derive(Model, Debug)]
        #[model(table = "prices")]
        pub struct Price {
            #[field(primary_key)]
            pub id: i64,
            #[field(
                precision = 10,
                scale = 4,
                db_type(postgres = "numeric(10,4)", mysql = "decimal(10,4)", mariadb = "decimal(10,4)")
            )]
            pub amount: rust_decimal::Decimal,
        }
    }

    pub(crate) mod after {
        use orm::prelude::*;

        #[derive(Model, Debug)]
        #[model(table = "prices")]
        pub struct Price {
            #[field(primary_key)]
            pub id: i64,
            #[field(
                precision = 10,
                scale = 4,
                db_type(postgres = "numeric(10,2)", mysql = "decimal(10,2)", mariadb = "decimal(10,2)")
            )]
            pub amount: rust_decimal::Decimal,
        }
    }
}
