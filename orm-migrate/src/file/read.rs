//! Migrations read from files.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::{FORMAT, Files, Migration, MigrationId};
use crate::error::{Error, Result};
use crate::operation::Operation;

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: u32,
    #[serde(default)]
    parents: Vec<String>,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    operations: Vec<Operation>,
}

/// What every version of the format says.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Files {
    /// Reads `folder/{app}/{name}.toml`, whatever apps there are. A folder that does not exist has none.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and [`Error::Syntax`] with the file for what is no migration.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files = Self::new();
        for app in entries(folder)? {
            let path = folder.join(&app);
            if !path.is_dir() {
                continue;
            }
            for file in entries(&path)? {
                if let Some(name) = file.strip_suffix(".toml").filter(|name| !name.starts_with('.')) {
                    let path = path.join(&file);
                    let text =
                        fs::read_to_string(&path).map_err(|cause| Error::Io { path: path.clone(), cause })?;
                    let migration = Migration::parse(MigrationId::new(&app, name), &text)
                        .map_err(|reason| Error::Syntax { path, reason })?;
                    files.insert(migration);
                }
            }
        }
        Ok(files)
    }
}

/// The names in a folder, in order; none of a folder that does not exist.
fn entries(folder: &Path) -> Result<Vec<String>> {
    let error = |cause| Error::Io { path: folder.to_owned(), cause };
    let read = match fs::read_dir(folder) {
        Ok(read) => read,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(error(cause)),
    };
    let mut names = Vec::new();
    for entry in read {
        if let Ok(name) = entry.map_err(error)?.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

impl Migration {
    /// Reads a migration from the text of its file.
    ///
    /// # Errors
    ///
    /// What is wrong in it, in words, with line and column where there is one.
    pub fn parse(id: MigrationId, text: &str) -> std::result::Result<Self, String> {
        let words = |error: toml::de::Error| error.to_string().trim_end().to_owned();
        let head: Head = toml::from_str(text).map_err(words)?;
        if head.format != FORMAT {
            return Err(format!(
                "its format is {}, and this version of the program reads {FORMAT}",
                head.format
            ));
        }
        let document: Document = toml::from_str(text).map_err(words)?;
        debug_assert_eq!(document.format, FORMAT, "read twice");
        let dependency = |text: &String| match text.split_once('/') {
            Some((app, name)) if !app.is_empty() && !name.is_empty() => Ok(MigrationId::new(app, name)),
            _ => Err(format!("`{text}` is no dependency: write `app/name`")),
        };
        Ok(Self {
            id,
            parents: document.parents,
            dependencies: document
                .dependencies
                .iter()
                .map(dependency)
                .collect::<std::result::Result<_, _>>()?,
            operations: document.operations,
        })
    }
}
