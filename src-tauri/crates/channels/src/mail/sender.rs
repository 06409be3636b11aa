//! Why a sender deserves a second look.

mod domains;
mod likeness;

use std::collections::BTreeSet;

use baton_core::message::{Address, MessageKind, SenderWarning};
use unicode_normalization::UnicodeNormalization as _;
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::confusable_detection::skeleton;

use crate::mail::header::Header;
use crate::mail::names::is_hidden;
use crate::mail::{DecodeContext, Mail, address};

use domains::PUBLIC;

/// Everything about the sender that a reader should know before trusting the name.
pub(crate) fn warnings(
    header: &Header<'_>,
    mail: &Mail,
    context: &DecodeContext,
) -> Vec<SenderWarning> {
    let document = &mail.document;
    let from = &document.from;
    let mut found = BTreeSet::new();
    let senders: Vec<Address> = header
        .all("from")
        .flat_map(|value| address::list(value, None, 20).0)
        .collect();
    if !from.address.contains('@') {
        found.insert(SenderWarning::NoSender);
    }
    let others: BTreeSet<String> = senders
        .iter()
        .map(|sender| sender.address.to_lowercase())
        .filter(|address| !address.is_empty() && *address != from.address.to_lowercase())
        .collect();
    if header.all("from").nth(1).is_some() || !others.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        found.insert(SenderWarning::SeveralSenders(Some(others.join(", "))));
    }
    let local = from.address.rsplit_once('@').map_or("", |(local, _)| local);
    let own = own_domains(context);
    let claimed = || likeness::claimed(&from.name, domain_of(&from.address), &own);
    if let Some(other) = other_address(&from.name, &from.address)
        .or_else(|| other_address(local, &from.address))
        .or_else(claimed)
    {
        found.insert(SenderWarning::NameContainsOtherAddress(other));
    }
    if let Some(model) = likeness::imitated(domain_of(&from.address), &own) {
        found.insert(SenderWarning::LookAlikeDomain(model));
    }
    if let Some(sender) = sent_by_another(header, mail) {
        found.insert(SenderWarning::SentByAnother(sender));
    }
    let domain = unicode_domain(domain_of(&from.address));
    if hides(&from.name) || hides(&from.address) || hides(&domain) {
        found.insert(SenderWarning::HiddenCharacters);
    }
    if mixes_scripts(&from.name) || mixes_scripts(local) || deceives(&domain) {
        found.insert(SenderWarning::MixedScripts);
    }
    if let Some(name) = team_member(&from.name, &from.address, context) {
        found.insert(SenderWarning::NameOfTeamMember(name));
    }
    if document.kind != MessageKind::List {
        let elsewhere = document.reply_to.iter().find(|reply_to| {
            let other = domain_of(&reply_to.address);
            !other.is_empty()
                && !domain_of(&from.address).is_empty()
                && !related(other, domain_of(&from.address))
        });
        if let Some(elsewhere) = elsewhere {
            found.insert(SenderWarning::ReplyToElsewhere(elsewhere.address.clone()));
        }
    }
    if let Some(failed) = mail.auth.as_ref().and_then(|auth| auth.failure()) {
        found.insert(SenderWarning::AuthenticationFailed(failed.to_owned()));
    }
    found.into_iter().collect()
}

/// The domains of the team's own addresses, those that are nobody else's.
fn own_domains(context: &DecodeContext) -> Vec<String> {
    let domains: BTreeSet<String> = context
        .own_addresses
        .iter()
        .map(|own| domain_of(own).to_lowercase())
        .filter(|domain| !domain.is_empty() && !PUBLIC.contains(&domain.as_str()))
        .collect();
    domains.into_iter().collect()
}

/// Who really sent a message that bears another's name: the Sender field, when it leads elsewhere.
fn sent_by_another(header: &Header<'_>, mail: &Mail) -> Option<String> {
    // Lists and their kin send in the name of their members, and say so.
    if mail.document.kind == MessageKind::List {
        return None;
    }
    let sender = header
        .all("sender")
        .flat_map(|value| address::list(value, None, 1).0)
        .next()?
        .address;
    let from = domain_of(&mail.document.from.address);
    let other = domain_of(&sender);
    (!from.is_empty() && !other.is_empty() && !related(from, other)).then_some(sender)
}

/// An address in a name that is not the sender's.
fn other_address(name: &str, address: &str) -> Option<String> {
    // Full-width and other dressed-up signs read like the plain ones.
    let name: String = name.nfkc().filter(|c| !is_hidden(*c)).collect();
    let name = undisguised(&name);
    name.split(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\'' | ',' | ';' | ':' | '|' | '/'
            )
    })
    .map(|word| word.trim_matches(['.', '!', '?', '‘', '’', '“', '”']))
    .find(|word| {
        word.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.ends_with('.')
        }) && !word.eq_ignore_ascii_case(address)
    })
    .map(str::to_owned)
}

/// A name in which `a (at) b (dot) c` and `a @ b.c` are written `a@b.c`.
fn undisguised(name: &str) -> String {
    // A dot that was written out swallows the blanks around it; a plain one ends a sentence.
    const WRITTEN_DOT: char = '\u{1}';
    let written = [
        ("(at)", "@"),
        ("[at]", "@"),
        ("{at}", "@"),
        ("(dot)", "\u{1}"),
        ("[dot]", "\u{1}"),
    ];
    let mut marked = name.replace(WRITTEN_DOT, "");
    for (written, meant) in written {
        marked = marked.replace(written, meant);
    }
    let mut plain = String::with_capacity(marked.len());
    for c in marked.chars() {
        let joint = c == '@' || c == WRITTEN_DOT;
        if joint {
            plain.truncate(plain.trim_end().len());
        }
        if !(c.is_whitespace() && plain.ends_with(['@', WRITTEN_DOT])) {
            plain.push(c);
        }
    }
    plain.replace(WRITTEN_DOT, ".")
}

/// Whether a text holds characters that are not seen or that turn the writing around.
fn hides(text: &str) -> bool {
    let right_to_left = text.chars().any(|c| {
        matches!(
            c.script(),
            Script::Arabic | Script::Hebrew | Script::Syriac | Script::Thaana | Script::Nko
        )
    });
    let mut before = None;
    for c in text.chars() {
        let excused = match c {
            // Joiners belong to emoji and to the scripts of India and Iran.
            '\u{200c}' | '\u{200d}' => before.is_some_and(|before: char| !before.is_ascii()),
            '\u{fe0e}' | '\u{fe0f}' => true,
            '\u{e0020}'..='\u{e007f}' => before.is_some_and(|before: char| !before.is_ascii()),
            '\u{200e}' | '\u{200f}' | '\u{061c}' => right_to_left,
            _ => false,
        };
        if is_hidden(c) && !excused {
            return true;
        }
        before = Some(c);
    }
    false
}

/// Whether one word mixes scripts that are confused with each other.
fn mixes_scripts(text: &str) -> bool {
    let dressed = text.chars().any(|c| {
        matches!(c, '\u{1d400}'..='\u{1d7ff}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
    });
    dressed
        || text
            .split(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '-' | '.' | '_' | '/' | '|' | '@' | '(' | ')' | ',' | '&' | '+'
                    )
            })
            .any(|word| {
                let mut scripts = BTreeSet::new();
                for c in word.chars() {
                    match c.script() {
                        Script::Latin => scripts.insert(0),
                        Script::Cyrillic => scripts.insert(1),
                        Script::Greek => scripts.insert(2),
                        Script::Armenian => scripts.insert(3),
                        Script::Cherokee => scripts.insert(4),
                        Script::Coptic => scripts.insert(5),
                        Script::Lisu => scripts.insert(6),
                        _ => false,
                    };
                }
                scripts.len() > 1
            })
}

/// Whether a domain looks like another one written in plain letters.
fn deceives(domain: &str) -> bool {
    if domain.is_ascii() {
        return false;
    }
    mixes_scripts(domain)
        || domain.split('.').any(|label| {
            // All letters foreign, all of them twins of plain ones: "раураl" in Cyrillic.
            !label.is_ascii()
                && !label.chars().any(|c| c.script() == Script::Latin)
                && skeleton(label).all(|c| c.is_ascii())
        })
}

fn team_member(name: &str, address: &str, context: &DecodeContext) -> Option<String> {
    let claimed = name_key(name);
    if claimed.is_empty() {
        return None;
    }
    let own = context.own_addresses.iter().any(|own| {
        own.eq_ignore_ascii_case(address)
            || (domain_of(own).eq_ignore_ascii_case(domain_of(address))
                && !PUBLIC.contains(&domain_of(own).to_lowercase().as_str()))
    });
    if own {
        return None;
    }
    context
        .team_names
        .iter()
        .find(|member| {
            let member = name_key(member);
            // A lone first name is nobody's alone.
            member.len() >= 2 && member.is_subset(&claimed)
        })
        .cloned()
}

/// The words of a name in a form in which look-alikes are equal.
fn name_key(name: &str) -> BTreeSet<String> {
    let plain: String = name
        .nfkd()
        .filter(|c| !is_hidden(*c) && !('\u{300}'..='\u{36f}').contains(c))
        .collect();
    skeleton(&plain.to_lowercase())
        .collect::<String>()
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The domain of an address; empty when there is none.
pub(crate) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn unicode_domain(domain: &str) -> String {
    if domain.to_ascii_lowercase().contains("xn--") {
        idna::domain_to_unicode(domain).0
    } else {
        domain.to_owned()
    }
}

/// Whether two domains are the same, or one lies under the other.
fn related(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let under = |a: &str, b: &str| a.strip_suffix(b).is_some_and(|head| head.ends_with('.'));
    one == other || under(&one, &other) || under(&other, &one) || base(&one) == base(&other)
}

/// The part of a domain that somebody registered, as well as two rules can tell.
fn base(domain: &str) -> String {
    let labels: Vec<&str> = domain.rsplit('.').take(3).collect();
    match labels.as_slice() {
        [country, second, third] if country.len() == 2 && second.len() <= 3 => {
            format!("{third}.{second}.{country}")
        }
        [top, second, ..] => format!("{second}.{top}"),
        _ => domain.to_owned(),
    }
}
