use orm::prelude::*;

#[derive(Meta)]
#[meta(
    ordering(a, -a),
    index(a, b, name = "a_b"),
    index(a, b),
    unique_together(a, a),
    unique_together(a, b, method = "hash"),
    check(rank.ge(0)),
    check(|rank| rank.ge(0)),
    check(|rank: i32| rank.ge(0), name = "rank_ck")
)]
struct WrongMeta;

#[derive(Meta)]
#[meta(index(a), index())]
struct NoneMeta;

#[derive(Model)]
#[model(check())]
struct NothingToLeaveOut {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(meta = WrongMeta, ordering(id), ordering(), index(), unique_together(), check())]
struct Both {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
