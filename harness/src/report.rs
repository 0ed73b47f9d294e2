//! Reports: the same results for people, for programs and for CI systems.
//!
//! Everything here is a function of results, cases and journals: nothing is measured or judged again. [`folder`] keeps the
//! evidence; [`text`] is what a terminal shows, with [`diagram`] and [`packet`] for what happened on the network.

pub mod diagram;
pub mod folder;
pub mod json;
pub mod junit;
pub mod layout;
pub mod packet;
mod packets;
pub mod paint;
pub mod text;

mod again;

pub use again::Again;

use crate::verdict::Judgement;

/// How a case ended, with what else there is to say against its end.
pub fn ended(judgement: &Judgement) -> String {
    let endings = std::iter::once(&judgement.ending).chain(&judgement.also_ended);
    endings.map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The area of a scenario: protocol and folder, such as `mnet/data`.
pub fn area(scenario: &str) -> &str {
    scenario.rsplit_once('/').map_or(scenario, |(area, _)| area)
}

#[cfg(test)]
pub(crate) mod samples;
