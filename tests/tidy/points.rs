//! The points of conformance: each is in the document, and has tests that are named for it where the document says.
//!
//! Whether the tests are good is not seen from here.

use super::{Fault, File};

const RULE: &str = "points";
pub(crate) const LIST: &str = "docs/conformance.md";
/// How many there are.
const POINTS: usize = 30;

/// Points without a row, and rows without a test.
pub(crate) fn check(files: &[File]) -> Vec<Fault> {
    let Some(list) = files.iter().find(|file| file.path == LIST) else { return Vec::new() };
    let rows: Vec<_> = list.lines().filter_map(|(line, text)| Some((line, row(text)?))).collect();
    let mut faults = Vec::new();
    for point in 1..=POINTS {
        if !rows.iter().any(|(_, (number, _))| *number == point) {
            faults.push(list.fault(1, RULE, format!("point {point} has no row")));
        }
    }
    for (line, (point, path)) in rows {
        let test = format!("p{point:02}_");
        let has = |file: &&File| file.path == path && tests(&file.text).any(|name| name.contains(&test));
        if !files.iter().any(|file| has(&file)) {
            faults.push(list.fault(line, RULE, format!("`{path}` has no test `{test}...`")));
        }
    }
    faults
}

/// The number and the file of `| 1 | words | `path` |`.
fn row(line: &str) -> Option<(usize, &str)> {
    let mut cells = line.strip_prefix("| ")?.split(" | ");
    let number = cells.next()?.parse().ok()?;
    let path = cells.nth(1)?.trim_end_matches(" |").strip_prefix('`')?.strip_suffix('`')?;
    Some((number, path))
}

/// The names of functions that a line each begins.
fn tests(text: &str) -> impl Iterator<Item = &str> {
    let names = text.lines().filter_map(|line| line.trim_start().split_once("fn ").map(|(_, rest)| rest));
    names.filter_map(|rest| rest.split('(').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_without_a_row_and_a_row_without_a_test_are_found() {
        let rows: String = (2..=POINTS).map(|point| format!("| {point} | words | `a.rs` |\n")).collect();
        let names: String = (2..POINTS).map(|point| format!("    async fn p{point:02}_x() {{}}\n")).collect();
        let faults = check(&[File::of(LIST, &rows), File::of("a.rs", &names)]);
        let words: Vec<_> = faults.iter().map(|fault| fault.words.as_str()).collect();
        assert_eq!(words, ["point 1 has no row", "`a.rs` has no test `p30_...`"]);
    }
}
