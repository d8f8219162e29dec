//! The Socket.IO server API: namespaces, sockets, rooms, acks, middleware, emit.
//!
//! Knows nothing of games, nor how bytes reach a client (`transport`). Source: socket.io-protocol v5.
