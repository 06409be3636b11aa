//! E-mail: hearing by IMAP, speaking by SMTP.
//!
//! - [`account`]: what is known of an account: servers, login, folders;
//! - [`imap`]: one connection to an IMAP server and the commands we use;
//! - [`sync`]: what a folder's cursor means and how a mailbox is read, newest first;
//! - [`watch`]: the supervised task that keeps an account live and says how it is;
//! - [`smtp`]: composing a message and sending it at most once;
//! - [`oauth`]: access tokens for providers that want them;
//! - [`discover`]: from an address to its servers, and a login test before anything is saved.

pub mod account;
pub mod clock;
pub mod discover;
pub mod error;
pub mod http;
pub mod imap;
pub mod login;
pub mod oauth;
pub mod providers;
pub mod smtp;
pub mod sync;
pub mod watch;
pub mod wire;

pub use account::{Account, Endpoint, Security, SentCopy, Trust};
pub use error::{MailError, SinkError, TlsFault};
pub use login::{Credential, Login};
pub use sync::{Cursor, FetchedBatch, MailSink};
pub use watch::{AccountState, Timing, run_account};
