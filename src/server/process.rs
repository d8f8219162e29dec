//! What the system says of this process, under the names that every Prometheus client gives it.
//!
//! Says nothing where there is no `/proc`, nor of what cannot be read there.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::registry::Unit;

use super::exposition::Exposition;

/// A collector of the process's own figures.
#[derive(Debug)]
pub(super) struct Process;

/// The figures at one moment.
#[derive(Clone, Copy, Debug)]
struct Figures {
    cpu_seconds: f64,
    started: f64,
    resident: u64,
    size: u64,
    threads: i64,
    files: Option<usize>,
    most_files: Option<u64>,
}

impl Collector for Process {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(figures) = Figures::read() else { return Ok(()) };
        let mut out = Exposition::new(encoder);
        let help = "Processor time spent, in user and system mode";
        out.counter_in("process_cpu", help, Unit::Seconds, figures.cpu_seconds)?;
        let help = "When the process started, since the Unix epoch";
        out.gauge_in("process_start_time", help, Unit::Seconds, figures.started)?;
        out.gauge_of_bytes("process_resident_memory", "Memory that is in use", figures.resident)?;
        out.gauge_of_bytes("process_virtual_memory", "Memory that is reserved", figures.size)?;
        out.gauge("process_threads", "Threads of the process", figures.threads)?;
        if let Some(files) = figures.files {
            out.gauge("process_open_fds", "File descriptors that are open, a socket each", files)?;
        }
        if let Some(most) = figures.most_files {
            out.gauge("process_max_fds", "The most file descriptors that may be open", most)?;
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "2^52 ticks of a hundredth of a second are a million years")]
    fn read() -> Option<Self> {
        use procfs::process::{LimitValue, Process};

        let process = Process::myself().ok()?;
        let stat = process.stat().ok()?;
        let seconds = |ticks: u64| ticks as f64 / procfs::ticks_per_second() as f64;
        let most_files = process.limits().ok().and_then(|limits| match limits.max_open_files.soft_limit {
            LimitValue::Value(most) => Some(most),
            LimitValue::Unlimited => None,
        });
        Some(Self {
            cpu_seconds: seconds(stat.utime + stat.stime),
            started: procfs::boot_time_secs().ok()? as f64 + seconds(stat.starttime),
            resident: stat.rss * procfs::page_size(),
            size: stat.vsize,
            threads: stat.num_threads,
            files: process.fd_count().ok(),
            most_files,
        })
    }
}

#[cfg(not(target_os = "linux"))]
impl Figures {
    const fn read() -> Option<Self> {
        None
    }
}
