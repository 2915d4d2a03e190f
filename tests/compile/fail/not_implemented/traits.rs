struct Other;

fn main() {
    let _ = orm::db::install_router(Other);
    let _ = orm::SqliteFunctions::new().aggregate("sum", || 0.0, |sum: &mut f64, n: f64| *sum + n, |sum| sum);
}
