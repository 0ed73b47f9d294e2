//! What a scenario's file may say, and how its errors read.

use insta::assert_snapshot;

use super::*;
use crate::diagnostic::render_all;
use crate::protocol::mnet::Mnet;

fn parse(text: &str) -> Result<Scenario, Vec<Diagnostic>> {
    Scenario::parse("a.yaml", text, &Mnet, Catalogue::of(&Mnet))
}

fn errors(text: &str) -> String {
    render_all(&parse(text).expect_err("the scenario is wrong"))
}

#[test]
fn a_conversation_is_read_with_the_place_of_every_value() {
    let scenario = parse(
        "title: a repeated DATA is acknowledged again
clauses: [MNET-DATA-6, MNET-DATA-3]
begin: established
steps:
  - send: { DATA: { data: hello, sequence: 5 } }
    as: first
  - expect: { DATA: { acknowledged: 5 } }
    within: 500 ms
    clauses: [MNET-DATA-4]
  - repeat: first
  - expect:
      - { DATA: { acknowledged: { not: 4 }, data: { length: 0..5 } } }
      - any
    within: data-again
  - delivered: hello
  - send: { octets: de ad }
  - silence: 1 s
",
    )
    .unwrap();
    assert_eq!(scenario.clauses[1].place().column, 24);
    let Some(PacketTemplate::Packet { name, fields }) =
        scenario.steps[0].send.as_ref().map(|send| &send.value)
    else {
        panic!("the first step sends a packet");
    };
    assert_eq!((name.value.as_str(), name.line, name.column), ("DATA", 5, 13));
    assert_eq!(fields[0].1.value, FieldValue::Text("hello".into()));
    assert_eq!((fields[1].0.column, fields[1].1.column, fields[1].1.length), (34, 44, 1));
    let expected = scenario.steps[3].expect.as_ref().unwrap();
    assert_eq!(expected.len(), 2);
    assert_eq!(expected[1], PacketPattern::Any);
    let within = scenario.steps[3].within.as_ref().unwrap();
    assert_eq!(within.value, Within::Timer("data-again".into()));
    let octets = scenario.steps[5].send.as_ref().unwrap();
    assert_eq!(octets.value, PacketTemplate::Octets(vec![0xde, 0xad]));
    let cites: Vec<String> = scenario.cites().iter().map(ToString::to_string).collect();
    assert_eq!(cites, ["MNET-DATA-3", "MNET-DATA-4", "MNET-DATA-6"]);
}

#[test]
fn a_transfer_is_read_with_its_weather() {
    let scenario = parse(
        "title: 64 KiB come through loss
clauses: [MNET-DATA-3]
transfer:
  peer-writes: 64 KiB
  closes: peer
  delivered: [MNET-DATA-3]
  closed: [MNET-SHUT-5]
network: { delay: 5..40 ms, lose: 15 %, to-peer: { lose: 1 % } }
seeds: 1..16
",
    )
    .unwrap();
    let transfer = scenario.transfer.unwrap();
    assert_eq!(transfer.peer_writes.as_ref().unwrap().value, Size(65_536));
    assert_eq!(scenario.seeds.unwrap().iter().count(), 16);
    assert_eq!(scenario.network.unwrap().weather_to_peer().lose.to_string(), "1 %");
}

#[test]
fn further_peers_stand_in_the_order_of_the_file() {
    let scenario = parse(
        "title: a forged packet changes nothing
clauses: [MNET-WIRE-12]
needs: [second-address]
peers: { stranger: other-port, forger: other-address }
begin: established
steps:
  - send: { DATA: { data: evil } }
    by: forger
    session: peer
  - quiet: 200 ms
    by: forger
",
    )
    .unwrap();
    let names: Vec<&str> = scenario.peers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["stranger", "forger"]);
}

#[test]
fn an_unknown_key_names_the_near_one() {
    assert_snapshot!(errors("title: x\nclauses: [MNET-DATA-3]\nsteps:\n  - expct: DATA\n"), @"
    error: unknown key `expct`
     --> a.yaml:4:5
      |
    4 |   - expct: DATA
      |     ^^^^^
      |
      = help: did you mean `expect`?
    ");
}

#[test]
fn a_missing_key_is_named() {
    assert_snapshot!(errors("clauses: [MNET-DATA-3]\nsteps: [ { wait: 1 s } ]\n"), @"
    error: the key `title` is missing
     --> a.yaml:2:1
      |
    2 | steps: [ { wait: 1 s } ]
      | ^^^^^
    ");
}

#[test]
fn a_step_has_exactly_one_verb() {
    assert_snapshot!(
        errors(
            "title: x
clauses: [MNET-DATA-3]
steps:
  - send: DATA
    expect: DATA
  - note: nothing happens
"
        ),
        @"
    error: a step does one thing, this one has `send` and `expect`
     --> a.yaml:5:13
      |
    5 |     expect: DATA
      |             ^^^^
      |
      = help: make it two steps

    error: this step does nothing
     --> a.yaml:6:5
      |
    6 |   - note: nothing happens
      |     ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: one of: send, repeat, expect, quiet, silence, wait, delivered, tell, event, rebind, restart, connect, finish, reset, stop-reading, read, ended
    "
    );
}

#[test]
fn keys_beside_a_verb_must_mean_something() {
    assert_snapshot!(
        errors(
            "title: x
clauses: [MNET-DATA-3]
steps:
  - send: DATA
    within: 1 s
  - expect: DATA
    damage: [ { cut: 3 } ]
    times: 0
    otherwise: no
  - wait: 0 ms
    clauses: [MNET-DATA-3]
"
        ),
        @"
    error: `within` means nothing with `send`
     --> a.yaml:5:13
      |
    5 |     within: 1 s
      |             ^^^
      |
      = help: it goes with expect, delivered, event, connect, ended

    error: `damage` means nothing with `expect`
     --> a.yaml:7:15
      |
    7 |     damage: [ { cut: 3 } ]
      |               ^
      |
      = help: it goes with send, repeat

    error: mnet has no connections: this is for streams
     --> a.yaml:8:12
      |
    8 |     times: 0
      |            ^

    error: `times` is from 1 to 20000
     --> a.yaml:8:12
      |
    8 |     times: 0
      |            ^

    error: `otherwise` says in some words why this need not come
     --> a.yaml:9:16
      |
    9 |     otherwise: no
      |                ^^

    error: `wait` takes no time
      --> a.yaml:10:11
       |
    10 |   - wait: 0 ms
       |           ^^^^

    error: `clauses` means nothing with `wait`
      --> a.yaml:11:15
       |
    11 |     clauses: [MNET-DATA-3]
       |               ^^^^^^^^^^^
       |
       = help: it goes with expect, quiet, silence, delivered, event, connect, ended
    "
    );
}

#[test]
fn a_schema_is_made_of_the_types() {
    let schema = schema();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], serde_json::json!(["title", "clauses"]));
    let step = &schema["$defs"]["Step"];
    assert_eq!(step["additionalProperties"], false);
    assert!(step["properties"]["send"]["description"].as_str().unwrap().contains("Sends a packet"));
}

#[test]
fn every_key_is_in_the_documentation() {
    let page = include_str!("../../../docs/scenario-format.md");
    let schema = schema();
    let types = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    let keys = types.filter_map(|of| of["properties"].as_object()).flat_map(|keys| keys.keys());
    let missing: Vec<_> = keys
        .filter(|key| !page.contains(&format!("`{key}`")) && !page.contains(&format!("{key}: ")))
        .collect();
    assert!(missing.is_empty(), "docs/scenario-format.md does not have {missing:?}");
}

#[test]
fn the_examples_of_the_documentation_are_scenarios() {
    let page = include_str!("../../../docs/scenario-format.md");
    let examples: Vec<&str> = page
        .split("```yaml\n# a scenario\n")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("```")?.0))
        .collect();
    assert_eq!(examples.len(), 4);
    for example in examples {
        if let Err(errors) = parse(example) {
            panic!("{}", render_all(&errors));
        }
    }
}

#[test]
fn a_text_may_be_one_character_over_and_over() {
    let says = |text: &str, message: &str| {
        let file = format!(
            "title: a text\nclauses: [CHAT-TEXT-2]\nsubject: client\nneeds: [control]\napplication: control\nsteps:\n  \
             - tell: {{ say: {{ room: ROOM0001, text: {text} }} }}\n  - expect: {{ U80: {{ message: {message} }} }}\n"
        );
        let chat = crate::protocol::by_name("chat").unwrap();
        Scenario::parse("a.yaml", &file, chat, Catalogue::of(chat))
            .map(drop)
            .map_err(|errors| render_all(&errors))
    };
    assert_eq!(
        says("{ octet: 0x61, times: 2999 }", "{ base64: { octet: 0x61, times: 2999 } }"),
        Ok(())
    );
    let no_character = says("{ octet: 0xff, times: 3 }", "hi").unwrap_err();
    assert!(
        no_character.contains("`text` takes a text, or one character over and over"),
        "{no_character}"
    );
    for wrong in ["{ base64: { octet: 0x61 } }", "{ base64: { octet: 300, times: 2 } }"] {
        let error = says("hi", wrong).unwrap_err();
        assert!(
            error.contains("`base64` takes a text, `{ hex: … }` or `{ octet: …, times: … }`"),
            "{error}"
        );
    }
}
