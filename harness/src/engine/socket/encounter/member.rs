//! One side of an encounter: a program that was started for it, or a server that listens already.

use std::collections::BTreeMap;
use std::future::pending;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::{Meeting, NotMet, SCENARIO};
use crate::engine::EngineError;
use crate::engine::socket::conductor::{Control, EXIT_WITHIN, Heard, Started};
use crate::engine::socket::given::Port;
use crate::engine::socket::ready::{LINES_SHOWN, ended};
use crate::engine::socket::{Live, STARTS_MAX, Up, ask, greeted, no_way, start_listener};
use crate::profile::{Profile, WayIn};
use crate::protocol::Role;
use crate::scenario::Application;
use crate::script::Command;
use crate::subject::control::ControlError;
use crate::subject::process::{Part, Process, last_lines};
use crate::verdict::Ending;

/// How long a server that listens already may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// One side.
pub(super) struct Member {
    pub(super) role: Role,
    /// Where it listens.
    pub(super) address: Option<SocketAddr>,
    process: Option<Process>,
    control: Option<Control>,
    stop: Duration,
    /// Its program has ended, and it was said.
    is_over: bool,
    /// Late answers go here, and nobody else is given the port, until it has left.
    _kept: (Option<UdpSocket>, Option<Port>),
}

/// What a side does by itself.
pub(super) enum Step {
    /// It has said something.
    Heard(Heard),
    /// Its program has ended.
    Ended(ExitStatus),
    /// It does not keep to its control lines.
    Wrong(ControlError),
}

/// The part that a side plays.
fn part<'a>(
    meeting: &Meeting<'a>,
    profile: &'a Profile,
    role: Role,
    talker: Option<Role>,
    given: &'a BTreeMap<String, serde_json::Value>,
) -> Part<'a> {
    Part {
        protocol: meeting.protocol.name(),
        events: meeting.protocol.events(),
        scenario: SCENARIO,
        role: meeting.protocol.word(role),
        dialect: meeting.dialect,
        options: &profile.options,
        application: if talker == Some(role) { Application::Control } else { Application::Echo },
        given,
        address: None,
        peer: None,
    }
}

impl Member {
    /// Starts the server, and waits until it is up or had the time to be.
    pub(super) async fn listener(
        meeting: &Meeting<'_>,
        profile: &Profile,
        talker: Option<Role>,
    ) -> Result<Self, EngineError> {
        let (role, transport) = (Role::Listener, meeting.protocol.transport());
        let line = match &profile.way {
            WayIn::Command(line) | WayIn::VirtualTime(line) => line,
            WayIn::Address(address) => {
                let live = live(meeting, profile, ANSWERS_WITHIN);
                let (_silent_or_not, asking) = ask(transport, &live, *address).await?;
                let (address, stop) = (Some(*address), Duration::ZERO);
                let (process, control, kept) = (None, None, (asking, None));
                return Ok(Self {
                    role,
                    address,
                    process,
                    control,
                    stop,
                    is_over: false,
                    _kept: kept,
                });
            }
            WayIn::Reference => return Err(no_way("the reference has no socket of its own")),
        };
        let given = meeting.protocol.world(&profile.options);
        let live = live(meeting, profile, line.start);
        let mut tries = 1;
        loop {
            let mut port = Port::free(profile.host, transport)?;
            let address = Some(port.address);
            let part = Part { address, ..part(meeting, profile, role, talker, &given) };
            match start_listener(transport, &live, line, &part, Some(&mut port)).await {
                // Another may have taken its port in between.
                Err(EngineError::Died { .. }) if tries < STARTS_MAX => tries += 1,
                Err(error) => return Err(error),
                Ok(Up { started: Started { process, control }, asking, .. }) => {
                    let (process, kept) = (Some(process), (asking, Some(port)));
                    let stop = line.stop;
                    return Ok(Self {
                        role,
                        address,
                        process,
                        control,
                        stop,
                        is_over: false,
                        _kept: kept,
                    });
                }
            }
        }
    }

    /// Starts the client, which finds the server at `peer`; one that takes control lines is up then, and does nothing yet.
    pub(super) async fn connector(
        meeting: &Meeting<'_>,
        profile: &Profile,
        talker: Option<Role>,
        peer: SocketAddr,
    ) -> Result<Self, EngineError> {
        let role = Role::Connector;
        let (WayIn::Command(line) | WayIn::VirtualTime(line)) = &profile.way else {
            return Err(no_way("a connector is a command"));
        };
        let given = meeting.protocol.world(&profile.options);
        let part = Part { peer: Some(peer), ..part(meeting, profile, role, talker, &given) };
        let Started { process, control } = if line.control {
            greeted(role, &live(meeting, profile, line.start), line, &part).await?
        } else {
            Started { process: Process::start(line, &part)?, control: None }
        };
        let (process, stop) = (Some(process), line.stop);
        Ok(Self {
            role,
            address: None,
            process,
            control,
            stop,
            is_over: false,
            _kept: (None, None),
        })
    }

    /// Whether it takes control lines.
    pub(super) const fn takes_orders(&self) -> bool {
        self.control.is_some()
    }

    /// What it said of itself when it was greeted.
    pub(super) fn take_notes(&mut self) -> Vec<String> {
        self.control.as_mut().map(Control::take_notes).unwrap_or_default()
    }

    /// Tells it something; says whether it could be told.
    pub(super) fn tell(&mut self, command: &Command) -> Result<bool, NotMet> {
        let Some(control) = &mut self.control else { return Ok(false) };
        control.tell(command).map_err(|error| {
            let error = EngineError::Control { error, printed: String::new(), begun: true };
            NotMet { side: Some(self.role), error }
        })
    }

    /// Waits for what it does next. Nothing is lost when that is given up.
    pub(super) async fn next(&mut self) -> Step {
        if self.is_over {
            return pending().await;
        }
        let line = tokio::select! {
            biased;
            line = Control::said(self.control.as_mut()) => line,
            status = ended(self.process.as_mut()) => {
                self.is_over = true;
                return Step::Ended(status);
            }
        };
        match line {
            // A program that has ended closes its standard output a little before its status is known.
            Err(error @ ControlError::Closed { .. }) => {
                match timeout(EXIT_WITHIN, ended(self.process.as_mut())).await {
                    Ok(status) => {
                        self.is_over = true;
                        Step::Ended(status)
                    }
                    Err(_) => Step::Wrong(error),
                }
            }
            Err(error) => Step::Wrong(error),
            Ok(line) => {
                let Some(control) = &mut self.control else { return pending().await };
                control.hear(line).map_or_else(Step::Wrong, Step::Heard)
            }
        }
    }

    /// How long its program was ready to run and had no processor.
    pub(super) fn waited(&self) -> Duration {
        self.process.as_ref().map(Process::waited).unwrap_or_default().most
    }

    /// The last lines that it has printed.
    pub(super) fn last_words(&self) -> String {
        let printed = self.process.as_ref().map(Process::printed).unwrap_or_default();
        last_lines(&printed, LINES_SHOWN)
    }

    /// Stops its program; what there is to say against its end that was not said before, and what it printed.
    pub(super) async fn stop(self) -> (Vec<Ending>, Vec<u8>) {
        let Some(process) = self.process else { return (Vec::new(), Vec::new()) };
        let stopped = match self.control {
            Some(control) => process.dismiss(control.lines, self.stop).await,
            None => process.stop(self.stop).await,
        };
        let mut endings = stopped.endings;
        endings.retain(|ending| !(self.is_over && matches!(ending, Ending::Crashed { .. })));
        (endings, stopped.printed)
    }
}

fn live<'a>(meeting: &Meeting<'a>, profile: &'a Profile, start_within: Duration) -> Live<'a> {
    Live { profile, start_within, question: meeting.question }
}
