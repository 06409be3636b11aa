//! What is written before it is sent: drafts, which are never lost.

use baton_api::ApiError;
use baton_api::compose as co;
use baton_api::session::Done;
use baton_core::ids::ConversationId;
use baton_store::{Draft, DraftKind};

use crate::engine::{Engine, parse};
use crate::roster::{new_conversation_draft, rules_draft};

impl Engine {
    pub(in crate::commands) async fn draft_get(
        &self,
        asked: co::DraftGet,
    ) -> Result<co::DraftFound, ApiError> {
        let conversation = draft_place(&asked.conversation)?;
        Ok(self
            .read(move |reader, roster| {
                let (notes, letters): (Vec<_>, Vec<_>) = reader
                    .drafts_in(conversation)?
                    .into_iter()
                    .filter(|draft| draft.author == roster.me.as_str())
                    .partition(|draft| draft.kind == DraftKind::Note);
                Ok(co::DraftFound {
                    draft: newest(letters),
                    note: newest(notes),
                })
            })
            .await?)
    }

    pub(in crate::commands) async fn draft_put(
        &self,
        asked: co::DraftPut,
    ) -> Result<Done, ApiError> {
        let conversation = draft_place(&asked.conversation)?;
        let note = asked.note || asked.draft.as_ref().is_some_and(|one| one.mode == "note");
        self.inner
            .desk
            .turn(move |turn| {
                let me = turn.roster.me.as_str().to_owned();
                // A letter takes the place of a letter and a note that of a note, never of the other.
                let places: &[DraftKind] = if note {
                    &[DraftKind::Note]
                } else {
                    &[DraftKind::Reply, DraftKind::Forward]
                };
                for one in places {
                    turn.tx.drop_draft(conversation, &me, *one)?;
                }
                if let Some(mut draft) = asked.draft {
                    draft.saved_at = turn.now.0;
                    turn.tx.save_draft(&Draft {
                        conversation,
                        author: me,
                        kind: match draft.mode.as_str() {
                            "note" => DraftKind::Note,
                            "forward" => DraftKind::Forward,
                            _ => DraftKind::Reply,
                        },
                        body: serde_json::to_value(&draft)?,
                        changed_at: turn.now,
                    })?;
                }
                turn.touch("drafts");
                Ok(())
            })
            .await?;
        Ok(Done {})
    }
}

/// The draft that was changed last, as the composer kept it.
fn newest(drafts: Vec<Draft>) -> Option<co::Draft> {
    let last = drafts.into_iter().max_by_key(|draft| draft.changed_at)?;
    serde_json::from_value(last.body).ok()
}

/// Where a draft lies; `new` for a conversation that does not exist yet, `rules` for the rules.
fn draft_place(conversation: &str) -> Result<ConversationId, ApiError> {
    match conversation {
        "new" => Ok(new_conversation_draft()),
        "rules" => Ok(rules_draft()),
        id => parse(id, "conversation"),
    }
}
