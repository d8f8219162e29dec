//! What the wire's types say of a game without knowing which: its view, its inputs; and what is JSON of any shape.
//!
//! Stands in attributes, in the place of trees and literals whose own type tells nothing.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// The member of a schema that names a part of the game: in TypeScript `G["state"]`, of a game `G`.
pub(super) const PART: &str = "x-part";

/// Beside [`PART`]: that only some of its members may be there.
pub(super) const SOME: &str = "x-some";

macro_rules! stand_ins {
    ($($(#[$doc:meta])* $name:ident = $schema:tt;)*) => {$(
        $(#[$doc])*
        pub(in crate::server) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

stand_ins! {
    /// What a game is opened with.
    Options = {"x-part": "options"};
    /// Some of it.
    SomeOptions = {"x-part": "options", "x-some": true};
    /// What a seat may ask its game for.
    Input = {"x-part": "input"};
    /// What a group may know.
    State = {"x-part": "state"};
    /// What the whole of it came to.
    Summary = {"x-part": "summary"};
    /// What one seat alone may know, if there is anything.
    You = {"anyOf": [{"x-part": "you"}, {"type": "null"}]};
    /// `you`: what a seat knows, beside the tick.
    YouAt = {"allOf": [{"x-part": "you"}, {"$ref": "#/$defs/Ticked"}]};
    /// `event`: a one-shot thing of the game, beside the tick.
    EventAt = {"allOf": [{"x-part": "event"}, {"$ref": "#/$defs/Ticked"}]};
    /// Bytes, as clients are handed them.
    Bytes = {"$ref": "#/$defs/Bytes"};
    /// JSON of any shape.
    Json = {"$ref": "#/$defs/Json"};
    /// A code of the list in the docs.
    RefusalCode = {"$ref": "#/$defs/RefusalCode"};
}

impl<const OK: bool> JsonSchema for crate::server::wire::Is<OK> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Is".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": OK })
    }
}
