//! Reads mail and dialogs from files, one at a time and in a fixed order.
//!
//! A reader is an iterator: it holds one message in memory, never stops at a bad one, and says of
//! each where it came from. What is done with a message, and whether it is known already, is not
//! decided here; [`Item::key`] is the same for the same content, whenever and wherever it is read.

pub mod eml;
pub mod jsonl;
pub mod maildir;
pub mod mbox;
pub mod progress;
mod walk;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use baton_core::hash::Hash;
use thiserror::Error;

pub use jsonl::{Dialog, Turn};

/// The largest message that is read: more than any mail server lets through.
pub const LARGEST: usize = 128 * 1024 * 1024;

/// What the files hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One mail a file; folders are searched.
    Eml,
    /// Many mails a file, each behind a `From ` line.
    Mbox,
    /// Folders with `cur` and `new`, also nested ones.
    Maildir,
    /// One dialog a line, as JSON.
    Jsonl,
}

/// One message or dialog that was read.
#[derive(Clone, PartialEq)]
pub struct Item {
    /// The file below the path that was given, for mbox and jsonl with `:` and the number.
    pub source: String,
    /// What was read.
    pub content: Content,
    /// The flags of a Maildir file name, such as `RS`; empty elsewhere.
    pub flags: String,
}

/// What was read.
#[derive(Clone, PartialEq)]
pub enum Content {
    /// A mail, byte for byte.
    Mail(Vec<u8>),
    /// A dialog.
    Dialog(Dialog),
}

impl Item {
    /// The digest of the content: of the raw bytes of a mail, of the line of a dialog.
    #[must_use]
    pub fn key(&self) -> Hash {
        match &self.content {
            Content::Mail(raw) => Hash::of(raw),
            Content::Dialog(dialog) => dialog.key,
        }
    }

    /// The size as read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match &self.content {
            Content::Mail(raw) => raw.len() as u64,
            Content::Dialog(dialog) => dialog.bytes,
        }
    }
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item")
            .field("source", &self.source)
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}

/// Something that could not be read; the reader goes on behind it.
#[derive(Debug, Error)]
#[error("{place}: {why}")]
pub struct Fault {
    /// Where: as [`Item::source`].
    pub place: String,
    /// Why.
    pub why: Why,
}

/// Why something could not be read.
#[derive(Debug, Error)]
pub enum Why {
    /// The system refused.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// It is larger than [`LARGEST`].
    #[error("larger than {} MiB, which no mail server lets through", LARGEST / (1024 * 1024))]
    TooLarge,
    /// A link within a folder; following it could go round in circles or out of the folder.
    #[error("a link, which is not followed; name it on the command line to import it")]
    Link,
    /// A pipe, device or socket.
    #[error("no ordinary file")]
    Special,
    /// Folders within folders without an end.
    #[error("nested deeper than {} folders", walk::DEEPEST)]
    TooDeep,
    /// Not what the format says.
    #[error("{0}")]
    Unfit(String),
}

impl Fault {
    fn new(place: impl Into<String>, why: impl Into<Why>) -> Self {
        Self {
            place: place.into(),
            why: why.into(),
        }
    }
}

/// What a reader gives.
pub type Found = Result<Item, Fault>;

/// Reads files and folders of a format, in the order given, folders sorted by name.
#[must_use]
pub fn read(format: Format, paths: Vec<PathBuf>) -> Box<dyn Iterator<Item = Found> + Send> {
    let each: fn(PathBuf) -> Box<dyn Iterator<Item = Found> + Send> = match format {
        Format::Eml => |path| Box::new(eml::Eml::new(&path)),
        Format::Mbox => mbox::open,
        Format::Maildir => |path| Box::new(maildir::Maildir::new(&path)),
        Format::Jsonl => jsonl::open,
    };
    Box::new(paths.into_iter().flat_map(each))
}

/// Reads a whole file, up to [`LARGEST`].
fn whole(path: &Path) -> Result<Vec<u8>, Why> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > LARGEST as u64 {
        return Err(Why::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    // The file may grow while it is read.
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST {
        return Err(Why::TooLarge);
    }
    Ok(bytes)
}

/// The name to report for a file given on the command line.
fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Whether a line begins like a header field: a name without blanks and a colon.
fn is_field(line: &[u8]) -> bool {
    let name = line
        .iter()
        .take(80)
        .position(|byte| !(33..=126).contains(byte) || *byte == b':');
    name.is_some_and(|end| end > 0 && line.get(end) == Some(&b':'))
}
