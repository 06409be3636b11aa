//! What can go wrong with a mail server, in words a person can act on.
//!
//! No variant carries what a server or a message said beyond a protocol code: server texts may
//! quote addresses, and parser errors quote mail.

use std::io;

/// Why a conversation with a mail server failed.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum MailError {
    /// The name of the server could not be resolved.
    #[error("the server {host} was not found")]
    UnknownHost {
        /// The name that was looked for.
        host: String,
    },
    /// Nobody answered at the address.
    #[error("no connection to {host}")]
    Unreachable {
        /// The server's name.
        host: String,
    },
    /// The encrypted connection could not be established.
    #[error("no secure connection to {host}: {fault}")]
    Tls {
        /// The server's name.
        host: String,
        /// What was wrong.
        fault: TlsFault,
    },
    /// The server does not offer encryption, and the connection leaves this machine.
    #[error("{host} offers no encryption")]
    NotEncrypted {
        /// The server's name.
        host: String,
    },
    /// The connection ended without a word.
    #[error("the connection was lost")]
    ConnectionLost,
    /// The server said goodbye.
    #[error("the server ended the connection")]
    Bye,
    /// No answer came in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server refused the login.
    #[error("the login was refused")]
    LoginRefused,
    /// The server wants the person to do something on the provider's pages first.
    #[error("the provider asks to sign in on its own pages first")]
    LoginBlocked,
    /// The server offers none of the ways of logging in that we know.
    #[error("the server offers no way of logging in that is known here")]
    NoLoginMethod,
    /// The server has no room for one more connection.
    #[error("the server is busy or has too many connections")]
    Busy,
    /// The access token could not be renewed.
    #[error("the sign-in has to be repeated")]
    SignInAgain,
    /// The token server could not be asked; the sign-in itself may still be good.
    #[error("the sign-in server did not answer")]
    SignInUnavailable,
    /// No secret is stored for the account.
    #[error("no password or token is stored for the account")]
    NoSecret,
    /// A folder is not on the server.
    #[error("the folder is not on the server")]
    NoFolder,
    /// The server refused a command.
    #[error("the server refused {command}")]
    Refused {
        /// The command, without its arguments.
        command: &'static str,
    },
    /// The server said something that could not be understood.
    #[error("the server's answer could not be understood")]
    Protocol,
    /// A name or a password contains a character that cannot be sent.
    #[error("a name or password contains a line break")]
    Unsendable,
    /// A file with certificates could not be used.
    #[error("the certificate file cannot be used")]
    BadCertificateFile,
    /// What was fetched could not be stored.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// What was wrong with the server's certificate or handshake.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate belongs to another name.
    #[error("the certificate is for another name")]
    WrongName,
    /// The certificate was not issued by anybody we trust.
    #[error("the certificate is not trusted")]
    Untrusted,
    /// The certificate is expired or not yet valid.
    #[error("the certificate is not valid at this time")]
    Expired,
    /// The two sides found no common way to talk, or the other side does not speak TLS.
    #[error("the handshake failed")]
    Handshake,
}

/// Why the receiver of fetched mail could not take it.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum SinkError {
    /// The receiver is shutting down.
    #[error("the workspace is closing")]
    Closed,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The store refused the write.
    #[error("the mail could not be stored")]
    Failed,
}

impl MailError {
    /// A stable code, on which a caller may branch.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownHost { .. } => "unknown_host",
            Self::Unreachable { .. } => "unreachable",
            Self::Tls {
                fault: TlsFault::WrongName,
                ..
            } => "tls_wrong_name",
            Self::Tls {
                fault: TlsFault::Untrusted,
                ..
            } => "tls_untrusted",
            Self::Tls {
                fault: TlsFault::Expired,
                ..
            } => "tls_expired",
            Self::Tls {
                fault: TlsFault::Handshake,
                ..
            } => "tls_handshake",
            Self::NotEncrypted { .. } => "not_encrypted",
            Self::ConnectionLost => "connection_lost",
            Self::Bye => "bye",
            Self::TimedOut => "timed_out",
            Self::LoginRefused => "login_refused",
            Self::LoginBlocked => "login_blocked",
            Self::NoLoginMethod => "no_login_method",
            Self::Busy => "busy",
            Self::SignInAgain => "sign_in_again",
            Self::SignInUnavailable => "sign_in_unavailable",
            Self::NoSecret => "no_secret",
            Self::NoFolder => "no_folder",
            Self::Refused { .. } => "refused",
            Self::Protocol => "protocol",
            Self::Unsendable => "unsendable",
            Self::BadCertificateFile => "bad_certificate_file",
            Self::Sink(SinkError::Closed) => "workspace_closing",
            Self::Sink(SinkError::Full) => "disk_full",
            Self::Sink(SinkError::Failed) => "store_failed",
        }
    }

    /// What the person can do about it; empty when waiting is all there is.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownHost { .. } => "Check the server's name for a typing error.",
            Self::Unreachable { .. } => "Check the port, the network and any firewall.",
            Self::Tls {
                fault: TlsFault::WrongName,
                ..
            } => "Use the name that the provider documents, not an alias of it.",
            Self::Tls {
                fault: TlsFault::Untrusted,
                ..
            } => "If this is your own server, pin its certificate authority in the settings.",
            Self::Tls {
                fault: TlsFault::Expired,
                ..
            } => "Check this computer's date; otherwise the server's certificate must be renewed.",
            Self::Tls {
                fault: TlsFault::Handshake,
                ..
            } => "Check that port and kind of encryption belong together.",
            Self::NotEncrypted { .. } => "Choose TLS, usually on port 993 or 465.",
            Self::LoginRefused => {
                "Check user name and password. Providers with two-step login want an app password."
            }
            Self::LoginBlocked => {
                "Open the provider's web mail and look for a blocked sign-in, or allow IMAP there."
            }
            Self::NoLoginMethod => "The provider may require sign-in by browser (OAuth).",
            Self::SignInAgain => "Sign in again in the browser.",
            Self::NoSecret => "Enter the password again.",
            Self::NoFolder => "The folder was renamed or deleted; choose the folders again.",
            Self::Unsendable => "Enter the password again, without line breaks.",
            Self::BadCertificateFile => "Choose a file with certificates in PEM form.",
            Self::Sink(SinkError::Full) => "Free some disk space.",
            Self::ConnectionLost
            | Self::Bye
            | Self::TimedOut
            | Self::Busy
            | Self::SignInUnavailable
            | Self::Refused { .. }
            | Self::Protocol
            | Self::Sink(SinkError::Closed | SinkError::Failed) => "",
        }
    }

    /// True when trying again without a person's help cannot succeed.
    pub fn needs_attention(&self) -> bool {
        match self {
            Self::Tls { fault, .. } => *fault != TlsFault::Handshake,
            Self::NotEncrypted { .. }
            | Self::LoginRefused
            | Self::LoginBlocked
            | Self::NoLoginMethod
            | Self::SignInAgain
            | Self::NoSecret
            | Self::Unsendable
            | Self::BadCertificateFile => true,
            Self::UnknownHost { .. }
            | Self::Unreachable { .. }
            | Self::ConnectionLost
            | Self::Bye
            | Self::TimedOut
            | Self::Busy
            | Self::SignInUnavailable
            | Self::NoFolder
            | Self::Refused { .. }
            | Self::Protocol
            | Self::Sink(_) => false,
        }
    }
}

impl From<io::Error> for MailError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::TimedOut,
            // The parser of the IMAP library reports what it could not read under this kind,
            // with the offending bytes in its text: they end here.
            io::ErrorKind::Other | io::ErrorKind::InvalidData => Self::Protocol,
            _ => Self::ConnectionLost,
        }
    }
}
