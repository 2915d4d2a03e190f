//! Settings that models share: chains of them, over crates, and what wins.

use orm::model::{MetaDef, Table};
use orm::prelude::*;
use orm_tests::{Outcome, cases};
use orm_tests_registry::settings::{BranchMeta, OrganisationMeta};

/// The third of a chain whose first two are of another crate.
#[derive(Meta)]
#[meta(extends = BranchMeta, app = "desk")]
struct DeskMeta;

/// One that says everything itself.
#[derive(Meta)]
#[meta(extends = DeskMeta, database = "own", schema = "own_schema", table_prefix = "own_", app = "own")]
struct OwnMeta;

/// One that says nothing.
#[derive(Meta)]
struct EmptyMeta;

/// One that says as much as another one.
#[derive(Meta)]
#[meta(extends = orm_tests_registry::settings::OrganisationMeta)]
struct SameMeta;

/// One that is declared within a generic item, and extends through a path.
mod nested {
    use orm::prelude::*;

    #[derive(Meta)]
    #[meta(extends = super::PrefixMeta)]
    pub(super) struct InnerMeta;
}

/// Settings that every backend can create tables under.
#[derive(Meta)]
#[meta(table_prefix = "meta_", app = "metas")]
struct PrefixMeta;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = DeskMeta)]
struct OfDesk {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = DeskMeta, database = "model", schema = "model_schema", table_prefix = "model_", app = "model")]
struct OfItself {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = EmptyMeta)]
struct OfNobody {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = nested::InnerMeta, table = "cities")]
struct City {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40, unique)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = nested::InnerMeta, table_prefix = "other_", table = "cities")]
struct OtherCity {
    #[field(primary_key)]
    id: i64,
    twin: Option<ForeignKey<City>>,
}

/// Schema, prefix and app of settings.
fn texts(meta: &MetaDef) -> (Option<&str>, Option<&str>, Option<&str>) {
    (meta.schema, meta.prefix, meta.app)
}

/// The name of the database that a query of the model goes to when nothing else is said.
async fn database<M: Model>() -> Option<String> {
    M::objects().count().await.unwrap_err().database().map(str::to_owned)
}

const TABLES: [&Table; 2] = [City::TABLE, OtherCity::TABLE];

cases! {
    /// What is not said comes from the nearest that says it, over three settings and two crates.
    async fn the_nearest_wins(_db: &TestDb) -> Outcome {
        assert_eq!(texts(&OrganisationMeta::DEF), (Some("organisation"), Some("org_"), Some("organisation")));
        assert_eq!(texts(&BranchMeta::DEF), (Some("branch"), Some("branch_"), Some("organisation")));
        assert_eq!(texts(&DeskMeta::DEF), (Some("branch"), Some("branch_"), Some("desk")));
        assert_eq!(texts(&OwnMeta::DEF), (Some("own_schema"), Some("own_"), Some("own")));
        assert_eq!(texts(&EmptyMeta::DEF), (None, None, None));
        assert_eq!(texts(&SameMeta::DEF), texts(&OrganisationMeta::DEF));
        Ok(())
    }

    /// A model has the settings of its `Meta`, and its own before them.
    async fn a_model_wins_over_its_meta(_db: &TestDb) -> Outcome {
        assert_eq!(texts(&OfDesk::TABLE.meta), (Some("branch"), Some("branch_"), Some("desk")));
        assert_eq!((OfDesk::TABLE.full_name().as_str(), OfDesk::TABLE.app()), ("branch_of_desk", "desk"));
        assert_eq!(texts(&OfItself::TABLE.meta), (Some("model_schema"), Some("model_"), Some("model")));
        assert_eq!((OfItself::TABLE.full_name().as_str(), OfItself::TABLE.app()), ("model_of_itself", "model"));
        assert_eq!((OfNobody::TABLE.full_name().as_str(), OfNobody::TABLE.app()), ("of_nobody", "orm-tests"));
        Ok(())
    }

    /// A query goes to the database that the chain names: a static of another crate, or the model's own.
    async fn the_database_is_inherited(_db: &TestDb) -> Outcome {
        assert_eq!(database::<OfDesk>().await.as_deref(), Some("registry archive"));
        assert_eq!(database::<OfItself>().await.as_deref(), Some("model"));
        assert_eq!(database::<OfNobody>().await.as_deref(), Some("default"));
        let own = OwnMeta::DEF.database.ok_or("no database")?();
        assert!(format!("{own:?}").contains("own"), "{own:?}");
        Ok(())
    }

    /// Tables are created, filled and joined under their prefixes.
    async fn prefixes_reach_the_database(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let city = City::objects().using(db.handle()).create(NewCity::new("Bern")).await?;
        OtherCity::objects().using(db.handle()).create(NewOtherCity::new().twin(&city)).await?;
        let names = OtherCity::objects()
            .using(db.handle())
            .filter(OtherCity::twin.to(City::name).eq("Bern"))
            .select(OtherCity::twin.to(City::name))
            .all()
            .await?;
        assert_eq!(names, [Some("Bern".to_owned())]);
        let rows = db
            .oracle("SELECT c.name FROM other_cities o JOIN meta_cities c ON c.id = o.twin_id")
            .await?;
        assert_eq!(rows, [[Some("Bern".to_owned())]]);
        let twins = City::objects().using(db.handle()).prefetch_related(OtherCity::twin.reverse().limit(1)).one().await?;
        assert_eq!((twins.0, twins.1.len()), (city, 1));
        Ok(())
    }
}
