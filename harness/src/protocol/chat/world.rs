//! The standard world: the users and rooms that every server under test has.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ENDPOINTS, REGISTRATION, UNKNOWN_ROOM};
use crate::profile::OptionChoice;

/// The users with their passwords.
pub(super) const USERS: [(&str, &str); 5] = [
    ("alice", "wonderland"),
    ("bob", "builder"),
    ("carol", "christmas"),
    ("dave", "davids"),
    ("erin", "erinys"),
];

/// The rooms, and what one needs to join them.
pub(super) const ROOMS: [(&str, Option<&str>); 4] =
    [("ROOM0001", None), ("ROOM0002", None), ("ROOM0003", None), ("SECRET01", Some("sesame"))];

/// The password of a user of the standard world.
pub(super) fn password_of(user: &str) -> Option<&'static str> {
    USERS.iter().find(|(name, _)| *name == user).map(|(_, password)| *password)
}

/// The standard world as a program is given it.
pub(super) fn given(options: &OptionChoice) -> BTreeMap<String, Value> {
    let users: Vec<Value> = USERS
        .iter()
        .map(|(name, password)| json!({ "name": name, "password": password }))
        .collect();
    let rooms: Vec<Value> = ROOMS
        .iter()
        .map(|(id, password)| match password {
            Some(password) => json!({ "id": id, "password": password }),
            None => json!({ "id": id }),
        })
        .collect();
    let mut world =
        BTreeMap::from([("users".to_owned(), users.into()), ("rooms".to_owned(), rooms.into())]);
    for name in [ENDPOINTS, REGISTRATION, UNKNOWN_ROOM] {
        if let Some((_, [word, ..])) = options.iter().find(|(known, _)| *known == name) {
            world.insert(name.to_owned(), word.as_str().into());
        }
    }
    world
}
