//! One case: a scenario against a subject in one role and dialect, over all its seeds.

use std::time::Duration;

use simulator::{Fate, Weather};

use super::{Case, RunOptions, SubjectChoice};
use crate::clock::Clock;
use crate::conversation::{Conversation, Setup};
use crate::corpus::Entry;
use crate::engine::{EngineError, Recording, sim};
use crate::journal::{Header, Journal, VERSION};
use crate::judge::{Bench, judge, was_bitten};
use crate::profile::{DialectChoice, Grade, OptionChoice, Profile, Timers, WayIn};
use crate::protocol::{Protocol, Role, SubjectSetup};
use crate::scenario::{Application, Class, Scenario};
use crate::script::{Script, Stage};
use crate::transfer;
use crate::verdict::{Finding, FoundBy, Judgement, Reason, Verdict};

/// Over sockets a scenario that waits for longer takes real minutes.
const MINUTE: Duration = Duration::from_mins(1);

/// A case before it is run.
#[derive(Clone)]
pub(super) struct Job<'a> {
    pub(super) entry: &'a Entry,
    pub(super) protocol: &'static dyn Protocol,
    pub(super) profile: &'a Profile,
    pub(super) role: Role,
    pub(super) dialect: DialectChoice,
    /// What the profile says of the subject, or the reference is to be.
    pub(super) options: OptionChoice,
    /// Why it cannot be run: what the profile does not offer.
    pub(super) unsupported: Option<String>,
    /// Fates of the first datagrams of its run.
    pub(super) decreed: Vec<Fate>,
}

/// What a script depends on besides scenario, role and dialect; a journal's header has it.
#[derive(Clone, Copy)]
pub(super) struct Circumstances<'a> {
    events: bool,
    tolerance: Duration,
    reply: Duration,
    timers: &'a Timers,
    seed: u64,
    transcribes: bool,
}

/// What one case left behind.
pub(super) struct Done {
    pub(super) case: Case,
    pub(super) journal: Journal,
    pub(super) printed: Vec<u8>,
    /// How the script went.
    pub(super) transcript: Vec<String>,
    /// Something came from the subject.
    pub(super) reached: bool,
    /// The run could not take place; the case's verdict says so too.
    pub(super) error: Option<EngineError>,
}

impl Job<'_> {
    pub(super) fn scenario(&self) -> &Scenario {
        &self.entry.scenario
    }

    /// How long the subject may take to be there.
    pub(super) const fn start_within(&self) -> Duration {
        match &self.profile.way {
            WayIn::Command(line) => line.start,
            WayIn::Address(_) | WayIn::Reference | WayIn::VirtualTime(_) => Duration::from_secs(1),
        }
    }

    /// Whether it is left out because it would take real minutes.
    pub(super) fn takes_minutes(
        scenario: &Scenario,
        timers: &Timers,
        options: &RunOptions<'_>,
    ) -> bool {
        let is_long = |timer: &str| timers.duration(timer).is_some_and(|long| long > MINUTE);
        let mut waits = scenario.steps.iter().flat_map(|step| step.value.waits());
        !options.engine.is_virtual()
            && !options.long
            && (scenario.class == Class::Long
                || waits.any(|wait| wait.timer().is_some_and(is_long)))
    }

    /// Runs it for each of its seeds and keeps the worst.
    pub(super) fn run(&self, options: &RunOptions<'_>, start_within: Duration) -> Done {
        let clock = Clock::start();
        let own = self.scenario().seeds.as_ref().map(|seeds| seeds.value);
        let seeds: Vec<u64> = match (options.seed, own) {
            (Some(seed), _) => vec![seed],
            (None, Some(seeds)) => seeds.iter().collect(),
            (None, None) => vec![1],
        };
        let mut worst: Option<(Judgement, Recording, Vec<String>, u64)> = None;
        let mut bitten = false;
        let mut run = 0;
        for seed in &seeds {
            run += 1;
            let (judgement, transcript, recording) =
                match self.attempt(options, *seed, start_within) {
                    Ok(attempt) => attempt,
                    Err(error) => return self.failed(options, &seeds, *seed, error),
                };
            bitten |= was_bitten(&recording.journal);
            let worse = worst.as_ref().is_none_or(|(known, ..)| judgement.verdict > known.verdict);
            let failed = judgement.verdict == Verdict::Fail;
            let unheard = judgement.findings.iter().any(Finding::is_unheard);
            if worse {
                worst = Some((judgement, recording, transcript, *seed));
            }
            if failed || unheard {
                // Nothing is worse, or nobody is there: the seeds behind it would only take their time.
                break;
            }
        }
        let Some((mut judgement, recording, transcript, seed)) = worst else {
            unreachable!("a range of seeds is never empty");
        };
        if self.has_weather() && !bitten && judgement.verdict < Verdict::Inconclusive {
            without_bite(&mut judgement, "the weather did nothing to any datagram".to_owned());
        }
        let mut seeds = seeds;
        seeds.truncate(run);
        let took = clock.now() - simulator::Instant::START;
        Done {
            case: self.case(seeds, seed, judgement, took),
            journal: recording.journal,
            printed: recording.printed,
            transcript,
            reached: recording.reached,
            error: None,
        }
    }

    /// A case that the profile rules out.
    pub(super) fn not_run(&self, why: &str) -> Case {
        let verdict = Verdict::Unsupported;
        let judgement = Judgement::new(verdict, vec![runner_finding(verdict, why.to_owned())]);
        self.case(Vec::new(), 0, judgement, Duration::ZERO)
    }

    fn failed(
        &self,
        options: &RunOptions<'_>,
        seeds: &[u64],
        seed: u64,
        error: EngineError,
    ) -> Done {
        let (error, journal) = error.split();
        let verdict = Verdict::Error;
        let judgement = Judgement::new(verdict, vec![runner_finding(verdict, error.to_string())]);
        let header = self.header(options, seed, Duration::ZERO);
        Done {
            case: self.case(seeds.to_vec(), seed, judgement, Duration::ZERO),
            journal: journal.unwrap_or_else(|| Journal::new(header)),
            printed: Vec::new(),
            transcript: Vec::new(),
            reached: false,
            error: Some(error),
        }
    }

    /// The journal of a run that did not take place.
    pub(super) fn empty_journal(&self, options: &RunOptions<'_>) -> Journal {
        Journal::new(self.header(options, 0, Duration::ZERO))
    }

    pub(super) fn case(
        &self,
        seeds: Vec<u64>,
        seed: u64,
        judgement: Judgement,
        took: Duration,
    ) -> Case {
        Case {
            scenario: self.entry.id.to_string(),
            title: self.scenario().title.value.clone(),
            cites: self.scenario().cites().into_iter().cloned().collect(),
            role: self.protocol.word(self.role).to_owned(),
            dialect: self.dialect.clone(),
            seeds,
            seed,
            judgement,
            took,
            journal: None,
            repeats: None,
            known: None,
        }
    }

    fn has_weather(&self) -> bool {
        let network = self.scenario().network.as_ref();
        network.is_some_and(|network| {
            network.value.schedule().is_none()
                && [network.value.weather_to_subject(), network.value.weather_to_peer()]
                    .iter()
                    .any(|weather| *weather != Weather { delay: weather.delay, ..Weather::CALM })
        })
    }

    pub(super) fn header(
        &self,
        options: &RunOptions<'_>,
        seed: u64,
        tolerance: Duration,
    ) -> Header {
        Header {
            journal: VERSION,
            scenario: self.entry.id.to_string(),
            protocol: self.protocol.name().to_owned(),
            role: self.protocol.word(self.role).to_owned(),
            dialect: self.dialect.clone(),
            options: self.options.clone(),
            engine: options.engine.name().to_owned(),
            seed,
            epoch: sim::EPOCH,
            subject: options.subject.name().to_owned(),
            address: None,
            peers: Vec::new(),
            events: !matches!(options.subject, SubjectChoice::Null(_)),
            tolerance,
            reply: self.profile.reply,
            timers: self.profile.timers.clone(),
        }
    }

    pub(super) fn circumstances(
        &self,
        events: bool,
        tolerance: Duration,
        seed: u64,
    ) -> Circumstances<'_> {
        let (reply, timers) = (self.profile.reply, &self.profile.timers);
        Circumstances { events, tolerance, reply, timers, seed, transcribes: false }
    }

    /// The script of this case, for a run and for its judge alike.
    pub(super) fn script<'b>(
        &'b self,
        stage: &Stage,
        peers: &'b [String],
        circumstances: &Circumstances<'b>,
    ) -> Box<dyn Script + 'b> {
        let Circumstances { events, tolerance, reply, timers, seed, transcribes } = *circumstances;
        let scenario = self.scenario();
        if let Some(transfer) = &scenario.transfer {
            let end = self.protocol.reference(&SubjectSetup {
                dialect: &self.dialect,
                role: self.role.peer(),
                options: &self.options,
                application: Application::Control,
                given: &scenario.given,
                local: stage.peers.first().copied().unwrap_or(([0, 0, 0, 0], 0).into()),
                epoch: sim::EPOCH,
                seed: end_seed(seed),
                mutant: None,
            });
            let application = scenario.application;
            return transfer::script(transfer, application, events, self.role, seed, stage, end);
        }
        let setup = Setup {
            protocol: self.protocol,
            dialect: &self.dialect,
            role: self.role,
            options: &self.options,
            claims: self.profile.claims,
            scenario,
            peers,
            events,
            tolerance,
            reply,
            timers,
            seed,
            transcribes,
        };
        Box::new(Conversation::new(setup, stage))
    }

    /// Gives the verdict from the journal.
    pub(super) fn judge(&self, claims: Grade, journal: &Journal) -> Judgement {
        self.hear(claims, journal, false).0
    }

    /// Gives the verdict from the journal, and how the script went, when that is asked for.
    pub(super) fn hear(
        &self,
        claims: Grade,
        journal: &Journal,
        transcribes: bool,
    ) -> (Judgement, Vec<String>) {
        let header = &journal.header;
        let stage = Stage {
            subject: header.address.filter(|_| self.role == Role::Listener),
            peers: header.peers.iter().map(|(_, address)| *address).collect(),
            epoch: header.epoch,
        };
        let names: Vec<String> = header.peers.iter().map(|(name, _)| name.clone()).collect();
        let scenario = self.scenario();
        let circumstances = Circumstances {
            events: header.events,
            tolerance: header.tolerance,
            reply: header.reply,
            timers: &header.timers,
            seed: header.seed,
            transcribes,
        };
        let mut bench = Bench {
            protocol: self.protocol,
            scenario,
            claims,
            script: self.script(&stage, &names, &circumstances),
            monitor: self.monitor(&self.dialect, header),
        };
        let mut judgement = judge(&mut bench, journal);
        judgement.fits = self.fits(&judgement, journal);
        (judgement, bench.script.transcript())
    }
}

fn end_seed(seed: u64) -> [u8; 32] {
    let mut octets = *b"the suite's end of the transfer.";
    for (place, octet) in octets.iter_mut().rev().zip(seed.to_le_bytes()) {
        *place = octet;
    }
    octets
}

fn without_bite(judgement: &mut Judgement, what: String) {
    let mut finding = runner_finding(Verdict::Inconclusive, what);
    finding.reason = Some(Reason::FaultDidNotBite);
    judgement.verdict = judgement.verdict.max(Verdict::Inconclusive);
    // What was passed was passed in good weather.
    judgement.clauses.retain(|_, verdict| *verdict != Verdict::Pass);
    judgement.findings.push(finding);
}

fn runner_finding(verdict: Verdict, what: String) -> Finding {
    Finding {
        verdict,
        reason: None,
        clause: None,
        by: FoundBy::Runner,
        at: simulator::Instant::START,
        entry: None,
        what,
        allowed: Vec::new(),
    }
}
