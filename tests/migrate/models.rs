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

pub(crate) mod nameless {
    use orm::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "shops")]
    pub struct Shop {
        #[field(primary_key)]
        pub id: i64,
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

/// A type of its own that gets shorter.
pub(crate) mod length {
    pub(crate) mod before {
        use orm::prelude::*;

        #[derive(Model, Debug)]
        #[model(table = "words")]
        pub struct Word {
            #[field(primary_key)]
            pub id: i64,
            #[field(
                max_length = 30,
                db_type(postgres = "varchar(30)", mysql = "varchar(30)", mariadb = "varchar(30)")
            )]
            pub word: String,
        }
    }

    pub(crate) mod after {
        use orm::prelude::*;

        #[derive(Model, Debug)]
        #[model(table = "words")]
        pub struct Word {
            #[field(primary_key)]
            pub id: i64,
            #[field(
                max_length = 10,
                db_type(postgres = "varchar(10)", mysql = "varchar(10)", mariadb = "varchar(10)")
            )]
            pub word: String,
        }
    }
}
