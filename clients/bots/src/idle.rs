//! Idle clients: connected over WebSocket, in the namespace `/`, saying nothing but pongs.
//!
//! Measures memory alone; it is read from `/proc`, so this runs on Linux, beside the server.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use parlor_bots::{Client, Options};
use tokio::time::{Instant, interval, sleep, sleep_until};

/// Connections from one source address, under the 28,000 ports that the system gives one.
const PER_ADDRESS: usize = 5_000;
/// How long the server is left alone before its memory is read.
const SETTLE: Duration = Duration::from_secs(3);

/// What `parlor-bots idle` is told.
#[derive(Debug, Args)]
pub(crate) struct Idle {
    /// Where the server listens.
    #[arg(long, default_value = "127.0.0.1:3000")]
    addr: SocketAddr,
    /// The server's process.
    #[arg(long)]
    pid: u32,
    /// How many clients connect.
    #[arg(long, default_value_t = 10_000)]
    clients: usize,
    /// How many of them a second.
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// How long they stay once all are connected, in seconds.
    #[arg(long, default_value_t = 5)]
    stay_s: u64,
    /// The most memory of the server at rest, in MiB; more fails.
    #[arg(long, default_value_t = 30.0)]
    rest_mib: f64,
    /// The most memory of a connection, in KiB; more fails.
    #[arg(long, default_value_t = 6.0)]
    each_kib: f64,
}

impl Idle {
    /// Connects, measures, prints. Whether the server kept to its bounds.
    pub(crate) async fn run(self) -> Result<bool, Box<dyn Error>> {
        let before = resident_kib(self.pid)?;
        println!("at rest: {:.1} MiB", before / 1024.0);
        let mut clients = Vec::with_capacity(self.clients);
        let mut pace = interval(Duration::from_secs(1) / self.rate.max(1));
        let started = Instant::now();
        for nth in 0..self.clients {
            pace.tick().await;
            clients.push(Client::connect(self.addr, Options { from: Some(source(nth)), ..Options::default() }).await?);
        }
        println!("{} connected in {:.1} s", clients.len(), started.elapsed().as_secs_f64());
        sleep(SETTLE).await;
        let connected = resident_kib(self.pid)?;
        let each = |resident: f64| (resident - before) / (self.clients.max(1) as f64);
        println!("connected: {:.1} MiB, {:.2} KiB each", connected / 1024.0, each(connected));
        sleep_until(Instant::now() + Duration::from_secs(self.stay_s)).await;
        let stayed = resident_kib(self.pid)?;
        println!("after {} s: {:.1} MiB, {:.2} KiB each", self.stay_s, stayed / 1024.0, each(stayed));
        drop(clients);
        sleep(SETTLE).await;
        println!("all gone: {:.1} MiB", resident_kib(self.pid)? / 1024.0);
        Ok(before / 1024.0 <= self.rest_mib && each(connected.max(stayed)) <= self.each_kib)
    }
}

/// 127.0.0.2 and on: all of 127.0.0.0/8 is this machine.
fn source(nth: usize) -> IpAddr {
    let host = u8::try_from(2 + nth / PER_ADDRESS).unwrap_or(u8::MAX);
    IpAddr::V4(Ipv4Addr::new(127, 0, 0, host))
}

/// `VmRSS` of proc(5), which is in KiB.
fn resident_kib(pid: u32) -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("the process has no memory")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_spread_under_what_one_address_has_ports_for() {
        assert_eq!(source(0), IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)));
        assert_eq!(source(PER_ADDRESS), IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3)));
    }

    #[test]
    fn this_process_has_memory() {
        assert!(resident_kib(std::process::id()).expect("on Linux") > 100.0);
    }
}
