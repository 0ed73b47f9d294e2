//! The faults of a run, read back from its journal: a schedule that can be replayed.

use std::collections::BTreeMap;

use simulator::{Entry, Span};

use super::{Journal, Party, Sent, UNROUTABLE, What};

impl Journal {
    /// The name of the link that a datagram took, as schedules know it.
    pub fn link(&self, sent: &Sent) -> String {
        let name = |peer: usize| {
            self.header.peers.get(peer).map_or("peer", |(name, _)| name.as_str()).to_owned()
        };
        match sent.by {
            Party::Peer(peer) => format!("{}>subject", name(peer)),
            Party::Subject => {
                let peer = self.header.peers.iter().position(|(_, address)| *address == sent.to);
                format!("subject>{}", name(peer.unwrap_or(0)))
            }
        }
    }

    /// Every fate that was not "delivered as usual", in the order of sending.
    pub fn faults(&self) -> Vec<Entry> {
        let faulty = |sent: &&Sent| !sent.fate.is_usual() && sent.message != UNROUTABLE;
        self.sent()
            .filter(faulty)
            .map(|sent| {
                Entry::new(self.link(sent), sent.message.clone(), sent.occurrence, sent.fate)
            })
            .collect()
    }

    /// How long a link took for what was delivered as usual; zero if nothing was.
    pub fn latency(&self) -> Span {
        let mut under_way = BTreeMap::new();
        let mut shortest = None;
        for entry in &self.entries {
            match &entry.what {
                What::Sent(sent) if sent.fate.hold == 0 && !sent.fate.lose => {
                    under_way.insert(sent.number, (entry.at, sent.fate.delay));
                }
                What::Received(received) => {
                    if let Some((at, delay)) = under_way.remove(&received.number) {
                        let took = Span::from(entry.at - at).as_nanos();
                        let took = took.saturating_sub(delay.as_nanos());
                        shortest = Some(shortest.map_or(took, |known: u64| known.min(took)));
                    }
                }
                _ => {}
            }
        }
        Span::from_nanos(shortest.unwrap_or(0))
    }

    /// The same in whole milliseconds: what is less is the machine's, not the network's.
    pub fn whole_latency(&self) -> Span {
        Span::from_millis(self.latency().as_nanos() / 1_000_000)
    }

    /// The datagrams that were sent, in order.
    fn sent(&self) -> impl Iterator<Item = &Sent> {
        self.entries.iter().filter_map(|entry| match &entry.what {
            What::Sent(sent) => Some(&**sent),
            _ => None,
        })
    }
}
