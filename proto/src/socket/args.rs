//! The arguments that came with an event or an ack, and a CONNECT's auth: bytes until a handler asks.
//!
//! Checked for form when they came; whether they are of the type a handler wants is found out here.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::{Serialize, Serializer};
use smallvec::SmallVec;

use super::Value;

/// Why arguments are not what a handler asked for. Safe to show to whoever sent them.
///
/// ```
/// use parlor_proto::socket::Raw;
///
/// let error = Raw::Json("\"ten\"".into()).parse::<u32>().expect_err("text is no number");
/// assert!(error.to_string().starts_with("invalid type: string \"ten\", expected u32"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgsError(String);

impl fmt::Display for ArgsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ArgsError {}

impl Error for ArgsError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// One value as it came.
///
/// ```
/// use parlor_proto::socket::Raw;
///
/// let raw = Raw::Json("[1,2]".into());
/// assert_eq!(raw.parse(), Ok((1, 2)));
/// assert_eq!(raw.parse(), Ok(vec![1_u8, 2]));
/// assert!(raw.parse::<String>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Raw {
    /// No value.
    #[default]
    Absent,
    /// JSON text.
    Json(Bytes),
    /// Msgpack.
    Msgpack(Bytes),
    /// Read already, because it was put together from attachments.
    Read(Value),
}

impl Raw {
    /// This value as a `T`, read straight from its bytes. An absent one reads as `null`.
    ///
    /// ```
    /// use parlor_proto::socket::Raw;
    ///
    /// assert_eq!(Raw::Json("7".into()).parse(), Ok(7));
    /// assert_eq!(Raw::Absent.parse(), Ok(None::<u32>));
    /// assert!(Raw::Absent.parse::<u32>().is_err());
    /// ```
    ///
    /// # Errors
    /// It is not a `T`.
    pub fn parse<'de, T: Deserialize<'de>>(&'de self) -> Result<T, ArgsError> {
        self.read(std::marker::PhantomData)
    }

    /// This value, read by `seed`: for whoever must know more than its type to read it.
    ///
    /// # Errors
    /// It is not what the seed reads, or the seed did not read all of it.
    pub fn parse_seed<'de, S: DeserializeSeed<'de>>(&'de self, seed: S) -> Result<S::Value, ArgsError> {
        self.read(seed)
    }

    /// This value, whatever it is. An absent one is `null`.
    ///
    /// ```
    /// use parlor_proto::socket::{Raw, Value};
    ///
    /// assert_eq!(Raw::Json("[true]".into()).value(), Ok(Value::Array(vec![Value::Bool(true)])));
    /// assert!(Raw::Json(r#""\ud800""#.into()).value().is_err(), "half a pair");
    /// ```
    ///
    /// # Errors
    /// It holds text that is not Unicode: JSON can spell half of a surrogate pair.
    pub fn value(&self) -> Result<Value, ArgsError> {
        match self {
            Self::Read(value) => Ok(value.clone()),
            Self::Absent | Self::Json(_) | Self::Msgpack(_) => self.parse(),
        }
    }

    /// Whether there is no value. `null` is one.
    ///
    /// ```
    /// use parlor_proto::socket::Raw;
    ///
    /// assert!(Raw::Absent.is_absent() && !Raw::Json("null".into()).is_absent());
    /// ```
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    fn read<'de, S: DeserializeSeed<'de>>(&'de self, seed: S) -> Result<S::Value, ArgsError> {
        match self {
            Self::Absent => seed.deserialize(&Value::Null),
            Self::Json(bytes) => {
                let mut json = serde_json::Deserializer::from_slice(bytes);
                let got = seed.deserialize(&mut json).map_err(ArgsError::custom)?;
                json.end().map_err(ArgsError::custom)?;
                Ok(got)
            }
            Self::Msgpack(bytes) => {
                let mut msgpack = rmp_serde::Deserializer::from_read_ref(bytes.as_ref()).with_human_readable();
                seed.deserialize(&mut msgpack).map_err(ArgsError::custom)
            }
            Self::Read(value) => seed.deserialize(value),
        }
    }
}

/// Sent on as it came, whichever parser the receiver has.
impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.value().map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

/// What came with an event or an ack, each argument kept as it came until it is asked for.
///
/// ```
/// use parlor_proto::engine::Message;
/// use parlor_proto::socket::{Data, Decoder, Limits};
///
/// let mut decoder = Decoder::new(Limits::default());
/// let packet = decoder.decode(Message::Text(br#"2["move",3,{"fast":true}]"#.to_vec().into()))?;
/// let Some(Data::Event { args, .. }) = packet.map(|packet| packet.data) else { panic!("an event") };
///
/// #[derive(serde::Deserialize)]
/// struct How { fast: bool }
/// let (steps, how): (u32, How) = args.parse()?;
/// assert!(steps == 3 && how.fast);
/// assert_eq!((args.len(), args.get(0)), (2, Ok(3)));
/// assert!(args.parse::<(String, How)>().is_err(), "3 is no text");
/// assert_eq!(args.iter().filter(|arg| arg.parse::<How>().is_ok()).count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Args {
    items: SmallVec<[Raw; 1]>,
}

impl Args {
    pub(super) fn from_items(items: SmallVec<[Raw; 1]>) -> Self {
        Self { items }
    }

    /// How many there are.
    ///
    /// ```
    /// assert_eq!(parlor_proto::socket::Args::default().len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Each of them, as it came.
    pub fn iter(&self) -> std::slice::Iter<'_, Raw> {
        self.items.iter()
    }

    /// All of them at once: a tuple, a struct tuple or a `Vec`.
    ///
    /// As in JavaScript, a missing argument of a tuple reads as `null` and those beyond it are ignored.
    ///
    /// ```
    /// use parlor_proto::socket::Args;
    ///
    /// let nothing = Args::default();
    /// assert_eq!(nothing.parse(), Ok((None::<String>, None::<u32>)));
    /// assert_eq!(nothing.parse(), Ok(Vec::<u32>::new()));
    /// assert!(nothing.parse::<(String,)>().is_err());
    /// ```
    ///
    /// # Errors
    /// One is not of its type.
    pub fn parse<'de, T: Deserialize<'de>>(&'de self) -> Result<T, ArgsError> {
        T::deserialize(List { items: &self.items })
    }

    /// The argument at `index`, from 0. A missing one reads as `null`.
    ///
    /// ```
    /// use parlor_proto::socket::Args;
    ///
    /// assert_eq!(Args::default().get(0), Ok(None::<u32>));
    /// assert!(Args::default().get::<u32>(0).is_err());
    /// ```
    ///
    /// # Errors
    /// It is not a `T`.
    pub fn get<'de, T: Deserialize<'de>>(&'de self, index: usize) -> Result<T, ArgsError> {
        self.items.get(index).unwrap_or(&Raw::Absent).parse()
    }

    /// All of them, whatever they are.
    ///
    /// ```
    /// assert_eq!(parlor_proto::socket::Args::default().values(), Ok(Vec::new()));
    /// ```
    ///
    /// # Errors
    /// One holds text that is not Unicode: JSON can spell half of a surrogate pair.
    pub fn values(&self) -> Result<Vec<Value>, ArgsError> {
        self.items.iter().map(Raw::value).collect()
    }
}

/// Arguments that did not come from a client of this server.
impl FromIterator<Value> for Args {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Self { items: values.into_iter().map(Raw::Read).collect() }
    }
}

impl<'a> IntoIterator for &'a Args {
    type Item = &'a Raw;
    type IntoIter = std::slice::Iter<'a, Raw>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The arguments as one sequence.
struct List<'de> {
    items: &'de [Raw],
}

impl<'de> Deserializer<'de> for List<'de> {
    type Error = ArgsError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgsError> {
        visitor.visit_seq(Elements { items: self.items.iter(), left: self.items.len() })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, ArgsError> {
        visitor.visit_seq(Elements { items: self.items.iter(), left: len })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, ArgsError> {
        self.deserialize_tuple(len, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq map struct enum identifier ignored_any
    }
}

/// As many arguments as are asked for: those beyond what came are absent.
struct Elements<'de> {
    items: std::slice::Iter<'de, Raw>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = ArgsError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ArgsError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        self.items.next().unwrap_or(&Raw::Absent).read(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::fmt::Debug;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::socket::Binary;

    /// One value in each form it can have come in.
    fn forms(json: &str) -> [Raw; 3] {
        let value: Value = serde_json::from_str(json).expect("JSON");
        let msgpack = rmp_serde::to_vec(&value).expect("msgpack");
        [Raw::Json(Bytes::copy_from_slice(json.as_bytes())), Raw::Msgpack(msgpack.into()), Raw::Read(value)]
    }

    fn check<T: DeserializeOwned + Debug + PartialEq>(json: &str, expected: &T) {
        for raw in forms(json) {
            assert_eq!(raw.parse::<T>().as_ref(), Ok(expected), "{raw:?}");
        }
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Place {
        x: f64,
        name: Option<String>,
        #[serde(default)]
        tags: Vec<Box<str>>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Move {
        Stay,
        Go(i8),
        GoTo { x: u8 },
        Swap(u8, u8),
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(tag = "type", rename_all = "camelCase")]
    enum Input {
        Answer { choice: u8 },
        Skip,
    }

    #[test]
    fn a_type_reads_the_same_from_every_form() {
        check(r#"{"x":1,"name":null}"#, &Place { x: 1.0, name: None, tags: vec![] });
        let place = Place { x: -0.5, name: Some("a".into()), tags: vec!["b".into()] };
        check(r#"{"tags":["b"],"name":"a","x":-0.5,"more":[{}]}"#, &place);
        check(r#""stay""#, &Move::Stay);
        check(r#"{"go":-3}"#, &Move::Go(-3));
        check(r#"{"goTo":{"x":7}}"#, &Move::GoTo { x: 7 });
        check(r#"{"swap":[1,2]}"#, &Move::Swap(1, 2));
        check(r#"{"type":"answer","choice":2}"#, &Input::Answer { choice: 2 });
        check(r#"{"choice":2,"type":"skip"}"#, &Input::Skip);
        check("[[1,2],[3,4]]", &vec![(1_u8, 2_i64), (3, 4)]);
        check(r#"{"a":true}"#, &HashMap::from([("a".to_owned(), true)]));
        check("null", &None::<u8>);
        check("5", &Some(5_u8));
        check("18446744073709551615", &u64::MAX);
    }

    #[test]
    fn what_is_of_another_type_is_an_error_in_every_form() {
        for json in ["null", "true", "\"x\"", "[]", "{}", "{\"x\":\"1\"}", "-1.5", "[1]", "{\"go\":1,\"stay\":2}"] {
            for raw in forms(json) {
                assert!(raw.parse::<Place>().is_err(), "{raw:?}");
                assert!(raw.parse::<Move>().is_err(), "{raw:?}");
                assert!(raw.parse::<u8>().is_err(), "{raw:?}");
            }
        }
    }

    fn args(items: &[&str]) -> Args {
        Args::from_items(items.iter().map(|json| Raw::Json(Bytes::copy_from_slice(json.as_bytes()))).collect())
    }

    #[test]
    fn a_missing_argument_is_null_and_one_too_many_is_ignored() {
        let one = args(&["1"]);
        assert_eq!(one.parse::<(u8, Option<u8>)>(), Ok((1, None)));
        assert!(one.parse::<(u8, u8)>().is_err());
        assert_eq!(args(&["1", "2", "3"]).parse::<(u8, u8)>(), Ok((1, 2)));
        assert_eq!(args(&["1", "2", "3"]).parse::<Vec<u8>>(), Ok(vec![1, 2, 3]));
        assert_eq!(args(&[]).parse::<()>().ok(), None, "a unit is no tuple");
        assert_eq!(one.get::<u8>(0), Ok(1));
        assert_eq!(one.get::<Option<u8>>(7), Ok(None));
    }

    #[test]
    fn text_can_be_borrowed_from_what_came() {
        assert_eq!(args(&["\"abc\""]).parse::<(&str,)>(), Ok(("abc",)));
    }

    #[test]
    fn binary_is_read_from_msgpack_and_from_attachments() {
        let expected = Binary::from(vec![1, 2]);
        assert_eq!(Raw::Msgpack(vec![0xc4, 2, 1, 2].into()).parse(), Ok(expected.clone()));
        assert_eq!(Raw::Read(Value::Binary(vec![1, 2].into())).parse(), Ok(expected));
    }

    #[test]
    fn what_is_absent_is_null() {
        assert_eq!(Raw::Absent.parse(), Ok(None::<u8>));
        assert_eq!(Raw::Absent.value(), Ok(Value::Null));
    }
}
