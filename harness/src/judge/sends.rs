//! Whether a script that is played again sends what it sent in the run.

use std::collections::VecDeque;

/// What the suite has sent by the journal, beside what the script sends.
#[derive(Default)]
pub(super) struct Sends<'a> {
    /// Of either what the other has not come to yet.
    recorded: VecDeque<(usize, &'a [u8])>,
    expected: VecDeque<(usize, Vec<u8>)>,
    is_other: bool,
}

impl<'a> Sends<'a> {
    pub(super) fn recorded(&mut self, (peer, octets): (usize, &'a [u8])) {
        match self.expected.pop_front() {
            Some(expected) => self.is_other |= (expected.0, &*expected.1) != (peer, octets),
            None => self.recorded.push_back((peer, octets)),
        }
    }

    pub(super) fn expected(&mut self, peer: usize, octets: Vec<u8>) {
        match self.recorded.pop_front() {
            Some(recorded) => self.is_other |= recorded != (peer, &*octets),
            None => self.expected.push_back((peer, octets)),
        }
    }

    /// Whether something was sent that the script does not send.
    pub(super) fn differ(&self) -> bool {
        self.is_other || !self.recorded.is_empty()
    }
}
