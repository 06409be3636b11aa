//! Waiting for news on an open connection.

use std::time::Duration;

use async_imap::imap_proto::{RequestId, Response, Status};
use tokio::time::Instant;

use super::{Imap, in_time};
use crate::email::error::MailError;

/// Why the waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// The server has news about the open folder.
    News,
    /// The time is over; the connection is alive.
    Quiet,
    /// The caller wanted something else.
    Interrupted,
}

impl Imap {
    /// Waits until the server has news, `limit` is over, or `interrupt` completes.
    ///
    /// Without IDLE on the server the folder is asked once, at the end of the time. Any end of
    /// the connection is an error, with or without a goodbye.
    pub async fn wait(
        &mut self,
        limit: Duration,
        interrupt: impl Future<Output = ()>,
    ) -> Result<Woken, MailError> {
        if self.notices.any() {
            return Ok(Woken::News);
        }
        if !self.can("IDLE") {
            tokio::select! {
                () = interrupt => return Ok(Woken::Interrupted),
                () = tokio::time::sleep(limit) => {}
            }
            self.noop().await?;
            return Ok(if self.notices.any() {
                Woken::News
            } else {
                Woken::Quiet
            });
        }
        let tag = self.send("IDLE").await?;
        self.idle_begins(&tag).await?;
        let until = Instant::now() + limit;
        tokio::pin!(interrupt);
        let woken = loop {
            if self.notices.any() {
                break Woken::News;
            }
            tokio::select! {
                () = &mut interrupt => break Woken::Interrupted,
                () = tokio::time::sleep_until(until) => break Woken::Quiet,
                read = self.session.read_response() => {
                    let Some(response) = read? else { return Err(self.ended()) };
                    self.notices.hear(response.parsed());
                    if self.notices.bye {
                        return Err(MailError::Bye);
                    }
                }
            }
        };
        // A connection that died in silence is found out here.
        let limit = self.answer.min(Duration::from_secs(20));
        in_time(limit, self.session.run_command_untagged("DONE"))
            .await?
            .map_err(super::lost)?;
        let usual = std::mem::replace(&mut self.answer, limit);
        let done = self.finish("IDLE", &tag, |_| {}).await;
        self.answer = usual;
        done?;
        Ok(woken)
    }

    async fn idle_begins(&mut self, tag: &RequestId) -> Result<(), MailError> {
        loop {
            let read = in_time(self.answer, self.session.read_response()).await??;
            let Some(response) = read else {
                return Err(self.ended());
            };
            match response.parsed() {
                Response::Continue(_) => return Ok(()),
                Response::Done {
                    tag: done, status, ..
                } if done == tag => {
                    return Err(match status {
                        Status::Ok => MailError::Protocol,
                        _ => MailError::Refused { command: "IDLE" },
                    });
                }
                other => self.notices.hear(other),
            }
        }
    }
}
