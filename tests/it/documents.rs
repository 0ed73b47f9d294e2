//! Documents name only commands, files and examples that are there, and their examples are right.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use harness::profile::{self, Profile};
use harness::scenario::{self, Scenario};
use harness::spec::Catalogue;
use serde_json::Value;

use crate::support::{files, mnet, root, wireproof};

/// The documents that speak of the program: name and text.
fn documents() -> Vec<(String, String)> {
    let mut paths = files("docs", &["md"]);
    paths.extend(files(".", &["md"]).into_iter().filter(|path| path.parent() == Some(root())));
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The text of a document of the repository.
fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced blocks of a document in this language, each with the number of its first line.
fn blocks(text: &str, language: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        match &mut open {
            Some((first, _, block)) if line.trim() == "```" => {
                blocks.push((*first, std::mem::take(block)));
                open = None;
            }
            Some((_, indent, block)) => {
                block.push_str(line.get(*indent..).unwrap_or_default());
                block.push('\n');
            }
            None if line.trim() == format!("```{language}") => {
                open = Some((index + 2, indent, String::new()));
            }
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

#[test]
fn the_examples_of_scenarios_are_scenarios() {
    let catalogue = Catalogue::of(mnet());
    let name = "docs/scenario-format.md";
    let mut whole = 0;
    for (line, block) in blocks(&document(name), "yaml") {
        if block.lines().any(|line| line.starts_with("title:")) {
            let place = format!("{name} from line {line}");
            if let Err(errors) = Scenario::parse(&place, &block, mnet(), catalogue) {
                panic!("{}", harness::diagnostic::render_all(&errors));
            }
            whole += 1;
        }
    }
    assert!(whole >= 3, "{whole} whole scenarios in {name}");
}

#[test]
fn the_examples_of_profiles_are_profiles() {
    let mut whole = 0;
    for name in ["docs/profile-format.md", "docs/testing-your-implementation.md"] {
        for (line, block) in blocks(&document(name), "yaml") {
            if block.lines().any(|line| line.starts_with("protocol:")) {
                let place = format!("{name} from line {line}");
                if let Err(errors) = Profile::parse(&place, &block, root()) {
                    panic!("{}", harness::diagnostic::render_all(&errors));
                }
                whole += 1;
            }
        }
    }
    assert!(whole >= 4, "{whole} whole profiles");
}

/// The commands that a document shows, each as the words after the program's name.
fn commands(text: &str) -> Vec<Vec<String>> {
    let spans = text.split('`').skip(1).step_by(2).map(str::to_owned);
    let lines = text.lines().map(|line| line.trim().trim_start_matches("$ ").to_owned());
    spans
        .chain(lines)
        .filter_map(|line| {
            line.split('#')
                .next()
                .and_then(|line| line.strip_prefix("wireproof "))
                .map(str::to_owned)
        })
        .map(|rest| rest.split_whitespace().map(str::to_owned).collect())
        .collect()
}

#[test]
fn every_command_that_a_document_shows_is_there_with_its_options() {
    let mut shown = BTreeSet::new();
    for (name, text) in documents() {
        for words in commands(&text) {
            let (Some(command), options) = (words.first(), words.iter().skip(1)) else { continue };
            if command.starts_with('-')
                || !command.chars().all(|letter| letter.is_ascii_lowercase())
            {
                continue;
            }
            let help = wireproof(&format!("{command} --help"));
            assert_eq!(
                help.code,
                Some(0),
                "{name} shows `wireproof {command}`, which is not there"
            );
            for option in options.filter(|word| word.starts_with("--")) {
                let option = option.split('=').next().unwrap();
                assert!(help.out.contains(option), "{name}: `wireproof {command}` has no {option}");
            }
            shown.insert(command.clone());
        }
    }
    for command in ["run", "serve", "schema"] {
        assert!(shown.contains(command), "no document shows `wireproof {command}`");
    }
}

#[test]
fn every_path_that_the_documents_name_is_there() {
    let folders = ["reference/", "simulator/", "harness/", "scenarios/", "tests/", "docs/", ".ci/"];
    let mut seen = 0;
    for (name, text) in documents() {
        for span in text.split('`').skip(1).step_by(2) {
            let is_path = folders.iter().any(|folder| span.starts_with(folder))
                && !span.contains(['<', '*', '…', ' ', '\n', '{']);
            if is_path {
                let path = span.split(':').next().unwrap();
                assert!(root().join(path).exists(), "{name} names {span}, which is not there");
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "no document names a path");
}

#[test]
fn links_between_documents_lead_somewhere() {
    for (name, text) in documents() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap();
            if path.is_empty() || path.contains("://") || path.contains(char::is_whitespace) {
                continue;
            }
            let folder = root().join(&name).parent().unwrap().to_path_buf();
            assert!(folder.join(path).exists(), "{name} links to {link}");
        }
    }
}

#[test]
fn schemas_in_the_documents_are_those_of_the_program() {
    let formats = [("scenario", scenario::schema()), ("profile", profile::schema())];
    for (format, schema) in formats {
        let printed: Value =
            serde_json::from_str(&wireproof(&format!("schema {format}")).out).unwrap();
        assert_eq!(printed, schema);
        let path = root().join(format!("docs/{format}.schema.json"));
        if path.exists() {
            let kept: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            assert_eq!(kept, schema, "docs/{format}.schema.json is out of date");
        }
    }
}

#[test]
fn every_key_of_a_format_is_in_its_document() {
    for (name, schema) in [
        ("docs/scenario-format.md", scenario::schema()),
        ("docs/profile-format.md", profile::schema()),
    ] {
        let text = document(name);
        let properties = schema["properties"].as_object().unwrap();
        assert!(properties.len() > 5, "{name}");
        for key in properties.keys() {
            assert!(text.contains(&format!("`{key}`")), "{name} does not explain `{key}`");
        }
    }
}
