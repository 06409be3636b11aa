//! The one list of commands, and the routing that every host shares.

use std::future::Future;

use serde_json::Value;

use crate::error::ApiError;
use crate::{
    backtest, bots, channels, compose, connectors, contacts, control, conversations, elsewhere,
    health, knowledge, labels, learning, macros, proposals, reviews, rules, search, session,
    timeline, times, why,
};

/// What is known of a command without calling it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandInfo {
    /// Its name on the wire.
    pub name: &'static str,
    /// The tags that make its answer stale; empty for commands that change something. `{x}` stands
    /// for the field `x` of the request.
    pub stale_by: &'static [&'static str],
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $answer:ty, [$($tag:literal),*];)*) => {
        /// Every command of Baton, as the engine carries it out for any host.
        pub trait Commands: Send + Sync {
            $($(#[$doc])*
            fn $name(&self, request: $request) -> impl Future<Output = Result<$answer, ApiError>> + Send;)*
        }

        /// All commands, in order.
        pub const COMMANDS: &[CommandInfo] = &[
            $(CommandInfo { name: stringify!($name), stale_by: &[$($tag),*] },)*
        ];

        /// Routes one call by name.
        ///
        /// # Errors
        /// `unknown_command`, `bad_request` when the payload does not fit, or what the command says.
        pub async fn call<C: Commands>(host: &C, name: &str, payload: Value) -> Result<Value, ApiError> {
            match name {
                $(stringify!($name) => {
                    let request: $request = serde_json::from_value(payload)
                        .map_err(|error| ApiError::bad_request(format!("{}: {error}.", stringify!($name))))?;
                    let answer = host.$name(request).await?;
                    serde_json::to_value(answer).map_err(|error| {
                        ApiError::new("internal", format!("The answer cannot be written: {error}."), "")
                    })
                })*
                _ => Err(ApiError::new(
                    "unknown_command",
                    "There is no such command.",
                    "Use a user interface of the same version.",
                )),
            }
        }

        #[cfg(test)]
        pub(crate) fn each_command(visit: &mut impl crate::typescript::Visit) {
            $(visit.command::<$request, $answer>(stringify!($name), &[$($tag),*]);)*
        }
    };
}

commands! {
    /// Says who works here.
    session_get(session::SessionGet) -> session::Session, ["session", "settings"];
    /// Changes the settings.
    settings_set(session::SettingsSet) -> session::Settings, [];
    /// Changes the profile of the agent at this desk.
    profile_set(session::ProfileSet) -> session::AgentView, [];

    /// Counts the views.
    views_get(conversations::ViewsGet) -> conversations::Views, ["views"];
    /// Saves a search.
    saved_search_put(conversations::SavedSearchPut) -> conversations::SavedSearch, [];
    /// Removes a saved search.
    saved_search_remove(conversations::SavedSearchRemove) -> session::Done, [];
    /// Reads a page of a view.
    conversation_list(conversations::ConversationList) -> conversations::ConversationPage, ["views"];
    /// Reads the head of a conversation.
    conversation_get(conversations::ConversationGet) -> conversations::ConversationHead, ["conversation:{id}"];
    /// Reads a page of the stream.
    timeline_get(timeline::TimelineGet) -> timeline::Timeline, ["conversation:{conversation}"];
    /// Searches.
    search(search::Search) -> search::SearchFound, ["views"];
    /// Reads a contact.
    contact_get(contacts::ContactGet) -> contacts::ContactView, ["contact:{contact}", "views"];
    /// Changes what is known of a contact.
    contact_set(contacts::ContactSet) -> session::Done, [];
    /// Says that two contacts are one person.
    contact_merge(contacts::ContactMerge) -> contacts::PeopleChanged, [];
    /// Says that contacts of a person are somebody else.
    contact_split(contacts::ContactSplit) -> contacts::PeopleChanged, [];
    /// Says that two contacts are not one person, or takes that back.
    contacts_tell_apart(contacts::ContactsTellApart) -> session::Done, [];
    /// Looks for contacts by the beginning of a name or address.
    contact_find(contacts::ContactFind) -> contacts::ContactsFound, ["views"];
    /// Erases what was said with a contact and what is known of them, for good.
    contact_erase(contacts::ContactErase) -> contacts::Erased, [];
    /// Sets what is known of contacts, from a table.
    contacts_import(contacts::ContactsImport) -> contacts::ContactsImported, [];

    /// Renders the HTML of a message for a sandboxed frame.
    message_html(timeline::MessageHtml) -> timeline::HtmlView, [];
    /// Reads the raw source of a message.
    message_source(timeline::MessageOnly) -> timeline::MessageSource, [];
    /// Reads an attachment.
    attachment_get(timeline::AttachmentGet) -> timeline::AttachmentBytes, [];

    /// Takes control.
    take(control::Take) -> conversations::Acted, [];
    /// Hands control over, or offers it.
    pass(control::Pass) -> conversations::Acted, [];
    /// Takes an offer.
    offer_accept(control::OfferAnswer) -> conversations::Acted, [];
    /// Declines an offer.
    offer_reject(control::OfferAnswer) -> conversations::Acted, [];
    /// Asks for control.
    request(control::Release) -> conversations::Acted, [];
    /// Lets go of control.
    release(control::Release) -> conversations::Acted, [];
    /// Gives control back to a bot.
    return_to_bot(control::ReturnToBot) -> conversations::Acted, [];
    /// Says where a conversation can go on.
    continuing_get(conversations::ConversationOnly) -> elsewhere::Continuing, ["conversation:{conversation}", "views"];
    /// Goes on with a conversation by another channel.
    continue_elsewhere(elsewhere::ContinueElsewhere) -> conversations::Acted, [];
    /// Resolves a conversation.
    resolve(control::Release) -> conversations::Acted, [];
    /// Opens a solved conversation again.
    reopen(conversations::ConversationOnly) -> conversations::Acted, [];
    /// Snoozes a conversation.
    snooze(control::Snooze) -> conversations::Acted, [];
    /// Sets the work status.
    status_set(control::StatusSet) -> conversations::Acted, [];
    /// Sets the priority.
    priority_set(control::PrioritySet) -> conversations::Acted, [];
    /// Adds and removes tags.
    tags_set(control::TagsSet) -> conversations::Acted, [];
    /// Says that the newest message has been read.
    mark_read(conversations::ConversationOnly) -> session::Done, [];
    /// Marks a packet as read, useful or lacking.
    packet_mark(control::PacketMark) -> session::Done, [];
    /// Reads how the handoffs of a conversation went.
    receipts_get(control::ReceiptsGet) -> control::Receipts, ["conversation:{conversation}"];
    /// Says what a reply would ask although it is known.
    asked_again_get(control::AskedAgainGet) -> control::AskedAgain, ["conversation:{conversation}"];
    /// Says whether an episode needed people.
    label_set(labels::LabelPut) -> conversations::Acted, [];
    /// Reads what was said of a conversation.
    labels_get(labels::LabelsGet) -> labels::Labels, ["conversation:{conversation}"];
    /// Reads today's lots of what a bot closed alone.
    audit_sample_get(labels::AuditSampleGet) -> labels::AuditSample, ["labels", "views"];
    /// Says how the rules learn from people.
    learning_get(learning::LearningGet) -> learning::Learning, ["settings"];
    /// Changes how the rules learn from people.
    learning_set(learning::LearningSet) -> learning::Learning, [];
    /// Reads the drafts that wait for a person.
    reviews_get(reviews::ReviewsGet) -> reviews::Reviews, ["reviews"];
    /// Lets somebody from outside the team read drafts, and says their token once.
    reviewer_add(reviews::ReviewerAdd) -> reviews::ReviewerAdded, [];
    /// Lists who from outside the team may read drafts.
    reviewers_get(reviews::ReviewersGet) -> reviews::Reviewers, ["session"];
    /// Shuts somebody out who read drafts.
    reviewer_remove(reviews::ReviewerOnly) -> session::Done, [];
    /// Lets a draft go, as it is or in other words.
    review_approve(reviews::ReviewApprove) -> reviews::ReviewSent, [];
    /// Takes an approved draft back before it has left.
    review_recall(reviews::ReviewRecall) -> session::Done, [];
    /// Rejects a draft: its author tries again, or people answer.
    review_reject(reviews::ReviewReject) -> conversations::Acted, [];
    /// Has others read a draft.
    review_move(reviews::ReviewMove) -> conversations::Acted, [];
    /// Says which times the workspace has chosen.
    times_get(times::TimesGet) -> times::Times, ["settings"];
    /// Chooses the times of the workspace.
    times_set(times::TimesSet) -> times::Times, [];
    /// Takes back the last act.
    undo(control::Undo) -> conversations::Acted, [];
    /// Reads the live alerts.
    alerts_get(control::AlertsGet) -> control::Alerts, ["alerts"];

    /// Says what a reply would look like.
    reply_prepare(compose::ReplyPrepare) -> compose::ReplyPlan, ["conversation:{conversation}"];
    /// Sends a reply.
    reply_send(compose::ReplySend) -> compose::Queued, [];
    /// Takes a message back before it is sent; it becomes the draft again.
    send_cancel(compose::OutboxOnly) -> compose::DraftFound, [];
    /// Tries a failed message again.
    send_retry(compose::OutboxOnly) -> session::Done, [];
    /// Judges a message in doubt.
    send_judge(compose::SendJudge) -> session::Done, [];
    /// Adds a note.
    note_add(compose::NoteAdd) -> conversations::Acted, [];
    /// Says something to the bot that has control, and not to the customer.
    whisper(compose::Whisper) -> conversations::Acted, [];
    /// Reads a draft.
    draft_get(compose::DraftGet) -> compose::DraftFound, [];
    /// Saves or discards a draft.
    draft_put(compose::DraftPut) -> session::Done, [];

    /// Lists the macros.
    macros_get(macros::MacrosGet) -> macros::Macros, ["settings"];
    /// Writes a macro.
    macro_put(macros::MacroPut) -> session::Done, [];
    /// Removes a macro.
    macro_remove(macros::MacroRemove) -> session::Done, [];

    /// Says where answers are taken from.
    knowledge_get(knowledge::KnowledgeGet) -> knowledge::Knowledge, ["knowledge"];
    /// Adds a file or a web page that answers are taken from.
    knowledge_add(knowledge::KnowledgeAdd) -> knowledge::KnowledgeSource, [];
    /// Reads web pages and solved conversations anew.
    knowledge_refresh(knowledge::KnowledgeRefresh) -> knowledge::KnowledgeRefreshed, [];
    /// Takes answers from a source no more.
    knowledge_remove(knowledge::KnowledgeOnly) -> session::Done, [];
    /// Puts back a source that was removed.
    knowledge_restore(knowledge::KnowledgeOnly) -> session::Done, [];
    /// Finds what may answer the customer of a conversation.
    knowledge_suggest(knowledge::KnowledgeSuggest) -> knowledge::Suggestions, ["knowledge", "conversation:{conversation}"];
    /// Says what the sentences of a model's answer stand on.
    grounds_get(knowledge::GroundsGet) -> knowledge::Grounds, ["knowledge", "conversation:{conversation}"];

    /// Reads a decision with every condition.
    decision_get(why::DecisionGet) -> why::DecisionView, [];
    /// Lists the decisions of a conversation.
    decision_list(why::DecisionList) -> why::Decisions, ["conversation:{conversation}"];
    /// Reads the rules in force.
    rules_get(rules::RulesGet) -> rules::RulesView, ["rules"];
    /// Says what is wrong with a text of rules, plays its tests and shows it as a form.
    rules_check(rules::RulesCheck) -> rules::RulesChecked, [];
    /// Edits a text of rules; nothing is saved.
    rules_edit(rules::RulesEdit) -> rules::RulesEdited, [];
    /// Puts a text of rules in force.
    rules_save(rules::RulesSave) -> rules::RulesSaved, [];
    /// Lists the versions of the rules that were ever in force, the newest first.
    rules_history(rules::RulesHistory) -> rules::RulesVersions, ["rules"];
    /// Reads a version of the rules.
    rules_version(rules::RulesVersionGet) -> rules::RulesVersion, [];
    /// Compares two versions of the rules.
    rules_diff(rules::RulesDiff) -> rules::RulesDiffView, [];
    /// Sets whether a rule acts.
    rule_status_set(rules::RuleStatusSet) -> rules::RulesSaved, [];
    /// Says whether a rule may act, and what is missing.
    promotion_get(rules::PromotionGet) -> rules::Promotion, ["rules"];
    /// Says what other rules would have made of a past decision.
    decision_whatif(why::DecisionWhatif) -> why::DecisionView, [];
    /// Tells everything about a conversation that stands in the log, with its proof.
    conversation_proof(why::ConversationProof) -> why::Proof, [];
    /// Proposes edits of the rules, from what people said afterwards.
    proposals_get(proposals::ProposalsGet) -> proposals::Proposals, ["labels", "rules", "proposals"];
    /// Accepts a proposal, which saves the rules, or dismisses it.
    proposal_answer(proposals::ProposalAnswer) -> proposals::ProposalAnswered, [];
    /// Lists the facts that the rules in force may name.
    facts_list(rules::FactsList) -> rules::FactsView, ["rules"];
    /// Starts a back-test of rules over the recorded history.
    backtest_start(backtest::BacktestStart) -> backtest::BacktestStarted, [];
    /// Lists the back-tests under way and the last that ended.
    backtest_list(backtest::BacktestList) -> backtest::BacktestJobs, ["backtests"];
    /// Says how a back-test is going and what it has found.
    backtest_get(backtest::BacktestGet) -> backtest::BacktestView, ["backtest:{job}"];
    /// Stops a back-test.
    backtest_cancel(backtest::BacktestGet) -> session::Done, [];
    /// Lists the conversations in which the decisions differ.
    backtest_conversations(backtest::BacktestConversations) -> backtest::BacktestPage, ["backtest:{job}"];
    /// Reads both decisions where a conversation first differs.
    backtest_point(backtest::BacktestPoint) -> backtest::BacktestPair, ["backtest:{job}"];
    /// Says what other limits of a condition would have matched.
    backtest_curve(backtest::BacktestCurve) -> backtest::BacktestCurveView, [];

    /// Lists the channels.
    channel_list(channels::ChannelList) -> channels::Channels, ["channels"];
    /// Looks for the servers of an address.
    channel_discover(channels::ChannelDiscover) -> channels::Discovered, [];
    /// Tests a login without saving it.
    channel_test(channels::ChannelPut) -> channels::ChannelTested, [];
    /// Tests a login and saves the mailbox.
    channel_put(channels::ChannelPut) -> channels::ChannelView, [];
    /// Disconnects a channel; its conversations stay.
    channel_remove(channels::ChannelOnly) -> session::Done, [];
    /// Connects a channel again at once.
    channel_retry(channels::ChannelOnly) -> session::Done, [];
    /// Begins a login by OAuth.
    oauth_start(channels::OauthStart) -> channels::OauthFlow, [];
    /// Says how a login by OAuth is going.
    oauth_poll(channels::OauthPoll) -> channels::OauthState, [];

    /// Lists the bots that may knock at the door.
    bot_list(bots::BotList) -> bots::Bots, ["bots", "channels", "views"];
    /// Lets a bot in, and says its token once.
    bot_add(bots::BotAdd) -> bots::BotAdded, [];
    /// Shuts a bot out; what it holds falls to people.
    bot_remove(bots::BotOnly) -> session::Done, [];
    /// Opens or closes the door of the desktop app.
    door_set(bots::DoorSet) -> bots::DoorView, [];
    /// Makes the secret with which a bot on another machine signs, and says it once.
    bot_lan_set(bots::BotOnly) -> bots::BotLanMade, [];
    /// Takes that secret away; the bot is not heard from other machines any more.
    bot_lan_remove(bots::BotOnly) -> session::Done, [];
    /// Tells a bot from now on what happens, and says the secret of that once.
    bot_webhook_set(bots::BotWebhookSet) -> bots::BotWebhookMade, [];
    /// Tells a bot nothing any more without being asked.
    bot_webhook_remove(bots::BotOnly) -> session::Done, [];
    /// Goes on telling a bot where that stopped, at once.
    bot_webhook_resume(bots::BotOnly) -> bots::WebhookView, [];
    /// Sends a trial to a bot, and says how that went.
    bot_webhook_try(bots::BotOnly) -> bots::DeliveryView, [];
    /// Reads the newest attempts to tell a bot something.
    bot_deliveries(bots::BotOnly) -> bots::Deliveries, ["deliveries:{name}"];
    /// Speaks to a bot as a customer would.
    bot_try(bots::BotTry) -> bots::BotTried, [];
    /// Connects a bot that Baton itself talks with, or changes how.
    bot_connect(connectors::BotConnect) -> connectors::BotConnected, [];
    /// Switches a connected bot on or off.
    bot_switch(connectors::BotSwitch) -> bots::BotView, [];
    /// Reads what was sent to a connected bot.
    bot_sent(bots::BotOnly) -> connectors::BotSent, ["sent:{name}"];
    /// Reads a sample conversation with a bot.
    bot_trial_get(bots::BotTrialGet) -> bots::BotTrial, ["conversation:{conversation}"];

    /// Says how Baton is doing.
    health_get(health::HealthGet) -> health::Health, ["health", "channels"];
    /// Checks the log and the database.
    audit_verify(health::AuditVerify) -> health::AuditReport, [];
    /// Makes lists, rows and search anew from the log.
    workspace_mend(health::WorkspaceMend) -> health::WorkspaceMended, [];
    /// Writes a backup.
    backup_make(health::BackupMake) -> health::BackupMade, [];
    /// Plays the demo again.
    demo_restart(health::DemoRestart) -> session::Done, [];
}
