//! Every mode of TLS, with servers that have it and servers that do not.

use orm::prelude::*;
use orm::{ConnectCause, DatabaseOptions, ErrorKind, ServerOptions, TlsMode};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, TestDb, cases};

use crate::wire::{Authority, Front, Manner, address, somewhere};

/// Opens the database and reads from it.
async fn works(options: impl Into<DatabaseOptions>) -> orm::Result<()> {
    let db = Database::open("secure", options).await?;
    User::objects().using(&db).count().await?;
    db.close().await.map(drop)
}

/// It cannot be opened because of TLS, and the error says what is wrong.
async fn fails(options: impl Into<DatabaseOptions>, word: &str) -> Outcome {
    let error = works(options).await.err().ok_or_else(|| format!("it is let in, without: {word}"))?;
    let ErrorKind::Connect { cause, reason } = error.kind() else { return Err(format!("{error:?}").into()) };
    assert_eq!(*cause, ConnectCause::Tls, "{error:?}");
    assert!(reason.contains(word), "{word}: {reason}");
    assert_eq!(error.database(), Some("secure"));
    Ok(())
}

/// The database of the test at this server, by an address that its certificate does not name.
fn at(db: &TestDb, front: &Front) -> Result<ServerOptions, Box<dyn std::error::Error + Send + Sync>> {
    Ok(somewhere(db)?.host_at("127.0.0.1", front.port))
}

cases! {
    #![needs(Server)]

    /// A server without TLS: whoever insists on it is told.
    async fn a_server_without(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let front = Front::start(db, Manner::Plain).await?;
        works(at(db, &front)?).await?;
        for mode in [TlsMode::Disable, TlsMode::Prefer] {
            works(at(db, &front)?.tls(mode)).await?;
        }
        for mode in [TlsMode::Require, TlsMode::VerifyCa, TlsMode::VerifyFull] {
            fails(at(db, &front)?.tls(mode), "does not support TLS").await?;
        }
        assert_eq!(front.secured(), 0);
        Ok(())
    }

    /// A server with TLS, and a certificate that no known authority signed.
    async fn a_server_with(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let authority = Authority::new()?;
        let front = Front::start(db, Manner::Tls(authority.signs("localhost")?)).await?;
        works(at(db, &front)?.tls(TlsMode::Disable)).await?;
        assert_eq!(front.secured(), 0);
        let mut secured = 0;
        for mode in [TlsMode::Prefer, TlsMode::Require] {
            works(at(db, &front)?.tls(mode)).await?;
            assert!(front.secured() > secured, "{mode:?}");
            secured = front.secured();
        }
        for mode in [TlsMode::VerifyCa, TlsMode::VerifyFull] {
            fails(at(db, &front)?.tls(mode), "UnknownIssuer").await?;
        }
        Ok(())
    }

    /// The authority is known: its certificate is enough, or has to name the host as well.
    async fn a_known_authority(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let (authority, stranger) = (Authority::new()?, Authority::new()?);
        let front = Front::start(db, Manner::Tls(authority.signs("localhost")?)).await?;
        let by_name = || somewhere(db).map(|options| options.host_at("localhost", front.port));
        works(at(db, &front)?.tls(TlsMode::VerifyCa).tls_root(authority.file())).await?;
        works(by_name()?.tls(TlsMode::VerifyFull).tls_root(authority.file())).await?;
        assert!(front.secured() >= 2);
        fails(at(db, &front)?.tls(TlsMode::VerifyFull).tls_root(authority.file()), "not valid for name").await?;
        for mode in [TlsMode::VerifyCa, TlsMode::VerifyFull] {
            fails(by_name()?.tls(mode).tls_root(stranger.file()), "certificate").await?;
        }
        let old = Front::start(db, Manner::Tls(authority.signs_expired("localhost")?)).await?;
        fails(at(db, &old)?.tls(TlsMode::VerifyCa).tls_root(authority.file()), "expired").await?;
        Ok(())
    }

    /// A server that insists on TLS: whoever does without is told; `allow` of PostgreSQL then tries with it.
    async fn a_server_that_insists(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let authority = Authority::new()?;
        let front = Front::start(db, Manner::Insists(authority.signs("localhost")?)).await?;
        let word = if db.kind() == Kind::Postgres { "no encryption" } else { "insecure transport" };
        fails(at(db, &front)?.tls(TlsMode::Disable), word).await?;
        assert_eq!((front.all(), front.secured()), (1, 0), "not tried again");
        works(at(db, &front)?.tls(TlsMode::Prefer)).await?;
        let secured = front.secured();
        assert!(secured >= 1);
        if db.kind() == Kind::Postgres {
            works(at(db, &front)?.option("sslmode", "allow")).await?;
            assert!(front.secured() > secured);
        }
        Ok(())
    }

    /// Files that are not there, or are no certificates, are named.
    async fn wrong_files(db: &TestDb) -> Outcome {
        let authority = Authority::new()?;
        let front = Front::start(db, Manner::Tls(authority.signs("localhost")?)).await?;
        let secure = || at(db, &front).map(|options| options.tls(TlsMode::VerifyCa));
        fails(secure()?.tls_root("/no/such/ca.pem"), "/no/such/ca.pem").await?;
        let garbage = authority.folder().join("garbage.pem");
        std::fs::write(&garbage, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")?;
        fails(secure()?.tls_root(&garbage), "").await?;
        fails(secure()?.tls_root(authority.file()).tls_client("/no/such/me.pem", "/no/such/key.pem"), "/no/such/me.pem").await?;
        Ok(())
    }

    /// The names of modes that people of either server know, in URLs.
    async fn modes_in_a_url(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let authority = Authority::new()?;
        let with = Front::start(db, Manner::Tls(authority.signs("localhost")?)).await?;
        let without = Front::start(db, Manner::Plain).await?;
        let (host, port) = address(db)?;
        let url = |front: &Front, option: &str| {
            let place = db.url().replacen(&format!("{host}:{port}"), &format!("127.0.0.1:{}", front.port), 1);
            format!("{place}{}{option}", if place.contains('?') { '&' } else { '?' })
        };
        for mode in ["disable", "disabled", "DISABLED"] {
            works(url(&with, &format!("sslmode={mode}"))).await?;
        }
        assert_eq!(with.secured(), 0);
        for mode in ["require", "required", "REQUIRED", "verify-ca", "VERIFY_CA"] {
            let root = format!("sslmode={mode}&sslrootcert={}", authority.file().display());
            works(url(&with, &root)).await?;
            fails(url(&without, &root), "does not support TLS").await?;
        }
        assert!(with.secured() >= 5);
        for mode in ["verify-full", "verify_identity"] {
            let root = format!("ssl-mode={mode}&ssl-ca={}", authority.file().display());
            fails(url(&with, &root), "not valid for name").await?;
        }
        let allowed = Database::open("secure", url(&with, "sslmode=allow")).await;
        match db.kind() {
            Kind::Postgres => drop(allowed?.close().await?),
            _ => assert!(allowed.is_err_and(|error| error.to_string().contains("`prefer`"))),
        }
        Ok(())
    }

    /// The server itself, whichever it is.
    async fn the_real_server(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let (host, port) = address(db)?;
        let has = match db.kind() {
            Kind::Postgres => db.oracle("SHOW ssl").await? == [[Some("on".to_owned())]],
            _ => db.oracle("SHOW GLOBAL STATUS LIKE 'Ssl_server_not_after'").await?.concat().pop().flatten().is_some_and(|date| !date.is_empty()),
        };
        let here = || somewhere(db).map(|options| options.host_at(&host, port));
        works(here()?.tls(TlsMode::Prefer)).await?;
        works(here()?.tls(TlsMode::Disable)).await?;
        if has {
            works(here()?.tls(TlsMode::Require)).await?;
        } else {
            fails(here()?.tls(TlsMode::Require), "does not support TLS").await?;
        }
        fails(here()?.tls(TlsMode::VerifyFull), if has { "certificate" } else { "does not support TLS" }).await
    }
}
