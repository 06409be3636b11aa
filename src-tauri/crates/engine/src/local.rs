//! The local time of day, for quiet hours and for dates in quotes.

use baton_core::time::Timestamp;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, Zoned};

fn zoned(at: Timestamp) -> Option<Zoned> {
    let instant = Instant::from_millisecond(at.0).ok()?;
    Some(instant.to_zoned(TimeZone::system()))
}

/// The minute of the local day, from 0.
#[must_use]
pub fn minute_of_day(at: Timestamp) -> u32 {
    zoned(at).map_or(0, |here| {
        let (hour, minute) = (here.hour().unsigned_abs(), here.minute().unsigned_abs());
        u32::from(hour) * 60 + u32::from(minute)
    })
}

/// A date as it stands in the line above a quote.
#[must_use]
pub fn date_in_words(at: Timestamp) -> String {
    zoned(at)
        .map(|here| here.strftime("%a, %-d %b %Y at %H:%M").to_string())
        .unwrap_or_default()
}

/// What the local clock is ahead of UTC, in milliseconds.
#[must_use]
pub fn utc_offset_ms(at: Timestamp) -> i64 {
    zoned(at).map_or(0, |here| i64::from(here.offset().seconds()) * 1000)
}
