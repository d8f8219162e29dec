//! The order of a large room's seats: that of their links in memory, by whatever order they came.

use super::super::name::Name;
use super::super::roster::Roster;
use super::super::token::Token;
use super::*;
use parlor_games::contract::Person;

fn comes(roster: &mut Roster<Viewer>, locality: u32) -> SeatId {
    let (id, name) = (roster.next_seat(), Name::given(&format!("Ada {locality}")));
    let person = Person { name: Arc::clone(&name.shown), role: Role::Player };
    roster.insert(id, person, &name, Token::random()).link = Some(Viewer::lying(locality));
    roster.disarrange();
    id
}

fn localities(roster: &Roster<Viewer>) -> Vec<u32> {
    roster.iter().map(|(_, seat)| seat.link.as_ref().expect("a link").locality).collect()
}

/// Numbers from 0 up, each once, in no order.
fn mixed(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(move |n| n * 7 % count)
}

#[test]
fn seats_of_a_large_room_are_told_in_the_order_of_their_links() {
    let mut roster = Roster::new(0);
    let seats: Vec<_> = mixed(320).map(|locality| (comes(&mut roster, locality), locality)).collect();
    roster.arrange();
    assert_eq!(localities(&roster), (0..320).collect::<Vec<_>>());
    let found = |(id, locality): &(SeatId, u32)| {
        let link = roster.seat(*id).and_then(|seat| seat.link.as_ref());
        link.is_some_and(|link| link.locality == *locality)
    };
    assert!(seats.iter().all(found), "each is found by its own number");
}

#[test]
fn few_who_come_are_not_worth_the_work() {
    let mut roster = Roster::new(0);
    for locality in mixed(255) {
        comes(&mut roster, locality);
    }
    let came = localities(&roster);
    roster.arrange();
    assert_eq!(localities(&roster), came, "a small room is in the processor's cache");

    comes(&mut roster, 1_000);
    roster.arrange();
    let mut arranged = localities(&roster);
    assert!(arranged.is_sorted());
    for locality in 0..17 {
        comes(&mut roster, locality);
        arranged.push(locality);
        roster.arrange();
        assert_eq!(localities(&roster), arranged, "one in sixteen");
    }
    comes(&mut roster, 17);
    roster.arrange();
    assert!(localities(&roster).is_sorted());
}
