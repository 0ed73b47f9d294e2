//! Traps that other suites have fallen into, as far as no other test holds them; `docs/quality.md` names the test of each.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use harness::corpus::Corpus;
use rstest::rstest;
use serde_json::Value;

use crate::support::{Output, Scratch, files_in, root, wireproof, wireproof_in};

/// What a subject of these tests has in its environment, and nobody may find anywhere else.
const TOKEN: &str = "open-sesame-42";

/// A conforming subject in virtual time that is twisted in one way.
const TWISTED: &str = r#"
import json, os, signal, subprocess, sys, time

how, sound, chosen = sys.argv[1:]
sound = subprocess.Popen([sys.executable, sound], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
for line in sys.stdin:
    said = json.loads(line)
    if said["type"] == "begin":
        deaf, is_chosen = False, said["scenario"] == chosen
        if how == "forgets":
            said["given"] = {}
            line = json.dumps(said) + "\n"
    unknown = said["type"] == "datagram" and said["octets"].startswith("ff")
    if how == "crashes" and unknown:
        os._exit(0)
    if how == "dies-quietly" and unknown:
        deaf = True
    if how == "logs":
        print("error: panic: assertion failed", file=sys.stderr, flush=True)
    if how == "kills-the-suite" and is_chosen:
        # The capture of the case before comes after its journal.
        while not os.listdir("out/captures"):
            time.sleep(0.01)
        os.kill(os.getppid(), signal.SIGKILL)
    if how == "talks" and is_chosen:
        print("Traceback (most recent call last):", flush=True)
        continue
    sound.stdin.write(line)
    sound.stdin.flush()
    answer = sound.stdout.readline()
    print("{}" if deaf else answer.strip(), flush=True)
"#;

/// Capabilities of the subject behind the twist.
const ALL: &str = "given, cookie-lifetime-ms, start-offset";

/// A scenario that needs nothing of a subject, and those that need what is given.
const PLAIN: &str = "mnet/data/one-octet-is-enough";
const GIVEN: [&str; 2] = [
    "mnet/close/a-SHUTDOWN-acknowledges-across-the-wrap",
    "mnet/open/a-cookie-of-a-later-INIT-is-good",
];

/// A folder with `subject.yaml`, which is twisted like this in the chosen scenario.
fn twisted(how: &str, chosen: &str, capabilities: &str) -> Scratch {
    let scratch = Scratch::new(how);
    scratch.write("twisted.py", TWISTED);
    let sound = root().join("tests/subjects/mnet_subject.py");
    let sound = sound.display();
    scratch.write(
        "subject.yaml",
        format!(
            "name: twisted \"<&>\" 0.3\nprotocol: mnet\nroles: [listener]\nvirtual-time: true\n\
             command: [python3, twisted.py, {how}, \"{sound}\", \"{chosen}\"]\n\
             capabilities: [{capabilities}]\nenvironment: {{ TOKEN: {TOKEN} }}\ntimers: {{ data-given-up: 40 s }}\n"
        ),
    );
    scratch
}

/// Judges the subject of a folder by these scenarios.
fn run(scratch: &Scratch, selectors: &[&str], options: &str) -> Output {
    let words = ["run", "--subject", "subject.yaml", "--jobs", "1"];
    let words = words.iter().chain(selectors).copied().chain(options.split_whitespace());
    wireproof_in(scratch.path(), words)
}

fn results(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("results.json")).unwrap()).unwrap()
}

/// The verdicts of a run, each with its scenario.
fn verdicts(results: &Value) -> Vec<(String, String)> {
    let cases = results["cases"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    cases.map(|case| (text(&case["scenario"]), text(&case["judgement"]["verdict"]))).collect()
}

#[test]
fn failures_of_one_protocol_stop_no_other() {
    let areas = ["chat/goodbye", "mnet/wire", "paperclip/session"];
    let output = wireproof(&format!("run {} --null random --format json", areas.join(" ")));
    assert_eq!(output.code, Some(1), "{}", output.err);
    let results: Value = serde_json::from_str(&output.out).unwrap();
    let verdicts = verdicts(&results);
    for area in areas {
        let of_area = verdicts.iter().filter(|(scenario, _)| scenario.starts_with(area));
        let scenarios: BTreeSet<&String> = of_area.map(|(scenario, _)| scenario).collect();
        let all = Corpus::embedded().select(&[area.to_owned()]).unwrap().scenarios.len();
        assert_eq!(scenarios.len(), all, "{area}");
    }
    assert_eq!(results["complete"].as_u64(), Some(verdicts.len() as u64));
}

#[rstest]
#[case("mnet", "listener", "two-packets-in-one-datagram", "wire/a-datagram-carries-one-packet")]
#[case("mnet", "connector", "sends-another-magic", "open/a-COOKIE-ACK-before-COOKIE-opens-nothing")]
#[case("paperclip", "server", "type-before-version", "header/octets-of-every-value-come-back")]
#[case("paperclip", "client", "vector-reused", "coding/Init-Vectors-come-in-any-order-to-a-client")]
#[case("chat", "server", "says-bad-otherwise", "before-login/S9-arrives-however-much-follows")]
#[case(
    "chat",
    "client",
    "client-fields-touch",
    "client/a-00-where-an-ID-is-due-is-ignored-by-a-client"
)]
fn either_role_of_every_protocol_can_fail_a_run(
    #[case] protocol: &str,
    #[case] role: &str,
    #[case] mutant: &str,
    #[case] scenario: &str,
) {
    let line = format!("run {protocol}/{scenario} --role {role}");
    assert_eq!(wireproof(&line).code, Some(0), "{line}");
    let output = wireproof(&format!("{line} --mutant {mutant}"));
    assert_eq!(output.code, Some(1), "{}", output.shown());
    assert!(output.out.contains(&format!("   {role}, ")), "{}", output.shown());
}

#[rstest]
#[case::weather("{ lose: 1 % }\nseeds: 1..1", "the weather did nothing")]
#[case::a_schedule(
    "{ schedule: [{ link: peer>subject, message: COOKIE-ECHO, occurrence: 7, lose: true }] }",
    "COOKIE-ECHO"
)]
fn a_fault_that_meets_no_packet_is_no_pass(#[case] network: &str, #[case] says: &str) {
    let scratch = Scratch::new("no-bite");
    scratch.write(
        "mnet/data/calm.yaml",
        format!(
            "title: calm\nclauses: [MNET-DATA-3]\nbegin: established\nnetwork: {network}\nsteps:\n\
             \x20 - send: {{ DATA: {{ data: hello }} }}\n  - expect: {{ DATA: {{ acknowledged: 5 }} }}\n"
        ),
    );
    let output = wireproof_in(scratch.path(), ["run", "--scenarios", "."]);
    assert_eq!(output.code, Some(3), "{}", output.shown());
    assert!(output.out.contains("fault did not bite"), "{}", output.shown());
    assert!(output.out.contains(says), "{}", output.shown());
}

#[rstest]
#[case::a_crash("crashes", "crashed")]
#[case::a_silent_death("dies-quietly", "silent")]
fn the_end_of_a_subject_is_no_refusal(#[case] how: &str, #[case] ending: &str) {
    // It should overlook what it does not know; it is not there any more to overlook anything.
    let scratch = twisted(how, "", ALL);
    let scenario = "mnet/wire/empty-short-and-unknown-datagrams-harm-no-session";
    let output = run(&scratch, &[scenario], "--out out");
    assert_eq!(output.code, Some(1), "{}", output.shown());
    let case = &results(&scratch.path().join("out"))["cases"][0];
    assert_eq!(case["judgement"]["ending"]["how"], ending, "{case:#}");
    assert_eq!(case["judgement"]["findings"][0]["clause"], "MNET-WIRE-4", "{case:#}");
}

#[test]
fn what_was_judged_before_and_is_unsupported_now_is_worse() {
    let scratch = twisted("not-at-all", "", ALL);
    assert_eq!(run(&scratch, &GIVEN, "--out old").code, Some(0));
    let profile = fs::read_to_string(scratch.path().join("subject.yaml")).unwrap();
    scratch.write("subject.yaml", profile.replace(ALL, ""));
    assert_eq!(run(&scratch, &GIVEN, "--out new").code, Some(3), "nothing was judged");
    let compared = wireproof_in(scratch.path(), ["compare", "old", "new"]);
    assert_eq!(compared.code, Some(1), "{}", compared.shown());
    assert_eq!(compared.out.matches("pass → unsupported").count(), GIVEN.len());
}

#[test]
fn every_scenario_has_a_case_whether_it_was_run_or_not() {
    let scratch = twisted("not-at-all", "", "");
    let output = run(&scratch, &["mnet/open"], "--out out");
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let verdicts = verdicts(&results(&scratch.path().join("out")));
    let with_case: BTreeSet<&str> =
        verdicts.iter().map(|(scenario, _)| scenario.as_str()).collect();
    let all = Corpus::embedded().select(&["mnet/open".to_owned()]).unwrap().scenarios;
    let all: Vec<&str> = all.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(with_case.into_iter().collect::<Vec<_>>(), all);
    let skipped = verdicts.iter().filter(|(_, verdict)| verdict == "unsupported").count();
    assert!(skipped > 0, "{verdicts:?}");
    let report =
        |format: &str| wireproof_in(scratch.path(), ["report", "out", "--format", format]).out;
    assert_eq!(report("tap").matches(" # SKIP ").count(), skipped);
    assert_eq!(report("junit").matches("<skipped").count(), skipped);
    assert!(output.out.contains(&format!("{skipped} unsupported")), "{}", output.shown());
}

#[test]
fn a_capability_that_is_claimed_is_judged_and_one_that_is_not_never_fails() {
    let wraps = &GIVEN[..1];
    let claims = twisted("forgets", "", ALL);
    assert_eq!(run(&claims, wraps, "").code, Some(1), "it claims what it does not do");
    let lacks = twisted("forgets", "", "");
    let output = run(&lacks, wraps, "");
    assert_eq!(output.code, Some(3), "{}", output.shown());
    assert!(output.out.contains("does not declare the capability `given`"), "{}", output.shown());
}

#[test]
fn a_variable_of_the_profile_is_in_no_file_of_a_run() {
    let scratch = twisted("crashes", "", ALL);
    let scenario = "mnet/wire/empty-short-and-unknown-datagrams-harm-no-session";
    let output = run(&scratch, &[scenario, PLAIN], "--out out");
    assert!(!output.shown().contains(TOKEN), "{}", output.shown());
    let sealed = wireproof_in(scratch.path(), ["seal", "out", "--partial"]);
    assert_eq!(sealed.code, Some(0), "{}", sealed.shown());
    let files = files_in(&scratch.path().join("out"));
    assert!(files.len() >= 8, "{files:?}");
    for file in files {
        let octets = fs::read(&file).unwrap();
        let holds = octets.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes());
        assert!(!holds, "{file:?} holds it");
    }
}

#[test]
fn a_network_that_takes_everything_ends_the_run_without_a_pass() {
    let scratch = Scratch::new("takes-everything");
    scratch.write(
        "mnet/data/all.yaml",
        "title: everything is lost\nclauses: [MNET-DATA-3]\n\
         transfer:\n  peer-writes: 64 KiB\n  delivered: [MNET-DATA-3]\n  closed: [MNET-SHUT-4]\n\
         network: { delay: 5 ms, lose: 100 %, lose-in-a-row-max: 1000 }\nseeds: 1..2\n",
    );
    let output = wireproof_in(scratch.path(), ["run", "--scenarios", "."]);
    assert_eq!(output.code, Some(3), "{}", output.shown());
    assert!(output.out.contains("2 inconclusive"), "one for each role: {}", output.shown());
}

#[test]
fn what_was_recorded_before_the_suite_was_killed_can_still_be_judged() {
    let scratch = twisted("kills-the-suite", "mnet/wire/tags-are-random", ALL);
    let killed = run(&scratch, &[PLAIN, "mnet/wire/tags-are-random"], "--out out");
    assert_eq!(killed.code, None, "{}", killed.shown());
    let journals = files_in(&scratch.path().join("out/journals"));
    assert_eq!(journals.len(), 1, "{journals:?}");
    let judged = wireproof_in(scratch.path(), ["replay", "--judge", journals[0].to_str().unwrap()]);
    assert_eq!(judged.code, Some(0), "{}", judged.shown());
    assert!(judged.out.contains("judged again from the journal: pass"), "{}", judged.shown());
    let report = wireproof_in(scratch.path(), ["report", "out"]);
    assert_eq!(report.code, Some(2), "results that are not whole are none: {}", report.shown());
}

#[test]
fn an_answer_that_is_none_is_the_error_of_its_case_alone_and_can_be_known() {
    let scratch = twisted("talks", PLAIN, ALL);
    let selectors = [
        "mnet/data/a-repeat-is-acknowledged-again-and-delivered-once",
        PLAIN,
        "mnet/wire/tags-are-random",
    ];
    let output = run(&scratch, &selectors, "--out out");
    assert_eq!(output.code, Some(4), "{}", output.shown());
    let verdicts = verdicts(&results(&scratch.path().join("out")));
    let of = |verdict: &str| verdicts.iter().filter(|(_, other)| other == verdict).count();
    assert_eq!((of("pass"), of("error")), (2, 1), "{verdicts:?}");
    assert!(output.out.contains("`Traceback (most recent call last):`"), "{}", output.shown());

    scratch.write(
        "known.yaml",
        format!(
            "expect:\n  - {{ scenario: {PLAIN}, verdict: error, reason: its log is mixed in }}\n"
        ),
    );
    let known = run(&scratch, &selectors, "--expect known.yaml");
    assert_eq!(known.code, Some(0), "{}", known.shown());
}

#[test]
fn every_report_and_journal_has_the_one_name_of_the_subject() {
    let scratch = twisted("not-at-all", "", ALL);
    assert_eq!(run(&scratch, &[PLAIN, "mnet/wire/tags-are-random"], "--out out").code, Some(0));
    assert_eq!(wireproof_in(scratch.path(), ["seal", "out", "--partial"]).code, Some(0));
    let out = scratch.path().join("out");
    let name = "twisted \"<&>\" 0.3";
    let (results, seal) = (results(&out), fs::read(out.join("seal.json")).unwrap());
    let seal: Value = serde_json::from_slice(&seal).unwrap();
    assert_eq!((&results["subject"], &seal["subject"]), (&name.into(), &name.into()));
    for file in files_in(&out.join("journals")) {
        let text = fs::read_to_string(&file).unwrap();
        let header: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(header["subject"], name, "{file:?}");
    }
    let junit = fs::read_to_string(out.join("junit.xml")).unwrap();
    assert!(junit.contains("twisted &quot;&lt;&amp;&gt;&quot; 0.3"), "{junit}");
    let markdown = wireproof_in(scratch.path(), ["report", "out", "--format", "markdown"]).out;
    assert!(markdown.contains("twisted"), "{markdown}");
    let corpus = Corpus::embedded();
    for (scenario, _) in verdicts(&results) {
        assert!(corpus.files().any(|(id, _)| id.as_str() == scenario), "{scenario}");
    }
}

#[rstest]
#[case::in_virtual_time("logs", "")]
#[case::over_sockets("", "printed/")]
fn what_goes_to_standard_error_is_evidence_and_no_verdict(#[case] how: &str, #[case] kept: &str) {
    let scratch = twisted(how, "", ALL);
    if how.is_empty() {
        let wireproof = env!("CARGO_BIN_EXE_wireproof");
        let script = format!(
            "echo error: panic: assertion failed >&2; exec {wireproof} serve mnet --listen $WIREPROOF_ADDRESS"
        );
        scratch.write(
            "subject.yaml",
            format!(
                "name: logs\nprotocol: mnet\nroles: [listener]\ncommand: [sh, -c, \"{script}\"]\n"
            ),
        );
    }
    let output = run(&scratch, &[PLAIN], "--out out");
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let printed = files_in(&scratch.path().join("out"));
    let printed = printed.iter().find(|file| file.display().to_string().contains("/printed/"));
    // In virtual time it goes where the suite's own goes, as one process serves all runs.
    assert_eq!(printed.is_some(), !kept.is_empty(), "{}", output.shown());
    let text = printed.map_or(output.err, |file| fs::read_to_string(file).unwrap());
    assert!(text.contains("error: panic: assertion failed"), "{text}");
}

#[test]
fn the_files_of_the_subjects_command_are_bound_by_digest() {
    let scratch = twisted("not-at-all", "", ALL);
    let run = || {
        assert_eq!(run(&scratch, &[PLAIN], "--out out").code, Some(0));
        results(&scratch.path().join("out"))["basis"]["program"].clone()
    };
    let program = run();
    let sound = root().join("tests/subjects/mnet_subject.py").display().to_string();
    let files: Vec<&String> = program.as_object().unwrap().keys().collect();
    assert_eq!(files, [&sound, "twisted.py"], "no interpreter that was looked up");
    assert_eq!(program, run(), "the same files");
    scratch.write("twisted.py", format!("{TWISTED}# another version\n"));
    let other = run();
    assert_eq!(program[&sound], other[&sound]);
    assert_ne!(program["twisted.py"], other["twisted.py"]);
}

/// The tests that a cell of the table names: each file with its functions.
fn named(cell: &str) -> Vec<(String, String)> {
    let mut spans = cell.split('`').skip(1).step_by(2);
    let mut named = Vec::new();
    while let (Some(file), Some(test)) = (spans.next(), spans.next()) {
        named.push((file.to_owned(), test.to_owned()));
    }
    named
}

#[test]
fn the_table_of_traps_names_tests_that_there_are_and_all_of_this_file() {
    let page = fs::read_to_string(root().join("docs/quality.md")).unwrap();
    let rows = page.lines().skip_while(|line| !line.starts_with("| trap |")).skip(2);
    let mut of_this_file = BTreeSet::new();
    let mut number = 0;
    for row in rows.take_while(|line| line.starts_with('|')) {
        number += 1;
        let tests = named(row.split('|').nth(3).unwrap());
        assert!(!tests.is_empty(), "no test: {row}");
        for (file, test) in tests {
            let text = fs::read_to_string(root().join(&file)).unwrap();
            let is_python = Path::new(&file).extension().is_some_and(|it| it == "py");
            let keyword = if is_python { "def" } else { "fn" };
            assert!(text.contains(&format!("{keyword} {test}(")), "{file} has no {test}");
            if file == "tests/it/traps.rs" {
                of_this_file.insert(test);
            }
        }
    }
    assert!(number >= 35, "{number} rows");
    let own = fs::read_to_string(root().join("tests/it/traps.rs")).unwrap();
    let tests = own.lines().filter_map(|line| line.strip_prefix("fn ")?.split('(').next());
    let is_test = |name: &&str| name.matches('_').count() > 3 && !name.starts_with("the_table");
    let tests: BTreeSet<String> = tests.filter(is_test).map(str::to_owned).collect();
    assert_eq!(of_this_file, tests);
}
