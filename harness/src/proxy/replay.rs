//! Decisions of an earlier run, read back from its journal.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use simulator::{Entry, Span, StreamEntry};

use super::client_name;
use crate::journal::{Journal, Party, What};

/// Faults of datagrams and of streams that a journal records, and how long its links took.
///
/// A proxy learns of its clients while it runs, so that they are not in the header of its journal.
pub fn recorded(mut journal: Journal) -> (Vec<Entry>, Vec<StreamEntry>, Span) {
    let mut clients: BTreeMap<usize, SocketAddr> = BTreeMap::new();
    let mut streams = Vec::new();
    for entry in &journal.entries {
        match &entry.what {
            What::Sent(sent) => {
                if let Party::Peer(client) = sent.by {
                    clients.entry(client).or_insert(sent.from);
                }
            }
            What::StreamSent(streamed) => streams.extend(streamed.fates.iter().cloned()),
            _ => {}
        }
    }
    if journal.header.peers.is_empty() {
        journal.header.peers =
            clients.into_iter().map(|(client, address)| (client_name(client), address)).collect();
    }
    (journal.faults(), streams, journal.whole_latency())
}
