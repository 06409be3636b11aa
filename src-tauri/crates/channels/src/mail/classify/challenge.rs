//! Challenges: a mailbox that lets mail through only after its sender has proved to be a person.

/// Phrases of challenges; two of them and a link make one.
const PHRASES: &[&str] = &[
    "to ensure delivery of your",
    "your address added to",
    "add your address to",
    "added to the recipient's",
    "the recipient's allowed list",
    "account is protected by",
    "mailbox is protected by",
    "email is protected by",
    "inbox is protected by",
    "prove you are human",
    "prove that you are human",
    "prove that you are a human",
    "verify that you are human",
    "verify that you are a human",
    "confirm that you are a human",
    "confirm you are human",
    "confirm that you are a real person",
    "approved senders list",
    "approved sender list",
    "list of approved senders",
    "list of allowed senders",
    "your message is being held",
    "your message is waiting",
    "your message has been held",
    "your message was held",
    "until you confirm",
    "until you verify",
    "before your message can be delivered",
    "before your email can be delivered",
    "will be delivered once you",
    "in order for your message to be delivered",
    "click the link below to authenticate",
    "request to be added",
    "challenge-response",
    "protecting myself from receiving junk",
    "so i can receive your email",
    "to complete the delivery of your",
    "have to do this again",
    "guest list",
    "to manage my inbox",
    "anti-spam system requires",
    "um sicherzustellen, dass ihre nachricht zugestellt",
    "bestätigen sie, dass sie ein mensch",
    "pour que votre message soit remis",
    "confirmez que vous êtes une personne",
];

/// Phrases of challenges that are met by an answer, so that there is no link; two of them make one.
const BY_ANSWER: &[&str] = &[
    "to release your pending message",
    "your address was not recognized",
    "to confirm your address",
    "your message is being held",
    "your message has been held",
    "send an empty message",
    "simply reply to this",
    "just reply to this message",
];

/// Whether a text, in lower case, is a challenge.
pub(super) fn is_challenge(text: &str) -> bool {
    let linked = text.contains("http") || text.contains("www.");
    let by_answer = BY_ANSWER
        .iter()
        .filter(|phrase| text.contains(**phrase))
        .nth(1)
        .is_some();
    by_answer
        || linked
            && PHRASES
                .iter()
                .filter(|phrase| text.contains(**phrase))
                .nth(1)
                .is_some()
}
