//! The part of a graph of fifty models that is a crate of its own: twenty models in five modules, which refer to each
//! other in circles. The rest is in the tests.

use orm::model::Table;
use orm::prelude::*;

/// A model with foreign keys, nullable, so that tables may refer to each other in cycles.
macro_rules! node {
    ($model:ident, $table:literal, $($field:ident: $target:path),+) => {
        /// A node.
        #[derive(orm::Model, Debug, Clone, PartialEq)]
        #[model(table = $table)]
        pub struct $model {
            /// The key.
            #[field(primary_key)]
            pub id: i64,
            /// What it is called.
            #[field(max_length = 40, index)]
            pub name: String,
            $(
                /// An edge.
                #[field(on_delete = cascade)]
                pub $field: Option<orm::model::ForeignKey<$target>>,
            )+
        }
    };
}

/// Four of them.
pub mod orgs {
    node!(Org, "graph_org", first: Desk, second: super::goods::Stock, itself: Org);
    node!(Site, "graph_site", first: super::goods::Batch, second: super::ways::Stop, itself: Site);
    node!(Room, "graph_room", first: super::notes::File, second: super::notes::Topic, itself: Room);
    node!(Desk, "graph_desk", first: super::people::Staff, second: Org, itself: Desk);
}

/// Four of them.
pub mod people {
    node!(Staff, "graph_staff", first: super::goods::Stock, second: super::orgs::Desk, itself: Staff);
    node!(Role, "graph_role", first: super::notes::Label, second: Grant, itself: Role);
    node!(Grant, "graph_grant", first: Role, second: super::goods::Kind, itself: Grant);
    node!(Badge, "graph_badge", first: super::ways::Place, second: super::ways::Place, itself: Badge);
}

/// Four of them.
pub mod goods {
    node!(Item, "graph_item", first: super::notes::Topic, second: super::ways::Trip, itself: Item);
    node!(Kind, "graph_kind", first: super::people::Grant, second: super::notes::Label, itself: Kind);
    node!(Batch, "graph_batch", first: super::ways::Route, second: super::orgs::Site, itself: Batch);
    node!(Stock, "graph_stock", first: super::orgs::Org, second: super::people::Staff, itself: Stock);
}

/// Four of them.
pub mod ways {
    node!(Place, "graph_place", first: super::people::Badge, second: super::people::Badge, itself: Place);
    node!(Route, "graph_route", first: Stop, second: super::goods::Batch, itself: Route);
    node!(Stop, "graph_stop", first: super::orgs::Site, second: Route, itself: Stop);
    node!(Trip, "graph_trip", first: super::goods::Item, second: super::notes::Note, itself: Trip);
}

/// Four of them.
pub mod notes {
    node!(Note, "graph_note", first: super::ways::Trip, second: Topic, itself: Note);
    node!(File, "graph_file", first: super::orgs::Room, second: super::orgs::Room, itself: File);
    node!(Label, "graph_label", first: super::goods::Kind, second: super::people::Role, itself: Label);
    node!(Topic, "graph_topic", first: Note, second: super::goods::Item, itself: Topic);
}

/// All of them.
pub const TABLES: [&Table; 20] = [
    orgs::Org::TABLE,
    orgs::Site::TABLE,
    orgs::Room::TABLE,
    orgs::Desk::TABLE,
    people::Staff::TABLE,
    people::Role::TABLE,
    people::Grant::TABLE,
    people::Badge::TABLE,
    goods::Item::TABLE,
    goods::Kind::TABLE,
    goods::Batch::TABLE,
    goods::Stock::TABLE,
    ways::Place::TABLE,
    ways::Route::TABLE,
    ways::Stop::TABLE,
    ways::Trip::TABLE,
    notes::Note::TABLE,
    notes::File::TABLE,
    notes::Label::TABLE,
    notes::Topic::TABLE,
];
