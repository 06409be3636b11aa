//! Walks folders in a fixed order without following links.

use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use super::{Fault, Why};

/// How deep folders may be nested.
pub(super) const DEEPEST: usize = 64;

/// One thing that was come upon.
pub(super) struct Step {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The path below the root, with `/` between the parts.
    pub(super) name: String,
    /// How many folders above it, below the root.
    pub(super) depth: usize,
    kind: FileType,
}

impl Step {
    /// Whether it is a folder.
    pub(super) fn is_folder(&self) -> bool {
        self.kind.is_dir()
    }

    /// The last part of the name.
    pub(super) fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// An ordinary file, or why not.
    pub(super) fn check_file(&self) -> Result<(), Fault> {
        let why = match self.kind {
            kind if kind.is_file() => return Ok(()),
            kind if kind.is_symlink() => Why::Link,
            _ => Why::Special,
        };
        Err(Fault::new(self.name.clone(), why))
    }
}

/// The entries of a folder, sorted by name.
pub(super) fn list(folder: &Path, name: &str, depth: usize) -> Result<Vec<Step>, Fault> {
    if depth > DEEPEST {
        return Err(Fault::new(name, Why::TooDeep));
    }
    let fault = |error| Fault::new(name, Why::Unreadable(error));
    let mut steps = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let own = entry.file_name();
        let own = own.to_string_lossy();
        steps.push(Step {
            path: entry.path(),
            name: match name {
                "" => own.into_owned(),
                _ => format!("{name}/{own}"),
            },
            depth,
            kind: entry.file_type().map_err(fault)?,
        });
    }
    // By the path, which also orders names that are not Unicode.
    steps.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(steps)
}
