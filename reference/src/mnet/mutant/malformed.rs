//! What mutants do with datagrams that hold no packet.

use core::net::SocketAddr;

use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::session::State;
use crate::mnet::{DATA_HEADER, DecodeError, Failure, Tag};
use crate::time::Instant;
use crate::wire::ByteOrder;

impl Endpoint {
    /// What a mutant does with a datagram that holds no packet; `true`: it takes what it made of it.
    pub(super) fn takes_malformed(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &mut Vec<u8>,
        error: DecodeError,
    ) -> bool {
        if mutant == Mutant::MalformedDataOverridesAnAcknowledgement && octets.first() == Some(&0) {
            self.override_acknowledgement(from);
        }
        if mutant == Mutant::MalformedShutdownIsRemembered && octets.first() == Some(&5) {
            self.output.memory.noted = true;
        }
        if self.takes_cut(mutant, from, octets, error) {
            return true;
        }
        match (mutant, error) {
            (Mutant::DeafAfterAnUnknownType, DecodeError::UnknownType { .. })
            | (Mutant::DeafAfterAnEmptyDatagram, DecodeError::Empty)
            | (Mutant::DeafAfterAShortPacket, DecodeError::Truncated { .. }) => {
                self.output.memory.deaf = true;
                false
            }
            (Mutant::TypeHighBitsIgnored, DecodeError::UnknownType { .. }) => {
                if let Some(code) = octets.first_mut() {
                    *code &= 0x0f;
                }
                true
            }
            (
                Mutant::AnswersALongerInit,
                DecodeError::Trailing { packet: "INIT", expected, .. },
            )
            | (
                Mutant::TakesALongerEcho,
                DecodeError::Trailing { packet: "COOKIE-ECHO", expected, .. },
            )
            | (
                Mutant::TakesALongerCookie,
                DecodeError::Trailing { packet: "COOKIE", expected, .. },
            ) => {
                octets.truncate(expected);
                true
            }
            (
                Mutant::TakesAShorterCookie,
                DecodeError::Truncated { packet: "COOKIE", needed, .. },
            ) => {
                octets.resize(needed, 0);
                true
            }
            (Mutant::DeliversTooLongData, DecodeError::LengthMismatch { announced, found }) => {
                octets.truncate(DATA_HEADER + announced);
                announced < found
            }
            (
                Mutant::DeliversDataThatIsOneOctetTooLong,
                DecodeError::LengthMismatch { announced, found },
            ) => octets.pop().is_some() && announced + 1 == found,
            (
                Mutant::DeliversTooShortData | Mutant::DeliversBehindAnEmptyData,
                DecodeError::LengthMismatch { announced, found },
            ) => {
                let length = u16::try_from(found).unwrap_or(u16::MAX);
                let length = match self.settings.dialect.byte_order {
                    ByteOrder::Little => length.to_le_bytes(),
                    ByteOrder::Big => length.to_be_bytes(),
                };
                if let Some(field) = octets.get_mut(DATA_HEADER - 2..DATA_HEADER) {
                    field.copy_from_slice(&length);
                }
                match mutant {
                    Mutant::DeliversBehindAnEmptyData => announced == 0,
                    _ => announced > found,
                }
            }
            (Mutant::RubbishEndsTheSessionsOfOthers, _) => {
                let knows = self.session_where(|session| session.peer == from);
                let other = self.session_where(|session| session.peer != from);
                if let Some(id) = knows.and(other) {
                    self.with_session(now, id, |session, context| {
                        session.give_up(context, Failure::PeerAborted);
                    });
                }
                false
            }
            (Mutant::RubbishStopsRetransmissions, _) => {
                self.output.memory.stopped = true;
                false
            }
            (Mutant::AbortsItsPeersSessionOnAShortPacket, DecodeError::Truncated { .. }) => {
                if let Some(id) = self.session_where(|session| session.peer == from) {
                    self.with_session(now, id, |session, context| {
                        session.give_up(context, Failure::PeerAborted);
                    });
                }
                false
            }
            (Mutant::AbortsOnAMalformedPacket | Mutant::EndsInSilenceOnAMalformedPacket, _)
            | (Mutant::AbortsOnAShortPacket, DecodeError::Truncated { .. }) => {
                let tag = octets.get(1..4).and_then(|tag| Tag::try_from(tag).ok());
                let found = tag.and_then(|tag| self.index.get(&(from, tag)).copied());
                if let Some(id) = found {
                    self.with_session(now, id, |session, context| match mutant {
                        Mutant::EndsInSilenceOnAMalformedPacket => {
                            session.state = State::Ended { complete: false };
                        }
                        _ => session.give_up(context, Failure::PeerAborted),
                    });
                }
                false
            }
            _ => false,
        }
    }
}
