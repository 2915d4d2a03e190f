//! Users with real passwords.

use std::error::Error as _;

use orm::prelude::*;
use orm::{Error, ErrorKind};
use orm_tests::scenario::blog::*;
use orm_tests::{Outcome, cases};

/// A URL in parts: `scheme://user:password@place`.
struct Login<'u> {
    scheme: &'u str,
    user: &'u str,
    password: &'u str,
    place: &'u str,
}

impl<'u> Login<'u> {
    fn of(url: &'u str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (who, place) = rest.rsplit_once('@')?;
        let (user, password) = who.split_once(':')?;
        Some(Self { scheme, user, password, place })
    }

    /// The same with another password, as it stands in a URL.
    fn with(&self, password: &str) -> String {
        format!("{}://{}:{password}@{}", self.scheme, self.user, self.place)
    }
}

/// What `%40` and the like stand for.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(2);
        out.push(u8::from_str_radix(code, 16).map_or('?', char::from));
        out.push_str(rest);
    }
    out
}

/// Everything that an error shows.
fn shown(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(" {error} {error:?}"));
        source = error.source();
    }
    text
}

/// Writes and reads as the user of a URL.
async fn works(url: &str) -> Outcome {
    let user = Database::open("login", url).await?;
    let ann = User::objects().using(&user).create(NewUser::new("ann")).await?;
    assert_eq!(User::objects().using(&user).get(ann.id).await?, ann);
    assert_eq!(User::objects().using(&user).filter(User::id.eq(ann.id)).delete().await?, 1);
    user.close().await?;
    Ok(())
}

async fn refused(url: &str) -> Result<Error, &'static str> {
    match Database::open("login", url).await {
        Ok(_) => Err("the login was not refused"),
        Err(error) => Ok(error),
    }
}

cases! {
    #![needs(Password)]

    /// A password in which every special character is encoded.
    async fn a_real_password(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let url = db.password_url()?;
        let login = Login::of(url).ok_or("no password in the URL")?;
        let password = decoded(login.password);
        assert!([':', '/', '@', '%'].iter().all(|special| password.contains(*special)));
        works(url).await?;
        let user = Database::open("login", url).await?;
        let kept = format!("{user:?} {:?} {:?}", user.url(), orm::DatabaseOptions::from(url));
        assert!(!kept.contains(&password) && !kept.contains(login.password), "{kept}");
        user.close().await?;
        Ok(())
    }

    /// The same user, said without a URL.
    async fn a_real_password_in_parts(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let url = db.password_url()?;
        let login = Login::of(url).ok_or("no password in the URL")?;
        let (host, rest) = login.place.split_once('/').ok_or("no database in the URL")?;
        let (host, port) = host.split_once(':').ok_or("no port in the URL")?;
        let (database, query) = rest.split_once('?').unwrap_or((rest, ""));
        let new = if login.scheme == "postgres" { orm::DatabaseOptions::postgres } else { orm::DatabaseOptions::mysql };
        let mut options =
            new(database).user(decoded(login.user)).password(decoded(login.password)).host_at(host, port.parse()?);
        for (key, value) in query.split('&').filter_map(|option| option.split_once('=')) {
            options = options.option(key, decoded(value));
        }
        let shown = format!("{options:?} {options:#?} {:?}", orm::DatabaseOptions::from(options.clone()));
        assert!(!shown.contains(&decoded(login.password)) && !shown.contains(login.password), "{shown}");
        let user = Database::open("login", options.clone()).await?;
        let ann = User::objects().using(&user).create(NewUser::new("ann")).await?;
        assert_eq!(User::objects().using(db.handle()).get(ann.id).await?, ann);
        user.close().await?;
        let Err(error) = Database::open("login", options.password("hunter2/wrong")).await else {
            return Err("let in with a wrong password".into());
        };
        assert!(matches!(error.kind(), ErrorKind::Connect { cause: orm::ConnectCause::Denied, .. }), "{error:?}");
        assert!(!self::shown(&error).contains("hunter2"), "{error:?}");
        Ok(())
    }

    /// A wrong password is an error of connecting, which shows neither that password nor the right one.
    async fn a_wrong_password(db: &TestDb) -> Outcome {
        let login = Login::of(db.password_url()?).ok_or("no password in the URL")?;
        let half = decoded(login.password);
        for (encoded, wrong) in [("hunter2%2Fwrong", "hunter2/wrong"), ("", ""), ("p%40ss", "p@ss")] {
            assert_ne!(wrong, half);
            let error = refused(&login.with(encoded)).await?;
            assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
            assert_eq!(error.database(), Some("login"));
            let shown = shown(&error);
            for secret in [encoded, wrong, login.password, half.as_str()] {
                assert!(secret.is_empty() || !shown.contains(secret), "{secret} is in {shown}");
            }
        }
        Ok(())
    }
}

cases! {
    #![needs(PasswordOfMySql)]

    /// After a restart of the server, and after FLUSH PRIVILEGES, MySQL wants to see the password itself: over TLS.
    async fn a_server_that_forgot_its_logins(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        // Nobody else logs in as this user while the case runs.
        let user = db.handle().name();
        db.oracle(&format!("CREATE USER {user} IDENTIFIED WITH caching_sha2_password BY 'p@ss:w/rd%'")).await?;
        db.oracle(&format!("GRANT ALL ON {user}.* TO {user}")).await?;
        let login = Login::of(db.password_url()?).ok_or("no password in the URL")?;
        let url = Login { user, ..login }.with("p%40ss%3Aw%2Frd%25");
        let plain = format!("{url}?ssl-mode=disabled");
        for _ in 0..2 {
            // Without TLS only a hash is sent, which helps only while the server remembers: it has forgotten.
            let error = refused(&plain).await?;
            assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
            assert!(!shown(&error).contains("p@ss"), "{error:?}");
            works(&url).await?;
            works(&plain).await?;
            db.oracle("FLUSH PRIVILEGES").await?;
        }
        db.oracle(&format!("DROP USER {user}")).await?;
        Ok(())
    }
}
