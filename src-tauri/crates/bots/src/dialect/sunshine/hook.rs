//! What Sunshine Conversations would tell a bot, one event at a time.

use serde_json::{Value, json};

use super::answer::{conversation, iso, message};
use crate::dialect::Standing;
use crate::wire::event::{BotEvent, What};

/// What happened; none when Switchboard has no word for it.
pub(in crate::dialect) fn told(event: &BotEvent, standing: &Standing) -> Option<Value> {
    let conversation = conversation(standing);
    let (kind, payload) = match &event.what {
        What::Message { message: one, .. } => (
            "conversation:message",
            json!({ "conversation": conversation, "message": message(standing, one) }),
        ),
        What::Control { verb, reason, .. } => (
            control(verb)?,
            json!({
                "conversation": conversation, "metadata": standing.metadata, "reason": reason,
            }),
        ),
        What::Offered { .. } => (
            "switchboard:offerControl",
            json!({ "conversation": conversation, "metadata": standing.metadata }),
        ),
        What::Draft { .. }
        | What::OfferEnded { .. }
        | What::Requested { .. }
        | What::Packet { .. }
        | What::Whisper { .. } => return None,
    };
    Some(json!({
        "app": { "id": "baton" },
        "webhook": { "id": standing.bot, "version": "v2" },
        "events": [{
            "id": event.seq.to_string(),
            "createdAt": iso(event.at),
            "type": kind,
            "payload": payload,
        }],
    }))
}

/// The name of the event when control changed by a verb. That a conversation begins is told by its
/// first message.
fn control(verb: &str) -> Option<&'static str> {
    Some(match verb {
        // An offer of the bot that is declined or runs out goes to people.
        "pass" | "take" | "return_to_bot" | "fail" | "reject" | "timeout" | "undo" | "reopen" => {
            "switchboard:passControl"
        }
        "accept" => "switchboard:acceptControl",
        "release" | "close" => "switchboard:releaseControl",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::told;
    use crate::dialect::tests::{event, standing};
    use crate::wire::event::BotEvent;

    fn control(verb: &str) -> BotEvent {
        let holder = |kind: &str| json!({ "kind": kind, "name": "n" });
        event(&json!({
            "type": "control", "verb": verb, "from": holder("agent"), "to": holder("bot"),
            "epoch": 4, "reason": "human_done", "handoff": null, "packet": null,
        }))
    }

    #[test]
    fn control_comes_as_a_switchboard_event_with_flat_metadata() {
        let mut standing = standing();
        standing
            .metadata
            .insert("summary".to_owned(), json!("Paid."));
        let body = told(&control("return_to_bot"), &standing).unwrap();
        for (pointer, value) in [
            ("/events/0/type", json!("switchboard:passControl")),
            ("/events/0/createdAt", json!("2023-11-14T22:13:20.500Z")),
            ("/events/0/payload/metadata/summary", json!("Paid.")),
            (
                "/events/0/payload/conversation/activeSwitchboardIntegration/id",
                json!("bot:front"),
            ),
            ("/webhook/version", json!("v2")),
        ] {
            assert_eq!(body.pointer(pointer), Some(&value), "{pointer}");
        }
        let kind = |verb: &str| {
            told(&control(verb), &standing)
                .map(|body| body["events"][0]["type"].as_str().unwrap().to_owned())
        };
        assert_eq!(kind("accept").unwrap(), "switchboard:acceptControl");
        assert_eq!(kind("reject").unwrap(), "switchboard:passControl");
        assert_eq!(kind("close").unwrap(), "switchboard:releaseControl");
        assert_eq!(kind("open"), None);
        assert_eq!(kind("wrap"), None);
    }
}
