//! `baton rules backtest`: what other rules would have decided on the recorded history.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use baton_api::backtest as bt;
use baton_api::session::Done;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::rules::read;
use crate::arguments::BacktestArguments;
use crate::node::Node;
use crate::output::{Failure, Output, plain};

/// How often is asked how far it is.
const PAUSE: Duration = Duration::from_millis(40);
/// How often progress is told where it cannot be rewritten.
const TOLD: Duration = Duration::from_secs(5);
/// Conversations read at once.
const PAGE: u32 = 200;

/// What the program writes with `--json`: the answer of the engine and, where they were asked for,
/// conversations.
#[derive(Serialize)]
struct Written<'a> {
    file: String,
    #[serde(flatten)]
    view: &'a bt::BacktestView,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<&'a [bt::BacktestRow]>,
}

/// Runs a back-test to its end, or until told to stop.
pub(super) async fn backtest<N: Node>(
    node: &N,
    file: PathBuf,
    what: BacktestArguments,
    output: &Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let start = bt::BacktestStart {
        text: read(&file)?,
        against: what.against.as_deref().map(read).transpose()?,
        since: what.since.as_deref().map(instant).transpose()?,
        until: what.until.as_deref().map(instant).transpose()?,
    };
    let started: bt::BacktestStarted = ask(node, "backtest_start", &start).await?;
    let job = bt::BacktestGet { job: started.job };
    let mut progress = Progress::new();
    let mut stopping = false;
    let view = loop {
        let view: bt::BacktestView = ask(node, "backtest_get", &job).await?;
        if view.state != bt::BacktestState::Running {
            break view;
        }
        progress.tell(view.done, view.total)?;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                let _: Done = ask(node, "backtest_cancel", &job).await?;
            }
        }
    };
    progress.end()?;
    match view.state {
        bt::BacktestState::Cancelled => return Err(Failure::Interrupted),
        bt::BacktestState::Failed => {
            return Err(Failure::said(
                "backtest_failed",
                format!("The back-test could not go on: {}.", view.error),
                "Try again; baton doctor says whether the database is well.",
            ));
        }
        bt::BacktestState::Running | bt::BacktestState::Done => {}
    }
    let list = match what.list {
        Some(count) => Some(conversations(node, &job.job, count).await?),
        None => None,
    };
    let name = file.display().to_string();
    let text = told(&name, what.against.as_deref(), &view, list.as_deref());
    let written = Written {
        file: name,
        view: &view,
        list: list.as_deref(),
    };
    output.tell(&written, &plain(&text))
}

async fn ask<N: Node, A: DeserializeOwned>(
    node: &N,
    command: &str,
    request: &(impl Serialize + Sync),
) -> Result<A, Failure> {
    let broken = |error: serde_json::Error| Failure::said("internal", error.to_string(), "");
    let payload = serde_json::to_value(request).map_err(broken)?;
    let answer = node.answer(command, payload).await?;
    serde_json::from_value(answer).map_err(broken)
}

async fn conversations<N: Node>(
    node: &N,
    job: &str,
    count: u32,
) -> Result<Vec<bt::BacktestRow>, Failure> {
    let mut rows = Vec::new();
    let mut cursor = None;
    while u32::try_from(rows.len()).unwrap_or(u32::MAX) < count {
        let left = count - u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let asked = bt::BacktestConversations {
            job: job.to_owned(),
            cursor,
            limit: left.min(PAGE),
        };
        let page: bt::BacktestPage = ask(node, "backtest_conversations", &asked).await?;
        rows.extend(page.rows);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Ok(rows)
}

/// An instant: a day (its beginning in UTC) or a time with its offset.
fn instant(text: &str) -> Result<i64, Failure> {
    let day = || {
        let date: jiff::civil::Date = text.parse().ok()?;
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(zoned.timestamp())
    };
    let found = text.parse::<jiff::Timestamp>().ok().or_else(day);
    found.map(jiff::Timestamp::as_millisecond).ok_or_else(|| {
        Failure::said(
            "bad_time",
            format!("`{text}` is no time."),
            "Write a day such as 2026-10-01, or a time such as 2026-10-01T09:00:00Z.",
        )
    })
}

/// One line rewritten on a terminal, a new line now and then elsewhere.
struct Progress {
    terminal: bool,
    shown: bool,
    last: Instant,
}

impl Progress {
    fn new() -> Self {
        Self {
            terminal: io::stderr().is_terminal(),
            shown: false,
            last: Instant::now(),
        }
    }

    fn tell(&mut self, done: u64, total: u64) -> Result<(), Failure> {
        if !self.terminal && self.last.elapsed() < TOLD {
            return Ok(());
        }
        self.last = Instant::now();
        let mut out = io::stderr().lock();
        if self.terminal {
            self.shown = true;
            write!(out, "\r\x1b[2K{done} of {total} decision points")?;
        } else {
            writeln!(out, "{done} of {total} decision points")?;
        }
        out.flush()?;
        Ok(())
    }

    fn end(&self) -> Result<(), Failure> {
        if self.shown {
            let mut out = io::stderr().lock();
            write!(out, "\r\x1b[2K")?;
            out.flush()?;
        }
        Ok(())
    }
}

fn told(
    name: &str,
    against: Option<&Path>,
    view: &bt::BacktestView,
    list: Option<&[bt::BacktestRow]>,
) -> String {
    let against = against.map_or_else(
        || "the rules in force".to_owned(),
        |file| file.display().to_string(),
    );
    let mut out = format!("{name} against {against}\n\n");
    let day = |at: i64| {
        let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        at.strftime("%Y-%m-%d").to_string()
    };
    if let Some((first, last)) = view.span {
        let _ = writeln!(out, "  from {} to {}", day(first), day(last));
    }
    let _ = writeln!(
        out,
        "  {} decision points, {} differ",
        view.points, view.differences
    );
    let _ = writeln!(
        out,
        "  {} conversations, {} with a difference, {} would have gone another way",
        view.conversations, view.differing, view.diverged
    );
    if view.between > 0 {
        let _ = writeln!(
            out,
            "  at {} instants between they differ by time alone",
            view.between
        );
    }
    if view.other_reason > 0 {
        let _ = writeln!(
            out,
            "  {} points end the same by another rule",
            view.other_reason
        );
    }
    if view.faithful < view.recorded {
        let _ = writeln!(
            out,
            "  {} of {} points recorded under the rules compared with are decided as recorded; the \
             others hang on what earlier rules had done",
            view.faithful, view.recorded
        );
    }
    if view.without_text > 0 {
        let _ = writeln!(
            out,
            "  at {} points a rule asks for words that were erased",
            view.without_text
        );
    }
    out.push('\n');
    for metric in &view.metrics {
        let _ = writeln!(out, "{}", line(metric));
    }
    let idle: Vec<&str> = view
        .rules
        .iter()
        .filter(|rule| rule.new.as_ref().is_some_and(|tally| tally.matched == 0))
        .map(|rule| rule.rule.as_str())
        .collect();
    if !idle.is_empty() {
        let _ = writeln!(out, "\nnever matched: {}", idle.join(", "));
    }
    for row in list.unwrap_or_default() {
        let _ = write!(
            out,
            "\n{}  {}  {}\n    {}: {} -> {}{}\n    {}\n",
            row.conversation,
            day(row.at),
            row.subject,
            row.slot,
            nothing(&row.old),
            nothing(&row.new),
            if row.diverges {
                ""
            } else {
                " (goes on as it went)"
            },
            row.why,
        );
    }
    out
}

fn nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

fn line(metric: &bt::MetricView) -> String {
    let figure = |figure: Option<f64>| match figure {
        None => "?".to_owned(),
        Some(figure) if figure.fract() == 0.0 => format!("{figure}"),
        Some(figure) => format!("{figure:.1}"),
    };
    let share = |share: &Option<bt::ShareView>| match share {
        None => String::new(),
        Some(share) => format!(
            " ({:.1} %, {:.1} to {:.1})",
            share.share * 100.0,
            share.low * 100.0,
            share.high * 100.0
        ),
    };
    let kind = match metric.kind {
        bt::MetricKind::Exact => "",
        bt::MetricKind::Estimate => " [estimate]",
        bt::MetricKind::Bound => " [bound]",
    };
    let mut line = format!(
        "  {}: {}{} -> {}{}",
        metric.says,
        figure(metric.old),
        share(&metric.old_share),
        figure(metric.new),
        share(&metric.new_share),
    );
    if let (Some(low), Some(high)) = (metric.low, metric.high) {
        let _ = write!(
            line,
            "; difference {} ({} to {})",
            figure(metric.delta),
            figure(Some(low)),
            figure(Some(high))
        );
    }
    let _ = write!(line, ", of {} {}{kind}", metric.n, metric.unit);
    line
}
