//! The reference as a subject: an MNET endpoint with the application that the scenario asks for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use reference::entropy::Entropy;
use reference::mnet::{Config, Endpoint, Event, Mutant, SessionId};
use simulator::{Instant, Transmit};

use super::{dialect_of, start_offset};
use crate::journal::HexOctets;
use crate::protocol::sessions::{Sessions, instant, moment};
use crate::protocol::{Role, SubjectSetup};
use crate::scenario::Application;
use crate::script::{AppEvent, Command};
use crate::subject::Subject;

/// The reference with its application.
#[derive(Clone)]
pub(super) struct ReferenceSubject {
    endpoint: Endpoint,
    echo: bool,
    /// Octets that the send buffer had no room for, for each session.
    unwritten: BTreeMap<SessionId, VecDeque<u8>>,
    /// Sessions that are closed as soon as all of it is written.
    closing: BTreeSet<SessionId>,
    sessions: Sessions,
}

impl ReferenceSubject {
    pub(super) fn new(setup: &SubjectSetup<'_>) -> Self {
        let mut config = Config {
            dialect: dialect_of(setup.dialect),
            listen: setup.role == Role::Listener,
            start_offset: start_offset(setup.given),
            mutant: setup.mutant.and_then(Mutant::from_name),
            ..Config::default()
        };
        if let Some(lifetime) =
            setup.given.get("cookie-lifetime-ms").and_then(serde_json::Value::as_u64)
        {
            config.timers.cookie_lifetime = std::time::Duration::from_millis(lifetime);
        }
        let entropy = Entropy::from_seed(setup.seed);
        Self {
            endpoint: Endpoint::new(config, setup.local, setup.epoch, entropy),
            echo: setup.application == Application::Echo,
            unwritten: BTreeMap::new(),
            closing: BTreeSet::new(),
            sessions: Sessions::default(),
        }
    }

    /// Brings the endpoint's events to the application, which may act on them.
    fn settle(&mut self, now: reference::time::Instant) {
        while let Some((id, event)) = self.endpoint.poll_event() {
            let told = match event {
                Event::Opened { .. } => AppEvent::Opened,
                Event::Delivered(octets) => {
                    if self.echo {
                        self.unwritten.entry(id).or_default().extend(&octets);
                        self.write(now, id);
                    }
                    AppEvent::Delivered(HexOctets(octets))
                }
                Event::Writable => {
                    self.write(now, id);
                    continue;
                }
                Event::Closed => AppEvent::Closed,
                Event::Failed(failure) => AppEvent::Failed(failure.to_string()),
            };
            self.sessions.tell(id, told);
        }
    }

    /// Writes what the send buffer takes of what is still to be written.
    fn write(&mut self, now: reference::time::Instant, id: SessionId) {
        let Some(octets) = self.unwritten.get_mut(&id) else { return };
        // A session that takes no more (it is closing) loses what is left: MNET-SHUT-11.
        let taken = self.endpoint.write(now, id, octets.make_contiguous()).unwrap_or(octets.len());
        octets.drain(..taken);
        if octets.is_empty() && self.closing.remove(&id) {
            // It may have ended by now.
            let _ended = self.endpoint.close(now, id);
        }
    }
}

impl Subject for ReferenceSubject {
    fn handle_datagram(&mut self, now: Instant, from: std::net::SocketAddr, octets: &[u8]) {
        self.endpoint.handle_datagram(instant(now), from, octets);
        self.settle(instant(now));
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.endpoint.handle_timeout(instant(now));
        self.settle(instant(now));
    }

    fn handle_command(&mut self, now: Instant, command: &Command) {
        let now = instant(now);
        let done = match (command, self.sessions.current) {
            (Command::Open(peer), _) => self.endpoint.open(now, *peer).map(|id| {
                self.sessions.current = Some(id);
            }),
            // It has closed, though not all is written yet.
            (Command::Write(_) | Command::Close, Some(id)) if self.closing.contains(&id) => Ok(()),
            (Command::Write(octets), Some(id)) => {
                self.unwritten.entry(id).or_default().extend(octets.iter());
                self.write(now, id);
                Ok(())
            }
            (Command::Close, Some(id))
                if self.unwritten.get(&id).is_some_and(|octets| !octets.is_empty()) =>
            {
                self.closing.insert(id);
                Ok(())
            }
            (Command::Close, Some(id)) => self.endpoint.close(now, id),
            (Command::Abort, Some(id)) => {
                self.unwritten.remove(&id);
                self.closing.remove(&id);
                self.endpoint.abort(now, id)
            }
            (Command::Do(request), _) => {
                self.sessions.refuse(format!("there is no verb `{}`", request.verb));
                Ok(())
            }
            (Command::Write(_) | Command::Close | Command::Abort, None) => {
                self.sessions.refuse("there is no session");
                Ok(())
            }
        };
        if let Err(misuse) = done {
            self.sessions.refuse(misuse.to_string());
        }
        self.settle(now);
    }

    fn is_behind(&self) -> bool {
        let unwritten = self.sessions.current.and_then(|id| self.unwritten.get(&id));
        unwritten.is_some_and(|octets| !octets.is_empty())
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.endpoint.poll_timeout().map(moment)
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        let transmit = self.endpoint.poll_transmit()?;
        Some(Transmit { from: self.endpoint.local(), to: transmit.to, octets: transmit.octets })
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        self.sessions.poll_event()
    }
}
