//! Values at the edge of their types: what is stored is what was given, or an error says why not.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::scenario::types::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

async fn made(db: &TestDb, new: NewEveryOption) -> orm::Result<EveryOption> {
    EveryOption::objects().using(db.handle()).create(new).await
}

cases! {
    /// Text with everything that means something to some parser.
    async fn texts(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let texts = ["", " ", "  a ", "a\u{1a}b", "\\", "\\'", "'\\''", "\"", "`", "%_\\%", "\u{1}\u{7f}", "\r\n\t", "\u{fffd}\u{feff}", "\u{10ffff}", "e\u{301}", "é", "ß", "SS", "ﬀ", "İ", "$1 ? :a @b {x} ${y}", "/* */ -- #", "NULL", "\u{d7ff}\u{e000}"];
        for text in texts {
            let row = made(db, NewEveryOption::new().text(text).short_text(text)).await?;
            assert_eq!((row.text.as_deref(), row.short_text.as_deref()), (Some(text), Some(text)));
        }
        let all = EveryOption::objects().using(db.handle());
        for text in texts {
            let found = |q: Q<EveryOption>| all.clone().filter(q).order_by(EveryOption::id).select(EveryOption::text).all();
            let expect = |f: &dyn Fn(&str) -> bool| texts.iter().filter(|t| f(t)).map(|t| Some((*t).to_owned())).collect::<Vec<_>>();
            assert_eq!(found(EveryOption::text.eq(text)).await?, expect(&|t| t == text), "{text:?}");
            assert_eq!(found(EveryOption::short_text.in_([text, text])).await?, expect(&|t| t == text), "{text:?}");
            assert_eq!(found(EveryOption::text.contains(text)).await?, expect(&|t| t.contains(text)), "{text:?}");
            assert_eq!(found(EveryOption::text.starts_with(text)).await?, expect(&|t| t.starts_with(text)), "{text:?}");
            assert_eq!(found(EveryOption::text.ends_with(text)).await?, expect(&|t| t.ends_with(text)), "{text:?}");
            assert_eq!(found(EveryOption::text.gt(text)).await?, expect(&|t| t > text), "{text:?}");
        }
        let mut sorted = texts;
        sorted.sort_unstable();
        let order = all.clone().order_by(EveryOption::text).select(EveryOption::text).all().await?;
        assert_eq!(order.iter().map(|t| t.as_deref().unwrap_or_default()).collect::<Vec<_>>(), sorted);
        assert_eq!(all.select(EveryOption::text).distinct().count().await?, texts.len() as u64);
        Ok(())
    }

    /// Numbers at both ends, and those that some server rounds.
    async fn numbers(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let all = || EveryOption::objects().using(db.handle());
        for double in [0.0, 5e-324, -5e-324, f64::MIN_POSITIVE, f64::MAX, f64::MIN, 0.1, 1.0 / 3.0, 1e15 + 0.3, 9_007_199_254_740_993.0, 1e22, 1.797_693_134_862_315e308] {
            assert_eq!(made(db, NewEveryOption::new().double(double)).await?.double.map(f64::to_bits), Some(double.to_bits()), "{double}");
            assert_eq!(all().filter(EveryOption::double.eq(double)).count().await?, 1, "{double}");
        }
        assert_eq!(made(db, NewEveryOption::new().double(-0.0)).await?.double, Some(0.0));
        assert_eq!(all().filter(EveryOption::double.eq(0.0)).count().await?, 2);
        for single in [0.1_f32, 16_777_217.0, 1e-45, f32::MIN_POSITIVE, f32::MAX, f32::MIN, 1.0 / 3.0, 3.402_823_3e38] {
            assert_eq!(made(db, NewEveryOption::new().single(single)).await?.single, Some(single), "{single}");
            assert_eq!(all().filter(EveryOption::single.eq(single)).count().await?, 1, "{single}");
            assert_eq!(all().filter(EveryOption::single.in_([single])).count().await?, 1, "{single}");
        }
        for big in [i64::MIN, i64::MAX, -1, 9_007_199_254_740_993] {
            assert_eq!(made(db, NewEveryOption::new().big(big)).await?.big, Some(big));
            assert_eq!(all().filter(EveryOption::big.eq(big) & EveryOption::big.in_([big])).count().await?, 1, "{big}");
        }
        assert_eq!(all().aggregate(min(EveryOption::big)).await?, Some(i64::MIN));
        let sum_of_both = all().filter(EveryOption::big.in_([i64::MAX, -1])).aggregate(sum(EveryOption::big)).await?;
        assert_eq!(sum_of_both, Some(i64::MAX - 1));
        assert!(all().filter(EveryOption::big.gt(0)).aggregate(sum(EveryOption::big)).await.is_err());
        let largest = if db.kind() == Kind::Sqlite { u64::MAX / 2 } else { u64::MAX };
        assert_eq!(made(db, NewEveryOption::new().unsigned_big(largest)).await?.unsigned_big, Some(largest));
        assert_eq!(all().filter(EveryOption::unsigned_big.eq(largest) & EveryOption::unsigned_big.gt(largest - 1)).count().await?, 1);
        Ok(())
    }

    /// Decimals: minus zero, zeros at the end, as many digits as there can be, one more.
    async fn decimals(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let all = || EveryOption::objects().using(db.handle());
        let number = |text: &str| text.parse::<Decimal>().map_err(|error| error.to_string());
        for text in ["-0", "-0.0000", "0.10", "1.1000000", "99999999999999.9999", "-99999999999999.9999", "0.0001", "-0.0001", "1e2"] {
            let decimal = Decimal::from_scientific(text).or_else(|_| number(text))?;
            let row = made(db, NewEveryOption::new().decimal(decimal)).await?;
            assert_eq!(row.decimal, Some(decimal), "{text}");
            assert_eq!(row.decimal.map(|d| d.to_string()), Some(format!("{:.4}", decimal + Decimal::ZERO).replace("-0.0000", "0.0000")), "{text}");
            assert!(all().filter(EveryOption::decimal.eq(decimal)).count().await? > 0, "{text}");
        }
        for text in ["0.00001", "100000000000000", "-100000000000000.0000", "79228162514264337593543950335"] {
            assert!(made(db, NewEveryOption::new().decimal(number(text)?)).await.is_err(), "{text}");
        }
        assert_eq!(all().filter(EveryOption::decimal.gt(number("1.00005")?)).count().await?, 3);
        assert_eq!(all().filter(EveryOption::decimal.lt(number("79228162514264337593543950335")?)).count().await.map_err(|e| matches!(e.kind(), orm::ErrorKind::InvalidValue { .. })), if db.kind() == Kind::Sqlite { Err(true) } else { Ok(9) });
        Ok(())
    }

    /// A product that leaves the integers, which SQLite counts decimals in, is an error, never another number.
    async fn products_out_of_range(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        made(db, NewEveryOption::new().decimal(Decimal::from(1_000_000))).await?;
        let squares = EveryOption::objects().using(db.handle()).select(EveryOption::decimal * EveryOption::decimal).all().await;
        match (db.kind(), squares) {
            (Kind::Sqlite, Err(error)) => assert!(matches!(error.kind(), orm::ErrorKind::InvalidValue { .. }), "{error:?}"),
            (Kind::Sqlite, Ok(squares)) => return Err(format!("{squares:?}").into()),
            (_, squares) => assert_eq!(squares?, [Some(Decimal::from(1_000_000_000_000_i64))]),
        }
        Ok(())
    }

    /// Times at both ends; what is finer is cut, not rounded up.
    async fn times(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let all = || EveryOption::objects().using(db.handle());
        let last = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).ok_or("time")?;
        let kept = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).ok_or("time")?;
        let first = NaiveDate::from_ymd_opt(1, 1, 1).ok_or("date")?;
        let end = NaiveDate::from_ymd_opt(9999, 12, 31).ok_or("date")?;
        for date in [first, end] {
            let new = NewEveryOption::new().time(last).date(date).datetime(date.and_time(last)).timestamp(date.and_time(last).and_utc());
            let row = made(db, new).await?;
            assert_eq!((row.time, row.date, row.datetime, row.timestamp), (Some(kept), Some(date), Some(date.and_time(kept)), Some(date.and_time(kept).and_utc())));
            assert_eq!(all().filter(EveryOption::datetime.eq(date.and_time(last)) & EveryOption::timestamp.eq(date.and_time(last).and_utc())).count().await?, 1);
        }
        assert_eq!(all().filter(EveryOption::time.eq(last)).count().await?, 2);
        // A leap second.
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).ok_or("time")?;
        let row = made(db, NewEveryOption::new().time(leap).datetime(first.and_time(leap))).await?;
        assert_eq!((row.time, row.datetime), (Some(kept), Some(first.and_time(kept))));
        Ok(())
    }

    /// Bytes of every value, none, and JSON with all that JSON has.
    async fn bytes_and_json(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let all = || EveryOption::objects().using(db.handle());
        for bytes in [vec![], vec![0], vec![0, 0x1a, 0x27, 0x5c, 0xff], (0..=255).collect()] {
            assert_eq!(made(db, NewEveryOption::new().bytes(bytes.clone())).await?.bytes, Some(bytes.clone()));
            assert_eq!(all().filter(EveryOption::bytes.eq(&bytes)).count().await?, 1);
        }
        for json in [
            serde_json::json!(null),
            serde_json::json!({"a": null, "": [], "\u{1F600}\\\"'": {"b": [1, -1, 0.5, true]}}),
            serde_json::json!([i64::MIN, i64::MAX, u64::MAX, 0.1, 1e300]),
            serde_json::json!("\u{1a}\\ \u{1} \u{7f} é"),
            serde_json::json!({"z": 1, "a": 2, "aa": 3}),
        ] {
            assert_eq!(made(db, NewEveryOption::new().json(json.clone())).await?.json, Some(json));
        }
        assert_eq!(all().filter(EveryOption::json.is_null()).count().await?, 4);
        Ok(())
    }

    /// A megabyte in a condition, and a text as long as the column takes, of the widest characters.
    async fn long_texts(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let long = "😀".repeat(80);
        let user = users.clone().create(NewUser::new(long.clone())).await?;
        assert_eq!(user.username, long);
        assert_eq!(users.clone().filter(User::username.ends_with("😀".repeat(79))).count().await?, 1);
        assert_eq!(users.clone().filter(User::username.ne("x".repeat(1 << 20))).count().await?, 1);
        assert_eq!(users.clone().filter(User::username.starts_with("😀".repeat(81))).count().await?, 0);
        assert!(users.clone().create(NewUser::new("é".repeat(81))).await.is_err());
        assert_eq!(users.count().await?, 1);
        Ok(())
    }
}
