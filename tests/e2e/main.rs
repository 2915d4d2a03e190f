//! Every end-to-end test, in one binary: two cores link it once.

mod aggregates;
mod arrays;
mod blocks;
mod builders;
mod bulk;
mod cache;
mod capabilities;
mod checks;
mod commands;
mod conditions;
mod connecting;
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
mod edge_schema;
mod edge_servers;
mod edge_transactions;
mod edge_values;
mod embeds;
mod enums;
mod errors;
mod every_model;
mod full_text;
mod generated;
mod get_or_create;
mod graph;
mod hospital;
mod hosts;
mod hstore;
mod indexes;
mod inherited;
mod instants;
mod introspection;
mod json;
mod keys;
mod letters;
mod lifespan;
mod literals;
mod locks;
mod logins;
mod many_to_many;
mod memory;
mod metas;
mod naming;
mod nested_keys;
mod newtypes;
mod number_literals;
mod operator_classes;
mod ordering;
mod own_columns;
mod own_functions;
mod own_writes;
mod pages;
mod parity_places;
mod parity_registry;
mod passwords;
mod patterns;
mod pools;
mod prefetch;
mod prefetch_places;
mod prefetch_random;
mod projections;
mod quickstart;
mod references;
mod registry;
mod relations;
mod relations_apart;
mod replicas;
mod routers;
mod runtimes;
mod schema;
mod sensitive;
mod set_default;
mod streams;
mod tenant_openings;
mod tenants;
mod texts;
mod tls;
mod tracked;
mod transactions;
mod types;
mod upsert;
mod upsert_many;
mod upsert_model;
mod upsert_races;
mod upsert_rules;
mod validation;
mod wire;
mod with_database;
mod writable;

fn main() -> std::process::ExitCode {
    // The binary runs itself as the process whose words are looked through.
    match std::env::var(passwords::child::PLACE) {
        Ok(place) => passwords::child::run(&place),
        Err(_) => orm_tests::main(),
    }
}
