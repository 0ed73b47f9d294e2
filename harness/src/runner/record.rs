//! One run of a case: its plan, the engine that carries it out, and the subject that it meets there.

use std::time::Duration;

use simulator::{Fates, Span, StreamFates, Weather};

use super::case::Job;
use super::{EngineChoice, RunOptions, SubjectChoice};
use crate::clock::fresh_seed;
use crate::conversation::{PEER, PROBE};
use crate::engine::{EngineError, Limits, MakeScript, Plan, Recording, sim, socket, turmoil};
use crate::journal::Header;
use crate::profile::WayIn;
use crate::protocol::SubjectSetup;
use crate::scenario::{Application, Need, PeerPlace};
use crate::subject::null;
use crate::subject::virtual_time::{Trouble, VirtualSubject};

/// How long a link of the simulation takes when a scenario says nothing of the network.
const LATENCY: Span = Span::from_millis(10);

/// How much later than due something may be seen in virtual time, beside the way there and back.
const VIRTUAL_TOLERANCE: Duration = Duration::from_millis(5);

impl Job<'_> {
    /// The peers of the scenario, with the one that probes.
    fn peers(&self) -> Vec<(String, PeerPlace)> {
        let own = self
            .scenario()
            .peers
            .iter()
            .map(|(name, peer)| (name.value.clone(), peer.value.place()));
        std::iter::once((PEER.to_owned(), PeerPlace::OtherPort))
            .chain(own)
            .chain([(PROBE.to_owned(), PeerPlace::OtherPort)])
            .collect()
    }

    /// What the network does to each direction.
    fn fates(&self, options: &RunOptions<'_>, seed: u64) -> (Fates, Fates) {
        let virtual_time = options.engine.is_virtual();
        let Some(network) = &self.scenario().network else {
            let latency = if virtual_time { LATENCY } else { Span::ZERO };
            return (Fates::usual(latency), Fates::usual(latency));
        };
        let network = &network.value;
        if let Some(schedule) = network.schedule() {
            let latency = match network.latency() {
                Span::ZERO if virtual_time => LATENCY,
                latency => latency,
            };
            let fates = Fates::usual(latency).replaying(schedule);
            return (fates.clone(), fates);
        }
        let weather = |weather: Weather| Fates::Weather { seed, weather };
        (weather(network.weather_to_subject()), weather(network.weather_to_peer()))
    }

    /// Whether the suite plays the application of the subject, so that this does what it is told.
    fn is_played(&self, options: &RunOptions<'_>) -> bool {
        self.tells(options) && self.protocol.is_played(self.role)
    }

    /// Runs one seed.
    pub(super) fn record(
        &self,
        options: &RunOptions<'_>,
        seed: u64,
        start_within: Duration,
    ) -> Result<Recording, EngineError> {
        let scenario = self.scenario();
        let peers = self.peers();
        let (to_subject, to_peer) = self.fates(options, seed);
        let usual = |fates: &Fates| StreamFates::usual(fates.latency());
        let streams = (usual(&to_subject), usual(&to_peer));
        let id = self.entry.id.to_string();
        let mut given = self.protocol.world(&self.options);
        given.extend(scenario.given.clone());
        let plan = Plan {
            protocol: self.protocol,
            scenario: &id,
            dialect: &self.dialect,
            role: self.role,
            options: &self.options,
            application: if self.is_played(options) {
                Application::Control
            } else {
                scenario.application
            },
            given: &given,
            peers: &peers,
            to_subject: &to_subject,
            to_peer: &to_peer,
            streams: &streams,
            decreed: &self.decreed,
            seed,
            limits: Limits::default(),
        };
        let (events, names) = (self.tells(options), names(&peers));
        if options.engine == EngineChoice::Socket {
            let (claims, chance) = (self.profile.claims, chance());
            let question = || self.protocol.opening(&self.dialect, &self.options, claims, chance);
            let live = socket::Live { profile: self.profile, start_within, question: &question };
            let tolerance = socket::tolerance();
            return socket::run(&plan, &live, &|stage| {
                self.script(stage, &names, &self.circumstances(events, tolerance, seed))
            });
        }
        let latency = |fates: &Fates| Duration::from(fates.latency());
        let ways = latency(&to_subject) + latency(&to_peer) + LATENCY.into();
        let grain = match options.engine {
            EngineChoice::Turmoil => turmoil::LATENESS,
            EngineChoice::Sim | EngineChoice::Socket => Duration::ZERO,
        };
        let tolerance = VIRTUAL_TOLERANCE + grain + ways;
        let header = self.header(options, seed, tolerance);
        self.in_virtual_time(options, &plan, header, &|stage| {
            self.script(stage, &names, &self.circumstances(events, tolerance, seed))
        })
    }

    /// Runs a plan with a subject that this process holds, or that knows virtual time.
    fn in_virtual_time(
        &self,
        options: &RunOptions<'_>,
        plan: &Plan<'_>,
        header: Header,
        script: &MakeScript<'_>,
    ) -> Result<Recording, EngineError> {
        let trouble = Trouble::default();
        let make = |setup: &SubjectSetup<'_>| match &options.subject {
            SubjectChoice::Null(name) => null::by_name(name, setup.local, setup.seed)
                .unwrap_or_else(|| self.protocol.reference(setup)),
            SubjectChoice::InProcess(implementation) => (implementation.make)(setup),
            SubjectChoice::Profile(_) => match &self.profile.way {
                WayIn::VirtualTime(line) => {
                    let (trouble, protocol) = (trouble.clone(), self.protocol);
                    let begun =
                        VirtualSubject::begin(line, protocol, plan.scenario, setup, trouble);
                    Box::new(begun)
                }
                WayIn::Reference | WayIn::Address(_) | WayIn::Command(_) => {
                    self.protocol.reference(setup)
                }
            },
            SubjectChoice::Reference { .. } | SubjectChoice::Asynchronous(_) => {
                self.protocol.reference(setup)
            }
        };
        let mutant = match &options.subject {
            SubjectChoice::Reference { mutant } => mutant.as_deref(),
            SubjectChoice::Null(_)
            | SubjectChoice::InProcess(_)
            | SubjectChoice::Asynchronous(_)
            | SubjectChoice::Profile(_) => None,
        };
        let recording = match (options.engine, &options.subject) {
            (EngineChoice::Turmoil, SubjectChoice::Asynchronous(code)) => {
                let code = turmoil::Code::Own(&*code.make);
                turmoil::run(plan, header, code, mutant, script)
            }
            (_, SubjectChoice::Asynchronous(code)) => Err(EngineError::Asynchronous {
                subject: code.name.clone(),
                why: "only the engine `turmoil` can run it",
            }),
            (EngineChoice::Turmoil, _) => {
                turmoil::run(plan, header, turmoil::Code::Driven(&make), mutant, script)
            }
            (EngineChoice::Sim | EngineChoice::Socket, _) => {
                sim::run(plan, header, &make, mutant, script)
            }
        };
        match trouble.take() {
            Some(error) => Err(error),
            None => recording,
        }
    }

    /// Whether the journal holds what the subject's application is told.
    fn tells(&self, options: &RunOptions<'_>) -> bool {
        match options.engine {
            EngineChoice::Socket => self.profile.offers(Need::Control),
            EngineChoice::Sim | EngineChoice::Turmoil => {
                !matches!(options.subject, SubjectChoice::Null(_))
            }
        }
    }
}

/// Fresh chance for a packet that asks a live subject whether it is up.
fn chance() -> [u8; 32] {
    // Without the operating system's randomness a tag of zeros does as well: it only asks.
    fresh_seed().unwrap_or_default()
}

fn names(peers: &[(String, PeerPlace)]) -> Vec<String> {
    peers.iter().map(|(name, _)| name.clone()).collect()
}
