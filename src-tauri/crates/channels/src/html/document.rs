//! The page for the sandboxed frame in which a message is shown.

use super::view::SafeHtml;
use std::collections::BTreeSet;

/// The paper on which a message is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper; messages with colours of their own stay on light paper.
    Dark,
    /// As the system says.
    #[default]
    Auto,
}

/// The looks that do not depend on the theme.
const BASE: &str = "\
html{font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;\
background:var(--paper);color:var(--ink);overflow-wrap:anywhere}\
body{margin:0;padding:12px 16px}\
img{max-width:100%;height:auto}\
table{max-width:100%;border-collapse:collapse}\
pre{white-space:pre-wrap;font:13px/1.5 ui-monospace,'Cascadia Mono',Menlo,Consolas,monospace}\
blockquote{margin:8px 0;padding-left:12px;border-left:3px solid var(--line)}\
a{color:var(--link)}\
[data-baton=remote-image],[data-baton=missing-image]{display:inline-block;min-width:16px;\
min-height:16px;padding:2px 6px;border:1px dashed var(--line);border-radius:4px;font-size:12px}\
[data-baton=real-host]{color:var(--alarm);font-weight:600}\
[data-baton=cut]{padding:8px 12px;border:1px solid var(--line);border-radius:6px;font-weight:600}";

const LIGHT: &str = ":root{color-scheme:light;--paper:#fff;--ink:#1b1d21;--line:#b9bec7;\
--link:#0b57d0;--alarm:#b3261e}";

const DARK: &str = ":root{color-scheme:dark;--paper:#17191d;--ink:#e6e8ec;--line:#4b515c;\
--link:#8ab4f8;--alarm:#ff8a80}";

/// The whole page for the `srcdoc` of the sandboxed frame.
///
/// It carries its own content security policy: no scripts, no fetches but the images that the
/// sanitiser left, no forms, no base. Links ask for a new window, which the host refuses or hands
/// to the system's browser; the frame itself never goes anywhere.
pub fn document(safe: &SafeHtml, theme: Theme) -> String {
    let colours = match theme {
        _ if safe.coloured => LIGHT.to_owned(),
        Theme::Light => LIGHT.to_owned(),
        Theme::Dark => DARK.to_owned(),
        Theme::Auto => format!("{LIGHT}@media (prefers-color-scheme:dark){{{DARK}}}"),
    };
    let images = sources(&safe.images);
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         script-src 'none'; style-src 'unsafe-inline'; img-src {images}; form-action 'none'; \
         base-uri 'none'\">\
         <meta name=\"referrer\" content=\"no-referrer\"><meta name=\"viewport\" \
         content=\"width=device-width\"><base target=\"_blank\"><style>{colours}{BASE}</style>\
         </head><body>{}</body></html>",
        safe.html
    )
}

/// The narrowest image sources of a policy that cover these addresses.
fn sources(images: &BTreeSet<String>) -> String {
    let sources: BTreeSet<String> = images
        .iter()
        .map(|url| match url::Url::parse(url) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                url.origin().ascii_serialization()
            }
            Ok(url) => format!("{}:", url.scheme()),
            Err(_) => "'self'".to_owned(),
        })
        .filter(|source| {
            source
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ":/.-'[]+".contains(c))
        })
        .collect();
    if sources.is_empty() {
        return "'none'".to_owned();
    }
    sources.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::{Remote, ViewPolicy, sanitise};
    use super::*;

    #[test]
    fn the_policy_names_only_what_the_message_may_show() {
        let none = document(
            &sanitise(
                "<img src='https://a.example.com/x.png'>",
                &ViewPolicy::strict(),
            ),
            Theme::Light,
        );
        assert!(none.contains("img-src 'none'"));
        let policy = ViewPolicy {
            remote: Remote::Allow,
            cid: [("logo".to_owned(), "blob:abc".to_owned())].into(),
        };
        let some = document(
            &sanitise(
                "<img src='https://a.example.com/x.png'><img src='cid:logo'>",
                &policy,
            ),
            Theme::Light,
        );
        assert!(
            some.contains("img-src blob: https://a.example.com;"),
            "{some}"
        );
    }

    #[test]
    fn a_message_with_colours_stays_on_light_paper() {
        let plain = sanitise("<p>Hello</p>", &ViewPolicy::strict());
        assert!(document(&plain, Theme::Dark).contains("color-scheme:dark"));
        let coloured = sanitise("<p style='color:#222'>Hello</p>", &ViewPolicy::strict());
        assert!(!document(&coloured, Theme::Dark).contains("color-scheme:dark"));
    }
}
