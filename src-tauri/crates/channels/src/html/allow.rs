//! What a message may consist of. All that is not named here is taken out.

use super::css::is_colour;

/// How an element behaves when HTML is written and read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A block; it ends an open paragraph.
    Block,
    /// A paragraph, which cannot hold blocks.
    Paragraph,
    /// A heading.
    Heading,
    /// A list item or a term of a list of definitions.
    Item,
    /// A table and its parts.
    Table,
    /// A caption of a table.
    Caption,
    /// A group of rows.
    Rows,
    /// A row.
    Row,
    /// A cell.
    Cell,
    /// Inline, and carried on by browsers when it is closed in the wrong order.
    Formatting,
    /// Inline.
    Inline,
    /// Without content.
    Void,
}

/// The kind of an element that may stay, by its name in lower case.
pub(super) fn element(name: &str) -> Option<(&'static str, Kind)> {
    const TABLE: &[(&str, Kind)] = &[
        ("a", Kind::Formatting),
        ("abbr", Kind::Inline),
        ("acronym", Kind::Inline),
        ("address", Kind::Block),
        ("article", Kind::Block),
        ("aside", Kind::Block),
        ("b", Kind::Formatting),
        ("bdi", Kind::Inline),
        ("bdo", Kind::Inline),
        ("big", Kind::Formatting),
        ("blockquote", Kind::Block),
        ("br", Kind::Void),
        ("caption", Kind::Caption),
        ("center", Kind::Block),
        ("cite", Kind::Inline),
        ("code", Kind::Formatting),
        ("dd", Kind::Item),
        ("del", Kind::Inline),
        ("dfn", Kind::Inline),
        ("div", Kind::Block),
        ("dl", Kind::Block),
        ("dt", Kind::Item),
        ("em", Kind::Formatting),
        ("figcaption", Kind::Block),
        ("figure", Kind::Block),
        ("font", Kind::Formatting),
        ("footer", Kind::Block),
        ("h1", Kind::Heading),
        ("h2", Kind::Heading),
        ("h3", Kind::Heading),
        ("h4", Kind::Heading),
        ("h5", Kind::Heading),
        ("h6", Kind::Heading),
        ("header", Kind::Block),
        ("hr", Kind::Void),
        ("i", Kind::Formatting),
        ("img", Kind::Void),
        ("ins", Kind::Inline),
        ("kbd", Kind::Inline),
        ("li", Kind::Item),
        ("main", Kind::Block),
        ("mark", Kind::Inline),
        ("nav", Kind::Block),
        ("ol", Kind::Block),
        ("p", Kind::Paragraph),
        ("pre", Kind::Block),
        ("q", Kind::Inline),
        ("s", Kind::Formatting),
        ("samp", Kind::Inline),
        ("section", Kind::Block),
        ("small", Kind::Formatting),
        ("span", Kind::Inline),
        ("strike", Kind::Formatting),
        ("strong", Kind::Formatting),
        ("sub", Kind::Inline),
        ("sup", Kind::Inline),
        ("table", Kind::Table),
        ("tbody", Kind::Rows),
        ("td", Kind::Cell),
        ("tfoot", Kind::Rows),
        ("th", Kind::Cell),
        ("thead", Kind::Rows),
        ("tr", Kind::Row),
        ("tt", Kind::Formatting),
        ("u", Kind::Formatting),
        ("ul", Kind::Block),
        ("var", Kind::Inline),
        ("wbr", Kind::Void),
    ];
    let name = if name == "image" { "img" } else { name };
    let at = TABLE.binary_search_by(|(n, _)| (*n).cmp(name)).ok()?;
    TABLE.get(at).copied()
}

/// Every element that may stay.
pub(super) fn elements() -> impl Iterator<Item = &'static str> {
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
    .into_iter()
}

/// Plain attributes with values of a closed form, on any element where they mean something.
/// Addresses and styles are not among them; they are judged by themselves.
pub(super) const PLAIN: &[&str] = &[
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "data-baton",
    "dir",
    "face",
    "height",
    "lang",
    "rel",
    "rowspan",
    "size",
    "start",
    "title",
    "type",
    "valign",
    "width",
];

/// The harmless form of a plain attribute's value on this element, if it has one.
pub(super) fn plain(element: &str, name: &str, value: &str) -> Option<String> {
    let value = value.trim();
    let lower = || value.to_ascii_lowercase();
    let one_of = |all: &[&str]| Some(lower()).filter(|v| all.contains(&v.as_str()));
    let number = |most: u32| {
        value
            .trim_end_matches("px")
            .parse::<u32>()
            .ok()
            .map(|n| n.min(most).to_string())
    };
    let in_table = matches!(
        element,
        "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th"
    );
    match name {
        "dir" => one_of(&["ltr", "rtl", "auto"]),
        "lang" => (value.len() <= 12
            && !value.is_empty()
            && value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .then(|| value.to_owned()),
        "align" if !matches!(element, "a" | "span" | "font") => one_of(&[
            "left", "right", "center", "justify", "middle", "top", "bottom",
        ]),
        "valign" if in_table => one_of(&["top", "middle", "bottom", "baseline"]),
        "bgcolor" if in_table => Some(lower()).filter(|v| is_colour(v)),
        "color" if element == "font" => Some(lower()).filter(|v| is_colour(v)),
        "size" if element == "font" => one_of(&[
            "1", "2", "3", "4", "5", "6", "7", "+1", "+2", "+3", "-1", "-2", "-3",
        ]),
        "face" if element == "font" => {
            let ok = value.len() <= 100
                && !value.is_empty()
                && value
                    .chars()
                    .all(|c| c.is_alphanumeric() || " ,-_".contains(c));
            ok.then(|| value.to_owned())
        }
        "width" | "height" if in_table || matches!(element, "img" | "hr") => {
            match value.strip_suffix('%') {
                Some(share) => share
                    .parse::<u32>()
                    .ok()
                    .map(|n| format!("{}%", n.min(100))),
                None => number(1200),
            }
        }
        "border" if matches!(element, "table" | "img") => number(20),
        "cellpadding" | "cellspacing" if element == "table" => number(60),
        "colspan" | "rowspan" if matches!(element, "td" | "th") => number(100),
        "start" if element == "ol" => number(1_000_000),
        "type" if element == "ol" => {
            Some(value.to_owned()).filter(|v| ["1", "a", "A", "i", "I"].contains(&v.as_str()))
        }
        "type" if element == "ul" => one_of(&["disc", "circle", "square"]),
        "alt" if element == "img" => Some(text(value)),
        "title" if matches!(element, "img" | "abbr" | "acronym") => Some(text(value)),
        "rel" if element == "a" => one_of(&["noopener noreferrer"]),
        "data-baton" => match element {
            "img" => one_of(&["remote-image", "missing-image"]),
            "span" => one_of(&["real-host"]),
            "p" => one_of(&["cut"]),
            _ => None,
        },
        _ => None,
    }
}

/// Text in an attribute, without control characters and of bounded length.
fn text(value: &str) -> String {
    let short: String = value
        .chars()
        .filter(|c| !c.is_control())
        .take(500)
        .collect();
    short.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_lists_of_elements_agree_and_hold_nothing_that_acts() {
        for name in elements() {
            assert_eq!(element(name).map(|(n, _)| n), Some(name), "{name}");
        }
        for name in [
            "script", "style", "iframe", "object", "embed", "form", "input", "button", "svg",
            "math", "template", "noscript", "base", "meta", "link", "video", "audio", "source",
            "select", "textarea", "title", "xml", "slot", "dialog", "marquee", "body", "html",
        ] {
            assert_eq!(element(name), None, "{name}");
        }
    }

    #[test]
    fn plain_values_are_bounded() {
        assert_eq!(plain("td", "colspan", "99999999").as_deref(), Some("100"));
        assert_eq!(plain("img", "width", "100000").as_deref(), Some("1200"));
        assert_eq!(plain("table", "width", "600px").as_deref(), Some("600"));
        assert_eq!(plain("a", "id", "x"), None);
        assert_eq!(plain("div", "onclick", "x"), None);
        assert_eq!(plain("td", "bgcolor", "url(x)"), None);
    }
}
