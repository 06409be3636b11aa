//! Saying afterwards whether people were needed. It moves nothing.

use crate::command::LabelInput;
use crate::decide::Refusal;
use crate::decide::work::Work;
use crate::event::body::LabelSet;
use crate::event::{ActorKind, Event};
use crate::label::{Label, Mark};

impl Work<'_> {
    /// A person says whether an episode needed people, or takes that back.
    pub(super) fn label(&mut self, input: &LabelInput) -> Result<(), Refusal> {
        if self.actor.kind != ActorKind::Agent {
            return Err(Refusal::NotAllowed);
        }
        let episode = input.episode.unwrap_or(self.state.episode);
        let fitting = self.state.labels_that_fit(episode);
        if let Some(label) = input.label
            && !fitting.contains(&label)
        {
            return Err(Refusal::LabelDoesNotFit {
                reached: fitting.contains(&Label::Needed),
            });
        }
        let reached = fitting.contains(&Label::Needed);
        let current = reached && episode == self.state.episode;
        let brought = self.state.hands.brought.filter(|_| current);
        self.set_label(LabelSet {
            episode,
            label: input.label,
            decision: input.label.and(input.decision.or(brought)),
            sampled: input.label.and(input.sampled),
        });
        Ok(())
    }

    /// What the person who acts had said before stands again.
    pub(super) fn restore_labels(&mut self, before: &[Mark]) {
        let own = |marks: &[Mark], by: &str| -> Vec<Mark> {
            let theirs = marks.iter().filter(|mark| mark.by == by);
            theirs.cloned().collect()
        };
        let by = self.actor.id.clone();
        let (was, is) = (own(before, &by), own(&self.state.labels, &by));
        for mark in &is {
            if !was.iter().any(|old| old.episode == mark.episode) {
                self.set_label(LabelSet {
                    episode: mark.episode,
                    label: None,
                    decision: None,
                    sampled: None,
                });
            }
        }
        for mark in was {
            self.set_label(LabelSet {
                episode: mark.episode,
                label: Some(mark.label),
                decision: mark.decision,
                sampled: mark.sampled,
            });
        }
    }

    /// Says it, where that changes anything.
    fn set_label(&mut self, set: LabelSet) {
        let known = self
            .state
            .labels
            .iter()
            .find(|mark| mark.episode == set.episode && mark.by == self.actor.id);
        let same = match (known, set.label) {
            (None, None) => true,
            (Some(mark), Some(label)) => {
                mark.label == label && mark.decision == set.decision && mark.sampled == set.sampled
            }
            _ => false,
        };
        if !same {
            self.emit(Event::LabelSet(set));
        }
    }
}
