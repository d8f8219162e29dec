//! The `parlor packs` commands, run on files: exit codes, faults, reports and the packs that are written.
//!
//! Starts no server. The shared question files are not shipped; without them their test says that it looked at none.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use parlor::games::quiz::pack::Pack;
use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures/packs").join(name)
}

/// What `parlor packs` printed, and whether it exited with 0 (else with 1).
fn packs(arguments: &[&str]) -> (String, bool) {
    let mut command = Command::cargo_bin("parlor").expect("the binary is built");
    let output = command.arg("packs").args(arguments).output().expect("it starts");
    let code = output.status.code().expect("it exits by itself");
    assert!(code <= 1, "{arguments:?} exited with {code}: {}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).expect("it prints UTF-8"), code == 0)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are UTF-8")
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("it is there")).expect("it is JSON")
}

#[test]
fn check_tells_what_is_in_valid_packs() {
    let files: Vec<_> = ["general-knowledge", "science", "how-this-protocol-works"]
        .iter()
        .map(|name| root().join(format!("packs/{name}.json")))
        .collect();
    let (out, success) = packs(&["check", text(&files[0]), text(&files[1]), text(&files[2])]);
    assert!(success, "{out}");
    assert_eq!(out.lines().count(), 3);
    assert!(out.contains("science.json: \"Science\", 14 questions (7 single, 4 multiple, 3 truefalse)"), "{out}");
}

#[test]
fn check_tells_every_fault_of_every_file_and_exits_with_1() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a file can be written");
        file
    };
    let faulty = write(
        "faulty.json",
        "{\n  \"title\": \"T\",\n  \"colour\": 1,\n  \"questions\": [\n    {\"kind\": \"single\", \"text\": \"Q\", \"choices\": [\"a\", \"a\"],\n     \"correct\": [2]}\n  ]\n}",
    );
    let broken = write("broken.json", "{\n  \"title\": \"T\"\n  \"questions\": []\n}");
    let valid = root().join("packs/science.json");
    let missing = folder.path().join("missing.json");
    let (out, success) = packs(&["check", text(&faulty), text(&broken), text(&valid), text(&missing)]);
    assert!(!success);
    let out = out.replace(text(folder.path()), "D");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "D/faulty.json:3:3: colour: is not a field here; these are: title, language, description, author, questions",
            "D/faulty.json:5:54: questions[0].choices[1]: is the same as choice 0",
            "D/faulty.json:6:18: questions[0].correct[0]: is 2; it must be a whole number from 0 to 1",
            "D/broken.json:3:3: pack: is not JSON: expected `,` or `}`",
        ]
    );
    assert!(lines[4].contains("\"Science\"") && lines[5].starts_with("D/missing.json: file: "), "{out}");
}

/// What an import wrote, by file name, and its report.
struct Imported {
    out: String,
    success: bool,
    report: Value,
    packs: Vec<(String, Pack)>,
}

fn import(format: &str, files: &[&Path], more: &[&str]) -> Imported {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (to, report) = (folder.path().join("packs"), folder.path().join("report.json"));
    let mut arguments = vec!["import", "--from", format, "--out", text(&to), "--report", text(&report)];
    arguments.extend(files.iter().map(|file| text(file)));
    arguments.extend(more);
    let (out, success) = packs(&arguments);
    let mut packs: Vec<_> = fs::read_dir(&to)
        .map(|files| files.map(|file| file.expect("it can be listed").path()).collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter()
        .map(|path| {
            let pack = Pack::parse(&fs::read(&path).expect("it is there")).expect("what is written is valid");
            (path.file_name().expect("it has a name").to_string_lossy().into_owned(), pack)
        })
        .collect();
    packs.sort_by(|(a, _), (b, _)| a.cmp(b));
    Imported { out, success, report: json_of(&report), packs }
}

/// The lines of a part of the report's first file: `[[line, message], ...]`.
fn told(report: &Value, part: &str) -> Value {
    let lines = report["files"][0][part].as_array().expect("the report has this part");
    lines.iter().map(|line| json!([line["line"], line["message"]])).collect()
}

#[test]
fn a_messy_trivia_file_is_imported_with_a_line_for_all_that_was_not_as_it_should_be() {
    let file = fixture("trivia.txt");
    let imported = import("opentriviaqa", &[&file], &["--language", "en", "--time-ms", "15000"]);
    assert!(imported.success, "{}", imported.out);
    let total = json!({"read": 10, "playable": 5, "repaired": 3, "skipped": 5});
    assert_eq!(imported.report["total"], total);
    assert_eq!(
        told(&imported.report, "repairs"),
        json!([
            [15, "the right answer was spelled differently than its choice"],
            [20, "read as Windows-1252 where it was not UTF-8; duplicate choices removed: 1"],
            [26, "wrong choices removed, as a question has at most 8: 2"],
        ])
    );
    assert_eq!(
        told(&imported.report, "skips"),
        json!([
            [39, "the right answer is none of the choices: x"],
            [44, "it has no text"],
            [49, "no line beginning with ^ names the right answer"],
            [53, "it has only one choice"],
            [59, "the same question as in line 1"],
        ])
    );
    assert_eq!(told(&imported.report, "notes"), json!([[58, "belongs to no question: a stray line"]]));
    for line in [15, 20, 26, 39, 44, 49, 53, 58, 59] {
        assert!(imported.out.contains(&format!("trivia.txt:{line}: ")), "line {line} is missing: {}", imported.out);
    }
    let [(name, pack)] = imported.packs.as_slice() else { panic!("one pack") };
    assert_eq!((name.as_str(), pack.title.as_str(), pack.language.as_deref()), ("trivia.json", "Trivia", Some("en")));
    let texts: Vec<_> = pack.questions.iter().map(|question| question.text.as_str()).collect();
    assert_eq!(texts[1], "A question over lines:\nA hero says:\nI am.");
    assert_eq!(texts[3], "Twice “the same”?");
    assert!(pack.questions.iter().all(|question| question.time_ms == 15_000));
    let right: Vec<_> = pack.questions.iter().map(|question| question.choices[question.correct[0]].as_str()).collect();
    assert_eq!(right, ["right", "True", "The Republic", "b", "j"]);
}

#[test]
fn a_trivia_database_file_is_imported() {
    let imported = import("opentdb", &[&fixture("opentdb.json")], &[]);
    assert_eq!(imported.report["total"], json!({"read": 3, "playable": 2, "repaired": 0, "skipped": 1}));
    assert_eq!(told(&imported.report, "skips"), json!([[26, "missing field `incorrect_answers`"]]));
    let questions = &imported.packs[0].1.questions;
    assert_eq!(questions[0].text, "What does \"HTTP\" begin with?");
    assert_eq!(questions[0].choices[questions[0].correct[0]], "Hypertext");
    assert!(questions[0].choices.contains(&"Hüper".to_owned()));
    assert_eq!((questions[1].choices[0].as_str(), questions[1].correct.as_slice()), ("True", [1].as_slice()));
}

#[test]
fn a_gift_file_is_imported() {
    let imported = import("gift", &[&fixture("class.gift")], &[]);
    assert_eq!(imported.report["total"], json!({"read": 8, "playable": 5, "repaired": 0, "skipped": 3}));
    let pack = serde_json::to_value(&imported.packs[0].1).expect("packs can be written");
    assert_eq!(
        pack["questions"],
        json!([
            {"kind": "single", "text": "Which day follows Monday?",
                "choices": ["Sunday", "Tuesday", "50\\% of Wednesday"], "correct": [1],
                "explanation": "Twosday, one might say."},
            {"kind": "truefalse", "text": "The Sun is a star.", "choices": ["True", "False"], "correct": [0]},
            {"kind": "multiple", "text": "Which are even?", "choices": ["2", "4", "5"], "correct": [0, 1],
                "credit": "partial"},
            {"kind": "single", "text": "Which sign is it?", "choices": ["=", "~", "#"], "correct": [0]},
            {"kind": "single", "text": "Unbroken", "choices": ["a", "b"], "correct": [0]},
        ])
    );
    let reasons = [
        "an essay question can't be played",
        "a question with a number for an answer can't be played",
        "its { has no }",
    ];
    let skips = told(&imported.report, "skips");
    assert_eq!(skips.as_array().expect("a list").iter().map(|skip| &skip[1]).collect::<Vec<_>>(), reasons);
}

#[test]
fn many_questions_are_spread_over_packs() {
    let imported = import("opentriviaqa", &[&fixture("trivia.txt")], &["--max-per-pack", "2"]);
    let sizes: Vec<_> = imported.packs.iter().map(|(name, pack)| (name.as_str(), pack.questions.len())).collect();
    assert_eq!(sizes, [("trivia-1.json", 2), ("trivia-2.json", 2), ("trivia-3.json", 1)]);
}

#[test]
fn a_pack_that_is_there_is_not_replaced_unless_forced() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = fixture("trivia.txt");
    let import = ["import", "--from", "opentriviaqa", "--out", text(folder.path()), text(&file)];
    assert!(packs(&import).1);
    let there = folder.path().join("trivia.json");
    fs::write(&there, "mine").expect("it can be written");
    let (out, success) = packs(&import);
    assert!(!success && out.contains("failed: not written: ") && out.contains("--force replaces it"), "{out}");
    assert_eq!(fs::read_to_string(&there).expect("it is there"), "mine");
    assert!(packs(&[&import[..], &["--force"]].concat()).1);
    assert!(Pack::parse(&fs::read(&there).expect("it is there")).is_ok());
}

#[test]
fn a_file_that_is_missing_or_of_another_format_fails_and_the_others_are_imported() {
    let (missing, trivia) = (PathBuf::from("/nowhere/a"), fixture("trivia.txt"));
    let imported = import("opentriviaqa", &[&missing, &fixture("class.gift"), &trivia], &[]);
    assert!(!imported.success);
    assert_eq!(imported.packs.len(), 1);
    assert!(imported.report["files"][0]["failure"].is_string());
    let notes = imported.report["files"][1]["notes"].as_array().expect("a list");
    assert_eq!(notes.len(), 1, "another format is told");
}

#[test]
fn nearly_all_of_the_real_trivia_is_playable() {
    let beside = || root().join("../shared/data");
    let folder = env::var_os("PARLOR_SHARED").map_or_else(beside, PathBuf::from).join("opentriviaqa");
    let files: Vec<_> =
        ["for-kids", "history", "science-technology", "video-games"].map(|name| folder.join(name)).into();
    if files.iter().any(|file| !file.exists()) {
        eprintln!("skipped: no OpenTriviaQA in {}", folder.display());
        return;
    }
    let paths: Vec<_> = files.iter().map(PathBuf::as_path).collect();
    let imported = import("opentriviaqa", &paths, &["--language", "en"]);
    assert!(imported.success, "{}", imported.out);
    for (file, path) in imported.report["files"].as_array().expect("a list").iter().zip(&paths) {
        let count = |name: &str| file[name].as_u64().expect("a number");
        let bytes = fs::read(path).expect("it is there");
        let begun = bytes.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"#Q")).count();
        assert_eq!(count("read"), u64::try_from(begun).expect("it fits"), "{}", path.display());
        assert_eq!(count("read"), count("playable") + count("skipped"));
        assert_eq!(file["skips"].as_array().map(Vec::len), usize::try_from(count("skipped")).ok());
        assert!(count("playable") * 100 >= count("read") * 98, "{}", imported.out);
    }
    let written: usize = imported.packs.iter().map(|(_, pack)| pack.questions.len()).sum();
    assert_eq!(imported.report["total"]["playable"].as_u64(), u64::try_from(written).ok());
}
