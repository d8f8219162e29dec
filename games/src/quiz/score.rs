//! Scores: what an answer earns.
//!
//! Knows neither players nor keys; how right an answer is has been judged before (`deck`).

use std::time::Duration;

use super::pace::WHOLE_POINTS;

/// The points for an answer that came `spent` after its question of `time` opened and is `worth` 0 to 1 of it.
///
/// `round((1 - (t/T)/2) * points)`, whole points under 500 ms, in the double arithmetic and with the rounding of
/// halves away from zero that a browser also has. A question that was extended keeps its T; what is answered after it
/// gets half.
pub(super) fn points(points: u32, worth: f64, spent: Duration, time: Duration) -> i64 {
    let part = if spent < WHOLE_POINTS { 1.0 } else { 1.0 - (millis(spent) / millis(time)).min(1.0) / 2.0 };
    whole((part * f64::from(points) * worth).round())
}

fn millis(time: Duration) -> f64 {
    // Exact: no question lasts 2^53 microseconds.
    whole_f64(time.as_micros()) / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a phase are far below 2^53")]
const fn whole_f64(micros: u128) -> f64 {
    micros as f64
}

#[expect(clippy::cast_possible_truncation, reason = "a float cast saturates, and points are small")]
const fn whole(points: f64) -> i64 {
    points as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scored(ms: u64) -> i64 {
        points(1000, 1.0, Duration::from_millis(ms), Duration::from_secs(20))
    }

    #[test]
    fn falls_from_all_points_to_half() {
        assert_eq!([0, 499, 500, 10_000, 20_000].map(scored), [1000, 1000, 988, 750, 500]);
    }

    #[test]
    fn extra_time_earns_half() {
        assert_eq!(scored(35_000), 500);
    }

    #[test]
    fn credit_scales_before_rounding() {
        let half = |ms| points(1000, 0.5, Duration::from_millis(ms), Duration::from_secs(20));
        assert_eq!([0, 500, 20_000].map(half), [500, 494, 250]);
        assert_eq!(points(1000, 0.0, Duration::ZERO, Duration::from_secs(20)), 0);
    }

    proptest! {
        #[test]
        fn equals_the_formula_in_whole_numbers(max in 0_u32..100_000, time in 1_000_u64..600_000, part in 0.0..1.0) {
            // (2T - t) * points / 2T, rounded: no floats but in choosing t.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
                reason = "any whole t from 500 to T will do")]
            let spent = 500.max((part * time as f64) as u64).min(time);
            let twice = i128::from(2 * time);
            let exact = (i128::from(2 * time - spent) * i128::from(max) * 2 + twice) / (twice * 2);
            let ours = points(max, 1.0, Duration::from_millis(spent), Duration::from_millis(time));
            // Doubles may fall on the other side of an exact half.
            let on_half = (i128::from(2 * time - spent) * i128::from(max) * 2) % (twice * 2) == twice;
            prop_assert!(i128::from(ours) == exact || (on_half && i128::from(ours) + 1 == exact), "{ours} {exact}");
        }
    }
}
