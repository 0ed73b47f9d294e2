//! The driver over datagrams: knows a [`Subject`] and a [`Net`], and neither a protocol nor a runtime. What is tested over one
//! network is what runs over another.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::Poll;

use simulator::Instant;
use tokio::net::UdpSocket;

use super::{Attendant, Order, Seen};
use crate::clock::Clock;
use crate::subject::Subject;

/// The octets of the largest datagram that UDP can carry, and some more.
pub(crate) const DATAGRAM_MAX: usize = 64 * 1024;

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

/// Runs an implementation over a network until the attendant has enough.
///
/// # Errors
///
/// When the network cannot receive, or the attendant fails. A datagram that cannot be sent is as good as lost.
pub async fn drive<N: Net>(
    net: &N,
    subject: &mut dyn Subject,
    attendant: &mut impl Attendant,
) -> io::Result<()> {
    let mut buffer = vec![0; DATAGRAM_MAX];
    loop {
        while let Some(transmit) = subject.poll_transmit() {
            attendant.seen(net.now(), Seen::Sent { to: transmit.to, octets: &transmit.octets })?;
            // The other side's port may be closed by now; the protocol will notice.
            let _lost = net.send_to(&transmit.octets, transmit.to).await;
        }
        while let Some((session, event)) = subject.poll_event() {
            attendant.seen(net.now(), Seen::Event { session, event: &event })?;
        }
        if attendant.is_done() {
            return Ok(());
        }
        attendant.behind(subject.is_behind());
        match next(net, subject.poll_timeout(), &mut buffer, attendant).await {
            Next::Ordered(Order::End) => return Ok(()),
            Next::Ordered(Order::Do(command)) => subject.handle_command(net.now(), &command),
            Next::Due => subject.handle_timeout(net.now()),
            Next::Received(received) => {
                let (length, from) = received?;
                let octets = buffer.get(..length).unwrap_or_default();
                attendant.seen(net.now(), Seen::Received { from, octets })?;
                subject.handle_datagram(net.now(), from, octets);
            }
        }
    }
}

enum Next {
    Ordered(Order),
    Due,
    Received(io::Result<(usize, SocketAddr)>),
}

/// Waits for what comes first. A timer that is due goes before datagrams: they may come without end.
async fn next<N: Net>(
    net: &N,
    due: Option<Instant>,
    buffer: &mut [u8],
    attendant: &mut impl Attendant,
) -> Next {
    let mut timer = pin!(async {
        match due {
            Some(due) => net.sleep_until(due).await,
            None => std::future::pending().await,
        }
    });
    let mut ordered = pin!(attendant.order());
    let mut received = pin!(net.recv_from(buffer));
    poll_fn(|context| {
        if let Poll::Ready(order) = ordered.as_mut().poll(context) {
            return Poll::Ready(Next::Ordered(order));
        }
        if timer.as_mut().poll(context).is_ready() {
            return Poll::Ready(Next::Due);
        }
        received.as_mut().poll(context).map(Next::Received)
    })
    .await
}

/// The operating system's network and clock, by way of tokio.
pub struct Real {
    /// The socket.
    pub socket: UdpSocket,
    /// The clock.
    pub clock: Clock,
}

impl Net for Real {
    async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.socket.recv_from(buffer).await
    }

    async fn send_to(&self, octets: &[u8], to: SocketAddr) -> io::Result<usize> {
        if self.socket.peer_addr().is_ok() {
            return self.socket.send(octets).await;
        }
        self.socket.send_to(octets, to).await
    }

    async fn sleep_until(&self, at: Instant) {
        tokio::time::sleep_until(self.clock.deadline(at).into()).await;
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::subject::null;

    const SOON: Duration = Duration::from_secs(10);

    /// Notes what it sees until a client has got what it wants.
    struct Watching<F> {
        client: std::pin::Pin<Box<F>>,
        received: Vec<bool>,
    }

    impl<F: Future<Output = ()>> Attendant for Watching<F> {
        async fn order(&mut self) -> Order {
            self.client.as_mut().await;
            Order::End
        }

        fn seen(&mut self, _: Instant, seen: Seen<'_>) -> io::Result<()> {
            self.received.push(matches!(seen, Seen::Received { .. }));
            Ok(())
        }
    }

    #[tokio::test]
    async fn datagrams_are_carried_both_ways_until_the_attendant_wants_the_end() {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let net = Real { socket, clock: Clock::start() };
        let address = net.socket.local_addr().unwrap();
        let mut subject = null::by_name("echo", address, [0; 32]).unwrap();
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
        let mut watching = Watching { client: Box::pin(client), received: Vec::new() };
        let driven = drive(&net, &mut *subject, &mut watching);
        tokio::time::timeout(SOON, driven).await.unwrap().unwrap();
        assert_eq!(watching.received, [true, false, true, false, true, false]);
    }
}
