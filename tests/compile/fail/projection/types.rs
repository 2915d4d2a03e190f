use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    author: ForeignKey<User>,
    editor: Option<ForeignKey<User>>,
    likes: i32,
}

#[derive(Projection)]
#[projection(model = User)]
struct Author {
    name: String,
}

// No such column.
#[derive(Projection)]
#[projection(model = Post)]
struct Missing {
    title: String,
}

// The wrong type, of a column and of an expression.
#[derive(Projection)]
#[projection(model = Post)]
struct WrongType {
    likes: i64,
    #[projection(expr = Post::likes * 2)]
    double: String,
}

// An aggregate of rows.
#[derive(Projection)]
#[projection(model = Post)]
struct Aggregate {
    #[projection(expr = count_rows())]
    posts: i64,
}

// An option too few, and one too many; a projection of another model; no foreign key.
#[derive(Projection)]
#[projection(model = Post)]
struct Nested {
    #[projection(nested)]
    editor: Author,
    #[projection(nested)]
    author: Option<Author>,
    #[projection(nested = Post::author)]
    other: Nothing,
    #[projection(nested)]
    likes: Author,
}

#[derive(Projection)]
#[projection(model = Post)]
struct Nothing {
    id: i64,
}

fn main() {
    let _ = Post::objects().select_as::<Author>();
    let _ = Post::objects().group_by(Post::author).select_as::<Nothing>();
}
