use orm::prelude::*;

#[derive(Model)]
#[model(full_text(title))]
struct Post {
    #[field(primary_key)]
    id: i64,
    title: String,
}

#[derive(Model)]
struct Page {
    #[field(primary_key)]
    id: i64,
    title: String,
    post: ForeignKey<Post>,
    page: ForeignKey<Page>,
}

fn main() {
    let _ = Page::objects().filter(Post::full_text.matches("a"));
    let _ = Page::objects().filter(Post::full_text.behind(Page::page).matches("a"));
    let _ = Post::objects().filter(Post::full_text.matches(Post::title));
    let _ = Page::full_text;
}
