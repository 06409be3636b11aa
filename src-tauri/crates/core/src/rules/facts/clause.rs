//! What a fact is, said as a clause of an English sentence: "the customer has written 10 messages".

use super::{Fact, FactType, Value};
use crate::{rules::text::duration::spell_duration, time::Timestamp};

/// How the value of a fact is put into words.
enum Clause {
    /// What is said when it is true, and when not.
    Either(&'static str, &'static str),
    /// What is said of each word that it can be.
    Each(&'static [(&'static str, &'static str)]),
    /// What is said before and behind the value.
    Around(&'static str, &'static str),
}

use Clause::{Around, Each, Either};

const CONTROL: &[(&str, &str)] = &[
    ("bot", "the bot has control"),
    ("queue", "it waits in a queue"),
    ("agent", "a person has control"),
    ("nobody", "nobody has control"),
    ("closed", "it is closed"),
];

const CLAUSES: &[(Fact, Clause)] = &[
    (Fact::CONV_CONTROL, Each(CONTROL)),
    (Fact::CONV_QUEUE, Around("it waits in the queue ", "")),
    (Fact::CONV_CHANNEL, Around("it came by ", "")),
    (Fact::CONV_STATUS, Around("its status is ", "")),
    (Fact::CONV_TAGS, Around("its tags: ", "")),
    (Fact::CONV_PRIORITY, Around("its priority is ", "")),
    (
        Fact::CONV_WAITING,
        Around("the customer has waited for ", ""),
    ),
    (Fact::CONV_SILENT, Around("nobody has written for ", "")),
    (Fact::CONV_AGE, Around("the episode began ", " ago")),
    (
        Fact::CONV_IN_CONTROL,
        Around("the same side has had control for ", ""),
    ),
    (Fact::CONV_EPISODE, Around("it is episode ", "")),
    (
        Fact::CONV_CONTROL_EPOCH,
        Around("control has changed ", " times"),
    ),
    (
        Fact::CONV_TURNS,
        Around("messages of the customer in this episode: ", ""),
    ),
    (
        Fact::CONV_MESSAGE_COUNT,
        Around("messages of everybody: ", ""),
    ),
    (
        Fact::CONV_RESOLVED_BY_AGENT,
        Either("a person has solved it", "no person has solved it"),
    ),
    (
        Fact::CONV_SNOOZED,
        Either("it is put aside", "it is not put aside"),
    ),
    (Fact::CONV_LANGUAGE, Around("its language is ", "")),
    (Fact::CONV_SUBJECT, Around("its subject is ", "")),
    (
        Fact::CONV_CHANGED_BY,
        Around("who changed control last: ", ""),
    ),
    (
        Fact::CONV_ESCALATED,
        Either(
            "people are alerted and nobody has accepted",
            "nobody is being alerted",
        ),
    ),
    (
        Fact::CONV_ANSWERED,
        Either("a person has answered", "no person has answered"),
    ),
    (Fact::CONV_SLA, Around("its service level is ", "")),
    (Fact::CONV_LADDER, Around("the ladder that runs is ", "")),
    (
        Fact::CONV_IMPORTED,
        Either("it was imported", "it was not imported"),
    ),
    (Fact::MSG_AUTHOR, Around("the message is from the ", "")),
    (Fact::MSG_KIND, Around("the kind of message is ", "")),
    (Fact::MSG_TEXT, Around("the message says ", "")),
    (Fact::MSG_LENGTH, Around("the message has ", " characters")),
    (
        Fact::MSG_SENTIMENT,
        Around("the customer's mood, from -1 to 1, is ", ""),
    ),
    (
        Fact::MSG_HAS_ATTACHMENT,
        Either("something is attached", "nothing is attached"),
    ),
    (Fact::MSG_LANGUAGE, Around("the message's language is ", "")),
    (
        Fact::MSG_FIRST,
        Either(
            "it is the first message of the episode",
            "it is not the first message of the episode",
        ),
    ),
    (
        Fact::MSG_SENDER_WARNINGS,
        Around("doubts about the sender: ", ""),
    ),
    (Fact::BOT_INTENT, Around("the bot understood ", "")),
    (Fact::BOT_CONFIDENCE, Around("the bot's confidence is ", "")),
    (
        Fact::BOT_FAILURES,
        Around("failures of the bot in a row: ", ""),
    ),
    (
        Fact::BOT_SAME_ANSWER_TWICE,
        Either(
            "the bot has repeated itself",
            "the bot has not repeated itself",
        ),
    ),
    (Fact::BOT_TURNS, Around("messages of the bot: ", "")),
    (
        Fact::CHANNEL_HAS_BOT,
        Either("the channel has a bot", "the channel has no bot"),
    ),
    (Fact::CHANNEL_NAME, Around("the channel is called ", "")),
    (Fact::CUSTOMER_TIER, Around("the customer's tier is ", "")),
    (
        Fact::CUSTOMER_VALUE_AT_RISK,
        Around("lost if the customer leaves: ", ""),
    ),
    (
        Fact::CUSTOMER_VERIFIED,
        Either(
            "the customer's address is confirmed",
            "the customer's address is not confirmed",
        ),
    ),
    (
        Fact::CUSTOMER_KNOWN,
        Either(
            "the customer has written before",
            "the customer has never written before",
        ),
    ),
    (
        Fact::CUSTOMER_ADDRESS_DOMAIN,
        Around("the customer writes from ", ""),
    ),
    (
        Fact::CUSTOMER_CONVERSATIONS,
        Around("conversations with the customer: ", ""),
    ),
    (Fact::CUSTOMER_TAGS, Around("the customer's tags: ", "")),
    (Fact::DRAFT_AUTHOR, Around("who wrote the draft: ", "")),
    (
        Fact::DRAFT_MENTIONS_MONEY,
        Either(
            "the draft names an amount of money",
            "the draft names no amount of money",
        ),
    ),
    (Fact::DRAFT_ID, Around("the draft is ", "")),
    (Fact::DRAFT_LENGTH, Around("the draft has ", " characters")),
    (
        Fact::DRAFT_UNSUPPORTED,
        Around("sentences of the draft that no source supports: ", ""),
    ),
    (
        Fact::AGENT_AVAILABLE,
        Either(
            "the agent in control can be reached",
            "the agent in control cannot be reached",
        ),
    ),
    (
        Fact::AGENT_LOAD,
        Around("conversations of the agent in control: ", ""),
    ),
    (
        Fact::AGENT_IDLE,
        Around("the agent in control has done nothing here for ", ""),
    ),
    (
        Fact::TEAM_AVAILABLE,
        Around("people who can be reached: ", ""),
    ),
    (
        Fact::SLA_FIRST_REPLY,
        Around("the clock of the first reply is ", ""),
    ),
    (
        Fact::SLA_NEXT_REPLY,
        Around("the clock of the next reply is ", ""),
    ),
    (
        Fact::SLA_RESOLVE,
        Around("the clock of the solution is ", ""),
    ),
    (Fact::SLA_DUE, Around("the nearest deadline is ", "")),
];

/// Says what a built-in fact is, as a clause of an English sentence.
#[must_use]
pub fn clause(fact: Fact, value: &Value, now: Timestamp) -> String {
    let Some((_, clause)) = CLAUSES.iter().find(|(of, _)| *of == fact) else {
        return clause_of(fact.name(), value, now);
    };
    let quoted = !matches!(fact.def().kind, FactType::Choice(_));
    match (clause, value) {
        (Either(yes, _), Value::Unknown) => format!("it is not known whether {yes}"),
        (Either(yes, no), value) => {
            let said = if *value == Value::Bool(true) { yes } else { no };
            (*said).to_owned()
        }
        (Each(words), value) => {
            let word = said(value, false, now);
            let phrase = words.iter().find(|(of, _)| *of == word);
            phrase.map_or(word, |(_, phrase)| (*phrase).to_owned())
        }
        (Around(before, _), Value::Unknown) => format!("{before}not known"),
        (Around(before, behind), value) => {
            format!("{before}{}{behind}", said(value, quoted, now))
        }
    }
}

/// Says what a fact of the team's own is, as a clause of an English sentence.
#[must_use]
pub fn clause_of(name: &str, value: &Value, now: Timestamp) -> String {
    let name = name.strip_prefix("attr.").unwrap_or(name);
    let name = name.replace(['.', '_'], " ");
    match value {
        Value::Bool(true) => name,
        Value::Bool(false) => format!("not {name}"),
        value => format!("{name}: {}", said(value, true, now)),
    }
}

/// A value in words.
fn said(value: &Value, quoted: bool, now: Timestamp) -> String {
    match value {
        Value::Unknown => "not known".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Duration(millis) => spell_duration(*millis),
        Value::Since(at) => spell_duration(now.since(*at)),
        Value::Time(at) => match at.since(now) {
            ahead @ 0.. => format!("in {}", spell_duration(ahead)),
            ago => format!("{} ago", spell_duration(ago.saturating_neg())),
        },
        Value::Text(text) if quoted => format!("“{text}”"),
        Value::Text(text) => text.replace('_', " "),
        Value::Texts(set) if set.is_empty() => "none".to_owned(),
        Value::Texts(set) => set.join(" and "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::facts::schema::BUILTIN;

    #[test]
    fn every_fact_has_a_clause() {
        let missing: Vec<&str> = BUILTIN
            .iter()
            .map(|def| def.name)
            .filter(|name| CLAUSES.iter().all(|(fact, _)| fact.name() != *name))
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn facts_are_said_as_people_say_them() {
        let now = Timestamp(1_000_000);
        let clause = |fact, value| clause(fact, &value, now);
        assert_eq!(
            clause(Fact::CONV_CONTROL, Value::text("queue")),
            "it waits in a queue"
        );
        assert_eq!(
            clause(Fact::CONV_WAITING, Value::Since(Timestamp(640_000))),
            "the customer has waited for 6m"
        );
        assert_eq!(
            clause(Fact::CONV_STATUS, Value::text("waiting_customer")),
            "its status is waiting customer"
        );
        assert_eq!(
            clause(Fact::MSG_SENTIMENT, Value::Unknown),
            "the customer's mood, from -1 to 1, is not known"
        );
        assert_eq!(
            clause(Fact::MSG_HAS_ATTACHMENT, Value::Unknown),
            "it is not known whether something is attached"
        );
        assert_eq!(
            clause_of("attr.plan_seats", &Value::Int(12), now),
            "plan seats: 12"
        );
    }
}
