//! Writing the file whole: a reader sees the old text or the new one, never a part.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

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

/// That the file was written, and what stood in it before.
#[derive(Debug)]
pub(crate) struct Written {
    file: PathBuf,
    before: Option<String>,
}

impl Written {
    /// Writes a text in the place of a file.
    pub(super) fn over(file: PathBuf, text: &str) -> io::Result<Self> {
        let before = fs::read_to_string(&file).ok();
        whole(&file, text)?;
        Ok(Self { file, before })
    }

    /// Makes the file say again what it said before, because what it says now was not put in force.
    pub(crate) fn take_back(self) {
        let done = match self.before {
            Some(before) => whole(&self.file, &before),
            None => fs::remove_file(&self.file),
        };
        if let Err(error) = done {
            tracing::error!(%error, "The file of the rules says what is not in force.");
        }
    }
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
