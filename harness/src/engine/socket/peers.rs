//! The sockets of the suite's peers, one each.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::task::{Context, Poll};

use tokio::io::{Interest, ReadBuf};
use tokio::net::UdpSocket;

use super::ports;
use crate::engine::EngineError;
use crate::scenario::PeerPlace;

/// The octets of the largest datagram that UDP can carry, and some more.
pub(super) const DATAGRAM_MAX: usize = 64 * 1024;

/// The octets that may wait to be read: the 255 fragments of the largest packet of PaperClip many times over, as a subject may
/// send them without a pause while the machine holds the suite up.
const RECEIVE_BUFFER: usize = 4 * 1024 * 1024;

/// How many ports are passed over that have not rested.
const PORT_TRIES: usize = 64;

/// The IP address of a peer that must have another one than `peer`, when the subject is at 127.0.0.1.
const OTHER_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// The sockets, in the order of the scenario's peers.
#[derive(Debug)]
pub(super) struct Peers {
    sockets: Vec<UdpSocket>,
    /// Their addresses.
    pub(super) addresses: Vec<SocketAddr>,
    /// Which socket is asked first: each has its turn, so that one that is flooded does not keep the others waiting.
    turn: Cell<usize>,
}

/// A datagram in the caller's buffer, or why there is none.
#[derive(Debug)]
pub(super) struct Received {
    /// The peer whose socket it reached.
    pub(super) peer: usize,
    /// Its octets in the buffer, and where it came from.
    pub(super) result: io::Result<(usize, SocketAddr)>,
}

impl Peers {
    /// Opens one socket for each place.
    ///
    /// With `connect_to` they hear nothing but that address, and the system tells them when nobody is there; a connector's
    /// address is not known in advance, so its peers hear everybody.
    pub(super) async fn open(
        places: &[(String, PeerPlace)],
        host: IpAddr,
        connect_to: Option<SocketAddr>,
    ) -> Result<Self, EngineError> {
        let mut sockets = Vec::with_capacity(places.len());
        let mut addresses = Vec::with_capacity(places.len());
        for (index, (_, place)) in places.iter().enumerate() {
            let ip = match place {
                PeerPlace::OtherAddress if index > 0 && host == Ipv4Addr::LOCALHOST => {
                    OTHER_ADDRESS
                }
                PeerPlace::OtherAddress if index > 0 => {
                    let error = io::Error::new(
                        io::ErrorKind::Unsupported,
                        "a peer at another address needs a subject at 127.0.0.1",
                    );
                    return Err(EngineError::Socket { address: host, error });
                }
                PeerPlace::OtherAddress | PeerPlace::OtherPort => host,
            };
            // The port of the first peer, if it is free there: then only the address tells the two apart.
            let first: Option<&SocketAddr> = addresses.first();
            let same = first.filter(|_| *place == PeerPlace::OtherAddress).map(SocketAddr::port);
            let there = match same {
                Some(port) => open_at((ip, port).into(), connect_to).await.ok(),
                None => None,
            };
            let socket = match there {
                Some(socket) => Ok(socket),
                None => open(ip, connect_to).await,
            };
            let refused = |error| EngineError::Socket { address: ip, error };
            let socket = socket.map_err(refused)?;
            addresses.push(socket.local_addr().map_err(refused)?);
            sockets.push(socket);
        }
        Ok(Self { sockets, addresses, turn: Cell::new(0) })
    }

    /// No socket: the peers of a protocol on streams have connections, at these addresses.
    pub(super) const fn of_streams(addresses: Vec<SocketAddr>) -> Self {
        Self { sockets: Vec::new(), addresses, turn: Cell::new(0) }
    }

    /// Waits until something has come for the first peer, and says from where; it stays there to be received.
    pub(super) async fn first_sender(&self) -> io::Result<SocketAddr> {
        match self.sockets.first() {
            Some(socket) => socket.peek_from(&mut [0; 1]).await.map(|(_, from)| from),
            None => std::future::pending().await,
        }
    }

    /// Waits for a datagram at any of the sockets. Nothing is lost when it is given up.
    pub(super) async fn receive(&self, buffer: &mut [u8]) -> Received {
        poll_fn(|context| self.poll_receive(context, buffer)).await
    }

    /// Waits until the system tells of an error at any of the sockets, which a socket that only receives would not be woken for.
    pub(super) async fn error(&self) -> io::Error {
        async fn wait(socket: &UdpSocket) -> io::Result<io::Error> {
            let error = || socket.take_error()?.ok_or_else(|| io::ErrorKind::WouldBlock.into());
            socket.async_io(Interest::ERROR, error).await
        }
        let mut waiting: Vec<_> =
            self.sockets.iter().map(|socket| Box::pin(wait(socket))).collect();
        poll_fn(|context| {
            let mut polled = waiting.iter_mut().map(|it| it.as_mut().poll(context));
            polled.find(Poll::is_ready).unwrap_or(Poll::Pending)
        })
        .await
        .unwrap_or_else(|error| error)
    }

    /// A datagram that is there already.
    pub(super) fn try_receive(&self, buffer: &mut [u8]) -> Option<Received> {
        let count = self.sockets.len();
        let first = self.turn.replace(self.turn.get().wrapping_add(1));
        for offset in 0..count {
            let peer = first.wrapping_add(offset) % count;
            let socket = self.sockets.get(peer)?;
            match socket.try_recv_from(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Some(Received { peer, result }),
            }
        }
        None
    }

    fn poll_receive(&self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Received> {
        let count = self.sockets.len();
        let first = self.turn.replace(self.turn.get().wrapping_add(1));
        for offset in 0..count {
            let peer = first.wrapping_add(offset) % count;
            let Some(socket) = self.sockets.get(peer) else { break };
            let mut into = ReadBuf::new(buffer);
            if let Poll::Ready(result) = socket.poll_recv_from(context, &mut into) {
                let length = into.filled().len();
                return Poll::Ready(Received { peer, result: result.map(|from| (length, from)) });
            }
        }
        Poll::Pending
    }

    /// Sends a datagram from a peer's socket; says whether one that was sent before has met a closed port.
    pub(super) fn send(&self, peer: usize, octets: &[u8], to: SocketAddr) -> io::Result<Refused> {
        let socket = self.sockets.get(peer).ok_or(io::ErrorKind::NotFound)?;
        let connected = socket.peer_addr().is_ok();
        let send =
            || if connected { socket.try_send(octets) } else { socket.try_send_to(octets, to) };
        match send() {
            // The system tells of a closed port instead of sending the next datagram.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                send().map(|_| Refused(true))
            }
            result => result.map(|_| Refused(false)),
        }
    }
}

/// Whether an earlier datagram has met a closed port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused(pub(super) bool);

/// A socket at an ephemeral port of `ip` that has rested, connected when that is asked for.
pub(super) async fn open(ip: IpAddr, connect_to: Option<SocketAddr>) -> io::Result<UdpSocket> {
    // While these are open, others are given.
    let mut resting = Vec::new();
    loop {
        let socket = open_at((ip, 0).into(), connect_to).await?;
        if ports::take(socket.local_addr()?.port()) || resting.len() >= PORT_TRIES {
            return Ok(socket);
        }
        resting.push(socket);
    }
}

async fn open_at(at: SocketAddr, connect_to: Option<SocketAddr>) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(at).await?;
    // Where the system gives less, it gives what it has.
    let _less = rustix::net::sockopt::set_socket_recv_buffer_size(&socket, RECEIVE_BUFFER);
    if let Some(to) = connect_to {
        socket.connect(to).await?;
    }
    // From here on it can be sent from without waiting.
    socket.writable().await?;
    Ok(socket)
}
