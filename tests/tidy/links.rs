//! Links between the documents: each leads to a file that is there, and to a heading that is in it.
//!
//! Links that leave the tree are not followed.

use std::path::{Component, Path, PathBuf};

use super::{Fault, File};

/// Broken links of one document. `read` gives a file's text, or `None` if there is no such file or folder.
pub(crate) fn check(file: &File, read: &dyn Fn(&Path) -> Option<String>) -> Vec<Fault> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for (line, target) in targets(&file.text) {
        let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
        let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
        let there = if path.is_empty() { PathBuf::from(&file.path) } else { normal(&folder.join(path)) };
        match read(&there) {
            None => faults.push(file.fault(line, "links", format!("`{target}`: no such file"))),
            Some(text) if !heading.is_empty() && !headings(&text).contains(&heading.to_owned()) => {
                faults.push(file.fault(line, "links", format!("`{target}`: no such heading")));
            }
            Some(_) => {}
        }
    }
    faults
}

fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// The lines outside fenced code, with inline code blanked.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut fenced = false;
    let mut out = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let parts = line.split('`').enumerate();
            out.push((index + 1, parts.filter(|(at, _)| at % 2 == 0).map(|(_, part)| part).collect()));
        }
    }
    out
}

/// The targets of inline links that stay in the tree, and their lines.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (line, prose) in prose(text) {
        for part in prose.split("](").skip(1) {
            let target = part.split([')', ' ']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                out.push((line, target.to_owned()));
            }
        }
    }
    out
}

/// The headings of a document, as a link names them.
fn headings(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut out = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if !fenced && line.starts_with('#') {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            out.push(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let read = |path: &Path| match path.to_str() {
            Some("docs/a.md") => Some(text.to_owned()),
            Some("README.md") => Some("# Parlor\n\n## What's where\n".to_owned()),
            _ => None,
        };
        check(&File::of("docs/a.md", text), &read).into_iter().map(|fault| fault.to_string()).collect()
    }

    #[test]
    fn a_link_to_nothing_is_a_fault() {
        assert_eq!(faults("\n[b](b.md)"), ["docs/a.md:2: [links] `b.md`: no such file"]);
        assert_eq!(
            faults("[b](../README.md#nowhere)"),
            ["docs/a.md:1: [links] `../README.md#nowhere`: no such heading"]
        );
    }

    #[test]
    fn links_that_lead_somewhere_or_outside_are_none() {
        let text = "# Own\n[a](#own) [b](../README.md#whats-where) [c](https://example.com) `[d](d.md)`\n```\n[e](e.md)\n```\n";
        assert_eq!(faults(text), Vec::<String>::new());
    }
}
