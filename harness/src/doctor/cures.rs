//! What to do about what is wrong.

use std::io;

use crate::conversation::show_duration;
use crate::engine::EngineError;
use crate::profile::{CommandLine, WayIn};
use crate::protocol::{Protocol, Role, Transport};
use crate::subject::control::ControlError;
use crate::subject::process::AFTER_STOP;
use crate::verdict::Ending;

/// The number of the error that the operating system gives for a file that is neither a program nor a script.
const NO_PROGRAM: i32 = 8;

/// What to do about an error of a run, beside what the error itself says.
pub(super) fn of_error(
    error: &EngineError,
    unflushed: bool,
    line: Option<&CommandLine>,
    role: Role,
    profile: &str,
) -> Vec<String> {
    let program = line.map_or("", |line| line.program.as_str());
    match error {
        EngineError::Start { error, .. } if error.kind() == io::ErrorKind::NotFound => vec![
            format!("there is no `{program}`: a program with a `/` in its name is a file, seen from the profile's folder; \
                     any other is looked up in PATH"),
            "the interpreter that the first line of a script names (`#!`) must be there as well"
                .to_owned(),
        ],
        EngineError::Start { error, .. } if error.kind() == io::ErrorKind::PermissionDenied => {
            vec![format!("chmod +x {program}")]
        }
        EngineError::Start { error, .. } if error.raw_os_error() == Some(NO_PROGRAM) => vec![
            format!("`{program}` is neither a program nor a script with `#!` in its first line: name its interpreter, \
                     such as `command: [python3, {program}]`"),
        ],
        EngineError::Died { .. } => vec![
            "the command must stay until it is asked to end: it must not fork into the background, nor read its standard \
             input for a reason to end"
                .to_owned(),
            by_hand(line, role),
        ],
        EngineError::Closed { .. } => {
            vec![format!("start the listener, or correct `address` in {profile}")]
        }
        EngineError::Control { error, .. } => of_control(error, unflushed),
        _ => Vec::new(),
    }
}

fn of_control(error: &ControlError, unflushed: bool) -> Vec<String> {
    let cure = match error {
        ControlError::Silent { .. } if unflushed => {
            "it says `ready` only when its standard input has ended: flush standard output after each line"
        }
        ControlError::Silent { .. } => {
            "read standard input line by line from the start, and answer `hello` with `ready`; a program without control \
             lines has no `control: true` in its profile"
        }
        ControlError::Line { problem, .. } if problem.contains("not JSON") => {
            "print nothing but control lines on standard output: what is for people goes to standard error"
        }
        ControlError::Address { .. } => {
            "bind exactly the `address` of `hello`, and say it in `ready`"
        }
        ControlError::Closed { .. } => "keep standard output open until the program ends",
        _ => return Vec::new(),
    };
    vec![cure.to_owned()]
}

/// How to start a program as the suite does.
fn by_hand(line: Option<&CommandLine>, role: Role) -> String {
    let line = line.map(ToString::to_string).unwrap_or_default();
    let address = match role {
        Role::Listener => "WIREPROOF_ADDRESS",
        Role::Connector => "WIREPROOF_PEER",
    };
    format!(
        "start it by hand and look: {address}=127.0.0.1:4000 … {line} \
         (docs/testing-your-implementation.md, The command)"
    )
}

/// What is wrong with an ending that is not clean, and what to do; nothing where the verdict says it already.
pub(super) fn of_ending(
    ending: &Ending,
    line: Option<&CommandLine>,
) -> Option<(String, Vec<String>)> {
    Some(match ending {
        Ending::Clean | Ending::Silent | Ending::Reset => return None,
        Ending::Crashed { status } if status.ends_with(AFTER_STOP) => (
            format!("ends with {status}"),
            vec!["end with exit status 0 when `stop` comes, or the end of standard input".to_owned()],
        ),
        Ending::Crashed { status } => {
            let cure = if line.is_some_and(|line| line.control || line.virtual_time) {
                "what comes from the network must not end it, nor a control line but `stop`"
            } else {
                "what comes from the network must not end it, nor the end of its standard input, which is empty; a program \
                 that speaks control lines has `control: true` in its profile"
            };
            (format!("ends by itself within a scenario ({status})"), vec![cure.to_owned()])
        }
        Ending::Hung => {
            let within = line.map(|line| show_duration(line.stop)).unwrap_or_default();
            let asked = if line.is_some_and(|line| line.control) { "`stop`" } else { "SIGTERM" };
            (
                format!("does not end within {within} of {asked}, and is killed"),
                vec![
                    format!("end on {asked}; a shell script that starts a program does so with `exec`"),
                    "or grant it more time: `stop: { within: 5 s }`".to_owned(),
                ],
            )
        }
        Ending::LeftProcesses => (
            "leaves processes behind when it ends".to_owned(),
            vec!["a shell script that starts a program does so with `exec`; a program ends those that it started".to_owned()],
        ),
    })
}

/// What to look at when nothing comes.
pub(super) fn of_silence(way: &WayIn, protocol: &dyn Protocol, role: Role) -> Vec<String> {
    let transport = match protocol.transport() {
        Transport::Datagrams => "UDP",
        Transport::Stream => "TCP",
    };
    let place = match (way, role) {
        (WayIn::Address(address), _) => {
            format!("does it serve {} at {transport} {address}?", protocol.name())
        }
        (WayIn::Command(line), Role::Listener) if line.control => format!(
            "does it bind the {transport} address in `address` of `hello`, answer to where packets come from, and take \
             its dialect from there?"
        ),
        (_, Role::Listener) => format!(
            "does it bind the {transport} address in WIREPROOF_ADDRESS, answer to where packets come from, and read \
             its dialect from the environment?"
        ),
        (WayIn::Command(line), Role::Connector) if line.control => {
            format!("does it begin with the {transport} address in `peer` of `open`?")
        }
        (_, Role::Connector) => {
            format!(
                "does it begin with the {transport} address in WIREPROOF_PEER, by itself and at once?"
            )
        }
    };
    let late = match way {
        WayIn::Command(line) if !line.control => {
            let within = show_duration(line.start);
            Some(format!(
                "or is it up only after {within}? `start: {{ within: 20 s }}` grants more"
            ))
        }
        _ => None,
    };
    std::iter::once(place).chain(late).collect()
}
