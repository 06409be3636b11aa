//! Domains that are made to be taken for other ones: `paypa1.com`, `rnicrosoft.com`,
//! `paypal.com.evil.example`.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use super::domains::IMITATED;
use super::{base, unicode_domain};

/// Names shorter than this are like too many others.
const SHORTEST: usize = 4;

/// A domain that others may be made to be taken for.
struct Model {
    domain: String,
    /// The label that its owner chose.
    name: String,
    /// How the name looks at a glance.
    shape: String,
}

impl Model {
    fn of(domain: &str) -> Self {
        let name = name_of(domain);
        Self {
            domain: domain.to_owned(),
            shape: shape_of(&name),
            name,
        }
    }
}

/// How a name looks takes longer to tell than all the rest, and these never change.
static WELL_KNOWN: LazyLock<Vec<Model>> =
    LazyLock::new(|| IMITATED.iter().copied().map(Model::of).collect());

/// The domain, well known or the team's own, for which `domain` is made to be taken.
pub(super) fn imitated(domain: &str, own: &[String]) -> Option<String> {
    let domain = unicode_domain(domain.to_lowercase().trim_end_matches('.'));
    let own: Vec<Model> = own.iter().map(|own| Model::of(own)).collect();
    let models = || own.iter().chain(WELL_KNOWN.iter());
    if models().any(|model| is_at_or_under(&domain, &model.domain)) {
        return None;
    }
    let registered = base(&domain);
    // What stands before the registered part is free for everybody to choose.
    let chosen = format!(".{}", domain.strip_suffix(&registered).unwrap_or_default());
    let name = name_of(&domain);
    let shape = shape_of(&name);
    models()
        .find(|model| {
            let long = model.name.chars().count() >= SHORTEST;
            let twin = long && name != model.name && shape == model.shape;
            twin || chosen.contains(&format!(".{}.", model.domain))
        })
        .map(|model| model.domain.clone())
}

/// A well-known domain, or one of the team's, that a display name claims without an address.
pub(super) fn claimed(name: &str, domain: &str, own: &[String]) -> Option<String> {
    let domain = domain.to_lowercase();
    name.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.')))
        .map(|word| word.trim_matches('.'))
        .map(|word| word.strip_prefix("www.").unwrap_or(word))
        .find(|word| {
            let known = own.iter().any(|own| own == word) || IMITATED.contains(word);
            known && name_of(word) != name_of(&domain)
        })
        .map(str::to_owned)
}

fn is_at_or_under(domain: &str, model: &str) -> bool {
    domain
        .strip_suffix(model)
        .is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

/// The label that somebody chose: `paypal` of `mail.paypal.com`.
fn name_of(domain: &str) -> String {
    let base = base(domain);
    base.split('.').next().unwrap_or_default().to_owned()
}

/// What a reader sees at a glance: look-alike letters are equal in it.
fn shape_of(name: &str) -> String {
    let plain: String = name
        .nfkd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect();
    skeleton(&plain)
        .collect::<String>()
        .to_lowercase()
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' | '|' => 'l',
            '3' => 'e',
            '5' => 's',
            c => c,
        })
        .collect::<String>()
        .replace("vv", "w")
        .replace("cl", "d")
}
