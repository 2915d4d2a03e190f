//! Accessors are as visible as their fields, reverse accessors as the model that declares them.

mod blog {
    use orm::prelude::*;

    struct Hidden;

    #[derive(Model)]
    pub struct User {
        #[field(primary_key)]
        pub id: i64,
        pub(crate) name: Option<String>,
        secret: Option<i32>,
    }

    #[derive(Model)]
    pub(super) struct Post {
        #[field(primary_key)]
        id: i64,
        #[field(related_name = posts)]
        author: ForeignKey<User>,
    }

    #[derive(Model)]
    struct Draft {
        #[field(primary_key)]
        id: i64,
        #[field(related_name = drafts)]
        author: ForeignKey<User>,
    }

    pub fn private_ones() {
        let _ = (Hidden, User::secret, Draft::author, User::drafts, Post::author, Draft::id, Post::id);
    }
}

pub fn main() {
    let _ = (blog::User::id, blog::User::name, blog::User::posts);
    blog::private_ones();

    // A model may stand in a function.
    use orm::prelude::*;
    #[derive(Model)]
    struct Local {
        #[field(primary_key)]
        id: i64,
    }
    let _ = (Local::id, NewLocal::new());
}
