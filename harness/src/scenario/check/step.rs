//! What may stand in a step, and what goes with which verb.

use simulator::Span;

use super::{Check, TIME_MAX};
use crate::diagnostic::{Place, suggest};
use crate::exceptions::is_reason;
use crate::protocol::{Role, Transport};
use crate::scenario::step::Kind;
use crate::scenario::{Step, Within};
use crate::yaml::Located;

/// Most times that a step sends its packet.
const TIMES_MAX: u32 = 20_000;

impl Check<'_> {
    pub(super) fn step(&mut self, step: &Located<Step>) {
        let verbs = step.verbs();
        let verb = match *verbs.as_slice() {
            [(verb, _)] => verb,
            [] => {
                let help = format!("one of: {}", Kind::ALL.map(Kind::word).join(", "));
                self.error_with_help(step.place(), "this step does nothing".into(), help);
                return;
            }
            [(first, _), (second, place), ..] => {
                let message = format!(
                    "a step does one thing, this one has `{}` and `{}`",
                    first.word(),
                    second.word()
                );
                self.error_with_help(place, message, "make it two steps".to_owned());
                return;
            }
        };
        self.transport(step, verb);
        self.modifiers(step, verb);
        self.verb(step);
        if let Some(label) = &step.label {
            self.label(step, label);
        }
        self.labels.note_sending(verb);
    }

    /// Verbs and keys that the protocol's transport does not have.
    fn transport(&mut self, step: &Located<Step>, verb: Kind) {
        if self.protocol.transport() == Transport::Stream {
            if let Some(rebind) = &step.rebind {
                let message = "a connection is bound to its address: this is for datagrams";
                self.error(rebind.place(), message.to_owned());
            }
            if let Some(restart) = &step.restart {
                let message = "the suite does not restart subjects of protocols on streams";
                self.error(restart.place(), message.to_owned());
            }
            return;
        }
        let cut = step.pieces.as_ref().map(Located::place);
        let joined = step.joined.as_ref().map(Located::place);
        let repeated = step.times.as_ref().map(Located::place).filter(|_| verb == Kind::Expect);
        let place = verb.is_for_streams().then(|| step.place());
        if let Some(place) = place.or(cut).or(joined).or(repeated) {
            let message =
                format!("{} has no connections: this is for streams", self.protocol.name());
            self.error(place, message);
        }
    }

    /// Keys beside the verb that mean nothing with it.
    fn modifiers(&mut self, step: &Step, verb: Kind) {
        for (key, place, verbs) in step.modifiers() {
            if !verbs.contains(&verb) {
                let allowed: Vec<&str> = verbs.iter().map(|verb| verb.word()).collect();
                let message = format!("`{key}` means nothing with `{}`", verb.word());
                let help = format!("it goes with {}", allowed.join(", "));
                self.error_with_help(place, message, help);
            }
        }
        let named = [&step.connect, &step.finish, &step.reset, &step.stop_reading, &step.read];
        for name in [&step.by, &step.session, &step.rebind].into_iter().chain(named).flatten() {
            self.peer(name);
        }
        if let Some(within) = &step.within {
            self.within("within", within);
        }
        if let Some(why) = step.otherwise.as_ref().filter(|why| !is_reason(&why.value)) {
            self.error(why.place(), "`otherwise` says in some words why this need not come");
        }
        if let Some(times) =
            step.times.as_ref().filter(|times| !(1..=TIMES_MAX).contains(&times.value))
        {
            self.error(times.place(), format!("`times` is from 1 to {TIMES_MAX}"));
        }
        if let Some(datagrams) = &step.datagrams
            && (datagrams.is_empty() || datagrams.contains(&0))
        {
            self.error(datagrams.place(), "`datagrams` lists numbers, counted from 1");
        }
        for pattern in &step.allow {
            self.pattern(pattern, pattern.place());
        }
        self.clauses(&step.clauses);
        let role = self.scenario.subject.as_ref().and_then(|word| self.protocol.role(&word.value));
        if let Some(restart) = step.restart.as_ref().filter(|_| role != Some(Role::Listener)) {
            let listener = self.protocol.word(Role::Listener);
            let help =
                format!("say `subject: {listener}`: whoever connects would have another address");
            let message = format!("only a {listener} is started again");
            self.error_with_help(restart.place(), message, help);
        }
    }

    fn verb(&mut self, step: &Step) {
        let mut sent = None;
        if let Some(template) = &step.send {
            sent = self.template(template);
        }
        if let Some(label) = &step.repeat {
            sent = self.repeated(label);
        }
        for damage in &step.damage {
            self.damage(damage, sent);
        }
        if let Some(patterns) = &step.expect {
            for pattern in patterns.iter() {
                self.pattern(pattern, patterns.place());
            }
        }
        for (key, span) in [("quiet", &step.quiet), ("silence", &step.silence)] {
            if let Some(span) = span {
                self.time(key, span.value, span.place());
            }
        }
        if let Some(wait) = &step.wait {
            self.within("wait", wait);
        }
        if let Some(value) = &step.delivered {
            self.octets(value, value.place(), "delivered");
        }
        if let Some(call) = &step.tell {
            self.verb_of(call);
        }
        if let Some(call) = &step.event {
            self.event_of(call);
        }
    }

    fn within(&mut self, key: &str, within: &Located<Within>) {
        if let Within::Time(span) | Within::Longer(span, _) = &within.value {
            self.time(key, *span, within.place());
        }
        if let Within::Timer(name) | Within::Longer(_, name) = &within.value {
            let timers = self.protocol.timers().iter().map(|timer| timer.name);
            if !timers.clone().any(|timer| timer == name) {
                let message = format!("{} has no timer `{name}`", self.protocol.name());
                let help = suggest(name, timers);
                self.error_with_help(within.place(), message, help);
            }
        }
    }

    fn time(&mut self, key: &str, span: Span, place: Place) {
        if span.is_zero() {
            self.error(place, format!("`{key}` takes no time"));
        } else if span > TIME_MAX {
            self.error(place, format!("`{key}` is {span}, at most {TIME_MAX} makes sense"));
        }
    }
}
