//! Subjects that speak control lines: small shell programs without a socket, as these tests are about the lines.

use super::*;
use crate::journal::HexOctets;

/// Answers `hello` and the canary, and finds its address; then comes what a test wants.
const GREETS: &str = r#"
say() { printf '%s\n' "$1"; }
read -r hello
say "{\"type\":\"ready\",\"name\":\"sh\",\"address\":\"$WIREPROOF_ADDRESS\"}"
read -r canary
say '{"type":"unknown","got":"canary"}'
"#;

/// Waits for `stop` and says what it was told before.
const LISTENS: &str = r#"
while read -r line; do
  case $line in
    *'"stop"'*) exit 0 ;;
    *) say "{\"type\":\"log\",\"text\":\"$(printf %s "$line" | tr -d '"')\"}" ;;
  esac
done
"#;

fn speaks(script: &str) -> Scene {
    let WayIn::Command(mut line) = command("sh", &["-c", script], "") else {
        unreachable!("a command")
    };
    line.control = true;
    line.start = Duration::from_secs(10);
    let mut scene = Scene::new(WayIn::Command(line));
    scene.sends.clear();
    scene.wait = Duration::from_millis(300);
    scene
}

fn error(scene: Scene) -> String {
    scene.run().unwrap_err().to_string()
}

#[test]
fn events_and_logs_are_in_the_journal_and_commands_reach_the_latest_session() {
    let mut scene = speaks(&format!(
        r#"{GREETS}
        sleep 0.05
        say '{{"type":"opened","session":1,"peer":"127.0.0.1:5000"}}'
        say '{{"type":"delivered","session":1,"octets":"6869"}}'
        {LISTENS}"#
    ));
    scene.tells = vec![Command::Write(HexOctets(b"ok".to_vec())), Command::Close];
    let recording = scene.run().unwrap();
    assert_eq!(
        story(&recording),
        [
            "the subject is ready: sh",
            "subject: opened in 1",
            // Told at the beginning, said when there is a session.
            "told: Write(6f6b)",
            "told: Close",
            "subject: delivered(6869) in 1",
            "the subject says: {type:write,session:1,octets:6f6b}",
            "the subject says: {type:close,session:1}",
            "timeout",
        ]
    );
    assert!(recording.reached && recording.journal.header.events);
}

#[test]
fn a_connector_with_the_echo_is_told_to_open() {
    let mut scene = speaks(&format!("{GREETS}{LISTENS}"));
    scene.role = Role::Connector;
    // No address is promised to a connector, and an empty one is none.
    let recording = scene.run();
    let text = recording.unwrap_err().to_string();
    assert!(text.contains("invalid socket address syntax"), "{text}");

    let script = GREETS.replace(r#",\"address\":\"$WIREPROOF_ADDRESS\""#, "");
    let mut scene = speaks(&format!("{script}{LISTENS}"));
    scene.role = Role::Connector;
    let recording = scene.run().unwrap();
    let story = story(&recording);
    assert!(story[1].starts_with("told: Open(127.0.0.1:"), "{story:?}");
    assert!(story[2].starts_with("the subject says: {type:open,peer:127.0.0.1:"), "{story:?}");
}

#[test]
fn whoever_does_not_answer_is_asked_whether_it_flushes() {
    let mut scene = speaks("echo waiting >&2; cat >/dev/null");
    scene.start_within = Duration::from_millis(400);
    assert_eq!(
        error(scene),
        "`control: true`: no `ready` came within 400 ms of `hello`; does the subject read its standard input, \
         and does it flush its standard output after each line?\n  waiting"
    );
    let mut scene =
        speaks(&format!("{}cat >/dev/null", GREETS.split("read -r canary").next().unwrap()));
    scene.start_within = Duration::from_millis(400);
    assert!(error(scene).contains(r#"did not answer {"type":"canary"} within 400 ms"#));
}

#[test]
fn whoever_answers_otherwise_than_it_should_is_told_what_is_wrong() {
    assert_eq!(
        error(speaks("echo 'Listening on 4000'; cat >/dev/null")),
        "control line 1: this is not JSON (expected value at line 1 column 1): `Listening on 4000`"
    );
    assert!(error(speaks("cat")).starts_with("control line 1: unknown variant `hello`"));
    let unsupported = r#"echo '{"type":"unsupported","what":"role listener"}'; cat >/dev/null"#;
    assert!(
        error(speaks(unsupported))
            .contains("`unsupported`: role listener; its profile says otherwise")
    );
    let elsewhere = r#"echo '{"type":"ready","address":"127.0.0.1:1"}'; cat >/dev/null"#;
    assert!(error(speaks(elsewhere)).starts_with("the subject is `ready` at 127.0.0.1:1, but"));
    let nowhere = r#"echo '{"type":"ready"}'; cat >/dev/null"#;
    assert!(error(speaks(nowhere)).contains("an address that it does not name"));
    assert_eq!(
        error(speaks("echo no configuration >&2; exit 3")),
        "the subject ended before the scenario began (exit status 3)\n  no configuration"
    );
}

#[test]
fn a_run_ends_with_an_error_when_a_line_is_wrong() {
    let run = |script: &str| speaks(&format!("{GREETS}sleep 0.05\n{script}")).run().unwrap_err();
    let text = run("echo oops >&2; say oops; cat >/dev/null").to_string();
    assert_eq!(
        text,
        "control line 3: this is not JSON (expected value at line 1 column 1): `oops`\n  oops"
    );
    let text = run(r#"say '{"type":"closed","session":4}'; cat >/dev/null"#).to_string();
    assert_eq!(
        text,
        "control line 3: there is no session 4: none has come into being: `{\"type\":\"closed\",\"session\":4}`"
    );
    let text = run("exec >&-; cat >/dev/null").to_string();
    assert!(text.contains("closed its standard output after control line 2"), "{text}");
    let text = run("tr '\\0' x </dev/zero").to_string();
    assert!(text.contains("control line 3 is longer than 1048576 octets"), "{text}");
}

#[test]
fn a_flood_of_good_lines_keeps_no_timer_waiting_and_comes_to_an_end() {
    let floods = || {
        let script = format!(r#"{GREETS}while say '{{"type":"log","text":"x"}}'; do :; done"#);
        let mut scene = speaks(&script);
        let WayIn::Command(line) = &mut scene.way else { unreachable!("a command") };
        line.stop = Duration::from_millis(100);
        scene
    };
    let mut scene = floods();
    scene.wait = Duration::from_millis(50);
    let recording = scene.run().unwrap();
    // The timer had its turn long before the flood was over.
    assert!(recording.journal.entries.iter().any(|entry| entry.what == What::Timeout));
    assert!(!story(&recording).iter().any(|line| line.starts_with("limit")));
    // It does not hear `stop`, and a full pipe does not save it.
    assert_eq!(story(&recording).last().unwrap(), "hung");

    let mut scene = floods();
    scene.wait = SOON;
    let story = story(&scene.run().unwrap());
    assert!(story.iter().any(|line| line == "limit: 200000 control lines"), "{:?}", story.last());
}

#[test]
fn an_end_that_nobody_asked_for_is_a_crash_and_so_is_a_bad_one_after_stop() {
    let recording = speaks(&format!("{GREETS}exit 0")).run().unwrap();
    assert_eq!(story(&recording).last().unwrap(), "crashed (exit status 0)");
    let recording = speaks(&format!("{GREETS}read -r stop; exit 7")).run().unwrap();
    assert_eq!(story(&recording).last().unwrap(), "crashed (exit status 7 after `stop`)");
    let recording =
        speaks(&format!("{GREETS}while read -r line; do :; done; exit 0")).run().unwrap();
    assert_eq!(story(&recording).last().unwrap(), "timeout");
}
