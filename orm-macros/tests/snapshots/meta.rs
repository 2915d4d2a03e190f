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
    #[automatically_derived]
    impl __orm::Meta for AppMeta {
        const DEF: __orm::MetaDef = __orm::MetaDef::EMPTY
            .database(|| __orm::From::from(&crate::DB))
            .schema("s")
            .prefix("p_")
            .app("a")
            .naming(__orm::Naming {
                tables: __orm::Some(__orm::NameCase::Pascal),
                plural: __orm::Some(true),
                columns: __orm::Some(__orm::NameCase::Camel),
            })
            .extends(<super::Base as __orm::Meta>::DEF);
    }
};
