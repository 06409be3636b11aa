//! What an author says one after the other is read and said in that order.

use super::*;

#[test]
fn what_a_bot_says_one_after_the_other_is_heard_in_that_order() {
    let (mut play, first) = promised();
    play.channel.delivery = Delivery::Immediate;
    let reply = play.reply("It is on its way.", 0);
    play.wait(SECOND).bot(reply).unwrap();
    let mut drafts: Vec<HeldDraft> = play.state().drafts.values().cloned().collect();
    drafts.retain(|draft| draft.id != first.id);
    let [second] = &drafts[..] else {
        panic!("it waits behind the first: {drafts:?}");
    };
    assert_eq!(
        play.agent("cleo", approve(second)).unwrap_err(),
        Refusal::EarlierDraftWaits
    );
    // The first can be taken back for a moment, and what comes after it waits for that.
    let unhurried = Command::ApproveDraft(Approval {
        draft: first.id,
        edited: None,
        undo_ms: 5 * SECOND,
    });
    play.agent("cleo", unhurried).unwrap();
    play.wait(SECOND).agent("cleo", approve(second)).unwrap();
    let reply = play.reply("Is there anything else?", 0);
    play.wait(SECOND).bot(reply).unwrap();
    assert_eq!(play.state().talk.from_bots, 0, "nothing overtakes it");
    play.wait(5 * SECOND).tick();
    let said = play
        .log
        .iter()
        .filter_map(|(_, happened)| match &happened.event {
            Event::MessageRecorded(recorded) if recorded.outbox.is_some() => Some(recorded.message),
            _ => None,
        });
    let said: Vec<MessageId> = said.collect();
    assert_eq!(said.len(), 3);
    assert_eq!(said[..2], [first.id, second.id]);
}

#[test]
fn what_follows_words_that_wait_waits_behind_them() {
    let (mut play, draft) = promised();
    let reply = play.reply("Anything else?", 0);
    play.wait(SECOND).bot(reply).unwrap();
    assert!(play.state().outbox.is_empty());
    assert_eq!(play.state().drafts.len(), 2);
    let mut drafts = play.state().drafts.values();
    let second = drafts.find(|one| one.id != draft.id).unwrap().clone();
    assert_eq!(second.rule, "money");
    assert_eq!(second.reviewers, draft.reviewers);
}

#[test]
fn what_a_bot_said_after_a_draft_waits_with_it_when_its_approval_is_taken_back() {
    let (mut play, first) = promised();
    let reply = play.reply("Is there anything else?", 0);
    play.wait(SECOND).bot(reply).unwrap();
    let second = play.state().drafts.values().find(|one| one.id != first.id);
    let second = second.unwrap().clone();
    let approval = |draft: &HeldDraft| {
        Command::ApproveDraft(Approval {
            draft: draft.id,
            edited: None,
            undo_ms: 10 * SECOND,
        })
    };
    play.agent("cleo", approval(&first)).unwrap();
    let outbox = play.only_outbox();
    play.wait(SECOND).agent("cleo", approval(&second)).unwrap();
    // This one needs no reader, and goes behind the other two.
    let reply = play.reply("Good bye.", 0);
    play.wait(SECOND).bot(reply).unwrap();
    assert_eq!(play.state().outbox.len(), 3);
    play.wait(SECOND)
        .agent("cleo", Command::CancelSend { outbox })
        .unwrap();
    play.wait(20 * SECOND).send_all();
    assert_eq!(
        play.state().talk.from_bots,
        0,
        "nothing goes out without it"
    );
    let mut waiting: Vec<HeldDraft> = play.state().drafts.values().cloned().collect();
    assert!(waiting.len() == 3 && waiting.iter().all(HeldDraft::waits));
    waiting.sort_by_key(|draft| draft.held_at);
    for draft in &waiting {
        play.agent("cleo", approve(draft)).unwrap();
    }
    play.send_all();
    assert_eq!(play.state().talk.from_bots, 3);
}

#[test]
fn a_bot_that_is_to_try_again_says_all_of_it_anew() {
    let (mut play, first) = promised();
    let reply = play.reply("Is there anything else?", 0);
    play.wait(SECOND).bot(reply).unwrap();
    assert_eq!(play.state().drafts.len(), 2);
    play.effects.clear();
    play.agent("cleo", reject(&first, true)).unwrap();
    assert!(play.state().drafts.is_empty());
    let asked = |effect: &Effect| matches!(effect, Effect::AskBot { .. });
    assert!(play.effects.iter().any(asked), "its answer is waited for");
}
