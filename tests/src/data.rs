//! Real material, which lies outside the repository: in `BATON_DATA`, or beside it.

use std::path::{Path, PathBuf};

/// The text of a file of the material; none, with a line that says so, where it is absent.
#[must_use]
#[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
pub fn data(name: &str) -> Option<String> {
    let root = std::env::var_os("BATON_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    match std::fs::read_to_string(root.join(name)) {
        Ok(text) => Some(text),
        Err(_) => {
            eprintln!("skipped: no {name} in {} (set BATON_DATA)", root.display());
            None
        }
    }
}
