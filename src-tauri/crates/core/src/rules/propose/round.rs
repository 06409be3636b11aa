//! Limits as people write them.

use crate::{
    rules::FactType,
    time::{DAY, HOUR, MINUTE, SECOND},
};

/// Steps that lengths of time are rounded to, the coarsest first.
const STEPS: [i64; 11] = [
    DAY,
    HOUR,
    30 * MINUTE,
    15 * MINUTE,
    5 * MINUTE,
    MINUTE,
    30 * SECOND,
    10 * SECOND,
    5 * SECOND,
    SECOND,
    1,
];

/// The limits that tell recorded values apart: between each two, the roundest number there is; and
/// one beyond either end.
pub(super) fn limits(kind: FactType, values: &[f64]) -> Vec<f64> {
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    match kind {
        FactType::Int => {
            out.push(first - 1.0);
            out.extend(values);
            out.push(last + 1.0);
        }
        _ => {
            let beyond = match kind {
                FactType::Duration => 2.0 * ms(MINUTE),
                _ => (last - first).max(0.1),
            };
            out.extend(roundest(kind, first - beyond, *first));
            for pair in values.windows(2) {
                if let [low, high] = pair {
                    out.extend(roundest(kind, *low, *high));
                }
            }
            out.extend(roundest(kind, *last, last + beyond));
        }
    }
    if kind == FactType::Duration {
        out.retain(|limit| *limit >= 0.0);
    }
    out.sort_by(f64::total_cmp);
    out.dedup();
    out
}

#[allow(
    clippy::cast_precision_loss,
    reason = "lengths of time are far below 2^53"
)]
const fn ms(millis: i64) -> f64 {
    millis as f64
}

/// The roundest number strictly between two.
fn roundest(kind: FactType, low: f64, high: f64) -> Option<f64> {
    let middle = f64::midpoint(low, high);
    let steps: Vec<f64> = match kind {
        FactType::Duration => STEPS.iter().map(|step| ms(*step)).collect(),
        _ => (0..6).map(|digits| 0.1_f64.powi(digits)).collect(),
    };
    steps.into_iter().find_map(|step| {
        let near = (middle / step).round() * step;
        let near = match kind {
            FactType::Duration => near,
            // 3 × 0.1 is no longer 0.3: through its shortest spelling it is again.
            _ => (near * 1e6).round() / 1e6,
        };
        (low < near && near < high).then_some(near)
    })
}

/// A limit in the spelling of conditions.
pub(super) fn written(kind: FactType, limit: f64) -> String {
    match kind {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "limits are made of whole milliseconds"
        )]
        FactType::Duration => {
            let millis = limit as i64;
            let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")];
            let unit = units
                .into_iter()
                .find(|(unit, _)| millis != 0 && millis % unit == 0);
            match unit {
                Some((unit, name)) => format!("duration(\"{}{name}\")", millis / unit),
                None if millis == 0 => "duration(\"0s\")".to_owned(),
                None => format!("duration(\"{millis}ms\")"),
            }
        }
        FactType::Int => format!("{limit:.0}"),
        _ => format!("{limit:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{limits, written};
    use crate::rules::FactType;

    #[test]
    fn limits_are_round_and_tell_the_values_apart() {
        let found = limits(FactType::Decimal, &[0.31, 0.52, 0.5213]);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found.contains(&0.4), "{found:?}");
        assert!(found[2] > 0.52 && found[2] < 0.5213, "{found:?}");
        let found = limits(FactType::Duration, &[170_000.0, 1_000_000.0]);
        assert!(
            found.contains(&600_000.0) || found.contains(&900_000.0),
            "{found:?}"
        );
        assert_eq!(limits(FactType::Int, &[2.0]), [1.0, 2.0, 3.0]);
        assert!(limits(FactType::Int, &[]).is_empty());
    }

    #[test]
    fn limits_are_written_as_people_write_them() {
        assert_eq!(written(FactType::Duration, 900_000.0), "duration(\"15m\")");
        assert_eq!(written(FactType::Duration, 90_000.0), "duration(\"90s\")");
        assert_eq!(written(FactType::Decimal, 0.4), "0.4");
        assert_eq!(written(FactType::Decimal, 1.0), "1.0");
        assert_eq!(written(FactType::Int, 3.0), "3");
    }
}
