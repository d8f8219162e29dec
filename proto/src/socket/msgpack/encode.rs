//! Writes packets as msgpack.
//!
//! Has no attachments: binary stands in its place. Integers are as short as they can be, structs are maps.

use std::fmt::Display;

use rmp::encode::{write_map_len, write_str, write_uint};
use serde::Serialize;
use smallvec::smallvec;

use crate::frame::{Frames, Kind, Writer};
use crate::socket::EncodeError;
use crate::socket::encode::Head;

/// Most packets are smaller; larger ones grow their frame a few times.
const CAPACITY: usize = 118;

pub(in crate::socket) fn encode<T: Serialize + ?Sized>(
    head: Head<'_>,
    data: Option<&T>,
) -> Result<Frames, EncodeError> {
    let mut writer = Writer::with_capacity(CAPACITY);
    let entries = 2 + u32::from(head.id.is_some()) + u32::from(data.is_some());
    write_map_len(&mut writer, entries).map_err(refused)?;
    write_str(&mut writer, "type").map_err(refused)?;
    write_uint(&mut writer, head.kind as u64).map_err(refused)?;
    write_str(&mut writer, "nsp").map_err(refused)?;
    write_str(&mut writer, head.namespace).map_err(refused)?;
    if let Some(id) = head.id {
        write_str(&mut writer, "id").map_err(refused)?;
        write_uint(&mut writer, id).map_err(refused)?;
    }
    if let Some(data) = data {
        write_str(&mut writer, "data").map_err(refused)?;
        // As JSON has it, so that a payload has one shape in both parsers.
        let mut msgpack = rmp_serde::Serializer::new(&mut writer).with_struct_map().with_human_readable();
        data.serialize(&mut msgpack).map_err(refused)?;
    }
    Ok(smallvec![writer.finish(Kind::Binary)])
}

fn refused(error: impl Display) -> EncodeError {
    EncodeError::Unserializable(error.to_string())
}
