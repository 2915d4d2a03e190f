//! What a schema has beside the columns: native enums in its expressions, and checks of columns that are foreign keys.

use orm::model::Table;
use orm::prelude::*;
use orm::{ConstraintKind, ErrorKind};
use orm_tests::{Kind, Outcome, cases};

/// A light, as a type of its own.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(native, name = "edge_light")]
pub(crate) enum Light {
    /// Stop.
    Red,
    /// Go.
    #[db_enum(rename = "it's green")]
    Green,
    /// Nothing.
    Off,
}

/// A light in a type of its own.
#[derive(DbType, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lamp(Light);

/// Native enums in checks and in a generated column.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "edge_signals",
    check(Self::light.ne(Light::Off), name = "edge_is_on"),
    check(Self::wish.is_null() | !Self::wish.in_([Light::Off, Light::Red]), name = "edge_wish"),
    check(Self::lamp.eq(Lamp(Light::Green)) | Self::light.eq(Self::before), name = "edge_lamp"),
    check(Self::light.between(Light::Red, Light::Green) | Self::light.lt(Light::Off), name = "edge_order")
)]
pub(crate) struct Signal {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// What it shows.
    pub light: Light,
    /// What it showed.
    pub before: Light,
    /// What it is to show.
    pub wish: Option<Light>,
    /// How it shows it.
    pub lamp: Lamp,
    /// Whether one may go.
    #[field(generated = Self::light.eq(Light::Green))]
    pub go: bool,
}

/// A key that is unique where the light is red.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "edge_stops",
    unique_together(place, where = Self::light.eq(Light::Red) & !Self::wish.in_([Light::Off])),
    index(light, where = Self::wish.ne(Light::Green))
)]
pub(crate) struct Stop {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Where it is.
    pub place: i32,
    /// What it shows.
    pub light: Light,
    /// What it is to show.
    pub wish: Option<Light>,
}

/// A truth value for a key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_side")]
pub(crate) struct Side {
    /// The key.
    #[field(primary_key)]
    pub left: bool,
}

/// Kept as text.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// High.
    High,
    /// Low.
    Low,
}

/// A text with a check for a key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_tone")]
pub(crate) struct Sound {
    /// The key.
    #[field(primary_key)]
    pub tone: Tone,
}

/// Kept as a number.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(integer)]
#[repr(i16)]
pub(crate) enum Step {
    /// The first.
    First = 1,
    /// The second.
    Second = 2,
}

/// A key of several columns, all of them checked.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_stair", primary_key(step, up))]
pub(crate) struct Stair {
    /// Which step.
    pub step: Step,
    /// Which way.
    pub up: bool,
}

/// Foreign keys to all of them, which the server changes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_walk")]
pub(crate) struct Walk {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// A side.
    #[field(on_delete = set_null)]
    pub side: Option<ForeignKey<Side>>,
    /// A sound.
    #[field(on_update = cascade, on_delete = cascade)]
    pub sound: ForeignKey<Sound>,
    /// A stair.
    #[field(on_delete = set_null, on_update = cascade)]
    pub stair: Option<ForeignKey<Stair>>,
    /// A side whose row stays.
    pub other_side: Option<ForeignKey<Side>>,
}

/// A node that refers to others of its table by plain columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_node")]
pub(crate) struct Knot {
    /// The key.
    #[field(primary_key, auto = false)]
    pub id: i64,
    /// Another key.
    #[field(unique, max_length = 10)]
    pub code: String,
    /// The node above.
    #[field(references = Self, relation = parent, related_name = kids, on_delete = cascade)]
    pub parent_id: Option<i64>,
    /// Its twin.
    #[field(references(Self, code), relation = twin, max_length = 10)]
    pub twin_code: Option<String>,
}

/// A club.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "edge_club",
    many_to_many(members: Member, through = Membership, related_name = clubs)
)]
pub(crate) struct Club {
    /// The key.
    #[field(primary_key, auto = false)]
    pub id: i64,
}

/// Who may be in clubs.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_member")]
pub(crate) struct Member {
    /// The key.
    #[field(primary_key, auto = false)]
    pub id: i64,
}

/// The rows between, with fields that the database fills in.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_membership", unique_together(club, member))]
pub(crate) struct Membership {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Which club.
    pub club: ForeignKey<Club>,
    /// Who.
    pub member: ForeignKey<Member>,
    /// What counts.
    #[field(db_default = 7)]
    pub weight: i32,
    /// Computed.
    #[field(generated = Self::weight + 1)]
    pub more: i32,
}

/// Bytes with a limit, in a unique key and in an index.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_blob", unique_together(owner, salt))]
pub(crate) struct Blob {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// A digest.
    #[field(unique, max_length = 4)]
    pub hash: Vec<u8>,
    /// Whose.
    pub owner: i32,
    /// Beside it in a key.
    #[field(max_length = 3000)]
    pub salt: Option<Vec<u8>>,
    /// As long as the digest.
    #[field(max_length = 4)]
    pub short: Option<Vec<u8>>,
    /// More than a key holds.
    #[field(max_length = 5000)]
    pub long: Option<Vec<u8>>,
}

const WALKS: [&Table; 4] = [Walk::TABLE, Stair::TABLE, Sound::TABLE, Side::TABLE];

cases! {
    /// Values of native enums stand in checks and generated columns, and mean what they mean in a filter.
    async fn native_enums_in_expressions(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Signal::TABLE]).await?;
        let new = |light, before, lamp| NewSignal::new(light, before, Lamp(lamp));
        let signals = || Signal::objects().using(on);
        assert!(signals().create(new(Light::Green, Light::Off, Light::Green)).await?.go);
        assert!(!signals().create(new(Light::Red, Light::Red, Light::Off).wish(Light::Green)).await?.go);
        assert_eq!(signals().filter(Signal::go).select(Signal::light).all().await?, [Light::Green]);
        for (new, check) in [
            (new(Light::Off, Light::Off, Light::Green), "edge_is_on"),
            (new(Light::Red, Light::Off, Light::Off), "edge_lamp"),
            (new(Light::Red, Light::Off, Light::Green).wish(Light::Off), "edge_wish"),
            (new(Light::Red, Light::Off, Light::Green).wish(Light::Red), "edge_wish"),
        ] {
            let error = signals().create(new).await.unwrap_err();
            let violation = error.constraint().ok_or("no violation")?;
            assert_eq!((violation.kind, violation.constraint.as_deref()), (ConstraintKind::Check, Some(check)));
        }
        assert_eq!(db.oracle("SELECT COUNT(*) FROM edge_signals").await?[0][0].as_deref(), Some("2"));
        Ok(())
    }

    /// In the condition of an index, too, where there are such.
    async fn native_enums_in_partial_indexes(db: &TestDb) -> Outcome {
        let on = db.handle();
        let created = on.create_tables(&[Stop::TABLE]).await;
        if matches!(db.kind(), Kind::MySql | Kind::MariaDb) {
            assert!(matches!(created.unwrap_err().kind(), ErrorKind::Unsupported { .. }));
            return Ok(());
        }
        created?;
        let stops = || Stop::objects().using(on);
        stops().create(NewStop::new(1, Light::Red)).await?;
        stops().create(NewStop::new(1, Light::Green)).await?;
        stops().create(NewStop::new(1, Light::Red).wish(Light::Off)).await?;
        assert!(stops().create(NewStop::new(1, Light::Red).wish(Light::Red)).await.unwrap_err().is_unique_violation());
        assert_eq!(stops().filter(Stop::wish.ne(Light::Green)).count().await?, 3);
        Ok(())
    }

    /// Keys of types with a check are changed and set to NULL with their rows.
    async fn checked_keys_with_actions(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&WALKS).await?;
        for left in [true, false] {
            Side::objects().using(on).create(NewSide::new(left)).await?;
        }
        for tone in [Tone::High, Tone::Low] {
            Sound::objects().using(on).create(NewSound::new(tone)).await?;
        }
        Stair::objects().using(on).create(NewStair::new(Step::First, true)).await?;
        let walks = || Walk::objects().using(on).order_by(Walk::id);
        let first = NewWalk::new(Tone::High).side(true).stair((Step::First, true)).other_side(false);
        walks().create(first).await?;
        walks().create(NewWalk::new(Tone::Low).side(false)).await?;
        // What the key of the other table cannot be, the foreign key cannot be.
        for wrong in ["UPDATE edge_walk SET sound_id = 'High?'", "UPDATE edge_walk SET side_id = 7", "UPDATE edge_walk SET other_side_id = 7"] {
            let wrong = if db.kind() == Kind::Postgres { wrong.replace('7', "'7'") } else { wrong.to_owned() };
            assert!(db.oracle(&wrong).await.is_err(), "{wrong}");
        }
        db.oracle("UPDATE edge_stair SET step = 2").await?;
        db.oracle("DELETE FROM edge_tone WHERE tone = 'Low'").await?;
        let left = if db.kind() == Kind::Postgres { "TRUE" } else { "1" };
        db.oracle(&format!("DELETE FROM edge_side WHERE \"left\" = {left}").replace('"', if matches!(db.kind(), Kind::MySql | Kind::MariaDb) { "`" } else { "\"" })).await?;
        let rest = walks().select((Walk::side, Walk::sound, Walk::stair, Walk::other_side)).all().await?;
        assert_eq!(rest, [(None, Tone::High, Some((Step::Second, true)), Some(false))]);
        Stair::objects().using(on).delete_all().await?;
        assert_eq!(walks().select(Walk::stair).all().await?, [None]);
        Ok(())
    }

    /// `Self` stands for the model in `references`, too.
    async fn references_to_itself(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Knot::TABLE]).await?;
        let knots = || Knot::objects().using(on).order_by(Knot::id);
        knots().create(NewKnot::new(1, "a")).await?;
        knots().create(NewKnot::new(2, "b").parent_id(1).twin_code("a")).await?;
        knots().create(NewKnot::new(3, "c").parent_id(1).twin_code("c")).await?;
        assert_eq!(knots().filter(Knot::parent.to(Knot::code).eq("a")).select(Knot::id).all().await?, [2, 3]);
        assert_eq!(knots().filter(Knot::twin.to(Knot::parent_id).eq(1)).select(Knot::id).all().await?, [3]);
        assert_eq!(knots().select(Knot::kids.count()).all().await?, [2, 0, 0]);
        assert!(knots().create(NewKnot::new(4, "d").twin_code("x")).await.unwrap_err().is_foreign_key_violation());
        Ok(())
    }

    /// Rows between are linked where the database fills in what else they hold.
    async fn through_with_defaults_of_the_database(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Club::TABLE, Member::TABLE, Membership::TABLE]).await?;
        let club = Club::objects().using(on).create(NewClub::new(1)).await?;
        for id in 1..=3 {
            Member::objects().using(on).create(NewMember::new(id)).await?;
        }
        Club::members.of(&club).add([1, 2]).using(on).await?;
        Club::members.of(&club).set([2, 3]).using(on).await?;
        let sql = "SELECT member_id, weight, more FROM edge_membership ORDER BY 1";
        let rows: Vec<String> = db.oracle(sql).await?.into_iter().map(|row| row.into_iter().flatten().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(rows, ["2 7 8", "3 7 8"]);
        Ok(())
    }

    /// Bytes with a `max_length` are keys everywhere, and never longer, from a value, an expression or another program.
    async fn bytes_with_a_limit(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Blob::TABLE]).await?;
        let blobs = || Blob::objects().using(on).order_by(Blob::id);
        let own = blobs().create(NewBlob::new(vec![0, 255, 32, 32], 1).salt(vec![7; 3000]).long(vec![9; 5000])).await?;
        blobs().create(NewBlob::new(vec![], 1).salt(vec![7; 2999])).await?;
        assert_eq!(blobs().get(own.id).await?, own);
        assert!(blobs().create(NewBlob::new(vec![0, 255, 32, 32], 2)).await.unwrap_err().is_unique_violation());
        assert!(blobs().create(NewBlob::new(vec![1], 1).salt(vec![7; 3000])).await.unwrap_err().is_unique_violation());
        assert_eq!(blobs().filter(Blob::hash.eq(vec![0, 255, 32, 32])).count().await?, 1);
        for (new, field) in [
            (NewBlob::new(vec![32; 5], 3), "hash"),
            (NewBlob::new(vec![2], 3).salt(vec![0; 3001]), "salt"),
            (NewBlob::new(vec![2], 3).long(vec![0; 5001]), "long"),
        ] {
            let error = blobs().create(new).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error}");
            assert_eq!(error.field(), Some(field));
        }
        // Blanks at the end, which servers cut of texts.
        blobs().filter(Blob::id.eq(own.id)).update(Blob::long.set(vec![1, 2, 3, 32, 32])).await?;
        assert_eq!(blobs().update_all(Blob::salt.set(Blob::long)).await?, 2);
        let moved = blobs().filter(Blob::id.eq(own.id)).select(Blob::salt).one().await?;
        assert_eq!(moved, Some(vec![1, 2, 3, 32, 32]));
        // More than the column holds, by blanks alone, from an expression.
        assert!(blobs().update_all(Blob::short.set(Blob::long)).await.is_err());
        assert_eq!(blobs().select(Blob::short).all().await?, [None, None]);
        let error = blobs().filter(Blob::long.is_not_null()).update(Blob::hash.set(vec![1, 2, 3, 32, 32])).await.unwrap_err();
        assert_eq!(error.field(), Some("hash"));
        let written = match db.kind() {
            Kind::Postgres => "UPDATE edge_blob SET hash = '\\x0102032020'::bytea",
            _ => "UPDATE edge_blob SET hash = x'0102032020'",
        };
        assert!(db.oracle(written).await.is_err());
        assert_eq!(blobs().select(Blob::hash).first().await?, Some(vec![0, 255, 32, 32]));
        Ok(())
    }
}
