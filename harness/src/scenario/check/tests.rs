//! What is wrong with scenarios that can be read, and how that is said.

use insta::assert_snapshot;

use super::*;
use crate::diagnostic::render_all;
use crate::protocol::mnet::Mnet;

pub(super) fn errors(text: &str) -> String {
    let found = Scenario::parse("a.yaml", text, &Mnet, Catalogue::of(&Mnet));
    render_all(&found.expect_err("the scenario is wrong"))
}

/// The errors of steps after the beginning `established`.
pub(super) fn step_errors(steps: &str) -> String {
    errors(&format!("title: x\nclauses: [MNET-DATA-3]\nbegin: established\nsteps:\n{steps}"))
}

#[test]
fn clauses_exist_and_bind_the_subject() {
    assert_snapshot!(
        errors(
            "title: x
clauses: [MNET-DATA-66, CLIP-HEAD-1, MNET-DATA-3, MNET-DATA-3]
steps:
  - expect: DATA
    clauses: [MNET-INIT-1]
"
        ),
        @"
    error: there is no clause MNET-DATA-66
     --> a.yaml:2:11
      |
    2 | clauses: [MNET-DATA-66, CLIP-HEAD-1, MNET-DATA-3, MNET-DATA-3]
      |           ^^^^^^^^^^^^
      |
      = help: did you mean `MNET-DATA-6`?

    error: CLIP-HEAD-1 is a clause of another protocol: those of mnet begin with MNET
     --> a.yaml:2:25
      |
    2 | clauses: [MNET-DATA-66, CLIP-HEAD-1, MNET-DATA-3, MNET-DATA-3]
      |                         ^^^^^^^^^^^

    error: MNET-DATA-3 is named twice
     --> a.yaml:2:51
      |
    2 | clauses: [MNET-DATA-66, CLIP-HEAD-1, MNET-DATA-3, MNET-DATA-3]
      |                                                   ^^^^^^^^^^^

    error: MNET-INIT-1 binds the listener only, and the subject of this scenario is not only that
     --> a.yaml:5:15
      |
    5 |     clauses: [MNET-INIT-1]
      |               ^^^^^^^^^^^
      |
      = help: say `subject: listener`
    "
    );
}

#[test]
fn a_clause_that_is_none_is_refused_while_reading() {
    assert_snapshot!(errors("title: x\nclauses: [MNET-DATA]\nsteps: [ { wait: 1 s } ]\n"), @"
    error: `MNET-DATA` is not a clause; a clause is written like `MNET-DATA-6`
     --> a.yaml:2:11
      |
    2 | clauses: [MNET-DATA]
      |           ^^^^^^^^^
    ");
}

#[test]
fn names_of_timers_beginnings_and_peers_exist() {
    assert_snapshot!(
        errors(
            "title: x
clauses: [MNET-DATA-3]
begin: establised
peers: { far: other-port, Upper: other-port }
steps:
  - expect: DATA
    within: data-agan
  - send: DATA
    by: stranger
"
        ),
        @"
    error: mnet has no beginning `establised`
     --> a.yaml:3:8
      |
    3 | begin: establised
      |        ^^^^^^^^^^
      |
      = help: did you mean `established`?

    error: `Upper` is not a name: lower case letters, digits, `-`
     --> a.yaml:4:27
      |
    4 | peers: { far: other-port, Upper: other-port }
      |                           ^^^^^

    error: mnet has no timer `data-agan`
     --> a.yaml:7:13
      |
    7 |     within: data-agan
      |             ^^^^^^^^^
      |
      = help: did you mean `data-again`?

    error: `stranger` is not declared under `peers`
     --> a.yaml:9:9
      |
    9 |     by: stranger
      |         ^^^^^^^^
      |
      = help: one of: far, Upper, peer
    "
    );
}

#[test]
fn a_mutant_is_killed_by_a_scenario_that_cites_its_clause() {
    let mutant = Mnet.mutants().into_iter().next().expect("the reference has mutants");
    let other =
        if mutant.clause.to_string() == "MNET-DATA-3" { "MNET-DATA-4" } else { "MNET-DATA-3" };
    let text = format!(
        "title: x\nclauses: [{other}]\nkills: [{}]\nsteps: [ {{ wait: 1 s }} ]\n",
        mutant.name
    );
    let expected =
        format!("`{}` breaks {}, which this scenario does not cite", mutant.name, mutant.clause);
    assert!(errors(&text).contains(&expected));
    let unknown = text.replace(mutant.name, "zzz");
    assert!(errors(&unknown).contains("there is no mutant `zzz`"));
}

#[test]
fn what_is_needed_is_stated() {
    assert_snapshot!(
        errors(
            "title: x
clauses: [MNET-DATA-3]
given: { users: 2 }
peers: { far: other-address }
steps:
  - tell: { write: hello }
  - event: closed
"
        ),
        @"
    error: what is under `given` needs `given`
     --> a.yaml:1:8
      |
    1 | title: x
      |        ^
      |
      = help: add `given` to `needs`

    error: a peer at another address needs `second-address`
     --> a.yaml:4:15
      |
    4 | peers: { far: other-address }
      |               ^^^^^^^^^^^^^
      |
      = help: add `second-address` to `needs`

    error: telling the subject's application, or hearing from it, needs `control`
     --> a.yaml:6:11
      |
    6 |   - tell: { write: hello }
      |           ^
      |
      = help: add `control` to `needs`
    "
    );
}

#[test]
fn a_scenario_is_a_conversation_or_a_transfer() {
    assert_snapshot!(
        errors(
            "title: x
clauses: [MNET-DATA-3]
begin: established
steps: [ { wait: 1 s } ]
transfer: { subject-writes: 9 GiB, delivered: [MNET-DATA-3], closed: [] }
"
        ),
        @"
    error: a transfer begins by itself: `begin` means nothing here
     --> a.yaml:3:8
      |
    3 | begin: established
      |        ^^^^^^^^^^^

    error: a scenario has `steps` or a `transfer`, not both
     --> a.yaml:5:11
      |
    5 | transfer: { subject-writes: 9 GiB, delivered: [MNET-DATA-3], closed: [] }
      |           ^

    error: `closed` names no clause
     --> a.yaml:5:11
      |
    5 | transfer: { subject-writes: 9 GiB, delivered: [MNET-DATA-3], closed: [] }
      |           ^

    error: 9 GiB is more than 8 GiB
     --> a.yaml:5:29
      |
    5 | transfer: { subject-writes: 9 GiB, delivered: [MNET-DATA-3], closed: [] }
      |                             ^^^^^

    error: an echoing application writes nothing of its own
     --> a.yaml:5:29
      |
    5 | transfer: { subject-writes: 9 GiB, delivered: [MNET-DATA-3], closed: [] }
      |                             ^^^^^
      |
      = help: say `application: control`
    "
    );
    assert_snapshot!(errors("title: x\nclauses: []\n"), @"
    error: `clauses` names no clause
     --> a.yaml:1:8
      |
    1 | title: x
      |        ^

    error: a scenario has `steps` or a `transfer`
     --> a.yaml:1:8
      |
    1 | title: x
      |        ^
    ");
}

#[test]
fn seeds_need_faults_and_a_schedule_stands_alone() {
    assert_snapshot!(
        errors("title: x\nclauses: [MNET-DATA-3]\nsteps: [ { wait: 1 s } ]\nseeds: 1..4\n"),
        @"
    error: seeds 1..4 without a `network` or a `transfer`
     --> a.yaml:4:8
      |
    4 | seeds: 1..4
      |        ^^^^
      |
      = help: without faults every seed is the same conversation
    "
    );
    assert_snapshot!(
        errors(
            "title: x
clauses: [MNET-DATA-3]
steps: [ { wait: 1 s } ]
network: { delay: 1..2 ms, lose: 1 %, schedule: [] }
"
        ),
        @"
    error: the schedule is empty
     --> a.yaml:4:49
      |
    4 | network: { delay: 1..2 ms, lose: 1 %, schedule: [] }
      |                                                 ^

    error: a schedule stands instead of weather, not beside it
     --> a.yaml:4:49
      |
    4 | network: { delay: 1..2 ms, lose: 1 %, schedule: [] }
      |                                                 ^
      |
      = help: beside `schedule` there is only `delay` and `hold-max`

    error: with a schedule `delay` is one time, not a range
     --> a.yaml:4:49
      |
    4 | network: { delay: 1..2 ms, lose: 1 %, schedule: [] }
      |                                                 ^
    "
    );
}

#[test]
fn whoever_moves_or_is_started_again_can_be() {
    let found = step_errors("  - rebind: elsewhere\n  - restart: subject\n  - restart: peer\n");
    assert!(found.contains("unknown word `peer`"), "{found}");
    let found = step_errors("  - rebind: elsewhere\n  - restart: subject\n");
    for part in ["elsewhere", "only a listener is started again", "say `subject: listener`"] {
        assert!(found.contains(part), "no `{part}`: {found}");
    }
    let schedule = "network:\n  schedule: [{ link: peer>subject, message: INIT, rebind: true }]\n";
    let found = step_errors(&format!("  - send: INIT\n{schedule}"));
    assert!(found.contains("`rebind` in a schedule is what the proxy does"), "{found}");
    let chat = crate::protocol::by_name("chat").unwrap();
    let text = "title: x\nclauses: [CHAT-CONN-1]\nsubject: server\nbegin: connected\nsteps:\n";
    let text = format!("{text}  - rebind: peer\n  - restart: subject\n");
    let found = Scenario::parse("a.yaml", &text, chat, Catalogue::of(chat));
    let found = render_all(&found.expect_err("streams have neither"));
    for part in
        ["a connection is bound to its address", "does not restart subjects of protocols on"]
    {
        assert!(found.contains(part), "no `{part}`: {found}");
    }
}
