//! A patch changes of an embedded struct what it gives, and leaves the rest as it is: from JSON, too.

use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};

#[derive(Embed, Debug, Clone, PartialEq, serde::Deserialize)]
#[embed(serde, patch(Debug, setters))]
pub(crate) struct Spot {
    lat: i32,
    lon: Option<i32>,
}

#[derive(Embed, Debug, Clone, PartialEq)]
#[embed(serde, new(Debug), patch(setters))]
pub(crate) struct Site {
    #[field(max_length = 20)]
    city: String,
    #[field(max_length = 20, default = "CH")]
    country: String,
    zip: Option<i32>,
    #[field(embed)]
    spot: Spot,
    #[field(auto_now)]
    seen_at: DateTime<Utc>,
}

#[derive(Embed, Debug, Clone, PartialEq, serde::Deserialize)]
#[embed(serde)]
pub(crate) struct Sum {
    amount: i64,
    #[field(max_length = 3)]
    currency: String,
    note: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "branches", serde, patch(setters))]
pub(crate) struct Branch {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
    #[field(embed)]
    site: Site,
    #[field(embed)]
    budget: Option<Sum>,
}

/// A patch in JSON, and what it means.
type Step<'s> = (&'s str, &'s dyn Fn(&mut Branch));

async fn made(db: &TestDb) -> orm::Result<Branch> {
    db.handle().create_tables(&[Branch::TABLE]).await?;
    let site = NewSite::new("Bern", Spot { lat: 1, lon: Some(2) }).country("FR").zip(3000);
    let budget = Sum { amount: 5, currency: "EUR".to_owned(), note: Some("all".to_owned()) };
    Branch::objects().using(db.handle()).create(NewBranch::new("first", site).budget(budget)).await
}

fn patch(json: &str) -> BranchPatch {
    serde_json::from_str(json).expect("a patch")
}

cases! {
    /// Keys that are absent leave their columns as they are, at any depth; `null` is NULL.
    async fn absent_keys_keep(db: &TestDb) -> Outcome {
        let first = made(db).await?;
        let one = || Branch::objects().using(db.handle()).filter(Branch::id.eq(first.id));
        let steps: [Step<'_>; 8] = [
            (r#"{"site": {"city": "Thun"}}"#, &|row| row.site.city = "Thun".to_owned()),
            (r#"{"site": {"zip": null}}"#, &|row| row.site.zip = None),
            (r#"{"site": {"spot": {"lon": null}}}"#, &|row| row.site.spot.lon = None),
            (r#"{"site": {"spot": {"lat": 9}, "zip": 3600}, "name": "second"}"#, &|row| {
                (row.site.spot.lat, row.site.zip, row.name) = (9, Some(3600), "second".to_owned());
            }),
            (r#"{"budget": {"amount": 7}}"#, &|row| row.budget = row.budget.take().map(|sum| Sum { amount: 7, ..sum })),
            (r#"{"budget": {"note": null}}"#, &|row| row.budget = row.budget.take().map(|sum| Sum { note: None, ..sum })),
            (r#"{"budget": null}"#, &|row| row.budget = None),
            (r#"{"budget": {"amount": 1, "currency": "CHF"}}"#, &|row| {
                row.budget = Some(Sum { amount: 1, currency: "CHF".to_owned(), note: None });
            }),
        ];
        let mut expected = first.clone();
        for (json, change) in steps {
            assert_eq!(one().patch(patch(json)).await?, 1, "{json}");
            change(&mut expected);
            let now = one().one().await?;
            assert!(now.site.seen_at >= expected.site.seen_at, "{json}");
            expected.site.seen_at = now.site.seen_at;
            assert_eq!(now, expected, "{json}");
        }
        let plain = db.oracle("SELECT name, site_city, site_country, site_zip, site_spot_lat, site_spot_lon, budget_amount, budget_currency, budget_note FROM branches").await?;
        let wanted = [Some("second"), Some("Thun"), Some("FR"), Some("3600"), Some("9"), None, Some("1"), Some("CHF"), None];
        assert_eq!(plain, [wanted.map(|text| text.map(str::to_owned)).to_vec()]);
        Ok(())
    }

    /// A struct that is not there takes no part of one.
    async fn no_part_of_nothing(db: &TestDb) -> Outcome {
        let first = made(db).await?;
        let one = || Branch::objects().using(db.handle()).filter(Branch::id.eq(first.id));
        assert_eq!(one().patch(patch(r#"{"budget": null}"#)).await?, 1);
        let error = one().patch(patch(r#"{"budget": {"amount": 7}}"#)).await.expect_err("half a struct");
        assert!(error.is_check_violation(), "{error:?}");
        assert_eq!(one().one().await?.budget, None);
        Ok(())
    }

    /// In Rust: a part, by fields and by setters, or the whole.
    async fn parts_and_wholes(db: &TestDb) -> Outcome {
        let first = made(db).await?;
        let one = || Branch::objects().using(db.handle()).filter(Branch::id.eq(first.id));
        let part = SitePatch { zip: Some(Some(1)), ..SitePatch::default() };
        assert_eq!(one().patch(BranchPatch { site: Some(part), ..BranchPatch::default() }).await?, 1);
        let part = SitePatch::default().city("Biel").spot(SpotPatch::default().lat(4));
        assert_eq!(one().patch(BranchPatch::default().site(part)).await?, 1);
        let now = one().one().await?;
        assert_eq!((now.site.city.as_str(), now.site.country.as_str(), now.site.zip), ("Biel", "FR", Some(1)));
        assert_eq!(now.site.spot, Spot { lat: 4, lon: Some(2) });
        let whole = Site { city: "Chur".to_owned(), country: "DE".to_owned(), zip: None, spot: Spot { lat: 0, lon: None }, ..first.site.clone() };
        let sum = Sum { amount: 2, currency: "USD".to_owned(), note: None };
        assert_eq!(one().patch(BranchPatch::default().site(whole.clone()).budget(sum.clone())).await?, 1);
        let now = one().one().await?;
        assert_eq!((&now.site.city, &now.site.country, now.site.zip, &now.site.spot), (&whole.city, &whole.country, None, &whole.spot));
        assert_eq!(now.budget, Some(sum));
        assert_eq!(one().patch(BranchPatch::default().site(NewSite::new("Genf", Spot { lat: 3, lon: None })).budget(None)).await?, 1);
        let now = one().one().await?;
        assert_eq!((now.site.city.as_str(), now.site.country.as_str(), now.budget), ("Genf", "CH", None));
        Ok(())
    }
}
