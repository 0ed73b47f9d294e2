//! Deliberate violations, to show that a test can fail: each breaks one clause.
//!
//! The table of them is in `table`. Most change a code (`answer`), a packet that goes out
//! (`outgoing`), or how a packet that came is taken (`incoming`); the others are one `if` at the
//! place they break.

mod answer;
mod beside;
mod between;
mod client;
mod ear;
mod hearing;
mod incoming;
mod later;
mod leaving;
mod message_rows;
mod outgoing;
mod server_state;
mod stream_rows;
mod table;
mod text;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use crate::Role;
use crate::chat::deframe::{Deframer, Rules};
use crate::chat::settings::Settings;
use crate::chat::{Action, Codes, ConnectionId, RoomId};
use crate::wire::ByteOrder;

pub(super) use answer::answer;
pub(super) use beside::{
    forgets_the_unknown, long_receipts_kept, passes_over_blank, passes_over_s5, refuses_broken,
};
pub(super) use between::{
    ClientMemory, after_a_password, after_asking_to_log_in, client_replied, judged_again,
    order_again, part_text, passes_over, says_bye, wanted_order, whole_text,
};
pub(super) use client::{
    acknowledgements, acknowledges_piece, after_joining, after_the_whole, client_left,
    client_misses, client_octets, client_order, client_segment, endianness_octet, last_words,
    long_number, message_field, message_number, order_of_registration, password_field,
    place_in_stream, reading_order_of_client, receipt_id, receipt_is_of_the_other_kind,
    room_password, sets_client_order,
};
pub(super) use ear::{leaves_part_out, long_key, loses_the_rest, number_after, order_asked_for};
pub(super) use hearing::{after_registration, before_letting_go, holds_too_much};
pub(super) use incoming::{
    after_broken, after_unknown, arriving, framed, intercept, reading_order, taken,
};
pub(super) use later::{
    asks_to_join, awakes, draft_key, forgives_bye, has_registered, is_like_a_user,
    is_like_anothers, may_not_register, order_after, order_of_the_registered, part_asked_for,
};
pub(super) use leaving::{
    after_leaving, after_parting, alias_kept, before_leaving, is_told_of_the_end, misses_leaving,
};
pub(super) use outgoing::outgoing;
pub(super) use server_state::{holds_a_place, ignores_finish, left_again, receipts_kept};
pub use table::Mutant;
pub(super) use text::{decode_base64, is_blank, is_email, is_name, named_order, passed_on};
pub(super) use world::{
    account, after_a_bad_head, after_a_bad_login, after_a_good_head, after_login, after_s5,
    answer_waits, begins, guest_number, has_had_its_heads, hearers, joining, lets_in, numbers,
    part_number, password, pieces, registered_name, renamed, takes_part, takes_receipt,
    tell_joined_again, there_before, told_of_alias, told_of_joining, total,
};

/// What mutants remember between packets; it stays empty without a mutant.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// Connections that end once what came with U40 is answered.
    pub(super) leaving: BTreeSet<ConnectionId>,
    /// Connections that were answered with S9.
    pub(super) refused: BTreeSet<ConnectionId>,
    /// Users of connections that were answered with S5.
    pub(super) turned_away: BTreeMap<ConnectionId, Vec<u8>>,
    /// The first user that a connection has tried to be.
    pub(super) tried: BTreeMap<ConnectionId, Vec<u8>>,
    /// How many logins have failed on a connection.
    pub(super) failures: BTreeMap<ConnectionId, u32>,
    /// The byte order that a failed login on a connection asked for.
    pub(super) orders: BTreeMap<ConnectionId, ByteOrder>,
    /// A login was answered with S5.
    pub(super) has_refused_an_endpoint: bool,
    /// The last octet of a segment, which waits for the next.
    pub(super) last_octets: BTreeMap<ConnectionId, u8>,
    /// Connections that a registration has logged in.
    pub(super) registered: BTreeSet<ConnectionId>,
    /// How many heads of a connection were okay.
    pub(super) heads: BTreeMap<ConnectionId, u32>,
    /// Who would have heard the newest head of a connection.
    pub(super) audiences: BTreeMap<ConnectionId, Vec<ConnectionId>>,
    /// Who has left which room.
    pub(super) former: BTreeSet<(RoomId, ConnectionId)>,
    /// How much has waited for a connection that did not read.
    pub(super) held: BTreeMap<ConnectionId, usize>,
    /// Connections that wait for an S253.
    pub(super) asking: BTreeSet<ConnectionId>,
    /// The user whose password a connection had right.
    pub(super) proven: BTreeMap<ConnectionId, Vec<u8>>,
    /// Whether the first endianness of a connection was a letter.
    pub(super) kinds: BTreeMap<ConnectionId, bool>,
    /// The newest unknown code of a connection.
    pub(super) unknown: BTreeMap<ConnectionId, u8>,
    /// What the mutants of `beside` remember.
    pub(super) beside: beside::Beside,
    /// What the mutants of `later` remember.
    pub(super) later: later::Later,
    /// What the mutants of `server_state` remember.
    pub(super) state: server_state::State,
}

/// Changes the settings that a mutant goes by.
pub(super) fn bend(mutant: Mutant, settings: &mut Settings) {
    match mutant {
        Mutant::CodesOfTheOtherDialect => {
            settings.dialect.codes = match settings.dialect.codes {
                Codes::Decimal => Codes::Hex,
                Codes::Hex => Codes::Decimal,
            };
        }
        Mutant::OneEndpointIsNotHeld => settings.several_endpoints = true,
        Mutant::SeveralEndpointsAreRefused => settings.several_endpoints = false,
        Mutant::RegistrationDoesNotLogIn => settings.registration_authenticates = false,
        Mutant::RegistrationLogsIn => settings.registration_authenticates = true,
        Mutant::UnknownRoomsAreCreated => settings.creates_rooms = true,
        Mutant::UnknownRoomsAreNotCreated => settings.creates_rooms = false,
        Mutant::ReceiptsForgottenAfter512 => settings.limits.receipts = 512,
        Mutant::ThreeHeadsOnly => settings.limits.drafts = 3,
        Mutant::OneHeadOnly => settings.limits.drafts = 1,
        Mutant::SixtyThreePartsOnly => settings.limits.parts = 63,
        Mutant::AnyNumberOfParts => settings.limits.parts = u32::MAX,
        Mutant::OutputBoundedTooTightly => settings.limits.output = 256 << 10,
        Mutant::OutputUnbounded => settings.limits.output = usize::MAX,
        Mutant::LongestMessageIsTooLong => settings.message_max -= 1,
        Mutant::MessagesMayBeLonger => settings.message_max += 4,
        _ => {}
    }
}

/// How a connection ends; `answered` if the client had closed its side before.
pub(super) fn ending(
    settings: &Settings,
    memory: &Memory,
    id: ConnectionId,
    answered: bool,
) -> Action {
    match settings.mutant {
        Some(Mutant::ResetsAfterS9) if memory.refused.contains(&id) => Action::Abort,
        Some(Mutant::ResetsInsteadOfClosing) if !answered => Action::Abort,
        Some(Mutant::ResetsOnFinish) if answered => Action::Abort,
        _ => Action::Finish,
    }
}

/// The deframer of a server's connection.
pub(super) fn deframer(mutant: Option<Mutant>) -> Deframer {
    let mut rules = Rules::STANDARD;
    match mutant {
        Some(Mutant::PacketsOfAnyLengthAreTaken) => rules.packet_max = 1 << 20,
        Some(Mutant::BrokenSkipsNothing) => rules.skips_broken = false,
        Some(Mutant::UnsupportedIsParsedOn) => rules.skips_unknown = false,
        _ => {}
    }
    Deframer::with_rules(Role::Connector, rules)
}
