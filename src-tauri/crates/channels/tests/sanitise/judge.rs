//! What holds for every element of a message that was made harmless.

use baton_channels::html::{Remote, ViewPolicy};
use proptest::prelude::*;

use crate::dom::Element;

/// One picture of the mail itself may be shown.
pub(crate) fn policy(remote: Remote) -> ViewPolicy {
    ViewPolicy {
        remote,
        cid: [("logo".to_owned(), "blob:local-logo".to_owned())].into(),
    }
}

/// Holds for every element of a sanitised message whose remote images are blocked.
pub(crate) fn check(element: &Element) -> Result<(), TestCaseError> {
    let forbidden = [
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "textarea",
        "select",
        "svg",
        "math",
        "template",
        "noscript",
        "base",
        "meta",
        "link",
        "video",
        "audio",
        "source",
        "track",
        "title",
        "xmp",
        "plaintext",
        "frameset",
        "frame",
        "slot",
        "marquee",
    ];
    prop_assert!(element.html, "<{}> is not of HTML", element.name);
    prop_assert!(
        !forbidden.contains(&element.name.as_str()),
        "<{}>",
        element.name
    );
    for (name, value) in &element.attributes {
        prop_assert!(!name.starts_with("on"), "{name}={value}");
        match name.as_str() {
            "src" => prop_assert_eq!(value.as_str(), "blob:local-logo"),
            "href" => prop_assert!(
                ["http://", "https://", "mailto:"]
                    .iter()
                    .any(|s| value.to_lowercase().starts_with(s)),
                "{value}"
            ),
            "style" => prop_assert!(
                !["url", "@", "\\", "expression", "position", "/*", "var("]
                    .iter()
                    .any(|bad| value.contains(bad)),
                "{value}"
            ),
            "id" | "name" | "class" | "srcset" | "background" | "target" | "ping" | "action"
            | "formaction" | "srcdoc" | "usemap" | "ismap" | "xlink:href" | "poster" | "data" => {
                prop_assert!(false, "{name}={value}");
            }
            _ => {}
        }
    }
    Ok(())
}
