//! Tests of profile.

use insta::assert_snapshot;

use super::*;
use crate::diagnostic::render_all;
use crate::protocol::mnet::Mnet;

fn parse(text: &str) -> Result<Profile, Vec<Diagnostic>> {
    Profile::parse("p.yaml", text, Path::new("/profiles"))
}

fn errors(text: &str) -> String {
    render_all(&parse(text).expect_err("the profile is wrong"))
}

#[test]
fn the_shortest_profile_names_a_protocol_and_an_address() {
    let profile = parse("name: mine\nprotocol: mnet\naddress: 127.0.0.1:4000\n").unwrap();
    assert_eq!(
        profile,
        Profile {
            name: "mine".into(),
            protocol: "mnet".into(),
            roles: vec![Role::Listener],
            dialect: DialectChoice::default_for(&Mnet),
            options: OptionChoice::default(),
            claims: Grade::Edition,
            way: WayIn::Address("127.0.0.1:4000".parse().unwrap()),
            host: Ipv4Addr::LOCALHOST.into(),
            reply: Duration::from_secs(1),
            settle: Duration::ZERO,
            timers: Timers::defaults(&Mnet),
            capabilities: BTreeSet::new(),
            application: Application::Echo,
            digest: None,
        }
    );
}

#[test]
fn every_key_has_its_effect() {
    let profile = parse(
        "name: mine
protocol: mnet
roles: [connector, listener]
dialect: { byte_order: big }
claims: text
command: [./listener.py, --fast, data/keys]
host: \"::1\"
environment: { LOG: debug }
folder: /
start: { within: 10 s }
stop: { within: 250 ms }
reply: 2 s
settle: 100 ms
timers: { data-again: 1.5 s }
capabilities: [given]
application: echo
",
    )
    .unwrap();
    assert_eq!(profile.roles, [Role::Connector, Role::Listener]);
    assert_eq!(profile.dialect.to_string(), "byte_order=big tags=sender");
    assert_eq!(profile.claims, Grade::Text);
    assert_eq!(profile.host.to_string(), "::1");
    assert_eq!(profile.reply, Duration::from_secs(2));
    assert_eq!(profile.settle, Duration::from_millis(100));
    assert_eq!(profile.timers.duration("data-again"), Some(Duration::from_millis(1500)));
    let WayIn::Command(command) = &profile.way else { panic!("a command") };
    assert_eq!(command.program, "/listener.py");
    assert_eq!(command.arguments, ["--fast", "data/keys"]);
    assert_eq!(command.environment["LOG"], "debug");
    assert_eq!(command.folder, Path::new("/"));
    assert_eq!((command.start.as_secs(), command.stop.as_millis()), (10, 250));
    assert_eq!(command.to_string(), "/listener.py --fast data/keys");
    assert!(profile.offers(Need::Given));
    assert!(!profile.offers(Need::Control));
    assert!(!profile.offers(Need::SecondAddress));
}

#[test]
fn a_program_without_a_folder_in_its_name_is_looked_up() {
    let profile = parse("name: mine\nprotocol: mnet\ncommand: [python3, listener.py]\n").unwrap();
    let WayIn::Command(command) = &profile.way else { panic!("a command") };
    assert_eq!(command.program, "python3");
    assert_eq!(command.folder, Path::new("/profiles"));
    assert!(profile.offers(Need::SecondAddress));
}

#[test]
fn a_program_that_speaks_control_lines_offers_control() {
    let with = |rest: &str| parse(&format!("name: mine\nprotocol: mnet\n{rest}\n"));
    let offers = |rest: &str| with(rest).unwrap().offers(Need::Control);
    assert!(offers("command: [x]\ncontrol: true"));
    assert!(!offers("command: [x]\ncontrol: false"));
    assert!(!offers("command: [x]"));
    let errors = with("address: 127.0.0.1:1\ncontrol: true").unwrap_err();
    assert!(errors[0].to_string().contains("`control` means nothing with `address`"));
}

#[test]
fn a_subject_elsewhere_is_reached_from_any_address() {
    let host = |address: &str| {
        let text = format!("name: x\nprotocol: mnet\naddress: \"{address}\"\n");
        parse(&text).unwrap().host.to_string()
    };
    assert_eq!(host("192.0.2.1:4000"), "0.0.0.0");
    assert_eq!(host("[::1]:4000"), "::1");
    assert_eq!(host("[2001:db8::1]:4000"), "::");
}

#[test]
fn the_reference_offers_everything() {
    let profile = Profile::reference(&Mnet);
    assert_eq!(profile.timers, Timers::reference(&Mnet));
    for need in [Need::Control, Need::SecondAddress, Need::Given] {
        assert!(profile.offers(need));
    }
}

#[test]
fn exactly_one_way_in_is_given() {
    assert_snapshot!(errors("name: x\nprotocol: mnet\n"), @"
    error: neither `address` nor `command` is given
     --> p.yaml:1:1
      |
    1 | name: x
      | ^^^^^^^
      |
      = help: give one: `address` for a subject that listens already, `command` for one that the suite starts
    ");
    assert_snapshot!(
        errors("name: x\nprotocol: mnet\naddress: 127.0.0.1:1\ncommand: [x]\n"),
        @"
    error: both `address` and `command` are given
     --> p.yaml:4:10
      |
    4 | command: [x]
      |          ^
      |
      = help: give one: `address` for a subject that listens already, `command` for one that the suite starts
    "
    );
}

#[test]
fn a_command_is_a_list() {
    assert_snapshot!(errors("name: x\nprotocol: mnet\ncommand: python3 listener.py\n"), @"
    error: `command` is a list of words
     --> p.yaml:3:10
      |
    3 | command: python3 listener.py
      |          ^^^^^^^^^^^^^^^^^^^
      |
      = help: no shell reads it; write `command: [python3, listener.py]`
    ");
    assert_snapshot!(errors("name: x\nprotocol: mnet\ncommand: []\n"), @"
    error: `command` names no program
     --> p.yaml:3:10
      |
    3 | command: []
      |          ^
    ");
    assert_snapshot!(errors("name: x\nprotocol: mnet\ncommand: 5\n"), @"
    error: expected a list of words, such as `[python3, listener.py]`, found integer `5`
     --> p.yaml:3:1
      |
    3 | command: 5
      | ^^^^^^^
    ");
}

#[test]
fn words_that_do_not_exist_are_named() {
    assert_snapshot!(
        errors(
            "name: x
protocol: mnet
address: localhost:4000
dialect: { byteorder: big, tags: sendr }
timers: { data-agian: 1 s }
capabilities: [start-ofset]
host: localhost
"
        ),
        @r#"
    error: `localhost:4000` is not an address
     --> p.yaml:3:10
      |
    3 | address: localhost:4000
      |          ^^^^^^^^^^^^^^
      |
      = help: an IP address with a port, such as `127.0.0.1:4000` or `"[::1]:4000"`

    error: mnet has no dialect option `byteorder`
     --> p.yaml:4:12
      |
    4 | dialect: { byteorder: big, tags: sendr }
      |            ^^^^^^^^^
      |
      = help: did you mean `byte_order`?

    error: the dialect option `tags` has no value `sendr`
     --> p.yaml:4:34
      |
    4 | dialect: { byteorder: big, tags: sendr }
      |                                  ^^^^^
      |
      = help: did you mean `sender`?

    error: mnet has no timer `data-agian`
     --> p.yaml:5:11
      |
    5 | timers: { data-agian: 1 s }
      |           ^^^^^^^^^^
      |
      = help: did you mean `data-again`?

    error: unknown capability `start-ofset`
     --> p.yaml:6:16
      |
    6 | capabilities: [start-ofset]
      |                ^^^^^^^^^^^
      |
      = help: did you mean `start-offset`?

    error: `localhost` is not an IP address
     --> p.yaml:7:7
      |
    7 | host: localhost
      |       ^^^^^^^^^
      |
      = help: such as `127.0.0.1` or `"::1"`
    "#
    );
    assert_snapshot!(errors("name: x\nprotocol: mnett\naddress: 127.0.0.1:1\n"), @"
    error: unknown protocol `mnett`
     --> p.yaml:2:11
      |
    2 | protocol: mnett
      |           ^^^^^
      |
      = help: did you mean `mnet`?
    ");
    assert_snapshot!(errors("name: x\nprotocol: mnet\nadress: 127.0.0.1:1\n"), @"
    error: unknown key `adress`
     --> p.yaml:3:1
      |
    3 | adress: 127.0.0.1:1
      | ^^^^^^
      |
      = help: did you mean `address`?
    ");
}

#[test]
fn keys_and_values_fit_together() {
    assert_snapshot!(
        errors(
            "name: ' '
protocol: mnet
roles: [connector, connector]
address: 127.0.0.1:0
start: { within: 1 s }
environment: { A: b }
reply: 2000 s
settle: 99999 s
"
        ),
        @"
    error: `name` is empty
     --> p.yaml:1:7
      |
    1 | name: ' '
      |       ^^^

    error: `roles` names `connector` twice
     --> p.yaml:3:20
      |
    3 | roles: [connector, connector]
      |                    ^^^^^^^^^

    error: `environment` means nothing with `address`
     --> p.yaml:4:10
      |
    4 | address: 127.0.0.1:0
      |          ^^^^^^^^^^^

    error: `start` means nothing with `address`
     --> p.yaml:4:10
      |
    4 | address: 127.0.0.1:0
      |          ^^^^^^^^^^^

    error: nobody can listen at `127.0.0.1:0`
     --> p.yaml:4:10
      |
    4 | address: 127.0.0.1:0
      |          ^^^^^^^^^^^

    error: `settle` is 99999 s, at most 3600 s makes sense
     --> p.yaml:8:9
      |
    8 | settle: 99999 s
      |         ^^^^^^^
    "
    );
    assert_snapshot!(
        errors("name: x\nprotocol: mnet\naddress: 127.0.0.1:1\nroles: [connector]\nhost: \"::1\"\n"),
        @r#"
    error: a subject with an `address` is a listener
     --> p.yaml:4:9
      |
    4 | roles: [connector]
      |         ^^^^^^^^^
      |
      = help: a connector needs `command`

    error: `host` ::1 cannot reach 127.0.0.1:1: one is IPv4, one is IPv6
     --> p.yaml:5:7
      |
    5 | host: "::1"
      |       ^^^^^
    "#
    );
    assert_snapshot!(
        errors("name: x\nprotocol: mnet\ncommand: [x]\nenvironment: { WIREPROOF_ROLE: x }\nfolder: gone\n"),
        @"
        error: `WIREPROOF_ROLE` cannot be an environment variable here
         --> p.yaml:4:16
          |
        4 | environment: { WIREPROOF_ROLE: x }
          |                ^^^^^^^^^^^^^^
          |
          = help: names that begin with `WIREPROOF_` are the suite's own

        error: there is no folder `/profiles/gone`
         --> p.yaml:5:9
          |
        5 | folder: gone
          |         ^^^^
        "
    );
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let errors = Profile::load(Path::new("/no/such/profile.yaml")).unwrap_err();
    assert!(errors[0].to_string().contains("cannot read the profile"));
}

#[test]
fn a_grade_demands_its_musts() {
    let catalogue = crate::spec::Catalogue::of(&Mnet);
    let demanded = |grade: Grade| catalogue.iter().filter(|clause| grade.demands(clause)).count();
    assert!(demanded(Grade::Text) < demanded(Grade::Edition));
    assert!(demanded(Grade::Edition) < catalogue.len());
}

#[test]
fn a_schema_is_made_of_the_document() {
    let schema = schema();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], serde_json::json!(["name", "protocol"]));
}

#[test]
fn the_documentation_is_right() {
    let page = include_str!("../../../docs/profile-format.md");
    let examples: Vec<&str> = page
        .split("```yaml\n# a profile\n")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("```")?.0))
        .collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        if let Err(errors) = parse(example) {
            panic!("{}", render_all(&errors));
        }
    }
    for timer in Mnet.timers() {
        let row = format!("| `{}` | {} | {} |", timer.name, timer.what, timer.default_ms);
        assert!(page.contains(&row), "{row}");
    }
}
