//! `parlor serve` as a process: what it prints, how it ends, and what it says when it cannot start.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use super::table::KEY;

/// A process of a test's own, killed if the test leaves it running.
pub(super) struct Parlor {
    pub(super) child: Child,
    out: BufReader<ChildStdout>,
}

impl Drop for Parlor {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.current_dir(folder).env_clear().arg("serve");
    command
}

impl Parlor {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut command = command(folder);
        command.args(args).stderr(Stdio::null());
        Self::spawn(command)
    }

    pub(super) fn spawn(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the binary runs");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, out }
    }

    pub(super) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("text");
        line.trim_end().to_owned()
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill runs");
        assert!(sent.success());
    }

    fn ended(&mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }
}

pub(super) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

/// The one line that a failed start says.
fn fault(folder: &Path, args: &[&str]) -> String {
    let output = command(folder).args(args).output().expect("the binary runs");
    assert!(!output.status.success(), "{args:?} started");
    let said = String::from_utf8(output.stderr).expect("text");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 1, "one line: {said}");
    lines[0].to_owned()
}

#[test]
fn it_says_where_it_listens_and_drains_at_a_signal() {
    for signal in ["TERM", "INT"] {
        let folder = folder();
        let mut parlor = Parlor::start(folder.path(), &["--addr", "127.0.0.1:0", "--host-key", KEY]);
        let first = parlor.line();
        let addr = first.strip_prefix("listening on 127.0.0.1:").unwrap_or_else(|| panic!("{first}"));
        assert_ne!(addr, "0", "the port that the system chose");
        assert_eq!(parlor.line(), format!("host:    http://127.0.0.1:{addr}/host#key={KEY}"));
        assert_eq!(parlor.line(), format!("players: http://127.0.0.1:{addr}/"));
        parlor.signal(signal);
        assert_eq!(parlor.ended().code(), Some(0), "SIG{signal}");
        let mut rest = String::new();
        parlor.out.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "", "no picture for a pipe");
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = folder();
    let args = ["--addr", "127.0.0.1:0", "--config", "p.toml"];
    // A polling client that fetches nothing holds up the drain for as long as it may.
    std::fs::write(
        folder.path().join("p.toml"),
        "drain_ms = 600000\n[socketio.transport]\npending_close_ms = 600000\n",
    )
    .expect("a file can be written");
    let mut parlor = Parlor::start(folder.path(), &args);
    let addr = parlor.line().trim_start_matches("listening on ").to_owned();
    let opens = || {
        let mut client = TcpStream::connect(&addr).expect("it listens, and goes on to while it drains");
        let open = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        client.write_all(open.as_bytes()).expect("sent");
        let mut opened = String::new();
        client.read_to_string(&mut opened).expect("a reply");
        opened.starts_with("HTTP/1.1 200")
    };
    assert!(opens());
    parlor.signal("TERM");
    // It drains as soon as it takes nobody else.
    while opens() {
        std::thread::yield_now();
    }
    assert!(parlor.child.try_wait().expect("a process").is_none(), "it drains");
    parlor.signal("TERM");
    assert_eq!(parlor.ended().code(), Some(130));
}

#[test]
fn a_random_key_is_kept_in_the_data_folder() {
    let folder = folder();
    let key = |parlor: &mut Parlor| {
        parlor.line();
        parlor.line().split("#key=").nth(1).expect("a key").to_owned()
    };
    let args = ["--addr", "127.0.0.1:0", "--data", "data"];
    let mut first = Parlor::start(folder.path(), &args);
    let kept = key(&mut first);
    assert!(kept.len() >= 20);
    drop(first);
    let mut second = Parlor::start(folder.path(), &args);
    assert_eq!(key(&mut second), kept);
    let mut other = Parlor::start(folder.path(), &["--addr", "127.0.0.1:0"]);
    assert_ne!(key(&mut other), kept, "without the folder it is another one");
}

#[test]
fn a_start_that_fails_says_why_in_one_line() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = taken.local_addr().expect("an address").to_string();
    let said = fault(folder.path(), &["--addr", &addr]);
    assert_eq!(said, format!("parlor: cannot listen on {addr}: another program listens there already"));
    assert!(fault(folder.path(), &["--addr", "nonsense"]).starts_with("parlor: cannot listen on nonsense: "));
    let said = fault(folder.path(), &["--addr", "127.0.0.1:0", "--packs", "nowhere", "--log", "error"]);
    assert_eq!(said, "parlor: there is no folder of packs at nowhere");
    let said = fault(folder.path(), &["--config", "nowhere.toml"]);
    assert!(said.starts_with("parlor: nowhere.toml: "), "{said}");
    std::fs::write(folder.path().join("p.toml"), "[room]\nmax_romos = 3\n").expect("a file can be written");
    assert_eq!(fault(folder.path(), &["--config", "p.toml"]), "parlor: p.toml: there is no setting `room.max_romos`");
    assert!(fault(folder.path(), &["--log", "=="]).starts_with("parlor: log: "));
    std::fs::write(folder.path().join("a.toml"), "[admin]\npassword_hash = \"sesame\"\n")
        .expect("a file can be written");
    let said = fault(folder.path(), &["--addr", "127.0.0.1:0", "--log", "error", "--config", "a.toml"]);
    assert_eq!(said, "parlor: the password_hash of the admin namespace is no bcrypt hash");
    let webtransport = "[socketio.transport]\ntransports = [\"polling\", \"webtransport\"]\n";
    std::fs::write(folder.path().join("w.toml"), webtransport).expect("a file can be written");
    let said = fault(folder.path(), &["--addr", "127.0.0.1:0", "--log", "error", "--config", "w.toml"]);
    assert!(said.starts_with("parlor: socketio.transport.transports: webtransport is for servers"), "{said}");
    assert!(fault(folder.path(), &["--host-key", " "]).starts_with("parlor: host_key: "));
}

#[test]
fn settings_are_printed_as_the_layers_make_them() {
    let folder = folder();
    std::fs::write(folder.path().join("p.toml"), "log = \"warn\"\n[limits]\nevents_burst = 7.0\n").expect("written");
    let mut command = command(folder.path());
    command.args(["--config", "p.toml", "--addr", "127.0.0.1:9", "--host-key", "sesame", "--print-config"]);
    let output = command.env("PARLOR_LOG", "debug").output().expect("the binary runs");
    let said = String::from_utf8(output.stdout).expect("text");
    for line in ["addr = \"127.0.0.1:9\"", "log = \"debug\"", "events_burst = 7.0", "ping_interval_ms = 25000"] {
        assert!(said.lines().any(|own| own == line), "{line} in {said}");
    }
    assert!(!said.contains("sesame"));
}
