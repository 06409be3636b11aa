//! Real material, which lies outside the repository: in `BATON_DATA`, or beside it.

use std::path::{Path, PathBuf};

/// The text of a file of the material; none, with a line that says so, where it is absent.
#[must_use]
#[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
pub fn data(name: &str) -> Option<String> {
    match std::fs::read_to_string(path(name)) {
        Ok(text) => Some(text),
        Err(_) => {
            let path = path(name);
            eprintln!("skipped: no {} (set BATON_DATA)", path.display());
            None
        }
    }
}

/// Where a file of the material lies, if it is there.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    let root = std::env::var_os("BATON_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    root.join(name)
}
