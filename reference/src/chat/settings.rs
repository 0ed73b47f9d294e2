//! A server's settings as its parts use them, deliberate violations included.

use core::time::Duration;

use crate::chat::code::{Asked, TOO_LONG};
use crate::chat::mutant;
use crate::chat::{Config, Cost, Dialect, Limits, MESSAGE_MAX, Mutant};

/// The settings of a server.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) dialect: Dialect,
    pub(super) several_endpoints: bool,
    pub(super) registration_authenticates: bool,
    pub(super) creates_rooms: bool,
    pub(super) cost: Cost,
    pub(super) linger: Duration,
    /// The most octets of base64 in a message (CHAT-TEXT-2).
    pub(super) message_max: usize,
    pub(super) limits: Limits,
    pub(super) mutant: Option<Mutant>,
}

impl Settings {
    pub(super) fn new(config: &Config) -> Self {
        let mut settings = Self {
            dialect: config.dialect,
            several_endpoints: config.several_endpoints,
            registration_authenticates: config.registration_authenticates,
            creates_rooms: config.creates_rooms,
            cost: config.cost,
            linger: config.linger,
            message_max: MESSAGE_MAX,
            limits: config.limits,
            mutant: config.mutant,
        };
        if let Some(mutant) = config.mutant {
            mutant::bend(mutant, &mut settings);
        }
        settings
    }

    /// Whether this deliberate violation is switched on.
    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// The code of an answer, which a mutant may have changed.
    pub(super) fn code(&self, asked: Asked, code: u8) -> u8 {
        self.mutant.map_or(code, |mutant| mutant::answer(mutant, asked, code))
    }

    /// The octet in which a code travels (CHAT-NUM-1).
    pub(super) fn octet(&self, code: u8) -> u8 {
        if code == TOO_LONG && self.is(Mutant::TwelveTravelsAs121) {
            return 121;
        }
        self.dialect.codes.octet(code)
    }

    /// What this base64 stands for (CHAT-TEXT-2).
    pub(super) fn decode_base64(&self, octets: &[u8]) -> Option<Vec<u8>> {
        mutant::decode_base64(self.mutant, octets)
    }
}
