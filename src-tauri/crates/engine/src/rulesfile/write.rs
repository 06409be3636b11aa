//! Writing the file whole: a reader sees the old text or the new one, never a part.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a text in the place of a file. A link stays a link, and the file keeps its permissions.
pub(super) fn whole(file: &Path, text: &str) -> io::Result<()> {
    let place = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let beside = place.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = put(&beside, &place, text);
    if written.is_err() {
        // What is left half done must not be taken for rules.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn put(beside: &Path, place: &Path, text: &str) -> io::Result<()> {
    let mut out = File::create(beside)?;
    out.write_all(text.as_bytes())?;
    if let Ok(meta) = fs::metadata(place) {
        out.set_permissions(meta.permissions())?;
    }
    out.sync_all()?;
    fs::rename(beside, place)
}
