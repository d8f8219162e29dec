//! RFC 7396 JSON merge patches: what turns one value into another.
//!
//! A merge patch cannot say `null` (there it means "removed"), so values are rid of it first.

use serde_json::{Map, Value};

/// Removes every member that is `null`, at any depth. Elements of arrays stay: a patch holds arrays whole.
pub(crate) fn strip_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.values().any(Value::is_null) {
                members.retain(|_, member| !member.is_null());
            }
            members.values_mut().for_each(strip_nulls);
        }
        Value::Array(elements) => elements.iter_mut().for_each(strip_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What turns `old` into `new`, as an RFC 7396 merge patch: a room's delta. `None` if they are equal. Neither may hold a
/// `null` member, which no merge patch can say.
///
/// ```
/// use serde_json::json;
///
/// let (old, new) = (json!({"a": 1, "b": {"c": 2}, "d": 3}), json!({"a": 1, "b": {"c": 4}}));
/// assert_eq!(parlor::room::merge_patch(&old, &new), Some(json!({"b": {"c": 4}, "d": null})));
/// ```
#[must_use]
pub fn diff(old: &Value, new: &Value) -> Option<Value> {
    let (Value::Object(before), Value::Object(after)) = (old, new) else {
        return (old != new).then(|| new.clone());
    };
    let mut patch = Map::new();
    // Members mostly stay where they are: names are looked up only behind the first that does not.
    let same = before.keys().zip(after.keys()).take_while(|(before, after)| before == after).count();
    for ((name, old), new) in before.iter().zip(after.values()).take(same) {
        if let Some(change) = diff(old, new) {
            patch.insert(name.clone(), change);
        }
    }
    for name in before.keys().skip(same).filter(|&name| !after.contains_key(name)) {
        patch.insert(name.clone(), Value::Null);
    }
    for (name, value) in after.iter().skip(same) {
        let change = match before.get(name) {
            Some(old) => diff(old, value),
            None => Some(value.clone()),
        };
        if let Some(change) = change {
            patch.insert(name.clone(), change);
        }
    }
    (!patch.is_empty()).then_some(Value::Object(patch))
}

/// RFC 7396's `MergePatch`, as a client does it.
#[cfg(test)]
pub(crate) fn apply(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let members = target.as_object_mut().expect("it was made one");
    for (name, change) in changes {
        if change.is_null() {
            members.shift_remove(name);
        } else {
            apply(members.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Any value of few names, so that two of them meet often.
    pub(crate) fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..3_i64).prop_map(Value::from),
            "[ab]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::hash_map("[a-d]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn a_patch_says_only_what_changed() {
        let old = json!({"a": {"x": 1, "y": 2}, "b": [1, 2], "c": "gone"});
        let new = json!({"a": {"x": 1, "y": 3}, "b": [1, 2], "d": {}});
        assert_eq!(diff(&old, &new), Some(json!({"a": {"y": 3}, "c": null, "d": {}})));
        assert_eq!(diff(&old, &old), None);
    }

    #[test]
    fn the_examples_of_rfc_7396() {
        for (mut target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            apply(&mut target, &patch);
            assert_eq!(target, result);
        }
    }

    proptest! {
        #[test]
        fn a_diff_applied_to_the_old_gives_the_new(mut old in value(), mut new in value()) {
            strip_nulls(&mut old);
            strip_nulls(&mut new);
            match diff(&old, &new) {
                Some(patch) => {
                    prop_assert_ne!(&old, &new);
                    let mut client = old;
                    apply(&mut client, &patch);
                    prop_assert_eq!(client, new);
                }
                None => prop_assert_eq!(old, new),
            }
        }
    }
}
