//! Programs that behave and programs that do not: nothing of them stays.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::*;
use crate::scenario::Application;

const SOON: Duration = Duration::from_secs(10);
const BRIEF: Duration = Duration::from_millis(100);

fn sh(script: &str) -> CommandLine {
    CommandLine {
        program: "sh".into(),
        arguments: vec!["-c".into(), script.into()],
        environment: BTreeMap::new(),
        folder: PathBuf::from("/"),
        control: false,
        virtual_time: false,
        start: SOON,
        stop: SOON,
    }
}

fn play(
    line: &CommandLine,
    given: &BTreeMap<String, serde_json::Value>,
) -> Result<Process, EngineError> {
    let address: SocketAddr = "[::1]:40001".parse().unwrap();
    let dialect = r#"{"byte_order":"little","tags":"sender"}"#;
    let part = Part {
        protocol: "mnet",
        events: &[],
        scenario: "mnet/data/a",
        role: "listener",
        dialect: &serde_json::from_str(dialect).unwrap(),
        options: &serde_json::from_str(r#"{"two-words":["one","two"]}"#).unwrap(),
        application: Application::Echo,
        given,
        address: Some(address),
        peer: None,
    };
    Process::start(line, &part)
}

fn start(script: &str) -> Process {
    play(&sh(script), &BTreeMap::new()).unwrap()
}

/// Waits until the program has printed this: until then it may not have come to the point of the test.
async fn printed(process: &Process, text: &str) {
    let mut looks = 0;
    while !String::from_utf8_lossy(&process.printed()).contains(text) {
        looks += 1;
        assert!(looks < 2000, "the program does not print {text:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn lives(process: i32) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[tokio::test]
async fn a_program_is_told_its_part_and_nothing_that_it_should_not_know() {
    let mut line = sh("env | grep -E '^(WIREPROOF|OWN)_' | sort; cat \"$WIREPROOF_GIVEN\"; pwd");
    line.environment = BTreeMap::from([
        ("OWN_SETTING".to_owned(), "7".to_owned()),
        ("WIREPROOF_ROLE".to_owned(), "overridden".to_owned()),
    ]);
    let given = BTreeMap::from([("users".to_owned(), serde_json::json!(["ann"]))]);
    let mut process = play(&line, &given).unwrap();
    process.ended().await;
    let text = String::from_utf8(process.stop(SOON).await.printed).unwrap();
    let (path, rest) = text.split_once("WIREPROOF_GIVEN=").unwrap();
    assert_eq!(
        path,
        "OWN_SETTING=7\nWIREPROOF_ADDRESS=[::1]:40001\nWIREPROOF_APPLICATION=echo\nWIREPROOF_BYTE_ORDER=little\n"
    );
    let (file, rest) = rest.split_once('\n').unwrap();
    assert_eq!(
        rest,
        "WIREPROOF_PROTOCOL=mnet\nWIREPROOF_ROLE=listener\nWIREPROOF_SCENARIO=mnet/data/a\nWIREPROOF_TAGS=sender\n\
         WIREPROOF_TWO_WORDS=one,two\n\
         {\n  \"users\": [\n    \"ann\"\n  ]\n}/\n"
    );
    assert!(!Path::new(file).exists(), "the file goes with the program");
}

#[tokio::test]
async fn a_program_that_ends_when_asked_has_ended_well() {
    let process = start("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done");
    printed(&process, "up").await;
    let stopped = process.stop(SOON).await;
    assert_eq!(stopped.endings, []);
    assert_eq!(stopped.status, "exit status 0");
    assert!(stopped.printed.ends_with(b"bye\n"));
}

#[tokio::test]
async fn a_program_without_a_handler_ends_by_the_signal_which_is_as_good() {
    let stopped = start("exec sleep 600").stop(SOON).await;
    assert_eq!((stopped.endings, stopped.status.as_str()), (vec![], "signal 15 (SIGTERM)"));
}

#[tokio::test]
async fn a_program_that_ignores_the_request_is_killed() {
    let process = start("trap '' TERM; echo up; while :; do sleep 0.01; done");
    printed(&process, "up").await;
    let stopped = process.stop(BRIEF).await;
    assert_eq!(
        (stopped.endings, stopped.status.as_str()),
        (vec![Ending::Hung], "signal 9 (SIGKILL)")
    );
}

#[tokio::test]
async fn a_program_that_ends_by_itself_has_crashed() {
    for (script, status) in [("exit 3", "exit status 3"), ("kill -SEGV $$", "signal 11 (SIGSEGV)")]
    {
        let mut process = start(script);
        assert_eq!(in_words(process.ended().await), status);
        let stopped = process.stop(SOON).await;
        assert_eq!(stopped.endings, [Ending::Crashed { status: status.to_owned() }]);
    }
}

#[tokio::test]
async fn a_process_that_was_left_behind_is_noticed_and_killed() {
    let process = start("(trap '' TERM; echo child; exec sleep 600) & echo $! up; wait");
    // Either may come first.
    printed(&process, "child").await;
    printed(&process, "up").await;
    let printed_now = String::from_utf8(process.printed()).unwrap();
    let of_orphan = |line: &str| line.strip_suffix(" up")?.parse::<i32>().ok();
    let orphan = printed_now.lines().find_map(of_orphan).unwrap();
    assert!(lives(orphan));
    let stopped = process.stop(SOON).await;
    assert_eq!(stopped.endings, [Ending::LeftProcesses]);
    assert!(!lives(orphan));
}

#[tokio::test]
async fn a_helper_that_ends_with_its_program_was_not_left_behind() {
    let process = start("sleep 600 & echo up; wait");
    printed(&process, "up").await;
    assert_eq!(process.stop(SOON).await.endings, []);
}

#[tokio::test]
async fn whoever_is_dropped_takes_the_whole_group_along() {
    let process = start("sleep 600 & echo $!; wait");
    printed(&process, "\n").await;
    let helper = String::from_utf8(process.printed()).unwrap().trim().parse().unwrap();
    assert!(lives(helper));
    drop(process);
    let mut looks = 0;
    while lives(helper) {
        looks += 1;
        assert!(looks < 400, "the helper lives on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_program_that_prints_without_end_is_read_and_forgotten() {
    let process =
        start("echo first; while :; do echo 0123456789012345678901234567890123456789; done");
    printed(&process, "octets left out").await;
    let stopped = process.stop(SOON).await;
    assert_eq!(stopped.endings, []);
    assert!(stopped.printed.starts_with(b"first\n"));
    assert!(stopped.printed.len() < PRINTED_MAX + 100);
}

#[tokio::test]
async fn a_program_that_does_not_exist_is_an_error_that_names_it() {
    let line =
        CommandLine { program: "no-such-program".into(), arguments: vec!["-x".into()], ..sh("") };
    let error = play(&line, &BTreeMap::new()).unwrap_err().to_string();
    assert!(error.starts_with("cannot start `no-such-program -x`: "), "{error}");
}
