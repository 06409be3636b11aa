//! Who works here, and the settings.

use baton_api::ApiError;
use baton_api::session::{AgentView, ProfileSet, Session, SessionGet, Settings, SettingsSet};

use crate::desk::load;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::{open, settings};

impl Engine {
    pub(super) async fn session_get(&self, _: SessionGet) -> Result<Session, ApiError> {
        let mut roster = (*self.roster()).clone();
        roster.team = self
            .read(|reader, roster| {
                let mut team = roster.team.clone();
                for (name, agent) in &mut team.agents {
                    agent.load = load(reader, name)?;
                }
                Ok::<_, EngineError>(team)
            })
            .await?;
        let agent = roster
            .team
            .agents
            .get(&roster.me)
            .map(|agent| roster.agent_view(&roster.me, agent))
            .ok_or_else(|| ApiError::not_found("agent at this desk"))?;
        Ok(Session {
            agent,
            team: roster
                .team
                .agents
                .iter()
                .map(|(name, agent)| roster.agent_view(name, agent))
                .collect(),
            bots: roster.bots().into_iter().collect(),
            queues: roster.queues().into_iter().collect(),
            workspace: roster.workspace.clone(),
            demo: roster.demo,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            desktop: self.inner.desktop,
            now: self.now().0,
            settings: roster.settings.clone(),
            bounded: false,
        })
    }

    pub(super) async fn settings_set(&self, asked: SettingsSet) -> Result<Settings, ApiError> {
        let mut wanted = asked.settings;
        wanted.undo_seconds = wanted.undo_seconds.min(120);
        let kept = wanted.clone();
        self.inner
            .desk
            .turn(move |turn| {
                turn.tx.set_setting(settings::KEY, &kept)?;
                turn.change_roster(|roster| roster.settings = kept);
                turn.touch("settings");
                turn.stirred.alerts = true;
                Ok(())
            })
            .await?;
        Ok(wanted)
    }

    pub(super) async fn profile_set(&self, asked: ProfileSet) -> Result<AgentView, ApiError> {
        if asked.display_name.trim().is_empty() {
            return Err(ApiError::bad_request("A person needs a name."));
        }
        Ok(self
            .inner
            .desk
            .turn(move |turn| {
                let me = turn.roster.me.clone();
                let mut agent = turn
                    .roster
                    .team
                    .agents
                    .get(&me)
                    .cloned()
                    .unwrap_or_default();
                agent.display_name = asked.display_name.trim().to_owned();
                agent.address = asked.address.trim().to_owned();
                agent.available = asked.available;
                turn.change_roster(|roster| {
                    roster.team.agents.insert(me.clone(), agent.clone());
                });
                turn.tx.set_setting(open::TEAM, &turn.roster.team)?;
                turn.touch("session");
                Ok(turn.roster.agent_view(&me, &agent))
            })
            .await?)
    }
}
