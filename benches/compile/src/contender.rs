//! Who takes part, and what each writes for a table.

use std::fmt;

use clap::ValueEnum;

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Contender {
    /// The structs alone, with what they derive anyway.
    Plain,
    Ours,
    Diesel,
    SeaOrm,
}

impl Contender {
    /// Those that were named, or all; the structs alone in any case, because the cost is what comes on top.
    pub fn chosen(named: &[Self]) -> Vec<Self> {
        let chosen = |one: &Self| named.is_empty() || *one == Self::Plain || named.contains(one);
        Self::value_variants().iter().copied().filter(chosen).collect()
    }

    /// The dependencies, as lines of a `Cargo.toml`.
    pub fn dependencies(self) -> String {
        let chrono = "chrono = { version = \"0.4.45\", default-features = false, features = [\"clock\", \"std\"] }\n";
        let own = match self {
            Self::Plain => String::new(),
            Self::Ours => {
                format!("orm = {{ path = {:?} }}\n", concat!(env!("CARGO_MANIFEST_DIR"), "/../../orm"))
            }
            Self::Diesel => "diesel = { version = \"2.3\", features = [\"sqlite\", \"chrono\"] }\n\
                 libsqlite3-sys = { version = \"*\", features = [\"bundled\"] }\n"
                .to_owned(),
            Self::SeaOrm => "sea-orm = { version = \"2.0.4\", default-features = false, features = \
                 [\"runtime-tokio\", \"sqlx-sqlite\", \"macros\", \"with-chrono\"] }\n"
                .to_owned(),
        };
        format!("{chrono}{own}")
    }

    /// What stands at the head of each module.
    pub fn head(self) -> &'static str {
        match self {
            Self::Plain => "use chrono::NaiveDateTime;\n",
            Self::Ours => "use std::future::Future;\nuse std::pin::Pin;\n\nuse orm::prelude::*;\n",
            Self::Diesel => "use chrono::NaiveDateTime;\nuse diesel::prelude::*;\n",
            // A module for each model: its names are the same for all.
            Self::SeaOrm => "",
        }
    }

    /// What a model takes: `n` is its number, `owner` and `parent` those of the models it refers to, of the same module.
    pub fn model(self, n: usize, owner: usize, parent: usize, queries: usize) -> String {
        let (model, query, end) = match self {
            Self::Plain => (PLAIN, "", ""),
            Self::Ours => (OURS, OURS_QUERY, ""),
            Self::Diesel => (DIESEL, DIESEL_QUERY, ""),
            Self::SeaOrm => (SEA_ORM, SEA_ORM_QUERY, "}\n"),
        };
        let queries = (0..queries).map(|at| query.replace("{at}", &at.to_string())).collect::<String>();
        let text = format!("{model}{queries}{end}");
        text.replace("{n}", &n.to_string())
            .replace("{owner}", &owner.to_string())
            .replace("{parent}", &parent.to_string())
    }

    /// What stands at the end of a module with the models `numbers`.
    pub fn tail(self, numbers: &[usize]) -> String {
        if self != Self::Diesel {
            return String::new();
        }
        let names: Vec<_> = numbers.iter().map(|n| format!("t{n}")).collect();
        format!("\ndiesel::allow_tables_to_appear_in_same_query!({});\n", names.join(", "))
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "structs alone",
            Self::Ours => "ours",
            Self::Diesel => "Diesel",
            Self::SeaOrm => "SeaORM",
        })
    }
}

const PLAIN: &str = r"
#[derive(Debug, Clone, PartialEq)]
pub struct M{n} {
    pub id: i64,
    pub owner: i64,
    pub parent: Option<i64>,
    pub name: String,
    pub title: String,
    pub count: i32,
    pub score: f64,
    pub active: bool,
    pub created_at: NaiveDateTime,
    pub note: Option<String>,
}
";

const OURS: &str = r#"
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "t{n}")]
pub struct M{n} {
    #[field(primary_key)]
    pub id: i64,
    #[field(related_name = owned_{n})]
    pub owner: ForeignKey<M{owner}>,
    #[field(related_name = children_{n})]
    pub parent: Option<ForeignKey<M{parent}>>,
    #[field(max_length = 80, unique)]
    pub name: String,
    pub title: String,
    pub count: i32,
    pub score: f64,
    pub active: bool,
    pub created_at: NaiveDateTime,
    pub note: Option<String>,
}
"#;

const OURS_QUERY: &str = r"
pub fn query_{n}_{at}(least: i32) -> Pin<Box<dyn Future<Output = orm::Result<Vec<M{n}>>> + Send>> {
    Box::pin(async move {
        M{n}::objects()
            .filter(M{n}::count.gt(least) & M{n}::active.eq(true))
            .order_by(M{n}::created_at.desc())
            .limit(20)
            .all()
            .await
    })
}
";

const DIESEL: &str = r"
diesel::table! {
    t{n} (id) {
        id -> BigInt,
        owner_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        name -> Text,
        title -> Text,
        count -> Integer,
        score -> Double,
        active -> Bool,
        created_at -> Timestamp,
        note -> Nullable<Text>,
    }
}
diesel::joinable!(t{n} -> t{owner} (owner_id));

#[derive(Queryable, Selectable, Identifiable, Associations, Debug, Clone, PartialEq)]
#[diesel(table_name = t{n}, belongs_to(M{owner}, foreign_key = owner_id))]
pub struct M{n} {
    pub id: i64,
    pub owner_id: i64,
    pub parent_id: Option<i64>,
    pub name: String,
    pub title: String,
    pub count: i32,
    pub score: f64,
    pub active: bool,
    pub created_at: NaiveDateTime,
    pub note: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = t{n})]
pub struct NewM{n} {
    pub owner_id: i64,
    pub parent_id: Option<i64>,
    pub name: String,
    pub title: String,
    pub count: i32,
    pub score: f64,
    pub active: bool,
    pub created_at: NaiveDateTime,
    pub note: Option<String>,
}

#[derive(AsChangeset, Default)]
#[diesel(table_name = t{n})]
pub struct M{n}Patch {
    pub owner_id: Option<i64>,
    pub parent_id: Option<Option<i64>>,
    pub name: Option<String>,
    pub title: Option<String>,
    pub count: Option<i32>,
    pub score: Option<f64>,
    pub active: Option<bool>,
    pub created_at: Option<NaiveDateTime>,
    pub note: Option<Option<String>>,
}
";

const DIESEL_QUERY: &str = r"
pub fn query_{n}_{at}(connection: &mut SqliteConnection, least: i32) -> QueryResult<Vec<M{n}>> {
    t{n}::table
        .filter(t{n}::count.gt(least).and(t{n}::active.eq(true)))
        .order(t{n}::created_at.desc())
        .limit(20)
        .select(M{n}::as_select())
        .load(connection)
}
";

const SEA_ORM: &str = r#"
pub mod m{n} {
    use std::future::Future;
    use std::pin::Pin;

    use sea_orm::entity::prelude::*;
    use sea_orm::{ExprTrait, QueryOrder, QuerySelect};

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "t{n}")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub owner_id: i64,
        pub parent_id: Option<i64>,
        #[sea_orm(unique)]
        pub name: String,
        pub title: String,
        pub count: i32,
        pub score: f64,
        pub active: bool,
        pub created_at: DateTime,
        pub note: Option<String>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::m{owner}::Entity",
            from = "Column::OwnerId",
            to = "super::m{owner}::Column::Id"
        )]
        Owner,
        #[sea_orm(
            belongs_to = "super::m{parent}::Entity",
            from = "Column::ParentId",
            to = "super::m{parent}::Column::Id"
        )]
        Parent,
    }

    impl Related<super::m{owner}::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Owner.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
"#;

const SEA_ORM_QUERY: &str = r"
    pub fn query_{at}(
        db: &DatabaseConnection,
        least: i32,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Model>, DbErr>> + Send + '_>> {
        Box::pin(async move {
            Entity::find()
                .filter(Column::Count.gt(least).and(Column::Active.eq(true)))
                .order_by_desc(Column::CreatedAt)
                .limit(20)
                .all(db)
                .await
        })
    }
";
