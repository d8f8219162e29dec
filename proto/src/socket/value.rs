//! Any value that a packet can carry, for handlers that do not know its type.
//!
//! Not on the way of typed handlers: those are read straight from the bytes ([`Args`](super::Args)).

use std::fmt;

use bytes::Bytes;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::de::{DeserializeSeed, Unexpected, VariantAccess};
use serde::forward_to_deserialize_any;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::ArgsError;

/// A dynamic value: JSON's, with binary, and with integers apart from floats so that an echo is exact.
///
/// ```
/// use parlor_proto::socket::{Parser, Value, encode_event};
///
/// let value = Value::Object(vec![("ready".into(), Value::Bool(true)), ("seats".into(), Value::UInt(8))]);
/// let frames = encode_event(Parser::Json, "/", None, "room", &(&value,))?;
/// assert_eq!(frames[0].payload(), br#"42["room",{"ready":true,"seats":8}]"#);
/// # Ok::<(), parlor_proto::socket::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// `null`, and `undefined` of the msgpack parser.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer below zero, or one a caller made so.
    Int(i64),
    /// An integer from zero up.
    UInt(u64),
    /// A number with a fraction or an exponent, or beyond the integers.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes: an attachment.
    Binary(Bytes),
    /// Values in order.
    Array(Vec<Self>),
    /// Keys and values in the order they came. A key such as `__proto__` is a key like any other.
    Object(Vec<(String, Self)>),
}

impl Value {
    /// The value of a key, if this is an object that has it. Of several, the last, as in JavaScript.
    ///
    /// ```
    /// use parlor_proto::socket::Value;
    ///
    /// let value = Value::Object(vec![("token".into(), Value::Text("sesame".into()))]);
    /// assert_eq!(value.get("token"), Some(&Value::Text("sesame".into())));
    /// assert_eq!((value.get("name"), Value::Null.get("token")), (None, None));
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(pairs) => pairs.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::UInt(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::Binary(_)
            | Self::Array(_) => None,
        }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Int(value) => Unexpected::Signed(*value),
            Self::UInt(value) => Unexpected::Unsigned(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(value) => Unexpected::Str(value),
            Self::Binary(value) => Unexpected::Bytes(value),
            Self::Array(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::UInt(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Binary(value) => serializer.serialize_bytes(value),
            Self::Array(values) => serializer.collect_seq(values),
            Self::Object(pairs) => {
                let mut map = serializer.serialize_map(Some(pairs.len()))?;
                for (key, value) in pairs {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(u64::try_from(value).map_or(Value::Int(value), Value::UInt))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::UInt(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Value, E> {
        Ok(Value::Binary(Bytes::copy_from_slice(value)))
    }

    fn visit_byte_buf<E>(self, value: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Binary(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Value::Object(pairs))
    }
}

impl<'de> IntoDeserializer<'de, ArgsError> for &'de Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Value {
    type Error = ArgsError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgsError> {
        match self {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(value) => visitor.visit_i64(*value),
            Value::UInt(value) => visitor.visit_u64(*value),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Text(value) => visitor.visit_borrowed_str(value),
            Value::Binary(value) => visitor.visit_borrowed_bytes(value),
            Value::Array(values) => {
                let mut seq = SeqDeserializer::new(values.iter());
                let got = visitor.visit_seq(&mut seq)?;
                seq.end()?;
                Ok(got)
            }
            Value::Object(pairs) => {
                let mut map = MapDeserializer::new(pairs.iter().map(|(key, value)| (key.as_str(), value)));
                let got = visitor.visit_map(&mut map)?;
                map.end()?;
                Ok(got)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ArgsError> {
        if *self == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ArgsError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ArgsError> {
        match self {
            Value::Text(variant) => visitor.visit_enum(Variant { name: variant, content: &Value::Null }),
            Value::Object(pairs) => match pairs.as_slice() {
                [(name, content)] => visitor.visit_enum(Variant { name, content }),
                _ => Err(Error::invalid_value(Unexpected::Map, &"an object with a single key")),
            },
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::UInt(_)
            | Value::Float(_)
            | Value::Binary(_)
            | Value::Array(_) => Err(Error::invalid_type(self.unexpected(), &"a string or an object")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// An enum's variant: its name, and what it holds.
struct Variant<'de> {
    name: &'de str,
    content: &'de Value,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = ArgsError;
    type Variant = &'de Value;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, &'de Value), ArgsError> {
        let name = seed.deserialize(IntoDeserializer::<ArgsError>::into_deserializer(self.name))?;
        Ok((name, self.content))
    }
}

impl<'de> VariantAccess<'de> for &'de Value {
    type Error = ArgsError;

    fn unit_variant(self) -> Result<(), ArgsError> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ArgsError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, ArgsError> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ArgsError> {
        self.deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p28_an_object_keeps_its_order_and_the_last_of_equal_keys_counts() {
        let json = r#"{"b":1,"a":{"__proto__":2},"b":3}"#;
        let value: Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(serde_json::to_string(&value).expect("JSON"), json);
        assert_eq!(value.get("b"), Some(&Value::UInt(3)));
        assert_eq!(value.get("c"), None);
    }

    #[test]
    fn numbers_are_kept_exactly() {
        for json in [
            "0",
            "-1",
            "18446744073709551615",
            "-9223372036854775808",
            "0.1",
            "1.0",
            "5e-324",
            "2.225073858507201e-308",
        ] {
            let value: Value = serde_json::from_str(json).expect("JSON");
            assert_eq!(serde_json::to_string(&value).expect("JSON"), json);
        }
    }
}
