//! Nothing that the program has started outlives it, even when it is killed and cannot clean up.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::support::{Scratch, program};

/// How long anything here may take on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// Asks again and again until there is an answer.
#[expect(clippy::disallowed_methods, reason = "processes end in real time")]
fn in_time<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < SOON, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_subject_and_its_children_die_with_a_suite_that_is_killed() {
    let scratch = Scratch::new("killed");
    // Neither answers, nor ends by itself, nor when it is asked to; and it has a child that is like it.
    scratch.write("subject.sh", "trap '' TERM INT HUP\nsleep 600 &\necho \"$$ $!\" > started.part\nmv started.part started\nwait\nwait\n");
    scratch.write(
        "subject.yaml",
        "name: stubborn\nprotocol: mnet\ncommand: [sh, subject.sh]\nstart: { within: 60 s }\n",
    );
    let mut suite = program(scratch.path())
        .args(["run", "mnet/open", "--subject", "subject.yaml", "--jobs", "1"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let pids = in_time("the start of the subject", || {
        let text = fs::read_to_string(scratch.path().join("started")).ok()?;
        let pids: Vec<Pid> = text
            .split_whitespace()
            .map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap())
            .collect();
        Some(pids)
    });
    assert_eq!(pids.len(), 2);
    assert!(pids.iter().all(|pid| test_kill_process(*pid).is_ok()), "they live");
    let suite_pid = Pid::from_raw(i32::try_from(suite.id()).unwrap()).unwrap();
    kill_process(suite_pid, Signal::KILL).unwrap();
    suite.wait().unwrap();
    in_time("the end of the subject and of its child", || {
        pids.iter().all(|pid| !is_alive(*pid)).then_some(())
    });
}

/// Whether a process runs: one that has ended and that nobody has asked about does not.
fn is_alive(pid: Pid) -> bool {
    let Ok(status) = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())) else {
        return test_kill_process(pid).is_ok() && !cfg!(target_os = "linux");
    };
    // The state stands behind the name in parentheses, which may hold anything.
    !status.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z'))
}
