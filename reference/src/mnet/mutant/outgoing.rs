//! What mutants change in the packets that go out.

use core::net::SocketAddr;

use crate::mnet::context::{Context, Output};
use crate::mnet::mutant::Mutant;
use crate::mnet::{Packet, Transmit};
use crate::wire::{ByteOrder, Layout};

/// Sends a packet as a mutant would: changed, twice, or not at all.
pub(in crate::mnet) fn outgoing(
    mutant: Mutant,
    context: &mut Context<'_>,
    packet: &Packet<'_>,
    mut transmit: Transmit,
) {
    let dialect = context.settings.dialect;
    let Output { transmits, memory, .. } = &mut *context.output;
    let to = transmit.to;
    let octets = &mut transmit.octets;
    match (mutant, *packet) {
        (Mutant::TwoPacketsInOneDatagram, Packet::Data { .. }) => octets.extend_from_within(..),
        (Mutant::SequenceInTheOtherByteOrder, Packet::Data { .. }) => {
            field(packet, octets, "sequence").reverse();
        }
        (
            Mutant::AcknowledgedInTheOtherByteOrder,
            Packet::Data { .. } | Packet::Shutdown { .. },
        ) => field(packet, octets, "acknowledged").reverse(),
        (Mutant::LengthInTheOtherByteOrder, Packet::Data { .. }) => {
            field(packet, octets, "length").reverse();
        }
        (Mutant::ExpirationInTheOtherByteOrder, Packet::Cookie { .. }) => {
            field(packet, octets, "expiration").reverse();
        }
        (Mutant::DataTrailingOctet, Packet::Data { .. })
        | (Mutant::CookieAckOneLonger, Packet::CookieAck { .. }) => octets.push(0),
        // One octet fewer than announced, of a payload that has one.
        (Mutant::DataLengthOffByOne, Packet::Data { data: [_, ..], .. })
        | (Mutant::ShutdownOneShorter, Packet::Shutdown { .. }) => {
            octets.pop();
        }
        (Mutant::SendsAnotherMagic, Packet::Init { .. }) => {
            field(packet, octets, "magic").reverse();
        }
        (Mutant::SendsAnotherVersion, Packet::Init { .. })
        | (Mutant::CookieOfAnotherVersion, Packet::Cookie { .. }) => {
            field(packet, octets, "version").fill(2);
        }
        (Mutant::CookieWithAnotherPeerTag, Packet::Cookie { .. }) => {
            flip(field(packet, octets, "peer-tag"));
        }
        (Mutant::CookieToAnotherPort, Packet::Cookie { .. }) => {
            let port = to.port().checked_add(1).unwrap_or(1);
            transmit.to = SocketAddr::new(to.ip(), port);
        }
        (Mutant::RepeatsCookieUnasked, Packet::Cookie { .. })
        | (Mutant::ShutdownCompleteTwice, Packet::ShutdownComplete { .. }) => {
            transmits.push_back(transmit.clone());
        }
        (Mutant::AnOpeningVoidsTheCookiesThatAreOut, Packet::Cookie { tag, .. }) => {
            memory.note_given(to, tag);
        }
        (Mutant::AnOpeningVoidsTheCookiesThatAreOut, Packet::CookieAck { .. }) => {
            memory.note_opened();
        }
        (Mutant::NewestCookieVoidsOlder, Packet::Cookie { tag, .. }) => {
            memory.note_newest(to, tag);
        }
        (Mutant::InitNotRepeated, Packet::Init { tag, .. })
        | (Mutant::EchoNotRepeated, Packet::CookieEcho { tag, .. })
        | (Mutant::ShutdownAckNotRepeated, Packet::ShutdownAck { tag })
            if !memory.is_first(to, tag, packet) =>
        {
            return;
        }
        (Mutant::AnEndStopsTheShutdownAcksOfOthers, Packet::ShutdownAck { tag })
            if !memory.is_first(to, tag, packet) && memory.noted =>
        {
            return;
        }
        (Mutant::ARefusedCookieStopsInit, Packet::Init { .. })
        | (
            Mutant::DataStopsShutdownAck
            | Mutant::CookieAckStopsShutdownAck
            | Mutant::SecondShutdownStopsShutdownAck,
            Packet::ShutdownAck { .. },
        )
        | (Mutant::UnaskedCookieAckStopsTheTimers, Packet::Data { data: [_, ..], .. })
            if memory.stopped =>
        {
            return;
        }
        (Mutant::EchoEndsAtAZero, Packet::CookieEcho { .. }) => {
            let rest = field(packet, octets, "hmac").iter_mut().skip_while(|octet| **octet != 0);
            rest.for_each(|octet| *octet = 0);
        }
        (Mutant::EchoesAnEarlierCookie, Packet::CookieEcho { .. }) => {
            *octets = memory.first_echo(to, octets);
        }
        (Mutant::EchoChangesTheLastOctet, Packet::CookieEcho { .. }) => flip(octets),
        (Mutant::EchoChangesTheExpiration, Packet::CookieEcho { .. }) => {
            flip(field(packet, octets, "expiration"));
        }
        (Mutant::SpeaksBeforeCookieAck, Packet::CookieEcho { peer_tag, .. }) => {
            let octets = Packet::CookieAck { tag: peer_tag }.to_octets(dialect);
            transmits.push_back(transmit);
            return transmits.push_back(Transmit { to, octets });
        }
        (Mutant::NoCookieAck, Packet::CookieAck { .. })
        | (Mutant::NeverAcknowledgesAlone, Packet::Data { data: [], .. })
        | (Mutant::NoShutdownAck, Packet::ShutdownAck { .. })
        | (Mutant::NoShutdownComplete, Packet::ShutdownComplete { .. })
        | (Mutant::NoAbort, Packet::Abort { .. }) => return,
        (Mutant::SequenceWithoutThePayload, Packet::Data { tag, sequence, acknowledged, data }) => {
            let length = data.len().try_into().unwrap_or(u32::MAX);
            let sequence = sequence.wrapping_sub(length);
            *octets = Packet::Data { tag, sequence, acknowledged, data }.to_octets(dialect);
        }
        (Mutant::SequenceCountsFromOne, Packet::Data { tag, sequence, acknowledged, data }) => {
            let sequence = sequence.wrapping_add(1);
            *octets = Packet::Data { tag, sequence, acknowledged, data }.to_octets(dialect);
        }
        (Mutant::AcknowledgementGoesDown, Packet::Data { tag, sequence, acknowledged, data }) => {
            memory.data_sent += 1;
            let down = memory.data_sent.is_multiple_of(2)
                && acknowledged != context.settings.counter.number(0);
            let acknowledged = acknowledged.wrapping_sub(u32::from(down));
            *octets = Packet::Data { tag, sequence, acknowledged, data }.to_octets(dialect);
        }
        (
            Mutant::RetransmitsWithAnOldAcknowledgement,
            Packet::Data { tag, sequence, acknowledged, data: data @ [_, ..] },
        ) => {
            let acknowledged = memory.first_acknowledged(sequence, acknowledged);
            *octets = Packet::Data { tag, sequence, acknowledged, data }.to_octets(dialect);
        }
        (
            Mutant::RetransmitsWithTheHighestSequence,
            Packet::Data { tag, sequence, acknowledged, data: data @ [_, ..] },
        ) => {
            let sequence = memory.highest(sequence, context.settings.counter.number(0));
            *octets = Packet::Data { tag, sequence, acknowledged, data }.to_octets(dialect);
        }
        (Mutant::RetransmitsOnce, Packet::Data { sequence, data: [_, ..], .. })
            if memory.times_sent(sequence) > 2 =>
        {
            return;
        }
        (Mutant::OnlyTheNewestIsSentAgain, Packet::Data { sequence, data: [_, ..], .. })
            if memory.is_an_older_repeat(sequence, context.settings.counter.number(0)) =>
        {
            return;
        }
        (Mutant::RetransmitsTwice, Packet::Data { sequence, data: [_, ..], .. })
            if memory.times_sent(sequence) > 3 =>
        {
            return;
        }
        (
            Mutant::AcknowledgementStandsStill,
            Packet::Data { tag, sequence, acknowledged, data },
        ) => {
            let acknowledged = memory.still(acknowledged);
            *octets = Packet::Data { tag, sequence, acknowledged, data }.to_octets(dialect);
        }
        (Mutant::PayloadAcknowledgesNothing, Packet::Data { tag, sequence, data, .. })
            if !data.is_empty() =>
        {
            let acknowledged = context.settings.counter.number(0);
            *octets = Packet::Data { tag, sequence, acknowledged, data }.to_octets(dialect);
        }
        (Mutant::ShutdownAcknowledgesNothing, Packet::Shutdown { tag, .. }) => {
            let acknowledged = context.settings.counter.number(0);
            *octets = Packet::Shutdown { tag, acknowledged }.to_octets(dialect);
        }
        (
            Mutant::RefusedShutdownIsRemembered | Mutant::MalformedShutdownIsRemembered,
            Packet::Shutdown { tag, .. },
        ) if memory.noted => {
            let octets = Packet::ShutdownAck { tag }.to_octets(dialect);
            transmits.push_back(transmit);
            return transmits.push_back(Transmit { to, octets });
        }
        (Mutant::NothingSentAgainWhileAnEndIsRemembered, Packet::ShutdownComplete { .. }) => {
            memory.stopped = true;
        }
        (Mutant::AbortForShutdownComplete, Packet::ShutdownComplete { tag }) => {
            *octets = Packet::Abort { tag }.to_octets(dialect);
        }
        _ => {}
    }
    transmits.push_back(transmit);
}

/// The octets of a field of fixed width, by its name in the table of packets.
fn field<'o>(packet: &Packet<'_>, octets: &'o mut [u8], name: &str) -> &'o mut [u8] {
    let layout = Layout { order: ByteOrder::Big, widths: 0 };
    let place = packet.spec().places(layout, octets).find(|place| place.field.name == name);
    let range = place.expect("the packet has the field").range;
    octets.get_mut(range).expect("the packet is whole")
}

/// Changes one bit.
fn flip(octets: &mut [u8]) {
    if let Some(octet) = octets.last_mut() {
        *octet ^= 1;
    }
}
