//! Builds trees of what is serializable.
//!
//! Follows `serde_json`'s own reading of serde's data model, so that a tree is what its JSON would be.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::{
    self, Error as _, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};
use serde_json::{Error, Result};

use super::read::Name;
use super::{Extent, Node, Tree, split};

/// Appends what was said to an empty tree.
pub(super) fn build(tree: &mut Tree, said: &(impl Serialize + ?Sized)) -> Result<()> {
    said.serialize(Builder { tree })?;
    // All that is counted in a tree is less than these.
    let fits = |size| u32::try_from(size).is_ok();
    if fits(tree.nodes.len()) && fits(tree.text.len()) { Ok(()) } else { Err(Error::custom("a view is too large")) }
}

/// Appends one value.
struct Builder<'a> {
    tree: &'a mut Tree,
}

/// A list that is being filled.
struct List<'a> {
    tree: &'a mut Tree,
    head: Head,
    items: u32,
}

/// A map that is being filled.
struct Members<'a> {
    tree: &'a mut Tree,
    head: Head,
    items: u32,
    /// Where the name lies whose value is to come.
    name: Option<usize>,
    order: Order,
}

/// Where a container's node lies, and that of the variant around it.
#[derive(Clone, Copy)]
struct Head {
    variant: Option<usize>,
    at: usize,
}

impl Head {
    /// Leaves room for the container, within a map of one member if it is a variant's.
    fn open(tree: &mut Tree, variant: Option<&'static str>) -> Self {
        let variant = variant.map(|variant| open_variant(tree, variant));
        let at = tree.nodes.len();
        tree.nodes.push(Node::Null);
        Self { variant, at }
    }

    fn close(self, tree: &mut Tree, node: fn(Extent) -> Node, items: u32) {
        set(tree, self.at, node, items);
        if let Some(variant) = self.variant {
            set(tree, variant, Node::Map, 1);
        }
    }
}

fn open_variant(tree: &mut Tree, variant: &'static str) -> usize {
    let at = tree.nodes.len();
    tree.nodes.extend([Node::Null, Node::Fixed(variant)]);
    at
}

/// Makes the node at this place the container of all that follows it.
fn set(tree: &mut Tree, at: usize, node: fn(Extent) -> Node, items: u32) {
    let nodes = u32::try_from(tree.nodes.len() - at).unwrap_or(u32::MAX);
    if let Some(head) = tree.nodes.get_mut(at) {
        *head = node(Extent { items, nodes });
    }
}

impl List<'_> {
    fn push(&mut self, element: &(impl Serialize + ?Sized)) -> Result<()> {
        element.serialize(Builder { tree: self.tree })?;
        self.items += 1;
        Ok(())
    }
}

impl Members<'_> {
    /// The member whose name lies at this place.
    fn push(&mut self, name: usize, member: &(impl Serialize + ?Sized)) -> Result<()> {
        member.serialize(Builder { tree: self.tree })?;
        // A merge patch could not say null.
        if self.tree.nodes.len() == name + 2 && matches!(self.tree.nodes.last(), Some(Node::Null)) {
            self.tree.nodes.truncate(name);
        } else {
            self.items += 1;
        }
        Ok(())
    }
}

/// In which orders names have come so far: there are hardly others than that of text and that of numbers.
#[derive(Clone, Copy)]
struct Order {
    last: Option<usize>,
    by_text: bool,
    by_number: bool,
}

impl Order {
    const START: Self = Self { last: None, by_text: true, by_number: true };

    /// The name at this place comes next.
    fn note(&mut self, tree: &Tree, at: usize) {
        let Some(last) = self.last.replace(at) else { return };
        let (Some(&a), Some(&b)) = (tree.nodes.get(last), tree.nodes.get(at)) else { return };
        match (Name::of(tree, a), Name::of(tree, b)) {
            (Name::Number(a), Name::Number(b)) => {
                self.by_number &= a < b;
                self.by_text = false;
            }
            (Name::Text(a), Name::Text(b)) => {
                self.by_text &= a < b;
                self.by_number &= (a.len(), a) < (b.len(), b);
            }
            _ => (self.by_text, self.by_number) = (false, false),
        }
    }

    const fn is_strict(self) -> bool {
        self.by_text || self.by_number
    }
}

/// Of members of one name only the last counts, in the place of the first. How many are left of the map at the row's end
/// whose members begin at `start`.
fn unify(tree: &mut Tree, start: usize) -> u32 {
    let row = tree.nodes.split_off(start.min(tree.nodes.len()));
    let mut places = HashMap::new();
    let mut kept: Vec<(Node, &[Node])> = Vec::new();
    let mut left = &row[..];
    while let Some((&name, rest)) = left.split_first() {
        let (member, rest) = split(rest);
        left = rest;
        let text: Box<str> = Name::of(tree, name).with(|name| name.into());
        match places.get(&text).and_then(|&place: &usize| kept.get_mut(place)) {
            Some(earlier) => earlier.1 = member,
            None => {
                places.insert(text, kept.len());
                kept.push((name, member));
            }
        }
    }
    let items = u32::try_from(kept.len()).unwrap_or(u32::MAX);
    for (name, member) in kept {
        tree.nodes.push(name);
        tree.nodes.extend_from_slice(member);
    }
    items
}

macro_rules! integers {
    ($($signed:ident $of:ty),*; $($unsigned:ident $by:ty),*) => {
        $(fn $signed(self, value: $of) -> Result<()> {
            self.signed(value.into())
        })*
        $(fn $unsigned(self, value: $by) -> Result<()> {
            self.push(Node::UInt(value.into()))
        })*
    };
}

impl Builder<'_> {
    #[expect(clippy::unnecessary_wraps, reason = "what every method of a serializer gives")]
    fn push(self, node: Node) -> Result<()> {
        self.tree.nodes.push(node);
        Ok(())
    }

    fn signed(self, value: i64) -> Result<()> {
        self.push(u64::try_from(value).map_or(Node::Int(value), Node::UInt))
    }
}

impl<'a> ser::Serializer for Builder<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    integers!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64;
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64);

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.push(Node::Bool(value))
    }

    fn serialize_i128(self, value: i128) -> Result<()> {
        let number = u64::try_from(value).map(Node::UInt).or_else(|_| i64::try_from(value).map(Node::Int));
        self.push(number.map_err(|_| Error::custom("a number is out of range"))?)
    }

    fn serialize_u128(self, value: u128) -> Result<()> {
        self.push(u64::try_from(value).map(Node::UInt).map_err(|_| Error::custom("a number is out of range"))?)
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        self.push(if value.is_finite() { Node::Float(value) } else { Node::Null })
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        let node = self.tree.own(value);
        self.push(node)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<()> {
        self.push(Node::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.push(Node::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.push(Node::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.push(Node::Fixed(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let at = open_variant(self.tree, variant);
        let mut outer =
            Members { tree: self.tree, head: Head { variant: None, at }, items: 0, name: None, order: Order::START };
        outer.push(at + 1, value)?;
        let Members { tree, head, items, .. } = outer;
        head.close(tree, Node::Map, items);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>> {
        let head = Head::open(self.tree, None);
        Ok(List { tree: self.tree, head, items: 0 })
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<List<'a>> {
        let head = Head::open(self.tree, Some(variant));
        Ok(List { tree: self.tree, head, items: 0 })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>> {
        let head = Head::open(self.tree, None);
        Ok(Members { tree: self.tree, head, items: 0, name: None, order: Order::START })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'a>> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Members<'a>> {
        let head = Head::open(self.tree, Some(variant));
        Ok(Members { tree: self.tree, head, items: 0, name: None, order: Order::START })
    }
}

/// The ways in which serde hands over elements.
macro_rules! elements {
    ($($of:ident: $one:ident),*) => {
        $(impl $of for List<'_> {
            type Ok = ();
            type Error = Error;

            fn $one<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<()> {
                self.push(element)
            }

            fn end(self) -> Result<()> {
                self.head.close(self.tree, Node::List, self.items);
                Ok(())
            }
        })*
    };
}

elements!(
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

/// The ways in which serde hands over a type's own fields.
macro_rules! fields {
    ($($of:ident),*) => {
        $(impl $of for Members<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, member: &T) -> Result<()> {
                let at = self.tree.nodes.len();
                self.tree.nodes.push(Node::Fixed(name));
                self.push(at, member)
            }

            fn end(self) -> Result<()> {
                self.head.close(self.tree, Node::Map, self.items);
                Ok(())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        let at = self.tree.nodes.len();
        key.serialize(Key { tree: self.tree })?;
        self.order.note(self.tree, at);
        self.name = Some(at);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, member: &T) -> Result<()> {
        let name = self.name.take().ok_or_else(|| Error::custom("a value without a key"))?;
        self.push(name, member)
    }

    fn end(mut self) -> Result<()> {
        if !self.order.is_strict() {
            self.items = unify(self.tree, self.head.at + 1);
        }
        self.head.close(self.tree, Node::Map, self.items);
        Ok(())
    }
}

/// Appends one name.
struct Key<'a> {
    tree: &'a mut Tree,
}

fn no_name<T>() -> Result<T> {
    Err(Error::custom("a key must be text"))
}

macro_rules! no_names {
    ($($method:ident($($of:ty),*)),*) => {
        $(fn $method(self, $(_: $of),*) -> Result<()> {
            no_name()
        })*
    };
}

macro_rules! no_containers {
    ($($method:ident($($of:ty),*) -> $container:ident),*) => {
        $(fn $method(self, $(_: $of),*) -> Result<Self::$container> {
            no_name()
        })*
    };
}

macro_rules! numbers {
    ($($signed:ident $of:ty),*; $($unsigned:ident $by:ty),*) => {
        $(fn $signed(self, value: $of) -> Result<()> {
            self.serialize_i64(value.into())
        })*
        $(fn $unsigned(self, value: $by) -> Result<()> {
            self.serialize_u64(value.into())
        })*
    };
}

impl ser::Serializer for Key<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    numbers!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32; serialize_u8 u8, serialize_u16 u16, serialize_u32 u32);

    no_names!(
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_bytes(&[u8]),
        serialize_none(),
        serialize_unit(),
        serialize_unit_struct(&'static str)
    );

    no_containers!(
        serialize_seq(Option<usize>) -> SerializeSeq,
        serialize_tuple(usize) -> SerializeTuple,
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant,
        serialize_map(Option<usize>) -> SerializeMap,
        serialize_struct(&'static str, usize) -> SerializeStruct,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant
    );

    fn serialize_i64(self, value: i64) -> Result<()> {
        match u64::try_from(value) {
            Ok(value) => self.serialize_u64(value),
            Err(_) => self.serialize_str(itoa::Buffer::new().format(value)),
        }
    }

    fn serialize_u64(self, value: u64) -> Result<()> {
        self.tree.nodes.push(Node::UInt(value));
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.tree.nodes.push(Node::Fixed(if value { "true" } else { "false" }));
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        let name = self.tree.own(value);
        self.tree.nodes.push(name);
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.tree.nodes.push(Node::Fixed(variant));
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<()> {
        no_name()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::super::super::patch::strip_nulls;
    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Variant {
        Unit,
        Newtype(Option<u8>),
        Tuple(i8, &'static str),
        Struct { a_field: (), b: char },
    }

    #[derive(Serialize)]
    struct Newtype(u32);

    #[derive(Serialize)]
    struct Everything {
        numbers: (i8, i64, u64, f32, f64, i128),
        keys: BTreeMap<u16, BTreeMap<bool, BTreeMap<char, Newtype>>>,
        variants: Vec<Variant>,
        gone: Option<u8>,
        nan: f64,
        #[serde(flatten)]
        flat: BTreeMap<&'static str, Option<bool>>,
    }

    #[test]
    fn every_form_of_serde_is_what_its_json_is() {
        let inner = |n| BTreeMap::from([(true, BTreeMap::from([('x', Newtype(n))]))]);
        let everything = Everything {
            numbers: (-1, i64::MIN, u64::MAX, 0.5, -1e300, -7),
            keys: (8..12).map(|n| (n, inner(n.into()))).collect(),
            variants: vec![
                Variant::Unit,
                Variant::Newtype(Some(1)),
                Variant::Newtype(None),
                Variant::Tuple(-1, "\u{1f389}"),
                Variant::Struct { a_field: (), b: 'b' },
            ],
            gone: None,
            nan: f64::NAN,
            flat: BTreeMap::from([("one", Some(true)), ("two", None)]),
        };
        let mut expected = serde_json::to_value(&everything).expect("it has a form in JSON");
        strip_nulls(&mut expected);
        let tree = Tree::of(&everything).expect("it has a form in JSON");
        assert_eq!(serde_json::to_value(tree).expect("a tree has one"), expected);
    }

    #[test]
    fn what_has_no_form_in_json_is_an_error() {
        assert!(Tree::of(&BTreeMap::from([((1, 2), 3)])).is_err());
        assert!(Tree::of(&u128::MAX).is_err());
    }

    #[test]
    fn of_members_of_one_name_the_last_counts() {
        struct Twice;
        impl Serialize for Twice {
            fn serialize<S: ser::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.collect_map([("b", 1), ("a", 2), ("b", 3)])
            }
        }
        let tree = Tree::of(&Twice).expect("a map of numbers");
        assert_eq!(serde_json::to_value(tree).expect("a tree has one"), json!({"b": 3, "a": 2}));
    }
}
