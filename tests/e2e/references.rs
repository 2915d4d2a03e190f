//! Plain columns that are foreign keys, keys to unique columns, and tables that refer to each other.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// A country, by number or by code.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ref_country")]
pub(crate) struct Country {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// Its code.
    #[field(max_length = 2, unique)]
    pub code: String,
    /// Its name.
    #[field(max_length = 40)]
    pub name: String,
}

/// A city: plain columns that refer to a country.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ref_city")]
pub(crate) struct City {
    /// The name.
    #[field(primary_key, max_length = 40)]
    pub name: String,
    /// The country.
    #[field(
        references(Country, code),
        relation = country,
        related_name = cities,
        max_length = 2,
        on_delete = cascade,
        on_update = cascade
    )]
    pub country_code: String,
    /// The country it would rather be in.
    #[field(references(Country, code), relation = dream, max_length = 2)]
    pub dream_code: Option<String>,
    /// The country that it was in before.
    #[field(references = Country, relation = before, related_name = lost, on_delete = set_null)]
    pub before_id: Option<i64>,
}

/// A street, by the name of its city.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ref_street")]
pub(crate) struct Street {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The city.
    #[field(references = City, relation = city, on_update = cascade, on_delete = cascade, max_length = 40)]
    pub city_name: String,
}

const TABLES: [&Table; 3] = [Street::TABLE, City::TABLE, Country::TABLE];

async fn fill(db: &TestDb) -> orm::Result<()> {
    let on = db.handle();
    on.create_tables(&TABLES).await?;
    for (id, code, name) in [(1, "at", "Austria"), (2, "it", "Italy"), (3, "fr", "France")] {
        Country::objects().using(on).create(NewCountry::new(code, name).id(id)).await?;
    }
    for (name, code, dream, before) in [
        ("Wien", "at", None, None),
        ("Bozen", "it", Some("at"), Some(1)),
        ("Nizza", "fr", Some("it"), Some(2)),
        ("Triest", "it", None, Some(1)),
    ] {
        let new = NewCity::new(name, code).dream_code(dream.map(String::from)).before_id(before);
        City::objects().using(on).create(new).await?;
    }
    for city in ["Wien", "Wien", "Triest"] {
        Street::objects().using(on).create(NewStreet::new(city)).await?;
    }
    Ok(())
}

cases! {
    /// They are followed, joined and asked about like foreign keys.
    async fn followed(db: &TestDb) -> Outcome {
        fill(db).await?;
        let cities = || City::objects().using(db.handle()).order_by(City::name);
        let names = |q: Q<City>| cities().filter(q).select(City::name).all();
        assert_eq!(names(City::country.to(Country::name).eq("Italy")).await?, ["Bozen", "Triest"]);
        assert_eq!(names(City::country_code.eq("at")).await?, ["Wien"]);
        assert_eq!(names(City::country.eq("at") | City::dream.eq("it")).await?, ["Nizza", "Wien"]);
        assert_eq!(names(City::dream.in_(["at", "fr"]) | City::dream.eq(City::country)).await?, ["Bozen"]);
        assert_eq!(cities().select((City::country, City::dream)).first().await?, Some(("it".to_owned(), Some("at".to_owned()))));
        assert_eq!(names(City::dream.to(Country::name).eq("Austria")).await?, ["Bozen"]);
        assert_eq!(names(City::dream.to(Country::name).is_null()).await?, ["Triest", "Wien"]);
        assert_eq!(names(City::before.to(Country::code).eq("at")).await?, ["Bozen", "Triest"]);
        let austria = Country::objects().using(db.handle()).get(1).await?;
        assert_eq!(names(City::before.eq(&austria)).await?, ["Bozen", "Triest"]);
        assert_eq!(names(City::before.ne(&austria)).await?, ["Nizza", "Wien"]);
        let streets = Street::objects().using(db.handle());
        assert_eq!(streets.filter(Street::city.to(City::country).to(Country::name).eq("Austria")).count().await?, 2);
        // What is referred to is in the column itself.
        let sql = cities().filter(City::country.to(Country::code).eq("at")).to_sql(orm::Backend::Sqlite)?;
        assert!(!sql.contains("JOIN"), "{sql}");

        let rows: Vec<(City, Country, Option<Country>, Option<Country>)> = cities()
            .select_related(City::country).select_related(City::dream).select_related(City::before).all().await?;
        let codes: Vec<_> = rows.iter().map(|(city, country, dream, before)| {
            let code = |country: &Option<Country>| country.as_ref().map(|country| country.code.clone());
            (city.name.as_str(), country.name.as_str(), code(dream), code(before))
        }).collect();
        let code = |code: &str| Some(code.to_owned());
        assert_eq!(codes, [
            ("Bozen", "Italy", code("at"), code("at")),
            ("Nizza", "France", code("it"), code("it")),
            ("Triest", "Italy", None, code("at")),
            ("Wien", "Austria", None, None),
        ]);
        Ok(())
    }

    /// The other side, by a name and without one.
    async fn reversed(db: &TestDb) -> Outcome {
        fill(db).await?;
        let countries = || Country::objects().using(db.handle()).order_by(Country::id);
        assert_eq!(countries().select(Country::cities.count()).all().await?, [1, 2, 1]);
        assert_eq!(countries().select(Country::lost.count()).all().await?, [2, 1, 0]);
        assert_eq!(countries().select(City::dream.reverse().count()).all().await?, [1, 1, 0]);
        assert_eq!(countries().filter(Country::cities.any(City::name.starts_with("T"))).select(Country::id).all().await?, [2]);
        let italy = countries().get(2).await?;
        assert_eq!(Country::cities.of(&italy).using(db.handle()).order_by(City::name).select(City::name).all().await?, ["Bozen", "Triest"]);
        assert_eq!(Country::lost.of(&italy).using(db.handle()).select(City::name).all().await?, ["Nizza"]);
        assert_eq!(Country::cities.of(&italy).using(db.handle()).filter(City::name.eq("Bozen")).delete().await?, 1);
        // Streets whose city was in a country before.
        let streets = Street::city.to(City::before).reverse();
        assert_eq!(countries().select(streets.count()).all().await?, [1, 0, 0]);
        Ok(())
    }

    /// Related rows by a unique column, by a nullable one, by a text, and over several keys.
    async fn related_rows(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let countries = || Country::objects().using(on).order_by(Country::id);
        let names = |cities: &[City]| cities.iter().map(|city| city.name.clone()).collect::<Vec<_>>();
        let rows = countries().prefetch_related(Country::cities).prefetch_related(Country::lost).prefetch_related(City::dream.reverse().limit(1)).all().await?;
        let found: Vec<_> = rows.iter().map(|(country, cities, lost, dreams)| (country.id, names(cities), names(lost), names(dreams))).collect();
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(found, [
            (1, list(&["Wien"]), list(&["Bozen", "Triest"]), list(&["Bozen"])),
            (2, list(&["Bozen", "Triest"]), list(&["Nizza"]), list(&["Nizza"])),
            (3, list(&["Nizza"]), list(&[]), list(&[])),
        ]);
        // Of a row whose unique column is not what it was when it was read: by the primary key.
        let stale = Country { code: "xx".to_owned(), ..rows[1].0.clone() };
        assert_eq!(names(&Country::cities.load([&stale]).using(on).await?.concat()), ["Bozen", "Triest"]);
        let streets = Street::city.to(City::country).reverse();
        let rows = countries().prefetch_related(streets.order_by(Street::id.desc())).prefetch_related(Country::cities.order_by(City::name.desc()).with(Street::city.reverse())).all().await?;
        let found: Vec<_> = rows.iter().map(|(_, streets, cities)| (
            streets.iter().map(|street| street.city_name.as_str()).collect::<Vec<_>>(),
            cities.iter().map(|(city, streets)| (city.name.as_str(), streets.len())).collect::<Vec<_>>(),
        )).collect();
        assert_eq!(found, [
            (vec!["Wien", "Wien"], vec![("Wien", 2)]),
            (vec!["Triest"], vec![("Triest", 1), ("Bozen", 0)]),
            (vec![], vec![("Nizza", 0)]),
        ]);
        Ok(())
    }

    /// The database keeps them: nothing refers to what is not there, and actions are done.
    async fn kept_by_the_database(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let error = City::objects().using(on).create(NewCity::new("Bern", "ch")).await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
        let error = City::objects().using(on).create(NewCity::new("Bern", "at").before_id(9)).await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
        let error = Country::objects().using(on).filter(Country::code.eq("it")).update(Country::code.set("xx")).await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
        assert_eq!(City::objects().using(on).filter(City::name.eq("Nizza")).update(City::dream_code.set(None)).await?, 1);
        assert_eq!(Country::objects().using(on).filter(Country::code.eq("it")).update(Country::code.set("xx")).await?, 1);
        assert_eq!(City::objects().using(on).filter(City::country_code.eq("xx")).count().await?, 2);
        assert_eq!(City::objects().using(on).filter(City::name.eq("Wien")).update(City::name.set("Vienna")).await?, 1);
        assert_eq!(Street::objects().using(on).filter(Street::city_name.eq("Vienna")).count().await?, 2);
        assert_eq!(City::objects().using(on).filter(City::name.eq("Bozen")).update(City::dream_code.set(None)).await?, 1);
        // One after the other: MySQL 9.7 forgets a `SET NULL` where the same statement cascades to that table too.
        assert_eq!(Country::objects().using(on).filter(Country::id.eq(3)).delete().await?, 1);
        assert_eq!(City::objects().using(on).filter(City::name.eq("Nizza")).count().await?, 0);
        assert_eq!(City::objects().using(on).filter(City::name.eq("Vienna")).delete().await?, 1);
        assert_eq!(Street::objects().using(on).count().await?, 1);
        assert_eq!(Country::objects().using(on).filter(Country::id.eq(1)).delete().await?, 1);
        assert_eq!(City::objects().using(on).filter(City::before_id.is_null()).count().await?, 2);
        let referred = match db.kind() {
            Kind::Sqlite => "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list('ref_city') ORDER BY 1",
            Kind::Postgres => "SELECT a.attname, confrelid::regclass::text, b.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] WHERE c.conrelid = 'ref_city'::regclass AND c.contype = 'f' ORDER BY 1",
            Kind::MySql | Kind::MariaDb => "SELECT column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'ref_city' AND referenced_table_name IS NOT NULL ORDER BY 1",
        };
        let row = |from: &str, to: &str| vec![Some(from.to_owned()), Some("ref_country".to_owned()), Some(to.to_owned())];
        assert_eq!(db.oracle(referred).await?, [row("before_id", "id"), row("country_code", "code"), row("dream_code", "code")]);
        on.drop_tables(&TABLES).await?;
        Ok(())
    }

    /// Two tables that refer to each other, once each: created, filled, followed both ways, removed.
    async fn a_cycle(db: &TestDb) -> Outcome {
        let on = db.handle();
        for tables in [[Team::TABLE, Person::TABLE], [Person::TABLE, Team::TABLE]] {
            on.create_tables(&tables).await?;
            on.create_tables(&tables).await?;
            let red = Team::objects().using(on).create(NewTeam::new("red")).await?;
            let blue = Team::objects().using(on).create(NewTeam::new("blue")).await?;
            let ann = Person::objects().using(on).create(NewPerson::new("ann").team(&red)).await?;
            assert_eq!(Team::objects().using(on).filter(Team::id.eq(red.id)).update(Team::lead.set(&ann)).await?, 1);
            let error = Team::objects().using(on).filter(Team::id.eq(blue.id)).update(Team::lead.set(&ann)).await.unwrap_err();
            assert!(error.is_unique_violation(), "{error:?}");
            let names = Team::objects().using(on).order_by(Team::id).select((Team::lead.to(Person::name), Team::person.to(Person::name))).all().await?;
            assert_eq!(names, [(Some("ann".to_owned()), Some("ann".to_owned())), (None, None)]);
            let leads: Vec<Option<String>> = Person::objects().using(on).select(Person::leads.to(Team::name)).all().await?;
            assert_eq!(leads, [Some("red".to_owned())]);
            assert_eq!(Person::objects().using(on).filter(Person::id.eq(ann.id)).delete().await?, 1);
            assert_eq!(Team::objects().using(on).filter(Team::lead.is_null()).count().await?, 2);
            let bob = Person::objects().using(on).create(NewPerson::new("bob").team(&blue)).await?;
            assert_eq!(Team::objects().using(on).filter(Team::id.eq(blue.id)).update(Team::lead.set(&bob)).await?, 1);
            assert_eq!(Team::objects().using(on).filter(Team::id.eq(blue.id)).delete().await?, 1);
            assert_eq!(Person::objects().using(on).count().await?, 0);
            on.drop_tables(&tables).await?;
            assert!(Team::objects().using(on).count().await.is_err());
        }
        Ok(())
    }

    /// A tree: with its root go all of its nodes; a leaf goes alone; a node with children stays if they do.
    async fn trees(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Leaf::TABLE, Twig::TABLE]).await?;
        let mut parent = None;
        for _ in 0..10 {
            let leaf = Leaf::objects().using(on).create(NewLeaf::new().parent(parent.as_ref().map(ForeignKey::<Leaf>::from))).await?;
            Twig::objects().using(on).create(NewTwig::new(leaf.id).parent(parent.map(|leaf: Leaf| ForeignKey::<Twig>::from(leaf.id)))).await?;
            parent = Some(leaf);
        }
        assert_eq!(Leaf::objects().using(on).filter(Leaf::children.none(Leaf::id.gt(0))).delete().await?, 1);
        assert_eq!(Leaf::objects().using(on).filter(Leaf::parent.is_null()).delete().await?, 1);
        assert_eq!(Leaf::objects().using(on).count().await?, 0);
        let error = Twig::objects().using(on).filter(Twig::parent.is_null()).delete().await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
        assert_eq!(Twig::objects().using(on).filter(Twig::children.none(Twig::id.gt(0))).delete().await?, 1);
        assert_eq!(Twig::objects().using(on).count().await?, 9);
        // A row that refers to itself.
        let own = Twig::objects().using(on).create(NewTwig::new(100)).await?;
        assert_eq!(Twig::objects().using(on).filter(Twig::id.eq(own.id)).update(Twig::parent.set(100)).await?, 1);
        let outcome = Twig::objects().using(on).filter(Twig::id.eq(100)).delete().await;
        match db.kind() {
            Kind::Sqlite | Kind::Postgres => assert_eq!(outcome?, 1),
            // InnoDB looks for rows that refer to it before it is gone.
            Kind::MySql | Kind::MariaDb => assert!(outcome.unwrap_err().is_foreign_key_violation()),
        }
        Ok(())
    }
}

/// A team, which somebody leads.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ref_team")]
pub(crate) struct Team {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The name.
    #[field(max_length = 20)]
    pub name: String,
    /// Who leads it.
    #[field(one_to_one, on_delete = set_null, related_name = leads)]
    pub lead: Option<ForeignKey<Person>>,
}

/// The one person of a team.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ref_person")]
pub(crate) struct Person {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The name.
    #[field(max_length = 20)]
    pub name: String,
    /// The team.
    #[field(one_to_one, on_delete = cascade, related_name = person)]
    pub team: Option<ForeignKey<Team>>,
}

/// A node that goes with its parent.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ref_leaf")]
pub(crate) struct Leaf {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The parent.
    #[field(on_delete = cascade, related_name = children)]
    pub parent: Option<ForeignKey<Leaf>>,
}

/// A node that keeps its parent.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ref_twig")]
pub(crate) struct Twig {
    /// The key.
    #[field(primary_key, auto = false)]
    pub id: i64,
    /// The parent.
    #[field(related_name = children)]
    pub parent: Option<ForeignKey<Twig>>,
}
