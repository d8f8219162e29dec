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
        self.read(seed).map_err(ArgsError::from)
    }

    /// This value, whatever it is. An absent one is `null`.
    ///
    /// # Errors
    /// It holds text that is not Unicode: JSON can spell half of a surrogate pair.
    pub fn value(&self) -> Result<Value, ArgsError> {
        match self {
            Self::Read(value) => Ok(value.clone()),
            Self::Absent | Self::Json(_) | Self::Msgpack(_) => self.parse(),
        }
    }

    /// Whether there is no value.
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
    /// # Errors
    /// One is not of its type.
    pub fn parse<'de, T: Deserialize<'de>>(&'de self) -> Result<T, ArgsError> {
        T::deserialize(List { items: &self.items })
    }

    /// The argument at `index`, from 0. A missing one reads as `null`.
    ///
    /// # Errors
    /// It is not a `T`.
    pub fn get<'de, T: Deserialize<'de>>(&'de self, index: usize) -> Result<T, ArgsError> {
        self.items.get(index).unwrap_or(&Raw::Absent).parse()
    }

    /// All of them, whatever they are.
    ///
    /// # Errors
    /// One holds text that is not Unicode: JSON can spell half of a surrogate pair.
    pub fn values(&self) -> Result<Vec<Value>, ArgsError> {
        self.items.iter().map(Raw::value).collect()
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
