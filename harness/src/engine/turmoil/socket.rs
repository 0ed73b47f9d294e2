//! A socket on a host of turmoil, with the network's faults at its receiving side.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use ::turmoil::net::UdpSocket;
use simulator::Instant;

use super::wire::Shared;
use crate::engine::network::Arrival;
use crate::journal::Party;
use crate::serve::datagrams::{DATAGRAM_MAX, Net};

/// A UDP socket like tokio's, on a host of turmoil: what runs on it is judged.
#[derive(Debug)]
pub struct Socket {
    raw: UdpSocket,
    wire: Shared,
    party: Party,
    here: SocketAddr,
    /// The beginning of the run on this host's clock.
    start: tokio::time::Instant,
    buffer: Mutex<Vec<u8>>,
}

impl Socket {
    /// Binds a port of the host that runs now.
    pub(super) async fn bind(wire: Shared, party: Party, here: SocketAddr) -> io::Result<Self> {
        let raw = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, here.port())).await?;
        let start = tokio::time::Instant::now() - ::turmoil::sim_elapsed().unwrap_or_default();
        let buffer = Mutex::new(vec![0; DATAGRAM_MAX]);
        Ok(Self { raw, wire, party, here, start, buffer })
    }

    /// Its address.
    pub const fn local_addr(&self) -> SocketAddr {
        self.here
    }

    /// Sends a datagram; gives its length.
    ///
    /// # Errors
    ///
    /// No host has this address.
    pub async fn send_to(&self, octets: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.go_on().await;
        self.wire.lock().send(self.now(), self.party, (self.here, to), octets);
        self.carry(octets, to).await
    }

    /// Waits for a datagram and puts it into the buffer; gives its length and its sender. What the buffer has no room for is lost.
    /// It may be given up while it waits, without harm.
    ///
    /// # Errors
    ///
    /// Those of the socket of turmoil.
    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let Arrival { octets, ticket, .. } = self.arrival().await?;
        let length = octets.len().min(buffer.len());
        for (place, octet) in buffer.iter_mut().zip(octets) {
            *place = octet;
        }
        Ok((length, ticket.from))
    }

    /// Stops here for ever when what runs does not come to an end; the run is over then.
    async fn go_on(&self) {
        let may = self.wire.lock().may_go_on(self.now());
        if !may {
            std::future::pending::<()>().await;
        }
    }

    /// Lets turmoil carry a datagram whose fate was decided.
    pub(super) async fn carry(&self, octets: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.raw.send_to(octets, to).await
    }

    /// Waits for what its link lets through, when that says so.
    pub(super) async fn arrival(&self) -> io::Result<Arrival> {
        loop {
            self.take_in()?;
            let now = self.now();
            if let Some(arrival) = self.wire.lock().arrive(now, self.party, self.here) {
                return Ok(arrival);
            }
            let due = self.wire.lock().due(self.here);
            let due = async {
                match due {
                    Some(due) => self.sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                readable = self.raw.readable() => readable?,
                () = due => {}
            }
        }
    }

    /// Takes everything that turmoil has brought.
    fn take_in(&self) -> io::Result<()> {
        let mut buffer = self.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match self.raw.try_recv_from(&mut buffer) {
                Ok((length, from)) => {
                    let octets = buffer.get(..length).unwrap_or_default();
                    self.wire.lock().bring((from, self.here), octets);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Net for Socket {
    async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        Self::recv_from(self, buffer).await
    }

    async fn send_to(&self, octets: &[u8], to: SocketAddr) -> io::Result<usize> {
        Self::send_to(self, octets, to).await
    }

    async fn sleep_until(&self, at: Instant) {
        self.go_on().await;
        let after = at.duration_since(Instant::START);
        match self.start.checked_add(after) {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    fn now(&self) -> Instant {
        Instant::START + (tokio::time::Instant::now() - self.start)
    }
}
