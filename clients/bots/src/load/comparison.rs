//! The same load with and without those that stall or drop: what the others felt of it.
//!
//! Runs nothing; it is given the reports of runs that took turns, so that what the machine does besides falls on both.

use std::fmt;

use serde::Serialize;

use super::LoadError;
use super::report::{Kind, Report};

/// Runs in which some stalled or dropped, and as many in which nobody did.
#[derive(Debug)]
pub struct Comparison {
    /// Those in which nobody did, together.
    pub calm: Report,
    /// The others, together.
    pub rough: Report,
    /// The ratios of single pairs of runs, in their order.
    pub pairs: Vec<f64>,
}

/// What is written down of it.
#[derive(Debug, Serialize)]
struct Written<'a> {
    interval_p99_ratio: Option<f64>,
    pairs: &'a [f64],
    calm: &'a super::Summary,
    rough: &'a super::Summary,
}

impl Comparison {
    /// Of pairs of runs: a calm one and the other.
    ///
    /// # Errors
    /// There are none.
    pub fn of(pairs: Vec<(Report, Report)>) -> Result<Self, LoadError> {
        let ratios = pairs.iter().filter_map(|(calm, rough)| ratio(calm, rough)).collect();
        let merged = pairs.into_iter().reduce(|(mut calm, mut rough), (next_calm, next_rough)| {
            calm.merge(next_calm);
            rough.merge(next_rough);
            (calm, rough)
        });
        let (calm, rough) = merged.ok_or_else(|| LoadError::Part("there is nothing to compare".into()))?;
        Ok(Self { calm, rough, pairs: ratios })
    }

    /// The p99 of the others' inter-arrival, divided by what it is when nobody stalls or drops.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        ratio(&self.calm, &self.rough)
    }

    /// That in words.
    #[must_use]
    pub fn verdict(&self) -> String {
        let ratio = self.ratio().map_or_else(|| "unknown".into(), |ratio| format!("{ratio:.3}"));
        let pairs: Vec<String> = self.pairs.iter().map(|ratio| format!("{ratio:.3}")).collect();
        format!("the others' inter-arrival p99, with over without: {ratio} (single pairs {})", pairs.join(", "))
    }

    /// As JSON.
    ///
    /// # Errors
    /// It can't be written.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let Self { calm, rough, pairs } = self;
        let (calm, rough) = (&calm.summary, &rough.summary);
        serde_json::to_string_pretty(&Written { interval_p99_ratio: self.ratio(), pairs, calm, rough })
    }
}

fn ratio(calm: &Report, rough: &Report) -> Option<f64> {
    let p99 = |report: &Report| Some(report.histogram(Kind::Interval)?.value_at_quantile(0.99) as f64);
    Some(p99(rough)? / p99(calm)?)
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "without: {}", self.calm.summary)?;
        writeln!(f, "with: {}", self.rough.summary)?;
        writeln!(f, "{}", self.verdict())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::crew::Outcome;
    use super::super::{Plan, Summary};
    use super::*;

    fn report(p99_ms: u64) -> Report {
        let mut outcome = Outcome::default();
        outcome.counts.messages = 3;
        outcome.counts.bytes = 30;
        outcome.times.interval.record(Duration::from_millis(p99_ms));
        let plan = Plan::new(([127, 0, 0, 1], 1).into());
        Report { summary: Summary::of(&plan, &outcome), times: outcome.times }
    }

    #[test]
    fn the_ratio_is_of_all_runs_together() {
        let compared = Comparison::of(vec![(report(10), report(20)), (report(40), report(10))]).expect("two pairs");
        assert!((compared.ratio().expect("times") - 0.5).abs() < 0.01);
        assert!((compared.pairs[0] - 2.0).abs() < 0.01 && (compared.pairs[1] - 0.25).abs() < 0.01);
        let calm = &compared.calm.summary;
        assert_eq!(
            (calm.messages, calm.bytes_per_message, calm.interval.as_ref().map(|i| i.count)),
            (6, 10.0, Some(2))
        );
        assert!(Comparison::of(Vec::new()).is_err());
    }
}
