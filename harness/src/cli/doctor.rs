//! `wireproof doctor`: checks a profile before a run.

use std::path::PathBuf;

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::corpus::Corpus;
use crate::doctor::{Check, Health, Reach, Rung, examine, reach};
use crate::profile::{Profile, WayIn};
use crate::protocol::Protocol;
use crate::report::layout::labelled;
use crate::report::paint::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, paint};
use crate::subject::process::guard;

/// Columns before what was found.
const INDENT: usize = 8;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The profile of a subject
    #[arg(value_name = "PROFILE")]
    profile: PathBuf,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let profile = super::subject::profile(&arguments.profile)?;
    let protocol = dialects::protocol(&profile.protocol)?;
    let corpus = Corpus::embedded();
    console.lines(&head(&profile, protocol))?;
    console.out.flush()?;
    guard::start();
    let shown = arguments.profile.display().to_string();
    let checks = examine(&profile, protocol, &corpus, &shown)
        .map_err(|error| CommandError::usage(&error))?;
    for check in &checks {
        console.lines(&lines(check, console.width))?;
    }
    let reach = reach(&profile, protocol, &corpus).map_err(|error| CommandError::usage(&error))?;
    writeln!(console.out)?;
    console.lines(&table(&reach, Rung::of(&profile)))?;
    let worst = checks.iter().map(|check| check.health).max().unwrap_or(Health::Well);
    writeln!(console.out)?;
    if worst == Health::Well {
        let next = format!("all is well; next: wireproof run --subject {shown} --out results");
        writeln!(console.out, "{}", paint(GOOD, next))?;
    }
    Ok(match worst {
        Health::Well => Exit::Success,
        Health::Doubtful => Exit::Inconclusive,
        Health::Unreachable => Exit::Error,
        Health::Ill => Exit::Failure,
    })
}

/// What the profile says.
fn head(profile: &Profile, protocol: &dyn Protocol) -> Vec<String> {
    let roles: Vec<&str> = profile.roles.iter().map(|role| protocol.word(*role)).collect();
    let way = match &profile.way {
        WayIn::Reference => "the reference".to_owned(),
        WayIn::Address(address) => address.to_string(),
        WayIn::Command(line) | WayIn::VirtualTime(line) => line.to_string(),
    };
    vec![
        format!(
            "{}  {}, {}, {}, claims {}",
            paint(STRONG, &profile.name),
            profile.protocol,
            roles.join(" and "),
            profile.dialect,
            profile.claims
        ),
        paint(FAINT, format!("{:INDENT$}{way}", "")),
    ]
}

fn lines(check: &Check, width: usize) -> Vec<String> {
    let (word, style) = match check.health {
        Health::Well => ("ok", GOOD),
        Health::Doubtful => ("?", DOUBTFUL),
        Health::Unreachable | Health::Ill => ("WRONG", BAD),
    };
    let mut lines = vec![format!("{} {}", paint(style, format!("{word:<7}")), check.name)];
    // An error may show lines of the subject's own, which are not to be broken.
    let mut said = check.what.lines();
    lines.extend(labelled("", INDENT, said.next().unwrap_or_default(), width));
    lines.extend(said.map(|line| format!("{:INDENT$}{line}", "")));
    lines.extend(check.cures.iter().flat_map(|cure| labelled("     -> ", INDENT, cure, width)));
    lines.extend(
        check
            .printed
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| paint(FAINT, format!("{:INDENT$}printed:{line}", ""))),
    );
    lines
}

/// What each way in reaches.
fn table(reach: &Reach, here: Rung) -> Vec<String> {
    let mut lines = vec![paint(
        STRONG,
        format!("{} of {} scenarios can be run with this profile", reach.now, reach.all),
    )];
    for (rung, count) in &reach.rungs {
        let more = count.saturating_sub(reach.now);
        let note = if *rung == here {
            "here".to_owned()
        } else if *rung > here && more > 0 {
            format!("+{more}, with `{}`", rung.key())
        } else {
            String::new()
        };
        let line = format!("  {:<16}{count:>5}   {note}", rung.title());
        lines.push(line.trim_end().to_owned());
    }
    for (what, count) in &reach.further {
        let more = count.saturating_sub(reach.now);
        lines.push(format!("  {:<16}{:>5}   {what}", "", format!("+{more}")));
    }
    lines
}
