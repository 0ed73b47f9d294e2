//! A process group: whoever a program starts is in it, unless it takes itself out.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

/// How often it is looked whether a group has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The process group of a program that leads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group(Pid);

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
    let processes = std::fs::read_dir("/proc").ok()?;
    let states = processes.flatten().filter_map(|entry| {
        let digits = entry.file_name().to_str()?.bytes().all(|octet| octet.is_ascii_digit());
        let stat = digits.then(|| std::fs::read_to_string(entry.path().join("stat")).ok())??;
        state_and_group(&stat)
    });
    let mut seen = false;
    for (state, of) in states {
        seen = true;
        if of == group && !matches!(state, 'Z' | 'X' | 'x') {
            return Some(true);
        }
    }
    // An empty `/proc` says nothing.
    seen.then_some(false)
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
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_hide_the_state() {
        let stat = "42 (a) Z (b)) S 1 41 41 0 -1 4194560";
        assert_eq!(state_and_group(stat), Some(('S', 41)));
        assert_eq!(state_and_group("42 (a"), None);
    }

    #[test]
    fn process_0_leads_no_group() {
        assert!(Group::led_by(0).is_none());
    }
}
