//! Whether an end gave up because the network let nothing through, which says nothing of either end.

use crate::journal::{Entry, Party, Sent, What};

/// Who sends a message less often than this before it gives up has not tried.
const TRIES_MIN: usize = 2;

/// So many of the last tries in vain are enough, whatever came of those before.
const TRIES_ENOUGH: usize = 4;

/// Whether an end of a transfer sent one message again and again, and each time it or what came in answer was lost.
pub(crate) fn is_starved(entries: &[Entry]) -> bool {
    [Party::Subject, Party::Peer(0)].into_iter().any(|end| starves(entries, end))
}

fn starves(entries: &[Entry], end: Party) -> bool {
    let sends: Vec<(usize, &Sent)> = entries
        .iter()
        .enumerate()
        .filter_map(|(place, entry)| match &entry.what {
            What::Sent(sent) if sent.by == end => Some((place, &**sent)),
            _ => None,
        })
        .collect();
    // The last one may say that it gives up: what it gave up on is then the one before.
    let last = sends.iter().rev().take(2).map(|(_, sent)| &sent.message);
    last.into_iter().any(|message| {
        let tries = sends.iter().filter(|(_, sent)| sent.message == *message);
        let ends = tries.clone().skip(1).map(|(place, _)| *place).chain([entries.len()]);
        let in_vain: Vec<bool> = tries
            .zip(ends)
            .map(|((place, sent), until)| {
                let during = entries.get(*place..until).unwrap_or(&[]);
                is_lost(sent) || during.iter().any(|entry| loses_answer(entry, end))
            })
            .collect();
        let last = in_vain.iter().rev().take_while(|in_vain| **in_vain).count();
        last >= TRIES_ENOUGH || (last >= TRIES_MIN && last == in_vain.len())
    })
}

/// Whether something that was sent to this end is lost.
fn loses_answer(entry: &Entry, end: Party) -> bool {
    matches!(&entry.what, What::Sent(sent) if sent.by != end && is_lost(sent))
}

/// What is damaged on the way is as good as lost.
const fn is_lost(sent: &Sent) -> bool {
    sent.fate.lose || sent.fate.flip.is_some() || sent.fate.cut.is_some()
}
