//! The files of a message, wherever they were hidden.

use crate::mail::body::{Contents, FILES};
use crate::mail::part::{Part, Tree};
use crate::mail::{calendar, charset, header, tnef, uuencode, words};

/// Where the bytes of a file come from.
pub(crate) enum Source {
    /// A part of the tree.
    Part(usize),
    /// Found inside a part.
    Bytes(Vec<u8>),
}

/// A file before it is measured.
pub(crate) struct File {
    /// The name the sender gave; empty when there is none.
    pub(crate) name: String,
    /// A name to save it under when the sender gave none.
    pub(crate) implied: Option<String>,
    pub(crate) media_type: String,
    pub(crate) source: Source,
    pub(crate) content_id: Option<String>,
    pub(crate) inline: bool,
}

impl File {
    /// The decoded bytes.
    pub(crate) fn bytes<'s>(&'s self, tree: &'s Tree<'_>) -> std::borrow::Cow<'s, [u8]> {
        match &self.source {
            Source::Part(index) => tree.part(*index).map(Part::bytes).unwrap_or_default(),
            Source::Bytes(bytes) => std::borrow::Cow::Borrowed(bytes),
        }
    }
}

/// Adds a part as a file, or what it contains.
pub(crate) fn add(contents: &mut Contents, part: &Part<'_>, index: usize) {
    if contents.files.len() >= FILES {
        contents.problem("too_many_files", "only the first 1,000 files are listed");
        return;
    }
    let name = part.name();
    let is_tnef = matches!(
        part.media_type.as_str(),
        "application/ms-tnef" | "application/vnd.ms-tnef"
    ) || name
        .as_deref()
        .is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"));
    if is_tnef {
        if let Some(inner) = tnef::read(&part.bytes()) {
            let useful = !inner.files.is_empty() || !inner.text.is_empty();
            for file in inner.files {
                contents.files.push(File {
                    name: file.name,
                    implied: None,
                    media_type: file.media_type,
                    source: Source::Bytes(file.bytes),
                    content_id: None,
                    inline: false,
                });
            }
            if !inner.text.is_empty() {
                contents.inner_text = Some(inner.text);
            }
            contents.inner_subject = Some(inner.subject).filter(|subject| !subject.is_empty());
            if useful {
                return;
            }
        } else {
            contents.problem("winmail_unreadable", "a winmail.dat could not be read");
        }
    }
    if part.media_type == "text/calendar" && contents.calendar.is_none() {
        let text = charset::decode(&part.bytes(), part.charset()).text;
        contents.calendar = calendar::read(&text);
    }
    contents.files.push(File {
        implied: match &name {
            Some(_) => None,
            None => subject_of(part),
        },
        name: name.or_else(|| name_of_location(part)).unwrap_or_default(),
        media_type: part.media_type.clone(),
        source: Source::Part(index),
        content_id: part.content_id(),
        inline: !part.is_attached()
            && (part.disposition.value == "inline" || part.header.has("content-id")),
    });
}

/// Adds a file that was found inside the text.
pub(crate) fn add_uuencoded(contents: &mut Contents, _part: usize, found: uuencode::Found) {
    let name = words::unstructured(&found.name, None);
    contents.files.push(File {
        media_type: media_type_of(&name).to_owned(),
        name,
        implied: None,
        source: Source::Bytes(found.bytes),
        content_id: None,
        inline: false,
    });
}

/// Keeps the list within its bound.
pub(crate) fn finish(contents: &mut Contents) {
    if contents.files.len() > FILES {
        contents.files.truncate(FILES);
        contents.problem("too_many_files", "only the first 1,000 files are listed");
    }
}

/// The subject of a message that came as a file, as a name to save it under.
fn subject_of(part: &Part<'_>) -> Option<String> {
    if part.media_type != "message/rfc822" {
        return None;
    }
    let bytes = part.bytes();
    let (inner, _) = header::read(&bytes, 0, |_| false);
    let subject = words::unstructured(inner.first("subject")?, None);
    (!subject.is_empty()).then(|| format!("{subject}.eml"))
}

/// The name in a Content-Location, where that is a file and not an address.
fn name_of_location(part: &Part<'_>) -> Option<String> {
    if part.media_type == "message/rfc822" {
        return None;
    }
    let location = words::unstructured(part.header.first("content-location")?, None);
    let named = !location.contains("://")
        && !location.starts_with("cid:")
        && !location.starts_with("data:")
        && location.contains('.');
    named.then_some(location)
}

/// The media type that a file name suggests.
pub(crate) fn media_type_of(name: &str) -> &'static str {
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("txt" | "log") => "text/plain",
        Some("htm" | "html") => "text/html",
        Some("csv") => "text/csv",
        Some("ics") => "text/calendar",
        Some("pdf") => "application/pdf",
        Some("doc") => "application/msword",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("xls") => "application/vnd.ms-excel",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("ppt") => "application/vnd.ms-powerpoint",
        Some("pptx") => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Some("zip") => "application/zip",
        Some("rtf") => "application/rtf",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("bmp") => "image/bmp",
        Some("tif" | "tiff") => "image/tiff",
        Some("eml") => "message/rfc822",
        _ => "application/octet-stream",
    }
}
