//! Item 5 of the hostile list: nothing that leaves a quiz before a reveal depends on that question's key.
//!
//! Plays the same script with two packs that differ in one question's key alone, and compares every byte that anybody
//! gets, acknowledgements and times included, up to that question's reveal.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Input, Options, Quiz};
use super::packs::Shelf;
use crate::contract::{Effects, Game, Group, Micros, NoEvent, Opening, Person, Role, SeatId};

const PLAYERS: u32 = 4;
const QUESTIONS: usize = 3;

/// Something that happens, some milliseconds after what happened before.
#[derive(Clone, Debug)]
enum Act {
    Answer { seat: u32, choice: u32 },
    Answers { seat: u32, choices: Vec<u32> },
    Presence { seat: u32, connected: bool },
    Host(Input),
    Wait,
}

fn act() -> impl Strategy<Value = Act> {
    let seat = || 2..2 + PLAYERS;
    prop_oneof![
        6 => (seat(), 0_u32..4).prop_map(|(seat, choice)| Act::Answer { seat, choice }),
        6 => (seat(), prop::collection::vec(0_u32..4, 1..4)).prop_map(|(seat, choices)| Act::Answers { seat, choices }),
        1 => (seat(), any::<bool>()).prop_map(|(seat, connected)| Act::Presence { seat, connected }),
        3 => prop::sample::select(vec![Input::Next, Input::Skip, Input::Pause, Input::Resume, Input::Extend { ms: 900 }])
            .prop_map(Act::Host),
        2 => Just(Act::Wait),
    ]
}

fn pack(keys: &[Vec<u32>], kinds: &[bool]) -> String {
    let questions: Vec<_> = keys
        .iter()
        .zip(kinds)
        .map(|(key, many)| {
            let (kind, key) = if *many { ("multiple", &key[..]) } else { ("single", &key[..1]) };
            json!({"kind": kind, "text": "Which?", "choices": ["a", "b", "c", "d"], "correct": key, "timeMs": 5000,
                "explanation": format!("Because of {key:?}")})
        })
        .collect();
    json!({"title": "T", "questions": questions}).to_string()
}

/// All that leaves the quiz up to the reveal of question `till`, a line each.
fn leaves(pack: &str, shuffle: &str, acts: &[(u64, Act)], till: usize) -> Vec<String> {
    let options: Options = serde_json::from_value(json!({"pack": "pack", "shuffle": shuffle})).expect("valid options");
    let (mut quiz, _) = Quiz::open(options, Opening { seed: 5, library: &Shelf::new(pack) }).expect("a valid pack");
    let mut out = Vec::new();
    let mut effects = Effects::default();
    for seat in 1..2 + PLAYERS {
        let role = if seat == 1 { Role::Host } else { Role::Player };
        let person = Person { name: format!("p{seat}").into(), role };
        quiz.join(SeatId(seat), &person, Micros(0), &mut effects).expect("all may join");
    }
    quiz.input(SeatId(1), Role::Host, Input::Start, Micros(0), &mut effects).expect("the host starts");
    let mut now = 0;
    for (after, act) in acts {
        now += after * 1000;
        let ack = apply(&mut quiz, act, Micros(now), &mut effects);
        let flow = quiz.tick(now / 50_000, Micros(now), &mut effects);
        let shown = quiz.index();
        if shown > till || (shown == till && !matches!(quiz.phase(), "lobby" | "countdown" | "question")) {
            return out;
        }
        out.push(format!("{ack} {flow:?} {:?} {:?}", std::mem::take(&mut effects), quiz.timer(Micros(now))));
        for group in [Group::Everyone, Group::Host, Group::Players, Group::Spectators] {
            out.push(text(&quiz.view(group, Micros(now))));
        }
        out.extend((1..2 + PLAYERS).map(|seat| text(&quiz.private(SeatId(seat)))));
        out.push(format!("{:?}", quiz.standings(100)));
    }
    out
}

fn apply(quiz: &mut Quiz, act: &Act, at: Micros, effects: &mut Effects<NoEvent>) -> Value {
    let index = u32::try_from(quiz.index()).expect("few questions");
    let (seat, role, input) = match act {
        Act::Answer { seat, choice } => {
            (*seat, Role::Player, Input::Answer { index, choice: Some(*choice), choices: None })
        }
        Act::Answers { seat, choices } => {
            (*seat, Role::Player, Input::Answer { index, choice: None, choices: Some(choices.clone()) })
        }
        Act::Host(input) => (1, Role::Host, input.clone()),
        Act::Presence { seat, connected } => {
            quiz.presence(SeatId(*seat), *connected, at, effects);
            return Value::Null;
        }
        Act::Wait => return Value::Null,
    };
    match quiz.input(SeatId(seat), role, input, at, effects) {
        Ok(()) => json!("ok"),
        Err(refusal) => json!({"code": refusal.code, "message": refusal.message}),
    }
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("all that leaves is JSON")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn hostile_05_nothing_that_leaves_depends_on_a_hidden_key(
        keys in prop::collection::vec(prop::sample::subsequence(vec![0_u32, 1, 2, 3], 1..=4), QUESTIONS),
        other in prop::sample::subsequence(vec![0_u32, 1, 2, 3], 1..=4),
        kinds in prop::collection::vec(any::<bool>(), QUESTIONS),
        changed in 0..QUESTIONS,
        choices_shuffled in any::<bool>(),
        acts in prop::collection::vec((0_u64..1500, act()), 1..80),
    ) {
        let mut changed_keys = keys.clone();
        changed_keys[changed] = other;
        let shuffle = if choices_shuffled { "choices" } else { "none" };
        let ours = leaves(&pack(&keys, &kinds), shuffle, &acts, changed);
        let theirs = leaves(&pack(&changed_keys, &kinds), shuffle, &acts, changed);
        prop_assert_eq!(ours, theirs);
    }
}

#[test]
fn hostile_05_an_order_of_questions_does_not_depend_on_keys() {
    let order = |key: u32| {
        let questions: Vec<_> = (0..9)
            .map(|n| json!({"kind": "single", "text": format!("{n}?"), "choices": ["a", "b"], "correct": [key]}))
            .collect();
        let pack = json!({"title": "T", "questions": questions}).to_string();
        let options = serde_json::from_value(json!({"pack": "pack", "shuffle": "both"})).expect("valid options");
        let (quiz, _) = Quiz::open(options, Opening { seed: 5, library: &Shelf::new(&pack) }).expect("a valid pack");
        (0..9)
            .map(|index| {
                let question = quiz.deck.round(index).expect("nine questions").question;
                (question.text.clone(), question.choices.clone())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(order(0), order(1));
    assert_ne!(order(0).first().map(|(text, _)| text.clone()), Some("0?".to_owned()), "this seed moves the first");
}
