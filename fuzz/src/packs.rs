//! Packs and the formats they are imported from: files that strangers wrote.
//!
//! Reads no files: the bytes are the file.

use parlor::games::quiz::pack::Pack;
use parlor::packs::check::check;
use parlor::packs::import::{Format, import};

/// A pack file: each fault has its place and words, or what the pack is written back as is the same pack.
pub fn pack_json(bytes: &[u8]) {
    match check(bytes) {
        Ok(pack) => {
            let again = serde_json::to_vec(&pack).expect("a pack is JSON");
            assert_eq!(Pack::parse(&again).as_ref(), Ok(&pack), "a valid pack stays itself");
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "an invalid pack has a fault");
            for fault in faults {
                assert!(!fault.message.is_empty(), "a fault has words");
                assert!(fault.place.is_none_or(|place| place.line > 0), "lines are counted from 1");
            }
        }
    }
}

/// `OpenTriviaQA`'s category files.
pub fn opentriviaqa(bytes: &[u8]) {
    imported(Format::OpenTriviaQa, bytes);
}

/// The Open Trivia Database's answers.
pub fn opentdb(bytes: &[u8]) {
    imported(Format::OpenTdb, bytes);
}

/// Moodle's GIFT.
pub fn gift(bytes: &[u8]) {
    imported(Format::Gift, bytes);
}

/// Every question becomes a valid one with the time asked for, or is left out with a reason.
fn imported(format: Format, bytes: &[u8]) {
    let mut told = 0;
    let imported = import(format, bytes, Some(5_000), |done, total| {
        assert!(done <= total && done == told + 1, "progress goes on by one");
        told = done;
    });
    assert_eq!(told, imported.questions.len(), "every question is told of");
    for outcome in imported.questions {
        assert!(outcome.line > 0, "lines are counted from 1");
        match outcome.result {
            Ok((question, _)) => {
                let pack = serde_json::json!({"title": "A", "questions": [question]}).to_string();
                let pack = Pack::parse(pack.as_bytes()).expect("an imported question is a valid one");
                assert_eq!(pack.questions.first().map(|question| question.time_ms), Some(5_000));
            }
            Err(reason) => assert!(!reason.is_empty(), "what is left out has a reason"),
        }
    }
}
