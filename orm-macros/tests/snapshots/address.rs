///What an insert of a `Address` needs.
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
pub struct NewAddress
where
    for<'__embed> Place: ::orm::private::Embed,
{
    /// Where.
    pub city: String,
    ///The foreign key `country`.
    pub country: Option<ForeignKey<Country>>,
    ///The embedded `Place`.
    pub place: ::orm::private::Option<<Place as ::orm::private::Embed>::New>,
}
///What an update of a `Address` changes: what is `None` stays.
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
pub struct AddressPatch
where
    for<'__embed> Place: ::orm::private::Embed,
{
    /// Where.
    pub city: ::orm::private::Option<String>,
    ///The foreign key `country`.
    pub country: ::orm::private::Option<Option<ForeignKey<Country>>>,
    ///The embedded `Place`.
    pub place: ::orm::private::Option<
        ::orm::private::Option<<Place as ::orm::private::Embed>::Patch>,
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
    const __COLUMNS_1: &[__orm::ColumnDef] = {
        const __KEY: &[__orm::ColumnDef] = <Country as __orm::KeyColumns>::KEY;
        const __NAMES: &[__orm::u8] = &__orm::reference_names::<
            { __orm::reference_names_len("country", __orm::None, __KEY) },
        >("country", __orm::None, __KEY);
        &__orm::reference_columns::<
            { __KEY.len() },
        >(
            "country_id",
            false,
            __NAMES,
            __KEY,
            <Option<ForeignKey<Country>> as __orm::FieldType>::NULLABLE,
        )
    };
    const __EMBED_2: &[__orm::Field] = {
        const __OF: &[__orm::Field] = <Place as __orm::Embed>::FIELDS;
        const __NAMES: &[__orm::u8] = &__orm::embed_names::<
            { __orm::embed_names_len("place", "place_", false, __orm::None, __OF) },
        >("place", "place_", false, __orm::None, __OF);
        const __COLUMNS: &[__orm::ColumnDef] = &__orm::embed_columns::<
            { __orm::embed_width(__OF) },
        >(__NAMES, __OF, true, false);
        &__orm::embed_fields::<{ __OF.len() }>(__NAMES, __COLUMNS, "place", __OF, true)
    };
    const _: () = __orm::assert!(
        __orm::are_short(__EMBED_2),
        "a column of `place` has a name of more than 63 bytes: write a shorter `prefix = \"..\"`"
    );
    const _: () = __orm::assert!(
        __orm::have_required(< Place as __orm::Embed > ::FIELDS),
        "`place` with nothing in it would be `None`: remove the `Option`, or give the struct a field without one"
    );
    const _: () = __orm::assert!(
        ! __orm::follow_the_clock(< Place as __orm::Embed > ::FIELDS),
        "a field of `place` follows the clock, so it is never `None`: remove the `Option`"
    );
    const __ALL: [__orm::Field; 3usize + __EMBED_2.len()] = __orm::join_fields(
        &[
            &[
                __orm::Field::new(
                        "city",
                        &[__orm::ColumnDef::of::<String>("city").max_length(40)],
                    )
                    .doc("Where.")
                    .index(),
                __orm::Field::new("country", __COLUMNS_1)
                    .reference(__orm::Reference {
                        target: __orm::table::<Country>,
                        path: <Country as __orm::KeyColumns>::PATH,
                        to: __orm::None,
                        on_delete: __orm::Action::NoAction,
                        on_update: __orm::Action::NoAction,
                    }),
            ],
            __EMBED_2,
            &[
                __orm::Field::new(
                        "checked",
                        &[__orm::ColumnDef::of::<DateTime<Utc>>("checked")],
                    )
                    .auto(__orm::AutoValue::Now),
            ],
        ],
    );
    static __FIELDS: [__orm::Field; 3usize + __EMBED_2.len()] = __ALL;
    const _: () = __orm::assert!(
        __orm::are_distinct(& __ALL, 2usize, __EMBED_2.len()),
        "another field has a column of `place` already: write another `prefix = \"..\"`"
    );
    const _: () = __orm::assert!(
        __orm::are_distinct(& __ALL, 2usize + __EMBED_2.len(), 1),
        "an embedded struct has the column `checked` already: write another `column = \"..\"`"
    );
    #[automatically_derived]
    impl __orm::Embed for Address
    where
        for<'__embed> Place: __orm::Embed,
    {
        type New = NewAddress;
        type Patch = AddressPatch;
        const FIELDS: &'static [__orm::Field] = &__ALL;
        fn values(__new: Self::New, __out: &mut __orm::Values) {
            __out.set(<String as __orm::FieldType>::into_field_value(__new.city));
            __out
                .set(
                    <Option<
                        ForeignKey<Country>,
                    > as __orm::FieldType>::into_field_value(__new.country),
                );
            __orm::embed_option::<Place>(__new.place, __out);
            __out.skip();
        }
        fn changes(__patch: Self::Patch, __out: &mut __orm::Values) {
            __out
                .set_opt(
                    __orm::Option::map(
                        __patch.city,
                        <String as __orm::FieldType>::into_field_value,
                    ),
                );
            __out
                .set_opt(
                    __orm::Option::map(
                        __patch.country,
                        <Option<
                            ForeignKey<Country>,
                        > as __orm::FieldType>::into_field_value,
                    ),
                );
            __orm::embed_patch::<Place>(__patch.place, __out);
            __out.skip();
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Hop<Address> for Address {
        type Lift<__T: __orm::FieldType> = __T;
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Hop<Address> for __orm::Option<Address> {
        type Lift<__T: __orm::FieldType> = __T::Nullable;
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::DbValue for Address
    where
        for<'__embed> Place: __orm::Embed,
    {
        type Selected = Self;
        const TYPES: &'static [__orm::Type] = &[];
        fn to_value(&self) -> __orm::Value {
            let mut __out = __orm::Vec::new();
            __out.push(<String as __orm::FieldType>::field_value(&self.city));
            __out
                .push(
                    <Option<
                        ForeignKey<Country>,
                    > as __orm::FieldType>::field_value(&self.country),
                );
            __orm::push_parts::<
                Place,
            >(<Option<Place> as __orm::FieldType>::field_value(&self.place), &mut __out);
            __out.push(<DateTime<Utc> as __orm::FieldType>::field_value(&self.checked));
            __orm::Value::Tuple(__out)
        }
        fn to_selected(&self) -> Self {
            __orm::Clone::clone(self)
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Decode for Address
    where
        for<'__embed> Place: __orm::Embed,
    {
        const WIDTH: __orm::usize = <String as __orm::FieldType>::WIDTH
            + <Option<ForeignKey<Country>> as __orm::FieldType>::WIDTH
            + <Option<Place> as __orm::FieldType>::WIDTH
            + <DateTime<Utc> as __orm::FieldType>::WIDTH;
        fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(Self {
                city: <String as __orm::FieldType>::read(__row)?,
                country: <Option<ForeignKey<Country>> as __orm::FieldType>::read(__row)?,
                place: <Option<Place> as __orm::FieldType>::read(__row)?,
                checked: <DateTime<Utc> as __orm::FieldType>::read(__row)?,
            })
        }
        fn decode_nullable(
            __row: &mut __orm::Cursor<'_>,
        ) -> __orm::Result<__orm::Option<Self>> {
            if __orm::all_null(__row, <Self as __orm::Decode>::WIDTH) {
                __row.skip(<Self as __orm::Decode>::WIDTH);
                return __orm::Ok(__orm::None);
            }
            __orm::Ok(__orm::Some(<Self as __orm::Decode>::decode(__row)?))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Single for Address {}
    #[automatically_derived]
    impl Address {
        /// Where.
        pub const city: __orm::Column<Address, String> = __orm::Column::new(
            &__FIELDS[0usize],
        );
        ///The foreign key `country`.
        pub const country: __orm::Column<Address, Option<ForeignKey<Country>>> = __orm::Column::new(
            &__FIELDS[1usize],
        );
        ///The embedded `Place`.
        pub const place: __orm::Column<Address, Option<Place>> = __orm::Column::embed(
            __orm::part(&__FIELDS, 2usize, __EMBED_2.len()),
        );
        ///The column `checked`.
        const checked: __orm::Column<Address, DateTime<Utc>> = __orm::Column::new(
            &__FIELDS[2usize + __EMBED_2.len()],
        );
    }
    #[automatically_derived]
    impl __orm::Default for AddressPatch
    where
        for<'__embed> Place: __orm::Embed,
    {
        fn default() -> Self {
            Self {
                city: __orm::None,
                country: __orm::None,
                place: __orm::None,
            }
        }
    }
    #[automatically_derived]
    impl __orm::From<Address> for AddressPatch
    where
        for<'__embed> Place: __orm::Embed,
    {
        fn from(__whole: Address) -> Self {
            Self {
                city: __orm::Some(__whole.city),
                country: __orm::Some(__whole.country),
                place: __orm::Some(__orm::Option::map(__whole.place, __orm::Into::into)),
            }
        }
    }
    #[automatically_derived]
    impl __orm::IntoNullable<AddressPatch> for Address
    where
        for<'__embed> Place: __orm::Embed,
    {
        fn into_nullable(self) -> __orm::Option<AddressPatch> {
            __orm::Some(__orm::Into::into(self))
        }
    }
    #[automatically_derived]
    impl __orm::From<NewAddress> for AddressPatch
    where
        for<'__embed> Place: __orm::Embed,
    {
        fn from(__whole: NewAddress) -> Self {
            Self {
                city: __orm::Some(__whole.city),
                country: __orm::Some(__whole.country),
                place: __orm::Some(__orm::Option::map(__whole.place, __orm::Into::into)),
            }
        }
    }
    #[automatically_derived]
    impl __orm::IntoNullable<AddressPatch> for NewAddress
    where
        for<'__embed> Place: __orm::Embed,
    {
        fn into_nullable(self) -> __orm::Option<AddressPatch> {
            __orm::Some(__orm::Into::into(self))
        }
    }
    #[automatically_derived]
    impl NewAddress
    where
        for<'__embed> Place: __orm::Embed,
    {
        /// With every value that must be given.
        #[must_use]
        pub fn new(city: impl __orm::Into<String>) -> Self {
            Self {
                city: __orm::Into::into(city),
                country: __orm::None,
                place: __orm::None,
            }
        }
        ///The foreign key `country`.
        #[must_use]
        pub fn country(
            mut self,
            country: impl __orm::IntoNullable<ForeignKey<Country>>,
        ) -> Self {
            self.country = __orm::IntoNullable::into_nullable(country);
            self
        }
        ///The embedded `Place`.
        #[must_use]
        pub fn place(
            mut self,
            place: impl __orm::IntoNullable<<Place as __orm::Embed>::New>,
        ) -> Self {
            self.place = __orm::IntoNullable::into_nullable(place);
            self
        }
    }
    #[automatically_derived]
    impl __orm::From<Address> for NewAddress
    where
        for<'__embed> Place: __orm::Embed,
    {
        fn from(__row: Address) -> Self {
            Self {
                city: __row.city,
                country: __row.country,
                place: __orm::Option::map(__row.place, __orm::Into::into),
            }
        }
    }
    #[automatically_derived]
    impl __orm::IntoNullable<NewAddress> for Address
    where
        for<'__embed> Place: __orm::Embed,
    {
        fn into_nullable(self) -> __orm::Option<NewAddress> {
            __orm::Some(__orm::Into::into(self))
        }
    }
};
