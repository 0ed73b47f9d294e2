//! A fault proxy between any two programs: the links of the simulator, between real sockets.
//!
//! Datagrams and streams go through the very links of the engines, so one seed means the same faults here as in a run. Each
//! client has a link in each direction of its own, and an upstream socket of its own, so that the server can tell clients
//! apart. The server stands where a run has the subject: links are called `peer>subject` and `subject>peer`, and `peer-2`,
//! `peer-3`, … for further clients.

use std::fs::File;
use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use simulator::{ByOrdinal, Classifier, Fates, FatesError, StreamEntry, StreamFates};
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;

use crate::clock::Clock;
use crate::journal::{Entry, Header, VERSION};
use crate::profile::{DialectChoice, OptionChoice, Timers};
use crate::protocol::{Protocol, Role, Transport};

mod datagrams;
mod recorder;
mod replay;
mod selector;
mod streams;

pub use recorder::{Counts, StreamCounts};
use recorder::{Recorder, Records};
pub use replay::recorded;
pub use selector::{Rule, Selector, SelectorError, direction};

/// Most clients, or connections, at once.
pub const CLIENTS_MAX: usize = 1024;

/// What to put between whom.
#[derive(Clone)]
pub struct Options {
    /// The protocol; none if it is not known, and datagrams are only counted.
    pub protocol: Option<&'static dyn Protocol>,
    /// The dialect of the packets.
    pub dialect: DialectChoice,
    /// What is carried.
    pub transport: Transport,
    /// Where clients come to.
    pub listen: SocketAddr,
    /// Where the server is.
    pub to: SocketAddr,
    /// What all chance comes from.
    pub seed: u64,
    /// What the network does, to the server and to clients.
    pub datagrams: [Fates; 2],
    /// What it does to streams.
    pub streams: [StreamFates; 2],
    /// Fates of chosen datagrams, before all others; the first that fits counts.
    pub rules: Vec<Rule>,
    /// Faults at offsets of the stream of every connection.
    pub offsets: Vec<(Option<Heading>, u64, simulator::StreamFate)>,
}

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heading {
    /// From a client to the server.
    ToServer,
    /// From the server to a client.
    ToClient,
}

impl Heading {
    /// Both, with the way to the server first.
    pub const ALL: [Self; 2] = [Self::ToServer, Self::ToClient];

    /// Its link for the client with this number, counted from 0.
    fn link(self, client: usize) -> String {
        match self {
            Self::ToServer => format!("{}>subject", client_name(client)),
            Self::ToClient => format!("subject>{}", client_name(client)),
        }
    }

    /// The one of two things that is for this direction, to be changed.
    const fn of_mut<T>(self, [to_server, to_client]: &mut [T; 2]) -> &mut T {
        match self {
            Self::ToServer => to_server,
            Self::ToClient => to_client,
        }
    }

    /// The one of two things that is for this direction.
    fn of<T>(self, [to_server, to_client]: &[T; 2]) -> &T {
        match self {
            Self::ToServer => to_server,
            Self::ToClient => to_client,
        }
    }
}

/// What a client is called in links: as the peer of a run is.
pub(crate) fn client_name(client: usize) -> String {
    if client == 0 { "peer".to_owned() } else { format!("peer-{}", client + 1) }
}

/// Why there is no proxy (any more).
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The address cannot be listened at; most often somebody else does.
    #[error("cannot listen at {address}: {error}; `--listen {host}:0` takes a free port", host = .address.ip())]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        error: io::Error,
    },
    /// Nothing ever came from the server, and the operating system knows why.
    #[error(
        "nobody listens at {address} ({error}); start the server, or name its address with --to"
    )]
    Nobody {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        error: io::Error,
    },
    /// A schedule cannot be obeyed.
    #[error(transparent)]
    Fates(#[from] FatesError),
    /// Anything else that the operating system refused.
    #[error("the proxy stopped: {0}")]
    Io(#[from] io::Error),
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many clients, or connections, there were.
    pub clients: usize,
    /// Datagrams and their faults, to the server and to clients.
    pub datagrams: [Counts; 2],
    /// Octets of streams and their faults, to the server and to clients.
    pub streams: [StreamCounts; 2],
    /// Entries of a schedule that nothing matched.
    pub unbitten: Vec<simulator::Entry>,
    /// The same for streams.
    pub unbitten_streams: Vec<StreamEntry>,
    /// Rules that nothing matched, as they were written.
    pub idle: Vec<String>,
}

/// Where a proxy writes.
pub struct Outputs<'a> {
    /// The line that says where it listens.
    pub out: &'a mut dyn Write,
    /// A line for each fault, if wanted.
    pub faults: Option<&'a mut dyn Write>,
    /// The journal, if wanted.
    pub journal: Option<File>,
    /// The capture, if wanted.
    pub capture: Option<File>,
    /// Whoever wants each entry of the journal as it comes.
    pub entries: Option<UnboundedSender<Entry>>,
}

/// Stands between clients and the server until Ctrl-C or SIGTERM.
///
/// # Errors
///
/// When it cannot listen, when nobody is at the other end, or when the operating system refuses something else.
pub fn run(options: &Options, outputs: Outputs<'_>) -> Result<Summary, ProxyError> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before the first line is written: whoever has read it may ask for the end.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let asked_to_end = async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        until(options, Clock::start(), outputs, asked_to_end).await
    })
}

/// Stands between clients and the server until `end` is over; times are those of `clock`.
///
/// # Errors
///
/// As for [`run`].
pub(crate) async fn until(
    options: &Options,
    clock: Clock,
    outputs: Outputs<'_>,
    end: impl Future<Output = ()>,
) -> Result<Summary, ProxyError> {
    let Outputs { out, faults, journal, capture, entries } = outputs;
    let records = Records { journal, capture, entries, faults };
    let mut recorder = Recorder::new(options, clock, records)?;
    match options.transport {
        Transport::Datagrams => datagrams::run(options, out, &mut recorder, end).await,
        Transport::Stream => streams::run(options, out, &mut recorder, end).await,
    }
}

/// The first line: where it listens, and what is needed to have the same faults again.
fn announce(options: &Options, listening: SocketAddr, out: &mut dyn Write) -> io::Result<()> {
    let Options { to, seed, dialect, .. } = options;
    let name = options.protocol.map_or("raw", Protocol::name);
    let dialect = if options.protocol.is_some() { format!(", {dialect}") } else { String::new() };
    writeln!(out, "listening at {listening}, to {to} ({name}{dialect}), seed {seed}")?;
    out.flush()
}

/// The journal's first line: that of a run, without a scenario. Clients are numbered as they come.
pub(crate) fn header(options: &Options, epoch: Duration) -> Header {
    let protocol = options.protocol.map_or("raw", Protocol::name);
    Header {
        journal: VERSION,
        scenario: String::new(),
        protocol: protocol.to_owned(),
        role: options
            .protocol
            .map_or("server", |protocol| protocol.word(Role::Listener))
            .to_owned(),
        dialect: options.dialect.clone(),
        options: OptionChoice::default(),
        engine: "proxy".to_owned(),
        seed: options.seed,
        epoch,
        subject: options.to.to_string(),
        address: Some(options.to),
        peers: Vec::new(),
        events: false,
        tolerance: Duration::ZERO,
        reply: Duration::ZERO,
        timers: Timers::default(),
    }
}

/// What tells messages apart.
fn classifier(options: &Options) -> Arc<dyn Classifier> {
    options
        .protocol
        .map_or_else(|| Arc::new(ByOrdinal) as _, |protocol| protocol.classifier(&options.dialect))
}
