use orm::prelude::*;

#[derive(Meta)]
#[meta(naming = "kebab-case")]
struct Unknown;

#[derive(Meta)]
#[meta(naming(tables = "PascalCase", plurals, columns = "camelcase"))]
struct Misspelt;

#[derive(Meta)]
#[meta(naming(tables = "pascalcase", columns = "UPPERCASE"))]
struct NoCase;

#[derive(Meta)]
#[meta(naming(tables = "PascalCase", tables = "camelCase", plural, plural = false))]
struct Twice;

#[derive(Meta)]
#[meta(naming(plural = "yes"))]
struct NoSwitch;

#[derive(Meta)]
#[meta(naming = "camelCase", naming(plural))]
struct Again;

#[derive(Meta)]
#[meta(naming)]
struct Nothing;

#[derive(Meta)]
#[meta(naming())]
struct Empty;

#[derive(Model)]
#[model(naming(columns = Snake), naming(rows = "x"))]
struct Own {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
