//! The proxy for streams: a connection to the server for each connection of a client, and faults at octets of it.

use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use simulator::{Agenda, Instant, Part, Piece, StreamEntry, StreamFates, StreamLink};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::recorder::{Recorder, receiver, sender};
use super::{CLIENTS_MAX, Heading, Options, ProxyError, Summary, announce};
use crate::journal::{Streamed, What};

/// Octets that are read at once.
const READ_MAX: usize = 16 * 1024;

/// Octets of one direction that are under way at most; then its sender has to wait.
const UNDER_WAY_MAX: usize = 1 << 20;

/// What comes from either side of a connection.
enum Event {
    /// The connection to the server is made, or is not.
    Connected(usize, TcpStream, io::Result<TcpStream>),
    /// Octets, or an end.
    Part(usize, Heading, Part),
}

/// One direction of a connection.
struct Way {
    link: StreamLink,
    room: Arc<Semaphore>,
    writer: mpsc::UnboundedSender<Part>,
}

struct Connection {
    ways: [Way; 2],
    tasks: [JoinHandle<()>; 4],
    /// How many directions have come to their end.
    ended: usize,
}

impl Connection {
    /// Reads nothing more. What was handed to the writers they still write.
    fn stop_reading(&self) {
        let [first, second, ..] = &self.tasks;
        first.abort();
        second.abort();
    }
}

struct Proxy<'o, 'r, 'w> {
    options: &'o Options,
    recorder: &'r mut Recorder<'w>,
    events: mpsc::Sender<Event>,
    connections: BTreeMap<usize, Connection>,
    under_way: Agenda<(usize, Heading, Piece)>,
    refused: Option<io::Error>,
    reached: bool,
    summary: Summary,
}

/// Carries streams until `end` is over.
pub(super) async fn run(
    options: &Options,
    out: &mut dyn Write,
    recorder: &mut Recorder<'_>,
    end: impl Future<Output = ()>,
) -> Result<Summary, ProxyError> {
    let refused = |error| ProxyError::Listen { address: options.listen, error };
    let listener = TcpListener::bind(options.listen).await.map_err(refused)?;
    announce(options, listener.local_addr()?, out)?;
    let (events, mut inbox) = mpsc::channel(64);
    let mut proxy = Proxy {
        options,
        recorder,
        events,
        connections: BTreeMap::new(),
        under_way: Agenda::new(),
        refused: None,
        reached: false,
        summary: Summary::default(),
    };
    let mut end = pin!(end);
    loop {
        proxy.deliver()?;
        proxy.recorder.flush()?;
        let due = proxy.poll_timeout().map(|at| proxy.recorder.clock.deadline(at));
        let timer = async {
            match due {
                Some(due) => tokio::time::sleep_until(due.into()).await,
                None => pending().await,
            }
        };
        let room = proxy.connections.len() < CLIENTS_MAX;
        tokio::select! {
            biased;
            () = &mut end => break,
            () = timer => {}
            Some(event) = inbox.recv() => proxy.handle(event)?,
            accepted = listener.accept(), if room => {
                // A client that is gone again before it was accepted is nothing to stop for.
                if let Ok((stream, address)) = accepted {
                    proxy.welcome(stream, address)?;
                }
            }
        }
    }
    proxy.finish()
}

impl Proxy<'_, '_, '_> {
    /// A client has come: the server is called.
    fn welcome(&mut self, stream: TcpStream, address: SocketAddr) -> Result<(), ProxyError> {
        let client = self.summary.clients;
        self.summary.clients += 1;
        let now = self.recorder.clock.now();
        self.recorder.welcome(now, client, address)?;
        let (to, events) = (self.options.to, self.events.clone());
        tokio::spawn(async move {
            let server = TcpStream::connect(to).await;
            let _proxy_is_gone = events.send(Event::Connected(client, stream, server)).await;
        });
        Ok(())
    }

    fn handle(&mut self, event: Event) -> Result<(), ProxyError> {
        match event {
            Event::Connected(number, client, Ok(server)) => {
                self.reached = true;
                self.connect(number, client, server)?;
            }
            Event::Connected(number, client, Err(error)) => {
                let now = self.recorder.clock.now();
                let name = super::client_name(number);
                let what = format!("{name}: nobody listens at {} ({error})", self.options.to);
                self.recorder.note(now, what)?;
                self.refused = Some(error);
                reset(&client);
            }
            Event::Part(number, heading, part) => self.send(number, heading, part)?,
        }
        Ok(())
    }

    fn connect(
        &mut self,
        number: usize,
        client: TcpStream,
        server: TcpStream,
    ) -> Result<(), ProxyError> {
        // Pieces are to arrive as pieces.
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let way = |heading: Heading| {
            let fates = own_fates(self.options, heading, number);
            let (writer, parts) = mpsc::unbounded_channel();
            let link = StreamLink::new(&heading.link(number), &fates);
            let room = Arc::new(Semaphore::new(UNDER_WAY_MAX));
            (Way { link, room, writer }, parts)
        };
        let (forth, forth_parts) = way(Heading::ToServer);
        let (back, back_parts) = way(Heading::ToClient);
        let read_from = |half, heading, room: &Arc<Semaphore>| {
            tokio::spawn(read(half, number, heading, Arc::clone(room), self.events.clone()))
        };
        let write_to =
            |half, parts, room: &Arc<Semaphore>| tokio::spawn(write(half, parts, Arc::clone(room)));
        let tasks = [
            read_from(from_client, Heading::ToServer, &forth.room),
            read_from(from_server, Heading::ToClient, &back.room),
            write_to(to_server, forth_parts, &forth.room),
            write_to(to_client, back_parts, &back.room),
        ];
        self.connections.insert(number, Connection { ways: [forth, back], tasks, ended: 0 });
        self.send(number, Heading::ToServer, Part::Opened)
    }

    /// Takes what one side has sent, and puts under way what becomes of it.
    fn send(&mut self, number: usize, heading: Heading, part: Part) -> Result<(), ProxyError> {
        let now = self.recorder.clock.now();
        let Some(connection) = self.connections.get_mut(&number) else { return Ok(()) };
        let link = &mut heading.of_mut(&mut connection.ways).link;
        let octets = match &part {
            Part::Octets(octets) => octets.len() as u64,
            Part::Opened | Part::Finished | Part::Reset => 0,
        };
        let (offset, shown) = (link.offset(), (&part).into());
        let mut pieces = Vec::new();
        let fates = link.send(now, part, &mut pieces);
        for piece in pieces {
            self.under_way.file(piece.at, (number, heading, piece));
        }
        let streamed = Streamed {
            connection: number as u64 + 1,
            peer: number,
            by: sender(heading, number),
            offset,
            part: shown,
            fates,
        };
        Ok(self.recorder.stream(now, heading, streamed, octets)?)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let ways = self.connections.values().flat_map(|connection| &connection.ways);
        ways.filter_map(|way| way.link.poll_timeout()).chain(self.under_way.next()).min()
    }

    /// Hands on what is due.
    fn deliver(&mut self) -> Result<(), ProxyError> {
        let now = self.recorder.clock.now();
        for (number, connection) in &mut self.connections {
            for (heading, way) in Heading::ALL.into_iter().zip(&mut connection.ways) {
                let mut pieces = Vec::new();
                way.link.handle_timeout(now, &mut pieces);
                for piece in pieces {
                    self.under_way.file(piece.at, (*number, heading, piece));
                }
            }
        }
        while self.under_way.next().is_some_and(|at| at <= now) {
            let Some((number, heading, piece)) = self.under_way.take() else { break };
            let Piece { offset, part, .. } = piece;
            let Some(connection) = self.connections.get_mut(&number) else { continue };
            let streamed = Streamed {
                connection: number as u64 + 1,
                peer: number,
                by: receiver(heading, number),
                offset,
                part: (&part).into(),
                fates: Vec::new(),
            };
            let over = match part {
                Part::Finished => {
                    connection.ended += 1;
                    connection.ended == Heading::ALL.len()
                }
                // Nothing goes either way any more.
                Part::Reset => {
                    for way in &connection.ways {
                        let _writer_is_gone = way.writer.send(Part::Reset);
                    }
                    true
                }
                Part::Opened | Part::Octets(_) => false,
            };
            let _writer_is_gone = heading.of(&connection.ways).writer.send(part);
            if over {
                self.forget(number);
            }
            self.recorder.push(now, What::StreamReceived(streamed))?;
        }
        Ok(())
    }

    fn forget(&mut self, number: usize) {
        if let Some(connection) = self.connections.remove(&number) {
            connection.stop_reading();
            let unbitten = connection.ways.iter().flat_map(|way| way.link.unbitten());
            self.summary.unbitten_streams.extend(unbitten);
        }
    }

    fn finish(mut self) -> Result<Summary, ProxyError> {
        self.recorder.finish()?;
        for number in self.connections.keys().copied().collect::<Vec<_>>() {
            self.forget(number);
        }
        let known = |link: &str| {
            let all =
                || (0..self.summary.clients).flat_map(|it| Heading::ALL.map(|way| way.link(it)));
            all().any(|name| name == link)
        };
        if let [StreamFates::Schedule { entries, .. }, _] = &self.options.streams {
            let strange = entries.iter().filter(|entry| !known(&entry.link)).cloned();
            let strange: Vec<StreamEntry> = strange.collect();
            self.summary.unbitten_streams.extend(strange);
        }
        if !self.reached
            && let Some(error) = self.refused
        {
            return Err(ProxyError::Nobody { address: self.options.to, error });
        }
        self.summary.streams = self.recorder.streams;
        Ok(self.summary)
    }
}

/// What happens to one direction of a connection: weather, or a schedule with the faults of every connection.
fn own_fates(options: &Options, heading: Heading, number: usize) -> StreamFates {
    let mut fates = heading.of(&options.streams).clone();
    if let StreamFates::Schedule { entries, .. } = &mut fates {
        let own = options.offsets.iter().filter(|(only, ..)| only.is_none_or(|it| it == heading));
        entries.extend(
            own.map(|(_, offset, fate)| StreamEntry::new(heading.link(number), *offset, *fate)),
        );
    }
    fates
}

/// Hands on what one side sends, as long as there is room for it.
async fn read(
    mut half: OwnedReadHalf,
    number: usize,
    heading: Heading,
    room: Arc<Semaphore>,
    events: mpsc::Sender<Event>,
) {
    let mut buffer = vec![0; READ_MAX];
    loop {
        let part = match half.read(&mut buffer).await {
            Ok(0) => Part::Finished,
            Ok(length) => Part::Octets(buffer.get(..length).unwrap_or_default().to_vec()),
            Err(_) => Part::Reset,
        };
        let octets = match &part {
            Part::Octets(octets) => octets.len(),
            Part::Opened | Part::Finished | Part::Reset => 0,
        };
        let over = octets == 0;
        // At most READ_MAX, so that it fits into 32 bits.
        let Ok(permits) = room.acquire_many(u32::try_from(octets).unwrap_or(0)).await else {
            return;
        };
        permits.forget();
        if events.send(Event::Part(number, heading, part)).await.is_err() || over {
            return;
        }
    }
}

/// Writes what arrives, piece by piece.
async fn write(
    mut half: OwnedWriteHalf,
    mut parts: mpsc::UnboundedReceiver<Part>,
    room: Arc<Semaphore>,
) {
    while let Some(part) = parts.recv().await {
        match part {
            Part::Opened => {}
            Part::Octets(octets) => {
                // Whoever reads no more will be noticed by the other half.
                let _gone = half.write_all(&octets).await;
                room.add_permits(octets.len());
            }
            Part::Finished => {
                let _gone = half.shutdown().await;
            }
            Part::Reset => {
                reset(half.as_ref());
                // Dropped in the usual way, it would say that it has finished before it breaks.
                half.forget();
                return;
            }
        }
    }
}

/// Has the connection broken (RST) when it is dropped, instead of ended in good order.
fn reset(stream: &TcpStream) {
    let _ends_in_good_order = stream.set_zero_linger();
}
