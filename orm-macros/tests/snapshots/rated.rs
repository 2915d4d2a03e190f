///What an insert of a `Rated` needs.
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
struct NewRated {
    ///The column `author`.
    pub author: i64,
    ///The column `state`.
    pub state: String,
    ///The column `likes`.
    pub likes: i32,
}
///What an update of a `Rated` changes: what is `None` stays.
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
struct RatedPatch {
    ///The column `author`.
    pub author: ::orm::private::Option<i64>,
    ///The column `state`.
    pub state: ::orm::private::Option<String>,
    ///The column `likes`.
    pub likes: ::orm::private::Option<i32>,
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
    const _: &[i32] = &[-1, 1];
    static __FIELDS: [__orm::Field; 5usize] = [
        __orm::Field::new("id", &[__orm::ColumnDef::of::<i64>("id")])
            .auto(__orm::AutoValue::Increment),
        __orm::Field::new("author", &[__orm::ColumnDef::of::<i64>("author")]),
        __orm::Field::new(
                "state",
                &[__orm::ColumnDef::of::<String>("state").max_length(9)],
            )
            .choices(&[__orm::Literal::Text("open"), __orm::Literal::Text("shut")]),
        __orm::Field::new("likes", &[__orm::ColumnDef::of::<i32>("likes")])
            .choices(&[__orm::Literal::Int(-1), __orm::Literal::Int(1)]),
        __orm::Field::new("doubled", &[__orm::ColumnDef::of::<i32>("doubled")])
            .generated(__orm::Generated {
                value: __orm::SchemaExpr::new(|| __orm::generated_value::<
                    Rated,
                    i32,
                    _,
                >(Rated::likes * 2)),
                stored: false,
            }),
    ];
    static __TABLE: __orm::Table = __orm::Table {
        model: "Rated",
        module: __orm::module_path!(),
        package: __orm::env!("CARGO_PKG_NAME"),
        version: __orm::env!("CARGO_PKG_VERSION"),
        name: "rated",
        meta: __orm::MetaDef::EMPTY,
        fields: &__FIELDS,
        primary_key: &[&__FIELDS[0usize]],
        indexes: &[
            __orm::Index {
                parts: &[
                    __orm::IndexPart {
                        of: __orm::IndexOf::Field(&__FIELDS[1usize]),
                        descending: true,
                    },
                ],
                condition: __orm::Some(
                    __orm::SchemaExpr::new(|| __orm::schema_condition::<
                        Rated,
                        _,
                    >(Rated::state.eq("open"))),
                ),
                ..__orm::Index::EMPTY
            },
            __orm::Index {
                parts: &[
                    __orm::IndexPart {
                        of: __orm::IndexOf::Expression(
                            __orm::SchemaExpr::new(|| __orm::schema_value::<
                                Rated,
                                _,
                            >(Rated::likes + 1)),
                        ),
                        descending: false,
                    },
                ],
                unique: true,
                ..__orm::Index::EMPTY
            },
            __orm::Index {
                parts: &[
                    __orm::IndexPart {
                        of: __orm::IndexOf::Field(&__FIELDS[2usize]),
                        descending: false,
                    },
                ],
                method: __orm::IndexMethod::Hash,
                include: &[&__FIELDS[3usize]],
                ..__orm::Index::EMPTY
            },
        ],
        checks: &[
            __orm::Check::new(
                    __orm::SchemaExpr::new(|| __orm::schema_condition::<
                        Rated,
                        _,
                    >(Rated::likes.ge(0))),
                )
                .name("likes_ck"),
            __orm::Check::new(
                __orm::SchemaExpr::new(|| __orm::schema_condition::<
                    Rated,
                    _,
                >(Rated::likes.ne(0))),
            ),
        ],
        ..__orm::Table::EMPTY
    };
    #[automatically_derived]
    impl __orm::KeyColumns for Rated {
        const KEY: &'static [__orm::ColumnDef] = &[__orm::ColumnDef::of::<i64>("id")];
        const PATH: &'static __orm::str = __orm::concat!(
            __orm::module_path!(), "::Rated"
        );
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Model for Rated {
        type Key = <i64 as __orm::FieldType>::Selected;
        type New = NewRated;
        type Patch = RatedPatch;
        const TABLE: &'static __orm::Table = &__TABLE;
        fn key(&self) -> Self::Key {
            <i64 as __orm::DbValue>::to_selected(&self.id)
        }
        fn row_values(&self) -> __orm::Vec<__orm::Value> {
            __orm::Vec::from([
                <i64 as __orm::FieldType>::field_value(&self.id),
                <i64 as __orm::FieldType>::field_value(&self.author),
                <String as __orm::FieldType>::field_value(&self.state),
                <i32 as __orm::FieldType>::field_value(&self.likes),
                <i32 as __orm::FieldType>::field_value(&self.doubled),
            ])
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Decode for Rated {
        const WIDTH: __orm::usize = <i64 as __orm::FieldType>::WIDTH
            + <i64 as __orm::FieldType>::WIDTH + <String as __orm::FieldType>::WIDTH
            + <i32 as __orm::FieldType>::WIDTH + <i32 as __orm::FieldType>::WIDTH;
        const NAMED: __orm::Option<__orm::Named> = __orm::Some(__orm::named::<Self>());
        fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(Self {
                id: <i64 as __orm::FieldType>::read(__row)?,
                author: <i64 as __orm::FieldType>::read(__row)?,
                state: <String as __orm::FieldType>::read(__row)?,
                likes: <i32 as __orm::FieldType>::read(__row)?,
                doubled: <i32 as __orm::FieldType>::read(__row)?,
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
    impl __orm::Single for Rated {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::ListOf<__orm::ForeignKey<Rated>> for Rated {}
    #[automatically_derived]
    impl Rated {
        ///The column `id`.
        const id: __orm::Column<Rated, i64> = __orm::Column::new(&__FIELDS[0usize]);
        ///The column `author`.
        const author: __orm::Column<Rated, i64> = __orm::Column::new(&__FIELDS[1usize]);
        ///The column `state`.
        const state: __orm::Column<Rated, String> = __orm::Column::new(
            &__FIELDS[2usize],
        );
        ///The column `likes`.
        const likes: __orm::Column<Rated, i32> = __orm::Column::new(&__FIELDS[3usize]);
        ///The column `doubled`.
        const doubled: __orm::Column<Rated, i32> = __orm::Column::new(&__FIELDS[4usize]);
    }
    #[automatically_derived]
    impl NewRated {
        /// With every value that must be given.
        #[must_use]
        pub fn new(author: i64, state: impl __orm::Into<String>, likes: i32) -> Self {
            Self {
                author: author,
                state: __orm::Into::into(state),
                likes: likes,
            }
        }
    }
    #[automatically_derived]
    impl __orm::From<Rated> for NewRated {
        fn from(__row: Rated) -> Self {
            Self {
                author: __row.author,
                state: __row.state,
                likes: __row.likes,
            }
        }
    }
    #[automatically_derived]
    impl __orm::Insert<Rated> for NewRated {
        fn values(self, __out: &mut __orm::Values) {
            __out.skip();
            __out.set(<i64 as __orm::FieldType>::into_field_value(self.author));
            __out.set(<String as __orm::FieldType>::into_field_value(self.state));
            __out.set(<i32 as __orm::FieldType>::into_field_value(self.likes));
            __out.skip();
        }
    }
    #[automatically_derived]
    impl __orm::Default for RatedPatch {
        fn default() -> Self {
            Self {
                author: __orm::None,
                state: __orm::None,
                likes: __orm::None,
            }
        }
    }
    #[automatically_derived]
    impl __orm::Patch<Rated> for RatedPatch {
        fn values(self, __out: &mut __orm::Vec<(&'static __orm::Field, __orm::Value)>) {
            if let __orm::Some(__value) = self.author {
                __out
                    .push((
                        &__FIELDS[1usize],
                        <i64 as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.state {
                __out
                    .push((
                        &__FIELDS[2usize],
                        <String as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.likes {
                __out
                    .push((
                        &__FIELDS[3usize],
                        <i32 as __orm::FieldType>::into_field_value(__value),
                    ));
            }
        }
    }
    __orm::inventory::submit! {
        __orm::Registered(|| & __TABLE)
    }
};
