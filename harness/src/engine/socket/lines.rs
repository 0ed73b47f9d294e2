//! Connections over real sockets: the suite's clients of a server, or its server for a client, behind faulty links.

use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use simulator::{Instant, Part, StreamEntry};
use tokio::io::AsyncWrite;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::engine::Plan;
use crate::engine::streams::{Arrival, Heading, Streams};
use crate::journal::Streamed;
use crate::protocol::Role;

/// Most octets that are read at once.
const READ_MAX: usize = 64 * 1024;

/// All connections of a run; of a protocol on datagrams there are none.
pub(super) struct Lines {
    role: Role,
    subject: Option<SocketAddr>,
    /// Where a client finds the suite.
    listener: Option<TcpListener>,
    links: Streams,
    by_number: BTreeMap<u64, Line>,
    /// The connection that each peer has now.
    current: Vec<Option<u64>>,
    /// Connections of the subject that were made before the run.
    early: VecDeque<TcpStream>,
    /// Which connection is asked first.
    turn: usize,
    buffer: Vec<u8>,
}

/// A connection.
struct Line {
    socket: Socket,
    /// The peer reads nothing.
    deaf: bool,
    /// The subject's side has ended.
    ended: bool,
    /// What the system has not taken yet.
    unsent: VecDeque<u8>,
    /// The peer's side ends behind that.
    finishes: bool,
}

type Connecting = Pin<Box<dyn Future<Output = io::Result<TcpStream>>>>;

/// The socket of a connection.
enum Socket {
    Connecting(Connecting),
    Open(TcpStream),
    Gone,
}

/// Something that was seen at a socket.
#[derive(Debug)]
pub(super) enum Seen {
    /// Something came from the subject on a connection.
    Came {
        /// Its number.
        connection: u64,
        /// What.
        part: Part,
    },
    /// The subject's port is closed.
    Refused {
        /// The connection that could not be made.
        connection: u64,
    },
    /// The subject has made a connection.
    Accepted(TcpStream),
}

impl Lines {
    /// No connection yet.
    pub(super) fn new(
        plan: &Plan<'_>,
        subject: Option<SocketAddr>,
        listener: Option<TcpListener>,
    ) -> Self {
        let names: Vec<String> = plan.peers.iter().map(|(name, _)| name.clone()).collect();
        let (to_subject, to_peer) = plan.streams.clone();
        Self {
            role: plan.role,
            subject,
            listener,
            current: vec![None; names.len()],
            links: Streams::new(names, to_subject, to_peer),
            by_number: BTreeMap::new(),
            early: VecDeque::new(),
            turn: 0,
            buffer: vec![0; READ_MAX],
        }
    }

    /// Waits for the subject's first connection, before the run; it is kept for the run.
    pub(super) async fn first(&mut self) -> io::Result<SocketAddr> {
        let Some(listener) = &self.listener else { return std::future::pending().await };
        let (stream, from) = listener.accept().await?;
        self.early.push_back(stream);
        Ok(from)
    }

    /// What a peer does; gives what the journal says of it, if the peer has a connection.
    pub(super) fn does(&mut self, now: Instant, peer: usize, part: Part) -> Option<Streamed> {
        if part == Part::Opened {
            let number = self.links.open(peer).filter(|_| self.role == Role::Listener)?;
            *self.current.get_mut(peer)? = Some(number);
        }
        let number = self.current.get(peer).copied().flatten()?;
        self.links.send(now, number, Heading::ToSubject, part)
    }

    /// A connection of the subject goes to the first peer that has had none; the last peer only probes.
    pub(super) fn accept(&mut self, now: Instant, stream: TcpStream) -> Option<Streamed> {
        let waiting = self.current.len().saturating_sub(1);
        let peer = self.current.iter().take(waiting).position(Option::is_none)?;
        let number = self.links.open(peer)?;
        *self.current.get_mut(peer)? = Some(number);
        // Without it pieces would wait for each other; a system that cannot do it is as it is.
        let _slow = stream.set_nodelay(true);
        self.by_number.insert(number, Line::new(Socket::Open(stream)));
        self.links.send(now, number, Heading::ToPeer, Part::Opened)
    }

    /// The subject does something on a connection.
    pub(super) fn came(&mut self, now: Instant, number: u64, part: Part) -> Option<Streamed> {
        self.links.send(now, number, Heading::ToPeer, part)
    }

    /// The peer answers a connection that the subject has made.
    pub(super) fn answer(&mut self, now: Instant, number: u64) -> Option<Streamed> {
        self.links.send(now, number, Heading::ToSubject, Part::Opened)
    }

    /// The next thing that has come to the end of its way.
    pub(super) fn next_arrival(&mut self, now: Instant) -> Option<Arrival> {
        self.links.next_arrival(now)
    }

    /// When something will be due.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.links.poll_timeout()
    }

    /// Every fate that was not usual, and the entries of a schedule that have done nothing.
    pub(super) fn schedules(&self) -> (Vec<StreamEntry>, Vec<StreamEntry>) {
        self.links.schedules()
    }

    /// Whether this is the connection that its peer has now.
    pub(super) fn is_current(&self, arrival: &Arrival) -> bool {
        self.current.get(arrival.peer) == Some(&Some(arrival.connection))
    }

    /// Lets something leave for the subject; says whether the connection still takes it.
    pub(super) fn deliver(&mut self, host: IpAddr, arrival: &Arrival) -> io::Result<bool> {
        let number = arrival.connection;
        if arrival.part == Part::Opened {
            if self.role == Role::Connector {
                return Ok(true);
            }
            let Some(to) = self.subject else { return Ok(false) };
            let socket = Socket::Connecting(connect(host, to)?);
            self.by_number.insert(number, Line::new(socket));
            return Ok(true);
        }
        let Some(line) = self.by_number.get_mut(&number) else { return Ok(false) };
        let alive = !matches!(line.socket, Socket::Gone);
        match &arrival.part {
            Part::Octets(octets) => line.unsent.extend(octets),
            Part::Finished => line.finishes = true,
            Part::Reset => line.reset(),
            Part::Opened => {}
        }
        line.flush();
        Ok(alive)
    }

    /// A peer reads from its connection, or does not.
    pub(super) fn reads(&mut self, peer: usize, reads: bool) {
        let number = self.current.get(peer).copied().flatten();
        if let Some(line) = number.and_then(|number| self.by_number.get_mut(&number)) {
            line.deaf = !reads;
        }
    }

    /// All peers read again.
    pub(super) fn all_read(&mut self) {
        self.by_number.values_mut().for_each(|line| line.deaf = false);
    }

    /// Whether some connection is there that the subject has not ended.
    pub(super) fn are_open(&self) -> bool {
        self.by_number.values().any(|line| !line.ended && !matches!(line.socket, Socket::Gone))
    }

    /// Waits until something is seen. Nothing is lost when it is given up.
    pub(super) async fn seen(&mut self) -> Seen {
        poll_fn(|context| self.poll(context)).await
    }

    /// Something that is there already.
    pub(super) fn try_seen(&mut self) -> Option<Seen> {
        match self.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(seen) => Some(seen),
            Poll::Pending => None,
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Seen> {
        if let Some(stream) = self.early.pop_front() {
            return Poll::Ready(Seen::Accepted(stream));
        }
        if let Some(listener) = &self.listener
            && let Poll::Ready(Ok((stream, _))) = listener.poll_accept(context)
        {
            return Poll::Ready(Seen::Accepted(stream));
        }
        self.turn = self.turn.wrapping_add(1);
        let first = self.turn.checked_rem(self.by_number.len()).unwrap_or(0);
        let (before, after): (Vec<_>, Vec<_>) =
            self.by_number.iter_mut().enumerate().partition(|(place, _)| *place < first);
        for (_, (number, line)) in after.into_iter().chain(before) {
            if let Poll::Ready(seen) = line.poll(context, *number, &mut self.buffer) {
                return Poll::Ready(seen);
            }
        }
        Poll::Pending
    }
}

impl Line {
    const fn new(socket: Socket) -> Self {
        let unsent = VecDeque::new();
        Self { socket, deaf: false, ended: false, unsent, finishes: false }
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
        connection: u64,
        buffer: &mut [u8],
    ) -> Poll<Seen> {
        if let Socket::Connecting(connecting) = &mut self.socket {
            let Poll::Ready(connected) = connecting.as_mut().poll(context) else {
                return Poll::Pending;
            };
            let Ok(stream) = connected else {
                self.socket = Socket::Gone;
                return Poll::Ready(Seen::Refused { connection });
            };
            let _slow = stream.set_nodelay(true);
            self.socket = Socket::Open(stream);
            self.flush();
            return Poll::Ready(Seen::Came { connection, part: Part::Opened });
        }
        let Socket::Open(stream) = &self.socket else { return Poll::Pending };
        if !self.unsent.is_empty() && stream.poll_write_ready(context).is_ready() {
            self.flush();
        }
        let Socket::Open(stream) = &self.socket else { return Poll::Pending };
        // A socket that is not read from still says when it is broken, once its octets are read.
        if self.ended || self.deaf {
            return Poll::Pending;
        }
        while stream.poll_read_ready(context).is_ready() {
            let part = match stream.try_read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Ok(0) => Part::Finished,
                Ok(length) => Part::Octets(buffer.get(..length).unwrap_or_default().to_vec()),
                Err(_) => Part::Reset,
            };
            self.ended |= !matches!(part, Part::Octets(_));
            return Poll::Ready(Seen::Came { connection, part });
        }
        Poll::Pending
    }

    /// Gives the system what it takes.
    fn flush(&mut self) {
        let Socket::Open(stream) = &mut self.socket else { return };
        while !self.unsent.is_empty() {
            let (front, _) = self.unsent.as_slices();
            match stream.try_write(front) {
                Ok(length) => drop(self.unsent.drain(..length)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // Reading says that the connection is broken.
                Err(_) => self.unsent.clear(),
            }
        }
        if std::mem::take(&mut self.finishes) {
            let mut context = Context::from_waker(Waker::noop());
            // It is done at once; of a connection that is broken reading will tell.
            let _done = Pin::new(stream).poll_shutdown(&mut context);
        }
    }

    /// Breaks the connection: the subject gets a RST.
    fn reset(&mut self) {
        if let Socket::Open(stream) = std::mem::replace(&mut self.socket, Socket::Gone) {
            // Without it the connection ends all the same, in good order.
            let _orderly = stream.set_zero_linger();
        }
        self.ended = true;
        self.unsent.clear();
    }
}

/// Begins to make a connection.
fn connect(host: IpAddr, to: SocketAddr) -> io::Result<Connecting> {
    let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind((host, 0).into())?;
    Ok(Box::pin(socket.connect(to)))
}
