//! `winmail.dat` (MS-OXTNEF): the wrapping that Outlook puts around files for strangers.

use crate::mail::body::plain_of_rtf;
use crate::mail::charset;

/// A file inside.
pub(crate) struct TnefFile {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

/// What the wrapping holds.
#[derive(Default)]
pub(crate) struct Tnef {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) files: Vec<TnefFile>,
}

const SIGNATURE: u32 = 0x223E_9F78;
/// Attributes, named by tag without the type in the upper half.
const SUBJECT: u16 = 0x8004;
const BODY: u16 = 0x800C;
const ATTACHMENT_DATA: u16 = 0x800F;
const ATTACHMENT_TITLE: u16 = 0x8010;
const ATTACHMENT_BEGINS: u16 = 0x9002;
const MESSAGE_PROPERTIES: u16 = 0x9003;
const ATTACHMENT_PROPERTIES: u16 = 0x9005;
const CODE_PAGE: u16 = 0x9007;
/// How many files are taken out.
const FILES: usize = 200;
/// Largest text that compressed RTF may grow to.
const RTF: usize = 4 * 1024 * 1024;

struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.rest.split_at_checked(count)?;
        self.rest = tail;
        Some(head)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.u32()?).ok()
    }
}

/// Reads a whole `winmail.dat`; what is damaged at its end is left out.
pub(crate) fn read(bytes: &[u8]) -> Option<Tnef> {
    let mut cursor = Cursor { rest: bytes };
    if cursor.u32()? != SIGNATURE {
        return None;
    }
    cursor.u16()?;
    let mut tnef = Tnef::default();
    let mut label = "windows-1252".to_owned();
    while cursor.take(1).is_some() {
        let (Some(id), Some(_kind), Some(length)) = (cursor.u16(), cursor.u16(), cursor.length())
        else {
            break;
        };
        let Some(data) = cursor.take(length) else {
            break;
        };
        if cursor.take(2).is_none() {
            break;
        }
        match id {
            CODE_PAGE => {
                if let Some(page) = (Cursor { rest: data }).u32() {
                    label = match page {
                        65_001 => "utf-8".to_owned(),
                        page => format!("windows-{page}"),
                    };
                }
            }
            SUBJECT => tnef.subject = string(data, &label),
            BODY => tnef.text = string(data, &label),
            MESSAGE_PROPERTIES => message_properties(data, &label, &mut tnef),
            ATTACHMENT_BEGINS if tnef.files.len() < FILES => tnef.files.push(TnefFile {
                name: String::new(),
                media_type: String::new(),
                bytes: Vec::new(),
            }),
            ATTACHMENT_DATA | ATTACHMENT_TITLE | ATTACHMENT_PROPERTIES => {
                if let Some(file) = tnef.files.last_mut() {
                    match id {
                        ATTACHMENT_DATA => file.bytes = data.to_vec(),
                        ATTACHMENT_TITLE if file.name.is_empty() => {
                            file.name = string(data, &label);
                        }
                        ATTACHMENT_PROPERTIES => attachment_properties(data, &label, file),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    tnef.files.retain(|file| !file.bytes.is_empty());
    for file in &mut tnef.files {
        if file.media_type.is_empty() {
            file.media_type = crate::mail::body::media_type_of(&file.name).to_owned();
        }
    }
    Some(tnef)
}

fn string(data: &[u8], label: &str) -> String {
    let end = memchr::memchr(0, data).unwrap_or(data.len());
    charset::decode(data.get(..end).unwrap_or_default(), Some(label)).text
}

fn wide_string(data: &[u8]) -> String {
    let units: Vec<u16> = data
        .chunks_exact(2)
        .map(|two| u16::from_le_bytes(two.try_into().unwrap_or_default()))
        .take_while(|unit| *unit != 0)
        .collect();
    String::from_utf16_lossy(&units)
}

/// Calls `with` for each MAPI property of a block: its id, its type, its value.
fn properties(data: &[u8], mut with: impl FnMut(u16, u16, &[u8])) -> Option<()> {
    let mut cursor = Cursor { rest: data };
    let count = cursor.u32()?;
    for _ in 0..count.min(10_000) {
        let kind = cursor.u16()?;
        let id = cursor.u16()?;
        if id >= 0x8000 {
            // A named property: a GUID, then a number or a name.
            cursor.take(16)?;
            if cursor.u32()? == 0 {
                cursor.take(4)?;
            } else {
                let length = cursor.length()?;
                cursor.take(length.checked_next_multiple_of(4)?)?;
            }
        }
        let several = kind & 0x1000 != 0;
        let plain = kind & 0x0fff;
        let variable = matches!(plain, 0x1e | 0x1f | 0x102 | 0x0d);
        let values = if several || variable {
            cursor.u32()?
        } else {
            1
        };
        for _ in 0..values.min(10_000) {
            let length = match plain {
                0x02 | 0x03 | 0x04 | 0x0a | 0x0b => 4,
                0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
                0x48 => 16,
                0x1e | 0x1f | 0x102 | 0x0d => cursor.length()?,
                _ => return None,
            };
            let value = cursor.take(length)?;
            cursor.take(length.checked_next_multiple_of(4)? - length)?;
            with(id, plain, value);
        }
    }
    Some(())
}

fn text_of(kind: u16, value: &[u8], label: &str) -> String {
    if kind == 0x1f {
        wide_string(value)
    } else {
        string(value, label)
    }
}

fn message_properties(data: &[u8], label: &str, tnef: &mut Tnef) {
    let mut rtf = None;
    let mut html = None;
    properties(data, |id, kind, value| match id {
        0x0037 => tnef.subject = text_of(kind, value, label),
        0x1000 => tnef.text = text_of(kind, value, label),
        0x1009 => rtf = Some(value.to_vec()),
        0x1013 => html = Some(text_of(kind, value, label)),
        _ => {}
    });
    if tnef.text.is_empty() {
        if let Some(html) = html {
            tnef.text = crate::html::to_text(&html);
        } else if let Some(rtf) = rtf.as_deref().and_then(decompress_rtf) {
            tnef.text = plain_of_rtf(&rtf);
        }
    }
}

fn attachment_properties(data: &[u8], label: &str, file: &mut TnefFile) {
    let mut long_name = None;
    properties(data, |id, kind, value| match id {
        0x3707 => long_name = Some(text_of(kind, value, label)),
        0x3704 | 0x3001 if file.name.is_empty() => file.name = text_of(kind, value, label),
        0x370e => file.media_type = text_of(kind, value, label).to_ascii_lowercase(),
        0x3701 => {
            // An embedded object begins with the id of its interface.
            let bytes = if kind == 0x0d {
                value.get(16..).unwrap_or_default()
            } else {
                value
            };
            file.bytes = bytes.to_vec();
        }
        _ => {}
    });
    if let Some(name) = long_name.filter(|name| !name.is_empty()) {
        file.name = name;
    }
}

/// Undoes the compression of RTF (MS-OXRTFCP).
fn decompress_rtf(data: &[u8]) -> Option<Vec<u8>> {
    let mut cursor = Cursor { rest: data };
    cursor.u32()?;
    let size = cursor.length()?.min(RTF);
    let kind = cursor.u32()?;
    cursor.u32()?;
    if kind == 0x414C_454D {
        return Some(cursor.rest.get(..size).unwrap_or(cursor.rest).to_vec());
    }
    if kind != 0x7546_5A4C {
        return None;
    }
    let mut window = [b' '; 4096];
    let begin: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
    for (slot, byte) in window.iter_mut().zip(begin) {
        *slot = *byte;
    }
    let mut at = begin.len();
    let mut text = Vec::new();
    let mut put = |text: &mut Vec<u8>, window: &mut [u8; 4096], byte: u8| {
        text.push(byte);
        if let Some(slot) = window.get_mut(at % 4096) {
            *slot = byte;
        }
        at = (at + 1) % 4096;
        at
    };
    let mut end = begin.len();
    while text.len() < size {
        let Some(flags) = cursor.take(1).and_then(|byte| byte.first().copied()) else {
            break;
        };
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some(byte) = cursor.take(1).and_then(|byte| byte.first().copied()) else {
                    break;
                };
                end = put(&mut text, &mut window, byte);
                continue;
            }
            let Some(&[high, low]) = cursor.take(2) else {
                break;
            };
            let pair = u16::from_be_bytes([high, low]);
            let offset = usize::from(pair >> 4);
            let length = usize::from(pair & 0xf) + 2;
            if offset == end {
                return Some(text);
            }
            for step in 0..length {
                let byte = window.get((offset + step) % 4096).copied().unwrap_or(b' ');
                end = put(&mut text, &mut window, byte);
            }
        }
    }
    Some(text)
}
