//! Assembly: packets out of the octets of one direction of a connection.

use crate::profile::DialectChoice;
use crate::protocol::{Protocol, Role, Taken};

/// Most octets that wait for the rest of their packet; beyond that they count as one that is malformed.
const UNFINISHED_MAX: usize = 1 << 20;

/// Among how many octets the beginning of a packet is sought, where those before are missing.
const SOUGHT_MAX: usize = 16 * 1024;

/// What has come in one direction and was not taken yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assembly {
    octets: Vec<u8>,
    /// How many of them were taken.
    taken: usize,
    /// Octets that came before the first of them.
    before: u64,
    /// Octets that stood for nothing.
    ignored: u64,
    /// Octets before these are not known: where a packet begins is to be found.
    seeks: bool,
}

impl Assembly {
    /// More octets have come.
    pub(crate) fn push(&mut self, octets: &[u8]) {
        self.octets.drain(..self.taken);
        self.before = self.before.saturating_add(self.taken as u64);
        self.taken = 0;
        self.octets.extend_from_slice(octets);
    }

    /// Octets are missing before those that come next, at this offset: what has come of a packet is given up.
    pub(crate) fn miss(&mut self, offset: u64) {
        self.octets.clear();
        self.taken = 0;
        self.before = offset;
        self.seeks = true;
    }

    /// Passes over what is no packet from its beginning, once a whole one is behind it.
    fn seek(&mut self, protocol: &dyn Protocol, dialect: &DialectChoice, sender: Role) -> bool {
        let rest = self.octets.get(self.taken..).unwrap_or_default();
        let begins = |from: &usize| {
            let rest = rest.get(*from..).unwrap_or_default();
            let Taken::Packet(length) = protocol.take(dialect, sender, rest) else { return false };
            let packet = rest.get(..length).unwrap_or(rest);
            protocol.decode_from(dialect, sender, packet).problem.is_none()
        };
        let found = (0..rest.len().min(SOUGHT_MAX)).find(begins);
        self.taken += found.unwrap_or(0);
        self.seeks = found.is_none();
        found.is_some()
    }

    /// The next whole packet, with its offset in the stream.
    pub(crate) fn next(
        &mut self,
        protocol: &dyn Protocol,
        dialect: &DialectChoice,
        sender: Role,
    ) -> Option<(u64, Vec<u8>)> {
        if self.seeks && !self.seek(protocol, dialect, sender) {
            return None;
        }
        loop {
            let rest = self.octets.get(self.taken..).filter(|rest| !rest.is_empty())?;
            let length = match protocol.take(dialect, sender, rest) {
                Taken::Ignored(length) => {
                    let length = length.clamp(1, rest.len());
                    self.taken += length;
                    self.ignored += length as u64;
                    continue;
                }
                Taken::More if rest.len() <= UNFINISHED_MAX => return None,
                Taken::More => rest.len(),
                Taken::Packet(length) => length.clamp(1, rest.len()),
            };
            let offset = self.before.saturating_add(self.taken as u64);
            let packet = rest.get(..length).unwrap_or(rest).to_vec();
            self.taken += length;
            return Some((offset, packet));
        }
    }

    /// Octets that stood for nothing, so far.
    pub(crate) const fn ignored(&self) -> u64 {
        self.ignored
    }

    /// What is no whole packet yet, with its offset in the stream.
    pub(crate) fn rest(&self) -> (u64, &[u8]) {
        let rest = self.octets.get(self.taken..).unwrap_or_default();
        (self.before.saturating_add(self.taken as u64), rest)
    }
}
