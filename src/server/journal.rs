//! The journal on disk: one file of JSON lines for each room, written by a thread of its own.
//!
//! Reads nothing back, and never makes a room wait: what the disk is too slow for is left out, counted and said.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;

use crate::room::{Entry, Happened, Journal};

/// Lines that wait for the disk. Cost: about 300 bytes each. Past it lines are dropped.
const WAITING: usize = 65_536;
/// How long a line waits in a buffer at the most.
const FLUSH: Duration = Duration::from_millis(500);

/// Writes what happens in rooms into a folder.
#[derive(Debug)]
pub(super) struct Recorder {
    lines: Mutex<Option<SyncSender<Line>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    dropped: AtomicU64,
}

struct Line {
    room: Box<str>,
    json: Vec<u8>,
    last: bool,
}

impl Recorder {
    /// A recorder into this folder, which is made if it isn't there.
    ///
    /// # Errors
    /// When the folder cannot be made, or the system has no thread left.
    pub(super) fn start(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let (lines, received) = sync_channel(WAITING);
        let folder = folder.to_owned();
        let writer = std::thread::Builder::new().name("journal".into()).spawn(move || write(&folder, &received))?;
        Ok(Self { lines: Mutex::new(Some(lines)), writer: Mutex::new(Some(writer)), dropped: AtomicU64::new(0) })
    }

    /// Writes what still waits, and ends. Blocks until that is done.
    pub(super) fn finish(&self) {
        drop(self.lines.lock().take());
        if let Some(writer) = self.writer.lock().take()
            && writer.join().is_err()
        {
            tracing::error!("the journal's thread had panicked");
        }
        let dropped = self.dropped.load(Ordering::Relaxed);
        if dropped > 0 {
            tracing::warn!(dropped, "the journal is not whole: the disk was too slow");
        }
    }
}

impl Journal for Recorder {
    fn record(&self, entry: &Entry<'_>) {
        let mut json = match serde_json::to_vec(entry) {
            Ok(json) => json,
            Err(error) => {
                tracing::error!(%error, "an entry of the journal could not be written down");
                return;
            }
        };
        json.push(b'\n');
        let line = Line { room: entry.room.into(), json, last: matches!(entry.what, Happened::Ended { .. }) };
        let taken = self.lines.lock().as_ref().is_some_and(|lines| lines.try_send(line).is_ok());
        if !taken && self.dropped.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!("the journal leaves lines out: the disk is too slow");
        }
    }
}

fn write(folder: &Path, lines: &Receiver<Line>) {
    let mut files: HashMap<Box<str>, BufWriter<File>> = HashMap::new();
    loop {
        let line = match lines.recv_timeout(FLUSH) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                files.retain(|room, file| said(room, file.flush()));
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let Line { room, json, last } = line;
        if !files.contains_key(&room) {
            match open(folder, &room) {
                Ok(file) => drop(files.insert(room.clone(), file)),
                Err(error) => {
                    said(&room, Err(error));
                    continue;
                }
            }
        }
        let Some(file) = files.get_mut(&room) else { continue };
        if !said(&room, file.write_all(&json)) || last {
            // Dropping a buffer flushes it, but says nothing when that fails.
            said(&room, file.flush());
            files.remove(&room);
        }
    }
    files.retain(|room, file| said(room, file.flush()));
}

/// A code comes again after its room has ended, so each room has a file that was not there.
fn open(folder: &Path, room: &str) -> io::Result<BufWriter<File>> {
    let path = |nth: u32| -> PathBuf {
        folder.join(if nth == 1 { format!("{room}.jsonl") } else { format!("{room}-{nth}.jsonl") })
    };
    for nth in 1..=u32::MAX {
        match OpenOptions::new().write(true).create_new(true).open(path(nth)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(BufWriter::new),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn said(room: &str, result: io::Result<()>) -> bool {
    if let Err(error) = &result {
        tracing::error!(room, %error, "the journal could not be written");
    }
    result.is_ok()
}

#[cfg(test)]
mod tests {
    use parlor_games::contract::{Micros, SeatId};

    use super::*;

    fn entry<'a>(room: &'a str, tick: u64, what: Happened<'a>) -> Entry<'a> {
        Entry { room, tick, at: Micros(tick * 1000), t: 0.5, what }
    }

    fn lines(folder: &Path, file: &str) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(folder.join(file)).expect("the file is there");
        text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    #[test]
    fn each_room_has_a_file_of_its_own_in_order() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let recorder = Recorder::start(&folder.path().join("deep/er")).expect("it starts");
        for tick in 0..100 {
            for room in ["111111", "222222"] {
                recorder.record(&entry(room, tick, Happened::Left { seat: SeatId(7) }));
            }
        }
        recorder.finish();
        for room in ["111111.jsonl", "222222.jsonl"] {
            let lines = lines(&folder.path().join("deep/er"), room);
            assert!(lines.iter().map(|line| line["tick"].as_u64()).eq((0..100).map(Some)));
            assert_eq!((&lines[0]["what"], &lines[0]["seat"]), (&"left".into(), &7.into()));
        }
    }

    #[test]
    fn a_room_of_the_same_code_comes_into_another_file() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let recorder = Recorder::start(folder.path()).expect("it starts");
        for tick in [1, 2] {
            recorder.record(&entry("111111", tick, Happened::Ended { reason: "ended" }));
        }
        recorder.finish();
        assert_eq!(lines(folder.path(), "111111.jsonl")[0]["tick"], 1);
        assert_eq!(lines(folder.path(), "111111-2.jsonl")[0]["tick"], 2);
    }

    #[test]
    fn what_comes_after_the_end_is_dropped_and_counted() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let recorder = Recorder::start(folder.path()).expect("it starts");
        recorder.finish();
        recorder.record(&entry("111111", 1, Happened::Left { seat: SeatId(7) }));
        assert_eq!(recorder.dropped.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_said() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join("file"), "").expect("a file can be written");
        assert!(Recorder::start(&folder.path().join("file/below")).is_err());
    }
}
