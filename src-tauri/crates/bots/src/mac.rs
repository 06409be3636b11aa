//! HMAC-SHA256, as everything that is signed here uses it.

use hmac::digest::{Key, KeyInit};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// The code over some pieces, to be finished or checked. The key has 64 bytes at most: HMAC fills
/// it up with zeros to the size of a block, and what is longer would be cut.
pub(crate) fn code(key: &[u8], pieces: &[&[u8]]) -> Hmac<Sha256> {
    let mut block = Key::<Hmac<Sha256>>::default();
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut code = <Hmac<Sha256> as KeyInit>::new(&block);
    for piece in pieces {
        code.update(piece);
    }
    code
}
