//! Fate: what happens to one datagram on its link.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::schedule::is_default;

/// What happens to one datagram.
///
/// A lost one is gone. Otherwise one of its bits is turned over, then it is cut, then it is held
/// back, and what is left arrives after the link's latency and the extra delay, and again for each
/// repetition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fate {
    /// It never arrives.
    #[serde(skip_serializing_if = "is_default")]
    pub lose: bool,
    /// How often it arrives in addition.
    #[serde(skip_serializing_if = "is_default")]
    pub repeat: u8,
    /// How long after the arrival before it each repetition comes; zero is directly after.
    #[serde(skip_serializing_if = "is_default")]
    pub repeat_after: Span,
    /// It is held back until so many later datagrams have passed it, or the link's time for holding
    /// is over.
    #[serde(skip_serializing_if = "is_default")]
    pub hold: u8,
    /// How much later than the link's latency it arrives.
    #[serde(skip_serializing_if = "is_default")]
    pub delay: Span,
    /// The bit that is turned over, counted from the highest bit of the first octet, modulo the
    /// number of bits there are.
    #[serde(skip_serializing_if = "is_default")]
    pub flip: Option<u32>,
    /// How many octets are kept, from the first.
    #[serde(skip_serializing_if = "is_default")]
    pub cut: Option<u16>,
    /// From it on its sender's datagrams come from another port, as when a NAT has forgotten the one
    /// it gave. Links only carry this word: it is for whoever has the ports.
    #[serde(skip_serializing_if = "is_default")]
    pub rebind: bool,
}

impl Fate {
    /// Delivered once, whole, in order, after the link's latency.
    pub const USUAL: Self = Self {
        lose: false,
        repeat: 0,
        repeat_after: Span::ZERO,
        hold: 0,
        delay: Span::ZERO,
        flip: None,
        cut: None,
        rebind: false,
    };

    /// Lost.
    pub const LOST: Self = Self { lose: true, ..Self::USUAL };

    /// Whether it is delivered as usual.
    pub fn is_usual(&self) -> bool {
        *self == Self::USUAL
    }

    /// The same fate, reduced to what it does to a datagram of `length` octets.
    ///
    /// A lost datagram is nothing but lost; a cut beyond the end is no cut; an empty datagram has
    /// no bit to turn over. So a fate that does nothing becomes [`USUAL`](Self::USUAL).
    #[must_use]
    pub fn settled(self, length: usize) -> Self {
        if self.lose {
            return Self::LOST;
        }
        let bits = u32::try_from(length).unwrap_or(u32::MAX).saturating_mul(8);
        Self {
            cut: self.cut.filter(|&kept| usize::from(kept) < length),
            flip: self.flip.and_then(|bit| bit.checked_rem(bits)),
            repeat_after: if self.repeat == 0 { Span::ZERO } else { self.repeat_after },
            ..self
        }
    }

    /// Damages and cuts the octets, for which this fate is settled; says whether that changed them.
    pub(crate) fn alter(&self, octets: &mut Vec<u8>) -> bool {
        if let Some(bit) = self.flip {
            let place = usize::try_from(bit / 8).ok();
            if let Some(octet) = place.and_then(|place| octets.get_mut(place)) {
                *octet ^= 0x80 >> (bit % 8);
            }
        }
        if let Some(kept) = self.cut {
            octets.truncate(usize::from(kept));
        }
        self.flip.is_some() || self.cut.is_some()
    }
}

/// `as usual`, `lost`, or what happens, in the order of [`Fate`]: `bit 17 flipped, cut to 4 octets,
/// held for 2, 7 ms later, 1 more`.
impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_usual() {
            return f.write_str("as usual");
        }
        if self.lose {
            return f.write_str("lost");
        }
        let mut separator = "";
        let mut part = |part: fmt::Arguments<'_>| {
            let separator = core::mem::replace(&mut separator, ", ");
            write!(f, "{separator}{part}")
        };
        if let Some(bit) = self.flip {
            part(format_args!("bit {bit} flipped"))?;
        }
        if let Some(kept) = self.cut {
            part(format_args!("cut to {kept} octets"))?;
        }
        if self.hold > 0 {
            part(format_args!("held for {}", self.hold))?;
        }
        if !self.delay.is_zero() {
            part(format_args!("{} later", self.delay))?;
        }
        if self.repeat > 0 {
            part(format_args!("{} more", self.repeat))?;
        }
        if !self.repeat_after.is_zero() {
            part(format_args!("{} apart", self.repeat_after))?;
        }
        if self.rebind {
            part(format_args!("from another port"))?;
        }
        Ok(())
    }
}
