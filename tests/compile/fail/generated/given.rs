use orm::prelude::*;

#[derive(Model)]
struct Line {
    #[field(primary_key)]
    id: i64,
    count: i32,
    #[field(generated = Self::count * 2)]
    double: i32,
}

fn main() {
    let _ = NewLine::new(1).double(2);
    let _ = LinePatch { double: Some(2), ..LinePatch::default() };
}
