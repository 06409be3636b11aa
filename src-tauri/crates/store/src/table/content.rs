//! Content by digest, kept once: raw messages, message documents, packets.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::io;

use baton_core::hash::Hash;
use baton_core::time::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::writer::Tx;

/// Stored as it is.
const PLAIN: i64 = 0;
/// Stored as one zstd frame.
const ZSTD: i64 = 1;

/// Content from this size on is not packed: it is mostly attachments, which gain little.
const PACK_BELOW: usize = 64 << 10;
/// Content below this size is not packed: the frame would eat the gain.
const PACK_FROM: usize = 128;
/// The fastest level; higher ones cost more than the disk they save.
const LEVEL: i32 = 1;

/// What is known of a piece of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentState {
    /// It was never stored.
    Missing,
    /// It is there.
    Present {
        /// Its size in bytes.
        size: u64,
    },
    /// It was stored, and erased.
    Erased {
        /// When.
        at: Timestamp,
    },
}

impl Reader<'_> {
    /// The bytes of a piece of content; none when it was never stored or is erased.
    ///
    /// # Errors
    /// When the database cannot be read or the bytes are damaged.
    pub fn content(&self, hash: Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.statement(
            "SELECT size, packing, bytes FROM content WHERE hash = ?1 AND erased_at_ms IS NULL",
        )?;
        let mut rows = statement.query([hash.0])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let size: usize = row.get(0)?;
        let packing: i64 = row.get(1)?;
        let bytes = row.get_ref(2)?.as_blob().unwrap_or_default();
        if packing == ZSTD {
            return unpack(bytes, size)
                .map(Some)
                .map_err(|error| damaged(hash, &format!("it does not unpack: {error}")));
        }
        Ok(Some(bytes.to_vec()))
    }

    /// What is known of a piece of content.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn content_state(&self, hash: Hash) -> Result<ContentState, StoreError> {
        let found = self
            .statement("SELECT size, erased_at_ms FROM content WHERE hash = ?1")?
            .query_row([hash.0], |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, Option<i64>>(1)?))
            })
            .optional()?;
        Ok(match found {
            None => ContentState::Missing,
            Some((size, None)) => ContentState::Present { size },
            Some((_, Some(at))) => ContentState::Erased { at: Timestamp(at) },
        })
    }
}

impl Tx<'_> {
    /// Stores a piece of content under its digest, which the caller has computed. Content that is
    /// there already is left alone, and erased content stays erased; returns whether it was new.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn put_content(&mut self, hash: Hash, bytes: &[u8]) -> Result<bool, StoreError> {
        debug_assert_eq!(
            hash,
            Hash::of(bytes),
            "content must be stored under its digest"
        );
        let known = self
            .statement("SELECT 1 FROM content WHERE hash = ?1")?
            .exists([hash.0])?;
        if known {
            return Ok(false);
        }
        let (packing, stored) = self.known.packer.pack(bytes);
        self.statement("INSERT INTO content (hash, size, packing, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute((hash.0, bytes.len() as i64, packing, stored.as_ref()))?;
        Ok(true)
    }

    /// Erases a piece of content for good; its row stays, so that it is never taken in again.
    /// Returns whether there was something to erase.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn erase_content(&mut self, hash: Hash, now: Timestamp) -> Result<bool, StoreError> {
        let before = self.overwrite_deleted(true)?;
        let erased = self
            .statement(
                "UPDATE content SET bytes = x'', packing = 0, erased_at_ms = ?2
                 WHERE hash = ?1 AND erased_at_ms IS NULL",
            )?
            .execute((hash.0, now.0))?;
        self.overwrite_deleted(before)?;
        Ok(erased > 0)
    }
}

/// Packs content; keeps its working memory from one piece to the next, because asking for it
/// anew costs more than packing a short message.
#[derive(Default)]
pub(crate) struct Packer(Option<zstd::bulk::Compressor<'static>>);

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Packer")
    }
}

impl Packer {
    /// Packs what is worth packing.
    fn pack<'a>(&mut self, bytes: &'a [u8]) -> (i64, Cow<'a, [u8]>) {
        let plain = (PLAIN, Cow::Borrowed(bytes));
        if !(PACK_FROM..PACK_BELOW).contains(&bytes.len()) {
            return plain;
        }
        if self.0.is_none() {
            self.0 = zstd::bulk::Compressor::new(LEVEL).ok();
        }
        let packed = self.0.as_mut().map(|packer| packer.compress(bytes));
        match packed {
            Some(Ok(packed)) if packed.len() < bytes.len() / 8 * 7 => (ZSTD, Cow::Owned(packed)),
            _ => plain,
        }
    }
}

thread_local! {
    /// Working memory for unpacking, one a thread: asking for it anew costs more than a message.
    static UNPACKER: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

fn unpack(bytes: &[u8], size: usize) -> io::Result<Vec<u8>> {
    UNPACKER.with_borrow_mut(|kept| {
        let unpacker = match kept {
            Some(unpacker) => unpacker,
            None => kept.insert(zstd::bulk::Decompressor::new()?),
        };
        unpacker.decompress(bytes, size)
    })
}

/// What is said of content that cannot be given as it was stored.
pub(crate) fn damaged(hash: Hash, why: &impl fmt::Display) -> StoreError {
    StoreError::Damaged {
        what: format!("content {hash}: {why}"),
    }
}
