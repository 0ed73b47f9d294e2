//! What the fields of packets are in Rust: their types, and how each lies in a stream.

use crate::chat::layout::{END, Lead, Presence, SEPARATOR, Shape};
use crate::wire::{ByteOrder, Field, Kind, Reader, Width, Writer};

/// The number that a client gives its message: opaque (CHAT-NUM-2).
pub type MessageId = [u8; 4];

/// A room's identifier: opaque (CHAT-NUM-2).
pub type RoomId = [u8; 8];

/// The identifier that the server gives a message: counter and time (CHAT-MSG-5).
pub type ServerId = [u8; 16];

/// The first half of a [`ServerId`]: the counter.
pub type IdStart = [u8; 8];

/// Codes of packets, as S253 and U254 list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketIds<'a>(&'a [u8]);

impl<'a> PacketIds<'a> {
    /// The list that these octets are: codes with a separator between every two.
    #[must_use]
    pub fn from_octets(octets: &'a [u8]) -> Option<Self> {
        let stands = |(place, octet): (usize, &u8)| match place % 2 {
            0 => *octet != END && *octet != SEPARATOR,
            _ => *octet == SEPARATOR,
        };
        let holds = octets.len() % 2 == 1 && octets.iter().enumerate().all(stands);
        holds.then_some(Self(octets))
    }

    /// The codes, in their order.
    pub fn iter(self) -> impl Iterator<Item = u8> + 'a {
        self.0.iter().copied().step_by(2)
    }
}

/// A type that can be a field of a packet.
pub(super) trait PartOf<'a>: Sized {
    const SHAPE: Shape;
    const PRESENCE: Presence = Presence::Required;
    const WIDTH: Width;
    const KIND: Kind = Kind::Octets;

    /// The field that these octets are; a cursor has found them to be right.
    fn of(octets: Option<&'a [u8]>, order: ByteOrder) -> Option<Self>;
    /// Puts the field; `false` if it is left out.
    fn put(&self, order: ByteOrder, lead: Lead, octets: &mut Vec<u8>);
}

fn put_lead(lead: Lead, octets: &mut Vec<u8>) {
    if lead == Lead::Separated {
        octets.push(SEPARATOR);
    }
}

macro_rules! fixed_parts {
    ($($type:ty),*) => {$(
        impl<'a> PartOf<'a> for $type {
            const SHAPE: Shape = Shape::Fixed(<Self as Field>::OCTETS);
            const WIDTH: Width = Width::Fixed(<Self as Field>::OCTETS);
            const KIND: Kind = <Self as Field>::KIND;

            fn of(octets: Option<&'a [u8]>, order: ByteOrder) -> Option<Self> {
                Field::read(&mut Reader::new(octets?, order))
            }

            fn put(&self, order: ByteOrder, lead: Lead, octets: &mut Vec<u8>) {
                put_lead(lead, octets);
                let mut fixed = [0; <Self as Field>::OCTETS];
                Field::write(self, &mut Writer::new(&mut fixed, order));
                octets.extend(fixed);
            }
        }
    )*};
}

fixed_parts!(u8, u32, MessageId, IdStart, ServerId);

/// A code that may be missing.
impl<'a> PartOf<'a> for Option<u8> {
    const SHAPE: Shape = <u8 as PartOf<'_>>::SHAPE;
    const PRESENCE: Presence = Presence::MayBeEmpty;
    const WIDTH: Width = <u8 as PartOf<'_>>::WIDTH;
    const KIND: Kind = <u8 as PartOf<'_>>::KIND;

    fn of(octets: Option<&'a [u8]>, order: ByteOrder) -> Option<Self> {
        Some(<u8 as PartOf<'_>>::of(octets, order))
    }

    fn put(&self, _: ByteOrder, lead: Lead, octets: &mut Vec<u8>) {
        put_lead(lead, octets);
        octets.extend(*self);
    }
}

/// Text, or base64.
impl<'a> PartOf<'a> for &'a [u8] {
    const SHAPE: Shape = Shape::Free;
    const WIDTH: Width = Width::Delimited;

    fn of(octets: Option<Self>, _: ByteOrder) -> Option<Self> {
        octets
    }

    fn put(&self, _: ByteOrder, lead: Lead, octets: &mut Vec<u8>) {
        put_lead(lead, octets);
        assert!(
            !self.iter().any(|octet| matches!(*octet, END | SEPARATOR)),
            "a field of free length holds an end or a separator"
        );
        octets.extend_from_slice(self);
    }
}

/// Text that may be missing with its separator.
impl<'a> PartOf<'a> for Option<&'a [u8]> {
    const SHAPE: Shape = Shape::Free;
    const PRESENCE: Presence = Presence::MayBeMissing;
    const WIDTH: Width = Width::Delimited;

    fn of(octets: Self, _: ByteOrder) -> Option<Self> {
        Some(octets)
    }

    fn put(&self, order: ByteOrder, lead: Lead, octets: &mut Vec<u8>) {
        if let Some(text) = self {
            text.put(order, lead, octets);
        }
    }
}

impl<'a> PartOf<'a> for PacketIds<'a> {
    const SHAPE: Shape = Shape::Codes;
    const WIDTH: Width = Width::Delimited;

    fn of(octets: Option<&'a [u8]>, _: ByteOrder) -> Option<Self> {
        Self::from_octets(octets?)
    }

    fn put(&self, _: ByteOrder, lead: Lead, octets: &mut Vec<u8>) {
        put_lead(lead, octets);
        octets.extend_from_slice(self.0);
    }
}
