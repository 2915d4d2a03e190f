//! A database that several servers have: which of them is connected to.

use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use super::connect_time::ConnectTime;
use super::fault::refused;
use crate::error::{ConnectCause, Error, ErrorKind, Result};

/// Which server will do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The first that lets us in.
    #[default]
    Any,
    /// One whose transactions can write.
    ReadWrite,
    /// One whose transactions cannot.
    ReadOnly,
    /// One that is no standby.
    Primary,
    Standby,
    /// A standby if there is one, else any.
    PreferStandby,
}

/// What a server says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    pub(super) read_only: bool,
    pub(super) standby: bool,
}

impl Wanted {
    /// By its name in `target_session_attrs`.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "any" => Self::Any,
            "read-write" => Self::ReadWrite,
            "read-only" => Self::ReadOnly,
            "primary" => Self::Primary,
            "standby" => Self::Standby,
            "prefer-standby" => Self::PreferStandby,
            _ => return None,
        })
    }

    /// What is wrong with a server.
    fn objection(self, role: Role) -> Option<&'static str> {
        match self {
            Self::ReadWrite if role.read_only || role.standby => Some("it cannot be written to"),
            Self::ReadOnly if !(role.read_only || role.standby) => Some("it can be written to"),
            Self::Primary if role.standby => Some("it is a standby"),
            Self::Standby | Self::PreferStandby if !role.standby => Some("it is no standby"),
            _ => None,
        }
    }
}

/// How one of several servers is chosen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Choice {
    pub(super) wanted: Wanted,
    /// In any order, not in that of the list.
    pub(super) shuffled: bool,
}

/// One of the servers. Shown as errors name it.
pub(super) trait Place: fmt::Display + Sync {
    type Connection: Send;

    fn open(&self) -> impl Future<Output = Result<Self::Connection>> + Send;

    fn role(connection: &mut Self::Connection) -> impl Future<Output = Result<Role>> + Send;
}

/// Connects to the first server that will do.
///
/// # Errors
///
/// What opening ended with if there is one server; else `Connect` with what each of them said. It names them also where the
/// time was over.
///
/// # Cancel safety
///
/// Drops what is open.
pub(super) async fn open<P: Place>(places: &[P], choice: Choice, time: ConnectTime) -> Result<P::Connection> {
    let mut refusals: Vec<(&P, Error)> = Vec::new();
    let mut spare = None;
    for index in order(places.len(), choice.shuffled) {
        let Some(place) = places.get(index) else { continue };
        let left = places.len().saturating_sub(refusals.len());
        let error = match time.one_of(left, look(place, choice.wanted)).await {
            Ok(Ok((connection, None))) => return Ok(connection),
            Ok(Ok((connection, Some(objection)))) => {
                if choice.wanted == Wanted::PreferStandby {
                    spare.get_or_insert(connection);
                }
                refused(ConnectCause::WrongRole, objection)
            }
            Ok(Err(error)) => error,
            Err(why) => refused(ConnectCause::TimedOut, why),
        };
        refusals.push((place, error));
    }
    spare.ok_or_else(|| all(refusals))
}

async fn look<P: Place>(place: &P, wanted: Wanted) -> Result<(P::Connection, Option<&'static str>)> {
    let mut connection = place.open().await?;
    if wanted == Wanted::Any {
        return Ok((connection, None));
    }
    let role = P::role(&mut connection).await?;
    Ok((connection, wanted.objection(role)))
}

/// Names the server.
#[cold]
fn of<P: Place>(place: &P, error: Error) -> Error {
    match error.kind() {
        ErrorKind::Connect { cause, reason } => {
            let kind = ErrorKind::Connect { cause: *cause, reason: format!("{place}: {reason}") };
            match std::error::Error::source(&error) {
                Some(_) => Error::new(kind).with_source(error),
                None => Error::new(kind),
            }
        }
        _ => error,
    }
}

/// One error for what all of them said.
#[cold]
fn all<P: Place>(mut refusals: Vec<(&P, Error)>) -> Error {
    if refusals.len() == 1
        && let Some((place, error)) = refusals.pop()
    {
        return of(place, error);
    }
    let cause = |error: &Error| match error.kind() {
        ErrorKind::Connect { cause, .. } => *cause,
        _ => ConnectCause::Other,
    };
    let mut causes = refusals.iter().map(|(_, error)| cause(error));
    let first = causes.next().unwrap_or(ConnectCause::Other);
    let common = if causes.all(|cause| cause == first) { first } else { ConnectCause::Other };
    let said: Vec<_> = refusals
        .iter()
        .map(|(place, error)| match error.kind() {
            ErrorKind::Connect { reason, .. } => format!("{place}: {reason}"),
            other => format!("{place}: {other}"),
        })
        .collect();
    refused(common, said.join("; "))
}

/// In which order so many servers are tried.
fn order(count: usize, shuffled: bool) -> Vec<usize> {
    let mut order: Vec<_> = (0..count).collect();
    if shuffled {
        // The standard library has no dice, but each of these states hashes differently.
        let dice: Vec<_> = order.iter().map(|_| RandomState::new().build_hasher().finish()).collect();
        order.sort_by_key(|index| dice.get(*index).copied());
    }
    order
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;

    /// A server that does as it is told.
    struct Fake {
        name: &'static str,
        outcome: Result<Role, ConnectCause>,
        hangs: bool,
    }

    impl fmt::Display for Fake {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.name)
        }
    }

    impl Place for Fake {
        type Connection = (&'static str, Role);

        async fn open(&self) -> Result<Self::Connection> {
            if self.hangs {
                std::future::pending::<()>().await;
            }
            self.outcome
                .map(|role| (self.name, role))
                .map_err(|cause| refused(cause, format!("it is {cause}")))
        }

        async fn role(connection: &mut Self::Connection) -> Result<Role> {
            Ok(connection.1)
        }
    }

    fn server(name: &'static str, read_only: bool, standby: bool) -> Fake {
        Fake { name, outcome: Ok(Role { read_only, standby }), hangs: false }
    }

    fn dead(name: &'static str, cause: ConnectCause) -> Fake {
        Fake { name, outcome: Err(cause), hangs: false }
    }

    async fn chosen(places: &[Fake], wanted: Wanted) -> Result<&'static str> {
        within(places, wanted, ConnectTime::default()).await
    }

    async fn within(places: &[Fake], wanted: Wanted, time: ConnectTime) -> Result<&'static str> {
        open(places, Choice { wanted, ..Choice::default() }, time).await.map(|(name, _)| name)
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_that_will_do_is_taken() {
        let places = [
            dead("dead", ConnectCause::Unreachable),
            Fake { hangs: true, ..server("deaf", false, false) },
            server("standby", true, true),
            server("reader", true, false),
            server("main", false, false),
            server("other", false, false),
        ];
        for (wanted, name) in [
            ("any", "standby"),
            ("read-write", "main"),
            ("read-only", "standby"),
            ("primary", "reader"),
            ("standby", "standby"),
            ("prefer-standby", "standby"),
        ] {
            let wanted = Wanted::named(wanted).expect("a name");
            assert_eq!(chosen(&places, wanted).await.expect("one will do"), name, "{wanted:?}");
        }
        assert_eq!(chosen(&places[4..], Wanted::PreferStandby).await.expect("a spare one"), "main");
        assert_eq!(Wanted::named("readwrite"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn if_none_will_do_each_says_why() {
        let places = [
            dead("one:1", ConnectCause::Unreachable),
            Fake { hangs: true, ..server("two:2", false, false) },
            server("three:3", true, true),
        ];
        let error = chosen(&places, Wanted::ReadWrite).await.expect_err("none");
        assert_eq!(
            error.kind(),
            &ErrorKind::Connect {
                cause: ConnectCause::Other,
                reason:
                    "one:1: it is unreachable; two:2: timed out after 10s; three:3: it cannot be written to"
                        .into(),
            }
        );
        let error = chosen(&places[..1], Wanted::Any).await.expect_err("dead");
        assert_eq!(error.to_string(), "cannot connect: one:1: it is unreachable");
        let both = [dead("one:1", ConnectCause::Denied), dead("two:2", ConnectCause::Denied)];
        let error = chosen(&both, Wanted::Any).await.expect_err("dead");
        assert!(matches!(error.kind(), ErrorKind::Connect { cause: ConnectCause::Denied, .. }), "{error:?}");
    }

    /// Whoever waits for less than all of them may take together hears of the last one too, and what each said.
    #[tokio::test(start_paused = true)]
    async fn they_share_the_time_that_is_left() {
        let deaf = |name| Fake { hangs: true, ..server(name, false, false) };
        let after = |seconds| Some(Instant::now() + Duration::from_secs(seconds));
        let time = |deadline| ConnectTime::new(Duration::from_secs(10), deadline);
        let places = [
            deaf("one:1"),
            dead("two:2", ConnectCause::Denied),
            deaf("three:3"),
            server("four:4", false, false),
        ];
        let begun = Instant::now();
        assert_eq!(within(&places, Wanted::Any, time(after(8))).await.expect("the last one"), "four:4");
        assert_eq!(begun.elapsed(), Duration::from_secs(5), "2 of 8, and 3 of the 6 that were left");
        let error = within(&places[..3], Wanted::Any, time(after(9))).await.expect_err("none");
        let reason = "one:1: timed out after 3s; two:2: it is denied; three:3: timed out after 6s".into();
        assert_eq!(error.kind(), &ErrorKind::Connect { cause: ConnectCause::Other, reason });
        // There is time enough for each.
        let begun = Instant::now();
        let error =
            within(&[deaf("one:1"), deaf("two:2")], Wanted::Any, time(after(60))).await.expect_err("deaf");
        assert!(
            matches!(error.kind(), ErrorKind::Connect { cause: ConnectCause::TimedOut, .. }),
            "{error:?}"
        );
        assert_eq!(begun.elapsed(), Duration::from_secs(20));
        let error = within(&places[..1], Wanted::Any, time(after(2))).await.expect_err("deaf");
        assert_eq!(error.to_string(), "cannot connect: one:1: timed out after 2s");
    }

    #[test]
    fn shuffled_every_order_comes_up() {
        assert_eq!(order(3, false), [0, 1, 2]);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1000 {
            seen.insert(order(3, true));
        }
        assert_eq!(seen.len(), 6);
    }
}
