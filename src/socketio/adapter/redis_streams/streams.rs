//! The streams that events are written to: one for all namespaces, or several, of which each namespace has one.
//!
//! Reads and writes none. Which is a namespace's is for Node's adapter to say, as its servers must find each other there.

use super::config::Config;

/// Streams by their places: `0` is the first.
#[derive(Debug)]
pub(super) struct Streams {
    names: Vec<Box<str>>,
    count: i32,
}

/// More would be read by one command.
const MOST: usize = 1_000;

impl Streams {
    pub(super) fn new(config: &Config) -> Self {
        let count = i32::try_from(config.stream_count.clamp(1, MOST)).unwrap_or(1);
        let names = match count {
            1 => vec![config.stream.as_str().into()],
            // A hash may be negative, and then so is the number of its stream.
            count => (1 - count..count).map(|number| format!("{}-{number}", config.stream).into()).collect(),
        };
        Self { names, count }
    }

    /// The place of a namespace's stream.
    pub(super) fn of(&self, namespace: &str) -> usize {
        if self.count == 1 {
            return 0;
        }
        usize::try_from(hash(namespace) % self.count + self.count - 1).unwrap_or_default()
    }

    pub(super) fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", |name| name)
    }

    pub(super) fn names(&self) -> &[Box<str>] {
        &self.names
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// As JavaScript counts: by halves of its characters, in 32 bits.
fn hash(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streams(stream_count: usize) -> Streams {
        Streams::new(&Config { stream: "s".to_owned(), stream_count, ..Config::default() })
    }

    #[test]
    fn one_is_for_all_and_of_several_each_namespace_has_one() {
        let one = streams(1);
        assert_eq!((one.name(one.of("/")), one.name(one.of("/chat")), one.len()), ("s", "s", 1));
        let three = streams(3);
        assert_eq!(three.names().iter().map(|name| &**name).collect::<Vec<_>>(), ["s--2", "s--1", "s-0", "s-1", "s-2"]);
        assert_eq!(streams(0).len() + streams(usize::MAX).len(), 1 + 2 * MOST - 1);
    }

    #[test]
    fn a_namespace_has_the_stream_that_it_has_in_node() {
        // As `hashCode(name) % 3` is there.
        let three = streams(3);
        for (namespace, stream) in [
            ("/", "s-2"),
            ("/chat", "s-1"),
            ("/news", "s-0"),
            ("/dashboard", "s--1"),
            ("/players", "s--2"),
            ("/d\u{e9}j\u{e0}", "s-2"),
            ("/\u{1f600}", "s-0"),
        ] {
            assert_eq!(three.name(three.of(namespace)), stream, "{namespace}");
        }
    }
}
