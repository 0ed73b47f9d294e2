//! Connections in a conversation: what each peer has received and no step has asked for.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;

use reference::entropy::Entropy;
use simulator::{Instant, Part, StreamEnd};

use super::plan::{Phase, Planned};
use super::{Conversation, seed_of, show_octets};
use crate::assembly::Assembly;
use crate::protocol::{Message, Role, Transport};
use crate::scenario::{EndPattern, FRESH_LETTERS, PacketPattern, Step};
use crate::script::{Action, FindingKind, Stage, StreamPlace};
use crate::verdict::Reason;

mod pieces;

/// Most things that wait for a step, for each peer.
const INBOX_MAX: usize = 100_000;

/// A peer's connection.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Default)]
pub(super) struct Line {
    open: bool,
    assembly: Assembly,
    /// Shared with whoever looks at one of them: a step looks at all that wait each time that something comes.
    inbox: VecDeque<Arc<Item>>,
    /// Octets that wait for those of the next `send`.
    joined: Vec<u8>,
    /// The peer has ended its side, so that the subject's end is no surprise.
    parted: bool,
    /// The peer has stopped reading once: who lets it go then cannot finish the packet that it has begun to send.
    unread: bool,
    ended: bool,
}

/// Something that came and that no step has asked for yet.
#[derive(Clone, Debug)]
enum Item {
    Packet {
        offset: u64,
        message: Message,
        /// It may come between any two steps.
        background: bool,
    },
    /// The stream ended within these octets.
    Unfinished(u64, Vec<u8>),
    End(StreamEnd),
}

impl<'a> Conversation<'a> {
    pub(super) fn is_on_streams(&self) -> bool {
        self.setup.protocol.transport() == Transport::Stream
    }

    /// Whether the peer of a step has a connection.
    pub(super) fn is_connected(&self, planned: Planned<'_>) -> bool {
        self.peers.get(self.by(planned)).is_some_and(|party| party.line.open)
    }

    /// Begins a step that is about a connection. The answer is whether it is done at once.
    pub(super) fn begin_on_stream(&mut self, planned: Planned<'a>) -> bool {
        let step = planned.step;
        if let Some(name) = &step.connect {
            let peer = planned.peer.unwrap_or_else(|| self.party(Some(&name.value)));
            if self.setup.role == Role::Listener {
                if let Some(party) = self.peers.get_mut(peer) {
                    party.line = Line::default();
                }
                self.actions.push_back(Action::Stream { peer, part: Part::Opened });
            }
            return false;
        }
        let named = [
            (&step.finish, Some(Part::Finished), false),
            (&step.reset, Some(Part::Reset), false),
            (&step.stop_reading, None, false),
            (&step.read, None, true),
        ];
        for (name, part, reads) in named {
            let Some(name) = name else { continue };
            let peer = self.party(Some(&name.value));
            let Some(party) = self.peers.get_mut(peer) else { return true };
            party.line.parted |= part.is_some();
            party.line.unread |= part.is_none() && !reads;
            self.actions.push_back(match part {
                Some(part) => Action::Stream { peer, part },
                None => Action::Read { peer, reads },
            });
            return true;
        }
        false
    }

    /// Something has come on a peer's connection.
    pub(super) fn on_line(&mut self, now: Instant, peer: usize, part: &Part) {
        self.heard |= matches!(part, Part::Octets(_));
        let Some(party) = self.peers.get_mut(peer) else { return };
        match part {
            Part::Opened => {
                if self.setup.role == Role::Connector {
                    party.line = Line::default();
                }
                party.line.open = true;
            }
            Part::Octets(octets) => {
                party.line.assembly.push(octets);
                self.take_packets(now, peer);
            }
            Part::Finished | Part::Reset => {
                if !party.line.ended {
                    let (offset, rest) = party.line.assembly.rest();
                    if !rest.is_empty() {
                        let rest = rest.to_vec();
                        party.line.inbox.push_back(Arc::new(Item::Unfinished(offset, rest)));
                    }
                    let end =
                        if *part == Part::Reset { StreamEnd::Reset } else { StreamEnd::Finished };
                    party.line.inbox.push_back(Arc::new(Item::End(end)));
                }
                party.line.ended = true;
            }
        }
        if self.waiting.is_some() && !self.finished {
            self.look(now);
        }
    }

    /// Takes the packets that are whole.
    fn take_packets(&mut self, now: Instant, peer: usize) {
        let (protocol, dialect, role) = (self.setup.protocol, self.setup.dialect, self.setup.role);
        loop {
            let Some(party) = self.peers.get_mut(peer) else { return };
            let next = party.line.assembly.next(protocol, dialect, role);
            let Some((offset, octets)) = next.filter(|_| party.line.inbox.len() < INBOX_MAX) else {
                return;
            };
            let (message, reception) = party.peer.received(now, &octets);
            let background = reception.background;
            party.line.inbox.push_back(Arc::new(Item::Packet { offset, message, background }));
            self.learn(peer);
            for (name, fields) in &reception.answers {
                self.answer(now, peer, name, fields);
            }
        }
    }

    /// Looks whether the step that waits has what it waits for.
    pub(super) fn look_at_lines(&mut self, planned: Planned<'a>) {
        let step = planned.step;
        if let Some(name) = &step.connect {
            let peer = planned.peer.unwrap_or_else(|| self.party(Some(&name.value)));
            let Some(line) = self.peers.get(peer).map(|party| &party.line) else { return };
            if line.open {
                self.next();
            } else if line.ended {
                let what = "the connection was refused".to_owned();
                let kind = if self.heard {
                    FindingKind::Broken
                } else {
                    FindingKind::Inconclusive(Reason::PeerUnreachable)
                };
                self.found(planned, kind, what, Self::allowed(step), None);
            }
        } else if step.expect.is_some() || step.ended.is_some() {
            self.look_at_inbox(planned);
        } else if step.quiet.is_some() || step.silence.is_some() {
            let by = step.by.as_ref().map(|_| self.by(planned));
            let background_counts = step.silence.is_some();
            if let Some((peer, item)) = self.first_unasked(by, background_counts, &step.allow) {
                let what = self.in_words(peer, &item);
                self.broken_by(planned, (peer, &item), what, Self::allowed(step));
                self.weigh_end(&item);
            } else {
                self.forget_allowed(by, step);
            }
        }
    }

    /// What a step has allowed is nobody else's.
    fn forget_allowed(&mut self, by: Option<usize>, step: &Step) {
        for peer in (0..self.peers.len()).filter(|peer| by.is_none_or(|by| by == *peer)) {
            let Some(party) = self.peers.get_mut(peer) else { return };
            let came = std::mem::take(&mut party.line.inbox);
            let is_left = |item: &Arc<Item>| match &**item {
                Item::Packet { message, .. } => {
                    !step.allow.iter().any(|it| self.matches(peer, &it.value, message))
                }
                Item::Unfinished(..) | Item::End(_) => true,
            };
            let left = came.into_iter().filter(is_left).collect();
            if let Some(party) = self.peers.get_mut(peer) {
                party.line.inbox = left;
            }
        }
    }

    /// Looks through what has come, in order. Background is passed over, and stays for the step that asks for it.
    fn look_at_inbox(&mut self, planned: Planned<'a>) {
        let step = planned.step;
        let peer = self.by(planned);
        let times = step.times.as_ref().map_or(1, |times| times.value);
        let mut place = 0;
        loop {
            let Some(party) = self.peers.get_mut(peer) else { return };
            let Some(item) = party.line.inbox.get(place).cloned() else { return };
            let Item::Packet { message, background, .. } = &*item else {
                party.line.inbox.remove(place);
                if step.ended.is_some()
                    && party.line.unread
                    && matches!(*item, Item::Unfinished(..))
                {
                    continue;
                }
                if let (Some(pattern), Item::End(end)) = (&step.ended, &*item)
                    && fits(pattern.value, *end)
                {
                    party.line.parted = true;
                    self.saw(self.in_words(peer, &item));
                    return self.next();
                }
                let what = self.in_words(peer, &item);
                return self.broken_by(planned, (peer, &item), what, Self::allowed(step));
            };
            let patterns = step.expect.as_ref().map(|patterns| &patterns.value.0[..]);
            let fits = |this: &mut Self, patterns: &[PacketPattern]| {
                patterns.iter().any(|pattern| this.matches(peer, pattern, message))
            };
            let wanted = patterns.is_some_and(|patterns| fits(self, patterns));
            if *background && !wanted {
                place += 1;
                continue;
            }
            if let Some(party) = self.peers.get_mut(peer) {
                party.line.inbox.remove(place);
            }
            if wanted {
                self.saw_packet(peer, message);
                if let Some(label) = planned.label() {
                    self.labels.insert(label, vec![message.clone()]);
                }
                self.matched += 1;
                if self.matched == times {
                    return self.next();
                }
                continue;
            }
            let allowed = step.allow.iter().any(|it| self.matches(peer, &it.value, message));
            if allowed || planned.phase == Phase::ProbeAfter {
                continue;
            }
            let what = self.in_words(peer, &item);
            return self.broken_by(planned, (peer, &item), what, Self::allowed(step));
        }
    }

    /// A step is broken by something that has come, maybe before the step began.
    fn broken_by(
        &mut self,
        planned: Planned<'a>,
        (peer, item): (usize, &Item),
        what: String,
        allowed: Vec<String>,
    ) {
        self.broken(planned, what, allowed, None);
        if let (Item::Packet { offset, .. }, Some(found)) = (item, self.findings.last_mut()) {
            found.place = Some(StreamPlace { peer, offset: *offset });
        }
    }

    /// Of an orderly end no source document speaks.
    fn weigh_end(&mut self, item: &Item) {
        if matches!(item, Item::End(StreamEnd::Finished)) {
            self.weigh_as_ruling();
        }
    }

    /// The first thing that no step has asked for, and to which peer it came; of one peer, or of all.
    fn first_unasked(
        &mut self,
        by: Option<usize>,
        background_counts: bool,
        allow: &[crate::yaml::Located<PacketPattern>],
    ) -> Option<(usize, Arc<Item>)> {
        for peer in (0..self.peers.len()).filter(|peer| by.is_none_or(|by| by == *peer)) {
            let line = &self.peers.get(peer)?.line;
            let parted = line.parted;
            for item in line.inbox.clone() {
                let counts = match &*item {
                    Item::Packet { message, background, .. } => {
                        (background_counts || !background)
                            && !allow.iter().any(|it| self.matches(peer, &it.value, message))
                    }
                    Item::Unfinished(..) => true,
                    Item::End(_) => !parted,
                };
                if counts {
                    return Some((peer, item));
                }
            }
        }
        None
    }

    /// Holds what has come until the end and no step has asked for against the last one. Whether there was any.
    pub(super) fn end_of_lines(&mut self) -> bool {
        if !self.is_on_streams() {
            return false;
        }
        let Some((peer, item)) = self.first_unasked(None, false, &[]) else { return false };
        let own = |planned: &&Planned<'a>| planned.phase == Phase::Steps;
        let Some(last) = self.steps.iter().rev().find(own).copied() else { return false };
        let what = format!("{}, which nothing had asked for", self.in_words(peer, &item));
        self.broken_by(last, (peer, &item), what, vec!["nothing more".to_owned()]);
        self.weigh_end(&item);
        true
    }

    fn in_words(&self, peer: usize, item: &Item) -> String {
        let mut text = match item {
            Item::Packet { offset, message, .. } if message.spec.is_none() => {
                let octets = show_octets(&message.octets);
                format!("octets that are no packet came at offset {offset}: {octets}")
            }
            Item::Packet { offset, message, .. } if message.problem.is_some() => {
                let octets = show_octets(&message.octets);
                format!("{} came at offset {offset}: {octets}", self.describe(peer, message))
            }
            Item::Packet { message, .. } => format!("{} came", self.describe(peer, message)),
            Item::Unfinished(offset, octets) => {
                format!(
                    "the stream ended within a packet, from offset {offset}: {}",
                    show_octets(octets)
                )
            }
            Item::End(StreamEnd::Finished) => "the subject ended its side (FIN)".to_owned(),
            Item::End(StreamEnd::Reset) => "the subject broke the connection (RST)".to_owned(),
        };
        if peer != 0 {
            let name = self.setup.peers.get(peer).map_or("?", String::as_str);
            let _ = write!(text, " (to {name})");
        }
        text
    }

    /// What a peer has of a packet that is not whole, for a sentence about what did not come.
    pub(super) fn unfinished(&self, planned: Planned<'_>) -> String {
        self.rest(planned).map_or_else(String::new, |(offset, rest)| {
            format!(
                " but octets that are no whole packet, at offset {offset}: {}",
                show_octets(rest)
            )
        })
    }

    /// The octets of a packet that is not whole, which the peer of a step has, and their offset.
    fn rest(&self, planned: Planned<'_>) -> Option<(u64, &[u8])> {
        let party = self.peers.get(self.by(planned))?;
        Some(party.line.assembly.rest()).filter(|(_, rest)| !rest.is_empty())
    }

    /// What was found last is the fault of a packet whose rest has not come, if its protocol says so.
    pub(super) fn blame_what_is_broken_off(&mut self, planned: Planned<'_>) {
        let clause = self.rest(planned).and_then(|(_, rest)| self.setup.protocol.broken_off(rest));
        if let (Some(clause), Some(found)) = (clause, self.findings.last_mut()) {
            found.clauses = vec![clause];
        }
    }

    /// Where a probe begins anew: its connection is made again.
    pub(super) fn first_of_probe(&self, phase: Phase) -> usize {
        if !self.is_on_streams() {
            return self.place.saturating_sub(1);
        }
        self.steps.iter().position(|planned| planned.phase == phase).unwrap_or(self.place)
    }

    /// Ends every connection that the peers have not ended themselves.
    pub(super) fn part(&mut self) {
        for (peer, party) in self.peers.iter_mut().enumerate() {
            if party.line.open && !party.line.parted {
                self.actions.push_back(Action::Stream { peer, part: Part::Finished });
            }
        }
    }

    /// A packet of a peer's own, as the peer reads it.
    pub(super) fn own(&self, peer: usize, octets: &[u8]) -> Message {
        let read = self.peers.get(peer).and_then(|party| party.peer.reads(octets));
        read.unwrap_or_else(|| self.setup.protocol.decode(self.setup.dialect, octets))
    }
}

const fn fits(pattern: EndPattern, end: StreamEnd) -> bool {
    match pattern {
        EndPattern::Either => true,
        EndPattern::Finished => matches!(end, StreamEnd::Finished),
        EndPattern::Reset => matches!(end, StreamEnd::Reset),
    }
}

/// The end of a connection, for a sentence.
pub(super) const fn show_end(pattern: EndPattern) -> &'static str {
    match pattern {
        EndPattern::Finished => "the subject ends its side (FIN)",
        EndPattern::Reset => "the subject breaks the connection (RST)",
        EndPattern::Either => "the subject ends the connection (FIN or RST)",
    }
}

/// Letters that no other run has.
pub(super) fn fresh(seed: u64, stage: &Stage) -> String {
    let moment = u64::try_from(stage.epoch.as_nanos()).unwrap_or(u64::MAX);
    let mut entropy = Entropy::from_seed(seed_of(seed ^ moment.rotate_left(32), u64::MAX));
    let mut letters = [0; FRESH_LETTERS];
    entropy.fill(&mut letters);
    letters.iter().map(|octet| char::from(b'a' + octet % 26)).collect()
}
