//! The door through which the tests go: a run of toys as text.

use std::sync::Arc;

use crate::toy::{Toy, ToyMessages, address};
use crate::{
    Exceeded, Fates, Instant, Limits, NodeId, Observed, Observer, Outcome, PerMillion, Schedule,
    Simulation, Span, Weather,
};

/// One line for each thing that is seen.
#[derive(Default)]
pub(super) struct Lines(pub(super) Vec<String>);

impl Observer<u32> for Lines {
    fn observe(&mut self, now: Instant, what: Observed<'_, u32>) {
        let line = match what {
            Observed::Sent { node, number, octets, occurrence, fate, .. } => {
                format!(
                    "{now} node {} sent {number} {octets:?} occurrence {occurrence}: {fate}",
                    node.0
                )
            }
            Observed::Received { node, number, copy, octets, altered, .. } => {
                format!(
                    "{now} node {} received {number}.{copy} {octets:?}{}",
                    node.0,
                    if altered { " altered" } else { "" }
                )
            }
            Observed::Unroutable { node, number, to, .. } => {
                format!("{now} node {} sent {number} to {to}, which nobody has", node.0)
            }
            Observed::Event { node, event } => format!("{now} node {} tells {event}", node.0),
        };
        self.0.push(line);
    }
}

pub(super) fn percent(percent: u32) -> PerMillion {
    PerMillion::percent(percent).unwrap()
}

pub(super) fn milliseconds(milliseconds: u64) -> Instant {
    Instant::START + Span::from_millis(milliseconds)
}

/// A bit of everything.
pub(super) fn storm() -> Weather {
    Weather {
        delay: "5..40 ms".parse().unwrap(),
        lose: percent(15),
        repeat: percent(10),
        reorder: percent(10),
        damage: percent(5),
        cut: percent(5),
        ..Weather::CALM
    }
}

/// Two toys, with these fates there and back.
pub(super) fn between(there: Fates, back: Fates, limits: Limits) -> Simulation {
    let mut simulation = Simulation::new(2, limits);
    let (left, right) = (NodeId(0), NodeId(1));
    simulation.attach(left, address(0)).unwrap();
    simulation.attach(right, address(1)).unwrap();
    let messages = Arc::new(ToyMessages);
    simulation.connect(left, right, "left>right", there, messages.clone()).unwrap();
    simulation.connect(right, left, "right>left", back, messages).unwrap();
    simulation
}

/// What was seen of a run, its schedule, and the entries that did not bite.
pub(super) fn play(
    fates: &Fates,
    nodes: &mut [Toy; 2],
) -> (Vec<String>, Result<Outcome, Exceeded>, Schedule, Schedule) {
    let mut simulation = between(fates.clone(), fates.clone(), Limits::default());
    simulation.record(true);
    let mut lines = Lines::default();
    let outcome = simulation.run_until(Instant::MAX, nodes, &mut lines);
    let unbitten = Schedule(simulation.unbitten().cloned().collect());
    (lines.0, outcome, simulation.recorded(), unbitten)
}
