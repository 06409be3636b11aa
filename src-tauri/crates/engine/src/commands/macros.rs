//! Macros, to use and to write.

use baton_api::ApiError;
use baton_api::macros::{MacroPut, MacroRemove, MacroView, Macros, MacrosGet};
use baton_api::session::Done;

use crate::desk::Turn;
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::knowledge;
use crate::macros::{Fields, filled};
use crate::open::MACROS;
use crate::roster::Roster;

/// Characters that a name may have.
const MAX_NAME: usize = 80;
/// Bytes that a text may have.
const MAX_TEXT: usize = 64 * 1024;

impl Engine {
    pub(super) async fn macros_get(&self, asked: MacrosGet) -> Result<Macros, ApiError> {
        let id = asked
            .conversation
            .as_deref()
            .map(|id| parse(id, "conversation"))
            .transpose()?;
        Ok(self
            .read(move |reader, roster| {
                let contact = match id {
                    Some(id) => reader
                        .conversation(id)?
                        .map(|state| reader.contact(state.contact))
                        .transpose()?
                        .flatten(),
                    None => None,
                };
                let fields = Fields {
                    customer: contact.map(|known| known.name).unwrap_or_default(),
                    me: roster.display(roster.me.as_str()),
                    workspace: roster.workspace.clone(),
                };
                Ok(Macros {
                    macros: roster
                        .macros
                        .iter()
                        .map(|(name, text)| MacroView {
                            name: name.clone(),
                            text: text.clone(),
                            filled: filled(text, &fields),
                        })
                        .collect(),
                })
            })
            .await?)
    }

    pub(super) async fn macro_put(&self, asked: MacroPut) -> Result<Done, ApiError> {
        let name = asked.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return Err(ApiError::bad_request(format!(
                "A macro needs a name of at most {MAX_NAME} characters."
            )));
        }
        if asked.text.trim().is_empty() || asked.text.len() > MAX_TEXT {
            return Err(ApiError::bad_request(
                "A macro needs a text of at most 64 KiB.",
            ));
        }
        self.change_macros(move |roster| {
            roster.macros.insert(name, asked.text);
        })
        .await
    }

    pub(super) async fn macro_remove(&self, asked: MacroRemove) -> Result<Done, ApiError> {
        self.change_macros(move |roster| {
            roster.macros.remove(asked.name.trim());
        })
        .await
    }

    async fn change_macros(
        &self,
        change: impl FnOnce(&mut Roster) + Send + 'static,
    ) -> Result<Done, ApiError> {
        self.inner
            .desk
            .turn(move |turn: &mut Turn<'_, '_>| {
                turn.change_roster(change);
                turn.tx.set_setting(MACROS, &turn.roster.macros)?;
                knowledge::keep_answers(turn.tx, &turn.roster.macros, turn.now)?;
                turn.touch("settings");
                turn.touch(knowledge::TAG);
                Ok::<_, EngineError>(())
            })
            .await?;
        Ok(Done {})
    }
}
