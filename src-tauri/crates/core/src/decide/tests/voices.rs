//! Never two voices, and never none: whatever bots, people, rules and timers order, and in whatever
//! order, nothing is put on its way to a customer by a party without control, and no customer waits
//! for a bot that nobody looks after. `BATON_SCHEDULES=100000` plays as many schedules, on every core
//! of the machine.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use crate::command::{Approval, Command, MoveInput, SendEnd};
use crate::control::{Controller, OfferMode, Reason, Target};
use crate::conversation::OutgoingState;
use crate::decide::Happened;
use crate::effect::Effect;
use crate::elsewhere::{Elsewhere, Ground};
use crate::event::body::{SendQueued, SendStep};
use crate::event::{Actor, ActorKind, Event};
use crate::ids::{AgentName, BotName, ChannelId, Id as _, OfferId, OutboxId, QueueName};
use crate::message::{Address, Author};
use crate::review::RejectCode;
use crate::time::SECOND;
use crate::world::{ChannelInfo, Delivery};

use super::errands::Errands;
use super::play::{Play, RULES};

const BOTS: [&str; 2] = ["helper", "expert"];
const PEOPLE: [&str; 3] = ["anna", "ben", "cleo"];
/// A rule that takes control from a bot by what it is about to say.
const TAKES: &str = r#"
[[rule]]
id     = "takes"
why    = "People say this."
on     = ["draft"]
when   = 'draft.author == "bot" && draft.length == 15'
do     = { control = "queue" }
reason = "said by people"

[[rule]]
id     = "tries-again"
why    = "The bot has another go."
on     = ["time"]
when   = 'conv.control == "queue" && conv.waiting > duration("5m")'
do     = { control = "bot" }
reason = "nobody took it"
"#;

/// Words that wake no rule, and words that wake each of them.
const WORDS: [&str; 4] = [
    "Hello",
    "My lawyer calls",
    "A human, please",
    "You get 20 euros",
];

#[derive(Debug, Clone, Copy)]
enum Step {
    Customer(usize),
    /// A bot, its words, and how far behind the epoch is that it has seen.
    BotSays(usize, usize, u64),
    BotPasses(usize, u64),
    /// To the other bot.
    BotHandsOn(usize, u64),
    BotOffers(usize, u64, bool),
    BotAccepts(usize),
    BotReleases(usize, u64),
    BotFails(usize, u64),
    BotReports(usize, u64),
    AgentSays(usize, i64),
    AgentTakes(usize),
    AgentPasses(usize),
    AgentPassesToBot(usize, usize),
    /// Takes the last act back.
    AgentUndoes(usize),
    /// Reads a draft that waits: lets it go, has the bot try again, or answers instead.
    AgentReads(usize, usize),
    /// Takes back what has not left yet.
    AgentCancels(usize),
    AgentOffers(usize, bool),
    AgentAccepts(usize),
    AgentReleases(usize),
    AgentReturns(usize, usize),
    AgentResolves(usize),
    /// Goes on by another channel; the customer's next words bring it back.
    AgentMoves(usize),
    /// What rules asked to be said is said.
    Macros,
    /// Attempts to send begin, and end so.
    Begin,
    End(bool),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let bot = || 0..BOTS.len();
    let who = || 0..PEOPLE.len();
    let behind = || prop_oneof![4 => Just(0_u64), 1 => 1_u64..3];
    let words = || prop_oneof![6 => Just(0), 1 => 1..WORDS.len()];
    let step = prop_oneof![
        4 => words().prop_map(Step::Customer),
        24 => (bot(), words(), behind()).prop_map(|(b, w, e)| Step::BotSays(b, w, e)),
        1 => (bot(), behind()).prop_map(|(b, e)| Step::BotPasses(b, e)),
        3 => (bot(), behind()).prop_map(|(b, e)| Step::BotHandsOn(b, e)),
        2 => (bot(), behind(), any::<bool>()).prop_map(|(b, e, c)| Step::BotOffers(b, e, c)),
        2 => bot().prop_map(Step::BotAccepts),
        1 => (bot(), behind()).prop_map(|(b, e)| Step::BotReleases(b, e)),
        1 => (bot(), behind()).prop_map(|(b, e)| Step::BotFails(b, e)),
        1 => (bot(), behind()).prop_map(|(b, e)| Step::BotReports(b, e)),
        3 => (who(), 0_i64..20).prop_map(|(w, u)| Step::AgentSays(w, u)),
        2 => who().prop_map(Step::AgentTakes),
        1 => who().prop_map(Step::AgentPasses),
        1 => (who(), bot()).prop_map(|(w, b)| Step::AgentPassesToBot(w, b)),
        2 => who().prop_map(Step::AgentUndoes),
        2 => (who(), 0..3_usize).prop_map(|(w, h)| Step::AgentReads(w, h)),
        1 => who().prop_map(Step::AgentCancels),
        1 => (who(), any::<bool>()).prop_map(|(w, c)| Step::AgentOffers(w, c)),
        2 => who().prop_map(Step::AgentAccepts),
        1 => who().prop_map(Step::AgentReleases),
        6 => (who(), bot()).prop_map(|(w, b)| Step::AgentReturns(w, b)),
        1 => who().prop_map(Step::AgentResolves),
        1 => who().prop_map(Step::AgentMoves),
        2 => Just(Step::Macros),
        16 => Just(Step::Begin),
        4 => any::<bool>().prop_map(Step::End),
        3 => (1_i64..400).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..40)
}

/// Who has control, read off the events alone, and what each message on its way was written as.
struct Voices {
    holder: Controller,
    epoch: u64,
    silenced: bool,
    written: BTreeMap<OutboxId, SendQueued>,
    /// What was on its way once.
    left: BTreeSet<OutboxId>,
    by_bots: u64,
}

impl Voices {
    fn hear(&mut self, events: &[Happened]) -> Result<(), TestCaseError> {
        for happened in events {
            match &happened.event {
                Event::ControlChanged(changed) => {
                    self.holder = changed.to.clone();
                    self.epoch = changed.epoch;
                }
                Event::OfferMade(made) => self.silenced = made.offer.mode == OfferMode::Cold,
                Event::OfferEnded(_) => self.silenced = false,
                Event::SendQueued(queued) => {
                    prop_assert!(!self.silenced || queued.author != Author::Bot);
                    self.may(queued)?;
                    self.written.insert(queued.outbox, queued.clone());
                }
                Event::SendChanged(changed) => {
                    let leaves = match changed.step {
                        SendStep::Committing { .. } => true,
                        // Where no attempt is needed, it is said at once.
                        SendStep::Sent { .. } => !self.left.contains(&changed.outbox),
                        _ => false,
                    };
                    if leaves {
                        self.left.insert(changed.outbox);
                        let written = &self.written[&changed.outbox];
                        if written.author == Author::Bot {
                            self.by_bots += 1;
                        }
                        // A person's words were theirs to say when they said them.
                        if written.author != Author::Agent {
                            self.may(written)?;
                        }
                    }
                }
                Event::MessageRecorded(recorded) => {
                    let inbound = recorded.author == Author::Customer;
                    prop_assert!(inbound || recorded.outbox.is_some(), "{:?}", recorded);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn may(&self, written: &SendQueued) -> Result<(), TestCaseError> {
        let name = written.author_name.as_str();
        let fits = match written.author {
            Author::Bot => self.holder == Controller::Bot(BotName::new(name)),
            Author::Agent => self.holder == Controller::Agent(AgentName::new(name)),
            // What a rule says is said where no person speaks.
            Author::System => !matches!(self.holder, Controller::Agent(_)),
            Author::Customer => false,
        };
        prop_assert!(fits, "{:?} while {} has it", written, self.holder);
        prop_assert_eq!(written.epoch, self.epoch);
        Ok(())
    }
}

/// Orders what a step asks; refusals are as good as anything.
fn perform(
    play: &mut Play,
    step: Step,
    heard: &mut impl FnMut(&Play) -> Result<(), TestCaseError>,
) -> Result<bool, TestCaseError> {
    let orders = orders(play, step);
    let mut allowed = true;
    for (actor, epoch, command) in orders {
        let went = play.order(actor, epoch, command).is_ok();
        allowed &= went;
        if went {
            heard(play)?;
        }
    }
    Ok(allowed)
}

pub(super) type Given = (Actor, Option<u64>, Command);

fn orders(play: &mut Play, step: Step) -> Vec<Given> {
    let any = Reason::default;
    let epoch = play.epoch();
    let seen = |behind: u64| Some(epoch.saturating_sub(behind));
    let offered = play
        .state
        .as_ref()
        .and_then(|state| state.control.offer.as_ref())
        .map_or_else(OfferId::default, |offer| offer.id);
    let queue = || Target::Queue(QueueName::new("support"));
    let offer = |to: Target, cold: bool| Command::Offer {
        to,
        timeout_ms: 30 * SECOND,
        mode: if cold {
            OfferMode::Cold
        } else {
            OfferMode::Warm
        },
        reason: any(),
        packet: None,
    };
    let bot = |bot: usize| Actor::bot(BOTS[bot]);
    let agent = |who: usize| Actor::agent(PEOPLE[who]);
    let one = |actor, epoch, command| vec![(actor, epoch, command)];
    match step {
        Step::Customer(words) => {
            let input = play.message(WORDS[words], crate::message::MessageKind::Message);
            one(Actor::customer(), None, Command::Record(input))
        }
        Step::BotSays(who, words, behind) => {
            let reply = play.reply(WORDS[words], 0);
            one(bot(who), seen(behind), reply)
        }
        Step::BotPasses(who, behind) => {
            let pass = play.pass_to(queue());
            one(bot(who), seen(behind), pass)
        }
        Step::BotHandsOn(who, behind) => {
            let pass = play.pass_to(Target::Bot(BotName::new(BOTS[1 - who])));
            one(bot(who), seen(behind), pass)
        }
        Step::BotOffers(who, behind, cold) => {
            let other = Target::Bot(BotName::new(BOTS[1 - who]));
            one(bot(who), seen(behind), offer(other, cold))
        }
        Step::BotAccepts(who) => one(bot(who), seen(0), Command::Accept { offer: offered }),
        Step::BotReleases(who, behind) => one(bot(who), seen(behind), Command::Release(any())),
        Step::BotFails(who, behind) => {
            let (code, text) = ("timeout".to_owned(), String::new());
            one(bot(who), seen(behind), Command::Fail { code, text })
        }
        Step::BotReports(who, behind) => {
            let report = crate::event::body::BotReported {
                bot: BOTS[who].to_owned(),
                failure: Some("fallback".to_owned()),
                ..Default::default()
            };
            one(bot(who), seen(behind), Command::BotReport(report))
        }
        Step::AgentSays(who, undo_s) => {
            let reply = play.reply("Answer", undo_s * SECOND);
            one(agent(who), None, reply)
        }
        Step::AgentTakes(who) => one(agent(who), None, Command::Take(any())),
        Step::AgentPasses(who) => {
            let pass = play.pass_to(queue());
            one(agent(who), None, pass)
        }
        Step::AgentPassesToBot(who, to) => {
            let pass = play.pass_to(Target::Bot(BotName::new(BOTS[to])));
            one(agent(who), None, pass)
        }
        Step::AgentUndoes(who) => {
            let point = play.state().undo.as_ref();
            let of = point.map_or_else(Default::default, |point| point.of);
            one(agent(who), None, Command::Undo { of })
        }
        Step::AgentReads(who, how) => {
            let waiting = play.state().drafts.values().find(|draft| draft.waits());
            let Some(draft) = waiting.map(|draft| draft.id) else {
                return Vec::new();
            };
            let command = if how == 0 {
                Command::ApproveDraft(Approval {
                    draft,
                    edited: None,
                    undo_ms: 5 * SECOND,
                })
            } else {
                Command::RejectDraft {
                    draft,
                    code: RejectCode::Other,
                    text: String::new(),
                    again: how == 1,
                }
            };
            one(agent(who), None, command)
        }
        Step::AgentCancels(who) => {
            entries(play, |state| matches!(state, OutgoingState::Queued { .. }))
                .into_iter()
                .map(|outbox| (agent(who), None, Command::CancelSend { outbox }))
                .collect()
        }
        Step::AgentOffers(who, cold) => {
            let to = Target::Agent(AgentName::new(PEOPLE[(who + 1) % PEOPLE.len()]));
            one(agent(who), None, offer(to, cold))
        }
        Step::AgentAccepts(who) => one(agent(who), None, Command::Accept { offer: offered }),
        Step::AgentReleases(who) => one(agent(who), None, Command::Release(any())),
        Step::AgentReturns(who, to) => {
            let back = Command::ReturnToBot {
                bot: BOTS[to].to_owned(),
                summary: String::new(),
                allowed_topics: Vec::new(),
                promises: Vec::new(),
            };
            one(agent(who), None, back)
        }
        Step::AgentResolves(who) => one(agent(who), None, Command::Resolve { reason: any() }),
        Step::AgentMoves(who) => {
            let to = Elsewhere {
                channel: ChannelInfo {
                    id: ChannelId::from_bits(8),
                    ..play.channel.clone()
                },
                address: Address::default(),
                ground: Ground::Given,
            };
            let input = MoveInput { to };
            one(agent(who), None, Command::Move(input))
        }
        Step::Macros => {
            let asked: Vec<(String, u64)> = play
                .effects
                .iter()
                .filter_map(|effect| match effect {
                    Effect::Macro { rule, epoch, .. } => Some((rule.clone(), *epoch)),
                    _ => None,
                })
                .collect();
            play.effects.clear();
            asked
                .into_iter()
                .map(|(rule, epoch)| {
                    let actor = Actor {
                        kind: ActorKind::Rule,
                        id: rule,
                    };
                    (actor, Some(epoch), play.reply("We are on it", 0))
                })
                .collect()
        }
        Step::Begin => {
            let deadline = play.now.plus(20 * SECOND);
            entries(play, |state| matches!(state, OutgoingState::Queued { .. }))
                .into_iter()
                .map(|outbox| {
                    (
                        Actor::system(),
                        None,
                        Command::BeginSend { outbox, deadline },
                    )
                })
                .collect()
        }
        Step::End(well) => {
            let end = if well {
                SendEnd::Sent {
                    refused: Vec::new(),
                    put_off: Vec::new(),
                }
            } else {
                SendEnd::NotSent {
                    text: "try later".to_owned(),
                }
            };
            entries(play, |state| {
                matches!(state, OutgoingState::Committing { .. })
            })
            .into_iter()
            .map(|outbox| {
                let end = end.clone();
                (Actor::system(), None, Command::EndSend { outbox, end })
            })
            .collect()
        }
        Step::Wait(seconds) => {
            play.wait(seconds * SECOND);
            one(Actor::system(), None, Command::Tick)
        }
    }
}

fn entries(play: &Play, wanted: impl Fn(&OutgoingState) -> bool) -> Vec<OutboxId> {
    play.state()
        .outbox
        .values()
        .filter(|entry| wanted(&entry.state))
        .map(|entry| entry.id)
        .collect()
}

/// Schedules that are played unless somebody has said how many.
const USUAL: u32 = 64;

#[test]
fn nobody_speaks_without_control_and_nobody_is_left_alone_with_a_bot() {
    let wanted = std::env::var("BATON_SCHEDULES").ok();
    let schedules: u32 = wanted.map_or(USUAL, |count| count.parse().unwrap());
    let players = match schedules {
        USUAL => 1,
        _ => std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32),
    };
    let played = std::thread::scope(|scope| {
        let one = |_| scope.spawn(move || play_schedules(schedules.div_ceil(players)));
        let players: Vec<_> = (0..players).map(one).collect();
        let ended = players.into_iter().map(|player| player.join());
        ended.collect::<Vec<_>>()
    });
    let mut all = Heard::default();
    for one in played {
        let one = one.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        all.said += one.said;
        all.refused += one.refused;
        all.moved += one.moved;
        all.failed += one.failed;
    }
    // A run in which no bot ever speaks, or none is ever refused, would show nothing.
    assert!(all.said > 0, "bots were heard {} times", all.said);
    assert!(all.refused > 0, "and refused {} times", all.refused);
    assert!(all.moved > 0, "and {} went on elsewhere", all.moved);
    assert!(all.failed > 0, "and {} did not answer in time", all.failed);
}

/// What happened in many schedules.
#[derive(Default)]
struct Heard {
    said: u64,
    refused: u64,
    moved: u64,
    failed: u64,
}

fn play_schedules(schedules: u32) -> Heard {
    let said = Cell::new(0_u64);
    let refused = Cell::new(0_u64);
    let moved = Cell::new(0_u64);
    let failed = Cell::new(0_u64);
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        cases: schedules,
        ..ProptestConfig::default()
    });
    // Other properties see to these; here they would cost most of the time.
    let mut begins = Play::with_rules(&format!("{RULES}{TAKES}"));
    begins.replays = false;
    begins.repeats = false;
    let outcome = runner.run(&(any::<bool>(), steps()), |(at_once, steps)| {
        let mut play = begins.clone();
        if at_once {
            play.channel.delivery = Delivery::Immediate;
        }
        let mut voices = Voices {
            holder: Controller::Nobody,
            epoch: 0,
            silenced: false,
            written: BTreeMap::new(),
            left: BTreeSet::new(),
            by_bots: 0,
        };
        let mut errands = Errands::default();
        play.customer("Hello");
        voices.hear(&play.last.as_ref().unwrap().events)?;
        errands.note(&play);
        for step in steps {
            let mut heard = |play: &Play| {
                errands.note(play);
                voices.hear(&play.last.as_ref().unwrap().events)
            };
            let allowed = perform(&mut play, step, &mut heard)?;
            while let Some(given) = errands.next_due(&play) {
                let (actor, epoch, command) = given;
                prop_assert!(play.order(actor, epoch, command).is_ok());
                errands.note(&play);
                voices.hear(&play.last.as_ref().unwrap().events)?;
                failed.set(failed.get() + 1);
            }
            let alone = errands.left_alone(&play);
            prop_assert!(!alone, "{:?} left the customer alone", step);
            if matches!(step, Step::BotSays(..)) && !allowed {
                refused.set(refused.get() + 1);
            }
            if matches!(step, Step::AgentMoves(..)) && allowed {
                moved.set(moved.get() + 1);
            }
        }
        said.set(said.get() + voices.by_bots);
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, played)) => panic!("{why}\n{played:#?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    Heard {
        said: said.get(),
        refused: refused.get(),
        moved: moved.get(),
        failed: failed.get(),
    }
}
