//! A value as msgpack that is no packet: what servers tell each other.
//!
//! Clients' packets are read by `decode`, which takes no dates: clients send none.

use bytes::Bytes;

use super::reader::Reader;
use crate::socket::{DecodeError, EncodeError, Value};

/// Reads one value, `nesting` arrays and maps deep at most. A timestamp is the text that JSON has for a date.
///
/// ```
/// use parlor_proto::socket::{Value, read_msgpack, write_msgpack};
///
/// let value = Value::Array(vec![Value::Text("a".into()), Value::Binary(vec![1, 2].into())]);
/// assert_eq!(read_msgpack(&write_msgpack(&value)?.into(), 1), Ok(value));
/// assert!(read_msgpack(&b"\x91\x91\x01".to_vec().into(), 1).is_err(), "too deep");
/// # Ok::<(), parlor_proto::socket::EncodeError>(())
/// ```
///
/// # Errors
/// It is no msgpack, or too deep, or there is more behind it.
pub fn read_msgpack(bytes: &Bytes, nesting: u8) -> Result<Value, DecodeError> {
    let mut reader = Reader::with_dates(bytes);
    let value = reader.value(usize::from(nesting))?;
    if reader.is_at_end() { Ok(value) } else { Err(DecodeError::Payload) }
}

/// Writes a value as msgpack.
///
/// ```
/// use parlor_proto::socket::{Value, write_msgpack};
///
/// assert_eq!(write_msgpack(&Value::Array(vec![Value::UInt(7)])), Ok(vec![0x91, 7]));
/// ```
///
/// # Errors
/// It cannot be written, which happens to no [`Value`].
pub fn write_msgpack(value: &Value) -> Result<Vec<u8>, EncodeError> {
    rmp_serde::to_vec(value).map_err(|error| EncodeError::Unserializable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Value, DecodeError> {
        read_msgpack(&Bytes::copy_from_slice(bytes), 8)
    }

    #[test]
    fn timestamps_are_read_as_json_has_dates() {
        let date = |text: &str| Ok(Value::Text(text.to_owned()));
        assert_eq!(read(b"\xd6\xff\0\0\0\0"), date("1970-01-01T00:00:00.000Z"));
        // 29 February 2024, 12:34:56.789.
        let seconds: u64 = 1_709_210_096;
        let with_nanoseconds = (789_000_000_u64 << 34) | seconds;
        let eight = [b"\xd7\xff".as_slice(), &with_nanoseconds.to_be_bytes()].concat();
        assert_eq!(read(&eight), date("2024-02-29T12:34:56.789Z"));
        let before = [b"\xc7\x0c\xff".as_slice(), &500_000_000_u32.to_be_bytes(), &(-1_i64).to_be_bytes()].concat();
        assert_eq!(read(&before), date("1969-12-31T23:59:59.500Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let never = [b"\xc7\x0c\xff".as_slice(), &0_u32.to_be_bytes(), &i64::MAX.to_be_bytes()].concat();
        let nanoseconds = [b"\xd7\xff".as_slice(), &u64::MAX.to_be_bytes()].concat();
        for bytes in
            [&never[..], &nanoseconds, b"\xd6\x01\0\0\0\0", b"\xd6\xff\0\0", b"\xc7\x03\xffabc", b"\xd5\xff\0\0"]
        {
            assert_eq!(read(bytes), Err(DecodeError::Syntax), "{bytes:x?}");
        }
    }

    #[test]
    fn more_than_one_value_and_less_than_one_are_refused() {
        assert_eq!(read(b"\x01\x01"), Err(DecodeError::Payload));
        assert_eq!(read(b""), Err(DecodeError::Syntax));
        let whole = write_msgpack(&Value::Object(vec![("a".into(), Value::Float(0.5)), ("b".into(), Value::Int(-40))]));
        let whole = whole.expect("msgpack");
        assert!(read(&whole).is_ok());
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "cut at {end}");
        }
    }
}
