//! Layouts: how the fields of a packet lie in a stream, and a cursor that follows them octet by octet.
//!
//! Whether an octet is a separator, an end or part of a field depends on where it stands
//! (CHAT-FRAME-2), so nothing here searches for an octet.

use core::ops::Range;

use crate::Role;
use crate::wire::{FieldSpec, PacketSpec};

/// Ends every packet (CHAT-FRAME-1).
pub(super) const END: u8 = 0x00;
/// Stands between fields (CHAT-FRAME-1).
pub(super) const SEPARATOR: u8 = 0xFF;

/// How one packet lies in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Who sends it. One code may be two packets, by who sends it.
    pub sender: Role,
    /// Its code, its name, its fields.
    pub spec: PacketSpec,
    /// How each field lies, in the order of `spec.fields`.
    pub parts: &'static [Part],
}

/// How one field lies in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which octets it may take.
    pub shape: Shape,
    /// What stands before it.
    pub lead: Lead,
    /// Whether it must be there.
    pub presence: Presence,
}

/// Which octets a field may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// This many octets, whatever they are.
    Fixed(usize),
    /// Octets up to the next separator or end.
    Free,
    /// Exactly these.
    Word(&'static [u8]),
    /// Packet codes with separators between them; at least one.
    Codes,
}

/// What stands before a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// A separator.
    Separated,
    /// Nothing: it follows the field before.
    Joined,
    /// Nothing, but a separator is accepted (CHAT-AUTH-7).
    Either,
}

/// Whether a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// The end may stand in its place (E in U2).
    MayBeEmpty,
    /// The end may stand in the place of its separator (the message of U163).
    MayBeMissing,
}

/// Octets seen through a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The layout, if the first octet names one.
    pub layout: Option<&'static Layout>,
    /// Where the fields lie that are there and whole, in the order of the wire.
    pub fields: Vec<(&'static FieldSpec, Range<usize>)>,
    /// How the octets end.
    pub ending: Ending,
    /// Whether a separator stands where only some servers put one (CHAT-AUTH-7), or the code is another one's (CHAT-CAP-1).
    pub is_variant: bool,
}

/// How octets end that are seen through a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A packet that takes all octets.
    Whole,
    /// They end before the packet does.
    Unfinished,
    /// The octet at this place cannot stand there, or follows the packet's end.
    Broken(usize),
    /// The first octet is the code of no packet.
    Unknown,
}

/// Why octets are not one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// There is no octet, so no code.
    #[error("no octet")]
    Empty,
    /// The first octet is the code of no packet that this side sends.
    #[error("unknown packet {code}")]
    UnknownCode {
        /// The first octet.
        code: u8,
    },
    /// An octet cannot stand where it does (CHAT-FRAME-4).
    #[error("{packet} is broken at octet {place}")]
    Broken {
        /// The packet's name.
        packet: &'static str,
        /// Octets before the one that cannot stand there.
        place: usize,
    },
    /// The octets end before the packet does.
    #[error("{packet} is not finished after {found} octets")]
    Unfinished {
        /// The packet's name.
        packet: &'static str,
        /// Octets there are.
        found: usize,
    },
}

impl View {
    /// The view of octets that `sender` has sent.
    #[must_use]
    pub fn of(sender: Role, octets: &[u8]) -> Self {
        let mut view =
            Self { layout: None, fields: Vec::new(), ending: Ending::Unknown, is_variant: false };
        let Some((&code, rest)) = octets.split_first() else {
            view.ending = Ending::Unfinished;
            return view;
        };
        let Some(layout) = Layout::of(sender, code) else { return view };
        view.layout = Some(layout);
        view.ending = Ending::Unfinished;
        let mut cursor = Cursor::new(layout);
        let mut rest = rest;
        while let [octet, after @ ..] = rest {
            let place = octets.len() - rest.len();
            rest = after;
            let step =
                if view.ending == Ending::Whole { Step::Cannot } else { cursor.step(*octet) };
            match step {
                Step::Taken => rest = cursor.pass_free(rest),
                Step::Whole => view.ending = Ending::Whole,
                Step::Cannot => {
                    view.ending = Ending::Broken(place);
                    break;
                }
            }
        }
        view.is_variant = cursor.is_variant || code != layout.spec.code;
        let whole = cursor.ranges.into_iter().zip(layout.spec.fields);
        view.fields = whole.filter_map(|(range, field)| Some((field, range?))).collect();
        view
    }

    /// Where the field of this name lies, if it is there.
    #[must_use]
    pub fn range(&self, name: &str) -> Option<Range<usize>> {
        let found = self.fields.iter().find(|(field, _)| field.name == name);
        found.map(|(_, range)| range.clone())
    }
}

impl Layout {
    /// The layout of the packet with this code that `sender` sends.
    #[must_use]
    pub fn of(sender: Role, code: u8) -> Option<&'static Self> {
        // The source's bytes line of S253 begins as U254 (CHAT-CAP-1): no other packet of a server does.
        let code = if (sender, code) == (Role::Listener, 254) { 253 } else { code };
        let is_it = |layout: &&Self| layout.sender == sender && layout.spec.code == code;
        super::LAYOUTS.iter().find(is_it)
    }

    /// The layout of the packet with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        super::LAYOUTS.iter().find(|layout| layout.spec.name == name)
    }

    /// Builds a packet from the octets of its fields, whatever they are.
    ///
    /// Of a field that is not given, a fixed width is filled with zeros, a fixed word is put, and
    /// everything else is left out.
    #[must_use]
    pub fn build(&self, mut given: impl FnMut(&'static FieldSpec) -> Option<Vec<u8>>) -> Vec<u8> {
        let mut octets = vec![self.spec.code];
        for (part, field) in self.parts.iter().zip(self.spec.fields) {
            let value = given(field);
            let is_missing = value.is_none() && part.presence == Presence::MayBeMissing;
            if part.lead == Lead::Separated && !is_missing {
                octets.push(SEPARATOR);
            }
            match (value, part.shape) {
                (Some(value), _) => octets.extend(value),
                (None, Shape::Fixed(width)) if part.presence == Presence::Required => {
                    octets.resize(octets.len() + width, 0);
                }
                (None, Shape::Word(word)) => octets.extend(word),
                (None, Shape::Fixed(_) | Shape::Free | Shape::Codes) => {}
            }
        }
        octets.push(END);
        octets
    }

    /// Offsets of the fields, as far as fields of free length before them are empty.
    pub(super) const fn offsets_hold(&self, mut expected: &[usize]) -> bool {
        let mut parts = self.parts;
        let mut offset = 1;
        while let ([field, fields_rest @ ..], [part, parts_rest @ ..]) = (expected, parts) {
            if let Lead::Separated = part.lead {
                offset += 1;
            }
            if *field != offset {
                return false;
            }
            if let Shape::Fixed(width) = part.shape {
                offset += width;
            }
            (expected, parts) = (fields_rest, parts_rest);
        }
        expected.is_empty() && parts.is_empty()
    }
}

/// What an octet is to a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Part of the packet.
    Taken,
    /// The end of the packet.
    Whole,
    /// It cannot stand here.
    Cannot,
}

/// Follows a layout, octet by octet, from the octet after the code on.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    layout: &'static Layout,
    /// The field that is due, or under way.
    field: usize,
    /// Octets of that field so far; `None` before its lead.
    inside: Option<usize>,
    /// The place of the next octet.
    place: usize,
    /// Where the fields lie that are whole.
    pub(super) ranges: Vec<Option<Range<usize>>>,
    pub(super) is_variant: bool,
}

impl Cursor {
    /// A cursor behind the code of a packet with this layout.
    pub(super) fn new(layout: &'static Layout) -> Self {
        Self { layout, field: 0, inside: None, place: 1, ranges: Vec::new(), is_variant: false }
    }

    pub(super) const fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// Takes the next octet. After [`Step::Whole`] and [`Step::Cannot`] nothing may follow.
    pub(super) fn step(&mut self, octet: u8) -> Step {
        let step = self.classify(octet);
        self.place += 1;
        step
    }

    /// Takes the octets at the front of `input` that do no more than go on with a field of free length, all at once,
    /// and gives the rest.
    pub(super) fn pass_free<'input>(&mut self, input: &'input [u8]) -> &'input [u8] {
        let shape = self.layout.parts.get(self.field).map(|part| part.shape);
        let (Some(taken), Some(Shape::Free)) = (self.inside.as_mut(), shape) else { return input };
        let ends = |octet: &u8| *octet == SEPARATOR || *octet == END;
        let run = input.iter().position(ends).unwrap_or(input.len());
        *taken += run;
        self.place += run;
        input.get(run..).unwrap_or_default()
    }

    fn classify(&mut self, octet: u8) -> Step {
        let Some(part) = self.layout.parts.get(self.field) else {
            return if octet == END { Step::Whole } else { Step::Cannot };
        };
        let Some(taken) = self.inside else { return self.lead(*part, octet) };
        match part.shape {
            Shape::Fixed(_)
                if taken == 0 && octet == END && part.presence != Presence::Required =>
            {
                self.ranges.push(None);
                Step::Whole
            }
            Shape::Fixed(width) => self.take(taken + 1 == width),
            Shape::Free if octet == SEPARATOR || octet == END => {
                self.leave(self.place);
                self.classify(octet)
            }
            Shape::Free => self.take(false),
            Shape::Word(word) if word.get(taken) == Some(&octet) => {
                self.take(taken + 1 == word.len())
            }
            Shape::Word(_) => Step::Cannot,
            Shape::Codes if taken % 2 == 0 && octet != END && octet != SEPARATOR => {
                self.take(false)
            }
            Shape::Codes if taken % 2 == 1 && octet == SEPARATOR => self.take(false),
            Shape::Codes if taken % 2 == 1 && octet == END => {
                self.leave(self.place);
                self.classify(octet)
            }
            Shape::Codes => Step::Cannot,
        }
    }

    /// Takes what stands before a field.
    fn lead(&mut self, part: Part, octet: u8) -> Step {
        match (part.lead, octet) {
            (Lead::Separated | Lead::Either, SEPARATOR) => {
                self.is_variant |= part.lead == Lead::Either;
                self.inside = Some(0);
                Step::Taken
            }
            (Lead::Separated, END) if part.presence == Presence::MayBeMissing => {
                self.ranges.push(None);
                Step::Whole
            }
            (Lead::Separated, _) => Step::Cannot,
            (Lead::Joined | Lead::Either, _) => {
                self.inside = Some(0);
                self.classify(octet)
            }
        }
    }

    /// Takes an octet of the field that is under way; `last` if it is whole with it.
    fn take(&mut self, last: bool) -> Step {
        self.inside = self.inside.map(|taken| taken + 1);
        if last {
            self.leave(self.place + 1);
        }
        Step::Taken
    }

    /// Ends the field that is under way before the octet at `place`.
    fn leave(&mut self, place: usize) {
        let taken = self.inside.take().unwrap_or(0);
        self.ranges.push(Some(place - taken..place));
        self.field += 1;
    }
}
