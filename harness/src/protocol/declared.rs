//! What a protocol declares of itself in tables: the words of its roles, options of dialects and of profiles, timers, verbs and
//! events of its application.

use reference::wire::{FieldSpec, PacketSpec};

use super::{Protocol, Role, clause};
use crate::profile::OptionChoice;
use crate::scenario::Step;
use crate::spec::ClauseId;
use crate::yaml::Located;

/// One option of a dialect.
#[derive(Clone, Copy, Debug)]
pub struct DialectOption {
    /// The option's name, such as `byte_order`.
    pub name: &'static str,
    /// Its values, the default first.
    pub values: &'static [&'static str],
}

/// A timer that a profile may state.
#[derive(Clone, Copy, Debug)]
pub struct TimerSpec {
    /// Its name, such as `data-again`.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// The default of a profile, in milliseconds.
    pub default_ms: u64,
    /// The reference's own value, in milliseconds.
    pub reference_ms: u64,
}

impl TimerSpec {
    /// Whether it sends something again. That anything is sent twice no source document says: a repeat that is missing breaks a
    /// ruling, whatever it was to show.
    pub fn repeats(&self) -> bool {
        self.name.ends_with("-again")
    }
}

/// An option that a profile of this protocol may state, such as `handshake`.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    /// Its name: a key of a profile.
    pub name: &'static str,
    /// What it says of a subject.
    pub what: &'static str,
    /// Its words.
    pub words: &'static [&'static str],
    /// Whether a profile states a list of words (all of them, when it is left out) or one (the first, when it is left out).
    pub several: bool,
    /// Whether both sides of a session must have the same.
    pub shared: bool,
}

/// Something that a subject's application can be told to do.
#[derive(Clone, Copy, Debug)]
pub struct VerbSpec {
    /// The verb: the key in a scenario, the `type` of a control line.
    pub name: &'static str,
    /// What it takes; the first may be written in the place of all.
    pub parameters: &'static [ParameterSpec],
}

/// Something that a subject's application may tell of, beside `opened`, `delivered` (octets alone), `closed` and `failed`.
#[derive(Clone, Copy, Debug)]
pub struct EventSpec {
    /// The event: the word in a scenario, the `type` of a control line.
    pub name: &'static str,
    /// What it says; the first may be written in the place of all.
    pub fields: &'static [ParameterSpec],
}

/// A parameter of a verb, or what an event says.
#[derive(Clone, Copy, Debug)]
pub struct ParameterSpec {
    /// Its name.
    pub name: &'static str,
    /// What may stand there.
    pub kind: ParameterKind,
    /// Whether it has to be there.
    pub required: bool,
}

/// What may stand in a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Octets; in JSON hexadecimal digits.
    Octets,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A number.
    Number,
    /// A list of numbers.
    Numbers,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of these words, in any order.
    Words(&'static [&'static str]),
}

impl ParameterSpec {
    /// One that has to be there.
    pub const fn required(name: &'static str, kind: ParameterKind) -> Self {
        Self { name, kind, required: true }
    }

    /// One that may be left out.
    pub const fn optional(name: &'static str, kind: ParameterKind) -> Self {
        Self { name, kind, required: false }
    }
}

/// A mutant of the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutantSpec {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// The clause that it breaks.
    pub clause: ClauseId,
    /// What it does, as a sentence.
    pub what: &'static str,
}

/// Octets that an application writes or is given: what most protocols take and give.
pub const OCTETS: ParameterSpec = ParameterSpec::required("octets", ParameterKind::Octets);

/// The verb `open`.
pub const OPEN: VerbSpec = VerbSpec { name: "open", parameters: &[] };
/// The verb `write`, of protocols that carry octets and nothing beside them.
pub const WRITE: VerbSpec = VerbSpec { name: "write", parameters: &[OCTETS] };
/// The verb `close`.
pub const CLOSE: VerbSpec = VerbSpec { name: "close", parameters: &[] };
/// The verb `abort`.
pub const ABORT: VerbSpec = VerbSpec { name: "abort", parameters: &[] };

/// The events of every application; a protocol's own of the same name stand in their place.
pub(crate) const EVENTS: &[EventSpec] = &[
    EventSpec { name: "opened", fields: &[] },
    EventSpec { name: "closed", fields: &[] },
    EventSpec { name: "failed", fields: &[] },
];

impl MutantSpec {
    /// The mutants of a reference: of each, its name, its clause, and what it does.
    pub(super) fn all<M: Copy>(mutants: &[M], of: impl Fn(M) -> [&'static str; 3]) -> Vec<Self> {
        let spec = |[name, id, what]: [&'static str; 3]| Self { name, clause: clause(id), what };
        mutants.iter().map(|mutant| spec(of(*mutant))).collect()
    }
}

impl dyn Protocol + '_ {
    /// The steps of a named beginning (`established`, …), for a subject of this role and with these options.
    pub fn beginning(
        &self,
        name: &str,
        role: Role,
        options: &OptionChoice,
    ) -> Option<&'static [Located<Step>]> {
        self.beginnings(options).steps(name, role)
    }

    /// The protocol's word for a role.
    pub fn word(&self, role: Role) -> &'static str {
        let [connector, listener] = self.role_words();
        match role {
            Role::Connector => connector,
            Role::Listener => listener,
        }
    }

    /// The role that this is the protocol's word for.
    pub fn role(&self, word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| self.word(*role) == word)
    }

    /// The field of a packet with this name, as scenarios know it.
    pub fn field(&self, spec: &PacketSpec, name: &str) -> Option<&'static FieldSpec> {
        spec.field(name).or_else(|| self.own_fields().iter().find(|field| field.name == name))
    }

    /// The verb with this name.
    pub fn verb(&self, name: &str) -> Option<&'static VerbSpec> {
        self.verbs().iter().find(|verb| verb.name == name)
    }

    /// The event with this name: the protocol's own, or one of every application.
    pub fn event(&self, name: &str) -> Option<&'static EventSpec> {
        self.events().iter().chain(EVENTS).find(|event| event.name == name)
    }
}

/// The fields of a time–sequence plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlotFields {
    /// The packet that carries a stream.
    pub packet: &'static str,
    /// Its field that tells where it ends in the stream.
    pub end: &'static str,
    /// The field of any packet that tells how far the other stream has come.
    pub acknowledged: &'static str,
}
