///What an insert of a `Enrolment` needs.
#[derive(facade::orm::private::serde::Deserialize)]
#[serde(crate = "facade::orm::private::serde")]
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
struct NewEnrolment {
    ///The foreign key `student`.
    pub student: ForeignKey<Student>,
    ///The foreign key `course`.
    pub course: ForeignKey<Course>,
    ///The column `type`.
    #[serde(default = "NewEnrolment::__default_type")]
    pub r#type: String,
}
///What an update of a `Enrolment` changes: what is `None` stays.
#[derive(facade::orm::private::serde::Deserialize)]
#[serde(crate = "facade::orm::private::serde")]
#[serde(default)]
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
struct EnrolmentPatch {
    ///The foreign key `student`.
    #[serde(deserialize_with = "facade::orm::private::given")]
    pub student: facade::orm::private::Option<ForeignKey<Student>>,
    ///The foreign key `course`.
    #[serde(deserialize_with = "facade::orm::private::given")]
    pub course: facade::orm::private::Option<ForeignKey<Course>>,
    ///The column `type`.
    #[serde(deserialize_with = "facade::orm::private::given")]
    pub r#type: facade::orm::private::Option<String>,
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
    use facade::orm::private as __orm;
    const __COLUMNS_0: &[__orm::ColumnDef] = {
        const __KEY: &[__orm::ColumnDef] = <Student as __orm::KeyColumns>::KEY;
        const __NAMES: &[__orm::u8] = &__orm::reference_names::<
            { __orm::reference_names_len("student", __orm::None, __KEY) },
        >("student", __orm::None, __KEY);
        &__orm::reference_columns::<
            { __KEY.len() },
        >(
            "student_id",
            false,
            __NAMES,
            __KEY,
            <ForeignKey<Student> as __orm::FieldType>::NULLABLE,
        )
    };
    const __COLUMNS_1: &[__orm::ColumnDef] = {
        const __KEY: &[__orm::ColumnDef] = <Course as __orm::KeyColumns>::KEY;
        const __NAMES: &[__orm::u8] = &__orm::reference_names::<
            { __orm::reference_names_len("course", __orm::None, __KEY) },
        >("course", __orm::None, __KEY);
        &__orm::reference_columns::<
            { __KEY.len() },
        >(
            "course_id",
            false,
            __NAMES,
            __KEY,
            <ForeignKey<Course> as __orm::FieldType>::NULLABLE,
        )
    };
    static __FIELDS: [__orm::Field; 3usize] = [
        __orm::Field::new("student", __COLUMNS_0)
            .reference(__orm::Reference {
                target: __orm::table::<Student>,
                path: <Student as __orm::KeyColumns>::PATH,
                to: __orm::None,
                on_delete: __orm::Action::NoAction,
                on_update: __orm::Action::NoAction,
            }),
        __orm::Field::new("course", __COLUMNS_1)
            .reference(__orm::Reference {
                target: __orm::table::<Course>,
                path: <Course as __orm::KeyColumns>::PATH,
                to: __orm::None,
                on_delete: __orm::Action::NoAction,
                on_update: __orm::Action::NoAction,
            }),
        __orm::Field::new("type", &[__orm::ColumnDef::of::<String>("type")])
            .default(__orm::DefaultValue::Literal(__orm::Literal::Text("open"))),
    ];
    static __TABLE: __orm::Table = __orm::Table {
        model: "Enrolment",
        module: __orm::module_path!(),
        package: __orm::env!("CARGO_PKG_NAME"),
        version: __orm::env!("CARGO_PKG_VERSION"),
        name: "enrolment",
        meta: __orm::MetaDef::EMPTY.database(|| __orm::From::from("school")),
        fields: &__FIELDS,
        primary_key: &[&__FIELDS[0usize], &__FIELDS[1usize]],
        ..__orm::Table::EMPTY
    };
    #[automatically_derived]
    impl __orm::KeyColumns for Enrolment {
        const KEY: &'static [__orm::ColumnDef] = {
            const __PARTS: &[&[__orm::ColumnDef]] = &[__COLUMNS_0, __COLUMNS_1];
            &__orm::key_columns::<{ __orm::key_width(__PARTS) }>(__PARTS)
        };
        const PATH: &'static __orm::str = __orm::concat!(
            __orm::module_path!(), "::Enrolment"
        );
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Model for Enrolment {
        type Key = (
            <ForeignKey<Student> as __orm::FieldType>::Selected,
            <ForeignKey<Course> as __orm::FieldType>::Selected,
        );
        type New = NewEnrolment;
        type Patch = EnrolmentPatch;
        const TABLE: &'static __orm::Table = &__TABLE;
        fn key(&self) -> Self::Key {
            (
                <ForeignKey<Student> as __orm::DbValue>::to_selected(&self.student),
                <ForeignKey<Course> as __orm::DbValue>::to_selected(&self.course),
            )
        }
        fn row_values(&self) -> __orm::Vec<__orm::Value> {
            __orm::Vec::from([
                <ForeignKey<Student> as __orm::FieldType>::field_value(&self.student),
                <ForeignKey<Course> as __orm::FieldType>::field_value(&self.course),
                <String as __orm::FieldType>::field_value(&self.r#type),
            ])
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Decode for Enrolment {
        const WIDTH: __orm::usize = <ForeignKey<Student> as __orm::FieldType>::WIDTH
            + <ForeignKey<Course> as __orm::FieldType>::WIDTH
            + <String as __orm::FieldType>::WIDTH;
        const NAMED: __orm::Option<__orm::Named> = __orm::Some(__orm::named::<Self>());
        fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(Self {
                student: <ForeignKey<Student> as __orm::FieldType>::read(__row)?,
                course: <ForeignKey<Course> as __orm::FieldType>::read(__row)?,
                r#type: <String as __orm::FieldType>::read(__row)?,
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
    impl __orm::Single for Enrolment {}
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::ListOf<__orm::ForeignKey<Enrolment>> for Enrolment {}
    #[automatically_derived]
    impl Enrolment {
        ///The foreign key `student`.
        const student: __orm::Column<Enrolment, ForeignKey<Student>> = __orm::Column::new(
            &__FIELDS[0usize],
        );
        ///The foreign key `course`.
        const course: __orm::Column<Enrolment, ForeignKey<Course>> = __orm::Column::new(
            &__FIELDS[1usize],
        );
        ///The column `type`.
        const state: __orm::Column<Enrolment, String> = __orm::Column::new(
            &__FIELDS[2usize],
        );
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Bare for Enrolment {
        fn bare(__out: &mut __orm::Values) {
            __out.skip();
            __out.skip();
            __out
                .set(
                    <String as __orm::FieldType>::into_field_value(
                        __orm::Into::into("open"),
                    ),
                );
        }
    }
    #[automatically_derived]
    impl NewEnrolment {
        /// With every value that must be given.
        #[must_use]
        pub fn new(
            student: impl __orm::Into<ForeignKey<Student>>,
            course: impl __orm::Into<ForeignKey<Course>>,
        ) -> Self {
            Self {
                student: __orm::Into::into(student),
                course: __orm::Into::into(course),
                r#type: Self::__default_type(),
            }
        }
        ///The column `type`.
        #[must_use]
        pub fn r#type(mut self, r#type: impl __orm::Into<String>) -> Self {
            self.r#type = __orm::Into::into(r#type);
            self
        }
        fn __default_type() -> String {
            __orm::Into::into("open")
        }
    }
    #[automatically_derived]
    impl __orm::From<Enrolment> for NewEnrolment {
        fn from(__row: Enrolment) -> Self {
            Self {
                student: __row.student,
                course: __row.course,
                r#type: __row.r#type,
            }
        }
    }
    #[automatically_derived]
    impl __orm::Insert<Enrolment> for NewEnrolment {
        fn values(self, __out: &mut __orm::Values) {
            __out
                .set(
                    <ForeignKey<
                        Student,
                    > as __orm::FieldType>::into_field_value(self.student),
                );
            __out
                .set(
                    <ForeignKey<
                        Course,
                    > as __orm::FieldType>::into_field_value(self.course),
                );
            __out.set(<String as __orm::FieldType>::into_field_value(self.r#type));
        }
    }
    #[automatically_derived]
    impl __orm::Default for EnrolmentPatch {
        fn default() -> Self {
            Self {
                student: __orm::None,
                course: __orm::None,
                r#type: __orm::None,
            }
        }
    }
    #[automatically_derived]
    impl __orm::Patch<Enrolment> for EnrolmentPatch {
        fn values(self, __out: &mut __orm::Vec<(&'static __orm::Field, __orm::Value)>) {
            if let __orm::Some(__value) = self.student {
                __out
                    .push((
                        &__FIELDS[0usize],
                        <ForeignKey<
                            Student,
                        > as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.course {
                __out
                    .push((
                        &__FIELDS[1usize],
                        <ForeignKey<
                            Course,
                        > as __orm::FieldType>::into_field_value(__value),
                    ));
            }
            if let __orm::Some(__value) = self.r#type {
                __out
                    .push((
                        &__FIELDS[2usize],
                        <String as __orm::FieldType>::into_field_value(__value),
                    ));
            }
        }
    }
    __orm::inventory::submit! {
        __orm::Registered(|| & __TABLE)
    }
};
