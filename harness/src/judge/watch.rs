//! What monitors say of a journal: everything at the subject's side of the network, in order.

use std::collections::BTreeMap;

use simulator::Instant;

use super::lines::Lines;
use crate::journal::{Header, Journal, Party, Received, What};
use crate::protocol::{Monitor, Protocol, Violation};

/// A journal as its monitors see it.
pub(super) struct Watch<'a> {
    protocol: &'static dyn Protocol,
    header: &'a Header,
    datagrams: BTreeMap<u64, &'a [u8]>,
    lines: Lines<'a>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(protocol: &'static dyn Protocol, header: &'a Header) -> Self {
        Self { protocol, header, datagrams: BTreeMap::new(), lines: Lines::new(protocol, header) }
    }

    /// The octets of a datagram that reached somebody.
    pub(super) fn octets(&self, received: &'a Received) -> &'a [u8] {
        let sent = || self.datagrams.get(&received.number).copied();
        received.octets.as_deref().or_else(sent).unwrap_or(&[])
    }

    /// Shows the next entry to the monitors.
    pub(super) fn see(
        &mut self,
        at: Instant,
        what: &'a What,
        monitor: &mut dyn Monitor,
    ) -> Vec<Violation> {
        match what {
            What::Timeout => monitor.passed(at),
            What::Sent(sent) => {
                self.datagrams.insert(sent.number, &*sent.octets);
                if sent.by != Party::Subject {
                    return Vec::new();
                }
                let message = self.protocol.decode(&self.header.dialect, &sent.octets);
                monitor.sent(at, sent.from, sent.to, &message)
            }
            What::Received(received) if received.by == Party::Subject => {
                let message = self.protocol.decode(&self.header.dialect, self.octets(received));
                monitor.received(at, received.from, received.to, &message)
            }
            What::StreamSent(streamed) if streamed.by == Party::Subject => {
                self.lines.sent(at, streamed, monitor)
            }
            What::StreamReceived(streamed) if streamed.by == Party::Subject => {
                self.lines.received(at, streamed, monitor)
            }
            What::Restarted => {
                monitor.restarted();
                Vec::new()
            }
            What::Told(command) => monitor.told(at, command),
            What::Event(told) if told.by == Party::Subject => {
                monitor.event(at, told.session, &told.event)
            }
            What::Secret(known) => {
                let Party::Peer(peer) = known.by else { return Vec::new() };
                let Some((_, peer)) = self.header.peers.get(peer) else { return Vec::new() };
                monitor.secret(at, *peer, &known.secret)
            }
            What::Received(_)
            | What::StreamSent(_)
            | What::StreamReceived(_)
            | What::Event(_)
            | What::Start
            | What::Ended(_)
            | What::Step(_)
            | What::Limit(_)
            | What::Note(_) => Vec::new(),
        }
    }
}

/// What monitors alone say of a journal, without a scenario: each violation with its time and its entry.
pub fn watch(
    protocol: &'static dyn Protocol,
    monitor: &mut dyn Monitor,
    journal: &Journal,
) -> Vec<(Instant, Option<u64>, Violation)> {
    let mut watch = Watch::new(protocol, &journal.header);
    let mut found = Vec::new();
    let mut last = Instant::START;
    for (number, entry) in journal.entries.iter().enumerate() {
        last = last.max(entry.at);
        let violations = watch.see(entry.at, &entry.what, monitor);
        found.extend(violations.into_iter().map(|it| (entry.at, Some(number as u64), it)));
    }
    found.extend(monitor.finish(last).into_iter().map(|it| (last, None, it)));
    found
}
