//! The identity of a migration: a hash of what it means.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{FORMAT, Migration};

impl Migration {
    /// A hash of what the migration means, as 64 hexadecimal digits: SHA-256.
    ///
    /// It does not change when a file is formatted anew, its keys stand in another order, or comments come and go. It
    /// changes with everything else: name, parents, dependencies, operations.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut dependencies: Vec<_> = self.dependencies.iter().map(ToString::to_string).collect();
        let mut parents = self.parents.clone();
        dependencies.sort();
        parents.sort();
        let meaning = serde_json::json!({
            "format": FORMAT,
            "id": self.id.to_string(),
            "parents": parents,
            "dependencies": dependencies,
            // What cannot be written cannot be read either.
            "operations": serde_json::to_value(&self.operations).unwrap_or_default(),
        });
        let mut text = Vec::new();
        write(&mut text, &meaning);
        digest(&text)
    }
}

/// SHA-256, as 64 hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every value behind a letter for its kind and its length, keys in the order of their bytes: no two meanings share a
/// text.
fn write(out: &mut Vec<u8>, value: &Value) {
    let mut sized = |kind: u8, length: usize, text: &str| {
        out.push(kind);
        out.extend_from_slice(length.to_string().as_bytes());
        out.push(b':');
        out.extend_from_slice(text.as_bytes());
    };
    match value {
        Value::Null => sized(b'n', 0, ""),
        Value::Bool(value) => sized(b'b', 1, if *value { "1" } else { "0" }),
        Value::Number(number) => {
            let text = number.to_string();
            sized(b'd', text.len(), &text);
        }
        Value::String(text) => sized(b's', text.len(), text),
        Value::Array(items) => {
            sized(b'a', items.len(), "");
            items.iter().for_each(|item| write(out, item));
        }
        Value::Object(map) => {
            sized(b'o', map.len(), "");
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_bytes());
            for (key, value) in entries {
                write(out, &Value::String(key.clone()));
                write(out, value);
            }
        }
    }
}
