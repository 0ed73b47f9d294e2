//! Whether an end gave up because the network let nothing through, which says nothing of either end.

use std::collections::BTreeMap;

use crate::journal::{Entry, Party, What};

/// Who sends a message less often than this before it gives up has not tried.
const TRIES_MIN: usize = 2;

/// Whether an end of a transfer sent one message again and again, and each time it or what came in answer was lost.
pub(super) fn is_starved(entries: &[Entry]) -> bool {
    [Party::Subject, Party::Peer(0)].into_iter().any(|end| starves(entries, end))
}

fn starves(entries: &[Entry], end: Party) -> bool {
    let mut tries: BTreeMap<&str, Vec<(usize, u64)>> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        if let What::Sent(sent) = &entry.what
            && sent.by == end
        {
            tries.entry(&sent.message).or_default().push((place, sent.number));
        }
    }
    let in_vain = |tries: &Vec<(usize, u64)>| {
        let ends = tries.iter().skip(1).map(|(place, _)| *place).chain([entries.len()]);
        tries.len() >= TRIES_MIN
            && tries.iter().zip(ends).all(|((place, number), until)| {
                let during = entries.get(*place..until).unwrap_or(&[]);
                !arrives(entries, *number) || loses_answers(during, entries, end)
            })
    };
    tries.values().any(in_vain)
}

/// Whether a datagram came to its receiver as it was sent; what was damaged on the way is as good as lost.
fn arrives(entries: &[Entry], number: u64) -> bool {
    entries.iter().any(|entry| {
        matches!(&entry.what, What::Received(it) if it.number == number && it.octets.is_none())
    })
}

/// Whether something that was sent to this end meanwhile never came.
fn loses_answers(during: &[Entry], entries: &[Entry], end: Party) -> bool {
    during.iter().any(|entry| {
        matches!(&entry.what, What::Sent(sent) if sent.by != end && !arrives(entries, sent.number))
    })
}
