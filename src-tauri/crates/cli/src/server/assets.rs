//! The built user interface, read whole at the start and served by exact name.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use baton_core::hash::Hash;

use super::refusal::Refusal;
use crate::host::Host;

/// The files of the user interface by their address.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    files: BTreeMap<String, Asset>,
}

/// One file.
#[derive(Debug, Clone)]
pub struct Asset {
    bytes: Bytes,
    media_type: &'static str,
    tag: HeaderValue,
    hashed: bool,
}

const DEEPEST: usize = 8;
const MOST_FILES: usize = 4096;
const LARGEST: u64 = 32 * 1024 * 1024;

impl Assets {
    /// The user interface that was built into the program; empty when none was.
    #[must_use]
    pub fn embedded() -> Self {
        #[cfg(feature = "embed-ui")]
        {
            #[derive(rust_embed::RustEmbed)]
            #[folder = "../../../ui/dist"]
            struct Dist;
            let mut assets = Self::default();
            for name in Dist::iter() {
                if let Some(file) = Dist::get(&name) {
                    assets.put(&name, file.data.into_owned());
                }
            }
            assets
        }
        #[cfg(not(feature = "embed-ui"))]
        Self::default()
    }

    /// Reads a folder. Links and hidden files are left out, so nothing outside can be served.
    ///
    /// # Errors
    /// When the folder or one of its files cannot be read, or it is no user interface.
    pub fn from_folder(folder: &Path) -> io::Result<Self> {
        let mut assets = Self::default();
        assets.read(folder, "", 0)?;
        if assets.get("/").is_none() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "there is no index.html in it",
            ));
        }
        Ok(assets)
    }

    fn read(&mut self, folder: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let kind = entry.file_type()?;
            if name.starts_with('.') || self.files.len() >= MOST_FILES {
                continue;
            }
            let path = format!("{prefix}{name}");
            if kind.is_dir() && depth < DEEPEST {
                self.read(&entry.path(), &format!("{path}/"), depth + 1)?;
            } else if kind.is_file() && entry.metadata()?.len() <= LARGEST {
                self.put(&path, fs::read(entry.path())?);
            }
        }
        Ok(())
    }

    fn put(&mut self, path: &str, bytes: Vec<u8>) {
        let Some(media_type) = media_type(path) else {
            return;
        };
        let tag = format!("\"{}\"", Hash::of(&bytes));
        let asset = Asset {
            bytes: Bytes::from(bytes),
            media_type,
            tag: HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\"")),
            hashed: path.starts_with("assets/"),
        };
        if path == "index.html" {
            self.files.insert("/".to_owned(), asset.clone());
        }
        self.files.insert(format!("/{path}"), asset);
    }

    /// The file at an address, which must be spelled exactly as the file is.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Asset> {
        self.files.get(path)
    }

    /// Whether there is nothing to serve.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// The types a built user interface consists of; anything else (source maps, say) is not served.
fn media_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        _ => return None,
    })
}

/// Serves a file, or says that there is none.
pub(super) async fn serve<H: Host>(
    State(shared): super::State<H>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(asset) = shared.assets.get(uri.path()) else {
        return Refusal::not_found().into_response();
    };
    // The bundler puts a digest of the content into the names below assets/.
    let keep = if asset.hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let dress = [
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::ETAG, asset.tag.clone()),
    ];
    if headers.get(header::IF_NONE_MATCH) == Some(&asset.tag) {
        return (StatusCode::NOT_MODIFIED, dress).into_response();
    }
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        Body::from(asset.bytes.clone())
    };
    let kind = HeaderValue::from_static(asset.media_type);
    let length = HeaderValue::from(asset.bytes.len());
    let about = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_LENGTH, length),
    ];
    (dress, about, body).into_response()
}
