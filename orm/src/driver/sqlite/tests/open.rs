//! Opening and closing.

use std::time::{Duration, Instant};

use super::*;
use crate::driver::Backend;
use crate::error::{ConnectCause, Error, ErrorKind};

#[tokio::test]
async fn the_defaults_are_set() {
    let directory = Directory::new();
    let mut connection = open(&directory.file("a.db")).await;
    assert_eq!(word(&mut connection, "PRAGMA journal_mode").await, "wal");
    for (pragma, value) in
        [("synchronous", 1), ("cache_size", 10_000), ("foreign_keys", 1), ("busy_timeout", 0)]
    {
        assert_eq!(integer(&mut connection, &format!("PRAGMA {pragma}")).await, value, "{pragma}");
    }
    let server = connection.server();
    assert_eq!(server.backend, Backend::Sqlite);
    let (major, minor, patch) = server.version;
    assert_eq!(word(&mut connection, "SELECT sqlite_version()").await, format!("{major}.{minor}.{patch}"));
    connection.ping().await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn pragmas_replace_the_defaults() {
    let directory = Directory::new();
    let mut options = ConnectOptions::file(directory.file("a.db"));
    options.pragmas = [("journal_mode", "DELETE"), ("foreign_keys", "off"), ("main.cache_size", "-500")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let mut connection = Connection::open(&options).await.unwrap();
    assert_eq!(word(&mut connection, "PRAGMA journal_mode").await, "delete");
    assert_eq!(integer(&mut connection, "PRAGMA foreign_keys").await, 0);
    assert_eq!(integer(&mut connection, "PRAGMA cache_size").await, -500);

    options.pragmas = vec![("cash_size".to_owned(), "1".to_owned())];
    let error = Connection::open(&options).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Config { reason } if reason.contains("cash_size")),
        "{error:?}"
    );
}

#[tokio::test]
async fn memory_is_private() {
    let (mut one, mut two) = (memory().await, memory().await);
    one.batch("CREATE TABLE t (a)").await.unwrap();
    two.batch("CREATE TABLE t (a)").await.unwrap();
    assert_eq!(word(&mut one, "PRAGMA journal_mode").await, "memory");
}

/// The reason, and that nothing was waited for.
async fn refused(options: &ConnectOptions) -> String {
    let before = wait::waits();
    let error: Error = Connection::open(options).await.unwrap_err();
    assert_eq!(wait::waits(), before);
    match error.kind() {
        ErrorKind::Connect { reason, .. } => reason.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let directory = Directory::new();
    let path = directory.file("none").join("a.db");
    let reason = refused(&ConnectOptions::file(&path)).await;
    assert!(reason.contains(path.to_str().unwrap()) && reason.contains("no directory"), "{reason}");

    let options = ConnectOptions { create_if_missing: false, ..ConnectOptions::file(directory.file("a.db")) };
    let reason = refused(&options).await;
    assert!(reason.contains("no such file"), "{reason}");
    assert!(!directory.file("a.db").exists());
    let options = ConnectOptions { read_only: true, ..ConnectOptions::file(directory.file("a.db")) };
    assert!(refused(&options).await.contains("no such file"));

    assert!(refused(&ConnectOptions::file(&directory.0)).await.contains("directory"));

    fs::write(directory.file("b.db"), "plain text, and more than a header's worth of it".repeat(50)).unwrap();
    for read_only in [false, true] {
        let options = ConnectOptions { read_only, ..ConnectOptions::file(directory.file("b.db")) };
        let reason = refused(&options).await;
        assert!(reason.contains("b.db") && reason.contains("not a database"), "{reason}");
    }
    let error = Connection::open(&ConnectOptions::file("")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{error:?}");
}

/// Whoever may do everything runs the test again as somebody who may not; this variable then says where the files are.
#[cfg(unix)]
const FORBIDDEN: &str = "ORM_TEST_FORBIDDEN_FILES";

#[cfg(unix)]
async fn check_forbidden(folder: &Path) {
    for (name, create_if_missing) in
        [("secret.db", true), ("closed/a.db", true), ("closed/a.db", false), ("closed/inner/a.db", true)]
    {
        let options = ConnectOptions { create_if_missing, ..ConnectOptions::file(folder.join(name)) };
        let error = Connection::open(&options).await.unwrap_err();
        let ErrorKind::Connect { cause: ConnectCause::Denied, reason } = error.kind() else {
            panic!("{name}: {error:?}");
        };
        assert!(reason.contains(name.split('/').next().unwrap()), "{reason}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_system_forbids_is_not_what_is_missing() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;

    if let Some(folder) = env::var_os(FORBIDDEN) {
        return check_forbidden(Path::new(&folder)).await;
    }
    let directory = Directory::new();
    let closed = directory.file("closed");
    fs::create_dir_all(closed.join("inner")).unwrap();
    fs::write(directory.file("secret.db"), "").unwrap();
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(&directory.file("secret.db"), 0);
    allow(&closed, 0);
    if fs::read_dir(&closed).is_err() {
        check_forbidden(&directory.0).await;
    } else {
        let mut again = process::Command::new(env::current_exe().unwrap());
        let test = "driver::sqlite::tests::open::what_the_system_forbids_is_not_what_is_missing";
        again.args(["--exact", test]).env(FORBIDDEN, &directory.0).current_dir(&directory.0).uid(65_534);
        match again.output() {
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success() && said.contains("1 passed"), "{said}");
            }
            Err(error) => println!("left out: nobody else may run the test: {error}"),
        }
    }
    allow(&closed, 0o700);
}

#[tokio::test]
async fn read_only_and_immutable_files_can_be_read_but_not_written() {
    let directory = Directory::new();
    let path = directory.file("with space & ? %20.db");
    let mut connection = open(&path).await;
    connection.batch("CREATE TABLE t (a); INSERT INTO t VALUES (7)").await.unwrap();
    connection.close().await.unwrap();
    let files = || fs::read_dir(&directory.0).unwrap().count();
    assert_eq!(files(), 1);
    for (read_only, immutable) in [(true, false), (false, true)] {
        let options = ConnectOptions { read_only, immutable, ..ConnectOptions::file(&path) };
        let mut connection = Connection::open(&options).await.unwrap();
        assert_eq!(integer(&mut connection, "SELECT a FROM t").await, 7);
        let error = run(&mut connection, "DELETE FROM t", &[]).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Database { code: Some(code), .. } if code == "8"),
            "{error:?}"
        );
        connection.close().await.unwrap();
    }
}

#[tokio::test]
async fn names_that_sqlite_reads_otherwise_are_files() {
    let directory = Directory::new();
    for name in ["file:a.db?mode=memory", ":memory:"] {
        // Relative, as these are special at the beginning only.
        let path = Path::new(name);
        let name = connect::file_name(path).unwrap();
        assert_eq!(*name, *Path::new(".").join(path));
        let mut connection = open(&directory.file(path.to_str().unwrap())).await;
        connection.batch("CREATE TABLE t (a)").await.unwrap();
        connection.close().await.unwrap();
        assert!(directory.file(path.to_str().unwrap()).exists());
    }
}

/// sqlx's thread panics if a statement is left when it closes the database; then `close` fails.
#[tokio::test]
async fn closing_works_with_statements_kept_and_with_one_forgotten() {
    let mut connection = memory().await;
    for number in 0..300 {
        assert_eq!(integer(&mut connection, &format!("SELECT {number}")).await, number);
    }
    let mut reading = Box::pin(rows(&mut connection, NUMBERS, &[Value::Int(5000)], |row| row.i64()));
    assert!(poll(&mut reading).await.is_pending());
    let _ = std::mem::ManuallyDrop::new(reading);
    connection.batch("BEGIN").await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn dropping_closes_the_file() {
    let directory = Directory::new();
    let path = directory.file("a.db");
    let mut connection = open(&path).await;
    connection.batch("CREATE TABLE t (a)").await.unwrap();
    assert_eq!(integer(&mut connection, "SELECT count(*) FROM t").await, 0);
    assert!(directory.file("a.db-wal").exists());
    drop(connection);
    // The last one to close removes the log. It is sqlx's thread that does it.
    let start = Instant::now();
    while directory.file("a.db-wal").exists() {
        assert!(start.elapsed() < Duration::from_secs(10), "the database was not closed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
