//! What an endpoint goes by: its configuration, within sensible bounds.

use core::time::Duration;

use crate::paperclip::mutant::{self, Mutant};
use crate::paperclip::{Config, Flags};
use crate::retry::Plan;

/// The shortest interval between two sends of one packet, whatever is configured.
const INTERVAL_MIN: Duration = Duration::from_millis(1);

/// The longest interval between two AUTH.
const AUTH_INTERVAL_MAX: Duration = Duration::from_secs(10);

/// Init Vectors that each side has in `table` (CLIP-ENC-1).
pub(super) const INIT_VECTORS_MAX: u32 = 1 << 15;

/// The settings of an endpoint, as its parts use them.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    /// How far past the oldest unacknowledged Sequence ID new ones are given out (CLIP-REL-7).
    pub(super) sequences_max: u64,
}

/// How far past the oldest unacknowledged Sequence ID new ones are given out (CLIP-REL-7).
const SEQUENCES_MAX: u64 = 1 << 14;

impl Settings {
    pub(super) fn new(mut config: Config) -> Self {
        // Without this a timer set to zero would be due again at the moment it was served.
        let timers = &mut config.timers;
        for interval in [
            &mut timers.auth_interval,
            &mut timers.reliable_initial,
            &mut timers.reliable_min,
            &mut timers.reliable_max,
            &mut timers.ping_after,
            &mut timers.drop_after,
            &mut timers.pace,
        ] {
            *interval = INTERVAL_MIN.max(*interval);
        }
        config.limits.burst = config.limits.burst.max(1);
        config.limits.init_vectors = config.limits.init_vectors.min(INIT_VECTORS_MAX);
        if !config.handshake {
            config.flags = config.flags & !Flags::ENCRYPTED;
        }
        let mut settings = Self { config, sequences_max: SEQUENCES_MAX };
        if let Some(mutant) = settings.config.mutant {
            mutant::bend(mutant, &mut settings);
        }
        settings
    }

    /// Whether this deliberate violation is switched on.
    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.config.mutant == Some(mutant)
    }

    /// How AUTH is repeated.
    pub(super) const fn auth_plan(&self) -> Plan {
        Plan {
            interval: self.config.timers.auth_interval,
            interval_max: AUTH_INTERVAL_MAX,
            tries: self.config.timers.auth_tries,
        }
    }
}
