//! Watching one session: the counters of octets, the acknowledgements, the close.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use reference::mnet::{DATAGRAM_MAX, Tag};
use simulator::Instant;

use super::super::stream::Stream;
use crate::protocol::{MonitorSetup, Role};

mod closing;
mod due;
mod habits;
mod received;
mod sent;

pub(super) use due::Moment;

/// Octets received are acknowledged within this time (MNET-DATA-4).
const ACKNOWLEDGEMENT_MAX: Duration = Duration::from_millis(500);

/// So many repeats of a session may cross what makes them needless.
const CROSSINGS_MAX: u32 = 2;

/// An echo that is answered at all is answered within this time.
pub(super) const ANSWER_MAX: Duration = Duration::from_secs(1);

/// What may make a subject lose a session that it must keep.
const DISTURBANCES: [&str; 11] = [
    "MNET-WIRE-7",
    "MNET-INIT-5",
    "MNET-ECHO-2",
    "MNET-COOKIE-1",
    "MNET-ECHO-6",
    "MNET-SHUT-5",
    "MNET-SHUT-9",
    "MNET-ACK-1",
    "MNET-WIRE-10",
    "MNET-WIRE-12",
    "MNET-ABORT-1",
];

/// An ABORT within this time of a packet answers it.
pub(super) const AT_ONCE: Duration = Duration::from_millis(20);

/// What is sent so soon after an echo was sent with it.
const BESIDE: Duration = Duration::from_millis(100);

/// The most octets of data in one DATA (MNET-WIRE-11).
const DATA_MAX: usize = DATAGRAM_MAX - 14;

/// How long a subject's tries of DATA take, as its profile states; of a recorded conversation nobody has stated it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timers {
    /// After so long octets are sent again, at most.
    again: Option<Duration>,
    /// After so long they are given up.
    given_up: Option<Duration>,
}

impl Timers {
    pub(super) fn new(setup: &MonitorSetup<'_>) -> Self {
        let timer = |name| setup.timers.duration(name).filter(|_| setup.application.is_some());
        Self { again: timer("data-again"), given_up: timer("data-given-up") }
    }
}

/// What surrounds one packet.
pub(super) struct Context {
    pub(super) at: Instant,
    pub(super) base: u32,
    pub(super) echo: bool,
    pub(super) subject: Role,
    /// How much the application was told to write, if that is known.
    pub(super) written: Option<u64>,
    /// What came last is not to be taken, and came at this moment from where the packet goes.
    pub(super) answers_untaken: bool,
    pub(super) suspect: Option<&'static str>,
    pub(super) suspected_at: Option<Instant>,
    pub(super) unread: Duration,
    /// When something last came, from wherever.
    pub(super) heard_at: Option<Instant>,
    pub(super) timers: Timers,
    /// An ABORT has come from where it goes.
    pub(super) aborted: bool,
}

impl Context {
    /// Something has just come: what is sent may answer it.
    fn is_answer(&self) -> bool {
        self.heard_at.is_some_and(|came| self.at < came + AT_ONCE)
    }
}

/// One session, seen from the subject's side of the network.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each fact on its own")]
pub(super) struct Session {
    pub(super) peer: SocketAddr,
    pub(super) x: Tag,
    pub(super) y: Tag,
    subject: Role,
    /// Echoes received and not answered yet (the subject listens).
    echoes: u32,
    /// COOKIE-ACKs that may repeat those.
    again_acks: u32,
    open: bool,
    /// What reached the subject, with what lies beyond gaps.
    pub(super) incoming: Stream,
    /// What a subject has at least that drops whatever does not come in order.
    in_order: u64,
    /// How much of it the application was given, where it tells.
    given: u64,
    /// The most that the subject has acknowledged.
    acknowledged: u64,
    /// When new octets came in order that it has not acknowledged yet, and where they end; when those came that it has acknowledged.
    fresh: Option<(Instant, u64)>,
    counted_since: Option<Instant>,
    /// Octets that must be acknowledged by a time.
    due: Option<Due>,
    /// When DATA came that is answered though nothing in it is new, unless something was sent since, and its clause.
    reply_due: Option<(Instant, &'static str)>,
    /// DATA with payload that reached the subject, and bare ones that it sent.
    payloads: u64,
    bare: u64,
    /// When a bare one reached it, since which no payload has come; how many such there were, and how many bare ones it has sent
    /// at once behind them.
    bare_at: Option<Instant>,
    answerable: u64,
    answered: u64,
    /// What the subject has sent.
    outgoing: Stream,
    /// How much of it its peer has acknowledged.
    confirmed: u64,
    /// When a part of what was outstanding was last acknowledged, and nothing more since; the clause that says that it counts.
    partly: Option<(Instant, &'static str)>,
    /// When it last sent octets for the first time.
    sent_new_at: Option<Instant>,
    shutdown_sent: bool,
    shutdown_received: bool,
    shutdowns: u32,
    /// When the first of either side came or went.
    shutdown_at: Option<Instant>,
    /// SHUTDOWNs that have reached the subject, less the SHUTDOWN-ACKs that it has sent.
    unanswered: u32,
    /// How often the subject has sent COOKIE-ECHO, and how often SHUTDOWN or SHUTDOWN-ACK.
    opening_tries: usize,
    closing_tries: usize,
    /// What the peer has acknowledged, and how often it was sent again all the same.
    freed: Option<Freed>,
    shutdown_ack_sent: bool,
    shutdown_ack_received: bool,
    /// When DATA came after SHUTDOWN-ACK, unless something was sent since; how much of such DATA SHUTDOWN-ACK seems to answer.
    data_after_end: Option<Instant>,
    answered_after_end: u32,
    complete_sent: bool,
    /// SHUTDOWN-ACKs that have reached the subject, less the SHUTDOWN-COMPLETEs that it has sent.
    uncompleted: i64,
    /// When the application was told to abort.
    aborting: Option<Instant>,
    /// The latest packet, if it is one after which a session goes on, with the clause that says so.
    goes_on: Option<(Instant, &'static str)>,
    /// Where DATA that reached the subject ended.
    ends: BTreeSet<u64>,
    over: Option<Over>,
    /// When it was over by a packet that reached the subject.
    over_at: Option<Instant>,
    /// Its echo has come once more after its end, which may draw an ABORT.
    echoed_over: bool,
    /// Octets of the latest DATA that had come before: counted twice, they make the acknowledgement too high by as many.
    again: u64,
    /// Octets have come a second time.
    repeats: bool,
    /// When the first echo came that must be answered, and the clause that says so (the subject listens).
    ack_due: Option<(Instant, &'static str)>,
    /// Repeats that have crossed what made them needless.
    crossings: u32,
    /// When a COOKIE-ACK opened it, and when the last echo was sent (the subject connects).
    opened_at: Option<Instant>,
    echo_at: Option<Instant>,
    /// When the application was told to close.
    closing_at: Option<Instant>,
    /// It has acknowledged octets that came beyond a gap: it keeps them.
    keeps: bool,
    /// A packet that was no packet may have been taken for one that ends or closes the session (MNET-WIRE-5).
    doubtful: bool,
    /// A datagram with its tag has come that is no packet: that it goes on is a SHOULD (MNET-WIRE-5).
    hit: bool,
    /// Octets have come twice, and not the same, before they can have been delivered: either may be what is delivered.
    contested: bool,
    /// DATA has come that would begin before the start of the stream: that it is dropped is a ruling within MNET-DATA-1.
    stretched: bool,
    /// The application was told that the session has failed, after its own SHUTDOWN.
    failed: bool,
    /// More was outstanding than any first congestion window allows.
    flooded: bool,
    /// Octets that came before the session and may have been kept.
    early: u64,
    /// What may stand for COOKIE-ACK came before it, or COOKIE-ACK went out with another tag.
    pub(super) acked_otherwise: bool,
    /// When the lowest unacknowledged octet was sent, each time since anything came from the peer.
    tries: Vec<Instant>,
    /// What those acknowledged.
    tried_with: Option<u32>,
    /// Since when the lowest unacknowledged octet is that, until it is sent again; nothing where timers may have backed off far.
    lowest_since: Option<Instant>,
    /// How many DATA were sent again.
    sent_again: u32,
    pub(super) exercised: BTreeSet<&'static str>,
}

/// Octets that must be acknowledged by a time.
#[derive(Clone, Copy, Debug)]
struct Due {
    by: Instant,
    /// The count that acknowledges them.
    octets: u64,
    /// The count that acknowledges none of them.
    before: u64,
    /// The clause of what is particular about their DATA.
    particular: Option<&'static str>,
}

/// Octets that the peer has acknowledged by a packet that is taken in any case.
#[derive(Clone, Copy, Debug)]
struct Freed {
    /// When the last of them were acknowledged.
    at: Instant,
    /// The clause that says that the acknowledgement counts.
    clause: &'static str,
    from: u64,
    to: u64,
    /// How often the first of them was sent since.
    again: u32,
}

/// How a session ended, as far as the subject can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// SHUTDOWN-COMPLETE was sent or received.
    Closed,
    /// The subject sent ABORT.
    AbortSent,
    /// The subject received ABORT.
    AbortReceived,
}

impl Session {
    pub(super) fn new(peer: SocketAddr, x: Tag, y: Tag, subject: Role) -> Self {
        Self {
            peer,
            x,
            y,
            subject,
            echoes: 0,
            again_acks: 0,
            open: false,
            incoming: Stream::default(),
            in_order: 0,
            given: 0,
            acknowledged: 0,
            fresh: None,
            counted_since: None,
            due: None,
            reply_due: None,
            payloads: 0,
            bare: 0,
            bare_at: None,
            answerable: 0,
            answered: 0,
            outgoing: Stream::default(),
            confirmed: 0,
            partly: None,
            sent_new_at: None,
            shutdown_sent: false,
            shutdown_received: false,
            shutdowns: 0,
            shutdown_at: None,
            unanswered: 0,
            opening_tries: 0,
            closing_tries: 0,
            freed: None,
            shutdown_ack_sent: false,
            shutdown_ack_received: false,
            data_after_end: None,
            answered_after_end: 0,
            complete_sent: false,
            uncompleted: 0,
            aborting: None,
            goes_on: None,
            ends: BTreeSet::new(),
            over: None,
            over_at: None,
            echoed_over: false,
            again: 0,
            repeats: false,
            ack_due: None,
            crossings: 0,
            opened_at: None,
            echo_at: None,
            closing_at: None,
            keeps: false,
            doubtful: false,
            hit: false,
            contested: false,
            stretched: false,
            failed: false,
            flooded: false,
            early: 0,
            acked_otherwise: false,
            tries: Vec::new(),
            tried_with: None,
            lowest_since: None,
            sent_again: 0,
            exercised: BTreeSet::new(),
        }
    }

    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    /// It has sent SHUTDOWN-ACK.
    pub(super) const fn has_answered_shutdown(&self) -> bool {
        self.shutdown_ack_sent
    }

    /// What it does from now on cannot be judged.
    pub(super) const fn is_unclear(&self) -> bool {
        self.doubtful || self.contested
    }

    /// DATA that would begin before the start of the stream has come.
    pub(super) const fn is_stretched(&self) -> bool {
        self.stretched
    }

    /// The application was told that a session has failed; one that closes may be this one.
    pub(super) const fn failure_told(&mut self) {
        self.failed |= self.shutdown_sent;
    }

    /// DATA has overtaken what opens it.
    pub(super) const fn has_early(&self) -> bool {
        self.early > 0
    }

    pub(super) const fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// It has ended with ABORT.
    pub(super) const fn is_aborted(&self) -> bool {
        matches!(self.over, Some(Over::AbortSent | Over::AbortReceived))
    }

    /// SHUTDOWN has come or gone so short a while ago that nobody has given up on the answer, and there is none yet.
    pub(super) fn begins_to_close(&self, at: Instant) -> bool {
        let begins = self.shutdown_at.is_some_and(|first| at < first + AT_ONCE);
        let is_first = self.shutdowns < 2 && self.closing_tries < 2;
        let answered = self.shutdown_ack_sent || self.shutdown_ack_received;
        begins && is_first && self.over.is_none() && !answered
    }

    /// Its application was told to abort it.
    pub(super) const fn is_told_to_abort(&self) -> bool {
        self.aborting.is_some()
    }

    /// What it does from now on is for the steps of a scenario to judge.
    pub(super) const fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// A datagram that is no packet seems to belong to it.
    pub(super) const fn hit(&mut self) {
        self.hit = true;
    }

    pub(super) const fn completed_by_subject(&self) -> bool {
        self.complete_sent
    }

    pub(super) const fn echo_received(&mut self) {
        self.echoes += 1;
        self.echoed_over |= self.over.is_some();
    }

    /// An echo has come that is not answered: what is sent from now on answers no earlier one.
    pub(super) const fn answered_all(&mut self) {
        self.again_acks = 0;
    }

    pub(super) const fn asked_for_ack(&self) -> bool {
        self.echoes > 0 || self.again_acks > 0
    }

    /// A COOKIE-ACK was sent. Whether an echo asked for it.
    pub(super) const fn answer_echo(&mut self) -> bool {
        self.ack_due = None;
        // Each may be answered twice, which opens nothing more.
        let asked = self.echoes > 0 || self.again_acks > 0;
        if self.echoes > 0 {
            self.again_acks += 1;
        } else {
            self.again_acks = self.again_acks.saturating_sub(1);
        }
        self.echoes = self.echoes.saturating_sub(1);
        self.open |= asked;
        asked
    }

    /// A COOKIE-ACK reached the connector. Whether it is the first.
    pub(super) const fn opened(&mut self, at: Instant) -> bool {
        let first = !self.open && matches!(self.subject, Role::Connector);
        if first {
            self.opened_at = Some(at);
        }
        self.open |= first;
        first
    }

    /// A packet has come after which the session goes on, as a clause says.
    pub(super) const fn goes_on(&mut self, at: Instant, clause: &'static str) {
        self.goes_on = Some((at, clause));
    }

    /// The connector has sent its echo, once more or for the first time. Whether it should know that it is open.
    pub(super) fn echoed(&mut self, at: Instant, unread: Duration) -> bool {
        self.echo_at = Some(at);
        self.opening_tries += 1;
        let late = self.over.is_none() && self.opened_at.is_some_and(|opened| at > opened + unread);
        late && !self.crosses(unread)
    }

    /// Over sockets a repeat by a timer may cross what makes it needless, however long the program was kept waiting.
    fn crosses(&mut self, unread: Duration) -> bool {
        let crosses = !unread.is_zero() && self.crossings < CROSSINGS_MAX;
        self.crossings += u32::from(crosses);
        crosses
    }

    /// The clause that an INIT breaks which is sent though its COOKIE has come.
    pub(super) fn init_again(&self, at: Instant) -> &'static str {
        // It comes beside the echo, or in its place.
        let beside = self.echo_at.is_some_and(|echo| at < echo + BESIDE);
        if beside { "MNET-ACK-5" } else { "MNET-ECHO-7" }
    }

    /// The application was told to close.
    pub(super) const fn close_told(&mut self, at: Instant) {
        self.closing_at = Some(at);
    }

    /// The application was told to abort.
    pub(super) const fn abort_told(&mut self, at: Instant) {
        self.aborting = Some(at);
    }

    pub(super) const fn abort_sent(&mut self, _at: Instant) {
        self.over = Some(Over::AbortSent);
    }

    /// An echo has come that opens it, as a clause says.
    pub(super) const fn expects_ack(&mut self, at: Instant, clause: &'static str) {
        self.ack_due = Some((at, clause));
    }
}
