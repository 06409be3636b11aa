//! The readers, over files as people have them and as nobody should.

mod dialogs;
mod folders;
mod mboxes;

use baton_cli::import::{Content, Found};

/// The place and the bytes of what was read, or the place and why it was not.
fn seen(found: Found) -> (String, Result<String, String>) {
    match found {
        Ok(item) => match item.content {
            Content::Mail(raw) => (item.source, Ok(String::from_utf8_lossy(&raw).into_owned())),
            Content::Dialog(dialog) => (item.source, Ok(dialog.conversation_id)),
        },
        Err(fault) => (fault.place, Err(fault.why.to_string())),
    }
}
