//! The action for GitHub does in a runner's environment what it says, as far as that can be tried without GitHub: its own steps
//! are run, with the files that a runner would give them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_yaml::Value;

use crate::support::{Scratch, root};

/// The program under test, in the folder that the first step of the action would have put on the path.
fn path_with_the_program() -> std::ffi::OsString {
    let program = Path::new(env!("CARGO_BIN_EXE_wireproof")).parent().unwrap().to_owned();
    let rest = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(program).chain(std::env::split_paths(&rest))).unwrap()
}

fn action() -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join("action.yml")).unwrap()).unwrap()
}

/// The script of the step with this name.
fn script(name: &str) -> String {
    let action = action();
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let step = steps.iter().find(|step| step["name"].as_str() == Some(name));
    let step = step.unwrap_or_else(|| panic!("no step `{name}`"));
    assert_eq!(step["shell"].as_str(), Some("bash"), "{name}");
    step["run"].as_str().unwrap().to_owned()
}

fn run(scratch: &Scratch, name: &str, environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new("bash");
    // As a runner calls it: it ends with the first command that fails, unless the script says otherwise.
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script(name)]);
    command.current_dir(scratch.path()).env("PATH", path_with_the_program());
    command.env("GITHUB_OUTPUT", scratch.path().join("output"));
    command.env("GITHUB_STEP_SUMMARY", scratch.path().join("summary"));
    command.envs(environment.iter().copied()).output().unwrap()
}

fn read(scratch: &Scratch, name: &str) -> String {
    fs::read_to_string(scratch.path().join(name)).unwrap_or_default()
}

#[test]
fn a_run_that_fails_leaves_annotations_a_summary_evidence_and_its_exit_code() {
    let scratch = Scratch::new("action");
    let environment = [
        ("SUBJECT", ""),
        ("SCENARIOS", "mnet/open mnet/data"),
        ("ARGUMENTS", "--mutant no-cookie-ack --seed 3"),
        ("OUT", "the results"),
    ];
    let output = run(&scratch, "Run the scenarios", &environment);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "a later step fails: {printed}");
    assert_eq!(read(&scratch, "output"), "exit-code=1\n", "{printed}");
    assert!(printed.contains("::error "), "{printed}");
    assert!(read(&scratch, "summary").contains("fail"), "{}", read(&scratch, "summary"));
    assert!(scratch.path().join("the results/report.html").is_file());
    let last = run(&scratch, "Fail as the scenarios did", &[("CODE", "1")]);
    assert_eq!(last.status.code(), Some(1));
}

#[test]
fn a_mistake_in_the_inputs_is_an_exit_code_too() {
    let scratch = Scratch::new("action-mistake");
    let environment =
        [("SUBJECT", "no such.yaml"), ("SCENARIOS", ""), ("ARGUMENTS", ""), ("OUT", "results")];
    let output = run(&scratch, "Run the scenarios", &environment);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no such.yaml"), "the profile's name is one word: {said}");
    assert_eq!(read(&scratch, "output"), "exit-code=2\n", "{said}");
}

#[test]
fn every_input_and_output_is_used_and_described() {
    let action = action();
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    for (name, input) in action["inputs"].as_mapping().unwrap() {
        let name = name.as_str().unwrap();
        assert!(input["description"].as_str().is_some_and(|text| text.len() > 10), "{name}");
        assert!(text.contains(&format!("inputs.{name}")), "{name} is used");
    }
    let build = script("Build wireproof");
    assert!(build.contains("cargo install") && root().join("harness/Cargo.toml").is_file());
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        // An input within a script could be read as a part of it.
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step:?}");
    }
}
