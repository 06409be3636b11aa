//! A walk over the tags and texts of HTML, cut where a browser would cut.
//!
//! A tokenizer of our own: it borrows instead of copying, is linear in its input whatever that
//! is (a tag with a million attributes included), and needs no tree. Safety does not rest on its
//! being exact: what comes out of the sanitiser is written anew from allow-lists.

mod entity;

use std::borrow::Cow;

/// How many attributes of one tag are looked at.
const MOST_ATTRIBUTES: usize = 64;

/// A start tag.
#[derive(Debug, Default)]
pub(super) struct Tag<'a> {
    name: Cow<'a, str>,
    attributes: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Tag<'a> {
    /// The name in lower case.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The value of the first attribute of this name, entities resolved.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| entity::decode(v, true))
    }

    /// Whether the tag has this attribute.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(n, _)| n == name)
    }

    /// The names of all attributes, in lower case.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(n, _)| &**n)
    }
}

/// Somebody who wants to be told about tags and text, in order.
pub(super) trait Walker {
    /// A start tag.
    fn start(&mut self, tag: &Tag<'_>);
    /// An end tag, its name in lower case.
    fn end(&mut self, name: &str);
    /// Some text, entities resolved and line ends made `\n`; it may come in several pieces.
    fn text(&mut self, text: &str);
}

/// Walks over `html` and gives the walker back.
pub(super) fn walk<W: Walker>(html: &str, mut walker: W) -> W {
    let mut rest = html.strip_prefix('\u{feff}').unwrap_or(html);
    let mut tag = Tag::default();
    let mut ends = CommentEnds {
        plain: true,
        bang: true,
    };
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        let (text, markup) = cut(rest, at);
        emit(text, &mut walker);
        rest = match markup.get(1..2) {
            Some("!") => after_declaration(markup, &mut ends),
            Some("?") => after(markup, ">"),
            Some("/") => match markup.get(2..3) {
                Some(c) if starts_name(c) => {
                    let (name, after_name) = tag_name(tail(markup, 2));
                    let left = attributes(after_name, None);
                    if left.is_some() {
                        walker.end(&name);
                    }
                    left.unwrap_or("")
                }
                Some(_) => after(markup, ">"),
                None => {
                    emit(markup, &mut walker);
                    ""
                }
            },
            Some(c) if starts_name(c) => {
                let (name, after_name) = tag_name(tail(markup, 1));
                tag.name = name;
                tag.attributes.clear();
                // A tag that never ends is dropped with all that would have been its attributes.
                let Some(left) = attributes(after_name, Some(&mut tag.attributes)) else {
                    break;
                };
                walker.start(&tag);
                if is_raw(&tag.name) {
                    raw(&tag.name, left, &mut walker)
                } else {
                    left
                }
            }
            _ => {
                emit(cut(markup, 1).0, &mut walker);
                tail(markup, 1)
            }
        };
    }
    walker
}

fn emit(text: &str, walker: &mut impl Walker) {
    if !text.is_empty() {
        walker.text(&entity::decode(text, false));
    }
}

/// Elements whose content is not markup.
fn is_raw(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "title" | "textarea" | "xmp" | "iframe" | "noembed" | "noframes"
    )
}

/// Hands over the content of a raw element and returns what follows from its end tag on.
fn raw<'a>(name: &str, content: &'a str, walker: &mut impl Walker) -> &'a str {
    let mut from = 0;
    let end = loop {
        let Some(at) = tail(content, from).find("</") else {
            break content.len();
        };
        let candidate = tail(content, from + at + 2);
        let same = candidate
            .get(..name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name));
        if same && !tail(candidate, name.len()).starts_with(|c: char| c.is_ascii_alphanumeric()) {
            break from + at;
        }
        from += at + 2;
    };
    let (inside, left) = cut(content, end);
    if matches!(name, "title" | "textarea") {
        emit(inside, walker);
    } else if !inside.is_empty() {
        walker.text(inside);
    }
    left
}

/// Whether ends of comments may still lie ahead. Once one was searched for in vain it is not
/// searched for again, so that a flood of open comments costs no more than its length.
struct CommentEnds {
    plain: bool,
    bang: bool,
}

/// What follows a comment, a doctype or a CDATA section.
fn after_declaration<'a>(markup: &'a str, ahead: &mut CommentEnds) -> &'a str {
    let Some(comment) = markup.strip_prefix("<!--") else {
        return after(markup, ">");
    };
    if let Some(left) = comment
        .strip_prefix('>')
        .or_else(|| comment.strip_prefix("->"))
    {
        return left;
    }
    let plain = if ahead.plain {
        comment.find("-->")
    } else {
        None
    };
    ahead.plain = plain.is_some();
    // The odd end counts only before the plain one, so it is looked for no further than that.
    let near = plain.map_or(comment, |at| cut(comment, at).0);
    let bang = if ahead.bang { near.find("--!>") } else { None };
    ahead.bang = bang.is_some() || plain.is_some();
    let ends = [plain.map(|at| at + 3), bang.map(|at| at + 4)];
    // A comment that never ends would swallow the rest of a broken mail: it ends with its tag.
    ends.into_iter()
        .flatten()
        .min()
        .map_or_else(|| after(comment, ">"), |at| tail(comment, at))
}

fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or("", |(_, left)| left)
}

fn starts_name(c: &str) -> bool {
    c.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

fn tag_name(text: &str) -> (Cow<'_, str>, &str) {
    let end = text
        .find(|c: char| is_space(c) || c == '/' || c == '>')
        .unwrap_or(text.len());
    let (name, left) = cut(text, end);
    (lower(name), left)
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// Reads attributes up to and including the closing `>`; `None` when there is none.
fn attributes<'a>(
    mut text: &'a str,
    mut into: Option<&mut Vec<(Cow<'a, str>, &'a str)>>,
) -> Option<&'a str> {
    loop {
        text = text.trim_start_matches(|c| is_space(c) || c == '/');
        if let Some(left) = text.strip_prefix('>') {
            return Some(left);
        }
        if text.is_empty() {
            return None;
        }
        // A leading equals sign belongs to the name.
        let skip = usize::from(text.starts_with('='));
        let end = tail(text, skip)
            .find(|c: char| is_space(c) || matches!(c, '/' | '>' | '='))
            .map_or(text.len(), |at| at + skip);
        let (name, left) = cut(text, end);
        text = left;
        let mut value = "";
        let trimmed = text.trim_start_matches(is_space);
        if let Some(given) = trimmed.strip_prefix('=') {
            let given = given.trim_start_matches(is_space);
            let quote = given.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let Some(quote) = quote {
                (value, text) = tail(given, 1).split_once(quote)?;
            } else {
                let end = given
                    .find(|c: char| is_space(c) || c == '>')
                    .unwrap_or(given.len());
                (value, text) = cut(given, end);
            }
        }
        if let Some(list) = into
            .as_deref_mut()
            .filter(|list| list.len() < MOST_ATTRIBUTES)
        {
            list.push((lower(name), value));
        }
    }
}

/// Cuts at a byte position known to be a character boundary.
fn cut(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn tail(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Log(String);

    impl Walker for Log {
        fn start(&mut self, tag: &Tag<'_>) {
            self.0.push_str(&format!("<{}", tag.name()));
            for name in tag.names() {
                self.0
                    .push_str(&format!(" {name}={}", tag.get(name).unwrap_or_default()));
            }
            self.0.push('>');
        }
        fn end(&mut self, name: &str) {
            self.0.push_str(&format!("</{name}>"));
        }
        fn text(&mut self, text: &str) {
            self.0.push_str(&format!("[{text}]"));
        }
    }

    fn log(html: &str) -> String {
        walk(html, Log::default()).0
    }

    #[test]
    fn tags_attributes_and_text_come_in_order() {
        assert_eq!(
            log("a<P CLASS=x id='1' data-y=\"&lt;&amp;\">b &lt; c</P >d"),
            "[a]<p class=x id=1 data-y=<&>[b < c]</p>[d]"
        );
        assert_eq!(
            log("<br/><img/src=x/onerror=1>"),
            "<br><img src=x/onerror=1>"
        );
        assert_eq!(log("1 < 2 <3 </ x>y"), "[1 ][<][ 2 ][<][3 ][y]");
    }

    #[test]
    fn comments_and_declarations_vanish() {
        assert_eq!(
            log("<!doctype html>a<!-- <b> -->b<!-->c<?xml?>d<![if !mso]>e"),
            "[a][b][c][d][e]"
        );
        assert_eq!(log("<!--x--!>y"), "[y]");
        assert_eq!(log("a<!-- never closed ><b>c"), "[a]<b>[c]");
    }

    #[test]
    fn raw_elements_hold_no_markup() {
        assert_eq!(log("<style><b>x</style>y"), "<style>[<b>x]</style>[y]");
        assert_eq!(
            log("<title>a &amp; b</TITLE>c"),
            "<title>[a & b]</title>[c]"
        );
        assert_eq!(
            log("<script>'</scriptx>'</script >z"),
            "<script>['</scriptx>']</script>[z]"
        );
    }

    #[test]
    fn entities_are_resolved_as_in_a_browser() {
        assert_eq!(
            log("&eacute;&#233;&#xe9;&#x80;&nosuch;&amp"),
            "[éé\u{e9}€&nosuch;&]"
        );
        assert_eq!(log("&notit;&#0;&#x110000;"), "[¬it;\u{fffd}\u{fffd}]");
        assert_eq!(
            log("<a href='?a=1&copy=2&amp;b'>"),
            "<a href=?a=1&copy=2&b>"
        );
        assert_eq!(log("a\r\nb&#13;c\0d"), "[a\nb\ncd]");
    }

    #[test]
    fn a_flood_of_attributes_ends_soon() {
        let mut html = String::from("<a");
        for i in 0..200_000 {
            html.push_str(&format!(" x{i}=1"));
        }
        html.push_str(">text");
        let begun = std::time::Instant::now();
        assert!(log(&html).ends_with("[text]"));
        assert!(begun.elapsed().as_secs() < 5);
    }
}
