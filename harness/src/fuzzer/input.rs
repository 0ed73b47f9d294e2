//! One input: the steps before, what is wrong, and what follows.

use serde_yaml::{Mapping, Value};

use super::{Base, wrong};
use crate::chance::Chance;
use crate::conversation::PEER;
use crate::corpus::Entry;
use crate::protocol::{Protocol, Transport};
use crate::spec::Catalogue;
use crate::variant::Variant;

/// How often something is drawn anew that is no scenario: a field that cannot hold a value, a label that nothing has given.
const TRIES: u32 = 50;

/// How much of what the conversation would have sent next follows at most.
const FOLLOWING_MAX: usize = 3;

/// The longest title, in octets.
const TITLE_MAX: usize = 110;

/// How long a subject has for whatever it does.
const AFTERWARDS: &str = "300 ms";
/// How long what it still says is taken, once the peer has ended its side of a connection.
const PARTING: &str = "100 ms";

/// A scenario that a subject has to bear.
pub(super) struct Input {
    /// The whole of it.
    pub(super) wrong: Entry,
    /// The same without what is wrong.
    pub(super) legal: Entry,
}

impl Input {
    /// Draws one from a conversation.
    pub(super) fn draw(
        base: &Base<'_>,
        protocol: &'static dyn Protocol,
        catalogue: &Catalogue,
        chance: &mut Chance,
    ) -> Option<Self> {
        (0..TRIES).find_map(|_| Self::attempt(base, protocol, catalogue, chance))
    }

    fn attempt(
        base: &Base<'_>,
        protocol: &'static dyn Protocol,
        catalogue: &Catalogue,
        chance: &mut Chance,
    ) -> Option<Self> {
        let mut variant = Variant::of(base.setting.entry(), catalogue);
        variant.weighs_fully();
        let steps = variant.steps();
        let (before, after) = steps.split_at_checked(*chance.pick(&base.cuts)?)?;
        let (step, what) = wrong::step(protocol, after.first(), chance)?;
        let mut title = format!("the subject lives on after {what}");
        title.truncate(title.floor_char_boundary(TITLE_MAX));
        variant.head("title", title);
        let by = step.get("by").and_then(Value::as_str).unwrap_or(PEER).to_owned();
        let mut following = Vec::new();
        if chance.one_in(2) {
            let sends = |step: &&Value| step.get("send").is_some() || step.get("repeat").is_some();
            following.extend(after.iter().skip(1).filter(sends).take(FOLLOWING_MAX).cloned());
        }
        let mut with = |between: &[Value]| {
            let end = afterwards(protocol.transport(), &by);
            variant.head("steps", [before, between, &end].concat());
            variant.entry().ok()
        };
        let legal = with(&[])?;
        let whole = [&[step.clone()][..], &following].concat();
        // What follows may speak of what was not sent.
        let wrong = with(&whole).or_else(|| with(&[step]))?;
        Some(Self { wrong, legal })
    }
}

/// Time for whatever comes, which nobody judges but the monitors.
fn afterwards(transport: Transport, by: &str) -> Vec<Value> {
    let wait = one("wait", AFTERWARDS);
    if transport == Transport::Datagrams {
        return vec![wait];
    }
    let mut quiet = Mapping::new();
    quiet.insert("quiet".into(), PARTING.into());
    quiet.insert("allow".into(), vec![Value::from("any")].into());
    vec![wait, one("finish", by), quiet.into()]
}

/// A mapping with one pair.
pub(super) fn one(key: &str, value: impl Into<Value>) -> Value {
    let mut mapping = Mapping::new();
    mapping.insert(key.into(), value.into());
    mapping.into()
}
