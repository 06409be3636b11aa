use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Person, PersonRefusal, Sign, addresses_in, phone_digits};
use crate::ids::{ContactId, Id as _};

fn contact(number: u128) -> ContactId {
    ContactId::from_bits(number)
}

/// Who stands for whom, as the events say.
#[derive(Clone, Default, PartialEq, Debug)]
struct People(BTreeMap<ContactId, ContactId>);

impl People {
    fn person(&self, contact: ContactId) -> Person {
        let stands = self.0.get(&contact).copied().unwrap_or(contact);
        let mut contacts = BTreeSet::from([stands]);
        contacts.extend(
            self.0
                .iter()
                .filter(|(_, to)| **to == stands)
                .map(|(c, _)| *c),
        );
        Person { stands, contacts }
    }

    fn set(&mut self, contacts: &BTreeSet<ContactId>, person: ContactId) {
        for &contact in contacts {
            if contact == person {
                self.0.remove(&contact);
            } else {
                self.0.insert(contact, person);
            }
        }
    }
}

#[test]
fn a_merge_is_taken_back_whole_and_a_split_too() {
    let mut people = People::default();
    let merge = |people: &mut People, a: u128, b: u128| {
        let event = people
            .person(contact(a))
            .merge(&people.person(contact(b)), BTreeSet::new(), false)
            .unwrap();
        people.set(&event.contacts, event.person);
        event
    };
    merge(&mut people, 2, 3);
    let before = people.clone();
    let merged = merge(&mut people, 1, 2);
    assert_eq!(merged.contacts, BTreeSet::from([contact(2), contact(3)]));
    assert_eq!(people.person(contact(3)).stands, contact(1));
    let again = people
        .person(contact(1))
        .merge(&people.person(contact(3)), BTreeSet::new(), false);
    assert_eq!(again, Err(PersonRefusal::SamePerson));
    let back = people
        .person(contact(1))
        .split(&merged.contacts, Some(contact(2)), true)
        .unwrap();
    people.set(&back.contacts, back.person);
    assert_eq!(people, before);
}

#[test]
fn the_one_that_stands_for_all_can_leave_as_well() {
    let mut people = People::default();
    people.set(&BTreeSet::from([contact(2), contact(3)]), contact(1));
    let person = people.person(contact(1));
    let split = person
        .split(&BTreeSet::from([contact(1)]), None, false)
        .unwrap();
    people.set(&split.contacts, split.person);
    assert_eq!(people.person(contact(1)), Person::alone(contact(1)));
    assert_eq!(people.person(contact(3)).stands, contact(2));
    let all = person.split(&person.contacts, None, false);
    assert_eq!(all, Err(PersonRefusal::NothingToPart));
    let stranger = person.split(&BTreeSet::from([contact(9)]), None, false);
    assert_eq!(stranger, Err(PersonRefusal::NotPart));
}

proptest! {
    /// However contacts are joined and parted, each belongs to one person, which the contact that
    /// stands for it stands for itself.
    #[test]
    fn everybody_is_one_person(steps in prop::collection::vec((any::<bool>(), 0..8_u128, 0..8_u128), 0..60)) {
        let mut people = People::default();
        for (merges, one, other) in steps {
            let person = people.person(contact(one));
            let before = people.clone();
            if merges {
                let other = people.person(contact(other));
                if let Ok(event) = person.merge(&other, BTreeSet::new(), false) {
                    people.set(&event.contacts, event.person);
                    let now = people.person(contact(one));
                    prop_assert_eq!(now.contacts.len(), person.contacts.len() + other.contacts.len());
                    let back = now.split(&event.contacts, Some(other.stands), true).unwrap();
                    let mut undone = people.clone();
                    undone.set(&back.contacts, back.person);
                    prop_assert_eq!(undone, before);
                }
            } else if let Ok(event) = person.split(&BTreeSet::from([contact(other)]), None, false) {
                people.set(&event.contacts, event.person);
                prop_assert_eq!(people.person(contact(other)), Person::alone(contact(other)));
            }
            for number in 0..8 {
                let person = people.person(contact(number));
                prop_assert!(person.contacts.contains(&contact(number)));
                prop_assert_eq!(people.person(person.stands), person);
            }
        }
    }
}

#[test]
fn a_phone_number_is_the_same_with_and_without_the_code_of_its_country() {
    assert_eq!(
        phone_digits("+49 30 901-820"),
        phone_digits("030 / 90 18 20")
    );
    assert_ne!(phone_digits("+49 30 901-820"), phone_digits("030 901821"));
    assert_eq!(phone_digits("ext. 4711"), None);
}

#[test]
fn addresses_are_found_in_what_people_write() {
    let said = "Mine is Carla.Stone@Customer.test, or <carla+shop@home.example>. \
                mailto:carla@home.example! Not a@b, not @you, not x@y.1 nor me@-bad.test";
    assert_eq!(
        addresses_in(said),
        [
            "carla.stone@customer.test",
            "carla+shop@home.example",
            "carla@home.example"
        ]
    );
    assert_eq!(
        addresses_in("(jörg@bücher.example)"),
        ["jörg@bücher.example"]
    );
}

#[test]
fn each_sign_has_its_word() {
    for sign in Sign::ALL {
        assert_eq!(Sign::find(sign.word()), Some(sign));
        assert_eq!(serde_json::to_value(sign).unwrap(), sign.word());
    }
}
