//! A process's CPU time and memory, from proc(5).
//!
//! Linux alone has it; elsewhere there is nothing to read, and the load goes on without.

use std::fs;
use std::io;

/// What `utime` and `stime` count in: `USER_HZ`, which Linux fixes at 100 for all that reads proc(5).
const TICKS_PER_S: f64 = 100.0;

/// CPU seconds since the process began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cpu {
    pub(super) user_s: f64,
    pub(super) system_s: f64,
}

impl Cpu {
    /// User and system seconds since an earlier reading.
    pub(super) fn since(self, before: Self) -> (f64, f64) {
        (self.user_s - before.user_s, self.system_s - before.system_s)
    }
}

/// What a process has used so far. `None`: this process.
pub(super) fn cpu(pid: Option<u32>) -> io::Result<Cpu> {
    let stat = fs::read_to_string(place(pid, "stat"))?;
    fields(&stat).ok_or_else(|| io::Error::other("not as proc(5) has it"))
}

/// The 14th and 15th field; the second, a name in parentheses, may hold spaces.
fn fields(stat: &str) -> Option<Cpu> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut rest = rest.split_whitespace().skip(11);
    let mut seconds = || Some(rest.next()?.parse::<f64>().ok()? / TICKS_PER_S);
    Some(Cpu { user_s: seconds()?, system_s: seconds()? })
}

/// What a process has in memory, in KiB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Memory {
    /// `VmRSS`: all of it.
    pub(super) resident: f64,
    /// `VmHWM`: the most that ever was.
    pub(super) most: f64,
    /// `RssFile`: pages of files, of which a server has its own program and libraries. They are read in as they are first used,
    /// once, whoever it is for.
    pub(super) code: f64,
}

pub(super) fn memory(pid: u32) -> io::Result<Memory> {
    let status = fs::read_to_string(place(Some(pid), "status"))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
        number.ok_or_else(|| io::Error::other(format!("the process has no {name}")))
    };
    Ok(Memory { resident: field("VmRSS:")?, most: field("VmHWM:")?, code: field("RssFile:")? })
}

fn place(pid: Option<u32>, file: &str) -> String {
    pid.map_or_else(|| format!("/proc/self/{file}"), |pid| format!("/proc/{pid}/{file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_moves_no_field() {
        let stat = "7 (a b) c)) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 1";
        assert_eq!(fields(stat), Some(Cpu { user_s: 2.5, system_s: 0.5 }));
        assert_eq!(fields("7 (a) S 1"), None);
    }

    #[test]
    fn this_process_has_memory_and_has_run() {
        let Memory { resident, most, code } = memory(std::process::id()).expect("on Linux");
        assert!(code > 100.0 && resident > code && most >= resident);
        assert!(cpu(None).is_ok());
    }
}
