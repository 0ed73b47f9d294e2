//! Connections as a monitor sees them: packets out of the octets on the subject's side of the network.

use std::collections::BTreeMap;

use simulator::{Instant, StreamEnd};

use crate::assembly::Assembly;
use crate::journal::{Header, StreamPart, Streamed};
use crate::protocol::{Monitor, Protocol, Role, StreamEvent, Violation};

/// All connections of a journal.
pub(super) struct Lines<'a> {
    protocol: &'static dyn Protocol,
    header: &'a Header,
    subject: Role,
    by_number: BTreeMap<u64, Line>,
}

/// One connection.
#[derive(Default)]
struct Line {
    opened: bool,
    sent: Way,
    received: Way,
}

/// One direction of it.
#[derive(Default)]
struct Way {
    assembly: Assembly,
    /// Octets so far, those included that were not seen.
    offset: u64,
}

impl Way {
    /// Goes on with what was seen; whether octets before it were not.
    fn go_on(&mut self, streamed: &Streamed) -> bool {
        let is_missing = streamed.offset > self.offset;
        if is_missing {
            self.assembly.miss(streamed.offset);
        }
        self.offset = self.offset.max(streamed.offset);
        if let StreamPart::Octets(octets) = &streamed.part {
            self.offset = self.offset.saturating_add(octets.len() as u64);
        }
        is_missing
    }
}

impl<'a> Lines<'a> {
    pub(super) fn new(protocol: &'static dyn Protocol, header: &'a Header) -> Self {
        let subject = protocol.role(&header.role).unwrap_or(Role::Listener);
        Self { protocol, header, subject, by_number: BTreeMap::new() }
    }

    /// The subject has done this.
    pub(super) fn sent(
        &mut self,
        at: Instant,
        streamed: &Streamed,
        monitor: &mut dyn Monitor,
    ) -> Vec<Violation> {
        let number = streamed.connection;
        let line = self.by_number.entry(number).or_default();
        if line.sent.go_on(streamed) {
            monitor.stream(at, number, StreamEvent::Missing);
        }
        let sent = &mut line.sent.assembly;
        match &streamed.part {
            StreamPart::Opened => line.open(at, number, monitor),
            StreamPart::Octets(octets) => {
                sent.push(octets);
                let mut violations = Vec::new();
                let dialect = &self.header.dialect;
                while let Some((_, packet)) = sent.next(self.protocol, dialect, self.subject) {
                    let message = self.protocol.decode_from(dialect, self.subject, &packet);
                    violations.extend(monitor.stream(at, number, StreamEvent::Sent(&message)));
                }
                violations
            }
            StreamPart::Finished | StreamPart::Reset => {
                let mut violations = Vec::new();
                let (_, rest) = sent.rest();
                if !rest.is_empty() {
                    violations.extend(monitor.stream(at, number, StreamEvent::Unfinished(rest)));
                }
                let end = end(&streamed.part);
                violations.extend(monitor.stream(at, number, StreamEvent::Ended(end)));
                violations
            }
        }
    }

    /// This has reached the subject.
    pub(super) fn received(
        &mut self,
        at: Instant,
        streamed: &Streamed,
        monitor: &mut dyn Monitor,
    ) -> Vec<Violation> {
        let number = streamed.connection;
        let line = self.by_number.entry(number).or_default();
        if line.received.go_on(streamed) {
            monitor.stream(at, number, StreamEvent::Missing);
        }
        let received = &mut line.received.assembly;
        match &streamed.part {
            StreamPart::Opened => line.open(at, number, monitor),
            StreamPart::Octets(octets) => {
                let mut is_cut = !received.rest().1.is_empty();
                received.push(octets);
                let mut violations = Vec::new();
                let (dialect, peer) = (&self.header.dialect, self.subject.peer());
                loop {
                    let ignored = received.ignored();
                    let packet = received.next(self.protocol, dialect, peer);
                    if received.ignored() > ignored {
                        violations.extend(monitor.stream(at, number, StreamEvent::Ignored));
                    }
                    let Some((_, packet)) = packet else { break };
                    let message = &self.protocol.decode_from(dialect, peer, &packet);
                    let event = StreamEvent::Received { message, is_cut };
                    violations.extend(monitor.stream(at, number, event));
                    is_cut = false;
                }
                let (_, rest) = received.rest();
                if !rest.is_empty() {
                    violations.extend(monitor.stream(at, number, StreamEvent::Waiting(rest)));
                }
                violations
            }
            StreamPart::Finished | StreamPart::Reset => {
                let end = end(&streamed.part);
                monitor.stream(at, number, StreamEvent::PeerEnded(end))
            }
        }
    }
}

impl Line {
    fn open(&mut self, at: Instant, number: u64, monitor: &mut dyn Monitor) -> Vec<Violation> {
        if std::mem::replace(&mut self.opened, true) {
            return Vec::new();
        }
        monitor.stream(at, number, StreamEvent::Opened)
    }
}

const fn end(part: &StreamPart) -> StreamEnd {
    match part {
        StreamPart::Reset => StreamEnd::Reset,
        StreamPart::Opened | StreamPart::Octets(_) | StreamPart::Finished => StreamEnd::Finished,
    }
}
