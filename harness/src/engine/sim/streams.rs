//! The simulated network of a protocol on streams: connections between the suite's peers and the subject, in virtual time.

use std::collections::{BTreeMap, VecDeque};

use simulator::{Instant, Part};

use crate::engine::streams::{Arrival, Heading, Streams, arrived, nowhere};
use crate::engine::{Plan, Recording};
use crate::journal::{Journal, Known, Party, Told, What};
use crate::protocol::Role;
use crate::scenario::Application;
use crate::script::{Action, Command, Input, Script, Stage};
use crate::subject::Subject;

/// Octets that a connection takes of the subject before a peer reads: what the buffers of two systems hold.
const WINDOW: usize = 256 * 1024;

/// Most octets that the network takes of a subject that does not care whether a connection is blocked.
const UNREAD_MAX: usize = 64 * 1024 * 1024;

/// Most inputs that follow from one another at one moment.
const ROUNDS_MAX: usize = 1_000_000;

/// A run over streams.
pub(in crate::engine) struct Run<'a> {
    now: Instant,
    role: Role,
    stage: &'a Stage,
    script: Box<dyn Script + 'a>,
    subject: Box<dyn Subject>,
    streams: Streams,
    journal: Journal,
    lines: BTreeMap<u64, Line>,
    /// The connection that each peer has now.
    current: Vec<Option<u64>>,
    commands: VecDeque<Command>,
    /// A limit of the network, in words.
    exceeded: Option<String>,
}

/// A connection.
#[derive(Debug, Default)]
struct Line {
    peer: usize,
    /// The peer reads nothing.
    deaf: bool,
    /// What the peer has not read.
    held: VecDeque<Arrival>,
    /// Octets under way to the peer, or not read by it.
    unread: usize,
    blocked: bool,
    broken: bool,
}

impl<'a> Run<'a> {
    pub(in crate::engine) fn new(
        plan: &Plan<'_>,
        stage: &'a Stage,
        script: Box<dyn Script + 'a>,
        subject: Box<dyn Subject>,
        journal: Journal,
    ) -> Self {
        let names: Vec<String> = plan.peers.iter().map(|(name, _)| name.clone()).collect();
        let (to_subject, to_peer) = plan.streams.clone();
        Self {
            now: Instant::START,
            role: plan.role,
            stage,
            script,
            subject,
            current: vec![None; names.len()],
            streams: Streams::new(names, to_subject, to_peer),
            journal,
            lines: BTreeMap::new(),
            commands: VecDeque::new(),
            exceeded: None,
        }
    }

    /// Runs to the end of the script, or to a limit.
    pub(in crate::engine) fn conduct(mut self, plan: &Plan<'_>) -> Recording {
        let end = Instant::START + plan.limits.time;
        self.record(What::Start);
        self.hand_in(Input::Start);
        if plan.role == Role::Connector && plan.application == Application::Echo {
            // A client without control opens its one connection by itself.
            self.commands.extend(self.stage.peers.first().map(|peer| Command::Open(*peer)));
        }
        let mut events = 0;
        loop {
            self.settle();
            if self.script.is_finished() {
                break;
            }
            let due = [
                self.streams.poll_timeout(),
                self.script.poll_timeout(),
                self.subject.poll_timeout(),
            ];
            let next = due.into_iter().flatten().min();
            events += 1;
            let limit = match next {
                _ if self.exceeded.is_some() => self.exceeded.take(),
                None => Some("nothing more would ever happen".to_owned()),
                Some(next) if next > end => {
                    Some(format!("{} s of virtual time", plan.limits.time.as_secs()))
                }
                Some(_) if events > plan.limits.datagrams => Some("too many events".to_owned()),
                Some(_) => None,
            };
            if let Some(limit) = limit {
                self.record(What::Limit(limit));
                break;
            }
            self.now = self.now.max(next.unwrap_or(self.now));
            self.step();
        }
        let (streams, unbitten_streams) = self.streams.schedules();
        Recording {
            journal: self.journal,
            schedule: simulator::Schedule::default(),
            unbitten: Vec::new(),
            streams,
            unbitten_streams,
            starved: None,
            printed: Vec::new(),
            reached: true,
        }
    }

    fn record(&mut self, what: What) {
        self.journal.push(self.now, what);
    }

    /// Lets the next thing happen: arrivals first, then the suite's timer, then the subject's.
    fn step(&mut self) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= self.now);
        if let Some(arrival) = self.streams.next_arrival(self.now) {
            self.arrive(arrival);
        } else if due(self.script.poll_timeout()) {
            self.record(What::Timeout);
            self.hand_in(Input::Timeout);
        } else if due(self.subject.poll_timeout()) {
            self.subject.handle_timeout(self.now);
        }
    }

    /// Takes what subject and script want done until there is nothing left.
    fn settle(&mut self) {
        for _ in 0..ROUNDS_MAX {
            if let Some((connection, part)) = self.subject.poll_stream() {
                self.subject_does(connection, part);
            } else if let Some((session, event)) = self.subject.poll_event() {
                let told = Told { by: Party::Subject, session, event: event.clone() };
                self.record(What::Event(told));
                self.hand_in(Input::Event { session, event: &event });
            } else if let Some(ending) = self.subject.poll_ending() {
                self.record(What::Ended(ending.clone()));
                self.hand_in(Input::SubjectEnded(&ending));
            } else if let Some(command) = self.commands.pop_front() {
                self.record(What::Told(command.clone()));
                self.subject.handle_command(self.now, &command);
            } else {
                return;
            }
        }
        self.exceeded = Some("the subject does not come to an end".to_owned());
    }

    fn hand_in(&mut self, input: Input<'_>) {
        self.script.handle(self.now, input);
        while let Some(action) = self.script.poll() {
            match action {
                Action::Stream { peer, part } => self.peer_does(peer, part),
                Action::Read { peer, reads } => self.read(peer, reads),
                Action::Tell(command) => self.commands.push_back(command),
                Action::Step(place) => self.record(What::Step(place)),
                Action::Secret { peer, secret } => {
                    self.record(What::Secret(Known { by: Party::Peer(peer), secret }));
                }
                Action::PeerEvent { session, event } => {
                    self.record(What::Event(Told { by: Party::Peer(0), session, event }));
                }
                // Scenarios of streams do not ask for it.
                Action::Send { .. } | Action::Restart => {}
            }
        }
    }

    /// A peer does something on its connection.
    fn peer_does(&mut self, peer: usize, part: Part) {
        if part == Part::Opened
            && self.role == Role::Listener
            && let Some(number) = self.streams.open(peer)
        {
            self.lines.insert(number, Line { peer, ..Line::default() });
            if let Some(current) = self.current.get_mut(peer) {
                *current = Some(number);
            }
        }
        let number = self.current.get(peer).copied().flatten();
        let line = number.and_then(|number| Some((number, self.lines.get_mut(&number)?)));
        let Some((number, line)) = line.filter(|(_, line)| !line.broken) else {
            return self.record(What::StreamSent(nowhere(peer, number, &part)));
        };
        if part == Part::Reset {
            line.broken = true;
            line.held.clear();
        }
        if let Some(sent) = self.streams.send(self.now, number, Heading::ToSubject, part) {
            self.record(What::StreamSent(sent));
        }
    }

    /// The subject does something on a connection.
    fn subject_does(&mut self, number: u64, part: Part) {
        if part == Part::Opened && self.role == Role::Connector {
            self.accept(number);
        }
        let Some(line) = self.lines.get_mut(&number).filter(|line| !line.broken) else { return };
        match &part {
            Part::Reset => line.broken = true,
            Part::Octets(octets) => line.unread += octets.len(),
            Part::Opened | Part::Finished => {}
        }
        let blocks = line.unread > WINDOW && !line.blocked;
        line.blocked |= blocks;
        if line.unread > UNREAD_MAX {
            self.exceeded = Some(format!("{UNREAD_MAX} octets that a peer has not read"));
        }
        if let Some(sent) = self.streams.send(self.now, number, Heading::ToPeer, part) {
            self.record(What::StreamSent(sent));
        }
        if blocks {
            self.subject.handle_blocked(self.now, number, true);
        }
    }

    /// A connection of the subject goes to the first peer that has had none; the last peer only probes.
    fn accept(&mut self, number: u64) {
        let waiting = self.current.len().saturating_sub(1);
        let free = self.current.iter().take(waiting).position(Option::is_none);
        let opened = free.and_then(|peer| Some((peer, self.streams.open(peer)?)));
        match opened {
            Some((peer, opened)) if opened == number => {
                self.lines.insert(number, Line { peer, ..Line::default() });
                if let Some(current) = self.current.get_mut(peer) {
                    *current = Some(number);
                }
            }
            Some(_) | None => self.subject.handle_stream(self.now, number, &Part::Reset),
        }
    }

    fn arrive(&mut self, arrival: Arrival) {
        let number = arrival.connection;
        let Some(line) = self.lines.get_mut(&number) else { return };
        match arrival.heading {
            Heading::ToSubject => {
                if line.broken && arrival.part != Part::Reset {
                    return;
                }
                self.record(What::StreamReceived(arrived(&arrival)));
                self.subject.handle_stream(self.now, number, &arrival.part);
                if arrival.part == Part::Opened && self.role == Role::Listener {
                    self.answer(number, Heading::ToPeer);
                }
            }
            Heading::ToPeer if self.current.get(line.peer) != Some(&Some(number)) => {}
            Heading::ToPeer if line.deaf => line.held.push_back(arrival),
            Heading::ToPeer => self.deliver(&arrival),
        }
    }

    /// The other side takes the connection.
    fn answer(&mut self, number: u64, heading: Heading) {
        if let Some(sent) = self.streams.send(self.now, number, heading, Part::Opened) {
            self.record(What::StreamSent(sent));
        }
    }

    /// A peer reads.
    fn deliver(&mut self, arrival: &Arrival) {
        let number = arrival.connection;
        let Some(line) = self.lines.get_mut(&number) else { return };
        if line.broken && arrival.part != Part::Reset {
            return;
        }
        if let Part::Octets(octets) = &arrival.part {
            line.unread = line.unread.saturating_sub(octets.len());
        }
        let freed = line.blocked && line.unread <= WINDOW / 2;
        line.blocked &= !freed;
        let peer = line.peer;
        self.record(What::StreamReceived(arrived(arrival)));
        if arrival.part == Part::Opened && self.role == Role::Connector {
            self.answer(number, Heading::ToSubject);
        }
        self.hand_in(Input::Stream { peer, part: &arrival.part });
        if freed {
            self.subject.handle_blocked(self.now, number, false);
        }
    }

    fn read(&mut self, peer: usize, reads: bool) {
        let number = self.current.get(peer).copied().flatten();
        let Some(line) = number.and_then(|number| self.lines.get_mut(&number)) else { return };
        line.deaf = !reads;
        let held = if reads { std::mem::take(&mut line.held) } else { VecDeque::new() };
        let what = if reads { "reads again" } else { "stops reading" };
        self.record(What::Note(format!("peer {peer} {what}")));
        for arrival in held {
            self.deliver(&arrival);
        }
    }
}
