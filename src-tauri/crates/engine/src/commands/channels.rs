//! Channels: how they are doing.

use baton_api::ApiError;
use baton_api::channels as ch;
use baton_api::session::Done;

use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::roster::{KnownChannel, kind};
use crate::supervise::ChannelState;

impl Engine {
    pub(super) async fn channel_list(&self, _: ch::ChannelList) -> Result<ch::Channels, ApiError> {
        Ok(self.channel_views().await?)
    }

    /// The channels that are connected.
    pub(crate) async fn channel_views(&self) -> Result<ch::Channels, EngineError> {
        let roster = self.roster();
        let mut known: Vec<&KnownChannel> = roster
            .channels
            .values()
            .filter(|known| known.stored.removed_at.is_none())
            .collect();
        known.sort_by_key(|known| known.stored.position);
        Ok(ch::Channels {
            channels: known
                .into_iter()
                .map(|known| self.channel_view(known))
                .collect(),
        })
    }

    fn channel_view(&self, known: &KnownChannel) -> ch::ChannelView {
        let config: Option<ch::MailConfig> =
            serde_json::from_value(known.stored.config.clone()).ok();
        let doing = self
            .inner
            .supervisor
            .state(known.stored.id)
            .unwrap_or_else(|| ChannelState {
                state: match known.info.kind.as_str() {
                    kind::DEMO => "live",
                    _ => "off",
                }
                .to_owned(),
                since: known.stored.added_at,
                ..ChannelState::default()
            });
        ch::ChannelView {
            id: known.stored.id.to_string(),
            kind: known.info.kind.clone(),
            name: known.info.name.clone(),
            address: known.own.iter().next().cloned().unwrap_or_default(),
            state: doing.state,
            since: doing.since.0,
            detail: doing.detail,
            hint: doing.hint,
            done: doing.done,
            total: doing.total,
            last_heard: None,
            folders: config
                .as_ref()
                .map(|config| config.folders.clone())
                .unwrap_or_default(),
            config,
        }
    }

    pub(super) async fn channel_discover(
        &self,
        _: ch::ChannelDiscover,
    ) -> Result<ch::Discovered, ApiError> {
        Err(ApiError::not_found("x"))
    }
    pub(super) async fn channel_test(
        &self,
        _: ch::ChannelPut,
    ) -> Result<ch::ChannelTested, ApiError> {
        Err(ApiError::not_found("x"))
    }
    pub(super) async fn channel_put(&self, _: ch::ChannelPut) -> Result<ch::ChannelView, ApiError> {
        Err(ApiError::not_found("x"))
    }

    pub(super) async fn channel_remove(&self, asked: ch::ChannelOnly) -> Result<Done, ApiError> {
        let id = parse(&asked.channel, "channel")?;
        self.inner.supervisor.stop(id);
        let cell = self.inner.roster.clone();
        let roster = self
            .inner
            .desk
            .turn(move |turn| {
                let Some(mut stored) = turn.tx.channel(id)? else {
                    return Err(EngineError::Missing("channel"));
                };
                stored.removed_at = Some(turn.now);
                turn.tx.save_channel(&stored)?;
                let mut roster = turn.roster.clone();
                roster.channels = crate::open::channels(turn.tx)?;
                turn.touch("channels");
                turn.touch("health");
                Ok(roster)
            })
            .await?;
        cell.set(roster);
        Ok(Done {})
    }

    pub(super) async fn channel_retry(&self, asked: ch::ChannelOnly) -> Result<Done, ApiError> {
        self.inner
            .supervisor
            .nudge(parse(&asked.channel, "channel")?);
        Ok(Done {})
    }

    pub(super) async fn oauth_start(&self, _: ch::OauthStart) -> Result<ch::OauthFlow, ApiError> {
        Err(ApiError::not_found("x"))
    }
    pub(super) async fn oauth_poll(&self, _: ch::OauthPoll) -> Result<ch::OauthState, ApiError> {
        Err(ApiError::not_found("x"))
    }
}
