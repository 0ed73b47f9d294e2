//! A process group: whoever a program starts is in it, unless it takes itself out.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

/// How often it is looked whether a group has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The process group of a program that leads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group(Pid);

/// How long the threads of a program were ready to run and had no processor.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Waited {
    /// The one that waited most. Threads wait side by side: so much later an answer is at least.
    pub most: Duration,
    /// All of them. Where an answer goes through several threads it may be so much later: a reason to look again, and to excuse
    /// nothing.
    pub together: Duration,
}

impl Waited {
    /// This much, or what somebody beside the program was kept waiting.
    pub fn or_at_least(self, other: Duration) -> Self {
        Self { most: self.most.max(other), together: self.together.max(other) }
    }

    /// What was waited since it was so much.
    pub fn since(self, before: Self) -> Self {
        Self {
            most: self.most.saturating_sub(before.most),
            together: self.together.saturating_sub(before.together),
        }
    }
}

impl Group {
    /// The group that is led by the process with this identifier.
    pub(crate) fn led_by(leader: u32) -> Option<Self> {
        i32::try_from(leader).ok().and_then(Pid::from_raw).map(Self)
    }

    /// The identifier of the process that leads it.
    pub(crate) fn leader(self) -> i32 {
        self.0.as_raw_pid()
    }

    /// Sends a signal to all of it. A group that is gone already is as good.
    pub(crate) fn signal(self, signal: Signal) {
        // Every error means that nobody is left who could take the signal.
        let _gone = kill_process_group(self.0, signal);
    }

    /// Whether anybody in it lives.
    pub(crate) fn lives(self) -> bool {
        if test_kill_process_group(self.0).is_err() {
            return false;
        }
        // A process that has ended stays in its group until its parent has asked for its status. The parent of an orphan is
        // process 1, which in a container may never ask.
        somebody_runs(self.0.as_raw_pid()).unwrap_or(true)
    }

    /// How long the threads in it were ready to run and had no processor; zero where the system does not say. Those that have
    /// ended are not counted.
    pub(crate) fn waited(self) -> Waited {
        let members = processes().into_iter().flatten().filter(|(_, _, of)| *of == self.leader());
        members.flat_map(|(process, _, _)| waited(&process)).fold(Waited::default(), |all, one| {
            Waited { most: all.most.max(one), together: all.together + one }
        })
    }

    /// Waits until nobody in it lives; says whether that came in time.
    pub(crate) async fn ends_within(self, within: Duration) -> bool {
        let gone = async {
            while self.lives() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::time::timeout(within, gone).await.is_ok()
    }
}

/// Looks in `/proc` for a process of the group that is neither a zombie nor dead; nothing where there is no `/proc`.
fn somebody_runs(group: i32) -> Option<bool> {
    let mut seen = false;
    for (_, state, of) in processes()? {
        seen = true;
        if of == group && !matches!(state, 'Z' | 'X' | 'x') {
            return Some(true);
        }
    }
    // An empty `/proc` says nothing.
    seen.then_some(false)
}

/// All processes in `/proc`: folder, state, process group.
fn processes() -> Option<impl Iterator<Item = (PathBuf, char, i32)>> {
    let processes = fs::read_dir("/proc").ok()?;
    Some(processes.flatten().filter_map(|entry| {
        let digits = entry.file_name().to_str()?.bytes().all(|octet| octet.is_ascii_digit());
        let stat = digits.then(|| fs::read_to_string(entry.path().join("stat")).ok())??;
        let (state, group) = state_and_group(&stat)?;
        Some((entry.path(), state, group))
    }))
}

/// How long each thread of a process was ready to run and had no processor: the second number of `schedstat` (Linux, in
/// nanoseconds).
fn waited(process: &Path) -> impl Iterator<Item = Duration> + use<> {
    let threads = fs::read_dir(process.join("task")).into_iter().flatten().flatten();
    let of_thread = |thread: fs::DirEntry| {
        let schedstat = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        schedstat.split_whitespace().nth(1)?.parse().map(Duration::from_nanos).ok()
    };
    threads.filter_map(of_thread)
}

/// The state and the process group in a line of `/proc/*/stat`: the name in brackets before them may hold anything.
fn state_and_group(stat: &str) -> Option<(char, i32)> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut words = rest.split_whitespace();
    let state = words.next()?.chars().next()?;
    let group = words.nth(1)?.parse().ok()?;
    Some((state, group))
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;

    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_hide_the_state() {
        let stat = "42 (a) Z (b)) S 1 41 41 0 -1 4194560";
        assert_eq!(state_and_group(stat), Some(('S', 41)));
        assert_eq!(state_and_group("42 (a"), None);
    }

    #[test]
    fn a_process_that_burns_its_time_beside_others_has_waited() {
        // More processes than there are processors, in one group: some of them must wait.
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let burn = "while :; do :; done";
        let script = format!("{}{burn}", format!("({burn}) & ").repeat(2 * processors));
        let mut child = std::process::Command::new("sh");
        let mut child = child.args(["-c", &script]).process_group(0).spawn().unwrap();
        let group = Group::led_by(child.id()).unwrap();
        let clock = crate::clock::Clock::start();
        let long = simulator::Instant::START + simulator::Span::from_secs(10);
        while group.waited().most < Duration::from_millis(20) && clock.now() < long {
            std::thread::yield_now();
        }
        let waited = group.waited();
        group.signal(Signal::KILL);
        child.wait().unwrap();
        assert!(waited.most >= Duration::from_millis(20), "{waited:?}");
        assert!(waited.together > waited.most, "{waited:?}");
    }

    #[test]
    fn process_0_leads_no_group() {
        assert!(Group::led_by(0).is_none());
    }
}
