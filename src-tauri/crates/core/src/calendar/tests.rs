//! Calendars against a walk, minute by minute, over the zone's own civil times.

use jiff::{Timestamp as Instant, civil::date, tz::TimeZoneDatabase};
use proptest::prelude::*;

use super::*;
use crate::time::HOUR;

fn block(from: (u16, u16), until: (u16, u16)) -> Block {
    Block {
        from: from.0 * 60 + from.1,
        until: until.0 * 60 + until.1,
    }
}

/// Monday to Friday 9:00–12:30 and 13:30–17:30, Saturday 10–14, Friday night shift 22–02.
fn busy_week() -> [Vec<Block>; 7] {
    let day = vec![block((9, 0), (12, 30)), block((13, 30), (17, 30))];
    let mut friday = day.clone();
    friday.push(block((22, 0), (2, 0)));
    [
        day.clone(),
        day.clone(),
        day.clone(),
        day,
        friday,
        vec![block((10, 0), (14, 0))],
        vec![block((1, 30), (3, 30))],
    ]
}

const HOLIDAYS: [(i16, i8, i8); 4] = [(2026, 3, 29), (2026, 10, 26), (2026, 12, 25), (2027, 1, 1)];
const ZONES: [&str; 5] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "UTC",
];

fn calendar(zone: &str) -> Calendar {
    Calendar::weekly(Zone::find(zone).unwrap(), &busy_week(), &HOLIDAYS)
}

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<Instant>().unwrap().as_millisecond())
}

/// Is the minute open, by the civil time that the zone itself gives?
fn open_by_the_clock_on_the_wall(zone: &TimeZone, at: Timestamp) -> bool {
    let civil = Instant::from_millisecond(at.0)
        .unwrap()
        .to_zoned(zone.clone())
        .datetime();
    let day = civil.date();
    if HOLIDAYS.iter().any(|(y, m, d)| date(*y, *m, *d) == day) {
        return false;
    }
    let minute = u16::try_from(i32::from(civil.hour()) * 60 + i32::from(civil.minute())).unwrap();
    let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap();
    let week = busy_week();
    let today = week[weekday]
        .iter()
        .any(|b| b.from <= minute && (minute < b.until || b.until <= b.from));
    let night = week[(weekday + 6) % 7]
        .iter()
        .any(|b| b.until <= b.from && minute < b.until);
    today || night
}

#[test]
fn a_friday_evening_question_is_due_on_monday_morning() {
    let office = calendar("Europe/Berlin");
    let asked = at("2026-11-20T16:00:00Z"); // Friday 17:00 in Berlin
    let due = office.add(asked, HOUR).unwrap();
    // Half an hour until 17:30, the rest in the night shift that begins at 22:00.
    assert_eq!(due, at("2026-11-20T21:30:00Z"));
    assert_eq!(office.elapsed(asked, due), HOUR);
}

#[test]
fn christmas_takes_no_time() {
    let office = calendar("Europe/Berlin");
    assert!(!office.is_open(at("2026-12-25T10:00:00Z")));
    assert_eq!(
        office.elapsed(at("2026-12-24T23:00:00Z"), at("2026-12-25T23:00:00Z")),
        0
    );
    // A holiday closes its own date only: the night shift opens again at midnight.
    assert_eq!(
        office.next_boundary(at("2026-12-24T17:00:00Z")),
        Some(at("2026-12-25T23:00:00Z"))
    );
}

#[test]
fn the_hour_that_summer_time_skips_is_not_open() {
    let week: [Vec<Block>; 7] = std::array::from_fn(|_| vec![block((1, 0), (4, 0))]);
    let nights = Calendar::weekly(Zone::find("Europe/Berlin").unwrap(), &week, &[]);
    // 29 March 2026: 02:00 to 03:00 does not exist; 25 October: it happens twice.
    assert_eq!(
        nights.elapsed(at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z")),
        2 * HOUR
    );
    assert_eq!(
        nights.elapsed(at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z")),
        4 * HOUR
    );
}

#[test]
fn an_empty_week_never_opens_and_always_never_closes() {
    let never = Calendar::weekly(Zone::utc(), &std::array::from_fn(|_| Vec::new()), &[]);
    assert_eq!(never.add(at("2026-01-01T00:00:00Z"), 1), None);
    assert_eq!(never.next_boundary(at("2026-01-01T00:00:00Z")), None);
    let always = Calendar::always();
    assert_eq!(always.add(Timestamp(5), 7), Some(Timestamp(12)));
    assert_eq!(always.next_boundary(Timestamp(5)), None);
}

#[test]
fn an_unknown_zone_is_not_found() {
    assert!(Zone::find("Europe/Atlantis").is_none());
    assert_eq!(Zone::find("europe/berlin").unwrap().name(), "Europe/Berlin");
}

/// Any minute of 2026 and 2027, with extra weight on the days the clocks change.
fn minutes() -> impl Strategy<Value = i64> {
    let start = at("2026-01-01T00:00:00Z").0 / MINUTE;
    let summer = at("2026-03-27T00:00:00Z").0 / MINUTE;
    let winter = at("2026-10-23T00:00:00Z").0 / MINUTE;
    prop_oneof![
        start..start + 700 * 1_440,
        summer..summer + 5_760,
        winter..winter + 5_760
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_stepping_minute_by_minute(
        zone in prop::sample::select(ZONES.to_vec()),
        start in minutes(),
        length in 1_i64..4_000,
    ) {
        let calendar = calendar(zone);
        let tz = TimeZoneDatabase::bundled().get(zone).unwrap();
        let from = Timestamp(start * MINUTE);
        let mut open = 0;
        let mut boundary = None;
        let first = open_by_the_clock_on_the_wall(&tz, from);
        for step in 0..length {
            let minute = from.plus(step * MINUTE);
            let is_open = open_by_the_clock_on_the_wall(&tz, minute);
            prop_assert_eq!(calendar.is_open(minute), is_open, "at {:?}", minute);
            if is_open != first && boundary.is_none() {
                boundary = Some(minute);
            }
            open += if is_open { MINUTE } else { 0 };
        }
        prop_assert_eq!(calendar.elapsed(from, from.plus(length * MINUTE)), open);
        if boundary.is_some() {
            prop_assert_eq!(calendar.next_boundary(from), boundary);
        }
    }

    #[test]
    fn what_is_added_has_elapsed_and_not_a_millisecond_sooner(
        zone in prop::sample::select(ZONES.to_vec()),
        start in minutes(),
        offset in 0_i64..MINUTE,
        duration in 1_i64..40 * HOUR,
    ) {
        let calendar = calendar(zone);
        let from = Timestamp(start * MINUTE + offset);
        let due = calendar.add(from, duration).unwrap();
        prop_assert_eq!(calendar.elapsed(from, due), duration);
        prop_assert!(calendar.elapsed(from, due.plus(-1)) < duration);
    }

    #[test]
    fn elapsed_is_monotone_and_adds_up(
        a in minutes(), b in minutes(), c in minutes(),
    ) {
        let calendar = calendar("America/New_York");
        let mut points = [Timestamp(a * MINUTE), Timestamp(b * MINUTE), Timestamp(c * MINUTE)];
        points.sort_unstable();
        let [a, b, c] = points;
        prop_assert!(calendar.elapsed(a, b) >= 0);
        prop_assert!(calendar.elapsed(a, b) <= b.since(a));
        prop_assert_eq!(calendar.elapsed(a, b) + calendar.elapsed(b, c), calendar.elapsed(a, c));
    }

    #[test]
    fn any_instant_at_all_has_an_answer(a in any::<i64>(), d in any::<i64>()) {
        let calendar = calendar("Europe/Berlin");
        let _ = calendar.is_open(Timestamp(a));
        let _ = calendar.next_boundary(Timestamp(a));
        let _ = calendar.add(Timestamp(a), d);
        let _ = calendar.elapsed(Timestamp(a), Timestamp(d));
    }
}
