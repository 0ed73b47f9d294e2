//! Kills what is left of the subjects when the suite itself is killed: a process that outlives it, and waits for its end.
//!
//! Nothing in the suite can run after SIGKILL. So the program starts itself once more, as a guard that reads from a pipe which
//! process groups there are. When the suite is gone, in whatever way, the pipe ends, and the guard kills the groups that
//! are left. Only the program does so: a library that is linked into another one has nothing to start.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::process::Signal;

use super::group::Group;

/// The argument that makes the program a guard.
pub const ARGUMENT: &str = "guard-process-groups";

/// Process groups that a guard keeps in mind; more than a run ever has at a time.
const GROUPS_MAX: usize = 10_000;

/// The pipe to the guard, once it was started.
static GUARD: OnceLock<Mutex<ChildStdin>> = OnceLock::new();

/// Starts the guard of this program, once. Without one, everything goes on, but for the suite's own death.
pub fn start() {
    if GUARD.get().is_some() {
        return;
    }
    if let Ok(pipe) = spawn() {
        // Somebody else may have been faster; that guard is as good, and this one ends with its pipe.
        let _second = GUARD.set(Mutex::new(pipe));
    }
}

fn spawn() -> io::Result<ChildStdin> {
    let mut guard = Command::new(std::env::current_exe()?)
        .arg(ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C is not for the guard: it must outlive the suite.
        .process_group(0)
        .spawn()?;
    guard.stdin.take().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
}

/// A group has begun: `+ 4711`.
pub(super) fn watch(group: Group) {
    say(&format!("+ {}\n", group.leader()));
}

/// Nobody is left in a group: its number may belong to somebody else from now on.
pub(super) fn release(group: Group) {
    say(&format!("- {}\n", group.leader()));
}

fn say(line: &str) {
    if let Some(guard) = GUARD.get() {
        let mut pipe = guard.lock().unwrap_or_else(PoisonError::into_inner);
        // A guard that is gone guards nothing; the run goes on without it.
        let _gone = pipe.write_all(line.as_bytes());
    }
}

/// Is the guard: reads which groups there are until the suite is gone, then kills those that are left.
pub fn stand(input: impl BufRead) {
    for leader in left(input) {
        if let Some(group) = Group::led_by(leader) {
            group.signal(Signal::KILL);
        }
    }
}

/// The groups that are left when the input ends.
fn left(input: impl BufRead) -> BTreeSet<u32> {
    let mut groups = BTreeSet::new();
    for line in input.lines().map_while(Result::ok) {
        let (Some(sign), Ok(leader)) = (line.get(..1), line.get(2..).unwrap_or("").parse()) else {
            continue;
        };
        match sign {
            "+" if groups.len() < GROUPS_MAX => {
                groups.insert(leader);
            }
            "-" => {
                groups.remove(&leader);
            }
            _ => {}
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_and_not_released_is_left() {
        let input = "+ 10\n+ 11\nnonsense\n- 10\n+ 12\n- 13\n? 14\n+ x\n";
        assert_eq!(left(input.as_bytes()), BTreeSet::from([11, 12]));
        assert!(left("".as_bytes()).is_empty());
    }
}
