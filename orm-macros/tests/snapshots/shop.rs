///What an insert of a `Shop` needs.
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
struct NewShop
where
    for<'__embed> Address: ::orm::private::Embed,
    for<'__embed> Stamps: ::orm::private::Embed,
{
    ///The embedded `Address`.
    pub home: <Address as ::orm::private::Embed>::New,
    ///The embedded `Stamps`.
    pub stamps: <Stamps as ::orm::private::Embed>::New,
    ///The column `open`.
    pub open: bool,
    ///The embedded `Address`.
    pub other: ::orm::private::Option<<Address as ::orm::private::Embed>::New>,
}
///What an update of a `Shop` changes: what is `None` stays.
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
struct ShopPatch
where
    for<'__embed> Address: ::orm::private::Embed,
    for<'__embed> Stamps: ::orm::private::Embed,
{
    ///The embedded `Address`.
    pub home: ::orm::private::Option<<Address as ::orm::private::Embed>::Patch>,
    ///The embedded `Stamps`.
    pub stamps: ::orm::private::Option<<Stamps as ::orm::private::Embed>::Patch>,
    ///The column `open`.
    pub open: ::orm::private::Option<bool>,
    ///The embedded `Address`.
    pub other: ::orm::private::Option<
        ::orm::private::Option<<Address as ::orm::private::Embed>::Patch>,
    >,
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
    const __EMBED_1: &[__orm::Field] = {
        const __OF: &[__orm::Field] = <Address as __orm::Embed>::FIELDS;
        const __NAMES: &[__orm::u8] = &__orm::embed_names::<
            { __orm::embed_names_len("home", "home_", false, __orm::None, __OF) },
        >("home", "home_", false, __orm::None, __OF);
        const __COLUMNS: &[__orm::ColumnDef] = &__orm::embed_columns::<
            { __orm::embed_width(__OF) },
        >(__NAMES, __OF, false, false);
        &__orm::embed_fields::<{ __OF.len() }>(__NAMES, __COLUMNS, "home", __OF, false)
    };
    const _: () = __orm::assert!(
        __orm::are_short(__EMBED_1),
        "a column of `home` has a name of more than 63 bytes: write a shorter `prefix = \"..\"`"
    );
    const __EMBED_2: &[__orm::Field] = {
        const __OF: &[__orm::Field] = <Stamps as __orm::Embed>::FIELDS;
        const __NAMES: &[__orm::u8] = &__orm::embed_names::<
            { __orm::embed_names_len("stamps", "", true, __orm::None, __OF) },
        >("stamps", "", true, __orm::None, __OF);
        const __COLUMNS: &[__orm::ColumnDef] = &__orm::embed_columns::<
            { __orm::embed_width(__OF) },
        >(__NAMES, __OF, false, false);
        &__orm::embed_fields::<{ __OF.len() }>(__NAMES, __COLUMNS, "stamps", __OF, false)
    };
    const _: () = __orm::assert!(
        __orm::are_short(__EMBED_2),
        "a column of `stamps` has a name of more than 63 bytes: write a shorter `prefix = \"..\"`"
    );
    const __EMBED_4: &[__orm::Field] = {
        const __OF: &[__orm::Field] = <Address as __orm::Embed>::FIELDS;
        const __NAMES: &[__orm::u8] = &__orm::embed_names::<
            { __orm::embed_names_len("other", "other_", false, __orm::None, __OF) },
        >("other", "other_", false, __orm::None, __OF);
        const __COLUMNS: &[__orm::ColumnDef] = &__orm::embed_columns::<
            { __orm::embed_width(__OF) },
        >(__NAMES, __OF, true, false);
        &__orm::embed_fields::<{ __OF.len() }>(__NAMES, __COLUMNS, "other", __OF, true)
    };
    const _: () = __orm::assert!(
        __orm::are_short(__EMBED_4),
        "a column of `other` has a name of more than 63 bytes: write a shorter `prefix = \"..\"`"
    );
    const _: () = __orm::assert!(
        __orm::have_required(< Address as __orm::Embed > ::FIELDS),
        "`other` with nothing in it would be `None`: remove the `Option`, or give the struct a field without one"
    );
    const _: () = __orm::assert!(
        ! __orm::follow_the_clock(< Address as __orm::Embed > ::FIELDS),
        "a field of `other` follows the clock, so it is never `None`: remove the `Option`"
    );
    const __ALL: [__orm::Field; 2usize + __EMBED_1.len() + __EMBED_2.len()
        + __EMBED_4.len()] = __orm::join_fields(
        &[
            &[
                __orm::Field::new("id", &[__orm::ColumnDef::of::<i64>("id")])
                    .auto(__orm::AutoValue::Increment),
            ],
            __EMBED_1,
            __EMBED_2,
            &[__orm::Field::new("open", &[__orm::ColumnDef::of::<bool>("open")])],
            __EMBED_4,
        ],
    );
    static __FIELDS: [__orm::Field; 2usize + __EMBED_1.len() + __EMBED_2.len()
        + __EMBED_4.len()] = __ALL;
    const _: () = __orm::assert!(
        __orm::are_distinct(& __ALL, 1usize, __EMBED_1.len()),
        "another field has a column of `home` already: write another `prefix = \"..\"`"
    );
    const _: () = __orm::assert!(
        __orm::are_distinct(& __ALL, 1usize + __EMBED_1.len(), __EMBED_2.len()),
        "another field has a column of `stamps` already: write another `prefix = \"..\"`"
    );
    const _: () = __orm::assert!(
        __orm::are_distinct(& __ALL, 1usize + __EMBED_1.len() + __EMBED_2.len(), 1),
        "an embedded struct has the column `open` already: write another `column = \"..\"`"
    );
    const _: () = __orm::assert!(
        __orm::are_distinct(& __ALL, 2usize + __EMBED_1.len() + __EMBED_2.len(),
        __EMBED_4.len()),
        "another field has a column of `other` already: write another `prefix = \"..\"`"
    );
    const __INDEX_0_0: __orm::usize = {
        const __AT: __orm::usize = __orm::position_of(&__ALL, "home.city");
        __orm::assert!(__AT < __ALL.len(), "`Shop` has no field `home.city`");
        __orm::assert!(
            ! __orm::is_unlimited_text(& __ALL[__AT]),
            "`home.city` has an index, and text there needs a limit: write `#[field(max_length = 80)]` on `city`"
        );
        __AT
    };
    static __TABLE: __orm::Table = __orm::Table {
        model: "Shop",
        module: __orm::module_path!(),
        package: __orm::env!("CARGO_PKG_NAME"),
        version: __orm::env!("CARGO_PKG_VERSION"),
        name: "shops",
        meta: __orm::MetaDef::EMPTY,
        fields: &__FIELDS,
        primary_key: &[&__FIELDS[0usize]],
        indexes: &[
            __orm::Index {
                parts: &[
                    __orm::IndexPart {
                        of: __orm::IndexOf::Field(&__FIELDS[__INDEX_0_0]),
                        descending: false,
                    },
                    __orm::IndexPart {
                        of: __orm::IndexOf::Field(&__FIELDS[0usize]),
                        descending: true,
                    },
                ],
                ..__orm::Index::EMPTY
            },
        ],
        ..__orm::Table::EMPTY
    };
    #[automatically_derived]
    impl __orm::KeyColumns for Shop {
        const KEY: &'static [__orm::ColumnDef] = &[__orm::ColumnDef::of::<i64>("id")];
        const PATH: &'static __orm::str = __orm::concat!(
            __orm::module_path!(), "::Shop"
        );
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Model for Shop
    where
        for<'__embed> Address: __orm::Embed,
        for<'__embed> Stamps: __orm::Embed,
    {
        type Key = <i64 as __orm::FieldType>::Selected;
        type New = NewShop;
        type Patch = ShopPatch;
        const TABLE: &'static __orm::Table = &__TABLE;
        fn key(&self) -> Self::Key {
            <i64 as __orm::DbValue>::to_selected(&self.id)
        }
        fn row_values(&self) -> __orm::Vec<__orm::Value> {
            let mut __out = __orm::Vec::new();
            __out.push(<i64 as __orm::FieldType>::field_value(&self.id));
            __orm::push_parts::<
                Address,
            >(<Address as __orm::FieldType>::field_value(&self.home), &mut __out);
            __orm::push_parts::<
                Stamps,
            >(<Stamps as __orm::FieldType>::field_value(&self.stamps), &mut __out);
            __out.push(<bool as __orm::FieldType>::field_value(&self.open));
            __orm::push_parts::<
                Address,
            >(
                <Option<Address> as __orm::FieldType>::field_value(&self.other),
                &mut __out,
            );
            __out
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Decode for Shop
    where
        for<'__embed> Address: __orm::Embed,
        for<'__embed> Stamps: __orm::Embed,
    {
        const WIDTH: __orm::usize = <i64 as __orm::FieldType>::WIDTH
            + <Address as __orm::FieldType>::WIDTH + <Stamps as __orm::FieldType>::WIDTH
            + <bool as __orm::FieldType>::WIDTH
            + <Option<Address> as __orm::FieldType>::WIDTH;
        const NAMED: __orm::Option<__orm::Named> = __orm::Some(__orm::named::<Self>());
        fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(Self {
                id: <i64 as __orm::FieldType>::read(__row)?,
                home: <Address as __orm::FieldType>::read(__row)?,
                stamps: <Stamps as __orm::FieldType>::read(__row)?,
                open: <bool as __orm::FieldType>::read(__row)?,
                other: <Option<Address> as __orm::FieldType>::read(__row)?,
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
    impl __orm::Single for Shop {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::ListOf<__orm::ForeignKey<Shop>> for Shop
    where
        for<'__embed> Address: __orm::Embed,
        for<'__embed> Stamps: __orm::Embed,
    {}
    #[automatically_derived]
    impl Shop {
        ///The column `id`.
        const id: __orm::Column<Shop, i64> = __orm::Column::new(&__FIELDS[0usize]);
        ///The embedded `Address`.
        const home: __orm::Column<Shop, Address> = __orm::Column::embed(
            __orm::part(&__FIELDS, 1usize, __EMBED_1.len()),
        );
        ///The embedded `Stamps`.
        const stamps: __orm::Column<Shop, Stamps> = __orm::Column::embed(
            __orm::part(&__FIELDS, 1usize + __EMBED_1.len(), __EMBED_2.len()),
        );
        ///The column `open`.
        const open: __orm::Column<Shop, bool> = __orm::Column::new(
            &__FIELDS[1usize + __EMBED_1.len() + __EMBED_2.len()],
        );
        ///The embedded `Address`.
        const other: __orm::Column<Shop, Option<Address>> = __orm::Column::embed(
            __orm::part(
                &__FIELDS,
                2usize + __EMBED_1.len() + __EMBED_2.len(),
                __EMBED_4.len(),
            ),
        );
    }
    #[automatically_derived]
    impl NewShop
    where
        for<'__embed> Address: __orm::Embed,
        for<'__embed> Stamps: __orm::Embed,
    {
        /// With every value that must be given.
        #[must_use]
        pub fn new(
            home: impl __orm::Into<<Address as __orm::Embed>::New>,
            open: bool,
        ) -> Self {
            Self {
                home: __orm::Into::into(home),
                stamps: Self::__default_stamps(),
                open: open,
                other: __orm::None,
            }
        }
        ///The embedded `Stamps`.
        #[must_use]
        pub fn stamps(
            mut self,
            stamps: impl __orm::Into<<Stamps as __orm::Embed>::New>,
        ) -> Self {
            self.stamps = __orm::Into::into(stamps);
            self
        }
        ///The embedded `Address`.
        #[must_use]
        pub fn other(
            mut self,
            other: impl __orm::IntoNullable<<Address as __orm::Embed>::New>,
        ) -> Self {
            self.other = __orm::IntoNullable::into_nullable(other);
            self
        }
        fn __default_stamps() -> <Stamps as __orm::Embed>::New {
            ::orm::private::Default::default()
        }
    }
    #[automatically_derived]
    impl __orm::From<Shop> for NewShop
    where
        for<'__embed> Address: __orm::Embed,
        for<'__embed> Stamps: __orm::Embed,
    {
        fn from(__row: Shop) -> Self {
            Self {
                home: __orm::Into::into(__row.home),
                stamps: __orm::Into::into(__row.stamps),
                open: __row.open,
                other: __orm::Option::map(__row.other, __orm::Into::into),
            }
        }
    }
    #[automatically_derived]
    impl __orm::Insert<Shop> for NewShop
    where
        for<'__embed> Address: __orm::Embed,
        for<'__embed> Stamps: __orm::Embed,
    {
        fn values(self, __out: &mut __orm::Values) {
            __out.skip();
            __orm::embed_option::<Address>(__orm::Some(self.home), __out);
            __orm::embed_option::<Stamps>(__orm::Some(self.stamps), __out);
            __out.set(<bool as __orm::FieldType>::into_field_value(self.open));
            __orm::embed_option::<Address>(self.other, __out);
        }
    }
    #[automatically_derived]
    impl __orm::Default for ShopPatch
    where
        for<'__embed> Address: __orm::Embed,
        for<'__embed> Stamps: __orm::Embed,
    {
        fn default() -> Self {
            Self {
                home: __orm::None,
                stamps: __orm::None,
                open: __orm::None,
                other: __orm::None,
            }
        }
    }
    #[automatically_derived]
    impl __orm::Patch<Shop> for ShopPatch
    where
        for<'__embed> Address: __orm::Embed,
        for<'__embed> Stamps: __orm::Embed,
    {
        fn values(self, __out: &mut __orm::Vec<(&'static __orm::Field, __orm::Value)>) {
            if let __orm::Some(__value) = self.home {
                __orm::embed_changes::<
                    Address,
                >(
                    __orm::part(&__FIELDS, 1usize, __EMBED_1.len()),
                    __orm::Some(__value),
                    __out,
                );
            }
            if let __orm::Some(__value) = self.stamps {
                __orm::embed_changes::<
                    Stamps,
                >(
                    __orm::part(&__FIELDS, 1usize + __EMBED_1.len(), __EMBED_2.len()),
                    __orm::Some(__value),
                    __out,
                );
            }
            if let __orm::Some(__value) = self.open {
                __out
                    .push((
                        &__FIELDS[1usize + __EMBED_1.len() + __EMBED_2.len()],
                        <bool as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.other {
                __orm::embed_changes::<
                    Address,
                >(
                    __orm::part(
                        &__FIELDS,
                        2usize + __EMBED_1.len() + __EMBED_2.len(),
                        __EMBED_4.len(),
                    ),
                    __value,
                    __out,
                );
            }
        }
    }
    __orm::inventory::submit! {
        __orm::Registered(|| & __TABLE)
    }
};
