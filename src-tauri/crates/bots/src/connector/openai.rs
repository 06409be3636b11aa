//! A language model behind an endpoint that speaks as OpenAI's does: Ollama, llama.cpp, vLLM, or
//! one that is hosted. To everybody else it is a bot like the others.
//!
//! What a customer writes is data. It is sent in the role of the user and nowhere else; what the
//! team says about the work is the system's, and is the same for every customer. The one tool there
//! is hands over to people. Whatever else a model was talked into asking for is not there.

mod prompt;
mod sources;
mod stream;

use std::time::Duration;

use hyper::Method;
use hyper::header::{ACCEPT, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use baton_core::knowledge::ground::{Grounds, Offered, without_citations};

use super::config::{BadConfig, Config, below};
use super::exchange::{authorization, broken};
use super::{Broken, Connector, Ears, Heard, Later, Line, Mouth, Says, Sending, Stretch, words};
use crate::http::{Asking, Reply, ask};
use crate::wire::control::ReasonGiven;
use crate::wire::report::Report;
use prompt::{Frame, Question};
use stream::{Answer, Reading};

/// An answer may weigh so much on the wire.
const LONGEST: usize = 1024 * 1024;

/// A model that answers customers.
pub struct OpenAi {
    url: Url,
    frame: Frame,
    limit: Duration,
    headers: Vec<(HeaderName, HeaderValue)>,
    shows_sources: bool,
}

impl OpenAi {
    /// A model of these settings.
    ///
    /// # Errors
    /// When they are none.
    pub fn new(config: &Config, key: Option<SecretString>) -> Result<Self, BadConfig> {
        let mut headers = vec![(ACCEPT, HeaderValue::from_static("text/event-stream"))];
        if let Some(key) = key {
            let bearer = format!("Bearer {}", key.expose_secret().trim());
            headers.push(authorization(&bearer)?);
        }
        Ok(Self {
            url: below(&config.address()?, "chat/completions"),
            frame: Frame::of(config),
            limit: Duration::from_secs(u64::from(config.limit_s())),
            headers,
            shows_sources: config.shows_sources,
        })
    }

    /// Asks for one answer, and notes what that was and what it cost; none when the stretch is
    /// over before it is there: nobody would hear it, so it is not paid for.
    async fn exchange(
        &self,
        question: &Question<'_>,
        mouth: &Mouth,
        over: impl Future<Output = ()>,
    ) -> Result<Option<Answer>, Broken> {
        let body = self.frame.request(question).to_string();
        // A token is a byte at least, so this much it can never cost.
        let asked = u64::try_from(body.len()).unwrap_or(u64::MAX);
        let noted = mouth
            .book
            .begin(Sending {
                to: self.url.to_string(),
                most_tokens: asked.saturating_add(self.frame.answer_tokens()),
                body: body.clone(),
                quotes: sources::quoted(question.passages),
            })
            .await?;
        let answer = tokio::select! {
            biased;
            answer = tokio::time::timeout(self.limit, self.send(body, mouth)) => answer,
            () = over => {
                mouth.book.end(noted, None, "given_up").await;
                return Ok(None);
            }
        };
        let answer = answer.unwrap_or(Err(Broken::TooSlow(self.limit.as_secs())));
        let (tokens, ended) = match &answer {
            Ok(answer) => (answer.tokens, "answered"),
            // Who was not reached, or said no, has done nothing that costs.
            Err(broken @ (Broken::Unreachable(_) | Broken::Refused(_) | Broken::KeyRefused)) => {
                (Some(0), broken.code())
            }
            Err(broken) => (None, broken.code()),
        };
        mouth.book.end(noted, tokens, ended).await;
        answer.map(Some)
    }

    /// Asks for one answer, and hears what is said meanwhile.
    async fn answer_and_listen(
        &self,
        question: &Question<'_>,
        ears: &mut Ears,
        mouth: &Mouth,
    ) -> Result<Option<(Answer, Vec<Line>)>, Broken> {
        let mut meanwhile = Vec::new();
        let over = async {
            while let Some(lines) = words(ears).await {
                meanwhile.extend(lines);
            }
        };
        let answer = self.exchange(question, mouth, over).await?;
        Ok(answer.map(|answer| (answer, meanwhile)))
    }

    async fn send(&self, body: String, mouth: &Mouth) -> Result<Answer, Broken> {
        let asking = Asking {
            method: Method::POST,
            url: &self.url,
            headers: self.headers.clone(),
            body,
        };
        let reply = ask(asking).await.map_err(broken)?;
        match reply.status {
            200..300 => read(reply, mouth).await,
            401 | 403 => Err(Broken::KeyRefused),
            status => Err(Broken::Refused(status)),
        }
    }

    /// Carries an answer out, held against the passages that were given for it.
    async fn say(
        &self,
        answer: Answer,
        given: Option<&[Offered]>,
        mouth: &Mouth,
    ) -> Result<(), Broken> {
        let unknown = answer.other_tools > 0;
        if !answer.whole {
            // Half a sentence helps nobody, and neither does half a handoff.
            let code = if answer.filtered {
                "policy_restriction"
            } else {
                "bot_error"
            };
            let text = if answer.filtered {
                "the model's server kept its answer back"
            } else {
                "the model's answer was cut off"
            };
            let reason = ReasonGiven {
                code: code.to_owned(),
                text: text.to_owned(),
            };
            let hands_over = Says::HandsOver {
                reason,
                packet: None,
            };
            mouth.say(hands_over).await;
            return Ok(());
        }
        let said = answer.text.trim();
        let text = match given {
            None => said.to_owned(),
            Some(given) if self.shows_sources => sources::shown(said, given),
            Some(_) => without_citations(said),
        };
        if text.is_empty() && answer.handoff.is_none() {
            return Err(Broken::Unreadable(if unknown {
                "it asked for a tool that there is not"
            } else {
                "it said nothing"
            }));
        }
        if !text.is_empty() {
            let report = unknown.then(|| Report {
                intent: None,
                confidence: None,
                failure: Some("unknown_tool".to_owned()),
                same_answer: false,
            });
            mouth
                .say(Says::Words {
                    text,
                    name: None,
                    report,
                    grounds: given.map(|given| Box::new(Grounds::of(said, given))),
                })
                .await;
        }
        if let Some(arguments) = &answer.handoff {
            mouth.say(prompt::hands_over(arguments)).await;
        }
        Ok(())
    }
}

impl Connector for OpenAi {
    fn hold<'a>(
        &'a self,
        stretch: &'a Stretch,
        ears: &'a mut Ears,
        mouth: &'a Mouth,
    ) -> Later<'a, Result<(), Broken>> {
        Box::pin(async move {
            let mut said = stretch.before.clone();
            let Some(mut more) = words(ears).await else {
                return Ok(());
            };
            loop {
                take_in(&mut said, more);
                // What came together is answered together.
                while let Ok(heard) = ears.try_recv() {
                    match heard {
                        Heard::Words(lines) => take_in(&mut said, lines),
                        Heard::Came(_) => {}
                        Heard::Over { .. } => return Ok(()),
                    }
                }
                let given = mouth.library.find(&sources::wanted(&said)).await;
                let question = Question {
                    stretch,
                    said: &said,
                    passages: given.as_deref().unwrap_or_default(),
                };
                let heard = self.answer_and_listen(&question, ears, mouth).await?;
                let Some((answer, meanwhile)) = heard else {
                    return Ok(());
                };
                more = meanwhile;
                mouth.say(Says::Writing(false)).await;
                self.say(answer, given.as_deref(), mouth).await?;
                if more.is_empty() {
                    more = match words(ears).await {
                        Some(lines) => lines,
                        None => return Ok(()),
                    };
                }
            }
        })
    }
}

/// Adds what was said. What another answer is wanted to is there already.
fn take_in(said: &mut Vec<Line>, lines: Vec<Line>) {
    for line in lines {
        if !said.iter().any(|known| known.id == line.id) {
            said.push(line);
        }
    }
}

/// Reads an answer, streamed or whole, and says at its first word that the model is writing.
async fn read(mut reply: Reply, mouth: &Mouth) -> Result<Answer, Broken> {
    if reply.is_of("application/json") {
        let whole = reply.whole(LONGEST).await.map_err(broken)?;
        return stream::whole(&whole);
    }
    let mut reading = Reading::default();
    let mut taken = 0_usize;
    let mut writing = false;
    while let Some(piece) = reply.piece().await.map_err(broken)? {
        taken = taken.saturating_add(piece.len());
        if taken > LONGEST {
            return Err(Broken::TooMuch);
        }
        reading.take(&piece)?;
        if !writing && reading.has_words() {
            writing = true;
            mouth.say(Says::Writing(true)).await;
        }
        if reading.is_over() {
            break;
        }
    }
    reading.end()
}
