//! Settings from whatever serde reads.
//!
//! Values of any type are taken at first, so that it is us who say what is wrong with them: serde's own messages repeat
//! the value.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Settings;
use super::entry::{self, Entry, PARTS, URL};

/// The names of databases, each with a URL or with a map of `url`, or `scheme`, `user`, `password`, `host`, `port` and `name`,
/// and options of the pool. A URL alone is that of the database named `default`.
impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let said = match Said::deserialize(deserializer)? {
            Said::Map(map) => map,
            Said::Text(url) => vec![("default".to_owned(), Said::Text(url))],
            Said::Number(_) | Said::Nothing | Said::Other => {
                return Err(D::Error::custom("expected databases by name"));
            }
        };
        let mut problems = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        for (name, said) in said {
            if name.is_empty() {
                problems.push("a database without a name".to_owned());
            }
            if entries.iter().any(|earlier| earlier.name == name) {
                problems.push(format!("`{name}` is there twice"));
            }
            let values = values(&name, said, &mut problems);
            entries.push(Entry { name, values, shown: path, prefix: String::new() });
        }
        Self::from_entries(entries, problems).map_err(|error| D::Error::custom(error.kind()))
    }
}

fn path(entry: &Entry, key: &str) -> String {
    format!("{}.{key}", entry.name)
}

/// The keys and values of a database, as text.
fn values(name: &str, said: Said, problems: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    match said {
        Said::Text(url) => _ = values.insert(URL.to_owned(), url),
        Said::Map(map) => {
            for (key, value) in map {
                if !entry::is_key(&key) {
                    let known: Vec<_> = [URL].into_iter().chain(PARTS).collect();
                    problems.push(format!(
                        "`{name}.{key}` means nothing: there are `{}`, and the options of a pool",
                        known.join("`, `")
                    ));
                    continue;
                }
                match value {
                    Said::Text(_) | Said::Number(_) if values.contains_key(&key) => {
                        problems.push(format!("`{name}.{key}` is there twice"));
                    }
                    Said::Text(value) | Said::Number(value) => _ = values.insert(key, value),
                    // As if it were not there.
                    Said::Nothing => {}
                    Said::Map(_) | Said::Other => {
                        problems.push(format!("`{name}.{key}` must be a text or a number"));
                    }
                }
            }
        }
        Said::Number(_) | Said::Nothing | Said::Other => {
            problems.push(format!("`{name}` must be a URL, or a map with one"));
            // Nothing more is to be said of it.
            values.insert(URL.to_owned(), "sqlite::memory:".to_owned());
        }
    }
    values
}

/// Whatever was said.
enum Said {
    Text(String),
    /// A number or a truth value, as text.
    Number(String),
    Map(Vec<(String, Said)>),
    Nothing,
    Other,
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

macro_rules! numbers {
    ($($visit:ident: $ty:ty),*) => {$(
        fn $visit<E>(self, value: $ty) -> Result<Said, E> {
            Ok(Said::Number(value.to_string()))
        }
    )*};
}

impl<'de> Visitor<'de> for Any {
    type Value = Said;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("databases by name")
    }

    numbers!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128, visit_f64: f64);

    fn visit_str<E>(self, value: &str) -> Result<Said, E> {
        Ok(Said::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Said, E> {
        Ok(Said::Text(value))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Said, E> {
        Ok(Said::Other)
    }

    fn visit_none<E>(self) -> Result<Said, E> {
        Ok(Said::Nothing)
    }

    fn visit_unit<E>(self) -> Result<Said, E> {
        Ok(Said::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Said, D::Error> {
        Said::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Said, D::Error> {
        Said::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Said, A::Error> {
        while access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Said::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Said, A::Error> {
        let mut map = Vec::new();
        while let Some(pair) = access.next_entry()? {
            map.push(pair);
        }
        Ok(Said::Map(map))
    }
}
