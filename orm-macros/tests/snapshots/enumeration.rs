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
    static __VARIANTS: [Status; 2usize] = [Status::Open, Status::InReview];
    static __ENUM: __orm::EnumDef = __orm::EnumDef {
        name: "Status",
        stored: __orm::Type::Text,
        native: __orm::Some("status"),
        variants: &[
            __orm::EnumVariant {
                name: "Open",
                value: __orm::EnumValue::Text("open"),
            },
            __orm::EnumVariant {
                name: "InReview",
                value: __orm::EnumValue::Text("in_review"),
            },
        ],
    };
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Decode for Status
    where
        for<'__a> Status: __orm::Clone,
    {
        const IS_ELEMENT: __orm::bool = true;
        fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            match <Self as __orm::Decode>::decode_nullable(__row)? {
                __orm::Some(__value) => __orm::Ok(__value),
                __orm::None => __orm::Err(__row.unexpected_null("Status")),
            }
        }
        fn decode_nullable(
            __row: &mut __orm::Cursor<'_>,
        ) -> __orm::Result<__orm::Option<Self>> {
            __orm::Ok(
                __row.variant(&__ENUM)?.and_then(|__at| __VARIANTS.get(__at).cloned()),
            )
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::DbValue for Status
    where
        for<'__a> Status: __orm::Clone,
    {
        type Selected = Self;
        const TYPES: &'static [__orm::Type] = &[__orm::Type::Enum(&__ENUM)];
        fn to_value(&self) -> __orm::Value {
            let __at = match self {
                Self::Open => 0,
                Self::InReview => 1,
            };
            __orm::Value::Enum(&__ENUM, __at)
        }
        fn to_selected(&self) -> Self {
            __orm::Clone::clone(self)
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::ArrayElement for Status
    where
        for<'__a> Status: __orm::Clone,
    {}
    const _: () = __orm::a_column_type_is_clone::<Status>();
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Single for Status {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Key for Status
    where
        for<'__a> Status: __orm::Clone + __orm::PartialEq + __orm::Debug,
    {
        const TYPES: &'static [__orm::Type] = <Self as __orm::DbValue>::TYPES;
        fn key_value(&self) -> __orm::Value {
            __orm::DbValue::to_value(self)
        }
    }
    #[automatically_derived]
    impl<__R: __orm::Model<Key = Status>> __orm::From<Status>
    for __orm::ForeignKey<__R> {
        fn from(__key: Status) -> Self {
            Self::new(__key)
        }
    }
    #[automatically_derived]
    impl<__R: __orm::Model<Key = Status>> __orm::IntoNullable<__orm::ForeignKey<__R>>
    for Status {
        fn into_nullable(self) -> __orm::Option<__orm::ForeignKey<__R>> {
            __orm::Some(__orm::From::from(self))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<
        __M,
        __R: __orm::Model<Key = Status>,
        __K: __orm::Kind,
    > __orm::Operand<__M, __orm::ForeignKey<__R>, __K> for Status
    where
        for<'__a> Status: __orm::Clone,
    {
        type Lift<__T: __orm::FieldType> = __T;
        fn into_node(self) -> __orm::Node {
            __orm::Node::Value(__orm::DbValue::into_value(self))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__M, __K: __orm::Kind> __orm::Operand<__M, __orm::Nothing, __K> for Status
    where
        for<'__a> Status: __orm::Clone,
    {
        type Lift<__T: __orm::FieldType> = __T;
        fn into_node(self) -> __orm::Node {
            __orm::Node::Value(__orm::DbValue::into_value(self))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__R: __orm::Model<Key = Status>> __orm::ListOf<__orm::ForeignKey<__R>>
    for Status {}
};
