//! Conditions find what the same predicate finds in Rust.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};
use proptest::prelude::*;

use super::{Comment, NewComment, NewPost, Post, Random, cases as number_of, filled};

/// Few different elements, so that arrays have much in common.
fn posts(random: &mut Random, number: i32) -> Result<Vec<NewPost>, super::Failure> {
    let tags = || prop::collection::vec("[a-c]{0,1}", 0..4);
    let mark = || prop::option::weighted(0.7, 0..3_i32);
    let strategy = (
        tags(),
        tags(),
        prop::option::weighted(0.7, prop::collection::vec(0..4_i32, 0..4)),
        prop::option::weighted(0.8, prop::collection::vec(mark(), 0..4)),
        prop::option::weighted(0.7, "[a-d]"),
    );
    (0..number)
        .map(|number| {
            let (tags, short, scores, marks, category) = random.next(&strategy)?;
            Ok(NewPost { number, tags, short, scores, marks, category })
        })
        .collect()
}

fn all_in<T: PartialEq>(of: &[T], within: &[T]) -> bool {
    of.iter().all(|item| within.contains(item))
}

fn some_in<T: PartialEq>(of: &[T], within: &[T]) -> bool {
    of.iter().any(|item| within.contains(item))
}

type Check<'a> = (&'static str, Q<Post>, Box<dyn Fn(&Post) -> bool + 'a>);

/// Conditions, and what they mean.
fn checks<'a>(texts: &'a Vec<String>, numbers: &'a Vec<i32>, marks: &'a Vec<Option<i32>>) -> Vec<Check<'a>> {
    macro_rules! checks {
        ($($condition:expr, |$post:ident| $predicate:expr;)*) => {
            vec![$((
                stringify!($condition),
                $condition,
                Box::new(|$post: &Post| $predicate) as Box<dyn Fn(&Post) -> bool + 'a>,
            )),*]
        };
    }
    checks! {
        Post::tags.contains(texts), |p| all_in(texts, &p.tags);
        Post::tags.contained_by(texts), |p| all_in(&p.tags, texts);
        Post::tags.overlaps(texts), |p| some_in(&p.tags, texts);
        Post::short.contains(texts), |p| all_in(texts, &p.short);
        Post::short.contained_by(texts.clone()), |p| all_in(&p.short, texts);
        Post::short.overlaps(texts.iter()), |p| some_in(&p.short, texts);
        Post::tags.eq(texts), |p| p.tags == *texts;
        Post::short.eq(texts), |p| p.short == *texts;
        Post::short.ne(texts), |p| p.short != *texts;
        Post::tags.in_([texts, &vec![], &vec!["a".to_owned()]]), |p| p.tags == *texts || p.tags.is_empty() || p.tags == ["a"];
        Post::short.in_([texts]), |p| p.short == *texts;
        Post::short.not_in([texts.clone(), vec![]]), |p| p.short != *texts && !p.short.is_empty();
        Post::tags.has("a"), |p| p.tags.iter().any(|tag| tag == "a");
        Post::short.has(""), |p| p.short.iter().any(String::is_empty);
        Post::tags.has(Post::category), |p| p.category.as_ref().is_some_and(|category| p.tags.contains(category));
        !Post::tags.has(Post::category), |p| p.category.as_ref().is_none_or(|category| !p.tags.contains(category));
        Post::tags.contains(Post::short), |p| all_in(&p.short, &p.tags);
        Post::tags.overlaps(Post::short), |p| some_in(&p.short, &p.tags);
        Post::short.contained_by(Post::tags), |p| all_in(&p.short, &p.tags);
        Post::tags.eq(Post::short), |p| p.tags == p.short;
        Post::tags.ne(Post::short), |p| p.tags != p.short;
        Post::scores.contains(numbers), |p| p.scores.as_ref().is_some_and(|scores| all_in(numbers, scores));
        !Post::scores.contains(numbers), |p| !p.scores.as_ref().is_some_and(|scores| all_in(numbers, scores));
        Post::scores.contained_by(numbers), |p| p.scores.as_ref().is_some_and(|scores| all_in(scores, numbers));
        !Post::scores.contained_by(numbers), |p| !p.scores.as_ref().is_some_and(|scores| all_in(scores, numbers));
        Post::scores.overlaps(numbers), |p| p.scores.as_ref().is_some_and(|scores| some_in(scores, numbers));
        !Post::scores.overlaps(numbers), |p| !p.scores.as_ref().is_some_and(|scores| some_in(scores, numbers));
        Post::scores.eq(numbers), |p| p.scores.as_ref() == Some(numbers);
        Post::scores.ne(numbers), |p| p.scores.as_ref() != Some(numbers);
        Post::scores.eq(None), |p| p.scores.is_none();
        Post::scores.is_not_null(), |p| p.scores.is_some();
        Post::scores.in_([numbers]), |p| p.scores.as_ref() == Some(numbers);
        Post::scores.not_in([numbers]), |p| p.scores.as_ref() != Some(numbers);
        Post::scores.has(2), |p| p.scores.as_ref().is_some_and(|scores| scores.contains(&2));
        !Post::scores.has(2), |p| !p.scores.as_ref().is_some_and(|scores| scores.contains(&2));
        Post::scores.has(None), |_p| false;
        Post::scores.has(Post::number), |p| p.scores.as_ref().is_some_and(|scores| scores.contains(&p.number));
        Post::scores.len().gt(1), |p| p.scores.as_ref().is_some_and(|scores| scores.len() > 1);
        !Post::scores.len().gt(1), |p| p.scores.as_ref().is_none_or(|scores| scores.len() <= 1);
        Post::tags.len().eq(0), |p| p.tags.is_empty();
        Post::tags.len().eq(Post::short.len()), |p| p.tags.len() == p.short.len();
        Post::marks.len().eq(3), |p| p.marks.as_ref().is_some_and(|marks| marks.len() == 3);
        Post::marks.contains(marks), |p| p.marks.as_ref().is_some_and(|own| all_in(marks, own));
        !Post::marks.contains(marks), |p| !p.marks.as_ref().is_some_and(|own| all_in(marks, own));
        Post::marks.contained_by(marks), |p| p.marks.as_ref().is_some_and(|own| all_in(own, marks));
        !Post::marks.contained_by(marks), |p| !p.marks.as_ref().is_some_and(|own| all_in(own, marks));
        Post::marks.overlaps(marks), |p| p.marks.as_ref().is_some_and(|own| some_in(own, marks));
        !Post::marks.overlaps(marks), |p| !p.marks.as_ref().is_some_and(|own| some_in(own, marks));
        Post::marks.eq(marks.clone()), |p| p.marks.as_ref() == Some(marks);
        Post::marks.ne(marks.clone()), |p| p.marks.as_ref() != Some(marks);
        Post::marks.has(1), |p| p.marks.as_ref().is_some_and(|own| own.contains(&Some(1)));
        Post::marks.has(None), |p| p.marks.as_ref().is_some_and(|own| own.contains(&None));
        !Post::marks.has(None), |p| !p.marks.as_ref().is_some_and(|own| own.contains(&None));
        Post::marks.overlaps(Post::marks), |p| p.marks.as_ref().is_some_and(|own| !own.is_empty());
        Post::marks.contains(Post::marks), |p| p.marks.is_some();
        Post::tags.gt(texts), |p| p.tags > *texts;
        Post::short.le(texts), |p| p.short <= *texts;
        Post::scores.lt(numbers), |p| p.scores.as_ref().is_some_and(|scores| scores < numbers);
        Post::tags.between(vec!["a".to_owned()], vec!["b".to_owned(), "c".to_owned()]), |p| p.tags.as_slice() >= &["a".to_owned()][..] && p.tags.as_slice() <= &["b".to_owned(), "c".to_owned()][..];
    }
}

cases! {
    /// Random arrays against random arrays.
    async fn as_in_rust(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Post::TABLE, "tags").await;
        }
        let mut random = Random::new(31);
        let new = posts(&mut random, 120)?;
        let rows = filled(db, &new).await?;
        let strategy = (
            prop::collection::vec("[a-c]{0,1}", 0..4), prop::collection::vec(0..4_i32, 0..4),
            prop::collection::vec(prop::option::weighted(0.7, 0..3_i32), 0..4),
        );
        for _ in 0..number_of(12, 200) {
            let (texts, numbers, marks) = random.next(&strategy)?;
            for (text, condition, predicate) in checks(&texts, &numbers, &marks) {
                let wanted: Vec<_> = rows.iter().filter(|post| predicate(post)).map(|post| post.id).collect();
                let found = Post::objects().using(db.handle()).filter(condition).order_by(Post::id.asc()).select(Post::id).all().await;
                let found = found.map_err(|error| format!("{text}: {error:?}"))?;
                assert_eq!(found, wanted, "{text} with {texts:?}, {numbers:?}, {marks:?}");
            }
        }
        Ok(())
    }

    /// Arrays order as in Rust; those with NULLs among the elements, and JSON, have no order.
    async fn order(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Post::TABLE, "tags").await;
        }
        let mut random = Random::new(32);
        let new = posts(&mut random, 80)?;
        let mut rows = filled(db, &new).await?;
        let on = || Post::objects().using(db.handle());
        rows.sort_by(|a, b| (&a.tags, b.id).cmp(&(&b.tags, a.id)));
        let found = on().order_by((Post::tags.asc(), Post::id.desc())).select(Post::id).all().await?;
        assert_eq!(found, rows.iter().map(|post| post.id).collect::<Vec<_>>());
        // NULL is smaller than every array.
        rows.sort_by(|a, b| (&b.scores, a.id).cmp(&(&a.scores, b.id)));
        let found = on().order_by((Post::scores.desc(), Post::id.asc())).select(Post::id).all().await?;
        assert_eq!(found, rows.iter().map(|post| post.id).collect::<Vec<_>>());
        let (least, greatest) = on().aggregate((min(Post::tags), max(Post::scores))).await?;
        assert_eq!(least.as_ref(), rows.iter().map(|post| &post.tags).min());
        assert_eq!(greatest, rows.iter().filter_map(|post| post.scores.clone()).max());
        for error in [
            on().order_by(Post::marks.asc()).all().await.unwrap_err(),
            on().filter(Post::marks.gt(vec![Some(1)])).all().await.unwrap_err(),
            on().aggregate(max(Post::marks)).await.unwrap_err(),
        ] {
            assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
            assert_eq!(error.model(), Some("Post"));
        }
        Ok(())
    }

    /// Arrays are selected, grouped by, set from each other, and reached along foreign keys.
    async fn elsewhere_in_queries(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Post::TABLE, "tags").await;
        }
        let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        let new = [
            NewPost::new(1, tags(&["a", "b"]), tags(&["b"])).scores(vec![1, 2]), NewPost::new(2, tags(&["a", "b"]), vec![]),
            NewPost::new(3, vec![], tags(&["a", "b"])).marks(vec![None]),
        ];
        let rows = filled(db, &new).await?;
        db.handle().create_tables(&[Comment::TABLE]).await?;
        let on = || Post::objects().using(db.handle());
        let pairs = on().order_by(Post::id.asc()).select((Post::tags, Post::scores, Post::tags.len(), Post::scores.len())).all().await?;
        assert_eq!(pairs[0], (tags(&["a", "b"]), Some(vec![1, 2]), 2, Some(2)));
        assert_eq!(pairs[2], (vec![], None, 0, None));
        let groups = on().group_by(Post::tags).annotate(count_rows()).order_by(key(Post::tags).asc()).all().await?;
        assert_eq!(groups, [(vec![], 1), (tags(&["a", "b"]), 2)]);
        assert_eq!(on().select(Post::tags).distinct().all().await?.len(), 2);
        let same = on().filter(Post::tags.in_(Post::objects().filter(Post::number.eq(3)).select(Post::short)));
        assert_eq!(same.count().await?, 2);
        let comments = || Comment::objects().using(db.handle());
        let comment = comments().create(NewComment::new(&rows[0], vec![7_i64])).await?;
        assert_eq!(comments().filter(Comment::post.to(Post::tags).has("b") & Comment::likes.has(7)).one().await?, comment);
        assert_eq!(comments().select_related(Comment::post).one().await?.1, rows[0]);
        on().filter(Post::number.eq(1)).update((Post::short.set(Post::tags), Post::scores.set(None), Post::marks.set(vec![Some(1), None]))).await?;
        let row = on().get(rows[0].id).await?;
        assert_eq!((row.short, row.scores, row.marks), (tags(&["a", "b"]), None, Some(vec![Some(1), None])));
        let patch = super::PostPatch { tags: Some(vec![]), scores: Some(Some(vec![])), ..super::PostPatch::default() };
        assert_eq!(on().filter(Post::number.eq(1)).patch(patch).await?, 1);
        let row = on().get(rows[0].id).await?;
        assert_eq!((row.tags, row.scores), (vec![], Some(vec![])));
        Ok(())
    }

    /// Rows that meet others, and lists of related rows beside arrays.
    async fn with_upserts_and_prefetch(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Post::TABLE, "tags").await;
        }
        let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        let rows = filled(db, &[NewPost::new(1, tags(&["a"]), tags(&["b"])), NewPost::new(2, vec![], vec![])]).await?;
        db.handle().create_tables(&[Comment::TABLE]).await?;
        let on = || Post::objects().using(db.handle());
        let row = on().upsert(NewPost::new(1, tags(&["c", "d"]), vec![])).on_conflict(Post::number)
            .update((Post::tags.set(Post::tags.excluded()), Post::short.set(Post::tags))).await?;
        assert_eq!((row.id, row.tags.clone(), row.short.clone()), (rows[0].id, tags(&["c", "d"]), tags(&["a"])));
        let new = [NewPost::new(2, tags(&["x"]), tags(&["y"])).marks(vec![None]), NewPost::new(3, tags(&["z"]), vec![])];
        let changed = on().bulk_upsert(new).on_conflict(Post::number).update((Post::short.set(Post::tags.excluded()), Post::marks.set(Post::marks.excluded()))).await?;
        assert_eq!(changed, 2);
        let second = on().get(rows[1].id).await?;
        assert_eq!((second.tags.clone(), second.short.clone(), second.marks.clone()), (vec![], tags(&["x"]), Some(vec![None])));
        let (same, created) = on().filter(Post::tags.eq(["c", "d"])).get_or_create(NewPost::new(9, vec![], vec![])).await?;
        assert_eq!((same, created), (row.clone(), false));
        let comments = Comment::objects().using(db.handle());
        comments.bulk_create([NewComment::new(&row, vec![7_i64]), NewComment::new(&row, vec![]), NewComment::new(&second, vec![8, 9])]).await?;
        let posts = on().order_by(Post::number.asc()).prefetch_related(Post::comments.order_by(Comment::id.asc())).all().await?;
        let found: Vec<_> = posts.iter().map(|(post, comments)| (post.tags.clone(), comments.iter().map(|comment| comment.likes.clone()).collect::<Vec<_>>())).collect();
        assert_eq!(found, [(tags(&["c", "d"]), vec![vec![7], vec![]]), (vec![], vec![vec![8, 9]]), (tags(&["z"]), vec![])]);
        Ok(())
    }

    /// An index of method `gin` serves what is asked of elements.
    async fn an_index_serves(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Post::TABLE, "tags").await;
        }
        db.handle().create_tables(&[Post::TABLE]).await?;
        for condition in [Post::tags.has("a"), Post::tags.contains(["a", "b"]), Post::tags.overlaps(["a"]), Post::tags.contained_by(["a"])] {
            let sql = Post::objects().filter(condition).to_sql(Backend::Postgres)?;
            let plan = db.oracle(&format!("SET enable_seqscan = off; PREPARE q (text[]) AS {sql}; EXPLAIN EXECUTE q ('{{a}}')")).await?;
            let plan: String = plan.into_iter().flatten().flatten().collect();
            assert!(plan.contains("array_posts_tags_ix"), "{sql}: {plan}");
        }
        Ok(())
    }
}
