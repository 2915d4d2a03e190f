//! Conditions and orders by name, as a client writes them.

use orm::prelude::*;
use orm::{ErrorKind, Lookups};
use orm_tests::scenario::blog::{self, Category, NewCategory, NewPost, NewUser, Post, User};
use orm_tests::{Outcome, TestDb, cases};

/// What is in stock.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(rename_all = "snake_case")]
pub enum Stock {
    Plenty,
    OnOrder,
}

/// Where it is.
#[derive(Embed, Debug, Clone, PartialEq)]
pub struct Shelf {
    pub room: i16,
    #[field(max_length = 10)]
    pub board: String,
}

/// One field of each kind that can be asked for.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lookup_goods", new(Clone))]
pub(crate) struct Good {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 40)]
    pub name: String,
    pub note: Option<String>,
    pub sold: bool,
    pub small: i16,
    pub large: u64,
    pub weight: f64,
    #[field(precision = 9, scale = 2)]
    pub price: Decimal,
    pub since: NaiveDate,
    pub at: NaiveTime,
    pub made: NaiveDateTime,
    pub seen: DateTime<Utc>,
    pub lasts: TimeDelta,
    pub mark: Uuid,
    pub stock: Stock,
    #[field(embed)]
    pub shelf: Shelf,
    pub raw: Vec<u8>,
    #[field(sensitive, max_length = 40)]
    pub supplier: String,
}

fn good(number: i64) -> NewGood {
    let day = NaiveDate::from_ymd_opt(2024, 5, u32::try_from(number).unwrap_or(1)).expect("a day");
    let time = NaiveTime::from_hms_opt(9, 0, u32::try_from(number).unwrap_or(0)).expect("a time");
    let stock = if number % 2 == 0 { Stock::Plenty } else { Stock::OnOrder };
    let shelf = Shelf { room: i16::try_from(number).unwrap_or(0), board: format!("b{number}") };
    NewGood::new(
        format!("Good {number}, \u{c4}pfel 100%"),
        number == 1,
        i16::try_from(number * 10).unwrap_or(0),
        9_223_372_036_854_775_800 + u64::try_from(number).unwrap_or(0),
        0.5 * f64::from(i32::try_from(number).unwrap_or(0)),
        Decimal::new(100 * number, 2),
        day,
        time,
        day.and_time(time),
        day.and_time(time).and_utc(),
        TimeDelta::milliseconds(1_500 * number),
        Uuid::from_u128(u128::try_from(number).unwrap_or(0)),
        stock,
        shelf,
        vec![1],
        "secret",
    )
    .note((number > 1).then(|| format!("n{number}")))
}

async fn fill(db: &TestDb) -> Outcome {
    db.handle().create_tables(&[Good::TABLE]).await?;
    Good::objects().using(db.handle()).bulk_create((1..=3).map(good)).await?;
    Ok(())
}

/// The kind of error, and its reason.
fn refused<T>(result: orm::Result<T>) -> (String, String) {
    match result.err().as_ref().map(orm::Error::kind) {
        Some(ErrorKind::InvalidLookup { name, reason }) => (name.clone(), reason.clone()),
        other => (String::new(), format!("{other:?}")),
    }
}

cases! {
    /// Every type and every question gives the rows that the same condition in Rust gives.
    async fn every_type_and_question(db: &TestDb) -> Outcome {
        fill(db).await?;
        let asked: &[(&str, &str, &[i64])] = &[
            ("id", "2", &[2]),
            ("id__ne", "2", &[1, 3]),
            ("id__in", "1,3", &[1, 3]),
            ("id__in", "", &[]),
            ("id__not_in", "", &[1, 2, 3]),
            ("id__not_in", "1,3", &[2]),
            ("name__contains", "100%", &[1, 2, 3]),
            ("name__contains", "10_%", &[]),
            ("name__startswith", "Good 2", &[2]),
            ("name__endswith", "%", &[1, 2, 3]),
            ("name__in", r"Good 2\, Äpfel 100%,x", &[2]),
            ("note", "n2", &[2]),
            ("note__ne", "n2", &[1, 3]),
            ("note__isnull", "true", &[1]),
            ("note__is_null", "0", &[2, 3]),
            ("sold", "true", &[1]),
            ("sold__exact", "0", &[2, 3]),
            ("small__gte", "20", &[2, 3]),
            ("small__lt", "20", &[1]),
            ("large", "9223372036854775802", &[2]),
            ("large__gt", "9223372036854775802", &[3]),
            ("weight__le", "1.0", &[1, 2]),
            ("price__range", "1.5,3", &[2, 3]),
            ("price", "2", &[2]),
            ("since__gt", "2024-05-01", &[2, 3]),
            ("at__lt", "09:00:03", &[1, 2]),
            ("made__ge", "2024-05-02T09:00:02", &[2, 3]),
            ("seen__ge", "2024-05-02T11:00:02+02:00", &[2, 3]),
            ("lasts__lte", "3.0", &[1, 2]),
            ("mark", "00000000-0000-0000-0000-000000000002", &[2]),
            ("stock", "on_order", &[1, 3]),
            ("stock__in", "plenty,on_order", &[1, 2, 3]),
            ("shelf__room__gt", "1", &[2, 3]),
            ("shelf__board", "b3", &[3]),
            ("raw__isnull", "true", &[]),
        ];
        for (name, value, expected) in asked {
            let found = Good::objects().using(db.handle()).order_by(Good::id).filter_by(name, value)?;
            assert_eq!(&found.select(Good::id).all().await?, expected, "{name}={value}");
        }
        Ok(())
    }

    /// Names without case go by the same folding as the methods.
    async fn without_case(db: &TestDb) -> Outcome {
        fill(db).await?;
        for (name, value, expected) in [
            ("name__icontains", "ÄPFEL", 3),
            ("name__iexact", "gOOD 1, äpfel 100%", 1),
            ("name__istartswith", "good 2", 1),
            ("name__iends_with", "ÄPFEL 100%", 3),
        ] {
            let found = Good::objects().using(db.handle()).filter_by(name, value)?.count().await?;
            assert_eq!(found, expected, "{name}={value}");
        }
        Ok(())
    }

    /// Orders by name, of several fields, both ways.
    async fn orders(db: &TestDb) -> Outcome {
        fill(db).await?;
        let ids = |names: &str| -> orm::Result<_> {
            Ok(Good::objects().using(db.handle()).order_by_name(names)?.select(Good::id).all())
        };
        assert_eq!(ids("-id")?.await?, [3, 2, 1]);
        assert_eq!(ids("stock, -small")?.await?, [3, 1, 2]);
        assert_eq!(ids("-shelf__room")?.await?, [3, 2, 1]);
        for names in ["", "-", "id,", "supplier", "-supplier", "nothing", "id--", &"id,".repeat(17)] {
            let error = ids(names).map(drop);
            assert!(matches!(error.as_ref().map_err(orm::Error::kind), Err(ErrorKind::InvalidLookup { .. })), "{names}");
        }
        Ok(())
    }

    /// What a client may not ask, or asks wrongly, is one kind of error; what is there and what is secret looks alike.
    async fn what_is_refused(db: &TestDb) -> Outcome {
        fill(db).await?;
        let ask = |name: &str, value: &str| refused(Good::objects().using(db.handle()).filter_by(name, value));
        let unknown = |name: &str| (name.to_owned(), "nothing of this name can be asked for".to_owned());
        for name in ["supplier", "supplier__startswith", "nothing", "id__nothing", "", "__", "name__name__gt", "ID", "shelf"] {
            assert_eq!(ask(name, "1"), unknown(name));
        }
        for (name, value) in [
            ("id", "x"), ("id", ""), ("small", "40000"), ("large", "-1"), ("weight", "NaN"), ("sold", "yes"),
            ("since", "2024-02-30"), ("seen", "2024-05-02T09:00:02"), ("mark", "1"), ("stock", "gone"),
            ("id__contains", "1"), ("sold__gt", "true"), ("raw", "a"), ("price__range", "1"), ("stock__lt", "plenty"),
            ("id__in", "1,x"), ("note__isnull", ""), ("name", "a\0b"), ("name__contains", "\0"), ("since", "0000-01-01"),
            ("seen__gt", "0000-12-31T23:59:59Z"), ("made", "+10000-01-01T00:00:00"), ("raw__in", ""),
        ] {
            let (asked, reason) = ask(name, value);
            assert!(asked == name && !reason.is_empty(), "{name}={value}: {asked}: {reason}");
        }
        let (long, _) = ask(&"ä".repeat(500), "1");
        assert_eq!(long.chars().count(), 65);
        let error = Good::objects().filter_by("id", "x").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("Good") && error.contains("`id`") && !error.contains("`x`"), "{error}");
        Ok(())
    }

    /// A list of what may be asked for: fields of related rows, under names of one's own.
    async fn a_list_of_what_is_allowed(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&blog::TABLES).await?;
        User::objects().using(on).create(NewUser::new("ann").id(1)).await?;
        User::objects().using(on).create(NewUser::new("bob").id(2)).await?;
        Category::objects().using(on).create(NewCategory::new("rust").id(7)).await?;
        for (id, author, category) in [(1, 1, None), (2, 2, Some(7)), (3, 1, Some(7))] {
            let category = category.map(ForeignKey::<Category>::from);
            Post::objects().using(on).create(NewPost::new(author, format!("t{id}")).id(id).category(category)).await?;
        }
        let allowed = Lookups::<Post>::none()
            .field(Post::category)
            .field(Post::category.to(Category::name))
            .named("writer", Post::author.to(User::username));
        let ids = |q: Q<Post>, order: &str| -> orm::Result<_> {
            Ok(Post::objects().using(on).filter(q).order_by(allowed.order(order)?).order_by(Post::id).select(Post::id).all())
        };
        assert_eq!(ids(allowed.condition("writer", "ann")?, "-writer")?.await?, [1, 3]);
        assert_eq!(ids(allowed.condition("category", "7")?, "-writer")?.await?, [2, 3]);
        assert_eq!(ids(!allowed.condition("category__name", "rust")?, "writer")?.await?, [1]);
        assert_eq!(ids(allowed.condition("writer__ne", "ann")? | allowed.condition("category__isnull", "1")?, "writer")?.await?, [1, 2]);
        for name in ["id", "author", "author__username", "writer__username"] {
            assert_eq!(refused(allowed.condition(name, "1")).0, name);
        }
        Ok(())
    }
}
