//! Calls of functions: their text, and where there are none.

use super::client::{BACKENDS, server};
use super::sample::*;
use super::select::plan;
use crate::driver::{Backend, Server};
use crate::error::ErrorKind;
use crate::expr::{CompareOp, Function, Node};
use crate::plan::Select;
use crate::sql::prepare;
use crate::types::Value;

fn call(function: Function) -> Node {
    Node::Call(function, vec![field(&USERS, "name")])
}

fn filtered(node: Node) -> Select {
    Select {
        filter: vec![compare(CompareOp::Eq, node, Node::Value(Value::Text("a".into())))],
        ..Select::new(&USERS)
    }
}

fn text(select: Select, server: Server) -> String {
    prepare(&plan(select), server).unwrap().sql().to_string()
}

#[test]
fn each_function_has_a_text_of_its_own() {
    for backend in BACKENDS {
        let lower = text(filtered(call(Function::Lower)), server(backend));
        let upper = text(filtered(call(Function::Upper)), server(backend));
        assert_ne!(lower, upper);
        // The argument is written once: what is nested does not double.
        let nested = (0..40).fold(field(&USERS, "name"), |node, _| Node::Call(Function::Upper, vec![node]));
        assert!(text(filtered(nested), server(backend)).len() < 60_000);
    }
}

#[test]
fn a_server_without_the_tables_is_told_before() {
    let old = Server { backend: Backend::MariaDb, version: (10, 6, 21) };
    let error = prepare(&plan(filtered(call(Function::Lower))), old).map(drop).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsupported { backend: "MariaDB", .. }), "{error}");
    let new = Server { backend: Backend::MariaDb, version: (10, 10, 1) };
    assert!(prepare(&plan(filtered(call(Function::Lower))), new).is_ok());
}
