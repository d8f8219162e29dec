//! Builds trees of what is serializable.
//!
//! Follows `serde_json`'s own reading of serde's data model, so that a tree is what its JSON would be.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::{
    self, Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};
use serde_json::{Error, Result};

use super::{Text, Tree};

/// The tree of what was said.
pub(super) fn build(said: &(impl Serialize + ?Sized)) -> Result<Tree> {
    said.serialize(Builder)
}

#[derive(Clone, Copy)]
struct Builder;

/// Elements, and the variant they are of.
struct List {
    variant: Option<&'static str>,
    elements: Vec<Tree>,
}

/// Members, and the variant they are of.
struct Members {
    variant: Option<&'static str>,
    name: Option<Text>,
    members: Vec<(Text, Tree)>,
}

impl List {
    fn new(variant: Option<&'static str>, length: usize) -> Self {
        Self { variant, elements: Vec::with_capacity(length.min(TRUSTED)) }
    }

    fn push(&mut self, element: &(impl Serialize + ?Sized)) -> Result<()> {
        self.elements.push(build(element)?);
        Ok(())
    }

    fn finish(self) -> Tree {
        of_variant(self.variant, Tree::List(self.elements))
    }
}

impl Members {
    fn new(variant: Option<&'static str>, length: usize) -> Self {
        Self { variant, name: None, members: Vec::with_capacity(length.min(TRUSTED)) }
    }

    fn push(&mut self, name: Text, member: &(impl Serialize + ?Sized)) -> Result<()> {
        match build(member)? {
            // A merge patch could not say it.
            Tree::Null => {}
            member => self.members.push((name, member)),
        }
        Ok(())
    }

    fn finish(self) -> Tree {
        of_variant(self.variant, Tree::Map(self.members))
    }
}

/// How many elements are believed to come before they do.
const TRUSTED: usize = 1_024;

fn of_variant(variant: Option<&'static str>, tree: Tree) -> Tree {
    match (variant, tree) {
        (None, tree) => tree,
        (Some(_), Tree::Null) => Tree::Map(Vec::new()),
        (Some(variant), tree) => Tree::Map(vec![(Text::Fixed(variant), tree)]),
    }
}

/// A map's key as a name.
fn name(key: Tree) -> Result<Text> {
    match key {
        Tree::Text(text) => Ok(text),
        Tree::UInt(number) => Ok(Text::Own(number.to_string().into())),
        Tree::Int(number) => Ok(Text::Own(number.to_string().into())),
        Tree::Bool(value) => Ok(Text::Fixed(if value { "true" } else { "false" })),
        Tree::Float(_) | Tree::Null | Tree::List(_) | Tree::Map(_) => Err(Error::custom("a key must be text")),
    }
}

/// Of members of one name only the last counts, in the place of the first.
fn unique(members: Vec<(Text, Tree)>) -> Vec<(Text, Tree)> {
    // Names in the order of text, or in that of numbers: there are hardly others.
    let by_text = members.is_sorted_by(|(a, _), (b, _)| a.as_str() < b.as_str());
    if by_text || members.is_sorted_by(|(a, _), (b, _)| less(a, b)) {
        return members;
    }
    let mut places = HashMap::with_capacity(members.len());
    let mut kept: Vec<(Text, Tree)> = Vec::with_capacity(members.len());
    for (name, member) in members {
        match places.get(name.as_str()).and_then(|&place: &usize| kept.get_mut(place)) {
            Some(earlier) => earlier.1 = member,
            None => {
                places.insert(name.as_str().to_owned(), kept.len());
                kept.push((name, member));
            }
        }
    }
    kept
}

/// Whether a number without leading zeros is less than another.
fn less(a: &Text, b: &Text) -> bool {
    let (a, b) = (a.as_str(), b.as_str());
    (a.len(), a) < (b.len(), b)
}

impl ser::Serializer for Builder {
    type Ok = Tree;
    type Error = Error;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fn serialize_bool(self, value: bool) -> Result<Tree> {
        Ok(Tree::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Tree> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Tree> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Tree> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Tree> {
        Ok(u64::try_from(value).map_or(Tree::Int(value), Tree::UInt))
    }

    fn serialize_i128(self, value: i128) -> Result<Tree> {
        let number = u64::try_from(value).map(Tree::UInt).or_else(|_| i64::try_from(value).map(Tree::Int));
        number.map_err(|_| Error::custom("a number is out of range"))
    }

    fn serialize_u8(self, value: u8) -> Result<Tree> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Tree> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Tree> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Tree> {
        Ok(Tree::UInt(value))
    }

    fn serialize_u128(self, value: u128) -> Result<Tree> {
        u64::try_from(value).map(Tree::UInt).map_err(|_| Error::custom("a number is out of range"))
    }

    fn serialize_f32(self, value: f32) -> Result<Tree> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<Tree> {
        Ok(if value.is_finite() { Tree::Float(value) } else { Tree::Null })
    }

    fn serialize_char(self, value: char) -> Result<Tree> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Tree> {
        Ok(Tree::Text(Text::Own(value.into())))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Tree> {
        Ok(Tree::List(value.iter().map(|&byte| Tree::UInt(byte.into())).collect()))
    }

    fn serialize_none(self) -> Result<Tree> {
        Ok(Tree::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Tree> {
        build(value)
    }

    fn serialize_unit(self) -> Result<Tree> {
        Ok(Tree::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Tree> {
        Ok(Tree::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Tree> {
        Ok(Tree::Text(Text::Fixed(variant)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Tree> {
        build(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Tree> {
        Ok(of_variant(Some(variant), build(value)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List> {
        Ok(List::new(None, length.unwrap_or(0)))
    }

    fn serialize_tuple(self, length: usize) -> Result<List> {
        Ok(List::new(None, length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<List> {
        Ok(List::new(None, length))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, length: usize) -> Result<List> {
        Ok(List::new(Some(variant), length))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Members> {
        Ok(Members::new(None, length.unwrap_or(0)))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Members> {
        Ok(Members::new(None, length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Members> {
        Ok(Members::new(Some(variant), length))
    }
}

/// The ways in which serde hands over elements.
macro_rules! elements {
    ($($of:ident: $one:ident),*) => {
        $(impl $of for List {
            type Ok = Tree;
            type Error = Error;

            fn $one<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<()> {
                self.push(element)
            }

            fn end(self) -> Result<Tree> {
                Ok(self.finish())
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
        $(impl $of for Members {
            type Ok = Tree;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, member: &T) -> Result<()> {
                self.push(Text::Fixed(name), member)
            }

            fn end(self) -> Result<Tree> {
                Ok(self.finish())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Members {
    type Ok = Tree;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.name = Some(name(build(key)?)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, member: &T) -> Result<()> {
        let name = self.name.take().ok_or_else(|| Error::custom("a value without a key"))?;
        self.push(name, member)
    }

    fn end(self) -> Result<Tree> {
        Ok(Tree::Map(unique(self.members)))
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
        let tree = build(&everything).expect("it has a form in JSON");
        assert_eq!(serde_json::to_value(tree).expect("a tree has one"), expected);
    }

    #[test]
    fn what_has_no_form_in_json_is_an_error() {
        assert!(build(&BTreeMap::from([((1, 2), 3)])).is_err());
        assert!(build(&u128::MAX).is_err());
    }

    #[test]
    fn of_members_of_one_name_the_last_counts() {
        struct Twice;
        impl Serialize for Twice {
            fn serialize<S: ser::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.collect_map([("b", 1), ("a", 2), ("b", 3)])
            }
        }
        let tree = build(&Twice).expect("a map of numbers");
        assert_eq!(serde_json::to_value(tree).expect("a tree has one"), json!({"b": 3, "a": 2}));
    }
}
