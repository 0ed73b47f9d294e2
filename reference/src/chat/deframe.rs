//! Cuts a stream of octets into packets, however it arrives (CHAT-FRAME-2 to -6).

use crate::Role;
use crate::chat::Layout;
use crate::chat::layout::{Cursor, END, Step};

/// Octets of the longest packet that is taken, its code and its end included (CHAT-FRAME-5).
pub const PACKET_MAX: usize = 8192;

/// What a stream holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A packet that keeps its layout, with all its octets.
    Packet {
        /// Its layout.
        layout: &'static Layout,
        /// All its octets.
        octets: Vec<u8>,
    },
    /// A known packet that breaks its layout, or is too long. It is skipped to its end.
    Broken {
        /// The layout that it breaks.
        layout: &'static Layout,
        /// Its octets before the one that cannot stand there.
        octets: Vec<u8>,
    },
    /// The end of a packet with an unknown code.
    Unknown {
        /// The code.
        code: u8,
    },
}

/// Cuts what one side sends into packets, one octet after the other.
#[derive(Clone, Debug)]
pub struct Deframer {
    sender: Role,
    state: State,
    /// Octets of the packet that is under way, its code included.
    octets: Vec<u8>,
    rules: Rules,
}

/// How packets are found; mutants have their own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Octets of the longest packet.
    pub(super) packet_max: usize,
    /// Whether an unknown packet is skipped up to its end.
    pub(super) skips_unknown: bool,
    /// Whether what is left of a broken packet is skipped.
    pub(super) skips_broken: bool,
}

impl Rules {
    pub(super) const STANDARD: Self =
        Self { packet_max: PACKET_MAX, skips_unknown: true, skips_broken: true };
}

/// Where in the stream a deframer is.
#[derive(Clone, Debug)]
enum State {
    /// A code is due.
    Between,
    /// In a known packet.
    Inside(Cursor),
    /// In an unknown packet, up to its end.
    Unknown(u8),
    /// In what is left of a broken packet, up to its end.
    Skipping,
}

impl Deframer {
    /// A deframer at the beginning of what `sender` sends.
    #[must_use]
    pub const fn new(sender: Role) -> Self {
        Self::with_rules(sender, Rules::STANDARD)
    }

    pub(super) const fn with_rules(sender: Role, rules: Rules) -> Self {
        Self { sender, state: State::Between, octets: Vec::new(), rules }
    }

    /// Gives up a packet that is under way, and says which.
    pub(super) fn drop_unfinished(&mut self) -> Option<u8> {
        let code = self.octets.first().copied();
        self.octets.clear();
        self.state = State::Between;
        code
    }

    /// Skips up to the next end.
    pub(super) fn skip(&mut self) {
        self.state = State::Skipping;
    }

    /// Takes octets off the front of `input` until a frame is complete; `None` when all are taken.
    ///
    /// A broken packet is told of as soon as it is known to be broken.
    pub fn next_frame(&mut self, input: &mut &[u8]) -> Option<Frame> {
        while let Some((&octet, rest)) = input.split_first() {
            *input = rest;
            if let Some(frame) = self.take(octet) {
                return Some(frame);
            }
            self.pass_free(input);
        }
        None
    }

    /// Takes what does no more than go on with a field of free length, as far as the packet may grow.
    fn pass_free(&mut self, input: &mut &[u8]) {
        let State::Inside(cursor) = &mut self.state else { return };
        let room = self.rules.packet_max.saturating_sub(self.octets.len()).min(input.len());
        let (near, _) = input.split_at(room);
        let run = room - cursor.pass_free(near).len();
        let (passed, rest) = input.split_at(run);
        self.octets.extend_from_slice(passed);
        *input = rest;
    }

    /// How many octets of an unfinished packet are held; never more than [`PACKET_MAX`].
    #[must_use]
    pub const fn held(&self) -> usize {
        self.octets.len()
    }

    /// Whether the stream may end here: no packet is under way.
    #[must_use]
    pub const fn is_between(&self) -> bool {
        matches!(self.state, State::Between)
    }

    /// Whether what is left of a broken packet is skipped.
    pub(super) const fn is_skipping(&self) -> bool {
        matches!(self.state, State::Skipping)
    }

    /// Whether an unknown packet is passed over.
    pub(super) const fn is_passing_over(&self) -> bool {
        matches!(self.state, State::Unknown(_))
    }

    fn take(&mut self, octet: u8) -> Option<Frame> {
        match &mut self.state {
            // An end without a packet is ignored (CHAT-FRAME-1).
            State::Between if octet == END => None,
            State::Between => {
                self.state = match Layout::of(self.sender, octet) {
                    Some(layout) => {
                        self.octets.push(octet);
                        State::Inside(Cursor::new(layout))
                    }
                    None if self.rules.skips_unknown => State::Unknown(octet),
                    None => return Some(Frame::Unknown { code: octet }),
                };
                None
            }
            State::Inside(cursor) => {
                let layout = cursor.layout();
                let fits = self.octets.len() < self.rules.packet_max;
                let step = if fits { cursor.step(octet) } else { Step::Cannot };
                match step {
                    Step::Taken => {
                        self.octets.push(octet);
                        None
                    }
                    Step::Whole => {
                        self.octets.push(octet);
                        self.state = State::Between;
                        Some(Frame::Packet { layout, octets: core::mem::take(&mut self.octets) })
                    }
                    Step::Cannot => {
                        let is_end = octet == END || !self.rules.skips_broken;
                        self.state = if is_end { State::Between } else { State::Skipping };
                        Some(Frame::Broken { layout, octets: core::mem::take(&mut self.octets) })
                    }
                }
            }
            State::Unknown(code) => {
                let code = *code;
                (octet == END).then(|| {
                    self.state = State::Between;
                    Frame::Unknown { code }
                })
            }
            State::Skipping => {
                if octet == END {
                    self.state = State::Between;
                }
                None
            }
        }
    }
}
