//! The loop of a live run: brings script, faults and sockets together, and writes the journal.
//!
//! In each round whatever is due is done first, and then something is waited for. Of datagrams that come all at once only so
//! many are taken in a round, and of control lines: a subject that floods the suite keeps no timer waiting. Between datagrams and
//! lines there is no order; all that is there of both is handed in before a timer of the script.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitStatus;
use std::time::Duration;

use simulator::Instant;
use tokio::task::yield_now;
use tokio::time::{sleep_until, timeout};

use super::interrupt;
use super::lines::{Lines, Seen};
use super::peers::{DATAGRAM_MAX, Peers, Received, Refused};
use super::ready::ended;
use crate::clock::Clock;
use crate::engine::network::{Arrival, Heading, Network};
use crate::engine::{EngineError, Limits};
use crate::journal::{Journal, Known, Party, Told, What};
use crate::protocol::Role;
use crate::script::{Action, Command, Input, Script};
use crate::subject::control::{ControlError, FromSubject};
use crate::subject::process::{Process, in_words};
use crate::verdict::Ending;

mod control;
mod program;
mod streams;

pub(super) use control::{Control, Heard};
pub(super) use program::Started;

/// Datagrams, and lines, that are taken before timers are looked at again.
const ROUND_MAX: usize = 64;

/// Datagrams, and lines, that are taken of those that a subject sent before it ended.
const LAST_MAX: usize = 1024;

/// How long a datagram or a line that was sent before the end may take to be seen.
const LAST_WITHIN: Duration = Duration::from_millis(2);

/// Actions that a script may take for one input.
const ACTIONS_MAX: usize = 100_000;

/// Octets of datagrams, of delivered data and of notes that one journal takes.
const JOURNAL_OCTETS_MAX: usize = 256 * 1024 * 1024;

/// Control lines of a subject that one run takes.
const LINES_MAX: u64 = 200_000;

/// How long a subject has to end its connections when a run is over.
const PART_WITHIN: Duration = Duration::from_millis(300);

/// When a datagram is sent again that the system had no room for.
const ROOM_AFTER: Duration = Duration::from_millis(1);

/// How long a closed port or a closed standard output is given to turn out to be the end of the process.
pub(super) const EXIT_WITHIN: Duration = Duration::from_millis(100);

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
    pub(super) lines: Lines,
    pub(super) process: Option<Process>,
    /// Control lines, when the subject speaks them and has not ended.
    pub(super) control: Option<Control>,
    pub(super) script: Box<dyn Script + 'a>,
    pub(super) network: Network,
    pub(super) journal: Journal,
    /// Whether anything has come from the subject.
    pub(super) reached: bool,
    pub(super) state: State,
    /// What was printed by processes that were killed.
    pub(super) printed: Vec<u8>,
}

/// What has become of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    subject: Presence,
    /// The system says that a datagram met a closed port, which was not looked into yet.
    refused: bool,
    /// The script wants the subject killed and started again.
    restarts: bool,
    /// A limit was reached.
    limited: bool,
    /// Octets in the journal.
    octets: usize,
    /// What was done on connections, in both directions.
    streamed: u64,
    /// The worst lateness of the suite's own timers.
    pub(super) latest: Duration,
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
    Seen(Seen),
    Said(Result<FromSubject, ControlError>),
    Failed(io::Error),
    Exited(ExitStatus),
    Due,
    Interrupted,
}

impl Conductor<'_> {
    /// Runs the script to its end, or to a limit; tells the subject `opening` at the beginning, and has it started again when the
    /// script wants that.
    pub(super) async fn conduct(
        &mut self,
        opening: Option<Command>,
        mut start: impl AsyncFnMut() -> Result<Started, EngineError>,
    ) -> Result<(), EngineError> {
        let mut buffer = vec![0; DATAGRAM_MAX];
        self.journal.push(Instant::START, What::Start);
        self.note_greeting();
        self.hand_in(Instant::START, Input::Start)?;
        if let Some(command) = opening {
            self.carry_out(self.clock.now(), Action::Tell(command))?;
        }
        loop {
            self.catch_up(&mut buffer).await?;
            if std::mem::take(&mut self.state.refused) {
                self.last_words(&mut buffer).await?;
                self.closed().await?;
            }
            if self.is_over() {
                break;
            }
            if std::mem::take(&mut self.state.restarts) {
                self.crash(&mut buffer).await?;
                let started = start().await?;
                self.resume(started)?;
                continue;
            }
            match self.happening(&mut buffer).await {
                Happening::Due => {}
                Happening::Interrupted => return Err(EngineError::Interrupted),
                Happening::Received(first) => {
                    self.take(first, &buffer)?;
                    self.round(&mut buffer)?;
                }
                Happening::Seen(seen) => {
                    self.take_seen(seen)?;
                    self.round(&mut buffer)?;
                }
                Happening::Said(Err(error @ ControlError::Closed { .. })) => {
                    self.speechless(error, &mut buffer).await?;
                }
                Happening::Said(line) => {
                    self.take_line(line.map_err(control::broken)?)?;
                    self.round(&mut buffer)?;
                }
                Happening::Failed(error) => self.failed(error)?,
                Happening::Exited(status) => {
                    self.last_words(&mut buffer).await?;
                    self.exited(status)?;
                }
            }
        }
        self.part().await?;
        // What the network still holds back is what tells a subject that lives on that its sessions are over.
        let now = self.clock.now();
        for arrival in self.network.let_go() {
            self.deliver(now, arrival)?;
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.state.limited || self.script.is_finished()
    }

    /// Waits for the next thing to happen.
    async fn happening(&mut self, buffer: &mut [u8]) -> Happening {
        let limit = Instant::START + self.limits.time;
        let due =
            [self.script.poll_timeout(), self.network.poll_timeout(), self.lines.poll_timeout()];
        let due = due.into_iter().flatten();
        let due = due.min().map_or(limit, |due| due.min(limit));
        let until = self.clock.deadline(due);
        let process = self.process.as_mut().filter(|_| self.state.subject != Presence::Ended);
        tokio::select! {
            biased;
            () = interrupt::requested() => Happening::Interrupted,
            status = ended(process) => Happening::Exited(status),
            error = self.peers.error() => Happening::Failed(error),
            received = self.peers.receive(buffer) => Happening::Received(received),
            seen = self.lines.seen() => Happening::Seen(seen),
            line = Control::said(self.control.as_mut()) => Happening::Said(line),
            () = sleep_until(until.into()) => {
                let late = self.clock.now() - due;
                self.state.latest = self.state.latest.max(late);
                Happening::Due
            }
        }
    }

    /// Does whatever is due.
    async fn catch_up(&mut self, buffer: &mut [u8]) -> Result<(), EngineError> {
        let mut now = self.clock.now();
        self.arrive(now)?;
        if self.is_due(now) {
            // The runtime looks at sockets and pipes before it comes back: what is there has come in time.
            yield_now().await;
            self.round(buffer)?;
            now = self.clock.now();
            self.arrive(now)?;
        }
        if self.is_due(now) {
            self.journal.push(now, What::Timeout);
            self.hand_in(now, Input::Timeout)?;
            self.arrive(now)?;
        }
        self.watch_limits(now);
        Ok(())
    }

    /// Whether the script's own timer is due.
    fn is_due(&self, now: Instant) -> bool {
        !self.is_over() && self.script.poll_timeout().is_some_and(|due| due <= now)
    }

    /// Ends the run when it has become too long.
    fn watch_limits(&mut self, now: Instant) {
        let Limits { time, datagrams } = self.limits;
        let reached = if self.network.datagrams() + self.state.streamed >= datagrams {
            format!("{datagrams} datagrams")
        } else if self.state.octets >= JOURNAL_OCTETS_MAX {
            format!("{JOURNAL_OCTETS_MAX} octets in the journal")
        } else if self.control.as_ref().is_some_and(|it| it.lines.count() >= LINES_MAX) {
            format!("{LINES_MAX} control lines")
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
    fn hand_in(&mut self, now: Instant, input: Input<'_>) -> Result<(), EngineError> {
        self.script.handle(now, input);
        let mut count = 0;
        while let Some(action) = self.script.poll() {
            count += 1;
            assert!(count <= ACTIONS_MAX, "a script comes to an end with what it wants done");
            self.carry_out(now, action)?;
        }
        Ok(())
    }

    fn carry_out(&mut self, now: Instant, action: Action) -> Result<(), EngineError> {
        let what = match action {
            Action::Send { peer, to, octets } => {
                let from = self.peers.addresses.get(peer).filter(|_| self.may_send_to(to));
                let sent = from.and_then(|&from| {
                    self.network.send(now, Heading::ToSubject(peer), (from, to), &octets)
                });
                self.state.octets += octets.len();
                match sent {
                    Some(sent) => What::Sent(Box::new(sent)),
                    None => {
                        What::Note(format!("nothing was sent to {to}: the subject is not there"))
                    }
                }
            }
            Action::Tell(command) => match self.tell(command).map_err(control::broken)? {
                Some(what) => what,
                None => return Ok(()),
            },
            Action::Stream { peer, part } => self.stream(now, peer, part),
            Action::Read { peer, reads } => self.read(peer, reads),
            Action::Restart => {
                self.state.restarts = true;
                return Ok(());
            }
            Action::Step(step) => What::Step(step),
            Action::Secret { peer, secret } => {
                What::Secret(Known { by: Party::Peer(peer), secret })
            }
            Action::PeerEvent { session, event } => {
                What::Event(Told { by: Party::Peer(0), session, event })
            }
        };
        self.journal.push(now, what);
        Ok(())
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
                    self.journal.push(now, arrival.received(Party::Peer(peer)));
                    self.hand_in(now, Input::Datagram { peer, from, octets: &arrival.octets })?;
                }
            }
        }
        self.arrive_streams(now)
    }

    /// Lets a datagram leave the socket of its peer.
    fn deliver(&mut self, now: Instant, arrival: Arrival) -> Result<(), EngineError> {
        let (Heading::ToSubject(peer) | Heading::ToPeer(peer)) = arrival.ticket.heading;
        match self.peers.send(peer, &arrival.octets, arrival.ticket.to) {
            Ok(Refused(refused)) => {
                self.state.refused |= refused;
                self.journal.push(now, arrival.received(Party::Subject));
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

    /// Takes the datagrams and the lines that have come, up to a limit.
    fn round(&mut self, buffer: &mut [u8]) -> Result<(), EngineError> {
        for _ in 0..ROUND_MAX {
            if self.is_over() {
                return Ok(());
            }
            let Some(next) = self.peers.try_receive(buffer) else { break };
            self.take(next, buffer)?;
        }
        self.take_all_seen(ROUND_MAX)?;
        self.take_lines()
    }

    /// Takes what a subject had sent before it ended.
    async fn last_words(&mut self, buffer: &mut [u8]) -> Result<(), EngineError> {
        for _ in 0..LAST_MAX {
            let Ok(next) = timeout(LAST_WITHIN, self.peers.receive(buffer)).await else { break };
            self.take(next, buffer)?;
        }
        self.last_seen().await?;
        self.last_lines().await?;
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
            self.journal.push(now, What::Sent(Box::new(sent)));
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
    async fn closed(&mut self) -> Result<(), EngineError> {
        if self.state.subject != Presence::Whole {
            return Ok(());
        }
        self.state.subject = Presence::Closed;
        if let Some(process) = &mut self.process
            && let Ok(status) = timeout(EXIT_WITHIN, process.ended()).await
        {
            return self.exited(status);
        }
        let now = self.clock.now();
        self.journal.push(now, What::Ended(Ending::Reset));
        self.hand_in(now, Input::SubjectEnded(&Ending::Reset))
    }

    /// The subject's standard output is closed: because its process has ended, or against the rules.
    async fn speechless(
        &mut self,
        error: ControlError,
        buffer: &mut [u8],
    ) -> Result<(), EngineError> {
        let Some(process) = &mut self.process else { return Err(control::broken(error)) };
        match timeout(EXIT_WITHIN, process.ended()).await {
            Ok(status) => {
                self.last_words(buffer).await?;
                self.exited(status)
            }
            Err(_) => Err(control::broken(error)),
        }
    }

    /// The subject's process has ended, and nobody had asked it to.
    fn exited(&mut self, status: ExitStatus) -> Result<(), EngineError> {
        self.state.subject = Presence::Ended;
        let now = self.clock.now();
        let ending = self.ending(now, in_words(status));
        self.control = None;
        self.journal.push(now, What::Ended(ending.clone()));
        self.hand_in(now, Input::SubjectEnded(&ending))
    }

    /// What it means that the process has ended by itself.
    fn ending(&mut self, now: Instant, status: String) -> Ending {
        // A connector has nothing more to do when its session is over, unless it is to be told so.
        if self.role == Role::Connector && status == FINE && self.control.is_none() {
            self.journal.push(now, What::Note(format!("the subject has ended: {status}")));
            return Ending::Clean;
        }
        Ending::Crashed { status }
    }
}

/// How a connector ends that has come to the end of its session, however that ended.
const FINE: &str = "exit status 0";
