//! Asynchronous code on simulated hosts: the reference's own socket code and somebody else's get the verdicts of `sim`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::Arc;

use harness::corpus::Corpus;
use harness::engine::turmoil::{Host, Software};
use harness::journal::What;
use harness::kills::{self, Breadth, Trial};
use harness::protocol::{self, SubjectSetup};
use harness::runner::{Asynchronous, EngineChoice, SubjectChoice};
use harness::subject::Subject;
use harness::verdict::Verdict;
use rstest::rstest;
use simulator::Instant;

use crate::support::{REFERENCE, Scratch, described, mnet, play_in, select, wireproof_in, written};

/// Plays a part of the corpus in this engine.
fn play(engine: EngineChoice, selectors: &[&str], subject: SubjectChoice) -> crate::support::Play {
    play_in(engine, &select(selectors), subject, Vec::new(), None)
}

#[rstest]
#[case::mnet(&["mnet"], 300)]
#[case::paperclip(&["paperclip/header", "paperclip/handshake", "paperclip/transfer"], 200)]
#[case::chat(&["chat"], 300)]
fn the_reference_gets_the_same_verdicts_by_its_socket_code_as_without(
    #[case] selectors: &[&str],
    #[case] at_least: usize,
) {
    let [sim, turmoil] = [EngineChoice::Sim, EngineChoice::Turmoil].map(|engine| {
        let results = play(engine, selectors, REFERENCE).results;
        let judged = results.cases.iter().map(|case| {
            let judgement = &case.judgement;
            // Evidence for other clauses may turn on a millisecond.
            let cited = case.cites.iter().map(|clause| judgement.clauses.get(clause).copied());
            (described(case), cited.collect::<Vec<_>>(), judgement.findings.len())
        });
        judged.collect::<Vec<_>>()
    });
    assert!(sim.len() >= at_least, "{} cases", sim.len());
    assert_eq!(sim.len(), turmoil.len());
    for (sim, turmoil) in sim.iter().zip(&turmoil) {
        assert_eq!(sim, turmoil);
    }
}

#[test]
fn one_seed_gives_the_same_journals_in_one_process_and_in_two() {
    let selectors =
        ["mnet/transfer", "mnet/open", "paperclip/session", "chat/messages", "chat/client"];
    let journals = || {
        let selection = select(&selectors);
        let play = play_in(EngineChoice::Turmoil, &selection, REFERENCE, Vec::new(), Some(7));
        play.cases()
            .map(|(case, journal)| (format!("{} {}", case.scenario, case.role), written(journal)))
            .collect::<BTreeMap<_, _>>()
    };
    let (first, second) = (journals(), journals());
    assert!(first.len() > 60, "{} journals", first.len());
    for (case, octets) in &first {
        assert!(second[case] == *octets, "{case} differs from one run to the next");
    }
    let scratch = Scratch::new("turmoil");
    let options = ["--engine", "turmoil", "--seed", "7", "--jobs", "1", "--out", "out"];
    let words = ["run"].into_iter().chain(selectors).chain(options);
    let output = wireproof_in(scratch.path(), words);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let files = fs::read_dir(scratch.path().join("out/journals")).unwrap();
    let files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), first.len());
    for file in &files {
        let octets = fs::read(file).unwrap();
        let known = first.values().any(|known| *known == octets);
        assert!(known, "{} differs from this process", file.display());
    }
    let journal = files.first().unwrap().to_str().unwrap();
    let replayed = wireproof_in(scratch.path(), ["replay", journal]);
    assert!(replayed.out.contains("the same run, octet for octet"), "{}", replayed.shown());
}

/// It loses what waits to be sent when it refuses a packet; the connections of turmoil take what is written before login at once.
const NEEDS_A_FULL_CONNECTION: &str = "refusal-loses-replies";

#[rstest]
#[case::mnet("mnet", 16)]
#[case::paperclip("paperclip", 32)]
#[case::chat("chat", 16)]
fn mutants_are_killed_by_their_clauses(#[case] name: &str, #[case] every: usize) {
    let protocol = protocol::by_name(name).unwrap();
    let corpus = Corpus::embedded();
    let scenarios = select(&[name]).scenarios;
    let trial = Trial {
        protocol,
        corpus: &corpus,
        scenarios: &scenarios,
        dialects: &[],
        engine: EngineChoice::Turmoil,
        breadth: Breadth::Likely,
        jobs: kills::processors(),
    };
    let excused = crate::support::exceptions(protocol);
    let killable = protocol.mutants().into_iter().filter(|mutant| {
        mutant.name != NEEDS_A_FULL_CONNECTION
            && !excused.mutants.iter().any(|exception| exception.mutant.value == mutant.name)
    });
    let sample: Vec<_> = killable.step_by(every).collect();
    assert!(sample.len() >= 8, "{} mutants", sample.len());
    let tried = kills::try_all(&trial, &sample).unwrap();
    let alive: Vec<_> =
        tried.iter().filter(|one| one.survives()).map(|one| one.mutant.name).collect();
    assert_eq!(alive, Vec::<&str>::new());
}

/// An implementation of one's own: a loop over a socket like tokio's, its timers and its application. What the packets mean it has
/// from the reference; datagrams of this length it does not hear.
async fn own_loop(mut endpoint: Box<dyn Subject>, host: Host, deaf_to: usize) -> io::Result<()> {
    let Host { socket, mut control } = host;
    let begun = tokio::time::Instant::now();
    let now = || Instant::START + begun.elapsed();
    let mut buffer = [0; 2048];
    loop {
        while let Some(datagram) = endpoint.poll_transmit() {
            socket.send_to(&datagram.octets, datagram.to).await?;
        }
        while let Some((session, event)) = endpoint.poll_event() {
            control.tell(session, event);
        }
        let due = endpoint.poll_timeout().map(|due| begun + due.duration_since(Instant::START));
        let timer = async {
            match due {
                Some(due) => tokio::time::sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            command = control.command() => endpoint.handle_command(now(), &command),
            () = timer => endpoint.handle_timeout(now()),
            received = socket.recv_from(&mut buffer) => {
                let (length, from) = received?;
                if length != deaf_to {
                    endpoint.handle_datagram(now(), from, &buffer[..length]);
                }
            }
        }
    }
}

/// That implementation as a subject.
fn of_ones_own(deaf_to: usize) -> SubjectChoice {
    let make = move |setup: &SubjectSetup<'_>| -> Software {
        let endpoint = mnet().reference(setup);
        Box::new(move |host| Box::pin(own_loop(endpoint, host, deaf_to)))
    };
    SubjectChoice::Asynchronous(Asynchronous { name: "own loop".into(), make: Arc::new(make) })
}

#[test]
fn asynchronous_code_of_ones_own_is_judged_like_any_other() {
    let selectors = ["mnet/wire", "mnet/transfer"];
    let whole = play(EngineChoice::Turmoil, &selectors, of_ones_own(usize::MAX)).results;
    assert_eq!(whole.totals.keys().collect::<Vec<_>>(), [&Verdict::Pass], "{:?}", whole.totals);

    let scenario = ["mnet/wire/DATA-of-1472-octets-is-accepted"];
    let broken = play(EngineChoice::Turmoil, &scenario, of_ones_own(1472)).results;
    assert_eq!(broken.cases.len(), 2, "one for each role");
    for case in &broken.cases {
        assert_eq!(case.judgement.verdict, Verdict::Fail, "{}", described(case));
        let clause = case.judgement.decisive().and_then(|finding| finding.clause.as_ref());
        assert_eq!(clause.map(ToString::to_string).as_deref(), Some("MNET-WIRE-11"));
    }
}

#[test]
fn code_that_ends_before_the_run_does_has_crashed() {
    let make = |_: &SubjectSetup<'_>| -> Software {
        Box::new(|_| Box::pin(async { Err(io::Error::other("out of ideas")) }))
    };
    let short = Asynchronous { name: "short".into(), make: Arc::new(make) };
    let scenario = ["mnet/wire/DATA-of-1472-octets-is-accepted"];
    let results =
        play(EngineChoice::Turmoil, &scenario, SubjectChoice::Asynchronous(short)).results;
    for case in &results.cases {
        assert_eq!(case.judgement.verdict, Verdict::Fail, "{}", described(case));
        assert_eq!(case.judgement.ending.to_string(), "crashed (out of ideas)");
    }
}

#[test]
fn code_that_never_lets_time_pass_is_stopped() {
    let make = |_: &SubjectSetup<'_>| -> Software {
        Box::new(|Host { socket, .. }| {
            Box::pin(async move {
                loop {
                    socket.send_to(b"again", ([192, 0, 2, 2], 5000).into()).await?;
                }
            })
        })
    };
    let restless = Asynchronous { name: "restless".into(), make: Arc::new(make) };
    let scenario = ["mnet/open/a-COOKIE-is-not-repeated-unasked"];
    let played = play(EngineChoice::Turmoil, &scenario, SubjectChoice::Asynchronous(restless));
    for (case, journal) in played.cases() {
        assert_ne!(case.judgement.verdict, Verdict::Pass, "{}", described(case));
        let last = journal.entries.last().map(|entry| &entry.what);
        let limit = matches!(last, Some(What::Limit(limit)) if limit.contains("come to an end"));
        assert!(limit, "{last:?}");
    }
}

#[test]
fn asynchronous_code_is_not_run_without_its_sockets() {
    let scenario = ["mnet/wire/DATA-of-1472-octets-is-accepted"];
    let results = play(EngineChoice::Sim, &scenario, of_ones_own(usize::MAX)).results;
    for case in &results.cases {
        assert_eq!(case.judgement.verdict, Verdict::Error);
        let said = "`own loop` is asynchronous code: only the engine `turmoil` can run it";
        assert!(described(case).ends_with(said), "{}", described(case));
    }
}
