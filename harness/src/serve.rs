//! The reference behind a real socket, to try an implementation against: as the side that answers, here, or as the one that
//! begins, in [`connect`](crate::connect).
//!
//! The drivers ([`datagrams`], [`streams`]) know a [`Subject`](crate::subject::Subject) and no protocol; whoever sits beside them
//! is an [`Attendant`].

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use simulator::{Instant, Part};
use tokio::net::{TcpListener, UdpSocket};
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::assembly::Assembly;
use crate::clock::{self, Clock};
use crate::conversation::{show_event, show_octets};
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::{Protocol, Role, SubjectSetup, Transport};
use crate::scenario::Application;
use crate::script::{AppEvent, Command};

pub mod accounts;
pub mod datagrams;
pub mod mail;
pub mod streams;

use accounts::Books;
use mail::Reports;

/// How long mails that are under way at the end may take.
const MAILS_LINGER: Duration = Duration::from_secs(5);

/// What to serve, and where.
pub struct Options<'a> {
    /// The protocol.
    pub protocol: &'static dyn Protocol,
    /// The dialect.
    pub dialect: &'a DialectChoice,
    /// The address to listen at.
    pub listen: SocketAddr,
    /// The mutant to be, or none.
    pub mutant: Option<&'a str>,
    /// What the server is given: its users and rooms, where a protocol has such.
    pub given: &'a BTreeMap<String, serde_json::Value>,
    /// Whether there is a line for each packet, too.
    pub packets: bool,
}

/// Why nothing is served (any more).
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened at; most often somebody else does.
    #[error("cannot listen at {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        error: io::Error,
    },
    /// Anything else that the operating system refused.
    #[error("cannot serve: {0}")]
    Io(#[from] io::Error),
}

/// Whoever sits beside a driver: tells the application what to do, and sees what happens.
pub trait Attendant {
    /// Waits for what is to be done next; may be given up while it waits, without harm.
    fn order(&mut self) -> impl Future<Output = Order>;
    /// What the application has written waits for room, or no longer; told before each [`order`](Self::order).
    fn behind(&mut self, _is_behind: bool) {}
    /// Something has happened.
    ///
    /// # Errors
    ///
    /// What ends the driver, too.
    fn seen(&mut self, now: Instant, seen: Seen<'_>) -> io::Result<()>;
    /// There is nothing more to wait for.
    fn is_done(&self) -> bool {
        false
    }
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The driver ends at once.
    End,
    /// The application does this.
    Do(Command),
}

/// Something that a driver has seen.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    /// A datagram has come.
    Received {
        /// The sender.
        from: SocketAddr,
        /// Its octets.
        octets: &'a [u8],
    },
    /// A datagram was sent.
    Sent {
        /// The receiver.
        to: SocketAddr,
        /// Its octets.
        octets: &'a [u8],
    },
    /// A connection is there.
    Connected {
        /// Its number, from 1.
        connection: u64,
        /// The other side.
        from: SocketAddr,
    },
    /// A connection could not be made.
    NotConnected {
        /// What the operating system says.
        error: &'a io::Error,
    },
    /// Something has come on a connection.
    PartReceived {
        /// Its number.
        connection: u64,
        /// What.
        part: &'a Part,
    },
    /// Something goes out on a connection.
    PartSent {
        /// Its number.
        connection: u64,
        /// What.
        part: &'a Part,
    },
    /// The application was told something.
    Event {
        /// Which of its sessions.
        session: u64,
        /// What it was told.
        event: &'a AppEvent,
    },
}

/// Serves until Ctrl-C or SIGTERM, with an application that writes back what it receives; writes a line for each event.
///
/// # Errors
///
/// [`ServeError::Listen`] when the address is taken; [`ServeError::Io`] when the socket, or `out`, fails later.
pub fn run(options: &Options<'_>, books: Books, out: &mut dyn Write) -> Result<(), ServeError> {
    allow_many_files();
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before the first line is written: whoever has read it may ask for the end.
        let mut asked = Asked::new()?;
        until(options, books, out, asked.wait()).await
    })
}

/// Lets the process have as many open files as it may have at most: each client is one.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    // Where that is refused there is room for fewer clients.
    let _refused = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// The signals that ask for the end.
pub(crate) struct Asked {
    interrupt: Signal,
    terminate: Signal,
}

impl Asked {
    pub(crate) fn new() -> io::Result<Self> {
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Self { interrupt: signal(interrupt)?, terminate: signal(terminate)? })
    }

    /// Waits until somebody asks.
    pub(crate) async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Serves until `end` is over.
async fn until(
    options: &Options<'_>,
    mut books: Books,
    out: &mut dyn Write,
    end: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let Options { protocol, dialect, listen, mutant, given, packets } = *options;
    let refused = |error| ServeError::Listen { address: listen, error };
    let clock = Clock::start();
    let seed = clock::fresh_seed()?;
    let reports = books.reports.take();
    let subject = |local| {
        let setup = SubjectSetup {
            dialect,
            role: Role::Listener,
            options: &OptionChoice::default_for(protocol),
            application: Application::Echo,
            given,
            local,
            epoch: clock.epoch(),
            seed,
            mutant,
        };
        protocol.server(&setup, Box::new(books))
    };
    let end = Box::pin(end);
    let lines = Lines {
        protocol,
        dialect,
        role: Role::Listener,
        packets,
        out,
        assemblies: BTreeMap::new(),
    };
    let mut serving = Serving { end, lines, reports, clock };
    match protocol.transport() {
        Transport::Datagrams => {
            let socket = UdpSocket::bind(listen).await.map_err(refused)?;
            let local = socket.local_addr()?;
            let mut subject = subject(local);
            serving.lines.listening(local)?;
            let net = datagrams::Real { socket, clock };
            datagrams::drive(&net, &mut *subject, &mut serving).await?;
        }
        Transport::Stream => {
            let listener = TcpListener::bind(listen).await.map_err(refused)?;
            let local = listener.local_addr()?;
            let mut subject = subject(local);
            serving.lines.listening(local)?;
            let net = streams::Real { source: streams::Source::Accepts(listener), clock };
            streams::drive(&net, &mut *subject, &mut serving).await?;
        }
    }
    // The subject is gone, and with it whoever could post a mail.
    Ok(serving.last_reports().await?)
}

/// Beside a server: waits for the end, and writes down what happens.
struct Serving<'a, F> {
    end: std::pin::Pin<Box<F>>,
    lines: Lines<'a>,
    /// What becomes of mails.
    reports: Option<Reports>,
    clock: Clock,
}

impl<F> Serving<'_, F> {
    fn report(&mut self, why: String) -> io::Result<()> {
        let event = &AppEvent::Failed(why);
        self.lines.show(self.clock.now(), Seen::Event { session: 0, event })
    }

    /// Waits a while for mails that are under way.
    async fn last_reports(&mut self) -> io::Result<()> {
        let Some(mut reports) = self.reports.take() else { return Ok(()) };
        let mut late = pin!(tokio::time::sleep(MAILS_LINGER));
        loop {
            tokio::select! {
                biased;
                report = reports.recv() => match report {
                    Some(why) => self.report(why)?,
                    None => return Ok(()),
                },
                () = &mut late => {
                    let why = "the mail server did not answer before the end: mails that waited are not sent";
                    return self.report(why.to_owned());
                }
            }
        }
    }
}

impl<F: Future<Output = ()>> Attendant for Serving<'_, F> {
    async fn order(&mut self) -> Order {
        loop {
            let report = async {
                match &mut self.reports {
                    Some(reports) => reports.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = self.end.as_mut() => return Order::End,
                report = report => match report.map(|why| self.report(why)) {
                    Some(Ok(())) => {}
                    // Whoever reads what is said has gone.
                    Some(Err(_)) => return Order::End,
                    None => self.reports = None,
                },
            }
        }
    }

    fn seen(&mut self, now: Instant, seen: Seen<'_>) -> io::Result<()> {
        self.lines.show(now, seen)
    }
}

/// A line for each thing that happens.
pub(crate) struct Lines<'a> {
    pub(crate) protocol: &'static dyn Protocol,
    pub(crate) dialect: &'a DialectChoice,
    /// Our own role.
    pub(crate) role: Role,
    pub(crate) packets: bool,
    pub(crate) out: &'a mut dyn Write,
    /// What is no whole packet yet of each connection, each way.
    pub(crate) assemblies: BTreeMap<(u64, bool), Assembly>,
}

impl Lines<'_> {
    fn listening(&mut self, local: SocketAddr) -> io::Result<()> {
        writeln!(self.out, "listening at {local} ({}, {})", self.protocol.name(), self.dialect)?;
        self.out.flush()
    }

    pub(crate) fn show(&mut self, now: Instant, seen: Seen<'_>) -> io::Result<()> {
        let name = |octets| self.protocol.decode(self.dialect, octets).name();
        match seen {
            Seen::Received { from, octets } if self.packets => {
                writeln!(self.out, "{now}  < {from}  {} ({} octets)", name(octets), octets.len())?;
            }
            Seen::Sent { to, octets } if self.packets => {
                writeln!(self.out, "{now}  > {to}  {} ({} octets)", name(octets), octets.len())?;
            }
            Seen::Connected { connection, from } => {
                writeln!(self.out, "{now}  connection {connection}  {from}")?;
            }
            Seen::PartReceived { connection, part } => self.part(now, connection, part, false)?,
            Seen::PartSent { connection, part } => self.part(now, connection, part, true)?,
            Seen::NotConnected { error } => {
                writeln!(self.out, "{now}  no connection: {error}")?;
            }
            Seen::Event { session, event } => {
                writeln!(self.out, "{now}  session {session}  {}", InWords(event))?;
            }
            Seen::Received { .. } | Seen::Sent { .. } => return Ok(()),
        }
        self.out.flush()
    }

    fn part(&mut self, now: Instant, connection: u64, part: &Part, ours: bool) -> io::Result<()> {
        let sign = if ours { '>' } else { '<' };
        let what = match part {
            Part::Opened => return Ok(()),
            Part::Finished => "ended (FIN)",
            Part::Reset => "broken (RST)",
            Part::Octets(octets) if self.packets => {
                let sender = if ours { self.role } else { self.role.peer() };
                let (protocol, dialect) = (self.protocol, self.dialect);
                let assembly = self.assemblies.entry((connection, ours)).or_default();
                assembly.push(octets);
                while let Some((_, packet)) = assembly.next(protocol, dialect, sender) {
                    let name = protocol.decode_from(dialect, sender, &packet).name();
                    let length = packet.len();
                    writeln!(
                        self.out,
                        "{now}  {sign} connection {connection}  {name} ({length} octets)"
                    )?;
                }
                return Ok(());
            }
            Part::Octets(_) => return Ok(()),
        };
        self.assemblies.remove(&(connection, ours));
        writeln!(self.out, "{now}  {sign} connection {connection}  {what}")
    }
}

/// An event as a line shows it.
pub(crate) struct InWords<'a>(pub(crate) &'a AppEvent);

impl fmt::Display for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            AppEvent::Opened => f.write_str("opened"),
            AppEvent::Closed => f.write_str("closed"),
            AppEvent::Failed(reason) => write!(f, "failed: {}", reason.escape_debug()),
            AppEvent::Delivered(octets) => {
                write!(f, "received {}", show_octets(octets))
            }
            told @ AppEvent::Told(_) => f.write_str(&show_event(told)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::HexOctets;
    use crate::protocol::mnet::Mnet;

    fn options<'a>(
        dialect: &'a DialectChoice,
        listen: SocketAddr,
        given: &'a BTreeMap<String, serde_json::Value>,
    ) -> Options<'a> {
        Options { protocol: &Mnet, dialect, listen, mutant: None, given, packets: true }
    }

    #[tokio::test]
    async fn the_reference_listens_says_where_and_ends_when_asked() {
        let dialect = DialectChoice::default_for(&Mnet);
        let given = BTreeMap::new();
        let options = options(&dialect, "127.0.0.1:0".parse().unwrap(), &given);
        let mut out = Vec::new();
        until(&options, Books::default(), &mut out, async {}).await.unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("listening at 127.0.0.1:"), "{text}");
        assert!(text.contains("(mnet, byte_order=little"), "{text}");
    }

    #[test]
    fn a_port_in_use_is_an_error_that_names_it() {
        let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let listen = taken.local_addr().unwrap();
        let dialect = DialectChoice::default_for(&Mnet);
        let given = BTreeMap::new();
        let options = options(&dialect, listen, &given);
        let error = run(&options, Books::default(), &mut Vec::new()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot listen at {listen}: ")), "{error}");
    }

    #[test]
    fn lines_show_what_was_received_but_not_all_of_it() {
        let words = |event| InWords(&event).to_string();
        assert_eq!(words(AppEvent::Opened), "opened");
        assert_eq!(words(AppEvent::Failed("no\nanswer".into())), "failed: no\\nanswer");
        let octets = HexOctets(b"hi\x00".to_vec());
        assert_eq!(words(AppEvent::Delivered(octets)), "received 686900");
        let octets = HexOctets(vec![b'a'; 100]);
        let line = format!("received \"{}\"… (100 octets)", "a".repeat(32));
        assert_eq!(words(AppEvent::Delivered(octets)), line);
    }
}
