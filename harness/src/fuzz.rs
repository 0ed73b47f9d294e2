//! What fuzzers feed: everything that reads octets which others have made. None of it may panic, hang or grow without bound,
//! whatever the octets are.
//!
//! The targets of `fuzz` call these, and so does a bounded test on stable Rust.
#![expect(clippy::missing_panics_doc, reason = "a panic is what a fuzzer looks for")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use simulator::{Instant, Part};

use crate::capture;
use crate::corpus::Corpus;
use crate::engine::sim::EPOCH;
use crate::expect::Expectations;
use crate::journal::Journal;
use crate::profile::{DialectChoice, OptionChoice, Profile};
use crate::protocol::{self, Protocol, Role, SubjectSetup, Transport};
use crate::report::packet::table;
use crate::runner;
use crate::scenario::{Application, Scenario};
use crate::script::Command;
use crate::spec::Catalogue;
use crate::subject::Subject;

/// A target: takes any octets, and comes back.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: [(&str, Target); 8] = [
    ("decode", decode),
    ("listener", listener),
    ("connector", connector),
    ("scenario", scenario),
    ("profile", profile),
    ("journal", journal),
    ("capture", captured),
    ("expectations", expectations),
];

/// Whom a subject hears, and three others at the ports behind.
const PEER: ([u8; 4], u16) = ([192, 0, 2, 2], 5000);
/// Things that a subject does after one input; more is a loop.
const OUTPUTS_MAX: usize = 1_000_000;
/// Inputs of one listener.
const INPUTS_MAX: usize = 400;

/// Octets as a packet of every protocol in every dialect, shown field by field.
pub fn decode(octets: &[u8]) {
    for protocol in protocol::ALL {
        for dialect in DialectChoice::all(protocol) {
            let message = protocol.decode(&dialect, octets);
            assert_eq!(message.octets, octets, "octets are kept as they are");
            assert!(!table(&message, 3).is_empty() || octets.is_empty());
        }
    }
}

/// A listener of every protocol that is sent anything at any time. Each input is cut into pieces: an octet that says from which
/// address, one for the time that passes, one for the length, and the piece itself.
pub fn listener(octets: &[u8]) {
    fed(Role::Listener, octets);
}

/// The side that begins, of every protocol, in the same way: it has opened a session, and anything comes in answer.
pub fn connector(octets: &[u8]) {
    fed(Role::Connector, octets);
}

fn fed(role: Role, octets: &[u8]) {
    for protocol in protocol::ALL {
        let dialect = DialectChoice::default_for(protocol);
        let options = OptionChoice::default_for(protocol);
        let mut subject = protocol.reference(&SubjectSetup {
            dialect: &dialect,
            role,
            options: &options,
            application: Application::Echo,
            given: &BTreeMap::new(),
            local: ([192, 0, 2, 1], 4000).into(),
            epoch: EPOCH,
            seed: [7; 32],
            mutant: None,
        });
        if role == Role::Connector {
            subject.handle_command(Instant::START, &Command::Open(PEER.into()));
            drain(&mut *subject);
        }
        feed(protocol, &mut *subject, octets);
    }
}

fn feed(protocol: &dyn Protocol, subject: &mut dyn Subject, octets: &[u8]) {
    let mut now = Instant::START;
    let mut rest = octets;
    let mut opened = 0;
    for _ in 0..INPUTS_MAX {
        let [from, pause, length, others @ ..] = rest else { break };
        // Long pauses as well as none: timers must come, and must not be all that comes.
        now += Duration::from_millis(u64::from(*pause) * u64::from(*pause));
        while let Some(due) = subject.poll_timeout().filter(|due| *due <= now) {
            subject.handle_timeout(due);
            drain(subject);
            if subject.poll_timeout().is_some_and(|next| next <= due) {
                break;
            }
        }
        let (piece, after) = others.split_at(usize::from(*length).min(others.len()));
        rest = after;
        match protocol.transport() {
            Transport::Datagrams => {
                let (ip, port) = PEER;
                let address: SocketAddr = (ip, port + u16::from(*from % 4)).into();
                subject.handle_datagram(now, address, piece);
            }
            Transport::Stream => {
                let connection = u64::from(*from % 4) + 1;
                while opened < connection {
                    opened += 1;
                    subject.handle_stream(now, opened, &Part::Opened);
                }
                let part = match *from >> 4 {
                    15 => Part::Finished,
                    14 => Part::Reset,
                    _ => Part::Octets(piece.to_vec()),
                };
                subject.handle_stream(now, connection, &part);
            }
        }
        drain(subject);
    }
}

/// Takes all that a subject has to say.
fn drain(subject: &mut dyn Subject) {
    for _ in 0..OUTPUTS_MAX {
        let said = subject.poll_transmit().is_some()
            || subject.poll_stream().is_some()
            || subject.poll_event().is_some();
        if !said {
            return;
        }
    }
    panic!("more than {OUTPUTS_MAX} outputs of one input");
}

/// The file of a scenario, of every protocol.
pub fn scenario(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    for protocol in protocol::ALL {
        let catalogue = Catalogue::of(protocol);
        let read = Scenario::parse("fuzzed.yaml", &text, protocol, catalogue);
        for diagnostic in read.err().iter().flatten() {
            assert!(!diagnostic.render(true).is_empty());
        }
    }
}

/// The file of a profile.
pub fn profile(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    let read = Profile::parse("fuzzed.yaml", &text, Path::new("."));
    for diagnostic in read.err().iter().flatten() {
        assert!(!diagnostic.render(true).is_empty());
    }
}

/// A journal, and the judgement of it.
pub fn journal(octets: &[u8]) {
    let Ok(journal) = Journal::read(octets) else { return };
    let mut written = Vec::new();
    let writing = journal.write(&mut written);
    assert!(writing.is_ok() && Journal::read(&*written).is_ok_and(|again| again == journal));
    let mut capture = Vec::new();
    if capture::write(&journal, true, &mut capture).is_ok() {
        captured(&capture);
    }
    let header = &journal.header;
    let Some(protocol) = protocol::by_name(&header.protocol) else { return };
    let selected = Corpus::embedded().select(std::slice::from_ref(&header.scenario));
    let scenarios = selected.map(|selection| selection.scenarios).unwrap_or_default();
    if let [entry] = scenarios.as_slice() {
        let profile = Profile::reference(protocol);
        let _any = runner::judge_again(entry, &profile, profile.claims, &journal);
    }
}

/// A capture.
pub fn captured(octets: &[u8]) {
    if let Ok(capture) = capture::read(octets) {
        assert!(capture.frames.len() <= octets.len(), "a packet takes octets");
        for comment in capture.frames.iter().filter_map(|frame| frame.comment.as_deref()) {
            assert!(capture::secrets(comment).count() <= comment.len(), "a secret takes digits");
        }
    }
}

/// A file of known failures.
pub fn expectations(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    match Expectations::parse("fuzzed.yaml", &text) {
        Err(diagnostic) => assert!(!diagnostic.render(true).is_empty()),
        Ok(expectations) => {
            if let Ok(update) = expectations.updated(&Corpus::embedded(), &[]) {
                assert!(Expectations::parse("updated.yaml", &update.text).is_ok());
            }
        }
    }
}
