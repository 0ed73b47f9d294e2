//! The proxy for datagrams: one socket for clients, and one upstream socket for each of them.

use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::io::{self, ErrorKind, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;

use simulator::{Agenda, Classifier, Delivery, Fate, Fates, Instant, Link};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::recorder::{Recorder, receiver, sender};
use super::{CLIENTS_MAX, Heading, Options, ProxyError, Summary, announce, classifier};
use crate::journal::{HexOctets, Received, Sent, What};

/// The octets of the largest datagram that UDP can carry, and some more.
const DATAGRAM_MAX: usize = 64 * 1024;

/// Datagrams from servers that wait to be looked at; more wait in the sockets.
const INBOX_MAX: usize = 1024;

/// Datagrams of one side that are taken before the other side has its turn.
const BATCH: usize = 64;

/// What travels with a datagram.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    number: u64,
    client: usize,
    heading: Heading,
}

/// What comes from a server, or what the operating system says instead.
type FromServer = (usize, io::Result<Vec<u8>>);

/// A client with its links.
struct Client {
    address: SocketAddr,
    upstream: Arc<UdpSocket>,
    reader: JoinHandle<()>,
    links: [Link<Ticket>; 2],
    /// For each direction, how many datagrams have fitted each rule.
    fitted: [Vec<u64>; 2],
    last: Instant,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

struct Proxy<'o, 'r, 'w> {
    options: &'o Options,
    recorder: &'r mut Recorder<'w>,
    classifier: Arc<dyn Classifier>,
    socket: UdpSocket,
    inbox: mpsc::Sender<FromServer>,
    clients: BTreeMap<usize, Client>,
    by_address: BTreeMap<SocketAddr, usize>,
    under_way: Agenda<(Ticket, Vec<u8>, bool)>,
    datagrams: u64,
    /// Why the server could not be reached, the last time.
    refused: Option<io::Error>,
    heard: bool,
    summary: Summary,
    hit: Vec<bool>,
}

/// Carries datagrams until `end` is over.
pub(super) async fn run(
    options: &Options,
    out: &mut dyn Write,
    recorder: &mut Recorder<'_>,
    end: impl Future<Output = ()>,
) -> Result<Summary, ProxyError> {
    let refused = |error| ProxyError::Listen { address: options.listen, error };
    let socket = UdpSocket::bind(options.listen).await.map_err(refused)?;
    let classifier = classifier(options);
    // What no link can obey is said before anybody comes.
    for (heading, fates) in Heading::ALL.into_iter().zip(&options.datagrams) {
        Link::<()>::new(&heading.link(0), fates.clone(), Arc::clone(&classifier))?;
    }
    announce(options, socket.local_addr()?, out)?;
    let (inbox, mut from_servers) = mpsc::channel(INBOX_MAX);
    let mut proxy = Proxy {
        options,
        recorder,
        classifier,
        socket,
        inbox,
        clients: BTreeMap::new(),
        by_address: BTreeMap::new(),
        under_way: Agenda::new(),
        datagrams: 0,
        refused: None,
        heard: false,
        summary: Summary::default(),
        hit: vec![false; options.rules.len()],
    };
    let mut buffer = vec![0; DATAGRAM_MAX];
    let mut end = pin!(end);
    loop {
        proxy.deliver().await?;
        proxy.recorder.flush()?;
        let due = proxy.poll_timeout().map(|at| proxy.recorder.clock.deadline(at));
        let timer = async {
            match due {
                Some(due) => tokio::time::sleep_until(due.into()).await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            () = &mut end => break,
            () = timer => {}
            Some(event) = from_servers.recv() => proxy.server_sent(event)?,
            ready = proxy.socket.readable() => ready?,
        }
        for _ in 0..BATCH {
            match proxy.socket.try_recv_from(&mut buffer) {
                Ok((length, from)) => {
                    let octets = buffer.get(..length).unwrap_or_default().to_vec();
                    proxy.client_sent(from, octets).await?;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        for _ in 0..BATCH {
            let Ok(event) = from_servers.try_recv() else { break };
            proxy.server_sent(event)?;
        }
    }
    proxy.finish()
}

impl Proxy<'_, '_, '_> {
    async fn client_sent(&mut self, from: SocketAddr, octets: Vec<u8>) -> Result<(), ProxyError> {
        let client = match self.by_address.get(&from) {
            Some(client) => *client,
            None => self.welcome(from).await?,
        };
        if self.send(Heading::ToServer, client, octets)?.rebind {
            self.rebind(client).await?;
        }
        Ok(())
    }

    /// Gives a client another port towards the server; what comes to the old one reaches nobody any more.
    async fn rebind(&mut self, number: usize) -> io::Result<()> {
        let (upstream, reader) = self.reach_server(number).await?;
        if let Some(client) = self.clients.get_mut(&number) {
            client.reader.abort();
            (client.upstream, client.reader) = (upstream, reader);
        }
        Ok(())
    }

    /// A socket towards the server, with who hands on what comes to it for a client.
    async fn reach_server(&self, client: usize) -> io::Result<(Arc<UdpSocket>, JoinHandle<()>)> {
        let any: SocketAddr = match self.options.to {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let upstream = UdpSocket::bind(any).await?;
        upstream.connect(self.options.to).await?;
        let upstream = Arc::new(upstream);
        let reader = tokio::spawn(read(Arc::clone(&upstream), client, self.inbox.clone()));
        Ok((upstream, reader))
    }

    fn server_sent(&mut self, (client, result): FromServer) -> Result<(), ProxyError> {
        match result {
            Ok(octets) => {
                self.heard = true;
                self.send(Heading::ToClient, client, octets).map(drop)
            }
            Err(error) => self.unreachable(error),
        }
    }

    /// Nobody is at the other end just now. A server may come up later, so that this is said once and ends nothing.
    fn unreachable(&mut self, error: io::Error) -> Result<(), ProxyError> {
        if self.refused.is_none() {
            let now = self.recorder.clock.now();
            self.recorder.note(now, format!("nobody listens at {} ({error})", self.options.to))?;
        }
        self.refused = Some(error);
        Ok(())
    }

    /// Makes room for a new client.
    async fn welcome(&mut self, address: SocketAddr) -> Result<usize, ProxyError> {
        let now = self.recorder.clock.now();
        if self.clients.len() >= CLIENTS_MAX {
            let idle = self.clients.iter().min_by_key(|(_, client)| client.last);
            if let Some(number) = idle.map(|(number, _)| *number) {
                self.forget(number);
            }
        }
        let client = self.summary.clients;
        let (upstream, reader) = self.reach_server(client).await?;
        self.summary.clients += 1;
        let link = |heading: Heading, fates: &Fates| {
            Link::new(&heading.link(client), fates.clone(), Arc::clone(&self.classifier))
        };
        let [to_server, to_client] = &self.options.datagrams;
        let links = [link(Heading::ToServer, to_server)?, link(Heading::ToClient, to_client)?];
        let fitted = [vec![0; self.options.rules.len()], vec![0; self.options.rules.len()]];
        self.clients.insert(client, Client { address, upstream, reader, links, fitted, last: now });
        self.by_address.insert(address, client);
        self.recorder.welcome(now, client, address)?;
        Ok(client)
    }

    fn forget(&mut self, number: usize) {
        if let Some(client) = self.clients.remove(&number) {
            self.by_address.remove(&client.address);
            let unbitten = client.links.iter().flat_map(Link::unbitten).cloned();
            self.summary.unbitten.extend(unbitten);
        }
    }

    /// Decides what happens to a datagram, and puts what is left of it under way.
    fn send(
        &mut self,
        heading: Heading,
        number: usize,
        octets: Vec<u8>,
    ) -> Result<Fate, ProxyError> {
        let now = self.recorder.clock.now();
        let Some(client) = self.clients.get_mut(&number) else { return Ok(Fate::USUAL) };
        client.last = now;
        let fitted = heading.of_mut(&mut client.fitted);
        let rule = chosen(self.options, heading, &octets, fitted);
        let link = heading.of_mut(&mut client.links);
        let of_rule = rule.and_then(|place| self.options.rules.get(place));
        let (decision, reason) = if let Some(rule) = of_rule {
            (link.decree(&octets, rule.fate), rule.text.as_str())
        } else {
            let reason = match heading.of(&self.options.datagrams) {
                Fates::Weather { .. } => "weather",
                Fates::Schedule { .. } => "schedule",
            };
            (link.decide(now, &octets), reason)
        };
        if let Some(hit) = rule.and_then(|place| self.hit.get_mut(place)) {
            *hit = true;
        }
        self.datagrams += 1;
        let ticket = Ticket { number: self.datagrams, client: number, heading };
        let (from, to) = match heading {
            Heading::ToServer => (client.address, self.options.to),
            Heading::ToClient => (self.options.to, client.address),
        };
        let fate: Fate = decision.fate;
        let sent = || Sent {
            number: ticket.number,
            by: sender(heading, number),
            from,
            to,
            message: link.message_name(decision.key),
            occurrence: decision.occurrence,
            fate,
            reason: (!fate.is_usual()).then(|| reason.to_owned()),
            octets: HexOctets::from(&octets[..]),
        };
        self.recorder.sent(now, heading, number, sent, &fate)?;
        let mut out = Vec::new();
        link.carry(now, octets, ticket, &decision, &mut out);
        self.put_under_way(out);
        Ok(fate)
    }

    fn put_under_way(&mut self, deliveries: Vec<Delivery<Ticket>>) {
        for Delivery { at, octets, tag, altered, .. } in deliveries {
            self.under_way.file(at, (tag, octets, altered));
        }
    }

    /// When something will be due.
    fn poll_timeout(&self) -> Option<Instant> {
        let links = self.clients.values().flat_map(|client| &client.links);
        links.filter_map(Link::poll_timeout).chain(self.under_way.next()).min()
    }

    /// Sends on what is due.
    async fn deliver(&mut self) -> Result<(), ProxyError> {
        let now = self.recorder.clock.now();
        let mut out = Vec::new();
        for link in self.clients.values_mut().flat_map(|client| &mut client.links) {
            link.handle_timeout(now, &mut out);
        }
        self.put_under_way(out);
        while self.under_way.next().is_some_and(|at| at <= now) {
            let Some((ticket, octets, altered)) = self.under_way.take() else { break };
            let Some(client) = self.clients.get(&ticket.client) else { continue };
            let (from, to) = match ticket.heading {
                Heading::ToServer => (client.address, self.options.to),
                Heading::ToClient => (self.options.to, client.address),
            };
            let sent = match ticket.heading {
                // The first error may be that of an earlier datagram, of which the operating system tells only now.
                Heading::ToServer => match client.upstream.send(&octets).await {
                    Err(_earlier) => client.upstream.send(&octets).await,
                    sent => sent,
                },
                Heading::ToClient => self.socket.send_to(&octets, client.address).await,
            };
            let now = self.recorder.clock.now();
            match sent {
                Ok(_) if self.recorder.keeps_all() => {
                    let (by, octets) = (
                        receiver(ticket.heading, ticket.client),
                        altered.then(|| HexOctets::from(&octets[..])),
                    );
                    let number = ticket.number;
                    let what = What::Received(Received { number, by, from, to, octets });
                    self.recorder.push(now, what)?;
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    self.unreachable(error)?;
                }
                Err(error) => {
                    self.recorder.note(now, format!("cannot send to {to}: {error}"))?;
                }
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Summary, ProxyError> {
        self.recorder.finish()?;
        let links = Heading::ALL.map(|heading| {
            let name = move |client: usize| heading.link(client);
            (0..self.summary.clients.max(1)).map(name).collect::<Vec<_>>()
        });
        for number in self.clients.keys().copied().collect::<Vec<_>>() {
            self.forget(number);
        }
        let known: Vec<&str> = links.iter().flatten().map(String::as_str).collect();
        for (heading, fates) in Heading::ALL.into_iter().zip(&self.options.datagrams) {
            let Fates::Schedule { schedule, .. } = fates else { continue };
            let nobody = self.summary.clients == 0;
            let own = schedule.0.iter().filter(|entry| nobody && entry.link == heading.link(0));
            // Both directions have the whole schedule: what is of neither is counted once.
            let strange = schedule.strangers(&known).filter(|_| heading == Heading::ToServer);
            self.summary.unbitten.extend(own.chain(strange).cloned());
        }
        if !self.heard
            && let Some(error) = self.refused
        {
            return Err(ProxyError::Nobody { address: self.options.to, error });
        }
        let rules = self.options.rules.iter().zip(&self.hit);
        self.summary.idle =
            rules.filter(|(_, hit)| !**hit).map(|(rule, _)| rule.text.clone()).collect();
        self.summary.datagrams = self.recorder.datagrams;
        Ok(self.summary)
    }
}

/// The place of the first rule for a datagram. Every rule counts what fits it, whether an earlier one is obeyed or not.
fn chosen(options: &Options, heading: Heading, octets: &[u8], fitted: &mut [u64]) -> Option<usize> {
    let mut first = None;
    for (place, (rule, fitted)) in options.rules.iter().zip(fitted).enumerate() {
        if !rule.selector.fits(heading, octets, options.protocol, &options.dialect) {
            continue;
        }
        *fitted += 1;
        let meant = rule.selector.nth().is_none_or(|nth| nth == *fitted);
        if meant && first.is_none() {
            first = Some(place);
        }
    }
    first
}

/// Hands on what comes for one client, until nobody wants it any more.
async fn read(socket: Arc<UdpSocket>, client: usize, inbox: mpsc::Sender<FromServer>) {
    let mut buffer = vec![0; DATAGRAM_MAX];
    loop {
        let received = socket.recv(&mut buffer).await;
        let failed = received.is_err();
        let received = received.map(|length| buffer.get(..length).unwrap_or_default().to_vec());
        if inbox.send((client, received)).await.is_err() {
            return;
        }
        if failed {
            // Errors come one for each datagram that found nobody; other ones must not spin.
            tokio::task::yield_now().await;
        }
    }
}
