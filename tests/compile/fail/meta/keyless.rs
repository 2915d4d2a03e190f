use orm::prelude::*;

#[derive(Meta)]
struct Keyless;

#[derive(Model)]
#[model(meta = Keyless, primary_key = inherited)]
struct Parcel {
    id: i64,
}

fn main() {}
