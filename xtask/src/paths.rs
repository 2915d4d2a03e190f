//! Where things are: the workspace, and the folders which xtask writes to.

use std::env;
use std::path::{Path, PathBuf};

/// Names a folder which holds the private servers, in place of `target/services`.
const SERVICES_DIR: &str = "ORM_SERVICES_DIR";

/// The workspace's root folder.
pub(crate) fn root() -> PathBuf {
    // Cargo sets the variable at run time too; the compiled value is for a binary started by hand.
    let manifest =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf)
}

/// The folder of the private servers.
pub(crate) fn services() -> PathBuf {
    match env::var_os(SERVICES_DIR) {
        // Servers change their working directory, so the path has to be absolute.
        Some(dir) => root().join(dir),
        None => root().join("target").join("services"),
    }
}

/// The folder for the facts about coverage that one test run writes.
pub(crate) fn coverage() -> PathBuf {
    root().join("target").join("coverage-facts")
}

/// The first executable file of this name in the given folders, then in `PATH`, then where Debian puts servers.
pub(crate) fn executable(name: &str, first: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    first
        .iter()
        .cloned()
        .chain(env::split_paths(&path))
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into(), "/sbin".into()])
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}
