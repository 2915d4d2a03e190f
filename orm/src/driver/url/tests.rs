//! The grammar, spelling by spelling.

use super::*;

fn parse(text: &str) -> DatabaseUrl {
    DatabaseUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> Error {
    DatabaseUrl::parse(text).err().unwrap_or_else(|| panic!("{text} is accepted"))
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn address(text: &str) -> Address {
    match parse(text).target {
        Target::Postgres(address) | Target::MySql(address) => address,
        Target::Memory | Target::File(_) => panic!("{text} is SQLite"),
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn hosts(address: &Address) -> Vec<(Option<&str>, Option<u16>)> {
    address.hosts.iter().map(|host| (host.name.as_deref(), host.port)).collect()
}

#[cfg(feature = "sqlite")]
#[test]
fn memory_has_many_spellings() {
    for text in [
        ":memory:",
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite:///:memory:",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "SQLite://",
        "sqlite3::memory:",
        "sqlite+aiosqlite:///:memory:",
        "sqlite://?mode=memory",
        "sqlite:shared.db?mode=memory",
        "sqlite://?max_connections=3",
    ] {
        let url = parse(text);
        assert!(matches!(url.target, Target::Memory), "{text} is {url}");
        assert_eq!(url.to_string(), "sqlite::memory:");
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn files_are_relative_or_absolute() {
    for (text, path) in [
        ("app.db", "app.db"),
        ("./data/app.db", "./data/app.db"),
        ("/data/app.db", "/data/app.db"),
        ("100%.db", "100%.db"),
        (r"C:\data\app.db", r"C:\data\app.db"),
        ("C:/data/app.db", "C:/data/app.db"),
        ("sqlite:app.db", "app.db"),
        ("sqlite://app.db", "app.db"),
        ("sqlite:///app.db", "app.db"),
        ("sqlite:///data/app.db", "data/app.db"),
        ("sqlite:/data/app.db", "/data/app.db"),
        ("sqlite:////data/app.db", "/data/app.db"),
        ("sqlite:///C:/app.db", "C:/app.db"),
        (r"sqlite:///C:\app.db", r"C:\app.db"),
        ("sqlite:a%20b%3F.db", "a b?.db"),
        ("sqlite:a+b#c.db", "a+b#c.db"),
        ("sqlite:%2541.db", "%41.db"),
        ("sqlite:app.db?mode=ro", "app.db"),
    ] {
        match parse(text).target {
            Target::File(found) => assert_eq!(found, path, "{text}"),
            _ => panic!("{text} is no file"),
        }
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[test]
fn servers_have_parts() {
    let scheme = if cfg!(feature = "postgres") { "postgresql+psycopg2" } else { "mysql+pymysql" };
    let found = address(&format!("{scheme}://a%40n+:p%2541:%2F+@db.example.org:65535/my%2Fdb"));
    assert_eq!(found.user.as_deref(), Some("a@n+"));
    assert_eq!(found.password.as_deref(), Some("p%41:/+"), "decoded once");
    assert_eq!(hosts(&found), [(Some("db.example.org"), Some(65535))]);
    assert_eq!(found.database, "my/db");

    let found = address(&format!("{scheme}:///db"));
    assert_eq!((&found.user, &found.password, hosts(&found)), (&None, &None, vec![]));
    let found = address(&format!("{scheme}://ann@[2001:db8::1]:0/db"));
    assert_eq!(hosts(&found), [(Some("2001:db8::1"), Some(0))]);
    let found = address(&format!("{scheme}://[::1]/db"));
    assert_eq!(hosts(&found), [(Some("::1"), None)]);
    let found = address(&format!("{scheme}://:pw@host:/db"));
    assert_eq!((&found.user, found.password.as_deref()), (&None, Some("pw")));
    assert_eq!(hosts(&found), [(Some("host"), None)]);
    let found = address(&format!("{scheme}://ann:p@ss:w@host/db"));
    assert_eq!(found.password.as_deref(), Some("p@ss:w"), "the last `@` counts");

    let found = address(&format!("{scheme}://ann@one:1,two,[::1]:3,%2Frun/db"));
    assert_eq!(
        hosts(&found),
        [(Some("one"), Some(1)), (Some("two"), None), (Some("::1"), Some(3)), (Some("/run"), None)]
    );
}

#[cfg(all(feature = "postgres", feature = "mysql"))]
#[test]
fn every_scheme_means_its_system() {
    for scheme in ["postgres", "postgresql", "PostgreSQL", "postgresql+asyncpg", "postgres+aiopg"] {
        assert!(matches!(parse(&format!("{scheme}://h/d")).target, Target::Postgres(_)), "{scheme}");
    }
    for scheme in ["mysql", "mariadb", "mysql+pool", "mysql+aiomysql", "mariadb+asyncmy"] {
        assert!(matches!(parse(&format!("{scheme}://h/d")).target, Target::MySql(_)), "{scheme}");
    }
}

#[cfg(all(feature = "postgres", feature = "mysql"))]
#[test]
fn shown_without_secrets() {
    for (text, shown) in [
        ("postgresql+asyncpg://ann:secret@host:5433/db?sslmode=require", "postgresql://ann:***@host:5433/db"),
        ("mariadb://:secret@host/db", "mariadb://:***@host/db"),
        ("postgres://a%40n@[::1]:1/d%2Fb", "postgres://a%40n@[::1]:1/d%2Fb"),
        ("mysql:///db", "mysql:///db"),
        ("postgres://u:pw@a:1,b,[::1]:3/db?target_session_attrs=any", "postgres://u:***@a:1,b,[::1]:3/db"),
        ("postgres://u:@%2Frun/db", "postgres://u:***@%2Frun/db"),
    ] {
        assert_eq!(parse(text).to_string(), shown);
        assert_eq!(format!("{:?}", parse(text)), format!("DatabaseUrl({shown})"));
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn options_are_decoded_and_come_once() {
    let url = parse("sqlite:x?a%3D=b+c%2B&d=&");
    let found: Vec<_> = url.params().iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(found, [("a=", "b c+"), ("d", "")]);
    assert!(refused("sqlite:x?a=1&a=2").to_string().contains("`a`"));
    assert!(refused("sqlite:x?flag").to_string().contains("`=`"));
}

#[test]
fn unknown_schemes_get_a_list() {
    for scheme in ["oracle", "mssql+pymssql", "postgress", "berkeleydb", "file", "http"] {
        let error = refused(&format!("{scheme}://ann:secret@host/db"));
        let ErrorKind::UnsupportedScheme { scheme: named, hint } = error.kind() else { panic!("{error:?}") };
        assert!(scheme.starts_with(named.as_str()), "{named}");
        assert_eq!(hint.contains("`sqlite`"), cfg!(feature = "sqlite"), "{hint}");
        assert_eq!(hint.contains("`postgresql`"), cfg!(feature = "postgres"), "{hint}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn a_backend_that_is_left_out_names_its_feature() {
    for (url, feature, present) in [
        ("sqlite::memory:", "sqlite", cfg!(feature = "sqlite")),
        ("app.db", "sqlite", cfg!(feature = "sqlite")),
        ("postgresql://h/d", "postgres", cfg!(feature = "postgres")),
        ("mariadb://h/d", "mysql", cfg!(feature = "mysql")),
    ] {
        if present {
            parse(url);
        } else {
            let error = refused(url).to_string();
            assert!(error.contains(&format!("feature `{feature}`")), "{error}");
        }
    }
}

#[cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#[test]
fn what_is_wrong_is_said() {
    for (text, hint) in [
        ("", "empty"),
        ("sqlite:a\nb", "control character"),
        ("sqlite:a%00b", "NUL"),
        ("sqlite:100%.db", "`%25`"),
        ("sqlite:%ff.db", "UTF-8"),
        ("app.db?mode=ro", "`sqlite:path?key=value`"),
        ("//ann:secret@host/db", "scheme"),
        ("1pg://ann:secret@host/db", "scheme"),
        ("postgres:ann:secret@host/db", "two slashes"),
        ("postgres://blog", "`postgres://user@host/database`"),
        ("postgresql://blog/", "`postgresql://user@host/database`"),
        ("mariadb://ann:secret@blog", "what follows the two slashes is the host"),
        ("mysql://host/db/more", "`%2F`"),
        ("mysql://host/db#more", "`%23`"),
        ("postgres://host:65536/db", "0–65535"),
        ("postgres://host:-1/db", "not a number"),
        ("postgres://host:+1/db", "not a number"),
        ("postgres://ann:secret/db", "percent-encoded"),
        ("postgres://[::1/db", "`]`"),
        ("postgres://[nonsense]/db", "IPv6"),
        ("postgres://[::1]x/db", "port"),
        ("postgres://::1/db", "`[::1]`"),
        ("postgres://ann:secret@one,:1/db", "empty name"),
        ("postgres://ann:secret@one,two:x/db", "not a number"),
        ("postgres://ann:a/b@host/db", "`%2F`"),
        ("postgres://host/db?application_name=a@b", "`%40`"),
    ] {
        let error = refused(text);
        assert!(error.to_string().contains(hint), "{text}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
