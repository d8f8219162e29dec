//! The ways to name one room or several.
//!
//! Knows no members: those are the adapter's.

use std::sync::Arc;

use smallvec::SmallVec;

/// Room names, each once in the order given.
pub(super) type Names = SmallVec<[Arc<str>; 1]>;

/// One room or several: a name, or an array, slice or `Vec` of names.
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// let team = String::from("red");
/// io.of("/").to(&team).to(["blue", "green"]).except(vec![team]).emit("news", ())?;
/// # Ok::<(), parlor::socketio::EmitError>(())
/// ```
pub trait Rooms {
    /// Calls `each` with every name.
    fn each(&self, each: impl FnMut(&str));
}

pub(super) fn names(rooms: &impl Rooms, into: &mut Names) {
    rooms.each(|name| {
        if !into.iter().any(|other| **other == *name) {
            into.push(name.into());
        }
    });
}

impl Rooms for str {
    fn each(&self, mut each: impl FnMut(&Self)) {
        each(self);
    }
}

impl Rooms for String {
    fn each(&self, mut each: impl FnMut(&str)) {
        each(self);
    }
}

impl Rooms for Arc<str> {
    fn each(&self, mut each: impl FnMut(&str)) {
        each(self);
    }
}

impl Rooms for super::SocketId {
    fn each(&self, mut each: impl FnMut(&str)) {
        each(self.as_str());
    }
}

impl<R: Rooms + ?Sized> Rooms for &R {
    fn each(&self, each: impl FnMut(&str)) {
        (**self).each(each);
    }
}

impl<R: Rooms> Rooms for [R] {
    fn each(&self, mut each: impl FnMut(&str)) {
        for rooms in self {
            rooms.each(&mut each);
        }
    }
}

impl<R: Rooms, const N: usize> Rooms for [R; N] {
    fn each(&self, each: impl FnMut(&str)) {
        self.as_slice().each(each);
    }
}

impl<R: Rooms> Rooms for Vec<R> {
    fn each(&self, each: impl FnMut(&str)) {
        self.as_slice().each(each);
    }
}
