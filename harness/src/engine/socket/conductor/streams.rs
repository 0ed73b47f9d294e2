//! Connections in a run: what the script does on them goes out, what the subject does comes in.

use simulator::{Instant, Part};
use tokio::time::timeout;

use super::{Conductor, LAST_MAX, LAST_WITHIN, PART_WITHIN};
use crate::engine::EngineError;
use crate::engine::socket::lines::Seen;
use crate::engine::streams::{Arrival, Heading, arrived, nowhere};
use crate::journal::{StreamPart, Streamed, What};
use crate::protocol::Role;
use crate::script::Input;

impl Conductor<'_> {
    /// A peer does something on its connection; gives what the journal says of it.
    pub(super) fn stream(&mut self, now: Instant, peer: usize, part: Part) -> What {
        self.note_octets(&part);
        let lost = nowhere(peer, None, &part);
        What::StreamSent(self.lines.does(now, peer, part).unwrap_or(lost))
    }

    /// A peer stops reading, or reads again; gives what the journal says of it.
    pub(super) fn read(&mut self, peer: usize, reads: bool) -> What {
        self.lines.reads(peer, reads);
        let what = if reads { "reads again" } else { "stops reading" };
        What::Note(format!("peer {peer} {what}"))
    }

    /// Brings everything on connections that is due to where it goes.
    pub(super) fn arrive_streams(&mut self, now: Instant) -> Result<(), EngineError> {
        while !self.is_over() {
            let Some(arrival) = self.lines.next_arrival(now) else { break };
            match arrival.heading {
                Heading::ToSubject => self.leave(now, &arrival)?,
                Heading::ToPeer => self.reach(now, &arrival)?,
            }
        }
        Ok(())
    }

    /// Something leaves for the subject. That a connection is made is known when it is.
    fn leave(&mut self, now: Instant, arrival: &Arrival) -> Result<(), EngineError> {
        let opens = arrival.part == Part::Opened;
        let taken = self.lines.deliver(self.host, arrival);
        let taken = taken
            .map_err(|error| EngineError::Io { doing: "opening a connection".into(), error })?;
        if taken && (!opens || self.role == Role::Connector) {
            self.journal.push(now, What::StreamReceived(arrived(arrival)));
        }
        Ok(())
    }

    /// Something reaches a peer.
    fn reach(&mut self, now: Instant, arrival: &Arrival) -> Result<(), EngineError> {
        if !self.lines.is_current(arrival) {
            return Ok(());
        }
        self.journal.push(now, What::StreamReceived(arrived(arrival)));
        if arrival.part == Part::Opened && self.role == Role::Connector {
            let answer = self.lines.answer(now, arrival.connection);
            self.journal_sent(now, answer);
        }
        self.hand_in(now, Input::Stream { peer: arrival.peer, part: &arrival.part })
    }

    /// Takes something that was seen at a connection.
    pub(super) fn take_seen(&mut self, seen: Seen) -> Result<(), EngineError> {
        let now = self.clock.now();
        match seen {
            Seen::Accepted(stream) => {
                self.reached = true;
                let from = stream.peer_addr().ok();
                self.subject = self.subject.or(from);
                self.journal.header.address = self.journal.header.address.or(from);
                let sent = self.lines.accept(now, stream);
                self.journal_sent(now, sent);
            }
            Seen::Refused { connection } => {
                self.state.refused = true;
                let sent = self.lines.came(now, connection, Part::Reset);
                self.journal_sent(now, sent);
            }
            Seen::Came { connection, part } => {
                self.reached |= matches!(part, Part::Octets(_));
                self.note_octets(&part);
                let opens = part == Part::Opened;
                let sent = self.lines.came(now, connection, part);
                if let Some(sent) = sent.as_ref().filter(|_| opens) {
                    // The connection that the peer asked for has reached the subject.
                    let by = crate::journal::Party::Subject;
                    let part = StreamPart::Opened;
                    let reached = Streamed { by, part, ..sent.clone() };
                    self.journal.push(now, What::StreamReceived(reached));
                }
                self.journal_sent(now, sent);
            }
        }
        self.arrive_streams(now)?;
        self.watch_limits(now);
        Ok(())
    }

    /// Takes what is there already, up to a limit.
    pub(super) fn take_all_seen(&mut self, max: usize) -> Result<(), EngineError> {
        for _ in 0..max {
            if self.is_over() {
                break;
            }
            let Some(seen) = self.lines.try_seen() else { break };
            self.take_seen(seen)?;
        }
        Ok(())
    }

    /// Takes what a subject had sent before it ended.
    pub(super) async fn last_seen(&mut self) -> Result<(), EngineError> {
        for _ in 0..LAST_MAX {
            let Ok(seen) = timeout(LAST_WITHIN, self.lines.seen()).await else { break };
            self.take_seen(seen)?;
        }
        Ok(())
    }

    /// Lets the subject end its connections, so that one that lives on has nobody logged in when the next run begins.
    pub(super) async fn part(&mut self) -> Result<(), EngineError> {
        let now = self.clock.now();
        while let Some(arrival) = self.lines.next_arrival(Instant::MAX) {
            if arrival.heading == Heading::ToSubject {
                self.leave(now, &arrival)?;
            }
        }
        self.lines.all_read();
        let parted = async {
            while self.lines.are_open() {
                self.lines.seen().await;
            }
        };
        // A subject that keeps its connections has been judged already.
        let _in_time = timeout(PART_WITHIN, parted).await;
        Ok(())
    }

    fn journal_sent(&mut self, now: Instant, sent: Option<Streamed>) {
        if let Some(sent) = sent {
            self.journal.push(now, What::StreamSent(sent));
        }
    }

    fn note_octets(&mut self, part: &Part) {
        self.state.streamed += 1;
        if let Part::Octets(octets) = part {
            self.state.octets += octets.len();
        }
    }
}
