//! What a message holds: its HTML for the frame, its source, its files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_api::ApiError;
use baton_api::timeline as tl;
use baton_channels::html::{self, Remote, Theme, ViewPolicy};
use baton_channels::mail;
use baton_core::hash::Hash;
use baton_core::ids::MessageId;
use baton_core::message::MessageDocument;

use crate::engine::{Engine, message_id};
use crate::error::EngineError;

/// Pictures inside a message that are shown with it, in bytes in all.
const INLINE_LIMIT: usize = 8 * 1024 * 1024;

/// Media types that a frame may show.
const PICTURES: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/bmp",
];

impl Engine {
    /// A message's document and bytes as received.
    async fn message_bytes(
        &self,
        message: MessageId,
    ) -> Result<(MessageDocument, Vec<u8>), EngineError> {
        self.read(move |reader, _| {
            let Some(row) = reader.message(message)? else {
                return Err(EngineError::Missing("message"));
            };
            let document = reader.document(row.document)?.unwrap_or_default();
            let raw = match row.raw {
                Some(hash) => reader.content(hash)?,
                None => None,
            };
            raw.map(|raw| (document, raw)).ok_or_else(|| {
                EngineError::bad(
                    "no_source",
                    "The source of this message is not kept here.",
                    "It was erased, or the message did not come as mail.",
                )
            })
        })
        .await
    }

    pub(super) async fn message_html(
        &self,
        asked: tl::MessageHtml,
    ) -> Result<tl::HtmlView, ApiError> {
        let message = message_id(&asked.message)?;
        let (document, raw) = self.message_bytes(message).await?;
        let trusted = self
            .roster()
            .settings
            .remote_images_from
            .iter()
            .any(|sender| sender.eq_ignore_ascii_case(&document.from.address));
        let theme = match asked.theme.as_str() {
            "dark" => Theme::Dark,
            "light" => Theme::Light,
            _ => Theme::Auto,
        };
        let remote = asked.remote || trusted;
        let view = tokio::task::spawn_blocking(move || render(&document, &raw, remote, theme))
            .await
            .map_err(|_| EngineError::Stopped)?;
        view.ok_or_else(|| ApiError::not_found("HTML part in this message"))
    }

    pub(super) async fn message_source(
        &self,
        asked: tl::MessageOnly,
    ) -> Result<tl::MessageSource, ApiError> {
        let (_, raw) = self.message_bytes(message_id(&asked.message)?).await?;
        Ok(tl::MessageSource {
            size: raw.len() as u64,
            sha256: Hash::of(&raw).to_string(),
            base64: STANDARD.encode(&raw),
        })
    }

    pub(super) async fn attachment_get(
        &self,
        asked: tl::AttachmentGet,
    ) -> Result<tl::AttachmentBytes, ApiError> {
        let (document, raw) = self.message_bytes(message_id(&asked.message)?).await?;
        let Some(file) = document
            .attachments
            .into_iter()
            .find(|file| file.index == asked.index)
        else {
            return Err(ApiError::not_found("attachment"));
        };
        let index = asked.index;
        let bytes = tokio::task::spawn_blocking(move || mail::attachment(&raw, index))
            .await
            .map_err(|_| EngineError::Stopped)?
            .ok_or_else(|| ApiError::not_found("attachment"))?;
        Ok(tl::AttachmentBytes {
            saved_name: file.saved_name,
            media_type: file.media_type,
            base64: STANDARD.encode(bytes),
            active: file.active,
        })
    }
}

/// Renders the HTML part of a message; none when it has none.
pub(crate) fn render(
    document: &MessageDocument,
    raw: &[u8],
    remote: bool,
    theme: Theme,
) -> Option<tl::HtmlView> {
    let safe = safe_html(document, raw, remote)?;
    let counts = [
        ("scripts", safe.blocked.scripts),
        ("forms", safe.blocked.forms),
        ("styles", safe.blocked.styles),
        ("links", safe.blocked.links),
        ("trackers", safe.blocked.trackers),
        ("remote_other", safe.blocked.remote_other),
    ];
    let mut blocked: Vec<tl::Warning> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(code, count)| tl::Warning {
            code: code.to_owned(),
            detail: count.to_string(),
        })
        .collect();
    blocked.extend(safe.mismatches.iter().take(20).map(|link| tl::Warning {
        code: "link_mismatch".to_owned(),
        detail: format!("{} → {}", link.shown, link.real),
    }));
    if safe.cut {
        blocked.push(tl::Warning {
            code: "cut".to_owned(),
            detail: String::new(),
        });
    }
    Some(tl::HtmlView {
        document: html::document(&safe, theme),
        blocked_images: u32::try_from(safe.blocked.remote_images).unwrap_or(u32::MAX),
        hosts: safe.blocked.hosts.iter().cloned().collect(),
        blocked,
    })
}

/// The HTML part of a message as the view shows it, for the export; empty when it has none.
pub(crate) fn render_html(document: &MessageDocument, raw: &[u8]) -> String {
    safe_html(document, raw, false)
        .map(|safe| safe.html)
        .unwrap_or_default()
}

fn safe_html(document: &MessageDocument, raw: &[u8], remote: bool) -> Option<html::SafeHtml> {
    let source = mail::html_of(raw)?;
    let policy = ViewPolicy {
        remote: if remote { Remote::Allow } else { Remote::Block },
        cid: inline_pictures(document, raw),
    };
    Some(html::sanitise(&source, &policy))
}

/// Pictures that came with the message, as data addresses by Content-ID.
fn inline_pictures(
    document: &MessageDocument,
    raw: &[u8],
) -> std::collections::BTreeMap<String, String> {
    let mut left = INLINE_LIMIT;
    let mut out = std::collections::BTreeMap::new();
    for file in &document.attachments {
        let (Some(id), true) = (
            &file.content_id,
            PICTURES.contains(&file.media_type.as_str()),
        ) else {
            continue;
        };
        let Some(bytes) = mail::attachment(raw, file.index).filter(|bytes| bytes.len() <= left)
        else {
            continue;
        };
        left = left.saturating_sub(bytes.len());
        out.insert(
            id.clone(),
            format!("data:{};base64,{}", file.media_type, STANDARD.encode(bytes)),
        );
    }
    out
}
