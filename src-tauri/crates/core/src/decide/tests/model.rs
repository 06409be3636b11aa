//! A second, small account of control, written from the table and from nothing else. The real one
//! must agree with it on every order.

/// Who has the conversation, as the table sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holder {
    Bot,
    Queue(&'static str),
    Agent(&'static str),
    Nobody,
}

/// What is asked, in the words of the table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ask {
    /// The customer writes.
    Customer,
    /// A machine writes.
    Automatic,
    /// A person answers; it leaves at once.
    Answer(&'static str),
    /// The bot answers, having seen the epoch so many changes ago.
    BotAnswer(u64),
    /// The bot passes to a queue, having seen the epoch so many changes ago.
    BotPass(u64),
    /// The bot failed.
    Fail,
    Take(&'static str),
    Pass(&'static str, &'static str),
    Offer(&'static str, &'static str),
    /// Somebody accepts whatever offer is live.
    Accept(&'static str),
    Reject(&'static str),
    Release(&'static str),
    ReturnToBot(&'static str),
    Resolve(&'static str),
    Reopen(&'static str),
    /// Time goes by, in seconds.
    Wait(i64),
}

/// The state of the table.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) holder: Holder,
    pub(super) closed: bool,
    pub(super) epoch: u64,
    pub(super) episode: u32,
    pub(super) waiting: bool,
    /// Whether nobody has answered what the customer wrote, or waited for, last: closing the
    /// conversation does not change that.
    pub(super) owed: bool,
    /// Whether a machine wrote last.
    pub(super) automatic: bool,
    /// Whether the last word is ours.
    pub(super) replied: bool,
    /// To whom an offer is live, from whom, and for how many seconds still.
    pub(super) offer: Option<(&'static str, Holder, i64)>,
}

/// Anna leads and may move what others hold.
const LEADS: [&str; 2] = ["anna", "cleo"];

impl Model {
    pub(super) fn new() -> Self {
        Self {
            holder: Holder::Nobody,
            closed: false,
            epoch: 0,
            episode: 1,
            waiting: false,
            owed: false,
            automatic: false,
            replied: false,
            offer: None,
        }
    }

    fn to(&mut self, holder: Holder) {
        self.holder = holder;
        self.epoch += 1;
        self.offer = None;
    }

    /// Whether the person may move the conversation on.
    fn may(&self, who: &'static str) -> bool {
        match self.holder {
            Holder::Agent(holder) => holder == who || LEADS.contains(&who),
            _ => true,
        }
    }

    /// Whether a handoff from a bot to people leaves somebody who waits for them.
    fn waits_for_people(&mut self) {
        self.wait();
    }

    fn wait(&mut self) {
        self.waiting = true;
        self.owed = true;
    }

    fn answered(&mut self) {
        self.waits_no_more();
        self.replied = true;
    }

    fn waits_no_more(&mut self) {
        self.waiting = false;
        self.owed = false;
    }

    /// Carries out what is asked; `false` when the table does not allow it.
    pub(super) fn ask(&mut self, ask: Ask) -> bool {
        match ask {
            Ask::Customer => {
                if self.closed {
                    self.closed = false;
                    self.episode += 1;
                    self.to(Holder::Bot);
                } else if self.holder == Holder::Nobody && self.offer.is_none() {
                    self.to(Holder::Bot);
                }
                self.wait();
                self.automatic = false;
                self.replied = false;
            }
            Ask::Automatic => {
                self.automatic = true;
                self.replied = false;
            }
            Ask::Answer(who) => {
                if self.closed {
                    self.closed = false;
                    self.episode += 1;
                    self.to(Holder::Agent(who));
                } else if self.holder != Holder::Agent(who) {
                    self.to(Holder::Agent(who));
                }
                self.answered();
                self.automatic = false;
            }
            Ask::BotAnswer(behind) => {
                // Machines do not answer machines.
                let answers_machine = self.automatic && !self.waiting;
                if behind > 0 || self.holder != Holder::Bot || answers_machine {
                    return false;
                }
                self.answered();
                self.automatic = false;
            }
            Ask::BotPass(behind) => {
                if self.closed || behind > 0 || self.holder != Holder::Bot {
                    return false;
                }
                self.to(Holder::Queue("support"));
                self.waits_for_people();
            }
            Ask::Fail => {
                if self.closed || self.holder != Holder::Bot {
                    return false;
                }
                self.to(Holder::Queue("support"));
                self.waits_for_people();
            }
            Ask::Take(who) => {
                if self.closed {
                    return false;
                }
                if self.holder != Holder::Agent(who) {
                    self.to(Holder::Agent(who));
                }
            }
            Ask::Pass(who, queue) => {
                if self.closed || !self.may(who) {
                    return false;
                }
                let to = Holder::Queue(queue);
                if self.holder != to || self.offer.is_some() {
                    let bot = self.holder == Holder::Bot;
                    self.to(to);
                    if bot {
                        self.waits_for_people();
                    }
                }
            }
            Ask::Offer(who, whom) => {
                if self.closed || !self.may(who) {
                    return false;
                }
                self.offer = Some((whom, self.holder.clone(), 60));
            }
            Ask::Accept(who) => {
                if self.offer.as_ref().is_none_or(|(whom, ..)| *whom != who) {
                    return false;
                }
                let bot = self.holder == Holder::Bot;
                self.to(Holder::Agent(who));
                if bot {
                    self.waits_for_people();
                }
            }
            Ask::Reject(who) => {
                if self.offer.as_ref().is_none_or(|(whom, ..)| *whom != who) {
                    return false;
                }
                self.comes_back();
            }
            Ask::Release(who) => {
                if self.closed {
                    return false;
                }
                if self.holder == Holder::Nobody {
                    return true;
                }
                if self.holder != Holder::Agent(who) && !LEADS.contains(&who) {
                    return false;
                }
                if self.waiting {
                    self.to(Holder::Queue("support"));
                } else {
                    self.to(Holder::Nobody);
                }
            }
            Ask::ReturnToBot(who) => {
                if self.closed || !self.may(who) {
                    return false;
                }
                if self.holder != Holder::Bot {
                    self.to(Holder::Bot);
                    // Who had a reply waited for a person, who lets the bot go on.
                    if self.replied {
                        self.waits_no_more();
                    }
                }
            }
            Ask::Resolve(who) => {
                if self.closed || !self.may(who) {
                    return false;
                }
                self.to(Holder::Nobody);
                self.closed = true;
                self.waiting = false;
            }
            Ask::Reopen(who) => {
                if !self.closed {
                    return false;
                }
                self.closed = false;
                self.episode += 1;
                self.waiting = self.owed;
                self.to(Holder::Agent(who));
            }
            Ask::Wait(seconds) => {
                let over = self.offer.as_mut().is_some_and(|(_, _, left)| {
                    *left -= seconds;
                    *left <= 0
                });
                if over {
                    self.comes_back();
                }
            }
        }
        true
    }

    /// An offer was not taken: what a bot wanted to hand over goes to people.
    fn comes_back(&mut self) {
        if let Some((_, Holder::Bot, _)) = self.offer.take() {
            self.to(Holder::Queue("support"));
            self.waits_for_people();
        }
    }
}
