//! What numbers count.

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Clock,
    Percent,
    Euro,
    Dollar,
    Pound,
    Franc,
}

impl Unit {
    pub(super) const fn is_money(self) -> bool {
        matches!(self, Self::Euro | Self::Dollar | Self::Pound | Self::Franc)
    }

    /// The same stretch of time, counted otherwise.
    pub(super) fn same(self, count: u32) -> Option<(u32, Self)> {
        match self {
            Self::Week => Some((count.saturating_mul(7), Self::Day)),
            Self::Year => Some((count.saturating_mul(12), Self::Month)),
            Self::Hour if count.is_multiple_of(24) => Some((count / 24, Self::Day)),
            Self::Hour
            | Self::Minute
            | Self::Day
            | Self::Month
            | Self::Clock
            | Self::Percent
            | Self::Euro
            | Self::Dollar
            | Self::Pound
            | Self::Franc => None,
        }
    }
}

/// What a folded word counts.
pub(super) fn unit(folded: &str) -> Option<Unit> {
    Some(match folded {
        "minute" | "minutes" | "min" | "mins" | "minuten" => Unit::Minute,
        "hour" | "hours" | "h" | "hrs" | "stunde" | "stunden" => Unit::Hour,
        "day" | "days" | "tag" | "tage" | "tagen" | "tages" | "werktage" | "werktagen"
        | "arbeitstage" | "arbeitstagen" => Unit::Day,
        "week" | "weeks" | "woche" | "wochen" => Unit::Week,
        "month" | "months" | "monat" | "monate" | "monaten" => Unit::Month,
        "year" | "years" | "jahr" | "jahre" | "jahren" => Unit::Year,
        "uhr" => Unit::Clock,
        "percent" | "prozent" => Unit::Percent,
        "eur" | "euro" | "euros" => Unit::Euro,
        "usd" | "dollar" | "dollars" => Unit::Dollar,
        "gbp" | "pound" | "pounds" => Unit::Pound,
        "chf" | "franken" | "francs" => Unit::Franc,
        _ => return None,
    })
}

/// What a sign beside a number says that it counts.
pub(super) const fn sign(sign: char) -> Option<Unit> {
    match sign {
        '\u{20ac}' => Some(Unit::Euro),
        '$' => Some(Unit::Dollar),
        '\u{a3}' => Some(Unit::Pound),
        '%' => Some(Unit::Percent),
        _ => None,
    }
}
