//! What was said of one database, and what it amounts to.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::database::options::DatabaseOptions;
use crate::error::{Error, ErrorKind};
use crate::pool;

/// The keys that a URL is made of, where none is given.
pub(super) const PARTS: [&str; 6] = ["scheme", "user", "password", "host", "port", "name"];

/// The whole URL.
pub(super) const URL: &str = "url";

/// The keys and values of one database, as text.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) values: BTreeMap<String, String>,
    /// What messages call a key.
    pub(super) shown: fn(&Entry, &str) -> String,
    /// What else they have to know for that.
    pub(super) prefix: String,
}

/// Whether there is such a key.
pub(super) fn is_key(key: &str) -> bool {
    key == URL || PARTS.contains(&key) || pool::option_names().contains(&key)
}

impl Entry {
    fn shown(&self, key: &str) -> String {
        format!("`{}`", (self.shown)(self, key))
    }

    fn list(&self, keys: &[&str]) -> String {
        keys.iter().map(|key| self.shown(key)).collect::<Vec<_>>().join(", ")
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// The options, if nothing is missing or wrong.
    pub(super) fn into_options(self, problems: &mut Vec<String>) -> Option<DatabaseOptions> {
        let before = problems.len();
        let url = self.url(problems);
        let mut options = pool::PoolOptions::new();
        for key in pool::option_names() {
            let Some(value) = self.get(key) else { continue };
            if let Err(error) = pool::set_option(&mut options, key, value) {
                problems.push(self.told(key, &error));
            }
        }
        let options = DatabaseOptions::url(url?).pool(options);
        if problems.len() > before {
            return None;
        }
        match options.check(&self.name) {
            Ok(()) => Some(options),
            Err(error) => {
                problems.push(format!("database `{}`: {}", self.name, reason(&error)));
                None
            }
        }
    }

    /// The URL: the one that is given, or one of parts.
    fn url(&self, problems: &mut Vec<String>) -> Option<String> {
        let parts: Vec<_> = PARTS.into_iter().filter(|part| self.values.contains_key(*part)).collect();
        match self.get(URL) {
            Some(url) if parts.is_empty() => return Some(url.to_owned()),
            Some(_) => {
                let both = format!("{} and {} say the same twice", self.shown(URL), self.list(&parts));
                problems.push(both);
                return None;
            }
            None => {}
        }
        let scheme = self.get("scheme").unwrap_or("postgres");
        let is_file = scheme.split('+').next().is_some_and(|scheme| scheme.starts_with("sqlite"));
        let needed: &[&str] = if is_file { &["name"] } else { &["user", "password", "name"] };
        let missing: Vec<_> =
            needed.iter().filter(|part| !self.values.contains_key(**part)).copied().collect();
        if parts.is_empty() {
            problems.push(format!(
                "{} is missing, or instead of it {}",
                self.shown(URL),
                self.list(&missing)
            ));
            return None;
        }
        let mut is_wrong = !missing.is_empty();
        problems.extend(missing.iter().map(|part| format!("{} is missing", self.shown(part))));
        if self.get("port").is_some_and(|port| port.parse::<u16>().is_err()) {
            problems.push(format!("{} must be a number up to 65535", self.shown("port")));
            is_wrong = true;
        }
        let strange: Vec<_> = if is_file {
            parts.iter().filter(|part| !matches!(**part, "scheme" | "name")).collect()
        } else {
            vec![]
        };
        for part in &strange {
            problems.push(format!("{} is not for a file", self.shown(part)));
        }
        if is_wrong || !strange.is_empty() {
            return None;
        }
        let name = self.get("name")?;
        if is_file {
            return Some(format!("{scheme}:{}", utf8_percent_encode(name, &PATH)));
        }
        let encoded = |part: &str| utf8_percent_encode(part, NON_ALPHANUMERIC).to_string();
        let host = match self.get("host").unwrap_or("localhost") {
            host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
            host => host.to_owned(),
        };
        let port = self.get("port").map(|port| format!(":{port}")).unwrap_or_default();
        // A password that is empty is none: servers tell the two apart.
        let password = match encoded(self.get("password")?) {
            password if password.is_empty() => password,
            password => format!(":{password}"),
        };
        Some(format!("{scheme}://{}{password}@{host}{port}/{}", encoded(self.get("user")?), encoded(name)))
    }

    /// What is wrong with a value, in words that say where it stands.
    fn told(&self, key: &str, error: &Error) -> String {
        let reason = reason(error);
        let reason = reason.strip_prefix(&format!("`{key}` ")).unwrap_or(&reason);
        format!("{} {}", self.shown(key), reason.strip_prefix("in the URL ").unwrap_or(reason))
    }
}

/// What has a meaning of its own in the path of a URL.
const PATH: percent_encoding::AsciiSet = percent_encoding::CONTROLS.add(b'%').add(b'?').add(b'#').add(b' ');

/// The reason alone, without what is said around it.
fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Config { reason } => reason.clone(),
        kind => kind.to_string(),
    }
}
