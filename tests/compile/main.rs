//! Programs that must compile, and programs that must not, with their messages.
//!
//! `pass/*.rs` are modules of this test: that it is built is half of the proof, their `main` the other half.
//! `fail/<rule>/*.rs` must be refused with exactly the message beside them: one folder a rule. A new program is
//! written without its `.stderr`; after reading the message that the test writes to `wip/`, move it beside the
//! program. `TRYBUILD=overwrite` accepts all messages at once: only after reading the difference.
//!
//! None of the programs in `fail` may be one that passes: trybuild checks them all in one call of cargo only as
//! long as there is nothing to run.

#![allow(
    clippy::allow_attributes,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    unused_macros,
    unused_qualifications,
    reason = "the programs are written as users write theirs"
)]

// For `renamed_crate`.
extern crate orm as renamed;

/// Each file of `pass`, as a module and as a test.
macro_rules! pass {
    ($($file:literal $name:ident),* $(,)?) => {$(
        #[path = $file]
        pub mod $name;

        #[test]
        fn $name() {
            $name::main();
        }
    )*};
}

pass! {
    "pass/aliases.rs" aliases,
    "pass/blog.rs" blog,
    "pass/built_at_run_time.rs" built_at_run_time,
    "pass/enums.rs" enums,
    "pass/generic.rs" generic,
    "pass/keys.rs" keys,
    "pass/lints.rs" lints,
    "pass/newtypes.rs" newtypes,
    "pass/prefetch.rs" prefetch,
    "pass/raw_identifiers.rs" raw_identifiers,
    "pass/renamed_crate.rs" renamed_crate,
    "pass/send.rs" send,
    "pass/serde.rs" serde,
    "pass/shadowed_names.rs" shadowed_names,
    "pass/visibility.rs" visibility,
}

#[test]
fn refused() {
    trybuild::TestCases::new().compile_fail("compile/fail/*/*.rs");
}
