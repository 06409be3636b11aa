//! The words of delivery reports, and the names of the programs that write them.

pub(super) mod phrases;
pub(super) mod subjects;

/// Local parts of programs that carry mail, without signs between letters.
pub(super) const LOCALS: &[&str] = &[
    "mailerdaemon",
    "postmaster",
    "maildaemon",
    "mailerdemon",
    "mdaemon",
    "maildeliverysystem",
    "mailsystem",
    "bounce",
    "bounces",
    "postoffice",
    "mailadmin",
    "mmdf",
    "uucp",
    "listserv",
    "majordomo",
    "mta",
    "mailmaster",
    "smtp",
    "system",
    "systemadministrator",
    "mailgateway",
    "internetmaildelivery",
    "mailnotification",
    "nondelivery",
    "mailerror",
    "bouncehandler",
];

/// Display names of such programs.
pub(super) const NAMES: &[&str] = &[
    "mail delivery system",
    "mail delivery subsystem",
    "mailer-daemon",
    "mail administrator",
    "postmaster",
    "mail system",
    "system administrator",
    "mail delivery service",
    "mail delivery",
    "mail router",
    "message delivery",
    "internet mail delivery",
    "mail transport system",
    "delivery subsystem",
    "mail gateway",
    "systemadministrator",
    "administrateur système",
    "microsoft exchange",
];

/// Local parts that programs carry mail under, and that people of small firms write from, too.
pub(super) const SHARED_LOCALS: &[&str] = &[
    "postmaster",
    "postoffice",
    "mailadmin",
    "mailmaster",
    "system",
    "systemadministrator",
    "smtp",
];

/// Phrases that introduce the message that came back.
pub(super) const RETURNED: &[&str] = &[
    "copy of your message",
    "copy of the message",
    "original message follows",
    "original message headers",
    "returned message",
    "unsent message",
    "below this line is a copy",
    "message headers follow",
    "message header follows",
    "included below",
    "text follows",
    "your original message",
    "start of returned",
    "received: from",
    "message contains file",
    "original mail",
    "ursprüngliche nachricht",
    "message d'origine",
    "mensaje original",
];
