//! Rules about the repository itself.

use std::fs;

use rstest::rstest;

use crate::support::{files, root};

/// Most lines of one file of Rust.
const LINES_MAX: usize = 500;

#[rstest]
#[case("reference/src")]
#[case("simulator/src")]
#[case("harness/src")]
#[case("tests")]
fn no_file_is_too_long_to_be_read(#[case] folder: &str) {
    let sources = files(folder, &["rs", "py"]);
    assert!(!sources.is_empty(), "{folder} holds no sources");
    for path in sources {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", path.display());
    }
}

#[rstest]
#[case("reference/src")]
#[case("simulator/src")]
#[case("harness/src")]
#[case("tests/it")]
fn every_file_says_its_job_in_its_first_line(#[case] folder: &str) {
    for path in files(folder, &["rs"]) {
        let text = fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap_or_default();
        let says = first.strip_prefix("//! ").is_some_and(|job| job.len() > 10);
        assert!(says, "{}: {first}", path.display());
    }
}

/// What stands under `[dependencies]` of a crate's manifest.
fn dependencies(name: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("\n[dependencies]\n").unwrap();
    rest.lines()
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split(['.', ' ', '=']).next().unwrap().to_owned())
        .collect()
}

#[rstest]
#[case::the_reference("reference", &["simulator", "harness", "tokio", "serde", "serde_json", "turmoil", "mio"])]
#[case::the_simulator("simulator", &["reference", "harness", "tokio", "serde_json", "mio"])]
fn the_lower_crates_know_neither_each_other_nor_a_runtime(
    #[case] name: &str,
    #[case] forbidden: &[&str],
) {
    let dependencies = dependencies(name);
    assert!(!dependencies.is_empty(), "{name} depends on nothing: the manifest was not understood");
    for dependency in dependencies {
        assert!(!forbidden.contains(&dependency.as_str()), "{name} depends on {dependency}");
    }
}

#[rstest]
#[case::the_reference("reference/src")]
#[case::the_simulator("simulator/src")]
fn the_lower_crates_touch_no_socket_file_or_clock(#[case] folder: &str) {
    for path in files(folder, &["rs"]) {
        let text = fs::read_to_string(&path).unwrap();
        for word in
            ["std::fs", "UdpSocket", "TcpStream", "SystemTime", "std::thread", "std::process"]
        {
            assert!(!text.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn one_module_alone_names_turmoil() {
    let mut named = Vec::new();
    for path in files("harness/src", &["rs"]) {
        let text = fs::read_to_string(&path).unwrap();
        // Not a module of ours that has the name.
        let foreign = text.match_indices("::turmoil::").any(|(at, _)| {
            !text[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
        });
        if foreign {
            named.push(path.strip_prefix(root()).unwrap().display().to_string());
        }
    }
    assert!(named.contains(&"harness/src/engine/turmoil.rs".to_owned()), "{named:?}");
    named.retain(|path| !path.starts_with("harness/src/engine/turmoil"));
    assert_eq!(named, Vec::<String>::new());
}

#[test]
fn nothing_depends_on_one_machine() {
    // Put together, so that this file does not hold what it looks for.
    let paths = ["work", "root", "Users"].map(|folder| format!("/{folder}/"));
    let extensions = ["rs", "toml", "md", "yaml", "yml", "json", "py", "sh", "snap", "lock"];
    let mut sources = files(".", &extensions);
    sources.extend(
        fs::read_dir(root().join(".ci")).into_iter().flatten().map(|entry| entry.unwrap().path()),
    );
    assert!(sources.len() > 200, "only {} files were found", sources.len());
    for path in sources {
        let text = fs::read_to_string(&path).unwrap();
        for folder in &paths {
            assert!(!text.contains(folder.as_str()), "{} names {folder}", path.display());
        }
    }
}
