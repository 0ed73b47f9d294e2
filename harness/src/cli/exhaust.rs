//! `wireproof exhaust`: every schedule of the first datagrams of a session; the first that fails is reduced.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::console::Console;
use super::exit::Exit;
use super::progress::Progress;
use super::run::{role, role_words};
use super::scenarios::transfer;
use super::sweep::again;
use super::{CommandError, dialects, reduced, subject};
use crate::corpus::{Corpus, Entry, Selection};
use crate::exhaust::{FIRST_MAX, Schedules, exhaust};
use crate::profile::DialectChoice;
use crate::protocol::{Role, Transport};
use crate::runner::{EngineChoice, Ground, RunOptions};
use crate::spec::Catalogue;
use crate::variant::Variant;

/// How much a peer writes in the session, in octets: what needs more than one packet.
const WRITES: u64 = 2_000;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol, `mnet` or `paperclip`
    #[arg(value_name = "PROTOCOL")]
    protocol: String,
    /// Of how many datagrams, from the first, every fate is tried
    #[arg(long, value_name = "N", default_value_t = 6,
          value_parser = clap::value_parser!(u8).range(1..=FIRST_MAX as i64))]
    first: u8,
    /// How many of these datagrams have a fault at most; any number when left out. 1 tries each fault at each place, 2 pairs too
    #[arg(long, value_name = "K")]
    faults: Option<u8>,
    /// Tries them on a mutant of the reference: one deliberate violation
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// The transfer whose session it is, with less to write; the protocol's first one when left out
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
    /// Only this role of the subject
    #[arg(long, value_name = "ROLE",
          value_parser = PossibleValuesParser::new(role_words()).map(|word| role(&word)))]
    role: Option<Role>,
    /// An option of the dialect, such as `byte_order=big`; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// What everything else is drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Runs that go on at the same time; by default as many as there are processors
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Where the reduced scenario and the journal of a failure are written
    #[arg(long, value_name = "DIR", default_value = "found")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    if protocol.transport() == Transport::Stream {
        let what = format!("{} has no datagrams that could be lost", protocol.name());
        return Err(CommandError::usage(&what));
    }
    let catalogue = Catalogue::of(protocol);
    let corpus = Corpus::embedded();
    let entry = session(arguments, protocol.name(), &corpus, catalogue)?;
    let selection = Selection { scenarios: vec![entry], deselected: 0 };
    let default = DialectChoice::default_for(protocol);
    let options = RunOptions {
        dialects: vec![dialects::changed(protocol, default, &arguments.dialect)?],
        role: arguments.role,
        long: true,
        ..RunOptions::of(
            &corpus,
            &selection,
            subject::reference(arguments.mutant.as_deref())?,
            EngineChoice::Sim,
        )
    };
    let ground = Ground::new(&options).map_err(|error| CommandError::usage(&error))?;
    let settings = ground.settings();
    if settings.is_empty() {
        return Err(CommandError::usage(&"the transfer is not for this role"));
    }
    let first = usize::from(arguments.first);
    let faults = arguments.faults.map_or(first, usize::from);
    let schedules = Schedules { first, faults };
    let Some(count) = schedules.count().filter(|count| *count < usize::MAX / 4) else {
        let help = "bound them with `--faults 2`, or look at fewer datagrams".to_owned();
        let what = format!("nobody could run all schedules of {first} datagrams");
        return Err(CommandError::usage_with_help(&what, Some(help)));
    };
    let processors = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = arguments.jobs.map_or_else(processors, NonZeroUsize::get);
    let mut progress = Progress::new(count * settings.len());
    let searched = exhaust(&settings, schedules, arguments.seed, jobs, &mut |done| {
        progress.show(done, console);
    })
    .map_err(|error| CommandError::Failed(error.to_string()))?;
    Progress::clear(console)?;
    let roles: Vec<&str> = settings.iter().map(crate::runner::Setting::role).collect();
    let head = format!(
        "{}: the first {first} datagrams of {}, as {}, {} ms",
        options.subject.name(),
        settings.first().map_or_else(String::new, |setting| setting.entry().id.to_string()),
        roles.join(" and as "),
        progress.took()
    );
    writeln!(console.out, "{head}")?;
    let Some(failure) = searched.first else {
        writeln!(console.out, "{} schedules, none fails", grouped(searched.runs))?;
        if searched.excused > 0 {
            let excused = grouped(searched.excused);
            writeln!(
                console.out,
                "{excused} of them lose one message more than three times in a row, which nobody has to bear"
            )?;
        }
        if searched.unjudged > 0 {
            writeln!(console.out, "{} of them came to no judgement", grouped(searched.unjudged))?;
            return Ok(Exit::Inconclusive);
        }
        return Ok(Exit::Success);
    };
    writeln!(console.out, "one fails, as {}", failure.setting.role())?;
    reduced::show(
        failure.setting,
        catalogue,
        &failure.trial,
        &format!("seed-{}", failure.trial.journal.header.seed),
        &arguments.out,
        &again(None, arguments.mutant.as_deref()),
        console,
    )?;
    Ok(Exit::Failure)
}

/// A short session of the protocol: a transfer with less to write and no faults of its own.
fn session(
    arguments: &Arguments,
    protocol: &str,
    corpus: &Corpus,
    catalogue: &Catalogue,
) -> Result<Entry, CommandError> {
    let base = transfer(corpus, protocol, arguments.scenario.as_deref())?;
    let mut variant = Variant::of(&base, catalogue);
    if let Some(transfer) = &base.scenario.transfer {
        if transfer.peer_writes.is_some() {
            variant.writes("peer-writes", WRITES);
        }
        if transfer.subject_writes.is_some() {
            variant.writes("subject-writes", WRITES);
        }
    }
    variant.entry().map_err(|errors| CommandError::files(&errors))
}

/// A number with its thousands apart: `1,048,576`.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let shown = [0, 999, 1_000, 1_048_576].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,048,576"]);
    }
}
