//! Plots as SVG: percentile curves, histograms, and lines over time.
//!
//! Knows no load: it is given points with names. Colours are attributes that the page's style sheet may override.

use hdrhistogram::Histogram;
use plotters::coord::combinators::{LogCoord, WithKeyPoints};
use plotters::coord::ranged1d::{AsRangedCoord, DefaultFormatting, KeyPointHint, Ranged, ValueFormatter};
use plotters::prelude::*;

/// How large a plot is drawn: once for phones and once for everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Narrow,
    Wide,
}

/// A line of points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

/// A line over time, and what its axes say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Timeline {
    pub(super) unit: &'static str,
    /// Filled to the line below it, and added to it.
    pub(super) stacked: bool,
    pub(super) lines: Vec<Line>,
    /// What was measured, in seconds.
    pub(super) measured: (f64, f64),
}

/// A plot that could not be drawn, which a string does not refuse.
type Fault = DrawingAreaErrorKind<std::io::Error>;
/// What is written at a mark of an axis.
type Label<'a> = &'a dyn Fn(&f64) -> String;
type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

impl Size {
    const fn pixels(self) -> (u32, u32) {
        match self {
            Self::Narrow => (360, 270),
            Self::Wide => (760, 380),
        }
    }

    /// Plotters takes a font for 1.24 times what SVG does.
    const fn text(self) -> f64 {
        match self {
            Self::Narrow => 12.0 * 1.24,
            Self::Wide => 15.0 * 1.24,
        }
    }

    const fn labels(self) -> usize {
        match self {
            Self::Narrow => 5,
            Self::Wide => 9,
        }
    }

    fn draw(self, plot: impl FnOnce(&Area<'_>) -> Result<(), Fault>) -> Result<String, Fault> {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, self.pixels()).into_drawing_area();
            plot(&area)?;
            area.present()?;
        }
        Ok(svg)
    }

    /// The plane in which it is drawn, its axes written down.
    fn plane<'a, X, Y>(
        self,
        area: &Area<'a>,
        (x, x_words, x_label): (X, &str, Label<'_>),
        (y, y_words, y_label): (Y, &str, Label<'_>),
    ) -> Result<Chart<'a, X, Y>, Fault>
    where
        X: AsRangedCoord<Value = f64>,
        Y: AsRangedCoord<Value = f64>,
        X::CoordDescType: ValueFormatter<f64>,
        Y::CoordDescType: ValueFormatter<f64>,
    {
        let text = self.text();
        let mut chart = ChartBuilder::on(area)
            .margin((text / 1.5) as i32)
            .margin_right((text * 1.8) as i32)
            .x_label_area_size((text * 2.6) as i32)
            .y_label_area_size((text * 4.2) as i32)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .axis_style(INK)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .label_style(("sans-serif", text, &INK))
            .axis_desc_style(("sans-serif", text, &INK))
            .x_labels(self.labels())
            .y_labels(self.labels().min(7))
            .x_desc(x_words)
            .y_desc(y_words)
            .x_label_formatter(x_label)
            .y_label_formatter(y_label)
            .draw()?;
        Ok(chart)
    }
}

type Chart<'a, X, Y> = ChartContext<
    'a,
    SVGBackend<'a>,
    Cartesian2d<<X as AsRangedCoord>::CoordDescType, <Y as AsRangedCoord>::CoordDescType>,
>;

/// What share of all times is no longer than how many milliseconds; each nine more gets as much room as the one before.
pub(super) fn percentiles(size: Size, named: &[(String, &Histogram<u64>)]) -> Result<String, Fault> {
    let most = named.iter().map(|(_, histogram)| histogram.len()).max().unwrap_or(1);
    let nines = (most as f64).log10().clamp(2.0, 5.0);
    let lines = named.iter().map(|(name, histogram)| {
        let at = |nine: f64| histogram.value_at_quantile(1.0 - 10_f64.powf(-nine)) as f64 / 1_000.0;
        let steps = (0..=STEPS).map(|step| nines * f64::from(step) / f64::from(STEPS));
        Line { name: name.clone(), points: steps.map(|nine| (nine, at(nine))).collect() }
    });
    let mut lines: Vec<Line> = lines.collect();
    // A few that came at once with the one before them are no reason to squeeze all others together.
    let lowest = named.iter().map(|(_, histogram)| histogram.value_at_quantile(0.05) as f64 / 1_000.0);
    let (low, high) = decades(lowest.chain(lines.iter().filter_map(|line| line.points.last().map(|point| point.1))));
    lines.iter_mut().flat_map(|line| &mut line.points).for_each(|point| point.1 = point.1.max(low));
    size.draw(|area| {
        let x = Nines(nines);
        let mut chart = size.plane(
            area,
            (x, "share of all, %", &|nine| percent(*nine)),
            (logarithmic(low, high), "ms", &|ms| short(*ms)),
        )?;
        for (line, colour) in lines.iter().zip(colours()) {
            chart
                .draw_series(LineSeries::new(line.points.iter().copied(), colour.stroke_width(2)))?
                .label(&line.name)
                .legend(move |(x, y)| Rectangle::new([(x, y - 2), (x + 16, y + 2)], colour.filled()));
        }
        legend(&mut chart, size, SeriesLabelPosition::LowerRight)
    })
}

/// How the times are spread: the share of all that fell into each of steps of equal ratio.
pub(super) fn histogram(size: Size, named: &[(String, &Histogram<u64>)]) -> Result<String, Fault> {
    let spreads: Vec<Vec<(i32, f64)>> = named.iter().map(|(_, histogram)| bins(histogram)).collect();
    let all = || spreads.iter().flatten();
    // As above: what is shorter than nearly all is in the first step.
    let shortest = named.iter().map(|(_, histogram)| step_of(histogram.value_at_quantile(0.02)));
    let first = shortest.min().unwrap_or(0).min(all().map(|bin| bin.0).max().unwrap_or(0) - BINS);
    let last = all().map(|bin| bin.0).max().unwrap_or(0) + 1;
    let high = all().map(|bin| bin.1).fold(1.0, f64::max) * HEADROOM;
    size.draw(|area| {
        let x = logarithmic(edge(first) / 1_000.0, edge(last) / 1_000.0);
        let mut chart =
            size.plane(area, (x, "ms", &|ms| short(*ms)), (0.0..high, "share of all, %", &|share| short(*share)))?;
        for (((name, _), bins), (nth, colour)) in named.iter().zip(&spreads).zip(colours().enumerate()) {
            let fill = if nth == 0 { colour.mix(0.75).filled() } else { colour.stroke_width(2) };
            let bars = gathered(bins, first).into_iter().map(|(bin, share)| {
                Rectangle::new([(edge(bin) / 1_000.0, 0.0), (edge(bin + 1) / 1_000.0, share)], fill)
            });
            chart
                .draw_series(bars)?
                .label(name)
                .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 16, y + 4)], fill));
        }
        legend(&mut chart, size, SeriesLabelPosition::UpperRight)
    })
}

/// Lines over time; the time that was measured is marked.
pub(super) fn timeline(size: Size, timeline: &Timeline) -> Result<String, Fault> {
    let Timeline { unit, stacked, lines, measured } = timeline;
    let mut sums = lines.first().map(|line| vec![0.0; line.points.len()]).unwrap_or_default();
    let mut layers = Vec::new();
    for line in lines {
        let floor = if *stacked { sums.clone() } else { vec![0.0; line.points.len()] };
        let tops: Vec<(f64, f64)> =
            line.points.iter().zip(&floor).map(|(point, floor)| (point.0, point.1 + floor)).collect();
        sums = tops.iter().map(|top| top.1).collect();
        layers.push((line, floor, tops));
    }
    let all = || layers.iter().flat_map(|layer| layer.2.iter());
    let high = all().map(|point| point.1).fold(f64::MIN_POSITIVE, f64::max) * HEADROOM;
    let from = all().map(|point| point.0).fold(measured.0, f64::min);
    let to = all().map(|point| point.0).fold(measured.1, f64::max);
    size.draw(|area| {
        let x = (from..to, "seconds", &|at: &f64| short(*at) as String);
        let mut chart = size.plane(area, (x.0, x.1, &x.2), (0.0..high, unit, &|value| short(*value)))?;
        let window = Rectangle::new([(measured.0, 0.0), (measured.1, high)], INK.mix(0.06).filled());
        chart.draw_series(std::iter::once(window))?;
        for ((line, floor, tops), colour) in layers.iter().zip(colours()) {
            if *stacked {
                let below = line.points.iter().zip(floor).rev().map(|(point, floor)| (point.0, *floor));
                let outline: Vec<(f64, f64)> = tops.iter().copied().chain(below).collect();
                chart.draw_series(std::iter::once(Polygon::new(outline, colour.mix(0.35))))?;
            }
            chart
                .draw_series(LineSeries::new(tops.iter().copied(), colour.stroke_width(2)))?
                .label(&line.name)
                .legend(move |(x, y)| Rectangle::new([(x, y - 2), (x + 16, y + 2)], colour.filled()));
        }
        legend(&mut chart, size, SeriesLabelPosition::UpperLeft)
    })
}

fn legend<'a, X: Ranged<ValueType = f64>, Y: Ranged<ValueType = f64>>(
    chart: &mut ChartContext<'a, SVGBackend<'a>, Cartesian2d<X, Y>>,
    size: Size,
    place: SeriesLabelPosition,
) -> Result<(), Fault> {
    chart
        .configure_series_labels()
        .position(place)
        .legend_area_size(22)
        .margin(8)
        .label_font(("sans-serif", size.text(), &INK))
        .background_style(PAPER.mix(0.8))
        .draw()
}

/// Where a step of the histogram begins, in microseconds.
fn edge(bin: i32) -> f64 {
    10_f64.powf(f64::from(bin) / f64::from(BINS))
}

/// The step in which so many microseconds are.
fn step_of(micros: u64) -> i32 {
    ((micros.max(1) as f64).log10() * f64::from(BINS)).floor() as i32
}

/// The steps of equal ratio in which there is something, and the percentage of all that is in each.
fn bins(histogram: &Histogram<u64>) -> Vec<(i32, f64)> {
    let mut bins: Vec<(i32, f64)> = Vec::new();
    for step in histogram.iter_recorded() {
        let bin = step_of(step.value_iterated_to());
        let share = step.count_since_last_iteration() as f64 / histogram.len().max(1) as f64 * 100.0;
        match bins.last_mut() {
            Some((last, sum)) if *last == bin => *sum += share,
            _ => bins.push((bin, share)),
        }
    }
    bins
}

/// An axis on which equal ratios are equally far apart.
fn logarithmic(low: f64, high: f64) -> WithKeyPoints<LogCoord<f64>> {
    (low..high).log_scale().with_key_points(marks(low, high))
}

/// The same steps, with all before the first in it.
fn gathered(bins: &[(i32, f64)], first: i32) -> Vec<(i32, f64)> {
    let (before, rest) = bins.split_at(bins.partition_point(|bin| bin.0 <= first));
    let sum: f64 = before.iter().map(|bin| bin.1).sum();
    (sum > 0.0).then_some((first, sum)).into_iter().chain(rest.iter().copied()).collect()
}

/// The powers of ten between these, and if they are few, twice and five times those as well.
fn marks(low: f64, high: f64) -> Vec<f64> {
    let steps: &[f64] = if high / low < 500.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let all = decades.flat_map(|decade| steps.iter().map(move |step| 10_f64.powi(decade) * step));
    all.filter(|mark| (low * 0.999..=high * 1.001).contains(mark)).collect()
}

/// The powers of ten around all of these; at least one apart.
fn decades(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::MAX, 1e-3), |(low, high), value| (low.min(value), f64::max(high, value)));
    let low = 10_f64.powf(low.clamp(1e-3, high).log10().floor());
    (low, 10_f64.powf(high.log10().ceil()).max(low * 10.0))
}

/// An axis of nines: 0, 90, 99, 99.9 per cent and so on.
#[derive(Clone, Copy, Debug)]
struct Nines(f64);

impl Ranged for Nines {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (f64::from(to - from) * value / self.0).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        (0..=self.0 as u8).map(f64::from).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        0.0..self.0
    }
}

fn percent(nine: f64) -> String {
    let digits = (nine.round() as usize).saturating_sub(2);
    format!("{:.digits$}", (1.0 - 10_f64.powf(-nine)) * 100.0)
}

/// A number in few characters.
fn short(value: f64) -> String {
    match value.abs() {
        large if large >= 1e6 => format!("{}M", trimmed(value / 1e6)),
        large if large >= 1e4 => format!("{}k", trimmed(value / 1e3)),
        _ => trimmed(value),
    }
}

fn trimmed(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// Colours that those who see few colours can tell apart (Okabe and Ito).
fn colours() -> impl Iterator<Item = RGBColor> {
    [BLUE_, VERMILION, GREEN_, PURPLE].into_iter().cycle()
}

const INK: RGBColor = RGBColor(0x1a, 0x1a, 0x1a);
const PAPER: RGBColor = RGBColor(0xfe, 0xfe, 0xfe);
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
const BLUE_: RGBColor = RGBColor(0x00, 0x72, 0xb2);
const VERMILION: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
const GREEN_: RGBColor = RGBColor(0x00, 0x9e, 0x73);
const PURPLE: RGBColor = RGBColor(0xcc, 0x79, 0xa7);
/// Above bars and lines, for their names.
const HEADROOM: f64 = 1.35;
/// Points of a percentile curve.
const STEPS: u32 = 200;
/// Steps of a histogram for each power of ten.
const BINS: i32 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short_and_exact() {
        assert_eq!([0.0, 1.0, 2.0, 3.0, 4.0].map(percent), ["0", "90", "99", "99.9", "99.99"]);
        assert_eq!(
            [0.0, 0.25, 1_500.0, 12_000.0, 2.5e6, -0.0001].map(short),
            ["0", "0.25", "1500", "12k", "2.5M", "0"]
        );
    }

    #[test]
    fn shares_of_a_histogram_are_all_of_it() {
        let mut histogram = Histogram::new_with_bounds(1, 1_000_000, 3).expect("bounds");
        for time in [10, 11, 200, 5_000] {
            histogram.record(time).expect("within");
        }
        let bins = bins(&histogram);
        assert_eq!(bins.iter().map(|bin| bin.1).sum::<f64>().round(), 100.0);
        assert_eq!(bins.first().map(|bin| bin.1), Some(50.0));
        assert!(bins.iter().all(|(bin, _)| edge(*bin) >= 9.9 && edge(*bin) <= 5_000.0), "{bins:?}");
    }

    #[test]
    fn what_is_before_the_first_step_is_in_it() {
        let bins = [(1, 5.0), (3, 10.0), (4, 85.0)];
        assert_eq!(gathered(&bins, 3), [(3, 15.0), (4, 85.0)]);
        assert_eq!(gathered(&bins, 2), [(2, 5.0), (3, 10.0), (4, 85.0)]);
        assert_eq!(gathered(&bins, 0), bins);
    }

    #[test]
    fn an_axis_of_few_decades_has_marks_between_them() {
        assert_eq!(marks(90.0, 510.0), [100.0, 200.0, 500.0]);
        assert_eq!(marks(1.0, 1_000.0), [1.0, 10.0, 100.0, 1_000.0]);
    }

    #[test]
    fn powers_of_ten_surround_the_values() {
        assert_eq!(decades([0.3, 42.0].into_iter()), (0.1, 100.0));
        let (low, high) = decades([7.0].into_iter());
        assert!((low, high) == (1.0, 10.0));
        let (low, high) = decades(std::iter::empty());
        assert!(low > 0.0 && high >= low * 10.0);
    }
}
