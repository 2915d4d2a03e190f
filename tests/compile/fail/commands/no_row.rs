struct Point {
    x: i32,
}

async fn program(database: &orm::Database) -> orm::Result<Vec<Point>> {
    orm::using(database).query("SELECT x FROM points", ()).await
}

fn main() {}
