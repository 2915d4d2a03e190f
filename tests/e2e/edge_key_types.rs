//! Keys of every kind, alone and together, through everything that takes a key.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

/// A room, by a UUID.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "kt_room")]
pub(crate) struct Room {
    /// The key.
    #[field(primary_key)]
    pub id: Uuid,
}

/// A day, by its date.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "kt_day")]
pub(crate) struct Day {
    /// The date.
    #[field(primary_key)]
    pub date: NaiveDate,
    /// Whether it is a holiday.
    #[field(default = false)]
    pub holiday: bool,
}

/// A part of a day in a room: two foreign keys, a text and a small number are its key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "kt_slot", primary_key(room, day, part, version))]
pub(crate) struct Slot {
    /// The room.
    #[field(on_delete = cascade, related_name = slots)]
    pub room: ForeignKey<Room>,
    /// The day.
    #[field(on_delete = cascade, related_name = slots)]
    pub day: ForeignKey<Day>,
    /// The part of the day.
    #[field(max_length = 10)]
    pub part: String,
    /// The version.
    pub version: i16,
    /// How many fit in.
    #[field(default = 10)]
    pub seats: i32,
}

/// A booking of a slot, instead of another one perhaps.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "kt_booking", many_to_many(extras: Slot, related_name = extra_for))]
pub(crate) struct Booking {
    /// The instant is the key.
    #[field(primary_key)]
    pub at: DateTime<Utc>,
    /// The slot.
    #[field(on_delete = cascade, related_name = bookings)]
    pub slot: ForeignKey<Slot>,
    /// The slot before.
    #[field(on_delete = set_null, related_name = left)]
    pub before: Option<ForeignKey<Slot>>,
}

/// A number that the program counts.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "kt_ticket")]
pub(crate) struct Ticket {
    /// The key, which the database does not count up.
    #[field(primary_key, auto = false)]
    pub number: u32,
    /// The booking.
    #[field(on_delete = cascade, one_to_one, related_name = ticket)]
    pub booking: ForeignKey<Booking>,
}

const TABLES: [&Table; 6] =
    [Room::TABLE, Day::TABLE, Slot::TABLE, Booking::TABLE, BookingExtras::TABLE, Ticket::TABLE];

type SlotKey = (Uuid, NaiveDate, String, i16);

fn room(n: u128) -> Uuid {
    Uuid::from_u128(n << 64 | 7)
}

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, n).unwrap_or_default()
}

fn at(n: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_700_000_000_123_456 + n).unwrap_or_default()
}

fn slot(n: u32, part: &str, version: i16) -> SlotKey {
    (room(n.into()), day(n), part.to_owned(), version)
}

async fn fill(db: &TestDb) -> orm::Result<()> {
    let on = db.handle();
    on.create_tables(&TABLES).await?;
    assert_eq!(Room::objects().using(on).bulk_create((1..=3).map(|n| NewRoom::new(room(n)))).await?, 3);
    assert_eq!(Day::objects().using(on).bulk_create((1..=3).map(|n| NewDay::new(day(n)))).await?, 3);
    let slots =
        (1..=3).flat_map(|n| ["am", "pm"].map(|part| NewSlot::new(room(n.into()), day(n), part, -1_i16)));
    assert_eq!(Slot::objects().using(on).bulk_create(slots).await?, 6);
    let bookings = (1..=3_u32).map(|n| {
        let before = (n > 1).then(|| ForeignKey::<Slot>::from(slot(n - 1, "pm", -1)));
        NewBooking::new(at(n.into()), slot(n, "am", -1)).before(before)
    });
    assert_eq!(Booking::objects().using(on).bulk_create(bookings).await?, 3);
    Ok(())
}

cases! {
    /// Rows are found, changed and removed by keys of one column.
    async fn single_keys(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        assert_eq!(Room::objects().using(on).get(room(2)).await?.id, room(2));
        assert_eq!(Room::objects().using(on).get_or_none(room(9)).await?, None);
        assert_eq!(Room::objects().using(on).filter(Room::id.in_([room(1), room(3), room(9)])).count().await?, 2);
        assert_eq!(Day::objects().using(on).get(day(3)).await?.date, day(3));
        assert_eq!(Day::objects().using(on).filter(Day::date.in_([day(1), day(2)])).update(Day::holiday.set(true)).await?, 2);
        assert_eq!(Day::objects().using(on).filter(Day::date.ne(day(1)) & Day::holiday.eq(true)).one().await?.key(), day(2));
        assert_eq!(Booking::objects().using(on).get(at(1)).await?.at, at(1));
        // Finer than the database holds: cut, here as there.
        let fine = at(1) + chrono::TimeDelta::nanoseconds(900);
        assert_eq!(Booking::objects().using(on).get(fine).await?.at, at(1));
        assert!(Room::objects().using(on).create(NewRoom::new(room(2))).await.unwrap_err().is_unique_violation());
        assert_eq!(Ticket::objects().using(on).create(NewTicket::new(4_000_000_000_u32, at(2))).await?.number, 4_000_000_000);
        assert_eq!(Ticket::objects().using(on).bulk_create([NewTicket::new(0_u32, at(1)), NewTicket::new(7_u32, at(3))]).await?, 2);
        assert_eq!(Ticket::objects().using(on).get(0).await?.booking, at(1).into());
        let numbers = Booking::objects().using(on).order_by(Booking::at).select(Booking::ticket.to(Ticket::number)).all().await?;
        assert_eq!(numbers, [Some(0), Some(4_000_000_000), Some(7)]);
        assert_eq!(Room::objects().using(on).filter(Room::id.eq(room(1))).delete().await?, 1);
        assert_eq!(Ticket::objects().using(on).filter(Ticket::number.eq(0)).count().await?, 0);
        Ok(())
    }

    /// The same by a key of four columns, two of which are foreign keys.
    async fn a_key_of_four_columns(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let slots = || Slot::objects().using(on);
        let first = slots().get(slot(1, "am", -1)).await?;
        assert_eq!(first.key(), slot(1, "am", -1));
        assert_eq!(slots().get(&first).await?, first);
        assert_eq!(slots().get_or_none(slot(1, "am", 0)).await?, None);
        assert_eq!(slots().get_or_none(slot(1, "AM", -1)).await?, None);
        assert!(slots().create(NewSlot::new(room(1), day(1), "am", -1_i16)).await.unwrap_err().is_unique_violation());
        let made = slots().create(NewSlot::new(room(1), day(2), "", i16::MIN).seats(3)).await?;
        assert_eq!(slots().get((room(1), day(2), String::new(), i16::MIN)).await?, made);
        assert_eq!(slots().filter(Slot::day.to(Day::date).eq(day(2))).count().await?, 3);
        assert_eq!(slots().filter(Slot::room.eq(room(1)) & Slot::part.eq("am")).update(Slot::seats.set(Slot::seats + 1)).await?, 1);
        assert_eq!(slots().get(slot(1, "am", -1)).await?.seats, 11);
        assert_eq!(slots().first().await?.map(|slot| slot.key()), Some(slot(1, "am", -1)));
        assert_eq!(slots().last().await?.map(|slot| slot.key()), Some(slot(3, "pm", -1)));
        let mine = Room::objects().using(on).get(room(1)).await?;
        assert_eq!(Room::slots.of(&mine).using(on).count().await?, 3);
        assert_eq!(Room::objects().using(on).order_by(Room::id).select(Room::slots.count()).all().await?, [3, 2, 2]);
        assert_eq!(slots().limit(2).order_by((Slot::room.desc(), Slot::part)).delete_all().await?, 2);
        assert_eq!(slots().filter(Slot::room.eq(room(3))).count().await?, 0);
        Ok(())
    }

    /// Foreign keys to it, nullable as a whole: compared, listed, followed, set, asked about from the other side.
    async fn foreign_keys_of_four_columns(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let bookings = || Booking::objects().using(on).order_by(Booking::at);
        let found = |q: Q<Booking>| bookings().filter(q).select(Booking::at).all();
        assert_eq!(found(Booking::slot.eq(slot(2, "am", -1))).await?, [at(2)]);
        assert_eq!(found(Booking::slot.in_([slot(1, "am", -1), slot(3, "am", -1), slot(3, "pm", -1)])).await?, [at(1), at(3)]);
        assert_eq!(found(Booking::slot.not_in([slot(1, "am", -1)])).await?, [at(2), at(3)]);
        assert_eq!(found(Booking::slot.in_(Slot::objects().filter(Slot::room.ne(room(2))))).await?, [at(1), at(3)]);
        assert_eq!(found(Booking::before.is_null()).await?, [at(1)]);
        assert_eq!(found(Booking::before.ne(slot(1, "pm", -1))).await?, [at(1), at(3)]);
        assert_eq!(found(Booking::before.in_([slot(1, "pm", -1)])).await?, [at(2)]);
        assert_eq!(found(Booking::before.not_in([slot(1, "pm", -1)])).await?, [at(1), at(3)]);
        assert_eq!(found(Booking::before.to(Slot::day).to(Day::date).eq(day(2))).await?, [at(3)]);
        let rows: Vec<(Booking, Slot, Option<Slot>)> =
            bookings().select_related(Booking::slot).select_related(Booking::before).all().await?;
        let keys: Vec<_> = rows.iter().map(|(_, slot, before)| (slot.key().1, before.as_ref().map(|slot| slot.key().1))).collect();
        assert_eq!(keys, [(day(1), None), (day(2), Some(day(1))), (day(3), Some(day(2)))]);
        let selected: Vec<(SlotKey, Option<SlotKey>)> = bookings().select((Booking::slot, Booking::before)).all().await?;
        assert_eq!(selected[1], (slot(2, "am", -1), Some(slot(1, "pm", -1))));
        assert_eq!(bookings().filter(Booking::at.eq(at(1))).update(Booking::before.set(slot(3, "pm", -1))).await?, 1);
        assert_eq!(bookings().filter(Booking::at.eq(at(2))).update(Booking::before.set(None)).await?, 1);
        let counts = Slot::objects().using(on).order_by((Slot::room, Slot::part)).select((Slot::bookings.count(), Slot::left.count())).all().await?;
        assert_eq!(counts, [(1, 0), (0, 0), (1, 0), (0, 1), (1, 0), (0, 1)]);
        let third = Slot::objects().using(on).get(slot(3, "pm", -1)).await?;
        assert_eq!(Slot::left.of(&third).using(on).select(Booking::at).all().await?, [at(1)]);
        assert_eq!(Slot::objects().using(on).filter(Slot::left.any(Booking::at.eq(at(1)))).delete().await?, 1);
        assert_eq!(found(Booking::before.is_null()).await?, [at(1), at(2)]);
        Ok(())
    }

    /// Links between an instant and a key of four columns.
    async fn links_of_four_columns(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let booking = Booking::objects().using(on).get(at(1)).await?;
        let all = Slot::objects().using(on).order_by((Slot::room, Slot::part)).all().await?;
        let of = || Booking::extras.of(&booking).using(on);
        assert_eq!(of().add(&all).await?, 6);
        assert_eq!(of().add(&all).await?, 0);
        assert_eq!(of().remove([slot(1, "am", -1), slot(9, "am", -1)]).await?, 1);
        assert_eq!(of().set(&all[..2]).await?, 5);
        assert_eq!(of().order_by(Slot::part).all().await?, &all[..2]);
        assert_eq!(of().set(&all[1..2]).await?, 1);
        assert_eq!(Slot::extra_for.of(&all[1]).using(on).add(at(2)).await?, 1);
        // Finer than the database holds, and so the same.
        assert_eq!(Slot::extra_for.of(&all[1]).using(on).set([at(1) + chrono::TimeDelta::nanoseconds(5), at(2)]).await?, 0);
        let counts = Slot::objects().using(on).order_by((Slot::room, Slot::part)).select(Slot::extra_for.count()).all().await?;
        assert_eq!(counts, [0, 2, 0, 0, 0, 0]);
        assert_eq!(of().clear().await?, 1);
        Ok(())
    }

    /// Related rows are put to rows by keys of every kind: a UUID, a date, an instant, four columns, nullable ones.
    async fn related_rows(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let rows = Room::objects().using(on).order_by(Room::id).prefetch_related(Room::slots.order_by(Slot::part.desc())).all().await?;
        let found: Vec<_> = rows.iter().map(|(room, slots)| (room.id, slots.iter().map(Model::key).collect::<Vec<_>>())).collect();
        assert_eq!(found, [1, 2, 3].map(|n| (room(n.into()), vec![slot(n, "pm", -1), slot(n, "am", -1)])));
        let days = Day::objects().using(on).order_by(Day::date).all().await?;
        let slots = Day::slots.filter(Slot::part.eq("pm")).limit(1).load(&days).using(on).await?;
        assert_eq!(slots.concat().iter().map(Model::key).collect::<Vec<_>>(), [1, 2, 3].map(|n| slot(n, "pm", -1)));
        let query = Slot::objects().using(on).order_by((Slot::room, Slot::part));
        let log = StatementLog::start();
        let rows = query.clone().prefetch_related(Slot::bookings.with(Booking::ticket)).prefetch_related(Slot::left.limit(1)).all().await?;
        assert_eq!(log.take().len(), 4);
        let found: Vec<_> = rows.iter().map(|(_, bookings, left)| (bookings.iter().map(|(booking, _)| booking.at).collect::<Vec<_>>(), left.iter().map(|booking| booking.at).collect::<Vec<_>>())).collect();
        let (none, some) = (Vec::new, |n| vec![at(n)]);
        assert_eq!(found, [(some(1), none()), (none(), some(2)), (some(2), none()), (none(), some(3)), (some(3), none()), (none(), none())]);
        // Links between an instant and four columns, from both sides; a key that is an instant, and one of a one-to-one.
        let all = query.all().await?;
        let bookings = Booking::objects().using(on).order_by(Booking::at).all().await?;
        Booking::extras.of(&bookings[0]).using(on).add(&all[1..4]).await?;
        Booking::extras.of(&bookings[2]).using(on).add(&all[3..]).await?;
        Ticket::objects().using(on).create(NewTicket::new(4_000_000_000_u32, at(3))).await?;
        let extras = Booking::extras.order_by((Slot::room.desc(), Slot::part)).limit(2).with(Slot::extra_for);
        let rows = Booking::objects().using(on).order_by(Booking::at).prefetch_related(extras).prefetch_related(Booking::ticket).all().await?;
        let found: Vec<_> = rows.iter().map(|(_, extras, tickets)| (
            extras.iter().map(|(slot, back)| (slot.key(), back.iter().map(|booking| booking.at).collect::<Vec<_>>())).collect::<Vec<_>>(),
            tickets.iter().map(|ticket| ticket.number).collect::<Vec<_>>(),
        )).collect();
        assert_eq!(found, [
            (vec![(slot(2, "am", -1), vec![at(1)]), (slot(2, "pm", -1), vec![at(1), at(3)])], vec![]),
            (vec![], vec![]),
            (vec![(slot(3, "am", -1), vec![at(3)]), (slot(3, "pm", -1), vec![at(3)])], vec![4_000_000_000]),
        ]);
        // Finer than the database holds: the same row.
        let fine = Booking { at: at(1) + chrono::TimeDelta::nanoseconds(900), ..bookings[0].clone() };
        assert_eq!(Booking::extras.load([&fine]).using(on).await?.concat().len(), 3);
        Ok(())
    }

    /// More keys of four columns than a statement takes.
    async fn many_keys_of_four_columns(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let slots = (0..9_000_i16).map(|n| NewSlot::new(room(2), day(2), "x", n));
        Slot::objects().using(on).bulk_create(slots).await?;
        let made = (0..9_i16).map(|n| NewBooking::new(at(100 + i64::from(n)), (room(2), day(2), "x".to_owned(), n * 1_000)));
        Booking::objects().using(on).bulk_create(made).await?;
        let log = StatementLog::start();
        let rows = Slot::objects().using(on).filter(Slot::part.eq("x")).order_by(Slot::version).prefetch_related(Slot::bookings).all().await?;
        // 8 191 keys of four values are what SQLite takes.
        assert_eq!(log.take().len(), if db.kind() == Kind::Sqlite { 3 } else { 2 });
        assert_eq!(rows.len(), 9_000);
        for (slot, bookings) in rows {
            let wanted: Vec<_> = (slot.version % 1_000 == 0).then(|| at(100 + i64::from(slot.version / 1_000))).into_iter().collect();
            assert_eq!(bookings.iter().map(|booking| booking.at).collect::<Vec<_>>(), wanted);
        }
        Ok(())
    }
}
