//! Where the fields of a packet lie in octets, also in a packet that is cut short.

use core::ops::Range;

use crate::wire::{ByteOrder, FieldSpec, Kind, Layout, PacketSpec, Presence, Width};

/// A field and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The field.
    pub field: &'static FieldSpec,
    /// The octets of the packet in which it lies, as far as there are any.
    pub range: Range<usize>,
    /// Whether all its octets are there.
    pub is_whole: bool,
    octets: &'a [u8],
    order: ByteOrder,
    /// How many bits of the one octet stand behind the field, for [`Width::Bits`].
    bits_behind: u32,
}

impl<'a> Place<'a> {
    /// The field's octets. Of fields of bits, the octet that they share.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The field read as a number: the low 64 bits.
    #[must_use]
    pub fn number(&self) -> u64 {
        let fold = |number: u64, octet: &u8| number << 8 | u64::from(*octet);
        let number = match self.order {
            ByteOrder::Big => self.octets.iter().fold(0, fold),
            ByteOrder::Little => self.octets.iter().rev().fold(0, fold),
        };
        match self.field.width {
            Width::Bits(bits) => number >> self.bits_behind & ((1 << bits) - 1),
            _ => number,
        }
    }
}

impl PacketSpec {
    /// Where each field of this packet lies in `octets`, in the order of the wire.
    ///
    /// It ends with the field in which the octets end. A field of [`Width::Delimited`] ends it too.
    #[must_use]
    pub fn places<'a>(&self, layout: Layout, octets: &'a [u8]) -> Places<'a> {
        let (at, fields) = match self.start {
            Some(start) => (start, self.fields),
            None => (0, &[][..]),
        };
        Places { layout, octets, fields, at, bits: 0, flags: 0, counted: None }
    }
}

/// An iterator over the fields of a packet.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    layout: Layout,
    octets: &'a [u8],
    /// The fields that follow.
    fields: &'static [FieldSpec],
    /// Where the next field begins.
    at: usize,
    /// Bits of the octet there that are taken already.
    bits: u32,
    /// The flags that were read.
    flags: u8,
    /// What the last field of lengths said.
    counted: Option<usize>,
}

impl Places<'_> {
    /// Octets that the field takes; `None`: it is absent.
    fn needed(&mut self, field: &FieldSpec) -> Option<usize> {
        let left = self.octets.len().saturating_sub(self.at);
        let is_present = match field.presence {
            Presence::Always => true,
            Presence::Flag(bit) => self.flags & bit != 0,
            Presence::IfMore => left > 0,
        };
        if !is_present {
            return None;
        }
        match field.width {
            Width::Bits(_) => Some(1),
            Width::Fixed(octets) => Some(octets),
            Width::ByLayout(widths) => {
                widths.get(self.layout.widths).copied().filter(|width| *width > 0)
            }
            Width::Counted => self.counted.take(),
            Width::Rest => Some(left),
            Width::Delimited => None,
        }
    }
}

impl<'a> Iterator for Places<'a> {
    type Item = Place<'a>;

    fn next(&mut self) -> Option<Place<'a>> {
        loop {
            let (field, rest) = self.fields.split_first()?;
            self.fields = if field.width == Width::Delimited { &[] } else { rest };
            let Some(needed) = self.needed(field) else { continue };
            let start = self.at.min(self.octets.len());
            let end = start.saturating_add(needed).min(self.octets.len());
            let is_whole = end - start == needed && start == self.at;
            let mut bits_behind = 0;
            if let Width::Bits(bits) = field.width {
                self.bits += bits;
                bits_behind = 8_u32.saturating_sub(self.bits);
                if self.bits >= 8 {
                    self.bits = 0;
                    self.at = end;
                }
            } else {
                self.at = end;
            }
            let order = self.layout.order;
            let octets = self.octets.get(start..end).unwrap_or_default();
            let place = Place { field, range: start..end, is_whole, octets, order, bits_behind };
            if !is_whole {
                self.fields = &[];
            }
            match field.kind {
                Kind::Length => self.counted = usize::try_from(place.number()).ok(),
                Kind::Flags(_) => self.flags = place.octets.first().copied().unwrap_or(0),
                Kind::Number | Kind::Octets | Kind::Code => {}
            }
            return Some(place);
        }
    }
}
