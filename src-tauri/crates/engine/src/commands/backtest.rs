//! Rules over the recorded history.

use std::collections::BTreeMap;
use std::sync::Arc;

use baton_api::ApiError;
use baton_api::backtest as bt;
use baton_api::session::Done;
use baton_core::hash::Hash;
use baton_core::ids::ConversationId;
use baton_core::rules::Ruleset;
use baton_core::rules::backtest::{
    Curve, Difference, Kind, Metric, Report, RuleEffect, RuleTally, Share, SlaEffect, Window, pair,
};

use crate::backtest::{Asked, Going, Job, all_texts, draw};
use crate::engine::{Engine, parse};
use crate::error::EngineError;
use crate::view::text;
use crate::view::why::{About, told};

impl Engine {
    pub(super) async fn backtest_start(
        &self,
        asked: bt::BacktestStart,
    ) -> Result<bt::BacktestStarted, ApiError> {
        let new = Arc::new(readable(&asked.text)?);
        let old = match &asked.against {
            None => Arc::clone(&self.roster().ruleset),
            Some(against) => Arc::new(self.other_rules(against).await?),
        };
        let window = Window {
            since: asked.since.unwrap_or(i64::MIN),
            until: asked.until.unwrap_or(i64::MAX),
        };
        let asked = Asked {
            old,
            new,
            window,
            named: asked.against.is_some(),
            at: self.now(),
        };
        let job = self.inner.backtests.start(
            asked,
            Arc::clone(&self.inner.readers),
            (self.inner.changes.clone(), self.inner.desk.clone()),
            self.inner.stop.child_token(),
        );
        Ok(bt::BacktestStarted {
            job: job.id.clone(),
        })
    }

    /// A text of rules, or the version of one that is kept.
    async fn other_rules(&self, against: &str) -> Result<Ruleset, ApiError> {
        let Some(version) = Hash::parse(against.trim()) else {
            return readable(against);
        };
        let kept = self
            .read(move |reader, _| Ok(reader.ruleset(version)?))
            .await?
            .ok_or_else(|| ApiError::not_found("version of the rules"))?;
        readable(&kept.text)
    }

    fn job(&self, id: &str) -> Result<Arc<Job>, ApiError> {
        self.inner
            .backtests
            .get(id)
            .ok_or_else(|| ApiError::not_found("back-test"))
    }

    pub(super) async fn backtest_list(
        &self,
        _: bt::BacktestList,
    ) -> Result<bt::BacktestJobs, ApiError> {
        let jobs = self.inner.backtests.all();
        Ok(bt::BacktestJobs {
            jobs: jobs.iter().map(|job| brief(job)).collect(),
        })
    }

    pub(super) async fn backtest_get(
        &self,
        asked: bt::BacktestGet,
    ) -> Result<bt::BacktestView, ApiError> {
        Ok(view(&*self.job(&asked.job)?))
    }

    pub(super) async fn backtest_cancel(&self, asked: bt::BacktestGet) -> Result<Done, ApiError> {
        self.job(&asked.job)?.stop.cancel();
        Ok(Done {})
    }

    pub(super) async fn backtest_conversations(
        &self,
        asked: bt::BacktestConversations,
    ) -> Result<bt::BacktestPage, ApiError> {
        let report = self.report(&asked.job)?;
        let new = Arc::clone(&self.job(&asked.job)?.new);
        let old = Arc::clone(&self.job(&asked.job)?.old);
        let from = asked.cursor.unwrap_or(0) as usize;
        let limit = asked.limit.clamp(1, 200) as usize;
        Ok(self
            .read(move |reader, _| {
                let page: Vec<&Difference> = report.list.iter().skip(from).take(limit).collect();
                let mut rows = Vec::with_capacity(page.len());
                for difference in &page {
                    let known = reader.conversation_row(difference.conversation)?;
                    let subject = known.map(|row| row.subject).unwrap_or_default();
                    rows.push(row(difference, subject, [&old, &new]));
                }
                let next = from + page.len();
                Ok(bt::BacktestPage {
                    rows,
                    next: (next < report.list.len())
                        .then(|| u32::try_from(next).ok())
                        .flatten(),
                })
            })
            .await?)
    }

    pub(super) async fn backtest_point(
        &self,
        asked: bt::BacktestPoint,
    ) -> Result<bt::BacktestPair, ApiError> {
        let report = self.report(&asked.job)?;
        let job = self.job(&asked.job)?;
        let id: ConversationId = parse(&asked.conversation, "conversation")?;
        let place = report.list.iter().find(|one| one.conversation == id);
        let place = place
            .map(|one| (one.seq, one.at))
            .ok_or_else(|| ApiError::not_found("difference in this conversation"))?;
        Ok(self
            .read(move |reader, _| {
                let (seq, at) = place;
                let chunk = reader.points_of(id, seq)?;
                let texts = all_texts(reader, &chunk)?;
                let Some(pair) = pair([&job.old, &job.new], job.window, at, &chunk, &texts) else {
                    return Err(EngineError::Missing("decision"));
                };
                let side = |ruleset: &Ruleset, record| {
                    let about = About {
                        decision: String::new(),
                        conversation: text(id),
                    };
                    told(about, ruleset, record, pair.text.as_deref()).map_err(|error| {
                        EngineError::bad("unreadable_record", format!("{error}."), "")
                    })
                };
                Ok(bt::BacktestPair {
                    at: pair.at.0,
                    on: pair.event.name().to_owned(),
                    old: side(&job.old, &pair.old.record)?,
                    new: side(&job.new, &pair.new.record)?,
                })
            })
            .await?)
    }

    pub(super) async fn backtest_curve(
        &self,
        asked: bt::BacktestCurve,
    ) -> Result<bt::BacktestCurveView, ApiError> {
        let ruleset = Arc::new(readable(&asked.text)?);
        let window = Window {
            since: asked.since.unwrap_or(i64::MIN),
            ..Window::default()
        };
        let row = u16::try_from(asked.row).unwrap_or(u16::MAX);
        let mut curve = Curve::new(ruleset, &asked.rule, row, window).map_err(|error| {
            ApiError::new(
                "no_curve",
                format!("There is no curve: {error}."),
                "Ask for a condition that compares a number or a length of time.",
            )
        })?;
        // Kept by the thread that reads, also when nobody waits for it any more.
        let turn = self.inner.backtests.curve_turn().await;
        Ok(self
            .read(move |reader, _| {
                let _turn = turn;
                draw(reader, &mut curve)?;
                let (line, fact) = curve.line().unwrap_or_default();
                let hands_over = curve.hands_over();
                let mut view = bt::BacktestCurveView {
                    op: curve.op().to_owned(),
                    text: line.to_owned(),
                    fact: fact.to_owned(),
                    present: curve.present(),
                    points: curve.points(),
                    curve: Vec::new(),
                };
                let points = curve.points_of_curve();
                view.curve = points
                    .into_iter()
                    .map(|point| bt::CurvePointView {
                        text: curve.spell(point.limit),
                        limit: point.limit,
                        matches: point.matches,
                        conversations: point.conversations,
                        handoffs: hands_over.then_some(point.conversations),
                    })
                    .collect();
                Ok(view)
            })
            .await?)
    }

    fn report(&self, id: &str) -> Result<Arc<Report>, ApiError> {
        match self.job(id)?.going() {
            Going::Done(report) => Ok(report),
            Going::Running => Err(ApiError::new(
                "not_done",
                "The back-test is still under way.",
                "Ask again when it is done.",
            )
            .as_notice()),
            Going::Cancelled | Going::Failed(_) => Err(ApiError::new(
                "not_done",
                "The back-test did not come to its end.",
                "Start it again; what was worked out is not worked out again.",
            )),
        }
    }
}

fn readable(text: &str) -> Result<Ruleset, ApiError> {
    Ruleset::parse(text).map_err(|problems| {
        let rendered: Vec<String> = problems
            .list
            .iter()
            .map(|problem| problem.render(text))
            .collect();
        ApiError::new(
            "bad_rules",
            rendered.join("\n"),
            "Correct the rules; only rules that can be read can be tried.",
        )
    })
}

fn brief(job: &Job) -> bt::BacktestJob {
    let (done, total) = job.progress();
    bt::BacktestJob {
        job: job.id.clone(),
        state: match job.going() {
            Going::Running => bt::BacktestState::Running,
            Going::Done(_) => bt::BacktestState::Done,
            Going::Cancelled => bt::BacktestState::Cancelled,
            Going::Failed(_) => bt::BacktestState::Failed,
        },
        done,
        total,
        started_at: job.started.0,
        text: job.new.source().to_owned(),
        against: job.old.id().to_string(),
        named: job.named,
        since: Some(job.window.since).filter(|since| *since != i64::MIN),
        until: Some(job.window.until).filter(|until| *until != i64::MAX),
    }
}

fn view(job: &Job) -> bt::BacktestView {
    let (done, total) = job.progress();
    let mut view = bt::BacktestView {
        state: bt::BacktestState::Running,
        error: String::new(),
        done,
        total,
        ruleset: job.new.id().to_string(),
        against: job.old.id().to_string(),
        span: None,
        points: 0,
        differences: 0,
        other_reason: 0,
        conversations: 0,
        differing: 0,
        diverged: 0,
        between: 0,
        recorded: 0,
        faithful: 0,
        without_text: 0,
        metrics: Vec::new(),
        queue_load: Vec::new(),
        sla: sla(&SlaEffect::default()),
        rules: Vec::new(),
    };
    let report = match job.going() {
        Going::Running => return view,
        Going::Cancelled => {
            view.state = bt::BacktestState::Cancelled;
            return view;
        }
        Going::Failed(why) => {
            view.state = bt::BacktestState::Failed;
            view.error = why;
            return view;
        }
        Going::Done(report) => report,
    };
    bt::BacktestView {
        state: bt::BacktestState::Done,
        span: report.span,
        points: report.points,
        differences: report.differences,
        other_reason: report.other_reason,
        conversations: report.conversations,
        differing: report.differing,
        diverged: report.diverged,
        between: report.between,
        recorded: report.recorded,
        faithful: report.faithful,
        without_text: report.without_text,
        metrics: report.metrics.iter().map(metric).collect(),
        queue_load: report
            .queue_load
            .iter()
            .map(|(old, new)| bt::LoadView {
                old: *old,
                new: *new,
            })
            .collect(),
        sla: sla(&report.sla),
        rules: report.rules.iter().map(rule).collect(),
        ..view
    }
}

fn metric(metric: &Metric) -> bt::MetricView {
    let share = |share: &Option<Share>| {
        share.map(|share| bt::ShareView {
            share: share.share,
            low: share.low,
            high: share.high,
        })
    };
    bt::MetricView {
        name: metric.name.to_owned(),
        says: metric.says.to_owned(),
        unit: metric.unit.to_owned(),
        old: metric.old,
        new: metric.new,
        delta: metric.delta,
        low: metric.low,
        high: metric.high,
        n: metric.n,
        old_share: share(&metric.old_share),
        new_share: share(&metric.new_share),
        p: metric.p,
        kind: match metric.kind {
            Kind::Exact => bt::MetricKind::Exact,
            Kind::Estimate => bt::MetricKind::Estimate,
            Kind::Bound => bt::MetricKind::Bound,
        },
        note: metric.note.clone(),
    }
}

fn sla(effect: &SlaEffect) -> bt::SlaEffectView {
    let says = format!(
        "{} conversations go the same way with both rules, so their deadlines do too: {} missed one. \
         {} would have gone another way; {} of them missed a deadline as it went, and what would \
         have become of it is not known.",
        effect.same, effect.same_missed, effect.open, effect.open_missed
    );
    bt::SlaEffectView {
        same: effect.same,
        same_missed: effect.same_missed,
        open: effect.open,
        open_missed: effect.open_missed,
        says,
    }
}

fn rule(effect: &RuleEffect) -> bt::RuleEffectView {
    let tally = |tally: &Option<RuleTally>| {
        tally.map(|tally| bt::RuleTallyView {
            matched: tally.matched,
            acted: tally.acted,
        })
    };
    bt::RuleEffectView {
        rule: effect.rule.clone(),
        old: tally(&effect.old),
        new: tally(&effect.new),
        near: effect
            .near
            .iter()
            .map(|near| bt::NearView {
                row: near.row.into(),
                text: near.text.clone(),
                points: near.points,
            })
            .collect(),
    }
}

fn row(difference: &Difference, subject: String, rules: [&Arc<Ruleset>; 2]) -> bt::BacktestRow {
    let slot = &difference.slot;
    bt::BacktestRow {
        conversation: text(difference.conversation),
        subject,
        at: difference.at,
        on: difference.event.name().to_owned(),
        old: slot.old.clone(),
        new: slot.new.clone(),
        rule: slot.rule.to_string(),
        slot: slot.slot.name().to_owned(),
        diverges: difference.diverges,
        differences: difference.differences,
        why: why(difference, rules),
    }
}

/// Why the decisions differ, in a sentence.
fn why(difference: &Difference, [old, new]: [&Arc<Ruleset>; 2]) -> String {
    let slot = &difference.slot;
    let id = slot.rule.as_str();
    let by_new = !slot.new.is_empty();
    let reasons: BTreeMap<bool, &str> = [(true, new), (false, old)]
        .into_iter()
        .filter_map(|(side, rules)| rules.rule(id).map(|rule| (side, &*rule.reason)))
        .collect();
    let reason = reasons.get(&by_new).copied().unwrap_or_default();
    let named = if reason.is_empty() || reason == id {
        format!("\u{201c}{id}\u{201d}")
    } else {
        format!("\u{201c}{id}\u{201d} ({reason})")
    };
    let what = slot.slot.name();
    match (slot.old.is_empty(), slot.new.is_empty()) {
        (true, _) => format!("{named} now decides {what}: {}.", slot.new),
        (_, true) => format!("{named} no longer decides {what}; it was {}.", slot.old),
        _ => format!(
            "{named} decides {what}: {} instead of {}.",
            slot.new, slot.old
        ),
    }
}
