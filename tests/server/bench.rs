//! `parlor bench` as a process: what it prints, and that its counts add up.

use std::process::{Command, Output};

use serde_json::Value;

fn bench(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.env_clear().args(["bench", "ticks"]).args(args).output().expect("the binary runs")
}

fn report(args: &[&str]) -> Value {
    let output = bench(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON value")
}

fn number(report: &Value, pointer: &str) -> u64 {
    report.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer} in {report}"))
}

#[test]
fn flat_out_every_tick_is_run_once_and_every_request_answered() {
    let args = ["--flat-out", "--rooms", "4", "--seats", "3", "--hz", "30", "--seconds", "1", "--parser", "both"];
    let report = report(&[&args[..], &["--json"]].concat());
    assert_eq!((number(&report, "/ticks"), number(&report, "/skipped")), (4 * 30, 0));
    let answered = number(&report, "/heard/applied") + number(&report, "/heard/refused");
    assert_eq!(answered, 4 * 3 + number(&report, "/inputs"));
    assert!(number(&report, "/inputs") > 4 * 3 * 10, "ten a second of each seat, for more than a second");
    assert!(number(&report, "/heard/deliveries") >= 4 * 3 * 30 && number(&report, "/heard/bytes") > 0);
    assert!(report["lateness"].is_null(), "time that waits is never late");
}

#[test]
fn on_real_threads_every_request_is_answered_once() {
    let report = report(&["--rooms", "2", "--seats", "2", "--hz", "60", "--seconds", "1", "--json"]);
    let answered = number(&report, "/heard/applied") + number(&report, "/heard/refused");
    assert_eq!(answered, 2 * 2 + number(&report, "/inputs"), "what nobody dealt with is refused at the end");
    assert!(number(&report, "/ticks") > 0 && number(&report, "/lateness/steps") > 0, "{report}");
    let lateness = ["p50Us", "p99Us", "p999Us", "maxUs"].map(|name| number(&report, &format!("/lateness/{name}")));
    assert!(lateness.is_sorted(), "{lateness:?}");
}

#[test]
fn people_get_words_and_a_histogram() {
    let output = bench(&["--rooms", "2", "--seats", "1", "--seconds", "1"]);
    let said = String::from_utf8(output.stdout).expect("text");
    for words in ["2 rooms of 1 at 60 Hz", "room ticks a second and core", "lateness     p50", "█"] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let asleep = bench(&["--sleeping", "3", "--seats", "1", "--seconds", "1"]);
    let said = String::from_utf8(asleep.stdout).expect("text");
    assert!(said.contains("ticks        0\n") && said.contains("% of a core"), "{said}");
}

#[test]
fn what_cannot_be_measured_is_refused() {
    for args in [&["--hz", "0"][..], &["--flat-out", "--find"], &["--sleeping", "3", "--rooms", "3"], &["--seats", "0"]]
    {
        assert_eq!(bench(args).status.code(), Some(2), "{args:?}");
    }
}
