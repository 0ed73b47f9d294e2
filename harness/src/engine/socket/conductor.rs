//! The loop of a live run: brings script, faults and sockets together, and writes the journal.
//!
//! In each round whatever is due is done first, and then something is waited for. Of datagrams that come all at once only so
//! many are taken in a round: a subject that floods the suite keeps no timer waiting.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitStatus;
use std::time::Duration;

use simulator::Instant;
use tokio::time::{sleep_until, timeout};

use super::interrupt;
use super::network::{Arrival, Heading, Network};
use super::peers::{DATAGRAM_MAX, Peers, Received, Refused};
use super::ready::ended;
use crate::clock::Clock;
use crate::engine::{EngineError, Limits};
use crate::journal::{self, Journal, Party, Told, What};
use crate::protocol::Role;
use crate::script::{Action, Command, Input, Script};
use crate::subject::process::{Process, in_words};
use crate::verdict::Ending;

/// Datagrams that are taken before timers are looked at again.
const ROUND_MAX: usize = 64;

/// Datagrams that are taken of those that a subject sent before it ended.
const LAST_MAX: usize = 1024;

/// How long a datagram that was sent before the end may take to be seen.
const LAST_WITHIN: Duration = Duration::from_millis(2);

/// Actions that a script may take for one input.
const ACTIONS_MAX: usize = 100_000;

/// Octets of datagrams that one journal takes.
const JOURNAL_OCTETS_MAX: usize = 256 * 1024 * 1024;

/// When a datagram is sent again that the system had no room for.
const ROOM_AFTER: Duration = Duration::from_millis(1);

/// How long a closed port is given to turn out to be the end of the process.
const EXIT_WITHIN: Duration = Duration::from_millis(100);

/// One live run, from the script's start to the subject's end.
pub(super) struct Conductor<'a> {
    pub(super) clock: Clock,
    pub(super) role: Role,
    pub(super) limits: Limits,
    /// The subject's address; a connector's from its first datagram on.
    pub(super) subject: Option<SocketAddr>,
    /// Where a connector must be.
    pub(super) host: IpAddr,
    pub(super) peers: &'a Peers,
    pub(super) process: Option<Process>,
    pub(super) script: Box<dyn Script + 'a>,
    pub(super) network: Network,
    pub(super) journal: Journal,
    /// Whether anything has come from the subject.
    pub(super) reached: bool,
    pub(super) state: State,
}

/// What has become of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    subject: Presence,
    /// The system says that a datagram met a closed port, which was not looked into yet.
    refused: bool,
    /// A limit was reached.
    limited: bool,
    /// Octets in the journal.
    octets: usize,
}

/// What is left of the subject, as far as the journal says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Presence {
    #[default]
    Whole,
    /// Its socket is closed.
    Closed,
    /// Its process has ended.
    Ended,
}

/// What a run was waiting for.
enum Happening {
    Received(Received),
    Failed(io::Error),
    Exited(ExitStatus),
    Due,
    Interrupted,
}

impl Conductor<'_> {
    /// Runs the script to its end, or to a limit.
    pub(super) async fn conduct(&mut self) -> Result<(), EngineError> {
        let mut buffer = vec![0; DATAGRAM_MAX];
        self.journal.push(Instant::START, What::Start);
        self.hand_in(Instant::START, Input::Start);
        loop {
            self.catch_up()?;
            if std::mem::take(&mut self.state.refused) {
                self.last_words(&mut buffer).await?;
                self.closed().await;
            }
            if self.is_over() {
                break;
            }
            match self.happening(&mut buffer).await {
                Happening::Due => {}
                Happening::Interrupted => return Err(EngineError::Interrupted),
                Happening::Received(first) => self.round(first, &mut buffer)?,
                Happening::Failed(error) => self.failed(error)?,
                Happening::Exited(status) => {
                    self.last_words(&mut buffer).await?;
                    self.exited(status);
                }
            }
        }
        // What the network still holds back is what tells a subject that lives on that its sessions are over.
        let now = self.clock.now();
        for arrival in self.network.let_go() {
            self.deliver(now, arrival)?;
        }
        Ok(())
    }

    /// Stops the process; gives what it printed.
    pub(super) async fn stop(&mut self, within: Duration) -> Vec<u8> {
        let Some(process) = self.process.take() else { return Vec::new() };
        let stopped = process.stop(within).await;
        let now = self.clock.now();
        for ending in stopped.endings {
            match ending {
                Ending::Crashed { .. } if self.state.subject == Presence::Ended => {}
                Ending::Crashed { status } => self.ended_by_itself(now, status),
                other => self.journal.push(now, What::Ended(other)),
            }
        }
        stopped.printed
    }

    fn is_over(&self) -> bool {
        self.state.limited || self.script.is_finished()
    }

    /// Waits for the next thing to happen.
    async fn happening(&mut self, buffer: &mut [u8]) -> Happening {
        let limit = Instant::START + self.limits.time;
        let due = [self.script.poll_timeout(), self.network.poll_timeout()].into_iter().flatten();
        let until = self.clock.deadline(due.min().map_or(limit, |due| due.min(limit)));
        let process = self.process.as_mut().filter(|_| self.state.subject != Presence::Ended);
        tokio::select! {
            biased;
            () = interrupt::requested() => Happening::Interrupted,
            status = ended(process) => Happening::Exited(status),
            error = self.peers.error() => Happening::Failed(error),
            received = self.peers.receive(buffer) => Happening::Received(received),
            () = sleep_until(until.into()) => Happening::Due,
        }
    }

    /// Does whatever is due.
    fn catch_up(&mut self) -> Result<(), EngineError> {
        let now = self.clock.now();
        self.arrive(now)?;
        if !self.is_over() && self.script.poll_timeout().is_some_and(|due| due <= now) {
            self.journal.push(now, What::Timeout);
            self.hand_in(now, Input::Timeout);
            self.arrive(now)?;
        }
        self.watch_limits(now);
        Ok(())
    }

    /// Ends the run when it has become too long.
    fn watch_limits(&mut self, now: Instant) {
        let Limits { time, datagrams } = self.limits;
        let reached = if self.network.datagrams() >= datagrams {
            format!("{datagrams} datagrams")
        } else if self.state.octets >= JOURNAL_OCTETS_MAX {
            format!("{JOURNAL_OCTETS_MAX} octets of datagrams")
        } else if now >= Instant::START + time {
            format!("{time:?} of time")
        } else {
            return;
        };
        if !self.is_over() {
            self.state.limited = true;
            self.journal.push(now, What::Limit(reached));
        }
    }

    /// Hands something to the script and carries out what it wants done.
    fn hand_in(&mut self, now: Instant, input: Input<'_>) {
        self.script.handle(now, input);
        let mut count = 0;
        while let Some(action) = self.script.poll() {
            count += 1;
            assert!(count <= ACTIONS_MAX, "a script comes to an end with what it wants done");
            self.carry_out(now, action);
        }
    }

    fn carry_out(&mut self, now: Instant, action: Action) {
        let what = match action {
            Action::Send { peer, to, octets } => {
                let from = self.peers.addresses.get(peer).filter(|_| self.may_send_to(to));
                let sent = from.and_then(|&from| {
                    self.network.send(now, Heading::ToSubject(peer), (from, to), &octets)
                });
                self.state.octets += octets.len();
                match sent {
                    Some(sent) => What::Sent(sent),
                    None => {
                        What::Note(format!("nothing was sent to {to}: the subject is not there"))
                    }
                }
            }
            // A connector that is a program opens its session by itself; nothing else can be said to it.
            Action::Tell(command @ Command::Open(_)) if self.role == Role::Connector => {
                What::Told(command)
            }
            Action::Tell(command) => {
                What::Note(format!("the subject cannot be told to do this: {command:?}"))
            }
            Action::Step(step) => What::Step(step),
            Action::PeerEvent { session, event } => {
                What::Event(Told { by: Party::Peer(0), session, event })
            }
        };
        self.journal.push(now, what);
    }

    /// Live sockets send to the subject and to nobody else.
    fn may_send_to(&self, to: SocketAddr) -> bool {
        match self.role {
            Role::Listener => self.subject == Some(to),
            Role::Connector => self.subject.is_some() && to.ip() == self.host,
        }
    }

    /// Brings every datagram that is due to where it goes.
    fn arrive(&mut self, now: Instant) -> Result<(), EngineError> {
        while !self.is_over() {
            let Some(arrival) = self.network.next_arrival(now) else { break };
            match arrival.ticket.heading {
                Heading::ToSubject(_) => self.deliver(now, arrival)?,
                Heading::ToPeer(peer) => {
                    let from = arrival.ticket.from;
                    self.journal.push(now, received(Party::Peer(peer), &arrival));
                    self.hand_in(now, Input::Datagram { peer, from, octets: &arrival.octets });
                }
            }
        }
        Ok(())
    }

    /// Lets a datagram leave the socket of its peer.
    fn deliver(&mut self, now: Instant, arrival: Arrival) -> Result<(), EngineError> {
        let (Heading::ToSubject(peer) | Heading::ToPeer(peer)) = arrival.ticket.heading;
        match self.peers.send(peer, &arrival.octets, arrival.ticket.to) {
            Ok(Refused(refused)) => {
                self.state.refused |= refused;
                self.journal.push(now, received(Party::Subject, &arrival));
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                self.state.refused = true;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.network.later(now + ROOM_AFTER, arrival);
            }
            Err(error) => {
                let doing =
                    format!("sending {} octets to {}", arrival.octets.len(), arrival.ticket.to);
                return Err(EngineError::Io { doing, error });
            }
        }
        Ok(())
    }

    /// Takes the first of the datagrams that have come, and as many as there are, up to a limit.
    fn round(&mut self, first: Received, buffer: &mut [u8]) -> Result<(), EngineError> {
        self.take(first, buffer)?;
        for _ in 1..ROUND_MAX {
            if self.is_over() {
                break;
            }
            let Some(next) = self.peers.try_receive(buffer) else { break };
            self.take(next, buffer)?;
        }
        Ok(())
    }

    /// Takes what a subject had sent before it ended.
    async fn last_words(&mut self, buffer: &mut [u8]) -> Result<(), EngineError> {
        for _ in 0..LAST_MAX {
            let Ok(next) = timeout(LAST_WITHIN, self.peers.receive(buffer)).await else { break };
            self.take(next, buffer)?;
        }
        self.state.refused = false;
        Ok(())
    }

    /// Takes one datagram of the subject, whose octets are in the buffer.
    fn take(&mut self, next: Received, buffer: &[u8]) -> Result<(), EngineError> {
        let Received { peer, result } = next;
        let (length, from) = match result {
            Ok(received) => received,
            Err(error) => return self.failed(error),
        };
        if self.role == Role::Connector && from.ip() != self.host {
            return Ok(());
        }
        let now = self.clock.now();
        self.reached = true;
        self.subject.get_or_insert(from);
        self.journal.header.address.get_or_insert(from);
        let octets = buffer.get(..length).unwrap_or_default();
        let to = self.peers.addresses.get(peer).copied();
        if let Some(to) = to
            && let Some(sent) = self.network.send(now, Heading::ToPeer(peer), (from, to), octets)
        {
            self.state.octets += length;
            self.journal.push(now, What::Sent(sent));
        }
        self.arrive(now)?;
        self.watch_limits(now);
        Ok(())
    }

    /// Takes what the system says of a socket: a closed port is the subject's, anything else the suite's.
    fn failed(&mut self, error: io::Error) -> Result<(), EngineError> {
        if error.kind() == io::ErrorKind::ConnectionRefused {
            self.state.refused = true;
            return Ok(());
        }
        Err(EngineError::Io { doing: "receiving".to_owned(), error })
    }

    /// The subject's port is closed: because its process has ended, or because it has closed its socket.
    async fn closed(&mut self) {
        if self.state.subject != Presence::Whole {
            return;
        }
        self.state.subject = Presence::Closed;
        if let Some(process) = &mut self.process
            && let Ok(status) = timeout(EXIT_WITHIN, process.ended()).await
        {
            self.exited(status);
            return;
        }
        let now = self.clock.now();
        self.journal.push(now, What::Ended(Ending::Reset));
        self.hand_in(now, Input::SubjectEnded(&Ending::Reset));
    }

    /// The subject's process has ended, and nobody had asked it to.
    fn exited(&mut self, status: ExitStatus) {
        self.state.subject = Presence::Ended;
        self.ended_by_itself(self.clock.now(), in_words(status));
    }

    fn ended_by_itself(&mut self, now: Instant, status: String) {
        // A connector has nothing more to do when its session is over.
        let ending = if self.role == Role::Connector && status == FINE {
            self.journal.push(now, What::Note(format!("the subject has ended: {status}")));
            Ending::Clean
        } else {
            Ending::Crashed { status }
        };
        self.journal.push(now, What::Ended(ending.clone()));
        self.hand_in(now, Input::SubjectEnded(&ending));
    }
}

/// How a connector ends that has come to the end of its session, however that ended.
const FINE: &str = "exit status 0";

/// The journal's entry for a datagram that has come to the end of its link.
fn received(by: Party, arrival: &Arrival) -> What {
    let ticket = arrival.ticket;
    What::Received(journal::Received {
        number: ticket.number,
        by,
        from: ticket.from,
        to: ticket.to,
        octets: arrival.altered.then(|| journal::HexOctets::from(&*arrival.octets)),
    })
}
