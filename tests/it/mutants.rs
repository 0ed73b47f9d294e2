//! Every mutant is killed by a scenario that cites its clause, and every scenario kills one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use harness::corpus::{Corpus, Entry};
use harness::exceptions::is_reason;
use harness::kills::{self, Breadth, Trial, Tried};
use harness::protocol::{self, Protocol};
use harness::runner::EngineChoice;
use insta::assert_snapshot;

use crate::support::{TRIED, exceptions, is_of_must, mnet, select, wireproof};

/// What became of this mutant.
fn tried<'a>(protocol: &dyn Protocol, name: &str) -> &'a Tried {
    let of_protocol = &TRIED[protocol.name()];
    let found = of_protocol.iter().find(|one| one.mutant.name == name);
    found.unwrap_or_else(|| panic!("there is no mutant `{name}` of {}", protocol.name()))
}

#[test]
fn who_only_leaves_advice_aside_is_failed_by_no_scenario() {
    let mut failed = Vec::new();
    for protocol in protocol::ALL {
        for one in &TRIED[protocol.name()] {
            if !is_of_must(protocol, &one.mutant) && !one.broken.is_empty() {
                failed.push((one.mutant.name, &one.broken));
            }
        }
    }
    assert_eq!(failed, []);
}

#[test]
fn a_run_against_a_mutant_of_mnet_names_its_clause_first() {
    let mut others = Vec::new();
    for one in TRIED["mnet"].iter().filter(|one| is_of_must(mnet(), &one.mutant)) {
        // What leaves the advice in a MUST aside is warned.
        let first = one.broken.first().map_or(&one.mutant.clause, |(clause, _)| clause);
        if *first != one.mutant.clause {
            others.push((one.mutant.name, &one.mutant.clause, &one.broken));
        }
    }
    assert_eq!(others, []);
}

#[test]
fn every_mutant_is_killed_by_its_clause_or_is_excepted_with_a_reason() {
    let mut survivors = String::new();
    for protocol in protocol::ALL {
        let exceptions = exceptions(protocol);
        for one in &TRIED[protocol.name()] {
            if one.survives() && exceptions.mutant(one.mutant.name).is_none() {
                let mutant = &one.mutant;
                writeln!(survivors, "{} ({}): {:?}", mutant.name, mutant.clause, one.noticed)
                    .unwrap();
            }
        }
    }
    assert!(survivors.is_empty(), "no scenario kills, with what was noticed:\n{survivors}");
}

#[test]
fn an_exception_names_a_mutant_that_lives_and_says_why() {
    for protocol in protocol::ALL {
        for entry in exceptions(protocol).mutants {
            let one = tried(protocol, &entry.mutant);
            assert!(one.survives(), "{} is killed by {:?}", entry.mutant.value, one.scenarios());
            assert!(is_reason(&entry.reason), "{} has no reason", entry.mutant.value);
        }
    }
}

/// Scenarios for what programs get wrong and no mutant of the reference does.
const WITHOUT_MUTANT: [&str; 12] = [
    "chat/client/a-change-of-alias-may-be-cut-at-every-position",
    "chat/client/a-connection-that-breaks-within-a-packet-is-borne",
    "chat/client/an-answer-with-any-message-ID-is-taken",
    "chat/client/the-end-of-a-stream-within-a-packet-is-borne",
    "chat/client/what-is-told-of-a-room-may-be-cut-at-every-position",
    "chat/long/long-messages-that-are-complete-do-not-count-as-unfinished",
    "chat/registration/an-email-of-a-usual-form-is-okay",
    "chat/texts/a-password-that-is-not-base64-is-wrong",
    "mnet/data/an-acknowledgement-on-DATA-counts",
    "mnet/open/an-old-cookie-is-good-as-long-as-it-says",
    "mnet/open/two-hundred-INITs-in-a-second-are-answered",
    "paperclip/fragments/a-PING-in-fragments-is-answered",
];

#[test]
fn every_scenario_kills_a_mutant() {
    let killers: BTreeSet<&str> =
        TRIED.values().flatten().flat_map(|one| one.scenarios()).collect();
    let is_idle = |entry: &Entry| {
        let id = entry.id.to_string();
        !killers.contains(id.as_str()) && !WITHOUT_MUTANT.contains(&id.as_str())
    };
    // Others had killed enough of their mutants before them: it is their turn now.
    let idle: Vec<String> = select(&[])
        .scenarios
        .iter()
        .filter(|entry| is_idle(entry) && !kills_any(entry))
        .map(|entry| entry.id.to_string())
        .collect();
    assert_eq!(idle, Vec::<String>::new(), "these kill nothing");
}

/// Whether a scenario, played by itself, kills a mutant of a clause that it cites.
fn kills_any(entry: &Entry) -> bool {
    let protocol = protocol::by_name(entry.id.protocol()).unwrap();
    let cited = entry.scenario.cites();
    protocol.mutants().into_iter().filter(|mutant| cited.contains(&mutant.clause)).any(|mutant| {
        let trial = Trial {
            protocol,
            corpus: &Corpus::embedded(),
            scenarios: std::slice::from_ref(entry),
            dialects: &[],
            engine: EngineChoice::Sim,
            breadth: Breadth::Likely,
            jobs: 1,
        };
        kills::try_all(&trial, &[mutant]).unwrap().iter().any(|one| !one.survives())
    })
}

#[test]
fn every_scenario_kills_the_mutants_that_it_names() {
    for entry in select(&[]).scenarios {
        let protocol = protocol::by_name(entry.id.protocol()).unwrap();
        for name in &entry.scenario.kills {
            let killers = tried(protocol, name).scenarios();
            assert!(
                killers.contains(entry.id.as_str()),
                "{} does not kill {}",
                entry.id,
                name.value
            );
        }
    }
}

#[test]
fn the_command_names_killers_and_survivors_and_ends_as_the_survivors_say() {
    let killed = wireproof("mutants MNET-ECHO-7");
    assert_eq!(killed.code, Some(0), "a survivor with a reason is no failure\n{}", killed.err);
    assert_snapshot!("a-clause", killed.out);

    // Nothing of this scenario shows the clause: without the others, the mutant lives.
    let scenario = "scenarios/mnet/wire/tags-are-random.yaml";
    let survived = wireproof(&format!("mutants echo-not-repeated --scenarios {scenario}"));
    assert_eq!(survived.code, Some(1), "{}", survived.err);
    assert_snapshot!("a-survivor", survived.out);
}

#[test]
fn the_command_says_which_selector_names_nothing() {
    for (line, what) in [
        ("mutants echo-not-repeeted", "did you mean `echo-not-repeated`?"),
        ("mutants MNET-ACK-2", "no mutant breaks MNET-ACK-2"),
        ("mutants nowhere*", "no mutant is named by `nowhere*`"),
    ] {
        let output = wireproof(line);
        assert_eq!(output.code, Some(2), "{line}");
        assert!(output.err.contains(what), "{line}: {}", output.err);
    }
}

#[test]
fn the_command_gives_the_same_as_json() {
    let output = wireproof("mutants mnet/echo-not-repeated --json");
    let list: serde_json::Value = serde_json::from_str(&output.out).unwrap();
    let [one] = list.as_array().unwrap().as_slice() else { panic!("{list}") };
    assert_eq!(one["clause"], "MNET-ECHO-7");
    assert_eq!(one["survives"], false);
    let scenario = &one["killers"][0]["scenario"];
    assert_eq!(scenario, "mnet/open/an-echo-behind-the-fifth-INIT-is-repeated");
}
