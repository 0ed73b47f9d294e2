//! Subjects that are no implementation of anything: against them no scenario may pass.

use std::collections::VecDeque;
use std::net::SocketAddr;

use reference::entropy::Entropy;
use simulator::{Instant, Transmit};

use crate::script::{AppEvent, Command};
use crate::subject::Subject;

/// Their names: one that never answers, one that sends each datagram back, one that answers with random octets.
pub const ALL: [&str; 3] = ["silent", "echo", "random"];

/// Most octets of a random answer: as many as fit into a datagram on an ordinary network.
const RANDOM_OCTETS_MAX: u32 = 1472;

/// Most answers that wait to be taken; further datagrams are not answered.
const WAITING_MAX: usize = 1024;

/// The one with this name, at this address; `seed` is where random octets come from.
pub fn by_name(name: &str, local: SocketAddr, seed: [u8; 32]) -> Option<Box<dyn Subject>> {
    let kind = match name {
        "silent" => Kind::Silent,
        "echo" => Kind::Echo,
        "random" => Kind::Random(Box::new(Entropy::from_seed(seed))),
        _ => return None,
    };
    Some(Box::new(Null { kind, local, waiting: VecDeque::new() }))
}

#[derive(Debug)]
enum Kind {
    Silent,
    Echo,
    Random(Box<Entropy>),
}

#[derive(Debug)]
struct Null {
    kind: Kind,
    local: SocketAddr,
    waiting: VecDeque<Transmit>,
}

impl Subject for Null {
    fn handle_datagram(&mut self, _: Instant, from: SocketAddr, octets: &[u8]) {
        let octets = match &mut self.kind {
            Kind::Silent => return,
            Kind::Echo => octets.to_vec(),
            Kind::Random(entropy) => random(entropy),
        };
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push_back(Transmit { from: self.local, to: from, octets });
        }
    }

    fn handle_timeout(&mut self, _: Instant) {}

    fn handle_command(&mut self, _: Instant, command: &Command) {
        // Whoever is told to connect sends something, so that a connector's scenarios have something to judge.
        if let (Command::Open(peer), Kind::Random(entropy)) = (command, &mut self.kind) {
            let octets = random(entropy);
            self.waiting.push_back(Transmit { from: self.local, to: *peer, octets });
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.waiting.pop_front()
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        None
    }
}

/// Random octets, of random number.
fn random(entropy: &mut Entropy) -> Vec<u8> {
    let length = usize::try_from(entropy.next_u32() % (RANDOM_OCTETS_MAX + 1)).unwrap_or(0);
    let mut octets = vec![0; length];
    entropy.fill(&mut octets);
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(name: &str) -> Vec<Transmit> {
        let address = "10.0.0.1:4000".parse().unwrap();
        let mut subject = by_name(name, address, [1; 32]).unwrap();
        subject.handle_command(Instant::START, &Command::Close);
        for octets in [&b"hello"[..], b""] {
            subject.handle_datagram(Instant::START, "10.0.0.2:5000".parse().unwrap(), octets);
        }
        assert_eq!(subject.poll_timeout(), None);
        std::iter::from_fn(|| subject.poll_transmit()).collect()
    }

    #[test]
    fn each_does_what_its_name_says() {
        assert_eq!(answers("silent"), []);
        let echoed: Vec<Vec<u8>> =
            answers("echo").into_iter().map(|answer| answer.octets).collect();
        assert_eq!(echoed, [b"hello".to_vec(), Vec::new()]);
        let random = answers("random");
        assert_eq!(random.len(), 2);
        assert_eq!(random, answers("random"), "one seed, one behaviour");
        assert!(random.iter().all(|answer| answer.to.port() == 5000));
    }

    #[test]
    fn there_is_no_other() {
        for name in ALL {
            assert!(by_name(name, "10.0.0.1:4000".parse().unwrap(), [0; 32]).is_some());
        }
        assert!(by_name("loud", "10.0.0.1:4000".parse().unwrap(), [0; 32]).is_none());
    }
}
