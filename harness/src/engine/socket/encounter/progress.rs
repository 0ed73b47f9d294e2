//! How far two programs have come with each other: what was seen of them, what one of them was told and has told.

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::time::Duration;

use crate::assembly::Assembly;
use crate::conversation::show_duration;
use crate::journal::{Party, StreamPart, What};
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::{Encounter, Errand, Outcome, Protocol, Role};
use crate::script::{AppEvent, Command};
use crate::subject::process::in_words;
use crate::verdict::Ending;

/// Where an encounter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Something is still to come.
    Going,
    /// All has come.
    Done,
    /// It will not come any more.
    Failed,
}

/// The progress of one encounter.
pub(super) struct Progress {
    protocol: &'static dyn Protocol,
    dialect: DialectChoice,
    encounter: Encounter,
    /// The side that is told what to do, if one is.
    talker: Option<Role>,
    /// Which of the packets that are waited for have been seen: those of each side in their order, whatever the other has sent.
    seen: Vec<bool>,
    /// Octets of streams, by connection and sender.
    streams: BTreeMap<(u64, Role), Assembly>,
    /// The talker's session is open.
    is_open: bool,
    /// How many errands are done.
    done: usize,
    /// What was delivered to the talker since its errand began.
    delivered: Vec<u8>,
    /// What the talker was told last, in words.
    last: Option<String>,
    stopped: Option<(Option<Role>, String)>,
}

impl Progress {
    /// The progress of two with these options, the client's first, of whom `talker` is told what to do.
    pub(super) fn new(
        protocol: &'static dyn Protocol,
        dialect: &DialectChoice,
        options: [&OptionChoice; 2],
        talker: Option<Role>,
    ) -> Self {
        let encounter = protocol.encounter(talker.unwrap_or(Role::Connector), options);
        Self {
            protocol,
            dialect: dialect.clone(),
            seen: vec![false; encounter.packets.len()],
            encounter,
            talker,
            streams: BTreeMap::new(),
            is_open: false,
            done: 0,
            delivered: Vec::new(),
            last: None,
            stopped: None,
        }
    }

    pub(super) fn state(&self) -> State {
        let is_done = match self.talker {
            Some(_) => self.done == self.encounter.errands.len(),
            None => self.seen.iter().all(|seen| *seen),
        };
        match (&self.stopped, is_done) {
            (Some(_), _) => State::Failed,
            (None, true) => State::Done,
            (None, false) => State::Going,
        }
    }

    /// Whether what is said is sent again until it arrives.
    pub(super) const fn is_resent(&self) -> bool {
        self.encounter.resent
    }

    /// They come no further, by this; of several reasons the first counts.
    pub(super) fn fail(&mut self, side: Option<Role>, what: String) {
        self.stopped.get_or_insert((side, what));
    }

    /// The proxy has seen this.
    pub(super) fn saw(&mut self, what: &What) {
        match what {
            What::Sent(sent) => {
                let name = self.protocol.decode(&self.dialect, &sent.octets).name();
                self.packet(side(sent.by), name);
            }
            What::StreamSent(streamed) => {
                let StreamPart::Octets(octets) = &streamed.part else { return };
                let sender = side(streamed.by);
                let mut names = Vec::new();
                let stream = self.streams.entry((streamed.connection, sender)).or_default();
                stream.push(octets);
                while let Some((_, packet)) = stream.next(self.protocol, &self.dialect, sender) {
                    let message = self.protocol.decode_from(&self.dialect, sender, &packet);
                    names.push(message.name());
                }
                for name in names {
                    self.packet(sender, name);
                }
            }
            _ => {}
        }
    }

    fn packet(&mut self, sender: Role, name: &str) {
        let mut waited_for = self.encounter.packets.iter().zip(&mut self.seen);
        let next = waited_for.find(|((role, _), seen)| *role == sender && !**seen);
        if let Some(((_, awaited), seen)) = next {
            *seen = *awaited == name;
        }
        if self.talker.is_none() && self.encounter.refusals.contains(&name) {
            let who = self.protocol.word(sender);
            self.fail(Some(sender), format!("the {who} has sent {name} {}", self.so_far()));
        }
    }

    /// The application of one side was told this; gives what it is to be told next.
    pub(super) fn told(&mut self, role: Role, event: &AppEvent) -> Option<Command> {
        if let AppEvent::Failed(why) = event {
            let what =
                format!("the {} says that its session has failed: {why}", self.protocol.word(role));
            self.fail(None, what);
        }
        if self.talker != Some(role) || self.state() != State::Going {
            return None;
        }
        if !self.is_open {
            self.is_open = *event == AppEvent::Opened;
            return self.errand().filter(|_| self.is_open).map(|errand| errand.does.clone());
        }
        let errand = self.errand()?;
        let is_done = match (&errand.until, event) {
            (Outcome::Closed, AppEvent::Closed) => true,
            (_, AppEvent::Closed) => {
                let what = format!(
                    "the session was closed before the {} had {}",
                    self.protocol.word(role),
                    errand.until
                );
                self.fail(None, what);
                return None;
            }
            (Outcome::Octets(expected), event) => {
                let expected = expected.to_vec();
                self.delivered.extend(event.octets().iter().flat_map(|octets| octets.iter()));
                if !expected.starts_with(&self.delivered) {
                    let same = expected.iter().zip(&self.delivered).take_while(|(a, b)| a == b);
                    let (place, of) = (same.count(), expected.len());
                    self.fail(
                        None,
                        format!(
                            "what came back differs from what was written at octet {place} of {of}"
                        ),
                    );
                    return None;
                }
                self.delivered == expected
            }
            (Outcome::Told(expected), AppEvent::Told(notice)) => {
                let fits = |(name, value): (&str, _)| notice.fields.get(name) == Some(value);
                notice.event == expected.event && expected.fields.iter().all(fits)
            }
            (Outcome::Told(_) | Outcome::Closed, _) => false,
        };
        if let AppEvent::Told(notice) = event {
            let fields = notice.fields.iter().map(|(name, value)| format!(" {name} {value}"));
            self.last = Some(format!("`{}`{}", notice.event, fields.collect::<String>()));
        }
        if !is_done {
            return None;
        }
        self.done += 1;
        self.delivered.clear();
        self.errand().map(|errand| errand.does.clone())
    }

    /// The program of one side has ended; says what that is. One that is `fine` may end when its session is over.
    pub(super) fn ended(&mut self, role: Role, status: ExitStatus, fine: bool) -> Ending {
        let words = in_words(status);
        let is_clean = fine && status.success();
        if !is_clean || self.state() == State::Going {
            let who = self.protocol.word(role);
            self.fail(Some(role), format!("the {who} has ended ({words}) {}", self.so_far()));
        }
        if is_clean { Ending::Clean } else { Ending::Crashed { status: words } }
    }

    /// The time is over.
    pub(super) fn late(&mut self, within: Duration) {
        let (side, what) = self.missing();
        self.fail(side, format!("{what} within {}", show_duration(within)));
    }

    fn errand(&self) -> Option<&Errand> {
        self.encounter.errands.get(self.done)
    }

    /// What has not come.
    fn missing(&self) -> (Option<Role>, String) {
        if let (Some(role), true, Some(errand)) = (self.talker, self.is_open, self.errand()) {
            let who = self.protocol.word(role);
            let last = self.last.as_ref().map(|last| format!(", but {last},")).unwrap_or_default();
            let delivered = match (&errand.until, self.delivered.len()) {
                (Outcome::Octets(_), some @ 1..) => format!(", but {some} of them,"),
                _ => last,
            };
            return (None, format!("the {who} did not get {}{delivered}", errand.until));
        }
        let mut waited_for = self.encounter.packets.iter().zip(&self.seen);
        match waited_for.find(|(_, seen)| !**seen) {
            Some(((role, name), _)) => {
                let what =
                    format!("the {} sent no {name} {}", self.protocol.word(*role), self.so_far());
                (None, what.trim_end().to_owned())
            }
            None => (None, "no application said that its session is open".to_owned()),
        }
    }

    /// Where it came: behind which packet.
    fn so_far(&self) -> String {
        let mut waited_for = self.encounter.packets.iter().zip(&self.seen);
        match waited_for.rfind(|(_, seen)| **seen) {
            Some(((role, name), _)) => format!("after {name} of the {}", self.protocol.word(*role)),
            None => "before anything was said".to_owned(),
        }
    }

    /// How far they came, in words, and why no further.
    pub(super) fn conclude(self) -> (String, Option<(Option<Role>, String)>) {
        let errands = self.encounter.errands.len();
        let came = match self.talker {
            Some(role) if self.is_open => {
                format!("open, {} of {errands} done by the {}", self.done, self.protocol.word(role))
            }
            Some(_) => "not open".to_owned(),
            None if self.seen.iter().all(|seen| *seen) => "open, watched only".to_owned(),
            None => self.so_far(),
        };
        (came, self.stopped)
    }
}

/// The side that a party of the proxy's journal is.
const fn side(party: Party) -> Role {
    match party {
        Party::Subject => Role::Listener,
        Party::Peer(_) => Role::Connector,
    }
}

#[cfg(test)]
mod tests;
