//! The ports of the suite's sockets: none that another of them had a short while ago.
//!
//! One seed gives the peers of every run the same tags and keys, so that a listener that runs on can tell two of them apart by
//! their ports alone. It remembers a session for a while after its end: 10 s by CLIP-ERR-1, 15 s by MNET-SHUT-7.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use simulator::Instant;

use crate::clock::Clock;

/// How long after it was taken a port is not taken again: longer than a run and what a listener remembers of it.
const REST: Duration = Duration::from_mins(1);

static TAKEN: LazyLock<Taken> =
    LazyLock::new(|| Taken { clock: Clock::start(), ports: Mutex::default() });

/// When which port was taken.
struct Taken {
    clock: Clock,
    ports: Mutex<BTreeMap<u16, Instant>>,
}

/// Takes a port; the answer is whether nobody had it a short while ago.
pub(super) fn take(port: u16) -> bool {
    let now = TAKEN.clock.now();
    let mut ports = TAKEN.ports.lock().unwrap_or_else(PoisonError::into_inner);
    let before = ports.insert(port, now);
    before.is_none_or(|before| now.duration_since(before) >= REST)
}

#[cfg(test)]
mod tests {
    use super::take;

    #[test]
    fn a_port_is_not_taken_again_at_once() {
        assert!(take(1));
        assert!(!take(1));
        assert!(take(2));
    }
}
