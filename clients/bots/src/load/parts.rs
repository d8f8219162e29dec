//! A load of several processes: the one that was started begins the others, and adds up what they see.
//!
//! Each of them is a crew like any other. They talk by lines of JSON over the standard input and output: orders down, news up.

use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::LoadError;
use super::crew::{Crew, Outcome, Part, Span};
use super::crowd::Opened;
use super::tally::Counts;

/// What a part is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    Start(Box<Part>),
    Opened(Opened),
    Measure(Span),
    Over,
}

/// What a part tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum News {
    Opened(Opened),
    Counts(Counts),
    Outcome(Box<Outcome>),
    Failed(String),
}

/// The other processes. They end with this one, as their input does.
#[derive(Debug)]
pub(super) struct Parts {
    parts: Vec<Running>,
    news: mpsc::Receiver<(usize, Option<News>)>,
}

#[derive(Debug)]
struct Running {
    /// Killed when it is dropped.
    _child: Child,
    orders: ChildStdin,
    counts: Counts,
    outcome: Option<Outcome>,
}

impl Parts {
    /// Starts the plan's processes, each with this command.
    pub(super) async fn start(part: &Part, command: &dyn Fn() -> std::process::Command) -> Result<Self, LoadError> {
        let (tell, news) = mpsc::channel(QUEUE);
        let mut parts = Vec::new();
        for nth in 0..part.plan.processes {
            let mut command = Command::from(command());
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
            let mut child = command.spawn().map_err(LoadError::part)?;
            let (Some(mut orders), Some(said)) = (child.stdin.take(), child.stdout.take()) else {
                return Err(LoadError::Part("it has no standard input and output".into()));
            };
            let start = Order::Start(Box::new(Part { part: nth, ..part.clone() }));
            write(&mut orders, &start).await.map_err(LoadError::part)?;
            tokio::spawn(listen(nth, BufReader::new(said).lines(), tell.clone()));
            parts.push(Running { _child: child, orders, counts: Counts::default(), outcome: None });
        }
        Ok(Self { parts, news })
    }

    /// Takes in what has come, and passes on what the others have to know.
    pub(super) async fn look(&mut self) -> Result<Counts, LoadError> {
        while let Ok((nth, news)) = self.news.try_recv() {
            self.hear(nth, news).await?;
        }
        let mut sum = Counts::default();
        self.parts.iter().for_each(|part| sum += part.counts);
        Ok(sum)
    }

    pub(super) async fn measure(&mut self, span: Span) -> Result<(), LoadError> {
        self.tell_all(&Order::Measure(span)).await
    }

    /// Sends everybody home; what they have seen.
    pub(super) async fn over(mut self) -> Result<Outcome, LoadError> {
        self.tell_all(&Order::Over).await?;
        let mut sum = Outcome::default();
        let all = async {
            while self.parts.iter().any(|part| part.outcome.is_none()) {
                let (nth, news) = self.news.recv().await.unwrap_or_default();
                self.hear(nth, news).await?;
            }
            Ok::<_, LoadError>(())
        };
        timeout(FAREWELL, all).await.map_err(|_| LoadError::Part("it does not end".into()))??;
        self.parts.into_iter().filter_map(|part| part.outcome).for_each(|outcome| sum.merge(outcome));
        Ok(sum)
    }

    async fn hear(&mut self, nth: usize, news: Option<News>) -> Result<(), LoadError> {
        let Some(part) = self.parts.get_mut(nth) else { return Ok(()) };
        match news {
            Some(News::Counts(counts)) => part.counts = counts,
            Some(News::Outcome(outcome)) => {
                part.counts = outcome.counts;
                part.outcome = Some(*outcome);
            }
            Some(News::Opened(opened)) => {
                let order = Order::Opened(opened);
                for (_, other) in self.parts.iter_mut().enumerate().filter(|(other, _)| *other != nth) {
                    write(&mut other.orders, &order).await.map_err(LoadError::part)?;
                }
            }
            Some(News::Failed(words)) => return Err(LoadError::Part(words)),
            None if part.outcome.is_some() => {}
            None => return Err(LoadError::Part("it ended".into())),
        }
        Ok(())
    }

    async fn tell_all(&mut self, order: &Order) -> Result<(), LoadError> {
        for part in &mut self.parts {
            write(&mut part.orders, order).await.map_err(LoadError::part)?;
        }
        Ok(())
    }
}

/// What a part says, to its end.
async fn listen<R: AsyncBufRead + Unpin>(nth: usize, mut lines: Lines<R>, tell: mpsc::Sender<(usize, Option<News>)>) {
    // Whatever else than lines comes is as good as an end.
    while let Ok(Some(line)) = lines.next_line().await {
        let news = serde_json::from_str(&line).unwrap_or_else(|error| News::Failed(format!("{error}: {line:.200}")));
        if tell.send((nth, Some(news))).await.is_err() {
            return;
        }
    }
    // If nobody listens any more, the load is over.
    let _ = tell.send((nth, None)).await;
}

/// Runs one part of a load that another process leads: that process's orders come in, the news go out.
///
/// # Errors
/// The other process speaks of something else, or is gone.
pub async fn take_part(orders: impl AsyncBufRead + Unpin, mut news: impl AsyncWrite + Unpin) -> Result<(), LoadError> {
    let mut orders = orders.lines();
    let Some(Order::Start(part)) = order(&mut orders).await? else {
        return Err(LoadError::Part("it is not told what to do".into()));
    };
    let (tell, mut opened) = mpsc::unbounded_channel();
    let mut crew = match Crew::start(*part, tell).await {
        Ok(crew) => crew,
        Err(error) => return write(&mut news, &News::Failed(error.to_string())).await.map_err(LoadError::part),
    };
    let mut report = interval(REPORT);
    report.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let said = tokio::select! {
            order = order(&mut orders) => match order? {
                Some(Order::Measure(span)) => {
                    crew.measure(span);
                    continue;
                }
                Some(Order::Opened(room)) => {
                    crew.told(&room);
                    continue;
                }
                Some(Order::Over) => break,
                Some(Order::Start(_)) => return Err(LoadError::Part("it has begun already".into())),
                None => return Ok(()),
            },
            Some(room) = opened.recv() => News::Opened(room),
            _ = report.tick() => News::Counts(crew.counts()),
        };
        write(&mut news, &said).await.map_err(LoadError::part)?;
    }
    write(&mut news, &News::Outcome(Box::new(crew.over().await))).await.map_err(LoadError::part)
}

/// # Cancel safety
/// No line is lost: `next_line` is cancel safe.
async fn order(orders: &mut Lines<impl AsyncBufRead + Unpin>) -> Result<Option<Order>, LoadError> {
    let line = orders.next_line().await.map_err(LoadError::part)?;
    line.map(|line| serde_json::from_str(&line)).transpose().map_err(LoadError::part)
}

async fn write<T: Serialize>(out: &mut (impl AsyncWrite + Unpin), what: &T) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    out.write_all(&line).await?;
    out.flush().await
}

/// How often a part says how far it has come.
const REPORT: Duration = Duration::from_millis(100);
/// How long parts may take to end.
const FAREWELL: Duration = Duration::from_secs(30);
/// News that may wait: a part that tells more waits itself.
const QUEUE: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Plan;

    #[tokio::test]
    async fn a_part_that_is_told_nothing_or_nonsense_ends() {
        let mut said = Vec::new();
        for orders in [&b""[..], b"\"over\"\n", b"{}\n"] {
            assert!(matches!(take_part(orders, &mut said).await, Err(LoadError::Part(_))));
        }
        assert!(said.is_empty());
    }

    #[tokio::test]
    async fn a_part_without_a_server_says_so() {
        let addr = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let plan = Plan { clients: 2, ..Plan::new(addr.expect("a port is free")) };
        let start = Order::Start(Box::new(Part { plan, part: 0, salt: 0 }));
        let (mut orders, mut said) = (serde_json::to_vec(&start).expect("JSON"), Vec::new());
        orders.push(b'\n');
        take_part(orders.as_slice(), &mut said).await.expect("it says what went wrong");
        assert!(matches!(serde_json::from_slice(&said), Ok(News::Failed(_))));
    }
}
