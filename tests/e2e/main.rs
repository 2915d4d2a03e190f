//! Every end-to-end test, in one binary: two cores link it once.

fn main() -> std::process::ExitCode {
    orm_tests::main()
}
