//! What live-quiz servers get wrong, tried by a hostile client on a real socket, beside a room that must not notice.

mod answers;
mod rooms;
mod wire;
