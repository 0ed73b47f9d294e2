//! Files that people get wrong end with exit code 2, file, line and column; no octets make the program panic.

use std::fmt::Write as _;

use harness::corpus::Corpus;
use harness::profile::Profile;
use harness::scenario::Scenario;
use harness::spec::Catalogue;
use rstest::rstest;

use crate::support::{Output, Scratch, assert_shown, files, mnet, root, wireproof_in};

/// Lists one scenario file, whatever its octets.
fn scenario_file(name: &str, octets: impl AsRef<[u8]>) -> Output {
    let scratch = Scratch::new(name);
    scratch.write("mnet/data/bad.yaml", octets);
    wireproof_in(scratch.path(), ["run", "mnet/data/bad.yaml"])
}

/// A scenario with these lines behind its head, which has three lines.
fn scenario(rest: &str) -> String {
    format!("title: a title\nclauses: [MNET-DATA-6]\nsubject: listener\n{rest}\n")
}

#[rstest]
#[case::an_unknown_key("unknown-key", "stepz: []", "4:1", "`stepz`")]
#[case::an_unknown_key_of_a_step(
    "step-key",
    "steps:\n  - quiet: 1 ms\n    fro: peer",
    "6:5",
    "`fro`"
)]
#[case::a_value_of_another_kind("kind", "seeds: [1]\nsteps: []", "4:8", "seeds")]
#[case::a_time_without_a_unit("time", "steps:\n  - wait: 300", "5:11", "300")]
#[case::two_verbs(
    "two-verbs",
    "steps:\n  - quiet: 1 ms\n    wait: 1 ms",
    "6:11",
    "`quiet` and `wait`"
)]
#[case::no_verb("no-verb", "steps:\n  - note: nothing happens", "5:5", "does nothing")]
#[case::an_unknown_packet("packet", "steps:\n  - send: DATUM", "5:11", "did you mean `DATA`?")]
#[case::an_unknown_field(
    "field",
    "steps:\n  - send: { DATA: { dada: hello } }",
    "5:21",
    "did you mean `data`?"
)]
#[case::a_field_of_another_packet(
    "other-field",
    "steps:\n  - send: { DATA: { hmac: hello } }",
    "5:21",
    "`hmac`"
)]
#[case::a_number_that_does_not_fit(
    "too-big",
    "steps:\n  - send: { DATA: { sequence: 4294967296 } }",
    "5:31",
    "4294967296"
)]
#[case::an_unknown_label("label", "steps:\n  - repeat: furst", "5:13", "`furst`")]
#[case::a_label_that_comes_later(
    "later",
    "steps:\n  - repeat: first\n  - send: INIT\n    as: first",
    "5:13",
    "`first`"
)]
#[case::an_unknown_peer("peer", "steps:\n  - send: INIT\n    by: stranger", "6:9", "`stranger`")]
#[case::an_unknown_timer(
    "timer",
    "steps:\n  - expect: DATA\n    within: data-agian",
    "6:13",
    "did you mean `data-again`?"
)]
#[case::an_unknown_mutant(
    "mutant",
    "steps:\n  - wait: 1 ms\nkills: [no-such-mutant]",
    "6:9",
    "`no-such-mutant`"
)]
#[case::an_unknown_beginning(
    "begin",
    "begin: establishd\nsteps:\n  - wait: 1 ms",
    "4:8",
    "did you mean `established`?"
)]
#[case::a_word_that_is_none(
    "word",
    "application: ecco\nsteps:\n  - wait: 1 ms",
    "4:14",
    "did you mean `echo`?"
)]
#[case::a_key_twice("twice", "begin: established\nbegin: cookie\nsteps: []", "5:1", "`begin`")]
#[case::a_tab("tab", "steps:\n\t- wait: 1 ms", "5:", "tab")]
#[case::no_steps_and_no_transfer("nothing", "begin: established", "", "steps")]
#[case::octets_that_are_no_digits("digits", "steps:\n  - send: { octets: '0g' }", "5:", "0g")]
#[case::seeds_that_run_backwards(
    "seeds",
    "network: { lose: 5 % }\nseeds: 9..1\nsteps:\n  - wait: 1 ms",
    "5:8",
    "9..1"
)]
#[case::too_much_weather(
    "percent",
    "network: { lose: 101 % }\nsteps:\n  - wait: 1 ms",
    "4:18",
    "101 %"
)]
fn a_broken_scenario_is_told_with_its_place(
    #[case] name: &str,
    #[case] rest: &str,
    #[case] place: &str,
    #[case] says: &str,
) {
    let output = scenario_file(&format!("scenario-{name}"), scenario(rest));
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains(&format!("mnet/data/bad.yaml:{place}")), "{}", output.shown());
    assert!(output.err.contains(says), "{}", output.shown());
    assert_shown!(format!("scenario-{name}"), output);
}

#[rstest]
#[case::a_title_that_is_missing("clauses: [MNET-DATA-6]\nsteps: []\n", "title")]
#[case::a_clause_that_does_not_exist(
    "title: a\nclauses: [MNET-DATA-66]\nsteps: [wait: 1 ms]\n",
    "2:11"
)]
#[case::a_clause_that_is_none("title: a\nclauses: [data six]\nsteps: [wait: 1 ms]\n", "2:11")]
#[case::a_clause_of_the_other_role(
    "title: a\nclauses: [MNET-INIT-1]\nsubject: connector\nsteps: [wait: 1 ms]\n",
    "2:11"
)]
#[case::no_clauses("title: a\nclauses: []\nsteps: [wait: 1 ms]\n", "clauses")]
#[case::a_list("- title\n- clauses\n", "1:1")]
#[case::a_number("42\n", "1:1")]
#[case::two_documents(
    "title: a\nclauses: [MNET-DATA-6]\nsteps: [wait: 1 ms]\n---\ntitle: b\n",
    "one document"
)]
#[case::a_merge_key("a: &a { title: b }\n<<: *a\n", "bad.yaml")]
#[case::a_bracket_that_stays_open("title: [a, b\n", "bad.yaml")]
#[case::an_empty_file("", "empty")]
#[case::only_a_remark("# nothing yet\n", "bad.yaml")]
fn a_file_that_is_no_scenario_is_told(#[case] text: &str, #[case] says: &str) {
    let output = scenario_file("no-scenario", text);
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains("mnet/data/bad.yaml"), "{}", output.shown());
    assert!(output.err.contains(says), "{}", output.shown());
}

#[rstest]
#[case::a_folder_name("address: 127.0.0.1:4000\nfolderr: x", "4:1", "`folderr`")]
#[case::no_way_in("claims: text", "", "address")]
#[case::two_ways_in("address: 127.0.0.1:4000\ncommand: [a]", "", "command")]
#[case::an_address_without_a_port("address: 127.0.0.1", "3:10", "port")]
#[case::an_unknown_timer(
    "address: 127.0.0.1:4000\ntimers: { data-agian: 1 s }",
    "4:11",
    "did you mean `data-again`?"
)]
#[case::an_unknown_option("address: 127.0.0.1:4000\ndialect: { order: big }", "4:12", "`order`")]
#[case::an_unknown_value(
    "address: 127.0.0.1:4000\ndialect: { byte_order: bog }",
    "4:24",
    "did you mean `big`?"
)]
#[case::an_unknown_grade("address: 127.0.0.1:4000\nclaims: everything", "4:9", "`everything`")]
#[case::an_unknown_capability(
    "address: 127.0.0.1:4000\ncapabilities: [gven]",
    "4:16",
    "did you mean `given`?"
)]
#[case::a_connector_without_a_command(
    "address: 127.0.0.1:4000\nroles: [connector]",
    "4:9",
    "connector"
)]
#[case::a_variable_of_the_suite(
    "command: [a]\nenvironment: { WIREPROOF_ROLE: x }",
    "4:16",
    "WIREPROOF_ROLE"
)]
#[case::an_empty_command("command: []", "3:10", "command")]
fn a_broken_profile_is_told_with_its_place(
    #[case] rest: &str,
    #[case] place: &str,
    #[case] says: &str,
) {
    let scratch = Scratch::new("profile");
    scratch.write("bad-profile.yaml", format!("name: a subject\nprotocol: mnet\n{rest}\n"));
    let output = wireproof_in(scratch.path(), ["run", "--subject", "bad-profile.yaml"]);
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains(&format!("bad-profile.yaml:{place}")), "{}", output.shown());
    assert!(output.err.contains(says), "{}", output.shown());
}

#[rstest]
#[case::not_utf_8("bad.yaml", "UTF-8")]
#[case::a_folder("folder.yaml", "bad.yaml")]
#[case::missing("missing.yaml", "missing.yaml")]
fn a_file_that_cannot_be_read_is_told(#[case] file: &str, #[case] says: &str) {
    let scratch = Scratch::new(&format!("unreadable-{file}"));
    scratch.write("mnet/bad.yaml", b"title: \xff\xfe\n");
    scratch.write("mnet/folder.yaml/mnet/bad.yaml", "title: [\n");
    let path = format!("mnet/{file}");
    for words in [vec!["run", path.as_str()], vec!["run", "--subject", path.as_str()]] {
        let output = wireproof_in(scratch.path(), words);
        assert_eq!(output.code, Some(2), "{}", output.shown());
        let names = output.err.contains(file) || output.err.contains(says);
        assert!(names, "{}", output.shown());
    }
}

#[test]
fn a_file_that_would_fill_the_memory_is_refused() {
    let mut bomb = String::from("title: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let before = format!("*a{},", level - 1).repeat(10);
        writeln!(bomb, "k{level}: &a{level} [{before}]").unwrap();
    }
    let deep = format!("title: {}{}\n", "[".repeat(20_000), "]".repeat(20_000));
    let flow = format!("title: {}\n", "{a: ".repeat(20_000));
    let long = format!("title: {}\n", "x".repeat(9 << 20));
    let wide = format!("title: [{}]\n", "x,".repeat(200_000));
    for (name, text) in
        [("bomb", bomb), ("deep", deep), ("flow", flow), ("long", long), ("wide", wide)]
    {
        let output = scenario_file(&format!("memory-{name}"), text);
        assert_eq!(output.code, Some(2), "{name}: {:?}", output.code);
        assert!(
            output.err.contains("bad.yaml") && output.err.len() < 4000,
            "{name}: {}",
            output.err.len()
        );
    }
}

#[test]
fn every_error_of_a_file_is_told_at_once() {
    let rest = "begin: establishd\nsteps:\n  - send: DATUM\n  - repeat: furst\n  - send: INIT\n    by: stranger";
    let output = scenario_file("all-errors", scenario(rest));
    for says in ["establishd", "DATUM", "furst", "stranger"] {
        assert!(output.err.contains(says), "{says}: {}", output.shown());
    }
}

#[test]
fn no_damage_to_a_file_of_the_corpus_makes_its_reader_panic() {
    let catalogue = Catalogue::of(mnet());
    let corpus = Corpus::embedded();
    let mut texts: Vec<Vec<u8>> =
        corpus.files().map(|(_, file)| file.text.as_bytes().to_vec()).collect();
    texts.push(b"name: a\nprotocol: mnet\ncommand: [a]\ntimers: { data-again: 1 s }\n".to_vec());
    arbtest::arbtest(|chance| {
        let mut octets = chance.choose(&texts)?.clone();
        for _ in 0..chance.int_in_range(1..=8)? {
            let place = chance.int_in_range(0..=octets.len().saturating_sub(1))?;
            match chance.int_in_range(0..=4)? {
                0 => octets.truncate(place),
                1 => octets.insert(place, chance.arbitrary()?),
                2 => octets.insert(place, *chance.choose(b"{}[]:,-#&*!|>'\"%@\t\n ?~")?),
                3 if !octets.is_empty() => octets[place] ^= 1 << chance.int_in_range(0..=7)?,
                _ => {
                    let piece = octets[place..].to_vec();
                    octets.extend(piece);
                }
            }
        }
        let text = String::from_utf8_lossy(&octets);
        for diagnostic in
            Scenario::parse("damaged.yaml", &text, mnet(), catalogue).err().iter().flatten()
        {
            assert!(!diagnostic.render(true).is_empty());
        }
        for diagnostic in Profile::parse("damaged.yaml", &text, root()).err().iter().flatten() {
            assert!(!diagnostic.to_string().is_empty());
        }
        Ok(())
    })
    .budget_ms(4_000);
}

#[test]
fn the_corpus_in_the_program_is_that_of_the_folder() {
    let embedded = Corpus::embedded();
    let read = Corpus::read(&root().join("scenarios")).unwrap();
    let ids = |corpus: &Corpus| corpus.files().map(|(id, _)| id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&embedded), ids(&read));
    let others = ["exceptions.yaml", "setups.yaml"];
    let on_disk = files("scenarios", &["yaml"])
        .into_iter()
        .filter(|path| !others.contains(&&*path.file_name().unwrap().to_string_lossy()))
        .filter(|path| !path.components().any(|part| part.as_os_str() == "vectors"));
    assert_eq!(on_disk.count(), embedded.len(), "a file that is in no corpus");
}
