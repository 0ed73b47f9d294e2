//! Reports: the same results for people, for programs and for CI systems.
//!
//! Everything here is a function of results, cases and journals: nothing is measured or judged again. [`folder`] keeps the
//! evidence; [`text`] is what a terminal shows, with [`diagram`] and [`packet`] for what happened on the network.

pub mod badge;
pub mod diagram;
pub mod folder;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod layout;
pub mod markdown;
pub mod matrix;
pub mod packet;
mod packets;
pub mod paint;
pub mod tap;
pub mod text;
mod view;

mod again;

pub use again::Again;
pub(crate) use packets::in_packets;

use crate::verdict::{Finding, Judgement};

/// How a case ended, with what else there is to say against its end.
pub fn ended(judgement: &Judgement) -> String {
    let endings = std::iter::once(&judgement.ending).chain(&judgement.also_ended);
    endings.map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What decided, in one line.
pub fn headline(judgement: &Judgement) -> String {
    judgement
        .decisive()
        .map_or_else(|| judgement.info.first().cloned().unwrap_or_default(), sentence)
}

/// A finding in one line: its clause, why no judgement was possible, what happened.
pub fn sentence(finding: &Finding) -> String {
    let clause = finding.clause.as_ref().map(|clause| format!("{clause}: ")).unwrap_or_default();
    let reason = finding.reason.map(|reason| format!("{reason}: ")).unwrap_or_default();
    format!("{clause}{reason}{}", finding.what)
}

/// The area of a scenario: protocol and folder, such as `mnet/data`.
pub fn area(scenario: &str) -> &str {
    scenario.rsplit_once('/').map_or(scenario, |(area, _)| area)
}

#[cfg(test)]
pub(crate) mod samples;
