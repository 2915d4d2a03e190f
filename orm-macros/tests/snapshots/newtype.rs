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
        ! < i64 as __orm::FieldType > ::REFERENCE,
        "a foreign key is a type of its own: write it as the type of the model's field"
    );
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Decode for UserId {
        const IS_ELEMENT: __orm::bool = true;
        fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            let __value = <i64 as __orm::FieldType>::read(__row)?;
            __orm::Ok(Self { 0: __value })
        }
        fn decode_nullable(
            __row: &mut __orm::Cursor<'_>,
        ) -> __orm::Result<__orm::Option<Self>> {
            let __value = <i64 as __orm::FieldType>::read_nullable(__row)?;
            __orm::Ok(__value.map(|__value| Self { 0: __value }))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::DbValue for UserId
    where
        for<'__a> UserId: __orm::Clone,
    {
        type Selected = Self;
        const TYPES: &'static [__orm::Type] = <i64 as __orm::FieldType>::TYPES;
        fn to_value(&self) -> __orm::Value {
            <i64 as __orm::FieldType>::field_value(&self.0)
        }
        fn to_selected(&self) -> Self {
            __orm::Clone::clone(self)
        }
        fn into_value(self) -> __orm::Value {
            <i64 as __orm::FieldType>::into_field_value(self.0)
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Text for UserId
    where
        for<'__a> UserId: __orm::Clone,
        for<'__a> i64: __orm::Text,
    {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::ArrayElement for UserId
    where
        for<'__a> UserId: __orm::Clone,
        for<'__a> i64: __orm::ArrayElement,
    {}
    const _: () = __orm::a_column_type_is_clone::<UserId>();
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Single for UserId {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Key for UserId
    where
        for<'__a> UserId: __orm::Clone + __orm::PartialEq + __orm::Debug,
    {
        const TYPES: &'static [__orm::Type] = <Self as __orm::DbValue>::TYPES;
        fn key_value(&self) -> __orm::Value {
            __orm::DbValue::to_value(self)
        }
    }
    #[automatically_derived]
    impl<__R: __orm::Model<Key = UserId>> __orm::From<UserId>
    for __orm::ForeignKey<__R> {
        fn from(__key: UserId) -> Self {
            Self::new(__key)
        }
    }
    #[automatically_derived]
    impl<__R: __orm::Model<Key = UserId>> __orm::IntoNullable<__orm::ForeignKey<__R>>
    for UserId {
        fn into_nullable(self) -> __orm::Option<__orm::ForeignKey<__R>> {
            __orm::Some(__orm::From::from(self))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<
        __M,
        __R: __orm::Model<Key = UserId>,
        __K: __orm::Kind,
    > __orm::Operand<__M, __orm::ForeignKey<__R>, __K> for UserId
    where
        for<'__a> UserId: __orm::Clone,
    {
        type Lift<__T: __orm::FieldType> = __T;
        fn into_node(self) -> __orm::Node {
            __orm::Node::Value(__orm::DbValue::into_value(self))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__M, __K: __orm::Kind> __orm::Operand<__M, __orm::Nothing, __K> for UserId
    where
        for<'__a> UserId: __orm::Clone,
    {
        type Lift<__T: __orm::FieldType> = __T;
        fn into_node(self) -> __orm::Node {
            __orm::Node::Value(__orm::DbValue::into_value(self))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__R: __orm::Model<Key = UserId>> __orm::ListOf<__orm::ForeignKey<__R>>
    for UserId {}
};
