//! Foreign keys that are set to their default when what they refer to goes or changes.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sd_agents")]
pub struct Agent {
    #[field(primary_key, insertable)]
    pub id: i64,
    #[field(max_length = 20, unique)]
    pub code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sd_tickets")]
pub struct Ticket {
    #[field(primary_key)]
    pub id: i64,
    /// Who leaves, leaves the ticket to number 1.
    #[field(on_delete = set_default, db_default = 1, related_name = tickets)]
    pub owner: ForeignKey<Agent>,
    /// The default may be an expression, and the field NULL.
    #[field(on_delete = set_default, db_default(sql = "1 + 1"))]
    pub second: Option<ForeignKey<Agent>>,
    #[field(
        references(Agent, code),
        relation = desk,
        max_length = 20,
        on_delete = cascade,
        on_update = set_default,
        db_default = "front"
    )]
    pub desk_code: String,
}

async fn fill(db: &TestDb) -> orm::Result<()> {
    let on = db.handle();
    on.create_tables(&[Ticket::TABLE, Agent::TABLE]).await?;
    for (id, code) in [(1, "front"), (2, "back"), (3, "night"), (4, "day")] {
        Agent::objects().using(on).create(NewAgent::new(code).id(id)).await?;
    }
    Ticket::objects().using(on).create(NewTicket::new().owner(3).second(4).desk_code("back")).await?;
    Ticket::objects().using(on).create(NewTicket::new().second(None)).await?;
    Ok(())
}

fn has_it(db: &TestDb) -> bool {
    matches!(db.kind(), Kind::Sqlite | Kind::Postgres)
}

cases! {
    /// Where there is no such action, the table is refused before anything is created.
    async fn refused_where_there_is_none(db: &TestDb) -> Outcome {
        let result = fill(db).await;
        if has_it(db) {
            return Ok(result?);
        }
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Unsupported { feature, .. } if feature.contains("their default")), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Ticket"), Some("owner")));
        assert!(Agent::objects().using(db.handle()).count().await.is_err(), "nothing was created");
        Ok(())
    }

    /// Rows are left to their defaults, those of expressions too.
    async fn rows_are_left_to_their_default(db: &TestDb) -> Outcome {
        if !has_it(db) {
            return Ok(());
        }
        fill(db).await?;
        let rows = "SELECT owner_id, second_id, desk_code FROM sd_tickets ORDER BY id";
        let row = |cells: [&str; 3]| cells.map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).to_vec();
        assert_eq!(db.oracle(rows).await?, [row(["3", "4", "back"]), row(["1", "", "front"])]);
        let agents = Agent::objects().using(db.handle());
        assert_eq!(agents.clone().filter(Agent::id.in_([3, 4])).delete().await?, 2);
        assert_eq!(db.oracle(rows).await?, [row(["1", "2", "back"]), row(["1", "", "front"])]);
        agents.clone().filter(Agent::code.eq("back")).update(Agent::code.set("rear")).await?;
        assert_eq!(db.oracle(rows).await?, [row(["1", "2", "front"]), row(["1", "", "front"])]);
        assert_eq!(agents.filter(Agent::tickets.count().eq(2)).select(Agent::id).all().await?, [1]);
        Ok(())
    }

    /// Whoever is the default stays, for there would be nobody.
    async fn the_default_has_to_be_there(db: &TestDb) -> Outcome {
        if !has_it(db) {
            return Ok(());
        }
        fill(db).await?;
        Agent::objects().using(db.handle()).filter(Agent::id.eq(2)).delete().await?;
        Ticket::objects().using(db.handle()).update_all(Ticket::desk_code.set("day")).await?;
        let error = Agent::objects().using(db.handle()).filter(Agent::id.eq(1)).delete().await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error}");
        assert_eq!(Agent::objects().using(db.handle()).count().await?, 3);
        db.handle().drop_tables(&[Agent::TABLE, Ticket::TABLE]).await?;
        Ok(())
    }
}
