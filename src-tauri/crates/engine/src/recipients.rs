//! Whom a reply goes to: nobody is silently added, nobody silently dropped.

use std::collections::BTreeSet;

use baton_api::compose::ReplyMode;
use baton_core::message::{Address, Direction, MessageDocument};

/// The recipients of a reply.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Recipients {
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
}

/// The normal form of an address, by which two are the same mailbox for us.
#[must_use]
pub fn normal(address: &str) -> String {
    address.trim().to_lowercase()
}

/// Plans the recipients of an answer to `document`.
///
/// A reply goes to Reply-To where the sender set one, else to the sender; an answer to one's own
/// message goes to where that went. Answering all adds everybody else who was addressed, but never
/// the team's own addresses and nobody twice. Whoever an unknown sender added by quoting an
/// identifier is not among them, because only the one message that is answered counts.
#[must_use]
pub fn plan(
    document: &MessageDocument,
    direction: Direction,
    mode: ReplyMode,
    own: &BTreeSet<String>,
) -> Recipients {
    if matches!(mode, ReplyMode::Forward | ReplyMode::New) {
        return Recipients::default();
    }
    let mut seen = own.clone();
    let mut fresh = |list: &[Address]| -> Vec<Address> {
        list.iter()
            .filter(|entry| entry.address.contains('@') && seen.insert(normal(&entry.address)))
            .cloned()
            .collect()
    };
    let answered: Vec<Address> = match direction {
        Direction::Inbound if document.reply_to.is_empty() => vec![document.from.clone()],
        Direction::Inbound => document.reply_to.clone(),
        Direction::Outbound | Direction::Internal => document.to.clone(),
    };
    let to = fresh(&answered);
    if mode == ReplyMode::Reply {
        return Recipients { to, cc: Vec::new() };
    }
    let (also_to, cc) = match direction {
        Direction::Inbound => (fresh(&document.to), fresh(&document.cc)),
        Direction::Outbound | Direction::Internal => (Vec::new(), fresh(&document.cc)),
    };
    Recipients {
        to: to.into_iter().chain(also_to).collect(),
        cc,
    }
}

/// The subject of an answer: prefixed once, whatever the prefixes so far.
#[must_use]
pub fn subject(original: &str, mode: ReplyMode) -> String {
    let original = original.trim();
    let has = |prefixes: &[&str]| {
        let lower = original.to_lowercase();
        prefixes.iter().any(|prefix| lower.starts_with(prefix))
    };
    match mode {
        // Chats have no subject, and an answer gives them none.
        ReplyMode::Reply | ReplyMode::ReplyAll if original.is_empty() => String::new(),
        ReplyMode::Reply | ReplyMode::ReplyAll if has(&["re:", "aw:", "sv:", "antw:"]) => {
            original.to_owned()
        }
        ReplyMode::Reply | ReplyMode::ReplyAll => format!("Re: {original}"),
        ReplyMode::Forward if has(&["fwd:", "fw:", "wg:"]) => original.to_owned(),
        ReplyMode::Forward => format!("Fwd: {original}").trim_end().to_owned(),
        ReplyMode::New => original.to_owned(),
    }
}

/// The quoted text below an answer, or the header block and text of a forwarded message.
#[must_use]
pub fn quote(document: &MessageDocument, date: &str, mode: ReplyMode) -> String {
    let show = |entry: &Address| match (entry.name.trim(), entry.address.as_str()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    };
    let list = |entries: &[Address]| entries.iter().map(show).collect::<Vec<_>>().join(", ");
    match mode {
        ReplyMode::New => String::new(),
        ReplyMode::Forward => {
            let mut out = String::from("---------- Forwarded message ----------\n");
            out.push_str(&format!("From: {}\n", show(&document.from)));
            if !date.is_empty() {
                out.push_str(&format!("Date: {date}\n"));
            }
            out.push_str(&format!("Subject: {}\n", document.subject));
            out.push_str(&format!("To: {}\n", list(&document.to)));
            if !document.cc.is_empty() {
                out.push_str(&format!("Cc: {}\n", list(&document.cc)));
            }
            out.push('\n');
            out.push_str(document.text.trim_end());
            out
        }
        ReplyMode::Reply | ReplyMode::ReplyAll => {
            let who = match document.from.name.trim() {
                "" => document.from.address.as_str(),
                name => name,
            };
            let mut out = match date {
                "" => format!("{who} wrote:\n"),
                date => format!("On {date}, {who} wrote:\n"),
            };
            for line in document.text.trim_end().lines() {
                out.push_str(if line.starts_with('>') { ">" } else { "> " });
                out.push_str(line);
                out.push('\n');
            }
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(address: &str) -> Address {
        Address {
            name: String::new(),
            address: address.to_owned(),
        }
    }

    fn letter() -> MessageDocument {
        MessageDocument {
            subject: "Brakes".to_owned(),
            from: mailbox("priya@customer.test"),
            to: vec![mailbox("Support@Baton.test"), mailbox("boss@customer.test")],
            cc: vec![
                mailbox("legal@customer.test"),
                mailbox("PRIYA@customer.test"),
            ],
            text: "Please hurry.\n> earlier words\n".to_owned(),
            ..MessageDocument::default()
        }
    }

    fn own() -> BTreeSet<String> {
        BTreeSet::from(["support@baton.test".to_owned()])
    }

    fn addresses(list: &[Address]) -> Vec<&str> {
        list.iter().map(|entry| entry.address.as_str()).collect()
    }

    #[test]
    fn a_reply_goes_to_the_sender_alone() {
        let plan = plan(&letter(), Direction::Inbound, ReplyMode::Reply, &own());
        assert_eq!(addresses(&plan.to), ["priya@customer.test"]);
        assert!(plan.cc.is_empty());
    }

    #[test]
    fn reply_to_is_honoured() {
        let mut letter = letter();
        letter.reply_to = vec![mailbox("desk@customer.test")];
        let plan = plan(&letter, Direction::Inbound, ReplyMode::Reply, &own());
        assert_eq!(addresses(&plan.to), ["desk@customer.test"]);
    }

    #[test]
    fn answering_all_reaches_everybody_once_and_never_ourselves() {
        let plan = plan(&letter(), Direction::Inbound, ReplyMode::ReplyAll, &own());
        assert_eq!(
            addresses(&plan.to),
            ["priya@customer.test", "boss@customer.test"]
        );
        assert_eq!(addresses(&plan.cc), ["legal@customer.test"]);
    }

    #[test]
    fn an_answer_to_our_own_message_goes_where_that_went() {
        let mut ours = letter();
        ours.from = mailbox("support@baton.test");
        ours.to = vec![mailbox("priya@customer.test")];
        let plan = plan(&ours, Direction::Outbound, ReplyMode::Reply, &own());
        assert_eq!(addresses(&plan.to), ["priya@customer.test"]);
    }

    #[test]
    fn a_forward_begins_without_recipients() {
        let plan = plan(&letter(), Direction::Inbound, ReplyMode::Forward, &own());
        assert!(plan.to.is_empty() && plan.cc.is_empty());
    }

    #[test]
    fn a_subject_is_prefixed_once() {
        assert_eq!(subject("Brakes", ReplyMode::Reply), "Re: Brakes");
        assert_eq!(subject("AW: Brakes", ReplyMode::Reply), "AW: Brakes");
        assert_eq!(subject("Re: Brakes", ReplyMode::Forward), "Fwd: Re: Brakes");
    }

    #[test]
    fn a_quote_deepens_by_one() {
        let text = quote(&letter(), "", ReplyMode::Reply);
        assert_eq!(
            text,
            "priya@customer.test wrote:\n> Please hurry.\n>> earlier words\n"
        );
    }
}
