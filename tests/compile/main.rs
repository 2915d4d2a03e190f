//! Programs that must compile, and programs that must not, with their messages.
//!
//! `pass/*.rs` are compiled and run. `fail/<rule>/*.rs` must be refused with exactly the message beside them:
//! one folder a rule. A new program is written without its `.stderr`; after reading the message that the test
//! writes to `wip/`, move it beside the program. `TRYBUILD=overwrite` accepts all messages at once: only after
//! reading the difference.

// So that Clippy sees an expansion too.
#[path = "pass/lints.rs"]
pub mod lints;

#[test]
fn programs() {
    let cases = trybuild::TestCases::new();
    cases.pass("compile/pass/*.rs");
    cases.compile_fail("compile/fail/*/*.rs");
}
