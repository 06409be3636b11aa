//! Secrets with which bots on other machines of the office sign.

use baton_api::ApiError;
use baton_api::bots as bo;
use baton_api::session::Done;
use baton_bots::lan::LanSecret;
use secrecy::SecretString;

use crate::door::lan::{secret_key, signers};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::keep;

impl Engine {
    pub(in crate::commands) async fn bot_lan_set(
        &self,
        asked: bo::BotOnly,
    ) -> Result<bo::BotLanMade, ApiError> {
        self.knows_bot(&asked.name)?;
        let mut bits = [0_u8; 24];
        super::random(&mut bits)?;
        let secret = LanSecret::of(bits);
        let words = SecretString::from(secret.reveal());
        keep(self, &secret_key(&asked.name), words).await?;
        let name = asked.name.clone();
        self.inner
            .desk
            .turn(move |turn| {
                if !turn.roster.door.contains_key(&name) {
                    return Err(EngineError::Missing("bot"));
                }
                turn.note_signer(&name, true)
            })
            .await?;
        self.signs_anew(&asked.name);
        Ok(bo::BotLanMade {
            secret: secret.reveal().to_owned(),
        })
    }

    pub(in crate::commands) async fn bot_lan_remove(
        &self,
        asked: bo::BotOnly,
    ) -> Result<Done, ApiError> {
        let name = asked.name.clone();
        let signers = self
            .inner
            .desk
            .turn(move |turn| {
                let had = signers(turn.tx)?.contains(&name);
                turn.note_signer(&name, false)?;
                Ok(had)
            })
            .await?;
        if !signers {
            return Err(EngineError::Missing("secret").into());
        }
        self.forget_signer(&asked.name).await?;
        Ok(Done {})
    }
}
