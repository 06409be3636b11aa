//! Names for files that strangers sent: safe to save on every system, honest about what they are.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use crate::mail::body::media_type_of;

/// Longest saved name in bytes; file systems allow 255, and programs add to it.
const LONGEST: usize = 180;

/// Names that open a device on Windows, whatever their extension.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "conin$", "conout$", "clock$", "com0", "com1", "com2", "com3",
    "com4", "com5", "com6", "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5",
    "lpt6", "lpt7", "lpt8", "lpt9", "com¹", "com²", "com³", "lpt¹", "lpt²", "lpt³",
];

/// Extensions of files that may run something when opened.
const ACTIVE: &[&str] = &[
    "ade",
    "adp",
    "apk",
    "app",
    "appimage",
    "appinstaller",
    "application",
    "appref-ms",
    "appx",
    "asp",
    "aspx",
    "bas",
    "bash",
    "bat",
    "bgi",
    "cab",
    "ceo",
    "chm",
    "cmd",
    "cnt",
    "com",
    "command",
    "cpl",
    "crt",
    "csh",
    "deb",
    "desktop",
    "diagcab",
    "dll",
    "dmg",
    "docm",
    "dot",
    "dotm",
    "drv",
    "exe",
    "fxp",
    "gadget",
    "grp",
    "hlp",
    "hta",
    "htc",
    "htm",
    "html",
    "img",
    "inf",
    "ins",
    "iqy",
    "iso",
    "isp",
    "its",
    "jar",
    "jnlp",
    "js",
    "jse",
    "ksh",
    "lib",
    "library-ms",
    "lnk",
    "mad",
    "maf",
    "mam",
    "maq",
    "mar",
    "mas",
    "mau",
    "mav",
    "maw",
    "mcf",
    "mda",
    "mdb",
    "mde",
    "mdt",
    "mdw",
    "mdz",
    "mht",
    "mhtml",
    "mjs",
    "msc",
    "msh",
    "msi",
    "msix",
    "msp",
    "mst",
    "msu",
    "ocx",
    "one",
    "ops",
    "osd",
    "pcd",
    "php",
    "pif",
    "pkg",
    "pl",
    "plg",
    "ppam",
    "potm",
    "ppsm",
    "pptm",
    "prf",
    "prg",
    "printerexport",
    "ps1",
    "ps1xml",
    "ps2",
    "psc1",
    "psd1",
    "psdm1",
    "psm1",
    "pst",
    "py",
    "pyc",
    "pyo",
    "pyw",
    "pyz",
    "rb",
    "rdp",
    "reg",
    "rpm",
    "run",
    "scf",
    "scpt",
    "scr",
    "sct",
    "search-ms",
    "settingcontent-ms",
    "sh",
    "shb",
    "shs",
    "shtml",
    "sldm",
    "slk",
    "svg",
    "svgz",
    "swf",
    "sys",
    "terminal",
    "theme",
    "url",
    "vb",
    "vbe",
    "vbp",
    "vbs",
    "vhd",
    "vhdx",
    "vsmacros",
    "vsw",
    "webpnp",
    "website",
    "wim",
    "ws",
    "wsb",
    "wsc",
    "wsf",
    "wsh",
    "xbap",
    "xht",
    "xhtml",
    "xla",
    "xlam",
    "xll",
    "xlm",
    "xlsm",
    "xltm",
    "xnk",
    "xps",
    "xsl",
    "zsh",
];

/// Extensions of harmless documents, used to disguise others: `invoice.pdf.exe`.
const DISGUISES: &[&str] = &[
    "avi", "bmp", "csv", "doc", "docx", "eml", "gif", "ics", "jpeg", "jpg", "m4a", "mov", "mp3",
    "mp4", "mpg", "odp", "ods", "odt", "pages", "pdf", "png", "ppt", "pptx", "rtf", "tif", "tiff",
    "txt", "wav", "webp", "xls", "xlsx", "zip",
];

/// A name that is safe to save under on every system: one component, no device, nothing hidden,
/// and the extension that counts in plain sight.
#[must_use]
pub fn safe_name(name: &str, media_type: &str) -> String {
    let name = without_escapes(name);
    let component = last_component(&name);
    let mut clean = String::with_capacity(component.len());
    for c in component.nfc() {
        match c {
            c if is_hidden(c) => {}
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\' => clean.push('_'),
            c if c.is_control() => {}
            // Look-alikes of separators and of the dot.
            '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{ff0f}' | '\u{ff3c}' | '\u{29f5}'
            | '\u{fe68}' => clean.push('_'),
            '.' | '\u{2024}' | '\u{ff0e}' => {
                if !clean.ends_with('.') {
                    clean.push('.');
                }
            }
            c if c.is_whitespace() => {
                if !clean.ends_with(' ') {
                    clean.push(' ');
                }
            }
            c => clean.push(c),
        }
    }
    let clean = clean
        .trim_start_matches(['.', '-', ' ', '~', '\u{2025}', '\u{2026}'])
        .trim_end_matches(['.', ' ', '\u{2025}', '\u{2026}']);
    let (stem, extension) = split(clean);
    let stem = stem.trim_end_matches([' ', '.']);
    let unnamed = stem.is_empty();
    let stem = if unnamed { "attachment" } else { stem };
    let mut stem = show_disguise(stem, extension);
    // Windows looks at what stands before the first dot; some programs fold wide letters before.
    let device: String = stem.split('.').next().unwrap_or_default().nfkc().collect();
    let device = device.trim().to_lowercase();
    if DEVICES.contains(&device.as_str()) {
        stem.insert(0, '_');
    }
    let extension = if extension.is_empty() {
        implied_extension(media_type, unnamed).to_owned()
    } else {
        extension.to_owned()
    };
    let room = LONGEST - extension.len().min(40) - usize::from(!extension.is_empty());
    cut(&mut stem, room);
    let stem = stem.trim_end_matches([' ', '.']);
    if extension.is_empty() {
        stem.to_owned()
    } else {
        format!("{stem}.{extension}")
    }
}

/// A name whose separators, dots and ends of line are no longer in their percent spelling, which
/// some servers and programs undo once more.
fn without_escapes(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('%') {
        plain.push_str(before);
        let escape = after.get(..2).unwrap_or_default().to_ascii_lowercase();
        let meant = match escape.as_str() {
            "2f" => "/",
            "5c" => "\\",
            "3a" => ":",
            "2e" => ".",
            "00" | "0a" | "0d" => "",
            _ => {
                plain.push('%');
                rest = after;
                continue;
            }
        };
        plain.push_str(meant);
        rest = after.get(2..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

/// Of a path the last component; a separator inside of a mere name stays, to be replaced.
fn last_component(name: &str) -> &str {
    let mut pieces = name.split(['/', '\\']);
    let first = pieces.next().unwrap_or_default().trim();
    let is_path = first.is_empty()
        || first.chars().all(|c| c == '.')
        || first.ends_with(':')
        || name.contains('\\')
        || pieces.clone().count() > 1;
    if !is_path {
        return name;
    }
    name.rsplit(['/', '\\'])
        .find(|piece| piece.chars().any(|c| !c.is_whitespace() && c != '.'))
        .unwrap_or_default()
}

/// Whether opening a file may run something, by its type or by its name.
#[must_use]
pub fn is_active(media_type: &str, name: &str) -> bool {
    let by_type = matches!(
        media_type,
        "text/html"
            | "application/xhtml+xml"
            | "image/svg+xml"
            | "text/xml"
            | "application/xml"
            | "application/hta"
            | "application/javascript"
            | "application/x-javascript"
            | "text/javascript"
            | "application/ecmascript"
            | "text/vbscript"
            | "application/java-archive"
            | "application/vnd.android.package-archive"
            | "application/x-ms-application"
            | "application/x-ms-shortcut"
            | "application/x-desktop"
            | "message/external-body"
    ) || media_type.starts_with("application/x-ms")
        && media_type != "application/x-mspublisher"
        || media_type.contains("macroenabled")
        || media_type.contains("executable")
        || matches!(
            media_type,
            "application/x-dosexec"
                | "application/x-sh"
                | "application/x-csh"
                | "application/x-bat"
                | "application/x-python"
                | "application/x-perl"
                | "application/x-php"
                | "application/x-shellscript"
                | "text/x-shellscript"
                | "application/x-elf"
                | "application/x-deb"
                | "application/x-rpm"
                | "application/x-iso9660-image"
        );
    let saved = safe_name(name, media_type);
    let (_, extension) = split(&saved);
    by_type || ACTIVE.contains(&plain(extension).as_str())
}

/// The names given so far, so that two files of a message never share one.
#[derive(Debug, Default)]
pub struct Taken(BTreeSet<String>);

impl Taken {
    /// The name itself, or the name with a number when it is taken already.
    pub fn take(&mut self, name: &str) -> String {
        if self.0.insert(name.to_lowercase()) {
            return name.to_owned();
        }
        let (stem, extension) = split(name);
        for number in 2_u32..=100_000 {
            let mut stem = stem.to_owned();
            cut(&mut stem, LONGEST - extension.len() - 10);
            let numbered = if extension.is_empty() {
                format!("{stem} ({number})")
            } else {
                format!("{stem} ({number}).{extension}")
            };
            if self.0.insert(numbered.to_lowercase()) {
                return numbered;
            }
        }
        name.to_owned()
    }
}

/// Characters that are not seen, or that change how others are seen.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{1d173}'..='\u{1d17a}' | '\u{2028}' | '\u{2029}'
    )
}

/// The stem and the extension, which is short and made of letters and digits.
fn split(name: &str) -> (&str, &str) {
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !extension.is_empty()
                && extension.len() <= 20
                && extension
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) =>
        {
            (stem, extension)
        }
        _ => (name, ""),
    }
}

/// An extension as programs compare it: wide and dressed-up letters are plain ones.
fn plain(extension: &str) -> String {
    extension.nfkc().collect::<String>().to_lowercase()
}

/// `invoice.pdf` before `.exe` becomes `invoice_pdf`, so that nobody takes it for a PDF.
fn show_disguise(stem: &str, extension: &str) -> String {
    if !ACTIVE.contains(&plain(extension).as_str()) {
        return stem.to_owned();
    }
    let mut shown = String::with_capacity(stem.len());
    for (at, piece) in stem.split('.').enumerate() {
        if at > 0 {
            let disguise = DISGUISES.contains(&piece.trim().to_lowercase().as_str());
            shown.push(if disguise { '_' } else { '.' });
        }
        shown.push_str(piece.trim());
    }
    shown
}

fn implied_extension(media_type: &str, unnamed: bool) -> &'static str {
    match media_type {
        "text/plain" => "txt",
        "text/html" => "html",
        "text/csv" => "csv",
        "text/calendar" => "ics",
        "text/vcard" | "text/x-vcard" => "vcf",
        "message/rfc822" => "eml",
        "message/delivery-status" | "message/disposition-notification" | "text/rfc822-headers" => {
            "txt"
        }
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/tiff" => "tif",
        "image/bmp" => "bmp",
        "image/svg+xml" => "svg",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.ms-excel" => "xls",
        "application/pgp-signature" | "application/pgp-encrypted" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        _ if unnamed && media_type_of("") == media_type => "bin",
        _ => "",
    }
}

/// Shortens to so many bytes, at the end of a character.
fn cut(text: &mut String, bytes: usize) {
    if text.len() > bytes {
        let mut end = bytes;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
}
