//! The default parser: a packet is text, its binary parts are attachments that follow it.
//!
//! Knows nothing of which packet may come when.

mod decode;
mod encode;
mod scan;

pub(super) use decode::Decoder;
pub(super) use encode::{encode, encode_event};
