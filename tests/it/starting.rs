//! `init` writes what runs as it stands and never overwrites; completions and manual pages know every command.

use std::fs;

use rstest::rstest;

use crate::support::{Scratch, wireproof, wireproof_in};

#[rstest]
#[case("mnet", "python", "adapter.py")]
#[case("paperclip", "node", "adapter.js")]
#[case("chat", "go", "adapter.go")]
#[case("paperclip", "c", "adapter.c")]
#[case("chat", "rust", "adapter.rs")]
#[case("mnet", "javascript", "adapter.js")]
#[case("mnet", "shell", "adapter.sh")]
fn a_start_is_a_profile_and_an_adapter(
    #[case] protocol: &str,
    #[case] language: &str,
    #[case] adapter: &str,
) {
    let scratch = Scratch::new("init");
    let words = ["init", protocol, "--language", language, "--into", "mine"];
    let output = wireproof_in(scratch.path(), words);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert!(output.out.contains("wireproof doctor mine/profile.yaml"), "{}", output.shown());
    let folder = scratch.path().join("mine");
    let profile = fs::read_to_string(folder.join("profile.yaml")).unwrap();
    assert!(profile.contains(&format!("protocol: {protocol}")) && folder.join(adapter).is_file());

    fs::write(folder.join(adapter), "my own work").unwrap();
    fs::remove_file(folder.join("profile.yaml")).unwrap();
    let again = wireproof_in(scratch.path(), words);
    assert_eq!(again.code, Some(2), "{}", again.shown());
    assert_eq!(fs::read_to_string(folder.join(adapter)).unwrap(), "my own work");
    assert!(!folder.join("profile.yaml").exists(), "both or none");
}

#[test]
fn what_init_writes_is_started_and_found_silent_by_the_doctor() {
    let scratch = Scratch::new("init-shell");
    let output = wireproof_in(scratch.path(), ["init", "mnet", "--language", "shell"]);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    // Without a program of one's own behind it, the adapter says what is left to do.
    let doctor = wireproof_in(scratch.path(), ["doctor", "profile.yaml"]);
    assert_eq!(doctor.code, Some(4), "{}", doctor.shown());
    assert!(doctor.out.contains("there is no program ./my-program"), "{}", doctor.shown());
}

#[rstest]
#[case("bash")]
#[case("zsh")]
#[case("fish")]
fn completions_know_every_command(#[case] shell: &str) {
    let output = wireproof(&format!("completions {shell}"));
    assert_eq!(output.code, Some(0), "{}", output.shown());
    for command in ["run", "doctor", "verify", "completions"] {
        assert!(output.out.contains(command), "{shell} does not know {command}");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let scratch = Scratch::new("man");
    let output = wireproof_in(scratch.path(), ["man", "man1"]);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let help = wireproof("--help").out;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    let names = commands.filter_map(|line| line.split_whitespace().next());
    let mut pages = 0;
    for name in names.filter(|name| *name != "help" && name.chars().all(|c| c.is_ascii_lowercase()))
    {
        let page = scratch.path().join(format!("man1/wireproof-{name}.1"));
        if help.contains(&format!("\n  {name} ")) {
            let text =
                fs::read_to_string(&page).unwrap_or_else(|error| panic!("{page:?}: {error}"));
            assert!(text.contains(".SH SYNOPSIS"), "{name}");
            pages += 1;
        }
    }
    assert!(pages > 15, "{pages} pages");
    assert!(scratch.path().join("man1/wireproof.1").is_file());
}
