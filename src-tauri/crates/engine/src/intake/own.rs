//! Whether a mail is the team's own. From proves nothing: anybody may write it, and forms on web
//! sites write the team's address there for whoever filled them in.

use std::collections::BTreeSet;

use baton_channels::mail::{AuthenticationResults, Mail};
use baton_core::message::{Address, MessageDocument, SenderWarning};

use super::Arrival;
use crate::recipients::normal;

/// Where a mail lies that bears an address of the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// In a folder that mail is delivered to, where anybody can bring something in.
    Delivered,
    /// In an archive of whose servers nothing is known any more.
    Archived,
}

/// Whether the team wrote a mail that does not lie in the folder of what was sent: it bears the
/// team's address, goes to somebody else, answers come back to the team, and either no server
/// brought it or the team's own server could confirm the sender.
#[must_use]
pub fn is_own(mail: &Mail, own: &BTreeSet<String>, lies: Lies) -> bool {
    let document = &mail.document;
    let foreign = |one: &Address| !own.contains(&normal(&one.address));
    let auth = mail.auth.as_ref();
    let confirmed = || auth.is_some_and(AuthenticationResults::confirms_the_sender);
    !foreign(&document.from)
        && !document.reply_to.iter().any(foreign)
        && recipients(document).any(foreign)
        && (lies == Lies::Archived || !mail.relayed || confirmed())
}

fn recipients(document: &MessageDocument) -> impl Iterator<Item = &Address> {
    document.to.iter().chain(&document.cc).chain(&document.bcc)
}

impl Arrival {
    /// Says of an inbound mail that it bears an address of the team, where it does.
    pub(crate) fn doubt_own_address(&mut self, own: &BTreeSet<String>) {
        if own.contains(&normal(&self.document.from.address)) {
            self.document
                .sender_warnings
                .push(SenderWarning::ClaimsOwnAddress);
        }
    }

    /// Who wrote an inbound message: the sender or, where that is the team itself, whoever answers
    /// go to.
    pub(super) fn writer(&self, own: &BTreeSet<String>) -> &Address {
        let document = &self.document;
        let foreign = |one: &&Address| !own.contains(&normal(&one.address));
        match document.reply_to.iter().find(foreign) {
            Some(other) if !foreign(&&document.from) => other,
            _ => &document.from,
        }
    }
}
