//! The reference behind a real socket, to try an implementation against.
//!
//! The driver knows a [`Subject`] and a [`Net`], and neither a protocol nor a runtime: what is tested over one network is what
//! runs over another.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::Poll;

use simulator::Instant;
use tokio::net::UdpSocket;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::{self, Clock};
use crate::conversation::{show_event, show_octets};
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::{Protocol, Role, SubjectSetup};
use crate::scenario::Application;
use crate::script::AppEvent;
use crate::subject::Subject;

/// The octets of the largest datagram that UDP can carry, and some more.
const DATAGRAM_MAX: usize = 64 * 1024;

/// What to serve, and where.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The protocol.
    pub protocol: &'static dyn Protocol,
    /// The dialect.
    pub dialect: &'a DialectChoice,
    /// The address to listen at.
    pub listen: SocketAddr,
    /// The mutant to be, or none.
    pub mutant: Option<&'a str>,
    /// Whether there is a line for each datagram, too.
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

/// A network as the driver sees it: one socket and one clock.
///
/// Every method may be given up while it waits, without harm.
pub trait Net {
    /// Waits for a datagram and puts it into the buffer.
    fn recv_from(&self, buffer: &mut [u8])
    -> impl Future<Output = io::Result<(usize, SocketAddr)>>;
    /// Sends a datagram.
    fn send_to(&self, octets: &[u8], to: SocketAddr) -> impl Future<Output = io::Result<usize>>;
    /// Waits until a moment has come.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()>;
    /// The time.
    fn now(&self) -> Instant;
}

/// Something that the driver has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
pub fn run(options: &Options<'_>, out: &mut dyn Write) -> Result<(), ServeError> {
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
        until(options, out, asked_to_end).await
    })
}

/// Serves until `end` is over.
async fn until(
    options: &Options<'_>,
    out: &mut dyn Write,
    end: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let Options { protocol, dialect, listen, mutant, packets } = *options;
    let refused = |error| ServeError::Listen { address: listen, error };
    let socket = UdpSocket::bind(listen).await.map_err(refused)?;
    let local = socket.local_addr()?;
    let net = Real { socket, clock: Clock::start() };
    let mut subject = protocol.reference(&SubjectSetup {
        dialect,
        role: Role::Listener,
        options: &OptionChoice::default_for(protocol),
        application: Application::Echo,
        given: &BTreeMap::new(),
        local,
        epoch: net.clock.epoch(),
        seed: clock::fresh_seed()?,
        mutant,
    });
    writeln!(out, "listening at {local} ({}, {dialect})", protocol.name())?;
    out.flush()?;
    let mut show = |now: Instant, seen: Seen<'_>| {
        let name = |octets| protocol.decode(dialect, octets).name();
        match seen {
            Seen::Received { from, octets } if packets => {
                writeln!(out, "{now}  < {from}  {} ({} octets)", name(octets), octets.len())?;
            }
            Seen::Sent { to, octets } if packets => {
                writeln!(out, "{now}  > {to}  {} ({} octets)", name(octets), octets.len())?;
            }
            Seen::Received { .. } | Seen::Sent { .. } => return Ok(()),
            Seen::Event { session, event } => {
                writeln!(out, "{now}  session {session}  {}", InWords(event))?;
            }
        }
        out.flush()
    };
    Ok(drive(&net, &mut *subject, end, &mut show).await?)
}

/// Runs an implementation over a network until `end` is over.
///
/// # Errors
///
/// When the network cannot receive, or `show` fails. A datagram that cannot be sent is as good as lost.
pub async fn drive<N: Net>(
    net: &N,
    subject: &mut dyn Subject,
    end: impl Future<Output = ()>,
    show: &mut dyn FnMut(Instant, Seen<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut end = pin!(end);
    let mut buffer = vec![0; DATAGRAM_MAX];
    loop {
        while let Some(transmit) = subject.poll_transmit() {
            show(net.now(), Seen::Sent { to: transmit.to, octets: &transmit.octets })?;
            // The other side's port may be closed by now; the protocol will notice.
            let _lost = net.send_to(&transmit.octets, transmit.to).await;
        }
        while let Some((session, event)) = subject.poll_event() {
            show(net.now(), Seen::Event { session, event: &event })?;
        }
        match next(net, subject.poll_timeout(), &mut buffer, end.as_mut()).await {
            Next::End => return Ok(()),
            Next::Due => subject.handle_timeout(net.now()),
            Next::Received(received) => {
                let (length, from) = received?;
                let octets = buffer.get(..length).unwrap_or_default();
                show(net.now(), Seen::Received { from, octets })?;
                subject.handle_datagram(net.now(), from, octets);
            }
        }
    }
}

enum Next {
    End,
    Due,
    Received(io::Result<(usize, SocketAddr)>),
}

/// Waits for what comes first. A timer that is due goes before datagrams: they may come without end.
async fn next<N: Net>(
    net: &N,
    due: Option<Instant>,
    buffer: &mut [u8],
    mut end: Pin<&mut impl Future<Output = ()>>,
) -> Next {
    let mut timer = pin!(async {
        match due {
            Some(due) => net.sleep_until(due).await,
            None => std::future::pending().await,
        }
    });
    let mut received = pin!(net.recv_from(buffer));
    poll_fn(|context| {
        if end.as_mut().poll(context).is_ready() {
            return Poll::Ready(Next::End);
        }
        if timer.as_mut().poll(context).is_ready() {
            return Poll::Ready(Next::Due);
        }
        received.as_mut().poll(context).map(Next::Received)
    })
    .await
}

/// The operating system's network and clock, by way of tokio.
struct Real {
    socket: UdpSocket,
    clock: Clock,
}

impl Net for Real {
    async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.socket.recv_from(buffer).await
    }

    async fn send_to(&self, octets: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.socket.send_to(octets, to).await
    }

    async fn sleep_until(&self, at: Instant) {
        tokio::time::sleep_until(self.clock.deadline(at).into()).await;
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

/// An event as a line shows it.
struct InWords<'a>(&'a AppEvent);

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
    use std::time::Duration;

    use super::*;
    use crate::journal::HexOctets;
    use crate::protocol::mnet::Mnet;
    use crate::subject::null;

    const SOON: Duration = Duration::from_secs(10);

    async fn real() -> Real {
        Real { socket: UdpSocket::bind("127.0.0.1:0").await.unwrap(), clock: Clock::start() }
    }

    #[tokio::test]
    async fn the_driver_carries_datagrams_both_ways_until_it_is_asked_to_end() {
        let net = real().await;
        let address = net.socket.local_addr().unwrap();
        let mut subject = null::by_name("echo", address, [0; 32]).unwrap();
        let mut seen = Vec::new();
        let client = async {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            socket.connect(address).await.unwrap();
            let mut buffer = [0; 64];
            for octets in [&b"one"[..], b"", b"three"] {
                socket.send(octets).await.unwrap();
                let length = socket.recv(&mut buffer).await.unwrap();
                assert_eq!(&buffer[..length], octets);
            }
        };
        let mut show = |_, it: Seen<'_>| {
            seen.push(matches!(it, Seen::Received { .. }));
            Ok(())
        };
        let driven = drive(&net, &mut *subject, client, &mut show);
        tokio::time::timeout(SOON, driven).await.unwrap().unwrap();
        assert_eq!(seen, [true, false, true, false, true, false]);
    }

    #[tokio::test]
    async fn the_reference_listens_says_where_and_ends_when_asked() {
        let dialect = DialectChoice::default_for(&Mnet);
        let listen = "127.0.0.1:0".parse().unwrap();
        let options =
            Options { protocol: &Mnet, dialect: &dialect, listen, mutant: None, packets: true };
        let mut out = Vec::new();
        until(&options, &mut out, async {}).await.unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("listening at 127.0.0.1:"), "{text}");
        assert!(text.contains("(mnet, byte_order=little"), "{text}");
    }

    #[test]
    fn a_port_in_use_is_an_error_that_names_it() {
        let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let listen = taken.local_addr().unwrap();
        let dialect = DialectChoice::default_for(&Mnet);
        let options =
            Options { protocol: &Mnet, dialect: &dialect, listen, mutant: None, packets: false };
        let error = run(&options, &mut Vec::new()).unwrap_err().to_string();
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
