//! People from outside the team, such as lawyers: each has a token that opens the drafts put before
//! them, and nothing else.

use std::collections::BTreeSet;

use baton_api::ApiError;
use baton_api::reviews as rv;
use baton_api::session::{Done, Session};
use baton_bots::token::{BotToken, digest_of, same};
use baton_core::ids::AgentName;
use baton_core::team::Agent;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::open::{REVIEWERS, TEAM};

impl Engine {
    pub(in crate::commands) async fn reviewer_add(
        &self,
        asked: rv::ReviewerAdd,
    ) -> Result<rv::ReviewerAdded, ApiError> {
        let name = asked.name.trim().to_owned();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        if name.is_empty() || name.len() > 40 || !name.chars().all(fits) {
            return Err(ApiError::bad_request(
                "A name has 1 to 40 small letters, digits, - and _.",
            ));
        }
        let team = asked.team.trim().to_owned();
        if team.is_empty() {
            return Err(ApiError::bad_request("Say whose drafts they read: a team."));
        }
        let display = asked.display_name.trim().to_owned();
        let token = BotToken::of_reviewer(self.inner.mint.bytes());
        let digest = token.digest();
        self.inner
            .desk
            .turn(move |turn| {
                let person = AgentName::new(name.clone());
                let known = turn.roster.team.agents.get(&person);
                if known.is_some_and(|agent| !agent.is_outside()) {
                    return Err(EngineError::bad(
                        "name_taken",
                        format!("{name} works in the team."),
                        "Choose another name for somebody from outside.",
                    ));
                }
                let agent = Agent {
                    display_name: if display.is_empty() {
                        name.clone()
                    } else {
                        display
                    },
                    roles: BTreeSet::from(["reviewer".to_owned()]),
                    teams: BTreeSet::from([team]),
                    available: true,
                    ..Agent::default()
                };
                turn.change_roster(|roster| {
                    roster.team.agents.insert(person, agent);
                    roster.reviewers.insert(name, digest);
                });
                turn.tx.set_setting(TEAM, &turn.roster.team)?;
                turn.tx.set_setting(REVIEWERS, &turn.roster.reviewers)?;
                turn.touch("session");
                Ok(())
            })
            .await?;
        Ok(rv::ReviewerAdded {
            token: token.reveal().to_owned(),
        })
    }

    pub(in crate::commands) async fn reviewers_get(
        &self,
        _: rv::ReviewersGet,
    ) -> Result<rv::Reviewers, ApiError> {
        let roster = self.roster();
        let outside = roster.team.agents.iter();
        Ok(rv::Reviewers {
            reviewers: outside
                .filter(|(_, agent)| agent.is_outside())
                .map(|(name, agent)| roster.agent_view(name, agent))
                .collect(),
        })
    }

    pub(in crate::commands) async fn reviewer_remove(
        &self,
        asked: rv::ReviewerOnly,
    ) -> Result<Done, ApiError> {
        let name = AgentName::new(asked.name);
        self.inner
            .desk
            .turn(move |turn| {
                let known = turn.roster.team.agents.get(&name);
                if !known.is_some_and(Agent::is_outside) {
                    return Err(EngineError::Missing("reviewer"));
                }
                turn.change_roster(|roster| {
                    roster.team.agents.remove(&name);
                    roster.reviewers.remove(name.as_str());
                });
                turn.tx.set_setting(TEAM, &turn.roster.team)?;
                turn.tx.set_setting(REVIEWERS, &turn.roster.reviewers)?;
                turn.touch("session");
                Ok(())
            })
            .await?;
        Ok(Done {})
    }

    /// Who they are and how the window looks; of the team they learn nothing.
    fn bounded_session(&self, person: &AgentName) -> Result<Session, ApiError> {
        let roster = self.roster();
        let agent = roster
            .team
            .agents
            .get(person)
            .filter(|agent| agent.is_outside())
            .ok_or_else(|| ApiError::not_found("person"))?;
        let view = roster.agent_view(person, agent);
        Ok(Session {
            team: vec![view.clone()],
            agent: view,
            bots: Vec::new(),
            queues: Vec::new(),
            workspace: roster.workspace.clone(),
            demo: roster.demo,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            desktop: false,
            now: self.now().0,
            settings: roster.settings.clone(),
            bounded: true,
        })
    }
}

impl rv::Reviewing for Engine {
    fn reviewer(&self, token: &[u8]) -> Option<String> {
        let offered = digest_of(token);
        let roster = self.roster();
        let mut known = roster.reviewers.iter();
        known
            .find(|(_, kept)| same(kept, &offered))
            .map(|(name, _)| name.clone())
    }

    async fn answer_reviewer(
        &self,
        person: &str,
        command: &str,
        payload: Value,
    ) -> Result<Value, ApiError> {
        let who = AgentName::new(person);
        // One who was shut out a moment ago is nobody, whatever they hold in their hands.
        self.bounded_session(&who)?;
        match command {
            "session_get" => answer(self.bounded_session(&who)),
            "reviews_get" => answer(self.reviews_for(who).await),
            "review_approve" => answer(self.approve_as(who, read(payload)?).await),
            "review_recall" => answer(self.recall_as(who, read(payload)?).await),
            "review_reject" => answer(self.reject_as(who, read(payload)?).await),
            "review_move" => answer(self.move_as(who, read(payload)?).await),
            _ => Err(ApiError::new(
                "not_allowed",
                "This view shows the drafts that you are asked to read, and nothing else.",
                "Ask the team.",
            )),
        }
    }
}

fn read<T: DeserializeOwned>(payload: Value) -> Result<T, ApiError> {
    serde_json::from_value(payload).map_err(|error| ApiError::bad_request(format!("{error}.")))
}

fn answer<T: Serialize>(answer: Result<T, ApiError>) -> Result<Value, ApiError> {
    serde_json::to_value(answer?).map_err(|error| {
        ApiError::new(
            "internal",
            format!("The answer cannot be written: {error}."),
            "",
        )
    })
}
