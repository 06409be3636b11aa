//! How the handoffs of a conversation went.

use baton_api::ApiError;
use baton_api::control as cl;
use baton_core::event::{Envelope, Event};
use baton_core::ids::ConversationId;
use baton_core::receipt::{Receipt, Receipts};
use baton_core::time::SECOND;
use baton_store::Reader;

use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::view::row::target;
use crate::view::{actor, said, text, why_said, word};

impl Engine {
    pub(super) async fn receipts_get(
        &self,
        asked: cl::ReceiptsGet,
    ) -> Result<cl::Receipts, ApiError> {
        let id: ConversationId = parse(&asked.conversation, "conversation")?;
        let found = self.read(move |reader, _| {
            if reader.conversation(id)?.is_none() {
                return Err(EngineError::Missing("conversation"));
            }
            let mut receipts = Receipts::default();
            for logged in reader.events_of(id)? {
                let Ok(envelope) = serde_json::from_slice::<Envelope>(&logged.bytes) else {
                    continue;
                };
                if let Some(mut event) = envelope.event() {
                    spell_out(reader, &mut event)?;
                    receipts.take(envelope.at, &envelope.actor, &event);
                }
            }
            Ok(cl::Receipts {
                receipts: receipts.done().iter().map(view).collect(),
            })
        });
        Ok(found.await?)
    }
}

/// Puts what people and bots said back where the event has it by hash.
fn spell_out(reader: &Reader<'_>, event: &mut Event) -> Result<(), EngineError> {
    let reason = match event {
        Event::ControlChanged(changed) => &mut changed.reason,
        Event::OfferMade(made) => &mut made.offer.reason,
        Event::OfferEnded(ended) => {
            ended.text = said(reader, &ended.text, ended.words)?;
            return Ok(());
        }
        _ => return Ok(()),
    };
    reason.text = why_said(reader, reason)?;
    Ok(())
}

fn view(receipt: &Receipt) -> cl::ReceiptView {
    let (useful, lacking) = match &receipt.rating {
        Some((useful, lacking)) => (Some(*useful), lacking.clone()),
        None => (None, Vec::new()),
    };
    cl::ReceiptView {
        handoff: text(receipt.handoff),
        from: text(&receipt.from),
        to: target(&receipt.to),
        reason: word(&receipt.reason),
        steps: receipt
            .steps
            .iter()
            .map(|step| cl::ReceiptStep {
                status: step.status.word().to_owned(),
                at: step.at.0,
                by: actor(&step.by),
                seconds_waiting: step.waited_ms / SECOND,
                text: step.text.clone(),
            })
            .collect(),
        missing: receipt.missing.clone(),
        readings: receipt
            .readings
            .iter()
            .map(|reading| cl::ReceiptReading {
                by: actor(&reading.by),
                at: reading.at.0,
                seconds_waiting: reading.waited_ms / SECOND,
            })
            .collect(),
        useful,
        lacking,
        asked_again: receipt.asked_again.clone(),
    }
}
