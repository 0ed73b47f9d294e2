//! What an endpoint goes by: its configuration, and the constants of the procedure.
//!
//! The constants stand here, and not where they are used, so that a mutant can bend one of them.

use core::time::Duration;

use crate::mnet::mutant::{self, Mutant};
use crate::mnet::sequence::Counter;
use crate::mnet::{Config, DATA_HEADER, DATAGRAM_MAX, Dialect, Limits, Timers};
use crate::retry::Plan;

/// How many repeated acknowledgements bring a retransmission (MNET-DATA-13, RFC 5681 §3.2).
const REPEATED_ACKNOWLEDGEMENTS: u32 = 3;

/// Every how many DATA an acknowledgement goes at once (timer table of the specification).
const ACKNOWLEDGE_EVERY: u32 = 2;

/// The shortest interval between two sends of one packet, whatever is configured.
const INTERVAL_MIN: Duration = Duration::from_millis(1);

/// The settings of an endpoint, as its parts use them.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) dialect: Dialect,
    pub(super) timers: Timers,
    pub(super) limits: Limits,
    pub(super) listen: bool,
    pub(super) idle: Option<Duration>,
    pub(super) counter: Counter,
    /// The longest payload of one DATA (MNET-WIRE-11).
    pub(super) segment_max: usize,
    pub(super) acknowledge_every: u32,
    pub(super) repeated_acknowledgements: u32,
    pub(super) mutant: Option<Mutant>,
}

impl Settings {
    pub(super) fn new(config: &Config) -> Self {
        let mut settings = Self {
            dialect: config.dialect,
            timers: config.timers,
            limits: config.limits,
            listen: config.listen,
            idle: config.idle,
            counter: Counter { start: config.start_offset, modular: true },
            segment_max: DATAGRAM_MAX - DATA_HEADER,
            acknowledge_every: ACKNOWLEDGE_EVERY,
            repeated_acknowledgements: REPEATED_ACKNOWLEDGEMENTS,
            mutant: config.mutant,
        };
        // Without this a timer set to zero would be due again at the moment it was served.
        let timers = &mut settings.timers;
        for interval in [
            &mut timers.open_interval,
            &mut timers.open_interval_max,
            &mut timers.retransmission_min,
            &mut timers.retransmission_max,
            &mut timers.shutdown_interval,
            &mut timers.shutdown_interval_max,
        ] {
            *interval = INTERVAL_MIN.max(*interval);
        }
        if let Some(mutant) = config.mutant {
            mutant::bend(mutant, &mut settings);
        }
        settings
    }

    /// Whether this deliberate violation is switched on.
    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// How INIT and COOKIE-ECHO are repeated.
    pub(super) const fn open_plan(&self) -> Plan {
        Plan {
            interval: self.timers.open_interval,
            interval_max: self.timers.open_interval_max,
            tries: self.timers.open_tries,
        }
    }

    /// How SHUTDOWN is repeated.
    pub(super) const fn shutdown_plan(&self) -> Plan {
        Plan {
            interval: self.timers.shutdown_interval,
            interval_max: self.timers.shutdown_interval_max,
            tries: self.timers.shutdown_tries,
        }
    }

    /// How SHUTDOWN-ACK is repeated.
    pub(super) const fn shutdown_ack_plan(&self) -> Plan {
        Plan { tries: self.timers.shutdown_ack_tries, ..self.shutdown_plan() }
    }
}
