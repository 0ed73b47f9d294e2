//! What is wrong with packets, fields, values and labels, and how that is said.

use insta::assert_snapshot;

use crate::scenario::check::tests::{errors, step_errors};

#[test]
fn packets_and_fields_exist() {
    assert_snapshot!(
        step_errors(
            "  - send: { DATE: { data: x } }
  - expect: { DATA: { acknowleged: 5 } }
  - expect: [ COOKIE-ACKK, { SHUTDOWN: { data: x } } ]
    allow: [ ABRT ]
"
        ),
        @"
    error: mnet has no packet `DATE`
     --> a.yaml:5:13
      |
    5 |   - send: { DATE: { data: x } }
      |             ^^^^
      |
      = help: did you mean `DATA`?

    error: DATA has no field `acknowleged`
     --> a.yaml:6:23
      |
    6 |   - expect: { DATA: { acknowleged: 5 } }
      |                       ^^^^^^^^^^^
      |
      = help: did you mean `acknowledged`?

    error: mnet has no packet `COOKIE-ACKK`
     --> a.yaml:7:15
      |
    7 |   - expect: [ COOKIE-ACKK, { SHUTDOWN: { data: x } } ]
      |               ^^^^^^^^^^^
      |
      = help: did you mean `COOKIE-ACK`?

    error: SHUTDOWN has no field `data`
     --> a.yaml:7:42
      |
    7 |   - expect: [ COOKIE-ACKK, { SHUTDOWN: { data: x } } ]
      |                                          ^^^^
      |
      = help: one of: tag, acknowledged

    error: mnet has no packet `ABRT`
     --> a.yaml:8:14
      |
    8 |     allow: [ ABRT ]
      |              ^^^^
      |
      = help: did you mean `ABORT`?
    "
    );
}

#[test]
fn values_are_of_the_kind_and_size_of_the_field() {
    assert_snapshot!(
        step_errors(
            "  - send: { DATA: { data: 12, sequence: abc, acknowledged: 4294967296, tag: { hex: aabb } } }
  - send: { COOKIE: { version: 0x100 } }
  - expect: { DATA: { sequence: { from: 0, to: 99999999999 }, tag: { length: 4 }, length: { length: 2 } } }
  - expect: { DATA: { data: { not: { random: 3 } } } }
  - delivered: 5
"
        ),
        @r#"
    error: the field `data` is octets, not a number
     --> a.yaml:5:27
      |
    5 |   - send: { DATA: { data: 12, sequence: abc, acknowledged: 4294967296, tag: { hex: aabb } } }
      |                           ^^
      |
      = help: write `"12"` for the text, or `{ hex: … }`

    error: the field `sequence` is a number
     --> a.yaml:5:41
      |
    5 |   - send: { DATA: { data: 12, sequence: abc, acknowledged: 4294967296, tag: { hex: aabb } } }
      |                                         ^^^

    error: 4294967296 does not fit into the field `acknowledged`: it has 4 octets, at most 4294967295
     --> a.yaml:5:60
      |
    5 |   - send: { DATA: { data: 12, sequence: abc, acknowledged: 4294967296, tag: { hex: aabb } } }
      |                                                            ^^^^^^^^^^

    error: the field `tag` has 3 octets, not 2
     --> a.yaml:5:77
      |
    5 |   - send: { DATA: { data: 12, sequence: abc, acknowledged: 4294967296, tag: { hex: aabb } } }
      |                                                                             ^
      |
      = help: a packet with a wrong length is made by `damage` or `octets`

    error: 256 does not fit into the field `version`: it has 1 octet, at most 255
     --> a.yaml:6:32
      |
    6 |   - send: { COOKIE: { version: 0x100 } }
      |                                ^^^^^

    error: 99999999999 does not fit into the field `sequence`: it has 4 octets, at most 4294967295
     --> a.yaml:7:33
      |
    7 |   - expect: { DATA: { sequence: { from: 0, to: 99999999999 }, tag: { length: 4 }, length: { length: 2 } } }
      |                                 ^

    error: the field `tag` always has 3 octets
     --> a.yaml:7:68
      |
    7 |   - expect: { DATA: { sequence: { from: 0, to: 99999999999 }, tag: { length: 4 }, length: { length: 2 } } }
      |                                                                    ^

    error: the field `length` is a number: it has no `length`
     --> a.yaml:7:91
      |
    7 |   - expect: { DATA: { sequence: { from: 0, to: 99999999999 }, tag: { length: 4 }, length: { length: 2 } } }
      |                                                                                           ^
      |
      = help: compare the number itself

    error: what is drawn from the seed can be sent, not expected
     --> a.yaml:8:29
      |
    8 |   - expect: { DATA: { data: { not: { random: 3 } } } }
      |                             ^

    error: `delivered` takes octets, not a number
     --> a.yaml:9:16
      |
    9 |   - delivered: 5
      |                ^
      |
      = help: write `"5"` for the text, or `{ hex: … }`
    "#
    );
}

#[test]
fn labels_are_given_before_they_are_used() {
    assert_snapshot!(
        step_errors(
            "  - send: { DATA: { tag: { of: cookie } } }
  - expect: COOKIE
    as: cookie
  - send: { DATA: { tag: { of: cookie, plus: 1 }, sequence: { of: cookie, field: hmac } } }
  - repeat: cooky
  - repeat: cookie
  - send: DATA
    as: last
"
        ),
        @"
    error: the label `cookie` is used before a step gives it
     --> a.yaml:5:32
      |
    5 |   - send: { DATA: { tag: { of: cookie } } }
      |                                ^^^^^^

    error: the field `tag` is octets: `plus` is for numbers
     --> a.yaml:8:26
      |
    8 |   - send: { DATA: { tag: { of: cookie, plus: 1 }, sequence: { of: cookie, field: hmac } } }
      |                          ^

    error: the field `sequence` is a number, and `hmac` is octets
     --> a.yaml:8:61
      |
    8 |   - send: { DATA: { tag: { of: cookie, plus: 1 }, sequence: { of: cookie, field: hmac } } }
      |                                                             ^

    error: no step before gives the label `cooky`
     --> a.yaml:9:13
      |
    9 |   - repeat: cooky
      |             ^^^^^
      |
      = help: did you mean `cookie`?

    error: `cookie` came from the subject; `repeat` is for what was sent
      --> a.yaml:10:13
       |
    10 |   - repeat: cookie
       |             ^^^^^^

    error: `last` cannot be a label
      --> a.yaml:12:9
       |
    12 |     as: last
       |         ^^^^
    "
    );
}

#[test]
fn nothing_can_be_repeated_before_something_was_sent() {
    assert_snapshot!(
        errors("title: x\nclauses: [MNET-DATA-3]\nsteps:\n  - repeat: last\n"),
        @"
    error: nothing was sent before that could be repeated
     --> a.yaml:4:13
      |
    4 |   - repeat: last
      |             ^^^^
    "
    );
}

#[test]
fn damage_fits_the_packet() {
    assert_snapshot!(
        step_errors(
            "  - send: { DATA: { data: x } }
    damage: [ { flip: { field: hmac } }, { flip: { field: tag, octet: 3, bit: 8 } }, { set: { offset: 70000, value: 1 } }, { append: 5 } ]
  - send: { octets: 00 }
    damage: [ { flip: { field: tag } } ]
"
        ),
        @r#"
    error: DATA has no field `hmac`
     --> a.yaml:6:32
      |
    6 |     damage: [ { flip: { field: hmac } }, { flip: { field: tag, octet: 3, bit: 8 } }, { set: { offset: 70000, value: 1 } }, { append: ...
      |                                ^^^^
      |
      = help: one of: tag, sequence, acknowledged, length, data

    error: an octet has the bits 0 to 7, not 8
     --> a.yaml:6:42
      |
    6 |     damage: [ { flip: { field: hmac } }, { flip: { field: tag, octet: 3, bit: 8 } }, { set: { offset: 70000, value: 1 } }, { append: ...
      |                                          ^

    error: the field `tag` has 3 octets, counted from 0
     --> a.yaml:6:42
      |
    6 |     damage: [ { flip: { field: hmac } }, { flip: { field: tag, octet: 3, bit: 8 } }, { set: { offset: 70000, value: 1 } }, { append: ...
      |                                          ^

    error: `append` takes octets, not a number
     --> a.yaml:6:124
      |
    6 |     damage: [ { flip: { field: hmac } }, { flip: { field: tag, octet: 3, bit: 8 } }, { set: { offset: 70000, value: 1 } }, { append: ...
      |                                                                                                                            ^
      |
      = help: write `"5"` for the text, or `{ hex: … }`

    error: `flip` needs a packet whose fields are known
     --> a.yaml:8:15
      |
    8 |     damage: [ { flip: { field: tag } } ]
      |               ^
      |
      = help: use `set` with an offset
    "#
    );
}
