//! What a dissector needs to know of chat: how fields lie in the stream, and the script that follows them.

use std::fmt::Write as _;

use reference::chat::{LAYOUTS, Lead, Part, Presence, Shape};

use super::word;

/// Follows the layouts.
const FRAMING: &str = include_str!("framing.lua");

/// The layouts as a table of Lua, and the script that follows them.
pub(super) fn framing() -> String {
    let mut text =
        "\n-- How the fields of each packet lie in the stream.\nlocal PARTS = {\n".to_owned();
    for layout in LAYOUTS {
        let parts: Vec<String> = layout.parts.iter().map(part).collect();
        let (name, sender, parts) = (layout.spec.name, word(layout.sender), parts.join(", "));
        // Writing to a string cannot fail.
        let _always_fits = writeln!(
            text,
            "  {{ name = \"{name}\", sender = \"{sender}\", parts = {{ {parts} }} }},"
        );
    }
    text.push_str("}\n");
    text.push_str(FRAMING);
    text
}

/// A field as an entry of the table.
fn part(part: &Part) -> String {
    let shape = match part.shape {
        Shape::Fixed(width) => format!("shape = \"fixed\", width = {width}"),
        Shape::Free => "shape = \"free\"".to_owned(),
        Shape::Word(word) => {
            format!("shape = \"word\", word = \"{}\"", String::from_utf8_lossy(word))
        }
        Shape::Codes => "shape = \"codes\"".to_owned(),
    };
    let lead = match part.lead {
        Lead::Separated => "separated",
        Lead::Joined => "joined",
        Lead::Either => "either",
    };
    let presence = match part.presence {
        Presence::Required => "",
        Presence::MayBeEmpty => ", may_be_empty = true",
        Presence::MayBeMissing => ", may_be_missing = true",
    };
    format!("{{ lead = \"{lead}\", {shape}{presence} }}")
}
