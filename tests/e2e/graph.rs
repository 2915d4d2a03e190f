//! A graph of fifty models in ten modules of two crates, with cycles and relations of all kinds between them.

use orm::model::{ForeignKey, Table, tables};
use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};
use orm_tests_registry::graph as other;

/// A model with foreign keys to models here and of the other crate, and links to others.
macro_rules! node {
    ($model:ident, $table:literal, $here:path, $there:path, $link:ident: $linked:path) => {
        #[derive(orm::Model, Debug, Clone, PartialEq)]
        #[model(table = $table, many_to_many($link: $linked))]
        pub(crate) struct $model {
            #[field(primary_key)]
            pub id: i64,
            #[field(max_length = 40, index)]
            pub name: String,
            #[field(on_delete = set_null)]
            pub here: Option<orm::model::ForeignKey<$here>>,
            #[field(on_delete = cascade)]
            pub there: orm::model::ForeignKey<$there>,
            #[field(on_delete = set_null)]
            pub itself: Option<orm::model::ForeignKey<$model>>,
        }
    };
    ($model:ident, $table:literal, $here:path, $there:path) => {
        #[derive(orm::Model, Debug, Clone, PartialEq)]
        #[model(table = $table)]
        pub(crate) struct $model {
            #[field(primary_key)]
            pub id: i64,
            #[field(max_length = 40, index)]
            pub name: String,
            #[field(on_delete = set_null)]
            pub here: Option<orm::model::ForeignKey<$here>>,
            #[field(on_delete = cascade)]
            pub there: orm::model::ForeignKey<$there>,
            #[field(on_delete = set_null)]
            pub itself: Option<orm::model::ForeignKey<$model>>,
        }
    };
}

mod shop {
    node!(Order, "graph_shop_order", Coupon, super::other::orgs::Room, links: super::other::people::Staff);
    node!(Line, "graph_shop_line", super::press::Issue, super::other::goods::Kind, links: super::other::notes::File);
    node!(Cart, "graph_shop_cart", super::plant::Alarm, super::other::notes::Note);
    node!(Offer, "graph_shop_offer", super::money::Refund, super::other::orgs::Desk);
    node!(Price, "graph_shop_price", super::desk::Queue, super::other::goods::Batch);
    node!(Coupon, "graph_shop_coupon", Order, super::other::notes::File);
}

mod money {
    node!(Invoice, "graph_money_invoice", Budget, super::other::people::Staff, links: super::other::orgs::Room);
    node!(Payment, "graph_money_payment", super::desk::Survey, super::other::goods::Stock, links: super::other::ways::Trip);
    node!(Refund, "graph_money_refund", super::shop::Offer, super::other::notes::Label);
    node!(Account, "graph_money_account", super::press::Vote, super::other::people::Role);
    node!(Entry, "graph_money_entry", super::plant::Sensor, super::other::ways::Place);
    node!(Budget, "graph_money_budget", Invoice, super::other::notes::Topic);
}

mod press {
    node!(Article, "graph_press_article", Series, super::other::people::Grant, links: super::other::orgs::Org);
    node!(Comment, "graph_press_comment", super::plant::Rule, super::other::ways::Route, links: super::other::ways::Route);
    node!(Vote, "graph_press_vote", super::money::Account, super::other::orgs::Org);
    node!(Author, "graph_press_author", super::desk::Agent, super::other::people::Badge);
    node!(Issue, "graph_press_issue", super::shop::Line, super::other::ways::Stop);
    node!(Series, "graph_press_series", Article, super::other::orgs::Site);
}

mod desk {
    node!(Ticket, "graph_desk_ticket", Score, super::other::goods::Item, links: super::other::notes::Label);
    node!(Queue, "graph_desk_queue", super::shop::Price, super::other::ways::Trip, links: super::other::goods::Stock);
    node!(Agent, "graph_desk_agent", super::press::Author, super::other::orgs::Room);
    node!(Answer, "graph_desk_answer", super::plant::Reading, super::other::goods::Kind);
    node!(Survey, "graph_desk_survey", super::money::Payment, super::other::notes::Note);
    node!(Score, "graph_desk_score", Ticket, super::other::orgs::Desk);
}

mod plant {
    node!(Device, "graph_plant_device", Zone, super::other::goods::Batch, links: super::other::notes::Note);
    node!(Sensor, "graph_plant_sensor", super::money::Entry, super::other::notes::File, links: super::other::goods::Kind);
    node!(Reading, "graph_plant_reading", super::desk::Answer, super::other::people::Staff);
    node!(Alarm, "graph_plant_alarm", super::shop::Cart, super::other::goods::Stock);
    node!(Rule, "graph_plant_rule", super::press::Comment, super::other::notes::Label);
    node!(Zone, "graph_plant_zone", Device, super::other::people::Role);
}

/// The models here, and those between them and others.
const TABLES: [&Table; 40] = [
    shop::Order::TABLE,
    shop::Line::TABLE,
    shop::Cart::TABLE,
    shop::Offer::TABLE,
    shop::Price::TABLE,
    shop::Coupon::TABLE,
    money::Invoice::TABLE,
    money::Payment::TABLE,
    money::Refund::TABLE,
    money::Account::TABLE,
    money::Entry::TABLE,
    money::Budget::TABLE,
    press::Article::TABLE,
    press::Comment::TABLE,
    press::Vote::TABLE,
    press::Author::TABLE,
    press::Issue::TABLE,
    press::Series::TABLE,
    desk::Ticket::TABLE,
    desk::Queue::TABLE,
    desk::Agent::TABLE,
    desk::Answer::TABLE,
    desk::Survey::TABLE,
    desk::Score::TABLE,
    plant::Device::TABLE,
    plant::Sensor::TABLE,
    plant::Reading::TABLE,
    plant::Alarm::TABLE,
    plant::Rule::TABLE,
    plant::Zone::TABLE,
    shop::OrderLinks::TABLE,
    shop::LineLinks::TABLE,
    money::InvoiceLinks::TABLE,
    money::PaymentLinks::TABLE,
    press::ArticleLinks::TABLE,
    press::CommentLinks::TABLE,
    desk::TicketLinks::TABLE,
    desk::QueueLinks::TABLE,
    plant::DeviceLinks::TABLE,
    plant::SensorLinks::TABLE,
];

cases! {
    /// All tables are created, in whatever order they are given; the catalogue has the foreign keys that the models have.
    async fn fifty_models(db: &TestDb) -> Outcome {
        let on = db.handle();
        let mut all = [&TABLES[..], &other::TABLES[..]].concat();
        assert_eq!(all.len() - 10, 50);
        assert!(all.iter().all(|table| tables().iter().any(|known| std::ptr::eq(*known, *table))));
        on.create_tables(&all).await?;
        all.reverse();
        on.create_tables(&all).await?;
        let mut wanted: Vec<Vec<Option<String>>> = Vec::new();
        for table in &all {
            for field in table.fields {
                let Some(reference) = field.reference else { continue };
                for (own, key) in field.columns.iter().zip(reference.fields().iter().flat_map(|field| field.columns)) {
                    let target = (reference.target)().full_name();
                    wanted.push([table.full_name(), own.name.to_owned(), target, key.name.to_owned()].map(Some).to_vec());
                }
            }
        }
        wanted.sort();
        let sql = match db.kind() {
            Kind::Sqlite => "SELECT t.name, k.\"from\", k.\"table\", k.\"to\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'",
            Kind::Postgres => "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k(own, target) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.target WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace",
            Kind::MySql | Kind::MariaDb => "SELECT table_name, column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL",
        };
        let mut found = db.oracle(sql).await?;
        found.sort();
        assert_eq!(found, wanted);
        on.drop_tables(&all).await?;
        assert_eq!(db.oracle(sql).await?, Vec::<Vec<Option<String>>>::new());
        Ok(())
    }

    /// Ways through both crates, and back.
    async fn ways_through_both_crates(db: &TestDb) -> Outcome {
        use other::notes::{File, Topic};
        use other::orgs::Room;
        use shop::{Coupon, Order};

        let on = db.handle();
        on.create_tables(&[&TABLES[..], &other::TABLES[..]].concat()).await?;
        let topic = Topic::objects().using(on).create(other::notes::NewTopic::new("s2")).await?;
        let room = Room::objects().using(on).create(other::orgs::NewRoom::new("f").second(&topic)).await?;
        let file = File::objects().using(on).create(other::notes::NewFile::new("t").first(&room)).await?;
        let coupon = Coupon::objects().using(on).create(shop::NewCoupon::new("c", &file)).await?;
        let there = other::orgs::Room::objects().using(on).create(other::orgs::NewRoom::new("r")).await?;
        let order = Order::objects().using(on).create(shop::NewOrder::new("o", &there).here(&coupon)).await?;
        let way = Order::here.to(Coupon::there).to(File::first).to(Room::second);
        assert_eq!(Order::objects().using(on).filter(way.to(Topic::name).eq("s2")).count().await?, 1);
        let row = Order::objects().using(on).select_related(way).one().await?;
        assert_eq!(row, (order.clone(), Some(topic.clone())));
        assert_eq!(Topic::objects().using(on).filter(way.reverse().any(Order::name.eq("o"))).one().await?, topic);
        let links = Order::links.of(&order).using(on);
        assert_eq!(links.clone().add(ForeignKey::from(1)).await.map_err(|error| error.is_foreign_key_violation()), Err(true));
        assert_eq!(links.count().await?, 0);
        Ok(())
    }
}
