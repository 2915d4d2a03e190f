//! Migrations written to files.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{FORMAT, Migration};
use crate::error::{Error, Result};
use crate::operation::Operation;

#[derive(Serialize)]
struct Document<'m> {
    format: u32,
    parents: &'m [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
    // Without any there is nothing in the way of those that somebody writes below.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    operations: &'m [Operation],
}

impl Migration {
    /// The text of its file.
    ///
    /// # Errors
    ///
    /// What cannot be written, in words.
    pub fn text(&self) -> std::result::Result<String, String> {
        let document = Document {
            format: FORMAT,
            parents: &self.parents,
            dependencies: self.dependencies.iter().map(ToString::to_string).collect(),
            operations: &self.operations,
        };
        let body = toml::to_string(&document).map_err(|error| error.to_string())?;
        let mut text = String::new();
        for operation in &self.operations {
            // Names may hold anything, a comment one line.
            let words = operation.describe().replace(char::is_control, " ");
            text.push_str(&format!("# - {words}\n"));
        }
        Ok(format!("# {}\n{text}\n{body}", self.id))
    }

    /// The path of its file in a folder of migrations.
    #[must_use]
    pub fn path(&self, folder: &Path) -> PathBuf {
        folder.join(&self.id.app).join(format!("{}.toml", self.id.name))
    }

    /// Writes its file, which must not be there yet. It is there wholly, or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::Syntax`].
    pub fn write(&self, folder: &Path) -> Result<PathBuf> {
        let path = self.path(folder);
        let text = self.text().map_err(|reason| Error::Syntax { path: path.clone(), reason })?;
        let partial = path.with_extension("partial");
        let write = || {
            fs::create_dir_all(folder.join(&self.id.app))?;
            let mut file = fs::File::create(&partial)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            // A name that is taken is an error, where a rename would replace the file. Not every file system has links.
            let linked = match fs::hard_link(&partial, &path) {
                Err(cause) if cause.kind() != ErrorKind::AlreadyExists && !path.exists() => {
                    return fs::rename(&partial, &path);
                }
                linked => linked,
            };
            fs::remove_file(&partial)?;
            linked
        };
        match write() {
            Ok(()) => Ok(path),
            Err(cause) => Err(Error::Io { path, cause }),
        }
    }
}
