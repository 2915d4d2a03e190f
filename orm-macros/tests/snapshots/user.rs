///What an insert of a `User` needs.
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
pub struct NewUser {
    /// How the user signs in.
    pub username: String,
    ///The column of `age`.
    pub age: Option<i32>,
    ///The column of `balance`.
    pub balance: Decimal,
}
///What an update of a `User` changes: what is `None` stays.
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
pub struct UserPatch {
    /// How the user signs in.
    pub username: ::orm::private::Option<String>,
    ///The column of `age`.
    pub age: ::orm::private::Option<Option<i32>>,
    ///The column of `balance`.
    pub balance: ::orm::private::Option<Decimal>,
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
    const __META: __orm::MetaDef = __orm::MetaDef::EMPTY
        .extends(<AppMeta as __orm::Meta>::DEF);
    static __FIELDS: [__orm::Field; 5usize] = [
        __orm::Field::new(
                "id",
                &[
                    __orm::ColumnDef::of::<
                        i64,
                    >(__META.naming.column(&["id", "id", "id", "Id", "ID"])),
                ],
            )
            .auto(__orm::AutoValue::Increment),
        __orm::Field::new(
                "username",
                &[
                    __orm::ColumnDef::of::<
                        String,
                    >(
                            __META
                                .naming
                                .column(
                                    &[
                                        "username",
                                        "username",
                                        "username",
                                        "Username",
                                        "USERNAME",
                                    ],
                                ),
                        )
                        .max_length(80),
                ],
            )
            .doc("How the user signs in.")
            .unique(),
        __orm::Field::new(
            "age",
            &[
                __orm::ColumnDef::of::<
                    Option<i32>,
                >(__META.naming.column(&["age", "age", "age", "Age", "AGE"])),
            ],
        ),
        __orm::Field::new(
                "balance",
                &[
                    __orm::ColumnDef::of::<
                        Decimal,
                    >(
                            __META
                                .naming
                                .column(
                                    &["balance", "balance", "balance", "Balance", "BALANCE"],
                                ),
                        )
                        .precision(10, 2),
                ],
            )
            .default(__orm::DefaultValue::Expression("Decimal::ZERO")),
        __orm::Field::new(
                "created_at",
                &[
                    __orm::ColumnDef::of::<
                        DateTime<Utc>,
                    >(
                        __META
                            .naming
                            .column(
                                &[
                                    "created_at",
                                    "created_at",
                                    "createdAt",
                                    "CreatedAt",
                                    "CREATED_AT",
                                ],
                            ),
                    ),
                ],
            )
            .auto(__orm::AutoValue::NowOnInsert),
    ];
    static __ORDERING: [__orm::OrderPart; __orm::shared::ordering_len(&__META)] = __orm::shared::ordering(
        &__META,
        &__FIELDS,
    );
    static __PARTS: [__orm::IndexPart; __orm::shared::parts_len(&__META)] = __orm::shared::parts(
        &__META,
        &__FIELDS,
    );
    static __INCLUDED: [&'static __orm::Field; __orm::shared::included_len(&__META)] = __orm::shared::included(
        &__META,
        &__FIELDS,
    );
    static __INDEXES: [__orm::Index; 0usize + __orm::shared::indexes_len(&__META)] = __orm::shared::indexes(
        &[],
        &__META,
        &__FIELDS,
        &__PARTS,
        &__INCLUDED,
    );
    static __CHECKS: [__orm::Check; 0usize + __orm::shared::checks_len(&__META)] = __orm::shared::checks(
        &[],
        &__META,
        &__FIELDS,
    );
    const _: () = {
        const __FAULT: __orm::shared::Fault = __orm::shared::fault(
            &__META,
            &__FIELDS,
            &[&__FIELDS[0usize]],
        );
        const __TEXT: &[__orm::u8] = &__orm::shared::message::<
            { __orm::shared::message_len("User", "AppMeta", __FAULT) },
        >("User", "AppMeta", __FAULT);
        __orm::assert!(__FAULT.is_none(), "{}", __orm::shared::text(__TEXT));
    };
    static __TABLE: __orm::Table = __orm::Table {
        model: "User",
        module: __orm::module_path!(),
        package: __orm::env!("CARGO_PKG_NAME"),
        version: __orm::env!("CARGO_PKG_VERSION"),
        doc: "A user.",
        name: "users",
        meta: __META,
        fields: &__FIELDS,
        primary_key: &[&__FIELDS[0usize]],
        indexes: &__INDEXES,
        ordering: &__ORDERING,
        checks: &__CHECKS,
        ..__orm::Table::EMPTY
    };
    #[automatically_derived]
    impl __orm::KeyColumns for User {
        const KEY: &'static [__orm::ColumnDef] = &[
            __orm::ColumnDef::of::<
                i64,
            >(__META.naming.column(&["id", "id", "id", "Id", "ID"])),
        ];
        const PATH: &'static __orm::str = __orm::concat!(
            __orm::module_path!(), "::User"
        );
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Model for User {
        type Key = <i64 as __orm::FieldType>::Selected;
        type New = NewUser;
        type Patch = UserPatch;
        const TABLE: &'static __orm::Table = &__TABLE;
        fn key(&self) -> Self::Key {
            <i64 as __orm::DbValue>::to_selected(&self.id)
        }
        fn row_values(&self) -> __orm::Vec<__orm::Value> {
            __orm::Vec::from([
                <i64 as __orm::FieldType>::field_value(&self.id),
                <String as __orm::FieldType>::field_value(&self.username),
                <Option<i32> as __orm::FieldType>::field_value(&self.age),
                <Decimal as __orm::FieldType>::field_value(&self.balance),
                <DateTime<Utc> as __orm::FieldType>::field_value(&self.created_at),
            ])
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Decode for User {
        const WIDTH: __orm::usize = <i64 as __orm::FieldType>::WIDTH
            + <String as __orm::FieldType>::WIDTH
            + <Option<i32> as __orm::FieldType>::WIDTH
            + <Decimal as __orm::FieldType>::WIDTH
            + <DateTime<Utc> as __orm::FieldType>::WIDTH;
        const NAMED: __orm::Option<__orm::Named> = __orm::Some(__orm::named::<Self>());
        fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(Self {
                id: <i64 as __orm::FieldType>::read(__row)?,
                username: <String as __orm::FieldType>::read(__row)?,
                age: <Option<i32> as __orm::FieldType>::read(__row)?,
                balance: <Decimal as __orm::FieldType>::read(__row)?,
                created_at: <DateTime<Utc> as __orm::FieldType>::read(__row)?,
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
    impl __orm::Single for User {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::ListOf<__orm::ForeignKey<User>> for User {}
    #[automatically_derived]
    impl User {
        ///The column of `id`.
        pub const id: __orm::Column<User, i64> = __orm::Column::new(&__FIELDS[0usize]);
        /// How the user signs in.
        pub const username: __orm::Column<User, String> = __orm::Column::new(
            &__FIELDS[1usize],
        );
        ///The column of `age`.
        pub const age: __orm::Column<User, Option<i32>> = __orm::Column::new(
            &__FIELDS[2usize],
        );
        ///The column of `balance`.
        pub const balance: __orm::Column<User, Decimal> = __orm::Column::new(
            &__FIELDS[3usize],
        );
        ///The column of `created_at`.
        pub const created_at: __orm::Column<User, DateTime<Utc>> = __orm::Column::new(
            &__FIELDS[4usize],
        );
    }
    #[automatically_derived]
    impl NewUser {
        /// With every value that must be given.
        #[must_use]
        pub fn new(username: impl __orm::Into<String>) -> Self {
            Self {
                username: __orm::Into::into(username),
                age: __orm::None,
                balance: Self::__default_balance(),
            }
        }
        ///The column of `age`.
        #[must_use]
        pub fn age(mut self, age: impl __orm::IntoNullable<i32>) -> Self {
            self.age = __orm::IntoNullable::into_nullable(age);
            self
        }
        ///The column of `balance`.
        #[must_use]
        pub fn balance(mut self, balance: impl __orm::Into<Decimal>) -> Self {
            self.balance = __orm::Into::into(balance);
            self
        }
        fn __default_balance() -> Decimal {
            Decimal::ZERO
        }
    }
    #[automatically_derived]
    impl __orm::From<User> for NewUser {
        fn from(__row: User) -> Self {
            Self {
                username: __row.username,
                age: __row.age,
                balance: __row.balance,
            }
        }
    }
    #[automatically_derived]
    impl __orm::Insert<User> for NewUser {
        fn values(self, __out: &mut __orm::Values) {
            __out.skip();
            __out.set(<String as __orm::FieldType>::into_field_value(self.username));
            __out.set(<Option<i32> as __orm::FieldType>::into_field_value(self.age));
            __out.set(<Decimal as __orm::FieldType>::into_field_value(self.balance));
            __out.skip();
        }
    }
    #[automatically_derived]
    impl __orm::Default for UserPatch {
        fn default() -> Self {
            Self {
                username: __orm::None,
                age: __orm::None,
                balance: __orm::None,
            }
        }
    }
    #[automatically_derived]
    impl __orm::Patch<User> for UserPatch {
        fn values(self, __out: &mut __orm::Vec<(&'static __orm::Field, __orm::Value)>) {
            if let __orm::Some(__value) = self.username {
                __out
                    .push((
                        &__FIELDS[1usize],
                        <String as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.age {
                __out
                    .push((
                        &__FIELDS[2usize],
                        <Option<i32> as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.balance {
                __out
                    .push((
                        &__FIELDS[3usize],
                        <Decimal as __orm::FieldType>::into_field_value(__value),
                    ));
            }
        }
    }
    __orm::inventory::submit! {
        __orm::Registered(|| & __TABLE)
    }
};
