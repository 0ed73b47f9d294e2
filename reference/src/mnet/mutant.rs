//! Deliberate violations, to show that a test can fail: each breaks one clause.
//!
//! The table of them is in `table`. Most bend a setting, or change what comes in or goes out, and
//! are in this module; the others are one `if` at the place they break.

mod aftermath;
mod amid;
mod between;
mod closing_rows;
mod data_rows;
mod disturbance;
mod edges;
mod incoming;
mod malformed;
mod meanwhile;
mod memory;
mod outgoing;
mod situation;
mod stranger;
mod table;

use core::time::Duration;

use crate::mnet::context::Output;
use crate::mnet::settings::Settings;
use crate::mnet::{Event, Failure, SessionId};

pub(super) use meanwhile::is_tired;
pub(super) use memory::Memory;
pub(super) use outgoing::outgoing;
pub use table::Mutant;

/// Changes the settings that a mutant goes by.
pub(super) fn bend(mutant: Mutant, settings: &mut Settings) {
    match mutant {
        Mutant::SendsDataOf1473 => settings.segment_max += 1,
        Mutant::AcknowledgesLate => {
            settings.timers.acknowledgement = Duration::from_millis(900);
            settings.acknowledge_every = u32::MAX;
        }
        Mutant::BreaksAtTheWrap => settings.counter.modular = false,
        Mutant::NoFastRetransmit => settings.repeated_acknowledgements = u32::MAX,
        Mutant::RepeatedShutdownAckNotAnswered => {
            settings.timers.complete_memory = Duration::ZERO;
        }
        Mutant::OneEndRemembered => settings.limits.ended_sessions = 1,
        _ => {}
    }
}

/// Whether a mutant does not read this `AcknowledgedBytes`; `known` is what was acknowledged so far, as a number on the wire.
pub(super) fn overlooks(mutant: Mutant, number: u32, known: u32) -> bool {
    match mutant {
        Mutant::ZeroIsNoAcknowledgement => number == 0,
        Mutant::AcknowledgementsComparedSigned => number.cast_signed() < known.cast_signed(),
        _ => false,
    }
}

/// Tells the application what a mutant would.
pub(super) fn telling(mutant: Mutant, output: &mut Output, id: SessionId, mut event: Event) {
    match (mutant, &mut event) {
        (Mutant::DeafAfterAnOpeningThatFailed, Event::Failed(Failure::NoCookie)) => {
            output.memory.deaf = true;
        }
        (Mutant::LaterInitsSentOnce, Event::Opened { .. })
        | (Mutant::AnInitForgetsEnds | Mutant::LateCookieAborted, Event::Closed)
        | (Mutant::CookieOfASessionGivenUpIsGood, Event::Failed(Failure::DataGivenUp))
        | (Mutant::InitsAfterAFailureSentOnce, Event::Failed(Failure::NoCookie)) => {
            output.memory.had_session = true;
        }
        (Mutant::NothingSentAgainAfterAGivingUp, Event::Failed(Failure::DataGivenUp)) => {
            output.memory.stopped = true;
        }
        (Mutant::UndrainedEndIsClean, Event::Failed(Failure::DrainGivenUp)) => {
            event = Event::Closed;
        }
        (Mutant::EndNotTold, Event::Closed)
        | (Mutant::NoReportWithoutCookie, Event::Failed(Failure::NoCookie))
        | (Mutant::NoReportWithoutCookieAck, Event::Failed(Failure::NoCookieAck))
        | (Mutant::GivesUpWithoutTelling, Event::Failed(Failure::DataGivenUp))
        | (Mutant::AbortNotTold, Event::Failed(Failure::PeerAborted)) => return,
        (Mutant::LaterFailuresToOpenNotTold, Event::Failed(Failure::NoCookie))
            if core::mem::replace(&mut output.memory.noted, true) =>
        {
            return;
        }
        (Mutant::OpenedTwice, Event::Opened { .. }) => {
            output.events.push_back((id, event.clone()));
        }
        (Mutant::DeliversDamagedOctets, Event::Delivered(octets)) if octets.len() > 100 => {
            if let Some(octet) = octets.first_mut() {
                *octet ^= 1;
            }
        }
        _ => {}
    }
    output.events.push_back((id, event));
}
