//! The reference as a subject: a PaperClip endpoint with the application that the scenario asks for.

use std::net::SocketAddr;
use std::time::Duration;

use reference::entropy::Entropy;
use reference::paperclip::{Config, Endpoint, Event, Flags, Mutant};
use serde_json::Value as Json;
use simulator::{Instant, Transmit};

use super::{SESSION_KEY, first_sequence, flags_of, has_handshake, keys, widths_of};
use crate::journal::{HexOctets, parse_hex};
use crate::protocol::sessions::{Sessions, instant, moment};
use crate::protocol::{Role, SubjectSetup};
use crate::scenario::Application;
use crate::script::{AppEvent, Command, DELIVERED, Notice, Secret};
use crate::subject::Subject;

/// Packets that may wait to be acknowledged before an application that can wait does.
const WAITING_MAX: usize = 64;

/// The reference with its application.
#[derive(Clone)]
pub(super) struct ReferenceSubject {
    endpoint: Endpoint,
    local: SocketAddr,
    echo: bool,
    sessions: Sessions,
}

impl ReferenceSubject {
    pub(super) fn new(setup: &SubjectSetup<'_>) -> Self {
        let given = |name: &str| setup.given.get(name);
        let hex = |value: &Json| value.as_str().and_then(|text| parse_hex(text).ok());
        let mut config = Config {
            widths: widths_of(setup.dialect),
            handshake: has_handshake(setup.options),
            flags: flags_of(setup.options),
            listen: setup.role == Role::Listener,
            certificate: given("certificate").and_then(hex),
            anchors: given("anchors")
                .and_then(Json::as_array)
                .map(|anchors| anchors.iter().filter_map(hex).collect())
                .unwrap_or_default(),
            key_agreement: keys::REMEMBERED,
            first_sequence: first_sequence(setup.given),
            mutant: setup.mutant.and_then(Mutant::from_name),
            ..Config::default()
        };
        let number = |name: &str| given(name).and_then(Json::as_u64);
        if let Some(capacity) = number("capacity").and_then(|it| usize::try_from(it).ok()) {
            config.limits.sessions = capacity;
        }
        if let Some(after) = number("ping-after-ms") {
            config.timers.ping_after = Duration::from_millis(after);
        }
        if let Some(after) = number("drop-after-ms") {
            config.timers.drop_after = Duration::from_millis(after);
        }
        let entropy = Entropy::from_seed(setup.seed);
        Self {
            local: setup.local,
            endpoint: Endpoint::new(config, setup.local, setup.epoch, entropy),
            echo: setup.application == Application::Echo,
            sessions: Sessions::default(),
        }
    }

    /// Brings the endpoint's events to the application, which may act on them.
    fn settle(&mut self, now: reference::time::Instant) {
        while let Some((id, event)) = self.endpoint.poll_event() {
            let told = match event {
                Event::Opened { .. } => AppEvent::Opened,
                Event::Delivered { data, flags } => {
                    if self.echo {
                        let echoed = Flags::RELIABLE
                            | Flags::CHECKSUM
                            | Flags::COMPRESSED
                            | Flags::ENCRYPTED;
                        // A session that has ended meanwhile takes nothing more.
                        let _ended = self.endpoint.write(now, id, &data, flags & echoed);
                    }
                    delivered(&data, flags)
                }
                Event::Closed => AppEvent::Closed,
                Event::Failed(failure) => AppEvent::Failed(failure.to_string()),
            };
            self.sessions.tell(id, told);
        }
    }
}

/// The event of a packet that was delivered.
fn delivered(data: &[u8], flags: Flags) -> AppEvent {
    let fields = [
        ("octets", Json::String(HexOctets::from(data).to_string())),
        ("flags", Json::Array(flags.words().map(Json::String).collect())),
    ];
    AppEvent::Told(Notice { event: DELIVERED.to_owned(), fields: fields.into() })
}

impl Subject for ReferenceSubject {
    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
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
                self.sessions.number(id);
                self.sessions.current = Some(id);
            }),
            (Command::Do(request), Some(id)) if request.verb == "write" => {
                let data = request.parameters.octets("octets").unwrap_or_default();
                let words = request.parameters.words("flags");
                let flags = words.into_iter().filter_map(|word| word.parse().ok());
                let flags = flags.fold(Flags::NONE, |all, flag: Flags| all | flag);
                self.endpoint.write(now, id, &data, flags)
            }
            (Command::Write(octets), Some(id)) => {
                self.endpoint.write(now, id, octets, Flags::RELIABLE)
            }
            (Command::Close, Some(id)) => self.endpoint.close(now, id),
            (Command::Abort, _) => {
                self.sessions.refuse("there is no abort");
                Ok(())
            }
            (Command::Do(request), Some(_)) => {
                self.sessions.refuse(format!("there is no verb `{}`", request.verb));
                Ok(())
            }
            (Command::Do(_) | Command::Write(_) | Command::Close, None) => {
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
        let waiting = self.sessions.current.and_then(|id| self.endpoint.waiting(id));
        waiting.is_some_and(|packets| packets >= WAITING_MAX)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.endpoint.poll_timeout().map(moment)
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        let transmit = self.endpoint.poll_transmit()?;
        Some(Transmit { from: self.local, to: transmit.to, octets: transmit.octets })
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        self.sessions.poll_event()
    }

    fn poll_secret(&mut self) -> Option<Secret> {
        let (_, _, key) = self.endpoint.poll_secret()?;
        Some(Secret { name: SESSION_KEY.to_owned(), octets: HexOctets(key.0.to_vec()) })
    }
}
