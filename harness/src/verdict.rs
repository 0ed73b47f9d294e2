//! What a run says of a subject: verdicts, findings, endings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use simulator::Instant;

use crate::profile::DialectChoice;
use crate::spec::ClauseId;

/// The outcome of one scenario for one subject. The worst that happened counts: the
/// variants are in order, the best first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Positive evidence for every clause cited.
    Pass,
    /// The profile declares that the subject lacks what this needs.
    Unsupported,
    /// A SHOULD, or a MUST outside the claimed grade, is broken.
    Warn,
    /// With repeats: some passed, some did not.
    Flaky,
    /// No judgement was possible.
    Inconclusive,
    /// The suite or its surroundings failed: says nothing about the subject.
    Error,
    /// A MUST of the claimed grade is broken.
    Fail,
}

impl Verdict {
    /// All verdicts, worst first.
    pub const ALL: [Self; 7] = [
        Self::Fail,
        Self::Error,
        Self::Inconclusive,
        Self::Flaky,
        Self::Warn,
        Self::Unsupported,
        Self::Pass,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unsupported => "unsupported",
            Self::Warn => "warn",
            Self::Flaky => "flaky",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Why no judgement was possible.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Nothing came from the subject.
    PeerUnreachable,
    /// What the scenario takes for granted could not be set up.
    PreconditionNotMet,
    /// A fault that the schedule or the weather promised did not happen.
    FaultDidNotBite,
    /// A limit on time, datagrams or octets was reached.
    OutOfBudget,
    /// The network took whatever an end sent or was answered, until that gave up.
    NothingGotThrough,
    /// The subject did something else before the recorded faults could happen again.
    ReplayDiverged,
    /// The machine kept the subject waiting for a processor, each time it was run.
    MachineBusy,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PeerUnreachable => "peer unreachable",
            Self::PreconditionNotMet => "precondition not met",
            Self::FaultDidNotBite => "fault did not bite",
            Self::OutOfBudget => "out of budget",
            Self::NothingGotThrough => "nothing got through",
            Self::ReplayDiverged => "replay diverged",
            Self::MachineBusy => "machine busy",
        })
    }
}

/// How the exchange ended, beside the verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "how")]
pub enum Ending {
    /// The subject was alive and answered to the end.
    #[default]
    Clean,
    /// The subject said nothing when something was due.
    Silent,
    /// Its socket was closed (ICMP port unreachable, RST).
    Reset,
    /// The process ended by itself.
    Crashed {
        /// Exit status or signal, in words.
        status: String,
    },
    /// The process did not end when it was asked to, and was killed.
    Hung,
    /// The process left others behind, which were killed.
    LeftProcesses,
}

impl Ending {
    /// How bad it is: of two endings of one exchange the worse is told.
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Silent => 1,
            Self::Reset => 2,
            Self::Hung => 3,
            Self::LeftProcesses => 4,
            Self::Crashed { .. } => 5,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean => f.write_str("clean"),
            Self::Silent => f.write_str("silent"),
            Self::Reset => f.write_str("reset"),
            Self::Crashed { status } => write!(f, "crashed ({status})"),
            Self::Hung => f.write_str("hung"),
            Self::LeftProcesses => f.write_str("left processes behind"),
        }
    }
}

/// One thing that was found: what is wrong, by which clause, and where in the journal it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// What it amounts to: `fail`, `error`, `inconclusive` or `warn`.
    pub verdict: Verdict,
    /// Why no judgement was possible, when it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The clause that is broken, or could not be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<ClauseId>,
    /// Who noticed: a step of the scenario, a monitor, or the runner.
    pub by: FoundBy,
    /// When, in the time of the run.
    #[schemars(with = "u64")]
    pub at: Instant,
    /// The journal entry that shows it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// What happened, as a sentence without a full stop.
    pub what: String,
    /// What was allowed instead, one reaction each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
}

impl Finding {
    /// Whether it says that nothing at all came from the subject.
    pub fn is_unheard(&self) -> bool {
        self.reason == Some(Reason::PeerUnreachable)
    }
}

/// Who noticed a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// A step, by its number (from 1), with its place in the file.
    Step {
        /// Its number among the scenario's steps, from 1; 0 for a step of the beginning.
        number: usize,
        /// The line of the scenario file.
        line: usize,
    },
    /// The monitor of the finding's clause.
    Monitor,
    /// The liveness probe, `before` or `after`.
    Probe,
    /// The runner.
    Runner,
}

/// All that is said of one scenario for one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Judgement {
    /// The worst of the findings, or `pass`.
    pub verdict: Verdict,
    /// How the exchange ended.
    pub ending: Ending,
    /// What else there is to say against its end, beside the worst.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_ended: Vec<Ending>,
    /// What was found, in the order in which it happened.
    pub findings: Vec<Finding>,
    /// The clauses for which there is evidence, and what it says.
    pub clauses: BTreeMap<ClauseId, Verdict>,
    /// The clauses of which a ruling is broken that is not claimed: they are kept as far as the text goes, and no further.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rulings: BTreeSet<ClauseId>,
    /// Which of several allowed behaviours was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub info: Vec<String>,
    /// Other dialects that fit what the subject sent much better than that of the run, when it failed: the one that fits best,
    /// or several that fit alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fits: Vec<DialectChoice>,
}

impl Judgement {
    /// A verdict with its findings, and no evidence about clauses.
    pub const fn new(verdict: Verdict, findings: Vec<Finding>) -> Self {
        Self {
            verdict,
            ending: Ending::Clean,
            also_ended: Vec::new(),
            findings,
            clauses: BTreeMap::new(),
            rulings: BTreeSet::new(),
            info: Vec::new(),
            fits: Vec::new(),
        }
    }

    /// The finding that decided the verdict: the first of the worst.
    pub fn decisive(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.verdict == self.verdict)
    }
}
