//! Two live subjects that are brought together through the proxy: what passes between them, seen from either side.
//!
//! Neither is judged here. The server is started first, then the proxy that stands before it, then the client, which finds the
//! proxy in the server's place. Of two that take control lines the client is told what to do, and the server echoes; of one, that
//! one; where neither takes any, it is watched whether they open a session.

use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use simulator::{Fates, Instant, StreamFates};
use tokio::runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;

use super::given::Port;
use super::{interrupt, tolerance};
use crate::clock::Clock;
use crate::engine::EngineError;
use crate::journal::{Entry, Journal, Party, Told, What};
use crate::profile::{DialectChoice, Profile, WayIn};
use crate::protocol::{Protocol, Question, Role};
use crate::proxy::{self, Outputs, ProxyError, Summary};
use crate::script::Command;

mod member;
mod progress;

use super::conductor::Heard;
use member::{Member, Step};
use progress::{Progress, State};

/// The scenario that programs are told.
pub const SCENARIO: &str = "matrix";

/// How long two programs are watched once all is done, so that what comes late is seen.
const CALM: Duration = Duration::from_millis(300);

/// Most entries of one encounter: who fills it floods the other.
const ENTRIES_MAX: usize = 200_000;

/// The least tolerance of an encounter: the proxy stands between the two, not beside either of them.
const TOLERANCE_MIN: Duration = Duration::from_millis(200);

/// Two subjects that are to meet, and how; of pairs, the client comes first.
pub struct Meeting<'a> {
    /// The protocol of both.
    pub protocol: &'static dyn Protocol,
    /// The dialect of both.
    pub dialect: &'a DialectChoice,
    /// What is known of each.
    pub profiles: [&'a Profile; 2],
    /// What the network does to datagrams to the server, and to the client.
    pub datagrams: [Fates; 2],
    /// The same for streams.
    pub streams: [StreamFates; 2],
    /// What all faults are drawn from.
    pub seed: u64,
    /// How long they may take for all of it, once both were started.
    pub within: Duration,
    /// A packet that the server answers, fresh at each call: asks whether it is up.
    pub question: &'a dyn Fn() -> Question,
}

/// What came of it; of pairs, the client's comes first.
#[derive(Debug)]
pub struct Met {
    /// What happened, as each of them saw it: each is the subject of its own.
    pub journals: [Journal; 2],
    /// How far they came, in words.
    pub came: String,
    /// Why they came no further, in words, with the side that it lies with where that is plain.
    pub stopped: Option<(Option<Role>, String)>,
    /// Whether what they said is sent again until it arrives.
    pub resent: bool,
    /// What each has printed.
    pub printed: [Vec<u8>; 2],
    /// The longest that one of them was ready to run and had no processor.
    pub waited: Duration,
}

/// An encounter that could not take place.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct NotMet {
    /// The side with which it lies, if with one.
    pub side: Option<Role>,
    /// Why.
    pub error: EngineError,
}

impl NotMet {
    /// An error that lies with one side.
    fn by(side: Role) -> impl Fn(EngineError) -> Self {
        move |error| Self { side: Some(side), error }
    }
}

impl From<EngineError> for NotMet {
    fn from(error: EngineError) -> Self {
        Self { side: None, error }
    }
}

/// One of a pair whose first is the client's.
pub(crate) fn of<T: Copy>(role: Role, [client, server]: [T; 2]) -> T {
    match role {
        Role::Connector => client,
        Role::Listener => server,
    }
}

/// Brings two subjects together. The caller must not be within a runtime of tokio.
///
/// # Errors
///
/// When one of them cannot be started, breaks the rules of control lines, or the operating system refuses something. Nothing of
/// their programs is left then either.
pub fn meet(meeting: &Meeting<'_>) -> Result<Met, NotMet> {
    // Before the first encounter, and not within one: measuring takes its time.
    tolerance();
    interrupt::listen();
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let io = |error| EngineError::Io { doing: "starting an encounter".to_owned(), error };
    runtime.map_err(io)?.block_on(encounter(meeting))
}

/// Whether this subject is told what to do, over control lines.
const fn takes_orders(profile: &Profile) -> bool {
    match &profile.way {
        WayIn::Command(line) | WayIn::VirtualTime(line) => line.control,
        WayIn::Address(_) | WayIn::Reference => false,
    }
}

/// The side that is told what to do, if one can be.
fn talker(meeting: &Meeting<'_>) -> Option<Role> {
    Role::ALL.into_iter().find(|role| {
        let [client, server] = meeting.profiles.map(|profile| &profile.options);
        let can_say = || !meeting.protocol.encounter(*role, [client, server]).errands.is_empty();
        takes_orders(of(*role, meeting.profiles)) && can_say()
    })
}

async fn encounter(meeting: &Meeting<'_>) -> Result<Met, NotMet> {
    let clock = Clock::start();
    let [client, server] = meeting.profiles;
    let talker = talker(meeting);
    let mut server =
        Member::listener(meeting, server, talker).await.map_err(NotMet::by(Role::Listener))?;
    let Some(to) = server.address else {
        let error = io::Error::other("a listener has an address");
        return Err(EngineError::Io { doing: "starting the proxy".to_owned(), error }.into());
    };
    let mut port = Port::free(client.host, meeting.protocol.transport())?;
    port.let_go();
    let options = proxy::Options {
        protocol: Some(meeting.protocol),
        dialect: meeting.dialect.clone(),
        transport: meeting.protocol.transport(),
        listen: port.address,
        to,
        seed: meeting.seed,
        datagrams: meeting.datagrams.clone(),
        streams: meeting.streams.clone(),
        rules: Vec::new(),
        offsets: Vec::new(),
    };
    let (entries, seen) = mpsc::unbounded_channel();
    let (end, ends) = oneshot::channel::<()>();
    let (announce, announced) = oneshot::channel();
    let mut announcement = Announcement(Some(announce));
    let outputs = Outputs {
        out: &mut announcement,
        faults: None,
        journal: None,
        capture: None,
        entries: Some(entries),
    };
    // Whether it is told to end or nobody is left who could tell it is the same.
    let until = async { drop(ends.await) };
    let mut proxy = pin!(proxy::until(&options, clock, outputs, until));
    tokio::select! {
        biased;
        ended = &mut proxy => return Err(unexpected(ended).into()),
        _bound = announced => {}
    }
    let client = Member::connector(meeting, client, talker, port.address);
    let mut client = tokio::select! {
        biased;
        ended = &mut proxy => return Err(unexpected(ended).into()),
        client = client => client.map_err(NotMet::by(Role::Connector))?,
    };
    let mut table = Table {
        clock,
        progress: Progress::new(
            meeting.protocol,
            meeting.dialect,
            meeting.profiles.map(|profile| &profile.options),
            talker,
        ),
        seen,
        lines: vec![(Instant::START, Line::Wire(What::Start))],
        door: port.address,
        within: meeting.within,
    };
    table.sit_down(&mut client);
    table.sit_down(&mut server);
    table.conduct(&mut client, &mut server, proxy.as_mut()).await?;
    // What a program says because it is asked to end is nothing to judge.
    table.drain();
    table.seen.close();
    while table.seen.try_recv().is_ok() {}
    let waited = client.waited().max(server.waited());
    let stopping = async { [client.stop().await, server.stop().await] };
    let stopped = tokio::select! {
        biased;
        ended = &mut proxy => return Err(unexpected(ended).into()),
        stopped = stopping => stopped,
    };
    drop(end);
    match proxy.await {
        // Whether somebody was there is seen by what passed.
        Ok(Summary { .. }) | Err(ProxyError::Nobody { .. }) => {}
        Err(error) => return Err(not_proxied(error).into()),
    }
    let printed = Role::ALL.into_iter().zip(stopped).map(|(role, (endings, printed))| {
        for ending in endings {
            table.own(role, What::Ended(ending));
        }
        printed
    });
    let printed: Vec<Vec<u8>> = printed.collect();
    let printed = printed.try_into().unwrap_or_default();
    Ok(table.leave(meeting, &options, printed, waited))
}

/// A line of what happened, in its order.
enum Line {
    /// What the proxy saw; its subject is the server.
    Wire(What),
    /// What concerns one side alone: its application, its program.
    Own(Role, What),
}

/// Where the two sit, and what is written down of them.
struct Table {
    clock: Clock,
    progress: Progress,
    seen: mpsc::UnboundedReceiver<Entry>,
    lines: Vec<(Instant, Line)>,
    /// Where the client finds the server.
    door: SocketAddr,
    within: Duration,
}

impl Table {
    fn own(&mut self, role: Role, what: What) {
        self.lines.push((self.clock.now(), Line::Own(role, what)));
    }

    /// Writes down what a program said of itself before.
    fn sit_down(&mut self, member: &mut Member) {
        for note in member.take_notes() {
            self.own(member.role, What::Note(note));
        }
    }

    /// Takes what the proxy has seen.
    fn take(&mut self, Entry { at, what }: Entry) {
        self.progress.saw(&what);
        self.lines.push((at, Line::Wire(what)));
    }

    /// Takes all that the proxy has seen until now.
    fn drain(&mut self) {
        while let Ok(entry) = self.seen.try_recv() {
            self.take(entry);
        }
    }

    fn tell(&mut self, member: &mut Member, command: Command) -> Result<(), NotMet> {
        if member.tell(&command)? {
            self.own(member.role, What::Told(command));
        }
        Ok(())
    }

    /// Sees the two through what they have to do.
    async fn conduct(
        &mut self,
        client: &mut Member,
        server: &mut Member,
        mut proxy: Pin<&mut impl Future<Output = Result<Summary, ProxyError>>>,
    ) -> Result<(), NotMet> {
        if client.takes_orders() {
            self.tell(client, Command::Open(self.door))?;
        }
        let mut over: Option<Instant> = None;
        let last = self.clock.now() + self.within;
        loop {
            let now = self.clock.now();
            if self.lines.len() > ENTRIES_MAX {
                self.progress.fail(None, format!("there were more than {ENTRIES_MAX} entries"));
            }
            match self.progress.state() {
                State::Going if now >= last => self.progress.late(self.within),
                State::Going => {}
                State::Done => {
                    over.get_or_insert(now + CALM);
                }
                State::Failed => return Ok(()),
            }
            let until = over.unwrap_or(last);
            if over.is_some_and(|over| now >= over) {
                return Ok(());
            }
            let (role, step) = tokio::select! {
                biased;
                () = interrupt::requested() => return Err(EngineError::Interrupted.into()),
                ended = &mut proxy => return Err(unexpected(ended).into()),
                Some(entry) = self.seen.recv() => {
                    self.take(entry);
                    continue;
                }
                step = client.next() => (Role::Connector, step),
                step = server.next() => (Role::Listener, step),
                () = sleep_until(self.clock.deadline(until).into()) => continue,
            };
            let member = if role == Role::Connector { &mut *client } else { &mut *server };
            match step {
                Step::Heard(Heard::Log(text)) => {
                    self.own(role, What::Note(format!("the subject says: {text}")));
                }
                Step::Heard(Heard::Event(session, event)) => {
                    let next = self.progress.told(role, &event);
                    self.own(role, What::Event(Told { by: Party::Subject, session, event }));
                    if let Some(command) = next {
                        self.tell(member, command)?;
                    }
                }
                Step::Ended(status) => {
                    // What it had sent before counts first.
                    tokio::task::yield_now().await;
                    self.drain();
                    let fine = role == Role::Connector && !member.takes_orders();
                    let ending = self.progress.ended(role, status, fine);
                    self.own(role, What::Ended(ending));
                }
                Step::Wrong(error) => {
                    let error =
                        EngineError::Control { error, printed: member.last_words(), begun: true };
                    return Err(NotMet { side: Some(role), error });
                }
            }
        }
    }

    /// Writes the journals of both.
    fn leave(
        mut self,
        meeting: &Meeting<'_>,
        options: &proxy::Options,
        printed: [Vec<u8>; 2],
        waited: Duration,
    ) -> Met {
        // Lines of either side stand where they were read, what the proxy saw where it saw it.
        self.lines.sort_by_key(|(at, _)| *at);
        let mut clients = Vec::new();
        for (_, line) in &self.lines {
            if let Line::Wire(what) = line
                && let Some((Party::Peer(number), address)) = sender(what, self.door)
                && number == clients.len()
            {
                clients.push((proxy::client_name(number), address));
            }
        }
        let journals = Role::ALL.map(|role| {
            let profile = of(role, meeting.profiles);
            let mut header = proxy::header(options, self.clock.epoch());
            SCENARIO.clone_into(&mut header.scenario);
            meeting.protocol.word(role).clone_into(&mut header.role);
            header.options = profile.options.clone();
            header.subject.clone_from(&profile.name);
            header.events = takes_orders(profile);
            header.tolerance = tolerance().max(TOLERANCE_MIN);
            header.reply = profile.reply;
            header.timers = profile.timers.clone();
            match role {
                Role::Listener => header.peers.clone_from(&clients),
                Role::Connector => {
                    header.address = clients.first().map(|(_, address)| *address);
                    header.peers = vec![(proxy::client_name(0), options.to)];
                }
            }
            let mut journal = Journal::new(header);
            for (at, line) in &self.lines {
                journal.push(*at, seen_by(role, line));
            }
            journal
        });
        let resent = self.progress.is_resent();
        let (came, stopped) = self.progress.conclude();
        Met { journals, came, stopped, resent, printed, waited }
    }
}

/// Who sent a datagram, and from where; who made a connection, of which only the host is known.
fn sender(what: &What, door: SocketAddr) -> Option<(Party, SocketAddr)> {
    match what {
        What::Sent(sent) => Some((sent.by, sent.from)),
        What::StreamSent(streamed) => Some((streamed.by, (door.ip(), 0).into())),
        _ => None,
    }
}

/// A line as one of the two sees it: itself is the subject of its journal.
fn seen_by(role: Role, line: &Line) -> What {
    match line {
        Line::Wire(what) if role == Role::Listener => what.clone(),
        Line::Wire(what) => what.clone().mirrored(),
        Line::Own(owner, what) if *owner == role => what.clone(),
        Line::Own(_, What::Event(told)) => What::Event(Told { by: Party::Peer(0), ..told.clone() }),
        Line::Own(_, What::Told(command)) => {
            What::Note(format!("the other side is told {command:?}"))
        }
        Line::Own(_, What::Ended(ending)) => What::Note(format!("the other side: {ending}")),
        Line::Own(_, what) => what.clone(),
    }
}

/// Tells when the proxy listens: it says so.
struct Announcement(Option<oneshot::Sender<()>>);

impl Write for Announcement {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if let Some(announce) = self.0.take() {
            let _nobody_waits_any_more = announce.send(());
        }
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The proxy has ended, and nobody had told it to.
fn unexpected(ended: Result<Summary, ProxyError>) -> EngineError {
    match ended {
        Ok(Summary { .. }) => not_proxied(io::Error::other("it has ended").into()),
        Err(error) => not_proxied(error),
    }
}

fn not_proxied(error: ProxyError) -> EngineError {
    EngineError::Io {
        doing: "carrying what the two say".to_owned(),
        error: io::Error::other(error),
    }
}
