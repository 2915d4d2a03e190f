//! Every end-to-end test, in one binary: two cores link it once.

mod aggregates;
mod bulk;
mod cache;
mod checks;
mod conditions;
mod crud;
mod db_defaults;
mod edge_arithmetic;
mod edge_bulk;
mod edge_cache;
mod edge_columns;
mod edge_existing;
mod edge_key_types;
mod edge_keys;
mod edge_logic;
mod edge_names;
mod edge_servers;
mod edge_transactions;
mod edge_values;
mod embeds;
mod enums;
mod errors;
mod generated;
mod get_or_create;
mod graph;
mod hospital;
mod indexes;
mod instants;
mod introspection;
mod json;
mod keys;
mod letters;
mod literals;
mod logins;
mod many_to_many;
mod metas;
mod naming;
mod newtypes;
mod ordering;
mod own_columns;
mod patterns;
mod prefetch;
mod prefetch_places;
mod prefetch_random;
mod quickstart;
mod references;
mod registry;
mod relations;
mod runtimes;
mod schema;
mod sensitive;
mod set_default;
mod texts;
mod transactions;
mod types;
mod upsert;
mod upsert_many;
mod upsert_model;
mod upsert_rules;
mod validation;
mod writable;

fn main() -> std::process::ExitCode {
    orm_tests::main()
}
