//! Joins the wire and the rooms: the only floor that knows event names and both sides.
//!
//! Speaks no protocol itself (`socketio`) and keeps no game state (`room`).
