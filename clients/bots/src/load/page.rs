//! A load as one page: plots, a table of figures, and on what it was measured. It needs no network and no script.
//!
//! Measures nothing and draws nothing itself; what is said of a plot in words is for those who don't see it.

use std::fmt::Write as _;

use hdrhistogram::Histogram;

use super::plan::Scenario;
use super::plot::{self, Line, Size, Timeline};
use super::report::{Kind, Report};
use super::samples::{Sample, Used};
use super::summary::{Spread, Summary};
use crate::Error;

/// On what was measured, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The command, without its secrets.
    pub command: String,
    /// Names and values: the machine, the versions, the time.
    pub facts: Vec<(String, String)>,
}

/// A name and a report; two of them are drawn over each other.
pub type Named<'a> = (&'a str, &'a Report);

/// The page.
///
/// # Errors
/// A plot can't be drawn.
pub fn page(runs: &[Named<'_>], about: &About) -> Result<String, Error> {
    let mut figures = String::new();
    for figure in figures_of(runs) {
        figures.push_str(&figure.html(&figure.draw(Size::Narrow)?, &figure.draw(Size::Wide)?));
    }
    let title = runs.first().map_or_else(String::new, |(_, report)| headline(&report.summary));
    let mut said = String::new();
    for (name, report) in runs {
        let heading = if runs.len() > 1 { format!("<h2>{}</h2>", escaped(name)) } else { String::new() };
        let class = if report.summary.is_right() { "" } else { " class=\"fault\"" };
        // Writing to a string does not fail.
        let _ = write!(
            said,
            "<section{class}>{heading}<div class=\"scroll\" tabindex=\"0\" role=\"group\" \
             aria-label=\"Summary\"><pre>{}</pre></div></section>",
            escaped(&report.summary.to_string())
        );
    }
    let mut facts = String::new();
    for (name, value) in &about.facts {
        let _ = write!(facts, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
    }
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>{title}</title><style>{}</style></head><body><header><h1>{title}</h1></header><main>\
         {said}<section>{}</section><div class=\"plots\">{figures}</div>\
         <section><h2>How it was measured</h2><pre class=\"command\">{}</pre><dl>{facts}</dl></section></main></body></html>\n",
        include_str!("page.css"),
        percentile_table(runs),
        escaped(&about.command),
    ))
}

fn headline(summary: &Summary) -> String {
    let Summary { scenario, clients, addr, .. } = summary;
    let scenario = format!("{scenario:?}").to_lowercase();
    escaped(&format!("parlor load {scenario}: {clients} clients of {addr}"))
}

/// One plot, with what it says in words.
struct Figure<'a> {
    id: String,
    title: String,
    words: String,
    what: Plot<'a>,
    table: String,
}

enum Plot<'a> {
    Percentiles(Vec<(String, &'a Histogram<u64>)>),
    Histogram(Vec<(String, &'a Histogram<u64>)>),
    Timeline(Timeline),
}

impl Figure<'_> {
    fn draw(&self, size: Size) -> Result<String, Error> {
        let drawn = match &self.what {
            Plot::Percentiles(named) => plot::percentiles(size, named),
            Plot::Histogram(named) => plot::histogram(size, named),
            Plot::Timeline(timeline) => plot::timeline(size, timeline),
        };
        drawn.map_err(|error| Error::Protocol(format!("the plot {}: {error}", self.id)))
    }

    fn html(&self, narrow: &str, wide: &str) -> String {
        let Self { id, title, words, table, .. } = self;
        let (title, words) = (escaped(title), escaped(words));
        let drawn = |svg: &str, size: &str| {
            let (open, rest) = svg.split_once('>').unwrap_or((svg, ""));
            let names = format!("aria-labelledby=\"{id}-{size}-title {id}-{size}-words\"");
            let said =
                format!("<title id=\"{id}-{size}-title\">{title}</title><desc id=\"{id}-{size}-words\">{words}</desc>");
            format!("{open} class=\"{size}\" role=\"img\" {names}>{said}{rest}")
        };
        format!(
            "<figure id=\"{id}\"><h2>{title}</h2>{}{}<figcaption>{words}</figcaption>{table}</figure>",
            drawn(narrow, "narrow"),
            drawn(wide, "wide")
        )
    }
}

fn figures_of<'a>(runs: &[Named<'a>]) -> Vec<Figure<'a>> {
    let mut figures = Vec::new();
    for (kind, name, says) in kinds(runs) {
        let named: Vec<(String, &Histogram<u64>)> = runs
            .iter()
            .filter_map(|(run, report)| Some(((*run).to_owned(), report.histogram(kind)?)))
            .map(|(run, histogram)| {
                (if runs.len() > 1 { format!("{name}, {run}") } else { name.to_owned() }, histogram)
            })
            .collect();
        if named.is_empty() {
            continue;
        }
        let id = name.replace(' ', "-").to_lowercase();
        let words = named.iter().map(|(name, histogram)| in_words(name, histogram)).collect::<Vec<_>>().join(" ");
        figures.push(Figure {
            id: format!("{id}-percentiles"),
            title: format!("{name}: percentiles"),
            words: format!("{says} {words}"),
            what: Plot::Percentiles(named.clone()),
            table: String::new(),
        });
        figures.push(Figure {
            id: format!("{id}-histogram"),
            title: format!("{name}: histogram"),
            words,
            what: Plot::Histogram(named),
            table: String::new(),
        });
    }
    // The last run's is the one with something to see in it.
    let timelines = runs.last().map(|(_, report)| timelines(&report.summary));
    figures.extend(timelines.into_iter().flatten());
    figures
}

fn in_words(name: &str, histogram: &Histogram<u64>) -> String {
    let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
    let (half, most, max) = (at(0.5), at(0.99), histogram.max() as f64 / 1_000.0);
    format!(
        "{name}: half within {half:.2} ms, 99 % within {most:.2} ms, all of {} within {max:.2} ms.",
        histogram.len()
    )
}

/// What came and what the server used, over time.
fn timelines(summary: &Summary) -> Vec<Figure<'static>> {
    let samples = summary.samples.as_slice();
    if samples.len() < 2 {
        return Vec::new();
    }
    // Of several runs these are the last one's.
    let seconds = samples.last().map_or(0.0, |last| last.at_s).min(summary.seconds);
    let line = |name: &str, value: &dyn Fn(&Sample) -> Option<f64>| {
        let points = samples.iter().filter_map(|sample| Some((sample.at_s, value(sample)?))).collect();
        Line { name: name.to_owned(), points }
    };
    let used = |value: fn(&Used) -> f64| move |sample: &Sample| sample.server.as_ref().map(value);
    let came = vec![
        line("messages", &|sample| Some(sample.messages_per_s)),
        line("states to the steady", &|sample| Some(sample.states_per_s)),
    ];
    let mut lines = vec![("delivered", "Delivered a second", "a second", false, came)];
    if summary.server.is_some() {
        let cpu = vec![
            line("user", &used(|used| used.user_cores * 100.0)),
            line("system", &used(|used| used.system_cores * 100.0)),
        ];
        let rss = vec![line("resident", &used(|used| used.rss_kib / 1024.0))];
        lines.push(("cpu", "Server CPU", "% of a core", true, cpu));
        lines.push(("memory", "Server memory", "MiB", false, rss));
    }
    let figure = |(id, title, unit, stacked, lines): (&str, &str, &'static str, bool, Vec<Line>)| {
        let ranges = lines.iter().map(|line| {
            let values = || line.points.iter().map(|point| point.1);
            let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(0.0, f64::max));
            format!("{}: {low:.1} to {high:.1} {unit}.", line.name)
        });
        let words = ranges.collect::<Vec<_>>().join(" ");
        let words = format!("{words} Measured from 0 to {:.1} s; before that, all connect.", seconds);
        let table = timetable(unit, &lines);
        Figure {
            id: id.into(),
            title: title.into(),
            words,
            what: Plot::Timeline(Timeline { unit, stacked, lines, measured: (0.0, seconds) }),
            table,
        }
    };
    lines.into_iter().map(figure).collect()
}

/// The figures behind lines over time.
fn timetable(unit: &str, lines: &[Line]) -> String {
    let heads: String =
        lines.iter().map(|line| format!("<th scope=\"col\">{}, {unit}</th>", escaped(&line.name))).collect();
    let rows: String = (0..lines.first().map_or(0, |line| line.points.len()))
        .map(|row| {
            let points = || lines.iter().filter_map(|line| line.points.get(row));
            let at = points().next().map_or(0.0, |point| point.0);
            let cells: String = points().map(|point| format!("<td>{:.1}</td>", point.1)).collect();
            format!("<tr><th scope=\"row\">{at:.1}</th>{cells}</tr>")
        })
        .collect();
    format!(
        "<details><summary>Values</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Values\"><table>\
         <thead><tr><th scope=\"col\">second</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
}

fn percentile_table(runs: &[Named<'_>]) -> String {
    let mut rows = String::new();
    for (kind, name, _) in kinds(runs) {
        for (run, report) in runs {
            let Some(spread) = report.spread(kind) else { continue };
            let Spread { count, p50_ms, p99_ms, p999_ms, max_ms } = spread;
            let name = if runs.len() > 1 { format!("{name}, {run}") } else { name.to_owned() };
            // Writing to a string does not fail.
            let _ = write!(
                rows,
                "<tr><th scope=\"row\">{}</th><td>{count}</td><td>{p50_ms:.2}</td><td>{p99_ms:.2}</td>\
                 <td>{p999_ms:.2}</td><td>{max_ms:.2}</td></tr>",
                escaped(&name)
            );
        }
    }
    format!(
        "<h2>Times in milliseconds</h2><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Times in milliseconds\">\
         <table><thead><tr><th scope=\"col\">what</th><th scope=\"col\">how many</th><th scope=\"col\">p50</th>\
         <th scope=\"col\">p99</th><th scope=\"col\">p99.9</th><th scope=\"col\">max</th></tr></thead>\
         <tbody>{rows}</tbody></table></div>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The kinds of times, their names, and what they are.
fn kinds(runs: &[Named<'_>]) -> [(Kind, &'static str, &'static str); 5] {
    let quiz = runs.iter().any(|(_, report)| report.summary.scenario == Scenario::Quiz);
    let latency = if quiz {
        (Kind::Latency, "The question", "From the moment at which a question was due to its arrival.")
    } else {
        (Kind::Latency, "Latency", "From a state's time on the server's timetable to its arrival.")
    };
    [
        latency,
        (Kind::Interval, "Inter-arrival", "From one state to the next, with those that a late one held up."),
        (Kind::Answer, "Answering", "From an answer to its acknowledgement."),
        (Kind::Resume, "Resuming", "From a lost connection to the seat."),
        (Kind::Connect, "Connecting", "From the first packet to the namespace."),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Plan;
    use super::super::crew::Outcome;
    use super::*;

    fn report() -> Report {
        let mut outcome = Outcome::default();
        for ms in 1..200 {
            outcome.times.latency.record(Duration::from_millis(ms));
            outcome.times.interval.record(Duration::from_millis(33));
            outcome.times.connect.record(Duration::from_millis(ms * 2));
        }
        outcome.fault = Some("<script>&\"".into());
        let plan = Plan { scenario: Scenario::Slow, ..Plan::new(([127, 0, 0, 1], 1).into()) };
        let mut summary = Summary::of(&plan, &outcome);
        summary.seconds = 2.0;
        let server = Some(Used { user_cores: 0.25, system_cores: 0.5, rss_kib: 2048.0 });
        let sample = |at_s| Sample { at_s, joined: 8, messages_per_s: 240.0, states_per_s: 200.0, server };
        summary.samples = vec![sample(-1.0), sample(0.0), sample(1.0), sample(2.0)];
        Report { summary, times: outcome.times }
    }

    #[test]
    fn each_series_is_drawn_twice_and_said_in_words() {
        let report = report();
        let about = About { command: "parlor load".into(), facts: vec![("cores".into(), "2".into())] };
        let page = page(&[("without", &report), ("with", &report)], &about).expect("a page");
        for (id, names) in [
            ("latency-percentiles", ["Latency, without", "Latency, with"]),
            ("latency-histogram", ["Latency, without", "Latency, with"]),
            ("inter-arrival-percentiles", ["Inter-arrival, without", "Inter-arrival, with"]),
            ("inter-arrival-histogram", ["Inter-arrival, without", "Inter-arrival, with"]),
            ("connecting-percentiles", ["Connecting, without", "Connecting, with"]),
            ("delivered", ["messages", "states to the steady"]),
        ] {
            let figure = page.split(&format!("<figure id=\"{id}\">")).nth(1).expect("the figure is there");
            let figure = figure.split("</figure>").next().expect("it ends");
            assert_eq!(figure.matches("<svg ").count(), 2, "{id}");
            assert_eq!(figure.matches("role=\"img\" aria-labelledby=").count(), 2, "{id}");
            for name in names {
                let labels = figure.matches(&format!("{name}\n</text>")).count();
                assert_eq!(labels, 2, "{name} of {id}: {figure:.3000}");
            }
        }
        assert!(page.contains("99 % within 198") && page.contains("<dt>cores</dt><dd>2</dd>"));
        assert!(!page.contains("<script>") && page.contains("&lt;script&gt;&amp;&quot;"));
        assert!(
            !page.contains("http://") || page.matches("http://").count() == page.matches("http://www.w3.org/").count()
        );
    }

    #[test]
    fn a_load_that_measured_nothing_has_a_page_without_plots() {
        let plan = Plan::new(([127, 0, 0, 1], 1).into());
        let outcome = Outcome::default();
        let report = Report { summary: Summary::of(&plan, &outcome), times: outcome.times };
        let page = page(&[("", &report)], &About::default()).expect("a page");
        assert!(page.contains("<table>") && !page.contains("<figure"));
    }
}
