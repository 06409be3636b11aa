//! A queue as a model: who comes first is served first, by as many people as are there in that hour
//! of the week, and each is busy for as long as such work took on record.
//!
//! It is a model because nobody knows who would have taken what; it is only shown as an estimate.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::walk::WEEK_HOURS;

/// Hours in a row without anybody after which a week is known to have nobody.
const HOPELESS: usize = WEEK_HOURS + 1;

/// People present in each hour of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Week(Vec<u32>);

impl Week {
    /// Of so many people in each hour; none when there is never anybody.
    pub(super) fn of(people: Vec<u32>) -> Option<Self> {
        let any = people.len() == WEEK_HOURS && people.iter().any(|people| *people > 0);
        any.then_some(Self(people))
    }

    /// How many at most.
    pub(super) fn most(&self) -> u32 {
        self.0.iter().copied().max().unwrap_or_default()
    }

    fn at(&self, instant: i64, hour: i64) -> usize {
        let place = instant.div_euclid(hour).rem_euclid(WEEK_HOURS as i64);
        let people = usize::try_from(place).ok().and_then(|at| self.0.get(at));
        people.map_or(0, |people| usize::try_from(*people).unwrap_or(usize::MAX))
    }
}

/// A conversation that comes into a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrival {
    /// When, on the local clock since a Monday.
    pub(super) at: i64,
    /// Which.
    pub(super) conversation: [u8; 16],
}

/// How long each arrival waits. `arrivals` are instants in order on a clock on which weeks begin at
/// 0 and an hour is as long as `hour`; `service` says how long each is served. Who has begun to
/// serve goes on to the end also where fewer are there in the next hour.
pub(super) fn waits(arrivals: &[i64], service: &[i64], week: &Week, hour: i64) -> Vec<i64> {
    let mut busy: BinaryHeap<Reverse<i64>> = BinaryHeap::new();
    let mut now = i64::MIN;
    let mut out = Vec::with_capacity(arrivals.len());
    for (arrival, service) in arrivals.iter().zip(service) {
        now = now.max(*arrival);
        for _ in 0..HOPELESS + arrivals.len() {
            while busy.peek().is_some_and(|end| end.0 <= now) {
                busy.pop();
            }
            if busy.len() < week.at(now, hour) {
                break;
            }
            let turn = (now.div_euclid(hour) + 1) * hour;
            now = busy.peek().map_or(turn, |end| end.0.min(turn));
        }
        out.push(now - arrival);
        busy.push(Reverse(now + (*service).max(1)));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, tick by tick.
    fn by_ticks(arrivals: &[i64], service: &[i64], people: &[u32], hour: i64) -> Vec<i64> {
        let mut waits = vec![-1; arrivals.len()];
        let mut serving: Vec<i64> = Vec::new();
        let mut next = 0;
        let mut tick = 0;
        while next < arrivals.len() {
            serving.retain(|end| *end > tick);
            let hour = usize::try_from(tick / hour).unwrap() % WEEK_HOURS;
            while next < arrivals.len()
                && arrivals[next] <= tick
                && serving.len() < people[hour] as usize
            {
                waits[next] = tick - arrivals[next];
                serving.push(tick + service[next].max(1));
                next += 1;
            }
            tick += 1;
        }
        waits
    }

    proptest! {
        #[test]
        fn it_is_what_watching_every_tick_sees(
            mut arrivals in prop::collection::vec(0_i64..1_500, 0..40),
            service in prop::collection::vec(0_i64..60, 40),
            people in prop::collection::vec(0_u32..4, WEEK_HOURS),
        ) {
            arrivals.sort_unstable();
            if let Some(week) = Week::of(people.clone()) {
                let found = waits(&arrivals, &service, &week, 7);
                prop_assert_eq!(found, by_ticks(&arrivals, &service, &people, 7));
            }
        }
    }

    #[test]
    fn two_who_come_to_one_person_wait_for_each_other_and_for_the_morning() {
        let mut people = vec![0; WEEK_HOURS];
        people[9] = 1;
        people[10] = 1;
        let week = Week::of(people).unwrap();
        // In minutes: at 8:00, 8:30 and 9:50, twenty minutes each.
        let found = waits(&[480, 510, 590], &[20, 20, 20], &week, 60);
        assert_eq!(found, [60, 50, 0]);
        // After eleven the next day with anybody is a week later.
        assert_eq!(
            waits(&[11 * 60], &[1], &week, 60),
            [(WEEK_HOURS as i64 - 2) * 60]
        );
        assert_eq!(Week::of(vec![0; WEEK_HOURS]), None);
    }
}
