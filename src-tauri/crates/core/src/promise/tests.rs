//! Sentences, and whether they promise a person.

use super::promises_a_person;

const PROMISES: [&str; 54] = [
    "I have handed you over to a colleague.",
    "I've transferred you to our support team.",
    "I\u{2019}ve transferred you to our support team.",
    "I cannot help with that, so I am handing you over to a colleague.",
    "I can't solve this. I can see it is urgent, I'm transferring you now.",
    "You are now connected to a human agent.",
    "A colleague will take over now.",
    "I have escalated this to our team, someone will be with you shortly.",
    "You are now being transferred.",
    "I am handing you over to a colleague.",
    "One moment, I'll connect you with a person!",
    "One moment, I am connecting you with a colleague.",
    "Let me transfer you to our team.",
    "Sorry about that. Putting you through to billing now.",
    "I'm putting you through.",
    "Transferring you to a specialist.",
    "I will pass you on to somebody who can look into your account.",
    "I'm transferring you to a colleague who can help.",
    "I'm transferring you to a colleague that can help you better.",
    "I am going to transfer you to an agent.",
    "I've passed this on to our support team, they will answer here.",
    "I have forwarded your request to an expert.",
    "Your request has been forwarded to our support team.",
    "Your case was assigned to a specialist.",
    "Your conversation is being handed over to a human.",
    "You have been connected to an advisor.",
    "You will be connected shortly.",
    "You'll be put through to an operator.",
    "You asked for a person and I am getting a colleague.",
    "An agent will be right with you.",
    "Someone from our team will be with you as soon as possible.",
    "A human agent is joining the chat.",
    "Our specialist has taken over your case.",
    "A colleague will take it from here.",
    "A representative will assist you shortly.",
    "I could not find your order - I'm handing this over to my colleague.",
    "I do not know that, but a colleague is taking over.",
    "I am transferring you now, if you have more to say just write it.",
    "Thanks! I'm escalating your complaint to a manager.",
    "I'm bringing in a colleague.",
    "Ich leite Sie an einen Kollegen weiter.",
    "Ich habe Sie an einen Mitarbeiter übergeben.",
    "Ich verbinde Sie mit einer Kollegin.",
    "Das weiß ich nicht, daher verbinde ich Sie mit unserem Support.",
    "Ich stelle Sie durch.",
    "Wir leiten Sie jetzt an unser Team weiter.",
    "Ich habe Ihr Anliegen an unser Team weitergeleitet.",
    "Ich werde Sie mit einem Menschen verbinden.",
    "Sie werden jetzt mit einem Mitarbeiter verbunden.",
    "Ein Kollege übernimmt jetzt.",
    "Einen Moment, gleich übernimmt eine Kollegin.",
    "Ein Mitarbeiter ist gleich für Sie da.",
    "Please wait while I connect you to a representative.",
    "Ich hole einen Kollegen dazu.",
];

const OTHERS: [&str; 61] = [
    "Shall I connect you to a person?",
    "Shall I connect you with a colleague?",
    "I can transfer you to a colleague if you like.",
    "If you prefer, I will hand you over to our team.",
    "If you like, I can get you a person, and they take over.",
    "I could hand you over to a colleague.",
    "Would you like me to transfer you to an agent?",
    "Would you like to be transferred to an agent?",
    "Do you want me to put you through?",
    "Are you okay if I transfer you to a colleague?",
    "Type 'agent' to be connected to a person.",
    "Press 1 to transfer your call to an agent.",
    "Just say so when you want me to hand you over.",
    "I would be happy to hand you over to our team.",
    "May I pass you on to a specialist?",
    "Before I transfer you to a colleague, I need your order number.",
    "Once I have your number, I will transfer you to a colleague.",
    "I will transfer you to a colleague if this does not help.",
    "I cannot transfer you.",
    "I can't transfer you to an agent right now.",
    "I won't hand you over to anybody.",
    "I'm not able to connect you with a person.",
    "I am unable to put you through.",
    "Nobody will take over before nine.",
    "I never transfer you to a colleague without asking.",
    "I am not a human agent.",
    "We handed your parcel over to the carrier.",
    "We have handed it over to the delivery team.",
    "Your parcel was handed over to our courier.",
    "It was passed to the shipping team of the carrier.",
    "I'll connect the two orders.",
    "I have connected your two accounts.",
    "I'll connect you to the tracking page.",
    "You are connected to the Wi-Fi.",
    "Your call is transferred money.",
    "The money will be transferred to you on Monday.",
    "We have transferred your refund to your bank.",
    "I transferred 20 euros to you.",
    "Please forward this mail to a colleague of yours?",
    "I'm passing you the link.",
    "Our team takes over the costs of the return.",
    "Agents take over chats between nine and five.",
    "When an agent takes over, you see their name.",
    "A colleague can take over, just tell me.",
    "Last week a colleague took over.",
    "Our support team is here from nine to five.",
    "Someone will be with you at the door between 8 and 12.",
    "You will be forwarded to the payment page.",
    "Did a colleague take over?",
    "A colleague of yours has written already.",
    "The lamp leaves today.",
    "Kann ich sonst etwas tun? Soll ich Sie verbinden?",
    "Soll ich Sie an einen Kollegen weiterleiten?",
    "Wenn Sie möchten, verbinde ich Sie mit einem Kollegen.",
    "Ich kann Sie mit einem Mitarbeiter verbinden.",
    "Ich verbinde Sie nicht mit einem Menschen.",
    "Ich kann Sie leider nicht weiterleiten.",
    "Wir haben Ihr Paket dem Zusteller übergeben.",
    "Ich verbinde die beiden Bestellungen.",
    "Bitte leiten Sie die Mail an unser Team weiter.",
    "Unser Team übernimmt die Kosten.",
];

#[test]
fn a_promise_is_told_from_what_only_sounds_like_one() {
    let missed: Vec<&str> = PROMISES
        .into_iter()
        .filter(|text| !promises_a_person(text))
        .collect();
    let wrong: Vec<&str> = OTHERS
        .into_iter()
        .filter(|text| promises_a_person(text))
        .collect();
    assert!(missed.is_empty(), "not seen: {missed:#?}");
    assert!(wrong.is_empty(), "no promises: {wrong:#?}");
}

#[test]
fn a_promise_is_seen_among_other_sentences() {
    for text in [
        "Thank you.\nI am handing you over to a colleague\nHave a nice day.",
        "Shall I look again? No? Then I'm transferring you to an agent.",
        "I CANNOT HELP. TRANSFERRING YOU NOW!",
    ] {
        assert!(promises_a_person(text), "{text}");
    }
    assert!(!promises_a_person(""));
    assert!(!promises_a_person("?!.,"));
}
