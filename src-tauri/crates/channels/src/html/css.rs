//! Inline styles, by an allow-list of properties and of the forms their values may take.

/// What is left of a style, and what that says about the element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// The declarations that are harmless, in a canonical form.
    pub(super) css: String,
    /// How many declarations were refused because they could load, run or cover something.
    pub(super) dangerous: usize,
    /// A text or background colour was set.
    pub(super) coloured: bool,
}

/// The most declarations that are read from one attribute.
const MOST: usize = 64;

/// Keeps the harmless declarations of a style attribute.
pub(super) fn clean(style: &str) -> Style {
    let mut out = Style::default();
    for declaration in split(style).take(MOST) {
        let Some((name, value)) = declaration.split_once(':') else {
            // A fragment without a colon is the rest of something odd, say an unclosed url(.
            out.dangerous += usize::from(suspicious(declaration));
            continue;
        };
        let name = name.trim().to_ascii_lowercase();
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim();
        if suspicious(&name) || suspicious(value) || covers(&name) {
            out.dangerous += 1;
            continue;
        }
        let Some(value) = harmless(&name, value) else {
            continue;
        };
        out.coloured |= matches!(name.as_str(), "color" | "background-color" | "background");
        if !out.css.is_empty() {
            out.css.push_str("; ");
        }
        out.css.push_str(if name == "background" {
            "background-color"
        } else {
            &name
        });
        out.css.push_str(": ");
        out.css.push_str(&value);
    }
    out
}

/// The declarations that can hide an element.
const HIDING: [&str; 10] = [
    "display",
    "visibility",
    "mso-hide",
    "opacity",
    "font-size",
    "overflow",
    "max-height",
    "height",
    "max-width",
    "width",
];

/// Whether the style hides its element from a reader who looks at it.
pub(super) fn hides(style: &str) -> bool {
    let mut clipped = false;
    let mut tiny = false;
    for declaration in split(style).take(MOST) {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let name = name.trim();
        // Most declarations of most mails are about colours and distances.
        let Some(name) = HIDING.iter().find(|one| one.eq_ignore_ascii_case(name)) else {
            continue;
        };
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim();
        let zero = || matches!(value, "0" | "0px" | "0pt" | "0em" | "0%" | "0.0");
        match *name {
            "display" if value == "none" => return true,
            "visibility" if value == "hidden" || value == "collapse" => return true,
            "mso-hide" if value == "all" => return true,
            "opacity" if zero() => return true,
            "font-size" if zero() => return true,
            "overflow" if value == "hidden" => clipped = true,
            "max-height" | "height" | "max-width" | "width" if zero() => tiny = true,
            _ => {}
        }
    }
    clipped && tiny
}

/// The addresses that a style would load from.
pub(super) fn addresses(style: &str) -> impl Iterator<Item = &str> {
    let has = style.contains('(');
    style.split('(').skip(1).filter(move |_| has).map(|rest| {
        rest.split(')')
            .next()
            .unwrap_or("")
            .trim_matches(|c: char| c <= ' ' || c == '"' || c == '\'')
    })
}

/// Splits at semicolons outside of quotes and parentheses.
fn split(style: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    let mut depth = 0usize;
    style.split(move |c: char| {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ';') => return depth == 0,
            _ => {}
        }
        false
    })
}

/// Anything that could load, run, escape or comment its way out of a value.
fn suspicious(part: &str) -> bool {
    part.contains(['\\', '@', '{', '}', '<', '>'])
        || part.contains("/*")
        || part.contains("url")
        || part.contains("image(")
        || part.contains("image-set")
        || part.contains("expression")
        || part.contains("script")
        || part.contains("binding")
        || part.contains("behavior")
        || part.contains("var(")
        || part.contains("attr(")
        || part.contains("src(")
}

/// Properties whose only use in a hostile mail is to cover what is not theirs.
fn covers(name: &str) -> bool {
    matches!(
        name,
        "position" | "z-index" | "inset" | "transform" | "content" | "cursor" | "clip"
    )
}

/// The canonical value if this property may have it.
fn harmless(name: &str, value: &str) -> Option<String> {
    if value.is_empty() || value.len() > 200 || !value.is_ascii() && name != "font-family" {
        return None;
    }
    let ok = match name {
        "color"
        | "background-color"
        | "background"
        | "border-color"
        | "border-top-color"
        | "border-right-color"
        | "border-bottom-color"
        | "border-left-color" => is_colour(value),
        "font-weight" => {
            matches!(value, "normal" | "bold" | "bolder" | "lighter")
                || matches!(value.parse(), Ok(100..=900u16))
        }
        "font-style" => matches!(value, "normal" | "italic" | "oblique"),
        "font-family" => is_family(value),
        "font-size" => {
            matches!(
                value,
                "small" | "medium" | "large" | "x-small" | "x-large" | "smaller" | "larger"
            ) || is_length(value, 7.0, 48.0)
        }
        "line-height" => value == "normal" || is_length(value, 12.0, 64.0) || is_factor(value),
        "text-align" => {
            matches!(
                value,
                "left" | "right" | "center" | "justify" | "start" | "end"
            )
        }
        "text-decoration" => matches!(value, "none" | "underline" | "line-through" | "overline"),
        "text-transform" => matches!(value, "none" | "uppercase" | "lowercase" | "capitalize"),
        "vertical-align" => {
            matches!(
                value,
                "top" | "middle" | "bottom" | "baseline" | "sub" | "super"
            )
        }
        "white-space" => matches!(value, "normal" | "pre" | "pre-wrap" | "pre-line"),
        "direction" => matches!(value, "ltr" | "rtl"),
        "list-style-type" => value.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
        "display" => matches!(value, "none" | "block" | "inline" | "inline-block"),
        "border-collapse" => matches!(value, "collapse" | "separate"),
        "padding" | "padding-top" | "padding-right" | "padding-bottom" | "padding-left" => {
            each(value, |v| is_length(v, 0.0, 120.0))
        }
        "margin" | "margin-top" | "margin-right" | "margin-bottom" | "margin-left" => {
            each(value, |v| v == "auto" || is_length(v, 0.0, 120.0))
        }
        "width" | "max-width" => value == "auto" || is_length(value, 0.0, 1200.0),
        "border-width" => each(value, |v| is_length(v, 0.0, 20.0)),
        "border-style" => each(value, is_border_style),
        "border" | "border-top" | "border-right" | "border-bottom" | "border-left" => {
            value.split_whitespace().count() <= 3
                && value
                    .split_whitespace()
                    .all(|v| is_border_style(v) || is_colour(v) || is_length(v, 0.0, 20.0))
        }
        _ => false,
    };
    ok.then(|| value.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn each(value: &str, ok: impl Fn(&str) -> bool) -> bool {
    value.split_whitespace().count() <= 4 && value.split_whitespace().all(ok)
}

fn is_border_style(value: &str) -> bool {
    matches!(
        value,
        "none"
            | "solid"
            | "dashed"
            | "dotted"
            | "double"
            | "groove"
            | "ridge"
            | "inset"
            | "outset"
            | "thin"
            | "medium"
            | "thick"
    )
}

/// A colour by name, by hexadecimal digits or by `rgb()` and `hsl()`.
pub(super) fn is_colour(value: &str) -> bool {
    if let Some(digits) = value.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.bytes().all(|b| b.is_ascii_hexdigit());
    }
    let inside = ["rgb(", "rgba(", "hsl(", "hsla("]
        .iter()
        .find_map(|f| value.strip_prefix(f))
        .and_then(|rest| rest.strip_suffix(')'));
    match inside {
        Some(inside) => {
            inside.len() <= 40
                && inside
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b" ,.%/".contains(&b))
        }
        None => (3..=24).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_lowercase()),
    }
}

/// A list of names of type faces, quoted with one kind of quotes or not at all.
fn is_family(value: &str) -> bool {
    value
        .chars()
        .all(|c| c.is_alphanumeric() || " ,-_'\"".contains(c))
        && value.matches('"').count().is_multiple_of(2)
        && value.matches('\'').count().is_multiple_of(2)
        && !(value.contains('"') && value.contains('\''))
}

/// A plain factor, as line heights have it.
fn is_factor(value: &str) -> bool {
    value.parse::<f64>().is_ok_and(|n| (0.8..=4.0).contains(&n)) && is_number(value)
}

fn is_number(text: &str) -> bool {
    text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// A length between the bounds, given in pixels of the reader.
fn is_length(value: &str, least: f64, most: f64) -> bool {
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    let unit = value.strip_prefix(digits).unwrap_or("");
    let Ok(number) = digits.parse::<f64>() else {
        return false;
    };
    if !is_number(digits) {
        return false;
    }
    let pixels = match unit {
        "px" => number,
        "" => {
            if number != 0.0 {
                return false;
            }
            number
        }
        "pt" => number * 4.0 / 3.0,
        "em" | "rem" => number * 16.0,
        "%" => return number <= 100.0 || (number <= 200.0 && least > 0.0),
        "in" => number * 96.0,
        "cm" => number * 37.8,
        "mm" => number * 3.78,
        _ => return false,
    };
    (least..=most).contains(&pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_kept() {
        let style = clean("COLOR: #FF0000 !important; font-weight:bold;padding:4px 8px");
        assert_eq!(
            style.css,
            "color: #ff0000; font-weight: bold; padding: 4px 8px"
        );
        assert!(style.coloured);
        assert_eq!(style.dangerous, 0);
    }

    #[test]
    fn nothing_that_loads_runs_or_covers_is_kept() {
        for bad in [
            "background:url(http://t.example/p.gif)",
            "background-image:url('x;y')",
            "background:u\\72l(http://t.example)",
            "width:expression(alert(1))",
            "behavior:url(x.htc)",
            "-moz-binding:url(x)",
            "position:fixed",
            "position: absolute; top: 0",
            "color:re/**/d",
            "content:'x'",
            "margin-left:-900px",
            "width:99999px",
            "font-size:900px",
            "color:expression(alert(1))",
            "list-style-image:image-set('a.png' 1x)",
            "--x:url(a);color:var(--x)",
        ] {
            assert_eq!(clean(bad).css, "", "{bad}");
        }
    }

    #[test]
    fn a_clean_style_stays_as_it_is() {
        let once =
            clean("border:1px SOLID rgb(1, 2, 3);font-family:'Segoe UI', Arial;margin:0 auto");
        assert_eq!(
            clean(&once.css),
            Style {
                dangerous: 0,
                ..clean(&once.css)
            }
        );
        assert_eq!(clean(&once.css).css, once.css);
    }

    #[test]
    fn hidden_text_is_recognised() {
        assert!(hides("DISPLAY : none !important"));
        assert!(hides("max-height:0px;overflow:hidden"));
        assert!(hides("mso-hide:all"));
        assert!(hides("font-size:0"));
        assert!(!hides("max-height:0px"));
        assert!(!hides("color:red"));
    }
}
