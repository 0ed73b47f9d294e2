//! The JSON Schema of profiles: the keys of every profile, and for each protocol what may stand in them.

use serde_json::{Map, Value, json};

use super::GIVEN;
use super::document::Document;
use crate::protocol::{self, OptionSpec, Protocol, Role};

/// What a capability named in [`GIVEN`] is.
const GIVEN_WHAT: &str =
    "it takes what a scenario gives: the file of WIREPROOF_GIVEN, or `given` of control lines";

/// The JSON Schema of a profile's file.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Document).to_value();
    let names: Vec<&str> = protocol::ALL.iter().map(|protocol| protocol.name()).collect();
    if let Some(property) =
        schema.pointer_mut("/properties/protocol").and_then(Value::as_object_mut)
    {
        property.insert("enum".to_owned(), json!(names));
    }
    let mut rules: Vec<Value> =
        protocol::ALL.iter().map(|protocol| of_protocol(*protocol)).collect();
    rules.push(ways_in());
    if let Some(object) = schema.as_object_mut() {
        object.insert("allOf".to_owned(), rules.into());
    }
    schema
}

/// An address or a command, and what goes with a command only.
fn ways_in() -> Value {
    let with_command = ["control", "virtual-time", "environment", "folder", "start", "stop"];
    let forbidden: Map<String, Value> =
        with_command.iter().map(|key| ((*key).to_owned(), json!(false))).collect();
    json!({
        "oneOf": [
            { "required": ["command"], "properties": { "address": false } },
            { "required": ["address"], "properties": { "command": false } },
        ],
        "if": { "required": ["address"] },
        "then": { "properties": forbidden },
    })
}

/// What may stand in the profile of one protocol.
fn of_protocol(protocol: &dyn Protocol) -> Value {
    let name = protocol.name();
    let roles = Role::ALL.map(|role| protocol.word(role));
    let dialect = object(protocol.dialect_options().iter().map(|option| {
        (option.name, json!({ "enum": option.values, "default": option.values.first() }))
    }));
    let timers = object(protocol.timers().iter().map(|timer| {
        let what = format!("{}; {} ms when left out", timer.what, timer.default_ms);
        (timer.name, json!({ "description": what }))
    }));
    let capabilities = protocol.capabilities().iter().copied().chain([GIVEN]);
    let capabilities: Vec<Value> = capabilities
        .map(|capability| match capability {
            GIVEN => json!({ "const": GIVEN, "description": GIVEN_WHAT }),
            other => json!({ "const": other, "description": format!("it takes `{other}` of what a scenario gives") }),
        })
        .collect();
    let mut properties = Map::from_iter([
        ("roles".to_owned(), json!({ "items": { "enum": roles }, "minItems": 1 })),
        ("dialect".to_owned(), dialect),
        ("timers".to_owned(), timers),
        ("capabilities".to_owned(), json!({ "items": { "oneOf": capabilities } })),
    ]);
    for option in protocol::ALL.iter().flat_map(|other| other.options()) {
        let own = protocol.options().iter().any(|own| own.name == option.name);
        let value = if own { words(option) } else { json!(false) };
        properties.insert(option.name.to_owned(), value);
    }
    json!({
        "if": { "properties": { "protocol": { "const": name } }, "required": ["protocol"] },
        "then": { "properties": properties },
    })
}

/// The words of an option: one of them, or a list where it takes several.
fn words(option: &OptionSpec) -> Value {
    let mut words: Vec<Value> = option.words.iter().map(|word| json!(word)).collect();
    words.extend(option.words.iter().filter_map(|word| word.parse::<bool>().ok()).map(Value::from));
    if option.several {
        let list = json!({ "type": "array", "items": { "enum": words } });
        json!({ "description": option.what, "anyOf": [{ "enum": words }, list] })
    } else {
        let default = option.words.first();
        json!({ "description": option.what, "enum": words, "default": default })
    }
}

/// An object with these keys and no other.
fn object<'a>(properties: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let properties: Map<String, Value> =
        properties.map(|(name, value)| (name.to_owned(), value)).collect();
    json!({ "properties": properties, "additionalProperties": false })
}
