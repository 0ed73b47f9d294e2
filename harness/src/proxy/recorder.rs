//! What a proxy writes down: the journal, a line for each fault, and the counts of the summary.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::SocketAddr;

use simulator::{Fate, Instant, StreamEntry};
use tokio::sync::mpsc::UnboundedSender;

use super::{Heading, Options, client_name, header};
use crate::capture;
use crate::clock::Clock;
use crate::journal::{Entry, JournalWriter, Party, Sent, Streamed, What};

/// Datagrams of one direction, and what happened to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub datagrams: u64,
    /// Lost ones.
    pub lost: u64,
    /// Those that arrived more than once.
    pub repeated: u64,
    /// Those that others passed.
    pub held: u64,
    /// Those that took longer.
    pub delayed: u64,
    /// Those with a bit turned over.
    pub damaged: u64,
    /// Those that lost their end.
    pub cut: u64,
    /// Those from which on a client had another port.
    pub rebound: u64,
}

/// Octets of one direction of all connections, and what happened to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamCounts {
    /// All octets.
    pub octets: u64,
    /// How often the stream was cut.
    pub cut: u64,
    /// How often octets waited for others.
    pub joined: u64,
    /// How often it stalled.
    pub stalled: u64,
    /// How often it ended too early.
    pub ended: u64,
}

impl Counts {
    fn count(&mut self, fate: &Fate) {
        self.datagrams += 1;
        self.lost += u64::from(fate.lose);
        self.repeated += u64::from(fate.repeat > 0);
        self.held += u64::from(fate.hold > 0);
        self.delayed += u64::from(!fate.delay.is_zero());
        self.damaged += u64::from(fate.flip.is_some());
        self.cut += u64::from(fate.cut.is_some());
        self.rebound += u64::from(fate.rebind);
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { datagrams, lost, repeated, held, delayed, damaged, cut, rebound } = self;
        write!(f, "{datagrams} datagrams: {lost} lost, {repeated} repeated, {held} held back, ")?;
        write!(f, "{delayed} delayed, {damaged} damaged, {cut} cut")?;
        if *rebound > 0 {
            write!(f, ", {rebound} changes of port")?;
        }
        Ok(())
    }
}

impl fmt::Display for StreamCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { octets, cut, joined, stalled, ended } = self;
        write!(f, "{octets} octets: {cut} cuts, {joined} joined, {stalled} stalls, {ended} ended")
    }
}

/// Where what a proxy does is written down, each if it is wanted.
pub(super) struct Records<'a> {
    pub(super) journal: Option<File>,
    pub(super) capture: Option<File>,
    pub(super) entries: Option<UnboundedSender<Entry>>,
    pub(super) faults: Option<&'a mut dyn Write>,
}

/// Writes down what a proxy does.
pub(super) struct Recorder<'a> {
    pub(super) clock: Clock,
    journal: Option<JournalWriter<BufWriter<File>>>,
    capture: Option<capture::Writer<BufWriter<File>>>,
    /// Whoever wants each entry as it comes.
    entries: Option<UnboundedSender<Entry>>,
    faults: Option<&'a mut dyn Write>,
    pub(super) datagrams: [Counts; 2],
    pub(super) streams: [StreamCounts; 2],
}

impl<'a> Recorder<'a> {
    pub(super) fn new(options: &Options, clock: Clock, outputs: Records<'a>) -> io::Result<Self> {
        let Records { journal, capture, entries, faults } = outputs;
        let header = header(options, clock.epoch());
        let journal = journal.map(|file| JournalWriter::new(BufWriter::new(file), &header));
        let capture =
            capture.map(|file| capture::Writer::new(BufWriter::new(file), &header, false));
        Ok(Self {
            clock,
            journal: journal.transpose()?,
            capture: capture.transpose()?,
            entries,
            faults,
            datagrams: [Counts::default(); 2],
            streams: [StreamCounts::default(); 2],
        })
    }

    /// A client has come whose connections are to be recorded: the next of them.
    pub(super) fn welcome(
        &mut self,
        at: Instant,
        client: usize,
        address: SocketAddr,
    ) -> io::Result<()> {
        if let Some(capture) = &mut self.capture {
            capture.welcome(address);
        }
        self.note(at, format!("{} is {address}", client_name(client)))
    }

    /// A datagram came, and this was decided.
    pub(super) fn sent(
        &mut self,
        at: Instant,
        heading: Heading,
        client: usize,
        sent: impl FnOnce() -> Sent,
        fate: &Fate,
    ) -> io::Result<()> {
        heading.of_mut(&mut self.datagrams).count(fate);
        let only_later = Fate { delay: simulator::Span::ZERO, ..*fate }.is_usual();
        if only_later && !self.keeps_all() {
            return Ok(());
        }
        let sent = sent();
        if !only_later {
            let Sent { message, occurrence, .. } = &sent;
            let why = sent.reason.as_deref().unwrap_or_default();
            let what = format_args!("{message}, number {occurrence}: {fate} ({why})");
            self.line(at, heading, client, &what)?;
        }
        self.push(at, What::Sent(Box::new(sent)))
    }

    /// Octets came, or a stream ended, and this happens to it.
    pub(super) fn stream(
        &mut self,
        at: Instant,
        heading: Heading,
        streamed: Streamed,
        octets: u64,
    ) -> io::Result<()> {
        let counts = heading.of_mut(&mut self.streams);
        counts.octets += octets;
        for StreamEntry { cut, join, stall, end, .. } in &streamed.fates {
            counts.cut += u64::from(*cut);
            counts.joined += u64::from(*join);
            counts.stalled += u64::from(!stall.is_zero());
            counts.ended += u64::from(end.is_some());
        }
        for entry in &streamed.fates {
            let what = format!("octet {}: {}", entry.offset, entry.fate());
            self.line(at, heading, streamed.peer, &what)?;
        }
        self.push(at, What::StreamSent(streamed))
    }

    /// Something worth knowing.
    pub(super) fn note(&mut self, at: Instant, what: String) -> io::Result<()> {
        if let Some(out) = &mut self.faults {
            writeln!(out, "{at}  {what}")?;
        }
        self.push(at, What::Note(what))
    }

    /// A line of the journal.
    pub(super) fn push(&mut self, at: Instant, what: What) -> io::Result<()> {
        let entry = Entry { at, what };
        if let Some(entries) = &self.entries {
            let _nobody_listens_any_more = entries.send(entry.clone());
        }
        self.capture.as_mut().map_or(Ok(()), |capture| capture.push(&entry))?;
        self.journal.as_mut().map_or(Ok(()), |journal| journal.push(&entry))
    }

    /// Whether somebody wants to know of everything.
    pub(super) const fn keeps_all(&self) -> bool {
        self.journal.is_some() || self.capture.is_some() || self.entries.is_some()
    }

    /// Hands on what was written so far: nothing will happen for a while.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.capture.as_mut().map_or(Ok(()), capture::Writer::flush)?;
        self.journal.as_mut().map_or(Ok(()), JournalWriter::flush)
    }

    /// Completes journal and capture.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.capture.as_mut().map_or(Ok(()), capture::Writer::flush)?;
        self.journal.take().map_or(Ok(()), JournalWriter::finish)
    }

    fn line(
        &mut self,
        at: Instant,
        heading: Heading,
        client: usize,
        what: &dyn fmt::Display,
    ) -> io::Result<()> {
        let Some(out) = &mut self.faults else { return Ok(()) };
        let way = match heading {
            Heading::ToServer => "to server",
            Heading::ToClient => "to client",
        };
        writeln!(out, "{at}  {}, {way}  {what}", client_name(client))
    }
}

/// Who sent what goes this way.
pub(super) const fn sender(heading: Heading, client: usize) -> Party {
    match heading {
        Heading::ToServer => Party::Peer(client),
        Heading::ToClient => Party::Subject,
    }
}

/// Whom it reaches.
pub(super) const fn receiver(heading: Heading, client: usize) -> Party {
    match heading {
        Heading::ToServer => Party::Subject,
        Heading::ToClient => Party::Peer(client),
    }
}
