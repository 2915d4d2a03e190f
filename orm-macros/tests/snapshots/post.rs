///What an insert of a `Post` needs.
#[derive(Debug)]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    deprecated,
    missing_copy_implementations,
    missing_debug_implementations,
    non_local_definitions,
    non_upper_case_globals,
    private_bounds,
    private_interfaces,
    unreachable_pub,
    unused_qualifications
)]
pub(crate) struct NewPost {
    ///The column `id`.
    pub id: ::orm::private::Option<i64>,
    ///The foreign key `author`.
    pub author: ForeignKey<User>,
    ///The foreign key `parent`.
    pub parent: Option<ForeignKey<Post>>,
    ///The column `likes`.
    pub likes: i32,
    ///The column `published_at`.
    pub published_at: Option<DateTime<Utc>>,
    ///The column `state`.
    pub state: State,
}
///What an update of a `Post` changes: what is `None` stays.
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    deprecated,
    missing_copy_implementations,
    missing_debug_implementations,
    non_local_definitions,
    non_upper_case_globals,
    private_bounds,
    private_interfaces,
    unreachable_pub,
    unused_qualifications
)]
pub(crate) struct PostPatch {
    ///The foreign key `author`.
    pub author: ::orm::private::Option<ForeignKey<User>>,
    ///The foreign key `parent`.
    pub parent: ::orm::private::Option<Option<ForeignKey<Post>>>,
    ///The column `likes`.
    pub likes: ::orm::private::Option<i32>,
    ///The column `published_at`.
    pub published_at: ::orm::private::Option<Option<DateTime<Utc>>>,
    ///The column `state`.
    pub state: ::orm::private::Option<State>,
}
#[doc(hidden)]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    deprecated,
    missing_copy_implementations,
    missing_debug_implementations,
    non_local_definitions,
    non_upper_case_globals,
    private_bounds,
    private_interfaces,
    unreachable_pub,
    unused_qualifications
)]
const _: () = {
    use ::orm::private as __orm;
    const _: () = __orm::assert!(
        ! < State as __orm::FieldType > ::REFERENCE,
        "`state` is a foreign key by another name: write `ForeignKey<..>` itself"
    );
    const _: () = __orm::assert!(
        ! __orm::has_digits(__COLUMNS_5),
        "`state` is a decimal: write `#[field(precision = 10, scale = 2)]`"
    );
    const __COLUMNS_1: &[__orm::ColumnDef] = {
        const __KEY: &[__orm::ColumnDef] = <User as __orm::KeyColumns>::KEY;
        const __NAMES: &[__orm::u8] = &__orm::reference_names::<
            { __orm::reference_names_len("author", __orm::None, __KEY) },
        >("author", __orm::None, __KEY);
        &__orm::reference_columns::<
            { __KEY.len() },
        >(
            "author_id",
            false,
            __NAMES,
            __KEY,
            <ForeignKey<User> as __orm::FieldType>::NULLABLE,
        )
    };
    const __COLUMNS_2: &[__orm::ColumnDef] = {
        const __KEY: &[__orm::ColumnDef] = <Post as __orm::KeyColumns>::KEY;
        const __NAMES: &[__orm::u8] = &__orm::reference_names::<
            { __orm::reference_names_len("parent", __orm::None, __KEY) },
        >("parent", __orm::None, __KEY);
        &__orm::reference_columns::<
            { __KEY.len() },
        >(
            "parent_id",
            false,
            __NAMES,
            __KEY,
            <Option<ForeignKey<Post>> as __orm::FieldType>::NULLABLE,
        )
    };
    const __COLUMNS_5: &[__orm::ColumnDef] = {
        __orm::assert!(
            ! < State as __orm::FieldType > ::TYPES.is_empty(),
            "`state` is an embedded struct: write `#[field(embed)]`"
        );
        &[
            __orm::ColumnDef::new(
                "state",
                <State as __orm::FieldType>::TYPES,
                <State as __orm::FieldType>::NULLABLE,
            ),
        ]
    };
    static __FIELDS: [__orm::Field; 6usize] = [
        __orm::Field::new("id", &[__orm::ColumnDef::of::<i64>("id")])
            .auto(__orm::AutoValue::Increment),
        __orm::Field::new("author", __COLUMNS_1)
            .reference(__orm::Reference {
                target: __orm::table::<User>,
                path: <User as __orm::KeyColumns>::PATH,
                to: __orm::None,
                on_delete: __orm::Action::Cascade,
                on_update: __orm::Action::NoAction,
            }),
        __orm::Field::new("parent", __COLUMNS_2)
            .reference(__orm::Reference {
                target: __orm::table::<Post>,
                path: <Post as __orm::KeyColumns>::PATH,
                to: __orm::None,
                on_delete: __orm::Action::SetNull,
                on_update: __orm::Action::NoAction,
            }),
        __orm::Field::new("likes", &[__orm::ColumnDef::of::<i32>("likes")])
            .default(__orm::DefaultValue::Literal(__orm::Literal::Int(0))),
        __orm::Field::new(
            "published_at",
            &[__orm::ColumnDef::of::<Option<DateTime<Utc>>>("published_at")],
        ),
        __orm::Field::new("state", __COLUMNS_5),
    ];
    static __TABLE: __orm::Table = __orm::Table {
        model: "Post",
        module: __orm::module_path!(),
        package: __orm::env!("CARGO_PKG_NAME"),
        version: __orm::env!("CARGO_PKG_VERSION"),
        name: "posts",
        meta: __orm::MetaDef::EMPTY,
        fields: &__FIELDS,
        primary_key: &[&__FIELDS[0usize]],
        indexes: &[
            __orm::Index {
                parts: &[
                    __orm::IndexPart {
                        of: __orm::IndexOf::Field(&__FIELDS[1usize]),
                        descending: false,
                    },
                    __orm::IndexPart {
                        of: __orm::IndexOf::Field(&__FIELDS[4usize]),
                        descending: true,
                    },
                ],
                ..__orm::Index::EMPTY
            },
        ],
        ..__orm::Table::EMPTY
    };
    #[automatically_derived]
    impl __orm::KeyColumns for Post {
        const KEY: &'static [__orm::ColumnDef] = &[__orm::ColumnDef::of::<i64>("id")];
        const PATH: &'static __orm::str = __orm::concat!(
            __orm::module_path!(), "::Post"
        );
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Model for Post {
        type Key = <i64 as __orm::FieldType>::Selected;
        type New = NewPost;
        type Patch = PostPatch;
        const TABLE: &'static __orm::Table = &__TABLE;
        fn key(&self) -> Self::Key {
            <i64 as __orm::DbValue>::to_selected(&self.id)
        }
        fn row_values(&self) -> __orm::Vec<__orm::Value> {
            __orm::Vec::from([
                <i64 as __orm::FieldType>::field_value(&self.id),
                <ForeignKey<User> as __orm::FieldType>::field_value(&self.author),
                <Option<
                    ForeignKey<Post>,
                > as __orm::FieldType>::field_value(&self.parent),
                <i32 as __orm::FieldType>::field_value(&self.likes),
                <Option<
                    DateTime<Utc>,
                > as __orm::FieldType>::field_value(&self.published_at),
                <State as __orm::FieldType>::field_value(&self.state),
            ])
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Decode for Post {
        const WIDTH: __orm::usize = <i64 as __orm::FieldType>::WIDTH
            + <ForeignKey<User> as __orm::FieldType>::WIDTH
            + <Option<ForeignKey<Post>> as __orm::FieldType>::WIDTH
            + <i32 as __orm::FieldType>::WIDTH
            + <Option<DateTime<Utc>> as __orm::FieldType>::WIDTH
            + <State as __orm::FieldType>::WIDTH;
        const NAMED: __orm::Option<__orm::Named> = __orm::Some(__orm::named::<Self>());
        fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(Self {
                id: <i64 as __orm::FieldType>::read(__row)?,
                author: <ForeignKey<User> as __orm::FieldType>::read(__row)?,
                parent: <Option<ForeignKey<Post>> as __orm::FieldType>::read(__row)?,
                likes: <i32 as __orm::FieldType>::read(__row)?,
                published_at: <Option<DateTime<Utc>> as __orm::FieldType>::read(__row)?,
                state: <State as __orm::FieldType>::read(__row)?,
            })
        }
        fn decode_nullable(
            __row: &mut __orm::Cursor<'_>,
        ) -> __orm::Result<__orm::Option<Self>> {
            if __row.is_null(0) {
                __row.skip(<Self as __orm::Decode>::WIDTH);
                return __orm::Ok(__orm::None);
            }
            __orm::Ok(__orm::Some(<Self as __orm::Decode>::decode(__row)?))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Single for Post {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::ListOf<__orm::ForeignKey<Post>> for Post {}
    #[automatically_derived]
    impl Post {
        ///The column `id`.
        pub(crate) const id: __orm::Column<Post, i64> = __orm::Column::new(
            &__FIELDS[0usize],
        );
        ///The foreign key `author`.
        pub(crate) const author: __orm::Column<Post, ForeignKey<User>> = __orm::Column::new(
            &__FIELDS[1usize],
        );
        ///The foreign key `parent`.
        const parent: __orm::Column<Post, Option<ForeignKey<Post>>> = __orm::Column::new(
            &__FIELDS[2usize],
        );
        ///The column `likes`.
        const likes: __orm::Column<Post, i32> = __orm::Column::new(&__FIELDS[3usize]);
        ///The column `published_at`.
        const published_at: __orm::Column<Post, Option<DateTime<Utc>>> = __orm::Column::new(
            &__FIELDS[4usize],
        );
        ///The column `state`.
        const state: __orm::Column<Post, State> = __orm::Column::new(&__FIELDS[5usize]);
    }
    const _: () = __orm::assert!(
        __orm::same_crate(< User as __orm::KeyColumns > ::PATH, < Post as
        __orm::KeyColumns > ::PATH,),
        "`User` is of another crate, which gets no accessor from here: remove `related_name` and write `Post::author.reverse()`"
    );
    #[automatically_derived]
    impl User {
        ///The rows of `Post` that refer to this one by `author`.
        pub(crate) const posts: __orm::Relation<User, Post, __orm::Many> = __orm::Relation::new(
            "posts",
            &__FIELDS[1usize],
        );
    }
    #[automatically_derived]
    impl NewPost {
        /// With every value that must be given.
        #[must_use]
        pub fn new(
            author: impl __orm::Into<ForeignKey<User>>,
            state: impl __orm::Into<State>,
        ) -> Self {
            Self {
                id: __orm::None,
                author: __orm::Into::into(author),
                parent: __orm::None,
                likes: 0,
                published_at: __orm::None,
                state: __orm::Into::into(state),
            }
        }
        ///The column `id`.
        #[must_use]
        pub fn id(mut self, id: impl __orm::IntoNullable<i64>) -> Self {
            self.id = __orm::IntoNullable::into_nullable(id);
            self
        }
        ///The foreign key `parent`.
        #[must_use]
        pub fn parent(
            mut self,
            parent: impl __orm::IntoNullable<ForeignKey<Post>>,
        ) -> Self {
            self.parent = __orm::IntoNullable::into_nullable(parent);
            self
        }
        ///The column `likes`.
        #[must_use]
        pub fn likes(mut self, likes: i32) -> Self {
            self.likes = likes;
            self
        }
        ///The column `published_at`.
        #[must_use]
        pub fn published_at(
            mut self,
            published_at: impl __orm::IntoNullable<DateTime<Utc>>,
        ) -> Self {
            self.published_at = __orm::IntoNullable::into_nullable(published_at);
            self
        }
    }
    #[automatically_derived]
    impl __orm::From<Post> for NewPost {
        fn from(__row: Post) -> Self {
            Self {
                id: __orm::Some(__row.id),
                author: __row.author,
                parent: __row.parent,
                likes: __row.likes,
                published_at: __row.published_at,
                state: __row.state,
            }
        }
    }
    #[automatically_derived]
    impl __orm::Insert<Post> for NewPost {
        fn values(self, __out: &mut __orm::Values) {
            match self.id {
                __orm::Some(__value) => {
                    __out.set(<i64 as __orm::FieldType>::into_field_value(__value))
                }
                __orm::None => __out.skip(),
            }
            __out
                .set(
                    <ForeignKey<User> as __orm::FieldType>::into_field_value(self.author),
                );
            __out
                .set(
                    <Option<
                        ForeignKey<Post>,
                    > as __orm::FieldType>::into_field_value(self.parent),
                );
            __out.set(<i32 as __orm::FieldType>::into_field_value(self.likes));
            __out
                .set(
                    <Option<
                        DateTime<Utc>,
                    > as __orm::FieldType>::into_field_value(self.published_at),
                );
            __out.set(<State as __orm::FieldType>::into_field_value(self.state));
        }
    }
    #[automatically_derived]
    impl __orm::Default for PostPatch {
        fn default() -> Self {
            Self {
                author: __orm::None,
                parent: __orm::None,
                likes: __orm::None,
                published_at: __orm::None,
                state: __orm::None,
            }
        }
    }
    #[automatically_derived]
    impl PostPatch {
        ///The foreign key `author`.
        #[must_use]
        pub fn author(mut self, author: impl __orm::Into<ForeignKey<User>>) -> Self {
            self.author = __orm::Some(__orm::Into::into(author));
            self
        }
        ///The foreign key `parent`.
        #[must_use]
        pub fn parent(
            mut self,
            parent: impl __orm::IntoNullable<ForeignKey<Post>>,
        ) -> Self {
            self.parent = __orm::Some(__orm::IntoNullable::into_nullable(parent));
            self
        }
        ///The column `likes`.
        #[must_use]
        pub fn likes(mut self, likes: i32) -> Self {
            self.likes = __orm::Some(likes);
            self
        }
        ///The column `published_at`.
        #[must_use]
        pub fn published_at(
            mut self,
            published_at: impl __orm::IntoNullable<DateTime<Utc>>,
        ) -> Self {
            self.published_at = __orm::Some(
                __orm::IntoNullable::into_nullable(published_at),
            );
            self
        }
        ///The column `state`.
        #[must_use]
        pub fn state(mut self, state: impl __orm::Into<State>) -> Self {
            self.state = __orm::Some(__orm::Into::into(state));
            self
        }
    }
    #[automatically_derived]
    impl __orm::Patch<Post> for PostPatch {
        fn values(self, __out: &mut __orm::Vec<(&'static __orm::Field, __orm::Value)>) {
            if let __orm::Some(__value) = self.author {
                __out
                    .push((
                        &__FIELDS[1usize],
                        <ForeignKey<User> as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.parent {
                __out
                    .push((
                        &__FIELDS[2usize],
                        <Option<
                            ForeignKey<Post>,
                        > as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.likes {
                __out
                    .push((
                        &__FIELDS[3usize],
                        <i32 as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.published_at {
                __out
                    .push((
                        &__FIELDS[4usize],
                        <Option<
                            DateTime<Utc>,
                        > as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.state {
                __out
                    .push((
                        &__FIELDS[5usize],
                        <State as __orm::FieldType>::into_field_value(__value),
                    ));
            }
        }
    }
    __orm::inventory::submit! {
        __orm::Registered(|| & __TABLE)
    }
};
