//! The commands of the API, as the engine carries them out: one line each here, the work in the
//! module of the subject.

mod act;
mod backtest;
mod bots;
mod channels;
mod compose;
mod contacts;
mod content;
mod elsewhere;
mod erase;
mod health;
mod known;
mod labels;
mod learning;
mod macros;
mod people;
mod proof;
mod proposals;
mod rebuilt;
mod receipts;
mod reviews;
mod rules;
mod search;
mod session;
mod times;
mod views;
mod why;

pub(crate) use compose::{hears_whispers, note};
pub(crate) use content::render_html;
pub(crate) use views::why_alerted;

pub(crate) use compose::sending::sent_draft_key;
use std::future::Future;

pub(crate) use self::proposals::Proposed;
pub(crate) use self::times::WRAP_UP;
use baton_api::backtest as bt;
use baton_api::bots as bo;
use baton_api::channels as ch;
use baton_api::compose as co;
use baton_api::connectors as cn;
use baton_api::contacts as ct;
use baton_api::control as cl;
use baton_api::conversations as cv;
use baton_api::elsewhere as ew;
use baton_api::health as he;
use baton_api::labels as lb;
use baton_api::learning as le;
use baton_api::macros as ma;
use baton_api::proposals as pr;
use baton_api::reviews as rv;
use baton_api::rules as ru;
use baton_api::search as se;
use baton_api::session as ss;
use baton_api::timeline as tl;
use baton_api::times as ti;
use baton_api::why as wy;
use baton_api::{ApiError, Commands};

use crate::engine::Engine;

macro_rules! answers {
    ($($name:ident($request:ty) -> $answer:ty;)*) => {
        impl Commands for Engine {
            $(fn $name(&self, request: $request) -> impl Future<Output = Result<$answer, ApiError>> + Send {
                Self::$name(self, request)
            })*
        }
    };
}

answers! {
    session_get(ss::SessionGet) -> ss::Session;
    settings_set(ss::SettingsSet) -> ss::Settings;
    profile_set(ss::ProfileSet) -> ss::AgentView;
    views_get(cv::ViewsGet) -> cv::Views;
    saved_search_put(cv::SavedSearchPut) -> cv::SavedSearch;
    saved_search_remove(cv::SavedSearchRemove) -> ss::Done;
    conversation_list(cv::ConversationList) -> cv::ConversationPage;
    conversation_get(cv::ConversationGet) -> cv::ConversationHead;
    timeline_get(tl::TimelineGet) -> tl::Timeline;
    search(se::Search) -> se::SearchFound;
    contact_get(ct::ContactGet) -> ct::ContactView;
    contact_set(ct::ContactSet) -> ss::Done;
    contact_merge(ct::ContactMerge) -> ct::PeopleChanged;
    contact_split(ct::ContactSplit) -> ct::PeopleChanged;
    contacts_tell_apart(ct::ContactsTellApart) -> ss::Done;
    contact_find(ct::ContactFind) -> ct::ContactsFound;
    contact_erase(ct::ContactErase) -> ct::Erased;
    contacts_import(ct::ContactsImport) -> ct::ContactsImported;
    message_html(tl::MessageHtml) -> tl::HtmlView;
    message_source(tl::MessageOnly) -> tl::MessageSource;
    attachment_get(tl::AttachmentGet) -> tl::AttachmentBytes;
    take(cl::Take) -> cv::Acted;
    pass(cl::Pass) -> cv::Acted;
    offer_accept(cl::OfferAnswer) -> cv::Acted;
    offer_reject(cl::OfferAnswer) -> cv::Acted;
    request(cl::Release) -> cv::Acted;
    release(cl::Release) -> cv::Acted;
    return_to_bot(cl::ReturnToBot) -> cv::Acted;
    continuing_get(cv::ConversationOnly) -> ew::Continuing;
    continue_elsewhere(ew::ContinueElsewhere) -> cv::Acted;
    resolve(cl::Release) -> cv::Acted;
    reopen(cv::ConversationOnly) -> cv::Acted;
    snooze(cl::Snooze) -> cv::Acted;
    status_set(cl::StatusSet) -> cv::Acted;
    priority_set(cl::PrioritySet) -> cv::Acted;
    tags_set(cl::TagsSet) -> cv::Acted;
    mark_read(cv::ConversationOnly) -> ss::Done;
    packet_mark(cl::PacketMark) -> ss::Done;
    receipts_get(cl::ReceiptsGet) -> cl::Receipts;
    asked_again_get(cl::AskedAgainGet) -> cl::AskedAgain;
    label_set(lb::LabelPut) -> cv::Acted;
    labels_get(lb::LabelsGet) -> lb::Labels;
    audit_sample_get(lb::AuditSampleGet) -> lb::AuditSample;
    learning_get(le::LearningGet) -> le::Learning;
    learning_set(le::LearningSet) -> le::Learning;
    reviews_get(rv::ReviewsGet) -> rv::Reviews;
    reviewer_add(rv::ReviewerAdd) -> rv::ReviewerAdded;
    reviewers_get(rv::ReviewersGet) -> rv::Reviewers;
    reviewer_remove(rv::ReviewerOnly) -> ss::Done;
    review_approve(rv::ReviewApprove) -> rv::ReviewSent;
    review_recall(rv::ReviewRecall) -> ss::Done;
    review_reject(rv::ReviewReject) -> cv::Acted;
    review_move(rv::ReviewMove) -> cv::Acted;
    times_get(ti::TimesGet) -> ti::Times;
    times_set(ti::TimesSet) -> ti::Times;
    undo(cl::Undo) -> cv::Acted;
    alerts_get(cl::AlertsGet) -> cl::Alerts;
    reply_prepare(co::ReplyPrepare) -> co::ReplyPlan;
    reply_send(co::ReplySend) -> co::Queued;
    send_cancel(co::OutboxOnly) -> co::DraftFound;
    send_retry(co::OutboxOnly) -> ss::Done;
    send_judge(co::SendJudge) -> ss::Done;
    note_add(co::NoteAdd) -> cv::Acted;
    whisper(co::Whisper) -> cv::Acted;
    draft_get(co::DraftGet) -> co::DraftFound;
    draft_put(co::DraftPut) -> ss::Done;
    macros_get(ma::MacrosGet) -> ma::Macros;
    macro_put(ma::MacroPut) -> ss::Done;
    macro_remove(ma::MacroRemove) -> ss::Done;
    decision_get(wy::DecisionGet) -> wy::DecisionView;
    decision_list(wy::DecisionList) -> wy::Decisions;
    rules_get(ru::RulesGet) -> ru::RulesView;
    rules_check(ru::RulesCheck) -> ru::RulesChecked;
    rules_edit(ru::RulesEdit) -> ru::RulesEdited;
    rules_save(ru::RulesSave) -> ru::RulesSaved;
    rules_history(ru::RulesHistory) -> ru::RulesVersions;
    rules_version(ru::RulesVersionGet) -> ru::RulesVersion;
    rules_diff(ru::RulesDiff) -> ru::RulesDiffView;
    rule_status_set(ru::RuleStatusSet) -> ru::RulesSaved;
    promotion_get(ru::PromotionGet) -> ru::Promotion;
    decision_whatif(wy::DecisionWhatif) -> wy::DecisionView;
    conversation_proof(wy::ConversationProof) -> wy::Proof;
    proposals_get(pr::ProposalsGet) -> pr::Proposals;
    proposal_answer(pr::ProposalAnswer) -> pr::ProposalAnswered;
    facts_list(ru::FactsList) -> ru::FactsView;
    backtest_start(bt::BacktestStart) -> bt::BacktestStarted;
    backtest_list(bt::BacktestList) -> bt::BacktestJobs;
    backtest_get(bt::BacktestGet) -> bt::BacktestView;
    backtest_cancel(bt::BacktestGet) -> ss::Done;
    backtest_conversations(bt::BacktestConversations) -> bt::BacktestPage;
    backtest_point(bt::BacktestPoint) -> bt::BacktestPair;
    backtest_curve(bt::BacktestCurve) -> bt::BacktestCurveView;
    channel_list(ch::ChannelList) -> ch::Channels;
    channel_discover(ch::ChannelDiscover) -> ch::Discovered;
    channel_test(ch::ChannelPut) -> ch::ChannelTested;
    channel_put(ch::ChannelPut) -> ch::ChannelView;
    channel_remove(ch::ChannelOnly) -> ss::Done;
    channel_retry(ch::ChannelOnly) -> ss::Done;
    oauth_start(ch::OauthStart) -> ch::OauthFlow;
    oauth_poll(ch::OauthPoll) -> ch::OauthState;
    bot_list(bo::BotList) -> bo::Bots;
    bot_add(bo::BotAdd) -> bo::BotAdded;
    bot_remove(bo::BotOnly) -> ss::Done;
    door_set(bo::DoorSet) -> bo::DoorView;
    bot_lan_set(bo::BotOnly) -> bo::BotLanMade;
    bot_lan_remove(bo::BotOnly) -> ss::Done;
    bot_webhook_set(bo::BotWebhookSet) -> bo::BotWebhookMade;
    bot_webhook_remove(bo::BotOnly) -> ss::Done;
    bot_webhook_resume(bo::BotOnly) -> bo::WebhookView;
    bot_webhook_try(bo::BotOnly) -> bo::DeliveryView;
    bot_deliveries(bo::BotOnly) -> bo::Deliveries;
    bot_try(bo::BotTry) -> bo::BotTried;
    bot_connect(cn::BotConnect) -> cn::BotConnected;
    bot_switch(cn::BotSwitch) -> bo::BotView;
    bot_sent(bo::BotOnly) -> cn::BotSent;
    bot_trial_get(bo::BotTrialGet) -> bo::BotTrial;
    health_get(he::HealthGet) -> he::Health;
    audit_verify(he::AuditVerify) -> he::AuditReport;
    workspace_mend(he::WorkspaceMend) -> he::WorkspaceMended;
    backup_make(he::BackupMake) -> he::BackupMade;
    demo_restart(he::DemoRestart) -> ss::Done;
}
