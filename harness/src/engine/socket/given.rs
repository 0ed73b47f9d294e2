//! The ports that subjects are given.
//!
//! A subject binds its port a while after it was told of it, and until then the operating system may give that port to anybody
//! who asks for one: to another client of the suite, to another subject, to another run of this program. So these ports
//! are not among those that a system gives by itself, and while one is given, a socket of the other transport keeps its number.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::clock::fresh_seed;
use crate::engine::EngineError;
use crate::protocol::Transport;

/// The first of them and how many they are: registered ports (RFC 6335, section 6), below where Linux (32,768) and others (49,152)
/// begin to give ports by themselves.
const FIRST: u16 = 10_000;
const COUNT: u16 = 22_000;

/// How many ports are tried before there is none: far more than programs that listen at one machine have in a row.
const PORT_TRIES: usize = 1000;

/// How many were tried by this program, which begins somewhere, so that two that run at once seldom meet. A port comes again
/// when all others have been given, long after whatever the system remembers of its connections.
static TRIED: LazyLock<AtomicU32> = LazyLock::new(|| {
    let [first, second, ..] = fresh_seed().unwrap_or_default();
    AtomicU32::new(u16::from_be_bytes([first, second]).into())
});

/// A port that no other subject is given, until this is dropped.
#[derive(Debug)]
pub(super) struct Port {
    /// The address with the port.
    pub(super) address: SocketAddr,
    transport: Transport,
    datagrams: Option<UdpSocket>,
    stream: Option<TcpListener>,
}

impl Port {
    /// A port of `host` that is free now, for both transports.
    pub(super) fn free(host: IpAddr, transport: Transport) -> Result<Self, EngineError> {
        let mut refused = io::ErrorKind::AddrInUse.into();
        for _ in 0..PORT_TRIES {
            match Self::take((host, next()).into(), transport) {
                Ok(port) => return Ok(port),
                Err(error) => refused = error,
            }
        }
        Err(EngineError::Socket { address: host, error: refused })
    }

    fn take(address: SocketAddr, transport: Transport) -> io::Result<Self> {
        let (datagrams, stream) = (UdpSocket::bind(address)?, TcpListener::bind(address)?);
        Ok(Self { address, transport, datagrams: Some(datagrams), stream: Some(stream) })
    }

    /// Leaves it to the subject; its number stays taken for the other transport.
    pub(super) fn let_go(&mut self) {
        match self.transport {
            Transport::Datagrams => self.datagrams = None,
            Transport::Stream => self.stream = None,
        }
    }
}

fn next() -> u16 {
    let tried = TRIED.fetch_add(1, Ordering::Relaxed) % u32::from(COUNT);
    u16::try_from(tried).map_or(FIRST, |tried| FIRST + tried)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn a_port_that_was_let_go_can_be_bound_by_its_subject_and_is_given_to_no_other() {
        let mut port = Port::free(HOST, Transport::Stream).unwrap();
        assert!((FIRST..FIRST + COUNT).contains(&port.address.port()));
        assert!(TcpListener::bind(port.address).is_err());
        port.let_go();
        let address = port.address;
        assert!(Port::take(address, Transport::Stream).is_err());
        assert!(Port::take(address, Transport::Datagrams).is_err());
        let subject = TcpListener::bind(address).unwrap();
        drop(port);
        assert!(UdpSocket::bind(address).is_ok());
        drop(subject);
    }

    #[test]
    fn the_port_of_a_subject_on_datagrams_is_bound_by_it_as_well() {
        let mut port = Port::free(HOST, Transport::Datagrams).unwrap();
        assert!(UdpSocket::bind(port.address).is_err());
        port.let_go();
        let _subject = UdpSocket::bind(port.address).unwrap();
        assert!(TcpListener::bind(port.address).is_err());
    }

    #[test]
    fn a_host_that_is_not_ours_has_no_port() {
        let refused = Port::free(Ipv4Addr::new(192, 0, 2, 1).into(), Transport::Stream);
        assert!(matches!(refused, Err(EngineError::Socket { .. })));
    }
}
