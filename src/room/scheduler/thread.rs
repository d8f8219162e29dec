//! What a tick thread asks of the system: to be woken on time, and to go before others if it may.
//!
//! Asks, and goes on without it where the system says no.

/// Prepares the calling thread. `nice` is its priority among the machine's threads, where 0 is everybody's and -20 the first.
#[cfg(target_os = "linux")]
pub(super) fn prepare(nice: i8) {
    use std::num::NonZeroU64;

    // "The default timer slack value is 50 microseconds": all of a tick's lateness, on a machine at rest.
    if let Err(error) = rustix::thread::set_current_timer_slack(NonZeroU64::new(1)) {
        tracing::debug!(%error, "ticks begin up to 50 us late: the system keeps its timers' slack");
    }
    // Linux keeps a priority for each thread, and takes no process to mean the one that asks.
    if nice != 0
        && let Err(error) = rustix::process::setpriority_process(None, nice.into())
    {
        tracing::warn!(%error, nice, "the tick threads keep their priority: it takes CAP_SYS_NICE or a limit of nice");
    }
}

/// Prepares the calling thread: elsewhere there is nothing to ask for.
#[cfg(not(target_os = "linux"))]
pub(super) const fn prepare(_: i8) {}
