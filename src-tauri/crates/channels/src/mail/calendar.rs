//! Invitations (RFC 5545, 5546): enough to say in one line what is proposed.

/// What an invitation, its answer or its cancellation says.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct CalendarSummary {
    /// `REQUEST`, `REPLY`, `CANCEL`, `PUBLISH`…; empty when not said.
    pub method: String,
    /// What it is called.
    pub summary: String,
    /// The beginning as written: `20261121T093000Z`, or a day.
    pub start: String,
    /// The end as written.
    pub end: String,
    /// The time zone that the beginning names; empty for UTC or floating times.
    pub zone: String,
    /// Where it takes place.
    pub location: String,
    /// The address of the person who invites.
    pub organizer: String,
    /// What more is said about it.
    pub description: String,
    /// The identifier of the event.
    pub uid: String,
    /// What the answering person said: `ACCEPTED`, `DECLINED`, `TENTATIVE`…
    pub answer: String,
}

impl std::fmt::Debug for CalendarSummary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CalendarSummary({})", self.method)
    }
}

impl CalendarSummary {
    /// The summary as text, for a message that says nothing else.
    pub(crate) fn as_text(&self) -> String {
        let mut lines = Vec::new();
        for line in [&self.summary, &self.location, &self.description] {
            if !line.is_empty() {
                lines.push(line.as_str());
            }
        }
        lines.join("\n")
    }
}

/// Reads the first event or task of a calendar.
pub(crate) fn read(text: &str) -> Option<CalendarSummary> {
    let mut summary = CalendarSummary::default();
    let unfolded = text
        .replace("\r\n", "\n")
        .replace("\n ", "")
        .replace("\n\t", "");
    let mut depth: Vec<&str> = Vec::new();
    let mut found = false;
    for line in unfolded.lines().take(20_000) {
        let Some((head, value)) = split_property(line) else {
            continue;
        };
        let mut pieces = head.split(';');
        let name = pieces.next().unwrap_or_default().to_ascii_uppercase();
        match name.as_str() {
            "BEGIN" => {
                depth.push(value.trim());
                continue;
            }
            "END" => {
                let ended = depth.pop().unwrap_or_default();
                if found && matches!(ended, "VEVENT" | "VTODO") {
                    break;
                }
                continue;
            }
            "METHOD" if depth.len() <= 1 => {
                summary.method = value.trim().to_ascii_uppercase();
                continue;
            }
            _ => {}
        }
        if !matches!(depth.last(), Some(&"VEVENT" | &"VTODO")) {
            continue;
        }
        found = true;
        let slot = match name.as_str() {
            "SUMMARY" => &mut summary.summary,
            "DTSTART" => {
                for piece in pieces {
                    if let Some(zone) = piece.strip_prefix("TZID=") {
                        summary.zone = zone.trim_matches('"').to_owned();
                    }
                }
                &mut summary.start
            }
            "DTEND" | "DUE" => &mut summary.end,
            "LOCATION" => &mut summary.location,
            "DESCRIPTION" => &mut summary.description,
            "UID" => &mut summary.uid,
            "ORGANIZER" => {
                let address = value.trim();
                let bare = address
                    .get(..7)
                    .filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
                    .and_then(|_| address.get(7..))
                    .unwrap_or(address);
                summary.organizer = bare.to_owned();
                continue;
            }
            "ATTENDEE" => {
                for piece in pieces {
                    if let Some(answer) = piece.strip_prefix("PARTSTAT=") {
                        summary.answer = answer.to_ascii_uppercase();
                    }
                }
                continue;
            }
            _ => continue,
        };
        if slot.is_empty() {
            *slot = unescape(value.trim());
        }
    }
    (found || !summary.method.is_empty()).then_some(summary)
}

/// Splits at the colon that no quoted parameter hides.
fn split_property(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted => return Some((line.get(..at)?, line.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            Some('n' | 'N') => plain.push('\n'),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}
