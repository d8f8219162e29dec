//! The arguments that a server sends with an event or an ack.
//!
//! Those that came from a client are [`Args`], which can be sent on as they are.

use serde::ser::{Serialize, SerializeSeq};

use super::{Args, Value};

/// What goes with an event: a tuple of serializable values, one for each argument; `()` for none.
///
/// Keys of maps should be text: a number as a key is text in JSON, but stays a number in msgpack, and not every client
/// takes that.
///
/// A list whose length is known only at run time is a slice of [`Value`]s, or the [`Args`] of another event.
///
/// ```
/// use parlor_proto::socket::{encode_event, Parser};
///
/// let frames = encode_event(Parser::Json, "/", None, "greet", &("Ada", 36))?;
/// assert_eq!(frames[0].payload(), br#"42["greet","Ada",36]"#);
/// # Ok::<(), parlor_proto::socket::EncodeError>(())
/// ```
pub trait Arguments {
    /// How many there are.
    fn count(&self) -> usize;

    /// Writes each of them as an element of `list`.
    ///
    /// # Errors
    /// What the serializer says.
    fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error>;
}

impl<A: Arguments + ?Sized> Arguments for &A {
    fn count(&self) -> usize {
        (**self).count()
    }

    fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error> {
        (**self).write(list)
    }
}

impl Arguments for [Value] {
    fn count(&self) -> usize {
        self.len()
    }

    fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error> {
        self.iter().try_for_each(|value| list.serialize_element(value))
    }
}

impl Arguments for Vec<Value> {
    fn count(&self) -> usize {
        self.len()
    }

    fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error> {
        self.as_slice().write(list)
    }
}

impl Arguments for Args {
    fn count(&self) -> usize {
        self.len()
    }

    fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error> {
        self.iter().try_for_each(|raw| list.serialize_element(raw))
    }
}

macro_rules! tuples {
    ($($count:literal: $($name:ident)*;)*) => {$(
        #[allow(non_snake_case, unused_variables, reason = "type parameters double as names; `()` uses none")]
        impl<$($name: Serialize),*> Arguments for ($($name,)*) {
            fn count(&self) -> usize {
                $count
            }

            fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error> {
                let ($($name,)*) = self;
                $(list.serialize_element($name)?;)*
                Ok(())
            }
        }
    )*};
}

tuples! {
    0: ;
    1: A1;
    2: A1 A2;
    3: A1 A2 A3;
    4: A1 A2 A3 A4;
    5: A1 A2 A3 A4 A5;
    6: A1 A2 A3 A4 A5 A6;
    7: A1 A2 A3 A4 A5 A6 A7;
    8: A1 A2 A3 A4 A5 A6 A7 A8;
}
