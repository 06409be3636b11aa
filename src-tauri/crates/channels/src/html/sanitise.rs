//! Makes HTML harmless.

use super::allow::{self, PLAIN};
use super::css;
use super::link::{self, Address, classify};
use super::token::{Tag, Walker, walk};
use super::view::{Blocked, Remote, SafeHtml, ViewPolicy};
use super::writer::{self, Writer};
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Longer input is not even looked at beyond this many bytes.
const MOST_INPUT: usize = 8 * 1024 * 1024;

/// How often the two steps may disagree before only the text is shown.
const MOST_ROUNDS: usize = 4;

/// Makes the HTML of a message harmless by itself, whatever it is put into.
///
/// Only listed elements, attributes and forms of values are kept; nothing that is kept loads,
/// runs, submits, covers or leads anywhere unasked. Text is never lost, except that of scripts,
/// style sheets and titles, and what is beyond the size limit, where a note says so. Sanitising
/// the result again changes nothing.
pub fn sanitise(html: &str, policy: &ViewPolicy) -> SafeHtml {
    let mut safe = write(html, policy);
    for _ in 0..MOST_ROUNDS {
        let judged = judge(&safe.html, &safe.images);
        if judged == safe.html {
            return safe;
        }
        // The tree a browser would build is not the one that was written: write that tree.
        let again = write(&judged, policy);
        safe = SafeHtml {
            html: again.html,
            images: again.images,
            ..safe
        };
    }
    let mut text = String::from("<pre>");
    let _ = writer::escape(super::to_text(html).trim(), writer::MOST_BYTES, &mut text);
    text.push_str("</pre>");
    SafeHtml {
        html: text,
        images: BTreeSet::new(),
        ..safe
    }
}

/// The first step: tokens in, well-formed and listed elements out.
fn write(html: &str, policy: &ViewPolicy) -> SafeHtml {
    let short = html
        .get(..html.floor_char_boundary(MOST_INPUT))
        .unwrap_or(html);
    let shortened = short.len() < html.len();
    let cleaner = Cleaner {
        policy,
        writer: Writer::default(),
        blocked: Blocked::default(),
        images: BTreeSet::new(),
        coloured: false,
        silent: None,
        own_span: None,
    };
    let cleaner = walk(short, cleaner);
    let (html, mismatches, cut) = cleaner.writer.finish(shortened);
    SafeHtml {
        html,
        blocked: cleaner.blocked,
        mismatches,
        cut,
        coloured: cleaner.coloured,
        images: cleaner.images,
    }
}

/// The second step: the tree as a browser builds it, judged by the same lists.
fn judge(html: &str, images: &BTreeSet<String>) -> String {
    let mut schemes: HashSet<&str> = ["http", "https", "mailto", "cid"].into();
    schemes.extend(
        images
            .iter()
            .filter_map(|url| url.split_once(':').map(|(scheme, _)| scheme)),
    );
    let relative = images.iter().any(|url| !url.contains(':'));
    let shown = Arc::new(images.clone());
    let mut builder = Builder::empty();
    builder
        .tags(allow::elements().collect())
        .generic_attributes(PLAIN.iter().copied().chain(["style"]).collect())
        .tag_attributes(HashMap::from([
            ("a", ["href"].into()),
            ("img", ["src"].into()),
        ]))
        .url_schemes(schemes)
        .url_relative(if relative {
            UrlRelative::PassThrough
        } else {
            UrlRelative::Deny
        })
        .link_rel(None)
        .attribute_filter(move |element, name, value| keeps(&shown, element, name, value));
    builder.clean(html).to_string()
}

/// What the second step leaves of an attribute.
fn keeps<'v>(
    images: &BTreeSet<String>,
    element: &str,
    name: &str,
    value: &'v str,
) -> Option<Cow<'v, str>> {
    let kept = match name {
        "href" => match classify(value) {
            Address::Web(url) | Address::Mail(url) => Some(url),
            Address::Part(_) | Address::Here | Address::Code | Address::Other => None,
        },
        "src" => images.get(value).cloned(),
        "style" => Some(css::clean(value).css),
        _ => allow::plain(element, name, value),
    }?;
    Some(if kept == value {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(kept)
    })
}

struct Cleaner<'p> {
    policy: &'p ViewPolicy,
    writer: Writer,
    blocked: Blocked,
    images: BTreeSet<String>,
    coloured: bool,
    /// The element whose content is being dropped.
    silent: Option<&'static str>,
    /// Inside a note of our own that is made anew: how many spans are open in it.
    own_span: Option<usize>,
}

/// Elements whose content is dropped with them.
fn silent(name: &str) -> Option<&'static str> {
    ["script", "style", "title", "iframe", "noembed", "noframes"]
        .into_iter()
        .find(|n| *n == name)
}

/// Attributes that name something to be fetched.
const FETCHED: &[&str] = &[
    "src",
    "srcset",
    "href",
    "xlink:href",
    "data",
    "poster",
    "background",
    "lowsrc",
    "dynsrc",
    "codebase",
    "archive",
    "manifest",
    "icon",
    "content",
    "longdesc",
    "profile",
    "ping",
    "imagesrcset",
];

impl Cleaner<'_> {
    /// Counts what is dangerous in a tag, whether or not the tag stays.
    fn account(&mut self, tag: &Tag<'_>) {
        let name = tag.name();
        match name {
            "script" => self.blocked.scripts += 1,
            "style" => self.blocked.styles += 1,
            "form" | "input" | "button" | "select" | "textarea" | "isindex" | "keygen" => {
                self.blocked.forms += 1;
            }
            "base" => self.blocked.links += 1,
            _ => {}
        }
        for attribute in tag.names() {
            if attribute.starts_with("on") {
                self.blocked.scripts += 1;
            } else if matches!(attribute, "action" | "formaction") && name != "form" {
                self.blocked.forms += 1;
            } else if attribute == "srcdoc" {
                self.blocked.scripts += 1;
            }
        }
        let image = matches!(name, "img" | "image");
        let link = matches!(name, "a" | "area" | "base");
        for fetched in FETCHED {
            if (image && matches!(*fetched, "src"))
                || (link && *fetched != "ping")
                || !tag.has(fetched)
            {
                continue;
            }
            let Some(value) = tag.get(fetched) else {
                continue;
            };
            let Some(url) = remote(&value) else { continue };
            self.blocked.remote_other += 1;
            self.blocked.host(&url);
        }
    }

    fn link(&mut self, tag: &Tag<'_>, attributes: &mut String) {
        let Some(href) = tag.get("href") else { return };
        match classify(&href) {
            Address::Web(url) | Address::Mail(url) => {
                writer::attribute("href", &url, attributes);
                writer::attribute("rel", "noopener noreferrer", attributes);
            }
            Address::Code => self.blocked.scripts += 1,
            Address::Part(_) | Address::Other => self.blocked.links += 1,
            Address::Here => {}
        }
    }

    /// Judges an image; `None` when nothing of it is to be shown.
    fn image(&mut self, tag: &Tag<'_>) -> Option<String> {
        let mut attributes = String::new();
        let src = tag.get("src").unwrap_or_default();
        let described = tag.get("alt").is_some_and(|alt| !alt.trim().is_empty());
        if self.policy.cid.values().any(|url| *url == *src) && !src.is_empty() {
            self.images.insert(src.clone().into_owned());
            writer::attribute("src", &src, &mut attributes);
            return Some(attributes);
        }
        let note = match classify(&src) {
            Address::Web(url) => {
                if self.policy.remote == Remote::Allow && link::is_public(&url) {
                    writer::attribute("src", &url, &mut attributes);
                    self.images.insert(url);
                    return Some(attributes);
                }
                self.blocked.remote_images += 1;
                self.blocked.host(&url);
                if is_tracker(tag) {
                    self.blocked.trackers += 1;
                    return None;
                }
                "remote-image"
            }
            Address::Part(id) => {
                if let Some(url) = self.policy.local(&id) {
                    writer::attribute("src", url, &mut attributes);
                    self.images.insert(url.to_owned());
                    return Some(attributes);
                }
                "missing-image"
            }
            Address::Here => match tag.get("data-baton") {
                Some(note) if note == "remote-image" => "remote-image",
                Some(note) if note == "missing-image" => "missing-image",
                _ if tag.has("srcset") => "remote-image",
                _ if described => "missing-image",
                _ => return None,
            },
            Address::Code => {
                self.blocked.scripts += usize::from(!src.trim_start().starts_with("data:image/"));
                "missing-image"
            }
            Address::Other | Address::Mail(_) => {
                if let Some(url) = remote(&src) {
                    self.blocked.remote_images += 1;
                    self.blocked.host(&url);
                    "remote-image"
                } else {
                    "missing-image"
                }
            }
        };
        writer::attribute("data-baton", note, &mut attributes);
        Some(attributes)
    }

    /// The attributes that every element may have, in a fixed order.
    fn plain(&mut self, name: &str, tag: &Tag<'_>, attributes: &mut String) {
        for attribute in PLAIN {
            // Notes and relations are ours to write.
            let ours = *attribute == "rel" || (*attribute == "data-baton" && name == "img");
            if ours || !tag.has(attribute) {
                continue;
            }
            let value = tag.get(attribute).unwrap_or_default();
            if let Some(value) = allow::plain(name, attribute, &value) {
                self.coloured |= matches!(*attribute, "bgcolor" | "color");
                writer::attribute(attribute, &value, attributes);
            }
        }
        let given = tag.get("style").unwrap_or_default();
        let mut style = css::clean(&given);
        self.blocked.styles += style.dangerous;
        for url in css::addresses(&given) {
            if let Some(url) = remote(url) {
                self.blocked.remote_other += 1;
                self.blocked.host(&url);
            }
        }
        self.coloured |= style.coloured;
        if tag.has("hidden") && !style.css.contains("display: none") {
            let more = if style.css.is_empty() { "" } else { "; " };
            style.css.push_str(&format!("{more}display: none"));
        }
        if !style.css.is_empty() {
            writer::attribute("style", &style.css, attributes);
        }
    }
}

/// The first remote address in a value that names something to fetch.
fn remote(value: &str) -> Option<String> {
    let start = value.trim_start_matches(|c: char| c <= ' ');
    // A refresh has its address after `url=`.
    let lower = start.to_ascii_lowercase();
    let start = match lower.find("url=") {
        Some(at) if !lower.starts_with("http") => start
            .get(at + 4..)
            .unwrap_or("")
            .trim_start_matches(['"', '\'', ' ']),
        _ => start,
    };
    let lower = start.to_ascii_lowercase().replace('\\', "/");
    let is_remote = ["http:", "https:", "//", "ftp:", "ws:", "wss:"]
        .iter()
        .any(|s| lower.starts_with(s));
    is_remote.then(|| {
        start
            .split(|c: char| c.is_ascii_whitespace() || c == ',')
            .next()
            .unwrap_or("")
            .to_owned()
    })
}

/// Whether an image is there to be fetched, not to be seen.
fn is_tracker(tag: &Tag<'_>) -> bool {
    let tiny = |name: &str| {
        tag.get(name)
            .is_some_and(|v| matches!(v.trim().trim_end_matches("px"), "0" | "1" | "2"))
    };
    (tiny("width") && tiny("height"))
        || tag.get("style").is_some_and(|style| {
            let style: String = style
                .to_ascii_lowercase()
                .chars()
                .filter(|c| !c.is_whitespace())
                .collect();
            css::hides(&style)
                || (["width:0", "width:1px"].iter().any(|w| style.contains(w))
                    && ["height:0", "height:1px"].iter().any(|h| style.contains(h)))
        })
}

impl Walker for Cleaner<'_> {
    fn start(&mut self, tag: &Tag<'_>) {
        if let Some(depth) = &mut self.own_span {
            *depth += usize::from(tag.name() == "span");
            return;
        }
        self.account(tag);
        if let Some(name) = silent(tag.name()) {
            self.silent = Some(name);
            return;
        }
        let Some((name, kind)) = allow::element(tag.name()) else {
            self.coloured |= tag.name() == "body" && (tag.has("bgcolor") || tag.has("text"));
            // Two words that only a dropped tag kept apart stay apart.
            if is_wall(tag.name()) {
                self.writer.text(" ");
            }
            return;
        };
        if name == "span"
            && tag
                .get("data-baton")
                .is_some_and(|note| note == "real-host")
        {
            self.own_span = Some(0);
            return;
        }
        let mut attributes = String::new();
        if name == "a" {
            self.link(tag, &mut attributes);
        } else if name == "img" {
            match self.image(tag) {
                Some(judged) => attributes = judged,
                None => return,
            }
        }
        self.plain(name, tag, &mut attributes);
        self.writer.start(name, kind, attributes);
    }

    fn end(&mut self, name: &str) {
        if let Some(depth) = &mut self.own_span {
            if name == "span" {
                self.own_span = depth.checked_sub(1);
            }
            return;
        }
        if self.silent == Some(name) {
            self.silent = None;
            return;
        }
        if let Some((name, kind)) = allow::element(name) {
            self.writer.end(name, kind);
        }
    }

    fn text(&mut self, text: &str) {
        if self.silent.is_none() && self.own_span.is_none() {
            self.writer.text(text);
        }
    }
}

/// Elements that are dropped but stood between their neighbours.
fn is_wall(name: &str) -> bool {
    matches!(
        name,
        "option"
            | "optgroup"
            | "select"
            | "textarea"
            | "button"
            | "legend"
            | "fieldset"
            | "form"
            | "title"
            | "xmp"
            | "plaintext"
            | "dialog"
            | "details"
            | "summary"
            | "col"
    )
}
