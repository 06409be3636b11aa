//! Going on with a conversation by another channel of the same customer.

use baton_api::ApiError;
use baton_api::conversations::{Acted, ConversationOnly};
use baton_api::elsewhere::{ContinueElsewhere, Continuing, PlaceView};
use baton_core::command::{Command, MoveInput};
use baton_core::decide::Refusal;
use baton_core::elsewhere::{Ground, Hindrance};
use baton_core::event::Actor;
use baton_core::ids::{ChannelId, ConversationId};

use crate::elsewhere::{self, Place};
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::recipients::normal;
use crate::view::word;

impl Engine {
    pub(super) async fn continuing_get(
        &self,
        asked: ConversationOnly,
    ) -> Result<Continuing, ApiError> {
        let id: ConversationId = parse(&asked.conversation, "conversation")?;
        Ok(self
            .read(move |reader, roster| {
                let Some(state) = reader.conversation(id)? else {
                    return Err(EngineError::Missing("conversation"));
                };
                let places = elsewhere::places(reader, roster, &state)?;
                Ok(Continuing {
                    places: places.into_iter().map(view).collect(),
                    held: state.is_held_here(),
                })
            })
            .await?)
    }

    pub(super) async fn continue_elsewhere(
        &self,
        asked: ContinueElsewhere,
    ) -> Result<Acted, ApiError> {
        let id: ConversationId = parse(&asked.conversation, "conversation")?;
        let channel: ChannelId = parse(&asked.channel, "channel")?;
        let address = normal(&asked.address);
        let seen = asked.seen_epoch;
        let undo = self
            .desk()
            .turn(move |turn| {
                let Some(state) = turn.conversation(id)? else {
                    return Err(EngineError::Missing("conversation"));
                };
                if !turn.roster.channels.contains_key(&channel) {
                    return Err(EngineError::Missing("channel"));
                }
                let place = elsewhere::places(turn.tx, &turn.roster, &state)?
                    .into_iter()
                    .find(|place| {
                        place.channel.stored.id == channel && place.address.address == address
                    })
                    .ok_or(Hindrance::NoAddress)
                    .and_then(Place::usable);
                let to = place.map_err(Refusal::CannotMove)?;
                let me = Actor::agent(turn.roster.me.as_str());
                let mut order = turn.new_order(id, me, Command::Move(MoveInput { to }));
                order.seen_epoch = seen;
                let outcome = turn.order(&order)?;
                let point = outcome.state.undo.filter(|point| point.of == order.id);
                Ok(point.map(|point| point.of.to_string()))
            })
            .await?;
        Ok(Acted {
            conversation: asked.conversation,
            undo,
        })
    }
}

fn view(place: Place) -> PlaceView {
    let home = place.ground == Ok(Ground::WroteHere);
    PlaceView {
        channel: place.channel.stored.id.to_string(),
        channel_name: place.channel.info.name.clone(),
        kind: place.channel.shown_kind().to_owned(),
        address: place.address.address,
        home,
        ground: place.ground.as_ref().map(word).unwrap_or_default(),
        given_at: place.given_at.map(|at| at.0),
        cannot: place.ground.err().map(|why| why.code().to_owned()),
    }
}
