//! The limit of open files: raised at the start, and what happens to connections past it.
//!
//! Linux alone: a limit is set to a running process, and read back, as only Linux has it.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::cli::{Parlor, command, folder};

/// Long enough for whatever is going to come.
const PATIENCE: Duration = Duration::from_secs(20);

fn log_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).expect("a log")
}

/// Leaves the process so many descriptors beyond those it has.
fn leave(child: &Child, more: usize) {
    let open = fs::read_dir(format!("/proc/{}/fd", child.id())).expect("a process of our own").count();
    let limit = Some((open + more) as u64);
    let pid = Pid::from_child(child);
    prlimit(Some(pid), Resource::Nofile, Rlimit { current: limit, maximum: limit }).expect("less is always allowed");
}

/// Asks on a connection whether the server is well.
fn ask(stream: &mut TcpStream) {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
}

/// Whether the answer comes in this time.
fn answered(stream: &mut TcpStream, within: Duration) -> bool {
    stream.set_read_timeout(Some(within)).expect("a timeout");
    let mut reply = [0; 512];
    match stream.read(&mut reply) {
        Ok(length) => {
            assert!(reply[..length].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&reply[..length]));
            true
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => false,
        Err(error) => panic!("a connection that waits was refused: {error}"),
    }
}

#[test]
fn connections_past_the_limit_of_files_wait_and_those_there_are_go_on() {
    let folder = folder();
    let mut command = command(folder.path());
    command.args(["--addr", "127.0.0.1:0"]).env("PARLOR_LISTENER_BACKOFF_MS", "20");
    command.stderr(File::create(folder.path().join("log")).expect("a log"));
    let mut parlor = Parlor::spawn(command);
    let addr = parlor.line().trim_start_matches("listening on ").to_owned();
    let connect = || TcpStream::connect(&addr).expect("the system queues it");
    let mut old = connect();
    ask(&mut old);
    assert!(answered(&mut old, PATIENCE));

    leave(&parlor.child, 5);
    let mut fresh: Vec<_> = (0..20).map(|_| connect()).collect();
    fresh.iter_mut().for_each(ask);
    // The first that waits for half a second waits for room, and so do those behind it.
    let waits = |stream: &mut TcpStream| !answered(stream, Duration::from_millis(500));
    let taken = fresh.iter_mut().position(waits).expect("there is not room for all");
    // Descriptors that were given back before the limit was set make room for a few more.
    assert!((5..10).contains(&taken), "{taken} were accepted");
    ask(&mut old);
    assert!(answered(&mut old, PATIENCE), "those that are connected go on");

    drop(fresh.drain(..taken));
    for mut stream in fresh {
        // Each that is answered makes room for another as it is closed.
        assert!(answered(&mut stream, PATIENCE), "everyone's turn comes");
    }
    let log = log_of(folder.path());
    assert_eq!(log.matches("accepting rests").count(), 1, "said, and not for each attempt: {log}");
    assert!(log.contains("Too many open files"), "{log}");
}

#[test]
fn the_limit_of_files_is_raised_and_told_if_it_is_low() {
    let folder = folder();
    let mut limited = Command::new("sh");
    let script = "ulimit -Sn 200; ulimit -Hn 300; exec \"$0\" serve --addr 127.0.0.1:0";
    limited.args(["-c", script, env!("CARGO_BIN_EXE_parlor")]).current_dir(folder.path());
    limited.stderr(File::create(folder.path().join("log")).expect("a log"));
    let mut parlor = Parlor::spawn(limited);
    assert!(parlor.line().starts_with("listening on"));
    let limits = fs::read_to_string(format!("/proc/{}/limits", parlor.child.id())).expect("a process of our own");
    let files = limits.lines().find(|line| line.starts_with("Max open files")).expect("a limit of files");
    let numbers: Vec<_> = files.split_whitespace().filter_map(|word| word.parse::<u64>().ok()).collect();
    assert_eq!(numbers, [300, 300]);
    let log = log_of(folder.path());
    assert!(log.contains("raised the limit of open files"), "{log}");
    assert!(log.contains("fewer files may be open than sockets"), "{log}");
}
