//! How a conversation went, step by step, without what differs from one run of the same subject to the next.
//!
//! Times become steps, random octets become names in the order of their appearance, and what a clock or the pace of the machine
//! decides is left out. So two runs of one subject read alike, in virtual time and over sockets.

use std::collections::BTreeMap;

use memchr::memmem;
use reference::wire::Width;

use super::plan::Planned;
use super::{Conversation, PEER, show_octets};
use crate::protocol::{Message, Value};
use crate::scenario::{PacketTemplate, Step};

/// What stands in the place of letters that no other run has.
const FRESH: &str = "[fresh]";

/// The lines so far, and what the step that is being played has seen.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    lines: Vec<String>,
    seen: Vec<String>,
    /// Random octets by the field that they first appeared in, numbered in the order of their appearance.
    names: BTreeMap<&'static str, BTreeMap<Vec<u8>, usize>>,
}

impl Transcript {
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The name of random octets: the same for the same octets in the same field.
    fn name(&mut self, field: &'static str, octets: &[u8]) -> String {
        let known = self.names.entry(field).or_default();
        let next = known.len() + 1;
        let number = known.get(octets).copied().unwrap_or(next);
        if number == next {
            known.insert(octets.to_vec(), next);
        }
        format!("[{field} {number}]")
    }
}

impl Conversation<'_> {
    /// A packet is what the step waits for.
    pub(super) fn saw_packet(&mut self, peer: usize, message: &Message) {
        let is_probe = || self.current().is_none_or(|planned| planned.phase.is_probe());
        if !self.setup.transcribes || is_probe() {
            return;
        }
        let mut transcript = std::mem::take(&mut self.transcript);
        let text = self.describe_by(peer, message, &mut |field, value, shown| {
            let has_text = matches!(field.width, Width::Rest | Width::Delimited);
            match value {
                _ if self.setup.protocol.varies(message.name(), field.name) => {
                    format!("[{}]", field.name)
                }
                Value::Octets(octets) if has_text => self.without_fresh(octets),
                Value::Octets(octets) => transcript.name(field.name, octets),
                Value::Number(_) => shown,
            }
        });
        self.transcript = transcript;
        self.saw(text);
    }

    /// The step has this to show.
    pub(super) fn saw(&mut self, what: String) {
        if self.setup.transcribes {
            self.transcript.seen.push(what);
        }
    }

    /// The step that is being played is done.
    pub(super) fn write_down(&mut self) {
        if !self.setup.transcribes {
            return;
        }
        let seen = std::mem::take(&mut self.transcript.seen);
        // How often a probe is tried depends on the network.
        let Some(planned) = self.current().filter(|planned| !planned.phase.is_probe()) else {
            return;
        };
        let place = match planned.number {
            0 => "beginning".to_owned(),
            number => format!("step {number}"),
        };
        let by = self.setup.peers.get(self.by(planned)).map_or(PEER, String::as_str);
        let by = if by == PEER { String::new() } else { format!("{by}: ") };
        if seen.is_empty() {
            self.transcript.lines.push(format!("{place}: {by}{}", done(planned)));
        }
        for what in seen {
            let what = what.replace(&self.fresh, FRESH);
            self.transcript.lines.push(format!("{place}: {by}{what}"));
        }
    }

    /// A text without the letters that no other run has, and what comes behind them.
    pub(super) fn without_fresh(&self, octets: &[u8]) -> String {
        let place = memmem::find(octets, self.fresh.as_bytes());
        match place.and_then(|place| octets.get(..place)) {
            Some(before) => show_octets(&[before, FRESH.as_bytes()].concat()),
            None => show_octets(octets),
        }
    }
}

/// What a step did that has nothing of the subject to show.
fn done(planned: Planned<'_>) -> String {
    let step = planned.step;
    let Step { send, repeat, tell, quiet, silence, wait, .. } = step;
    if let Some(template) = send {
        return match &template.value {
            PacketTemplate::Packet { name, .. } => format!("sends {}", name.value),
            PacketTemplate::Octets(octets) => format!("sends {}", show_octets(octets)),
        };
    }
    if let Some(label) = repeat {
        return format!("sends `{}` again", label.value);
    }
    if let Some(call) = tell {
        return format!("the application is told to {}", call.value);
    }
    if let Some(span) = quiet.as_ref().or(silence.as_ref()) {
        return format!("nothing more for {}", span.value);
    }
    if let Some(within) = wait {
        return format!("{} pass", within.value);
    }
    if step.restart.is_some() {
        return "the subject is started again".to_owned();
    }
    if let Some(other) = &step.rebind {
        return format!("goes on from the place of {}", other.value);
    }
    let verbs = [
        (&step.connect, "the connection is made"),
        (&step.finish, "ends its side (FIN)"),
        (&step.reset, "breaks the connection (RST)"),
        (&step.stop_reading, "stops reading"),
        (&step.read, "reads again"),
    ];
    let verb = verbs.iter().find_map(|(name, what)| Some((name.as_ref()?, what)));
    match verb {
        // The steps of a beginning name the peer that they were written for.
        Some((name, what)) if planned.peer.is_none() && name.value != PEER => {
            format!("{}: {what}", name.value)
        }
        Some((_, what)) => (*what).to_owned(),
        None => String::new(),
    }
}
