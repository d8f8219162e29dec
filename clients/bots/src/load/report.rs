//! A load's summary, and the distributions behind it.
//!
//! Neither prints nor draws.

use hdrhistogram::Histogram;

use super::summary::{Spread, Summary};
use super::tally::{Timed, Times};

/// What came of a load.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The figures.
    pub summary: Summary,
    pub(super) times: Times,
}

/// The kinds of times that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From a state's time to its arrival; of a quiz, from a question's due moment.
    Latency,
    /// From one state to the next.
    Interval,
    /// Getting into the namespace.
    Connect,
    /// Getting back to a seat.
    Resume,
    /// From an answer to its acknowledgement.
    Answer,
}

impl Report {
    /// The distribution of one kind of times, in microseconds, if there were any.
    #[must_use]
    pub fn histogram(&self, kind: Kind) -> Option<&Histogram<u64>> {
        self.times.of(kind).histogram()
    }

    pub(super) fn spread(&self, kind: Kind) -> Option<Spread> {
        Spread::of(self.times.of(kind))
    }

    /// Takes in another run of the same load: times and counts of both. Samples are the last run's.
    pub(super) fn merge(&mut self, other: Self) {
        self.times.merge(&other.times);
        let Times { latency, interval, connect, resume, answer } = &self.times;
        let (sum, one) = (&mut self.summary, other.summary);
        sum.latency = Spread::of(latency);
        sum.interval = Spread::of(interval);
        sum.connect = Spread::of(connect);
        sum.resume = Spread::of(resume);
        sum.answer = Spread::of(answer);
        sum.add(one);
    }
}

impl Times {
    const fn of(&self, kind: Kind) -> &Timed {
        match kind {
            Kind::Latency => &self.latency,
            Kind::Interval => &self.interval,
            Kind::Connect => &self.connect,
            Kind::Resume => &self.resume,
            Kind::Answer => &self.answer,
        }
    }
}
