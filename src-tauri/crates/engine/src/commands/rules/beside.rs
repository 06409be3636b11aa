//! Edits of rules that act, tried beside them: the rules stay as they are, and what was to be
//! changed is watched.

use baton_api::ApiError;
use baton_core::rules::edit::beside;
use baton_core::rules::{Rule, Ruleset};

use super::save::refused;
use crate::rulesfile::acts;

/// The rules of a draft, with each rule that acts as it is in `live` and its edit as a copy.
///
/// # Errors
/// When no rule that acts was changed, one was moved, or one was changed by what many rules share.
pub(super) fn written(live: &Ruleset, draft: Ruleset) -> Result<Ruleset, ApiError> {
    if let Some(moved) = draft.moved_ahead(live).first() {
        return Err(ApiError::new(
            "rule_moved",
            format!("The rule {moved} was moved ahead of a rule that decided before it."),
            "A place in the file cannot be tried beside another. Move it back, or say why it is put \
             live at once.",
        ));
    }
    let edited = changed(live, &draft);
    if edited.is_empty() {
        return Err(ApiError::new(
            "nothing_to_try",
            "No rule that acts was changed.",
            "Save it as it is.",
        ));
    }
    let text = beside(live.source(), draft.source(), &edited)
        .map_err(|error| ApiError::new("bad_edit", format!("{error}."), ""))?;
    let tried = Ruleset::parse(&text).map_err(refused)?;
    match changed(live, &tried).first() {
        None => Ok(tried),
        Some(shared) => Err(ApiError::new(
            "shared_changed",
            format!(
                "The rule {shared} changes by hours or another part of the file that it shares with \
                 its copy."
            ),
            "Write the changed part under a name of its own and let the rule use that, or say why \
             it is put live at once.",
        )),
    }
}

/// The rules that act in both and decide otherwise in the second.
fn changed(old: &Ruleset, new: &Ruleset) -> Vec<String> {
    let differs = |rule: &&Rule| {
        let before = old.rule(rule.id.as_str()).filter(|before| acts(before));
        acts(rule) && before.is_some_and(|before| old.meaning_of(before) != new.meaning_of(rule))
    };
    let rules = new.rules().iter().filter(differs);
    rules.map(|rule| rule.id.to_string()).collect()
}
