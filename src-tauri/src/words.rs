//! The words of tray and notifications.

/// How many characters of a name or a reason are shown.
const LONGEST: usize = 120;

/// The counts in the tray.
pub(crate) fn counts(unread: u32, escalated: u32) -> String {
    match (unread, escalated) {
        (0, 0) => "Nothing waits".to_owned(),
        (unread, 0) => format!("{unread} unread"),
        (0, escalated) => format!("{escalated} escalated"),
        (unread, escalated) => format!("{unread} unread, {escalated} escalated"),
    }
}

/// How long is left until a moment, both in milliseconds.
pub(crate) fn time_left(due: i64, now: i64) -> String {
    let minutes = due.saturating_sub(now).div_euclid(60_000);
    match minutes {
        0 => "less than a minute left".to_owned(),
        1.. => format!("{} left", span(minutes)),
        // Late by a part of a minute is late by none.
        -1 => "due now".to_owned(),
        _ => format!("{} late", span(-minutes - 1)),
    }
}

fn span(minutes: i64) -> String {
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, ..) => "1 day".to_owned(),
        (days, ..) => format!("{days} days"),
    }
}

/// The headline of a summary.
pub(crate) fn several(conversations: usize) -> String {
    match conversations {
        1 => "A conversation needs you".to_owned(),
        many => format!("{many} conversations need you"),
    }
}

/// The names under a summary.
pub(crate) fn among(names: &[String], conversations: usize) -> String {
    let named = names.iter().map(|name| plain(name)).collect::<Vec<_>>();
    let named = named.join(", ");
    if conversations > names.len() && !named.is_empty() {
        format!("{named} and others")
    } else {
        named
    }
}

/// A text from outside on one line: no control or direction characters, not too long.
pub(crate) fn plain(text: &str) -> String {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
    };
    let clean: String = text.chars().map(|c| if odd(c) { ' ' } else { c }).collect();
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= LONGEST {
        return words;
    }
    let mut cut: String = words.chars().take(LONGEST - 1).collect();
    cut.push('…');
    cut
}

/// A text for a notification daemon that reads markup.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn time_left_reads_like_a_person_would_say_it() {
        for (left, said) in [
            (4 * MINUTE, "4 min left"),
            (59_999, "less than a minute left"),
            (60 * MINUTE, "1 h left"),
            (65 * MINUTE, "1 h 5 min left"),
            (1500 * MINUTE, "1 day left"),
            (4000 * MINUTE, "2 days left"),
            (-1, "due now"),
            (-MINUTE, "due now"),
            (-MINUTE - 1, "1 min late"),
            (-61 * MINUTE, "1 h late"),
        ] {
            assert_eq!(time_left(left, 0), said, "{left}");
        }
    }

    #[test]
    fn the_counts_say_only_what_there_is() {
        assert_eq!(counts(0, 0), "Nothing waits");
        assert_eq!(counts(3, 0), "3 unread");
        assert_eq!(counts(3, 1), "3 unread, 1 escalated");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_line() {
        assert_eq!(plain("Mia\r\n\u{202e}Torres\u{0}"), "Mia Torres");
        assert_eq!(plain(&"x".repeat(500)).chars().count(), LONGEST);
        assert_eq!(escaped("<b>&"), "&lt;b&gt;&amp;");
    }

    #[test]
    fn a_summary_names_the_first_few() {
        let names = ["Mia".to_owned(), "Jonas".to_owned()];
        assert_eq!(among(&names, 2), "Mia, Jonas");
        assert_eq!(among(&names, 5), "Mia, Jonas and others");
        assert_eq!(several(5), "5 conversations need you");
    }
}
