//! Bytes as a field of a typed payload.
//!
//! Not for a whole frame: the parsers put these bytes into attachments (JSON) or `bin` (msgpack).

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

/// Bytes that reach a browser as an `ArrayBuffer`. A bare `Vec<u8>` would be an array of numbers.
///
/// ```
/// use parlor_proto::socket::{encode_event, Binary, Parser};
///
/// let frames = encode_event(Parser::Json, "/", None, "file", &("a.txt", Binary::from(vec![1, 2])))?;
/// assert_eq!(frames[0].payload(), br#"451-["file","a.txt",{"_placeholder":true,"num":0}]"#);
/// assert_eq!(frames[1].payload(), [1, 2]);
/// # Ok::<(), parlor_proto::socket::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Binary(pub Bytes);

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl AsRef<[u8]> for Binary {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(BinaryVisitor)
    }
}

struct BinaryVisitor;

impl Visitor<'_> for BinaryVisitor {
    type Value = Binary;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("binary")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Binary, E> {
        Ok(Binary(Bytes::copy_from_slice(bytes)))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Binary, E> {
        Ok(Binary(bytes.into()))
    }
}
