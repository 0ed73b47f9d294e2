//! What a conversation says to the subject's application, and whether what it hears from it is what a step asks for.

use serde_json::Value as Json;

use super::Conversation;
use crate::journal::HexOctets;
use crate::protocol::{ParameterKind, ParameterSpec};
use crate::scenario::{Call, FieldValue};
use crate::script::{Action, AppEvent, Command, Fields, Request};

impl Conversation<'_> {
    /// The command that a `tell` stands for; none when there is nobody to be told.
    pub(super) fn command(&mut self, call: &Call) -> Option<Command> {
        let verb = self.setup.protocol.verb(&call.name)?;
        let parameters = self.parameters(call, verb.parameters);
        Some(match (verb.name, verb.parameters) {
            ("open", []) => Command::Open(*self.stage.peers.first()?),
            ("write", [only]) => Command::Write(parameters.octets(only.name).unwrap_or_default()),
            ("close", []) => Command::Close,
            ("abort", []) => {
                self.aborted = true;
                Command::Abort
            }
            (name, _) => Command::Do(Request { verb: name.to_owned(), parameters }),
        })
    }

    /// Does what the application of the subject does when it is told something, where the suite plays it.
    pub(super) fn react(&mut self, event: &AppEvent) {
        if self.played
            && let Some(party) = self.peers.first()
            && let Some(request) = party.peer.reacts(event)
        {
            self.actions.push_back(Action::Tell(Command::Do(request)));
        }
    }

    /// The next event that a step which waits for `call` has to look at: what may come at any time is passed over, and
    /// stays there for the step that asks for it.
    pub(super) fn next_event(&mut self, call: &Call) -> Option<AppEvent> {
        let counts =
            |event: &AppEvent| event.name() == call.name.value || !self.is_background_event(event);
        let place = self.events.iter().position(counts)?;
        self.events.remove(place)
    }

    /// Whether an event may come between any two steps.
    pub(super) fn is_background_event(&self, event: &AppEvent) -> bool {
        // Who was told to abort may say how that ended, or nothing.
        if self.aborted && matches!(event.name(), "closed" | "failed") {
            return true;
        }
        self.peers.first().is_some_and(|party| party.peer.is_background_event(event))
    }

    /// Whether an event is what a step asks for; what the step does not name is not looked at.
    pub(super) fn is_event(&mut self, call: &Call, event: &AppEvent) -> bool {
        if call.name.value != event.name() {
            return false;
        }
        let Some(spec) = self.setup.protocol.event(&call.name) else { return false };
        let wanted = self.parameters(call, spec.fields);
        let AppEvent::Told(notice) = event else { return wanted.is_empty() };
        wanted.iter().all(|(name, wanted)| {
            let any_order = spec
                .fields
                .iter()
                .any(|field| field.name == name && matches!(field.kind, ParameterKind::Words(_)));
            let seen = notice.fields.get(name);
            match (wanted, seen) {
                (Json::Array(wanted), Some(Json::Array(seen))) if any_order => {
                    wanted.len() == seen.len() && wanted.iter().all(|word| seen.contains(word))
                }
                (wanted, seen) => Some(wanted) == seen,
            }
        })
    }

    /// The parameters as JSON.
    fn parameters(&mut self, call: &Call, specs: &[ParameterSpec]) -> Fields {
        let first = specs.first().map(|spec| spec.name);
        let given = specs.iter().filter_map(|spec| Some((spec, call.value(spec.name, first)?)));
        given.map(|(spec, value)| (spec.name, self.json(spec.kind, &value.value))).collect()
    }

    fn json(&mut self, kind: ParameterKind, value: &FieldValue) -> Json {
        let several =
            matches!(kind, ParameterKind::Texts | ParameterKind::Numbers | ParameterKind::Words(_));
        match (kind, value) {
            (ParameterKind::Octets, value) => {
                Json::String(HexOctets(self.octets_of(value)).to_string())
            }
            (_, FieldValue::List(values)) => Json::Array(values.iter().map(plain).collect()),
            (_, value) if several => Json::Array(vec![plain(value)]),
            (_, value) => plain(value),
        }
    }
}

/// A number or a text as JSON.
fn plain(value: &FieldValue) -> Json {
    match value {
        FieldValue::Number(number) => Json::from(*number),
        FieldValue::Text(text) => Json::from(text.as_str()),
        FieldValue::Repeat { octet, times } => {
            Json::from(char::from(*octet).to_string().repeat(*times))
        }
        other => Json::from(other.to_string()),
    }
}
