//! Tests of yaml.

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    name: Located<String>,
    #[serde(default)]
    on: bool,
    #[serde(default)]
    numbers: Vec<Located<u8>>,
    #[serde(default)]
    inner: Pairs<Located<u8>>,
}

fn error(text: &str) -> String {
    read::<Example>("e.yaml", text).expect_err("the file is wrong").to_string()
}

#[test]
fn values_and_keys_know_their_places() {
    let example: Example =
        read("e.yaml", "name: größer\non: true\nnumbers: [1, 22]\ninner:\n  one: 1\n  two: 2\n")
            .unwrap();
    assert_eq!(example.name.place(), Place { line: 1, column: 7, length: 6 });
    assert!(example.on);
    assert_eq!(example.numbers[1].place(), Place { line: 3, column: 14, length: 2 });
    let (key, value) = &example.inner[1];
    assert_eq!((key.line, key.column, key.length, value.column), (6, 3, 3, 8));
}

#[test]
fn errors_show_the_line() {
    assert_snapshot!(error("nam: x\n"), @"
    error: unknown key `nam`
     --> e.yaml:1:1
      |
    1 | nam: x
      | ^^^
      |
      = help: did you mean `name`?
    ");
    assert_snapshot!(error("on: true\n"), @"
    error: the key `name` is missing
     --> e.yaml:1:1
      |
    1 | on: true
      | ^^
    ");
    assert_snapshot!(error("name: [x]\n"), @"
    error: expected a text
     --> e.yaml:1:7
      |
    1 | name: [x]
      |       ^
    ");
    assert_snapshot!(error("name: x\nnumbers: [1, 300]\n"), @"
    error: expected a whole number from 0 to 255
     --> e.yaml:2:14
      |
    2 | numbers: [1, 300]
      |              ^^^
    ");
    assert_snapshot!(error("name: x\non: yes\n"), @"
    error: expected `true` or `false`
     --> e.yaml:2:5
      |
    2 | on: yes
      |     ^^^
    ");
}

#[test]
fn a_file_is_one_document_without_repeated_or_merged_keys() {
    assert_snapshot!(error("name: x\nname: y\n"), @"
    error: the key `name` stands here twice
     --> e.yaml:2:1
      |
    2 | name: y
      | ^^^^
    ");
    assert_snapshot!(error("name: x\n---\nname: y\n"), @"
    error: a file holds one document, this one has more
     --> e.yaml:2:1
      |
    2 | ---
      | ^^^
    ");
    assert_snapshot!(error("name: x\ninner: { <<: { one: 1 } }\n"), @"
    error: merge key not allowed here
     --> e.yaml:2:10
      |
    2 | inner: { <<: { one: 1 } }
      |          ^^
    ");
    assert_snapshot!(error(""), @"error: e.yaml:1:1: the file is empty or ends too early");
    assert_snapshot!(error("name: [x\n"), @"
    error: expected a text
     --> e.yaml:1:7
      |
    1 | name: [x
      |       ^
    ");
}

#[test]
fn hostile_files_are_refused() {
    let deep = format!("name: {}{}\n", "[".repeat(5_000), "]".repeat(5_000));
    assert!(read::<Example>("e.yaml", &deep).is_err());
    let long = format!("name: {}\n", "x".repeat(FILE_MAX));
    assert!(error(&long).contains("at most"));
    let mut bomb = String::from("name: x\na0: &a0 [x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let before = vec![format!("*a{}", level - 1); 8].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{before}]").unwrap();
    }
    assert!(read::<BTreeMap<String, serde_json::Value>>("e.yaml", &bomb).is_err());
    let many = format!("name: x\nnumbers: [{}]\n", "1, ".repeat(NODES_MAX));
    assert!(read::<Example>("e.yaml", &many).is_err());
    for control in ["\u{0}", "\u{7}", "\u{feff}name", "\u{1b}[31m", "name: \"\\e[31m\"\nx: 1\n"] {
        assert!(!error(control).contains('\u{1b}'));
    }
}

#[test]
fn an_alias_has_the_place_where_it_is_used() {
    let example: Example = read("e.yaml", "name: x\nnumbers: [&n 1, *n]\n").unwrap();
    assert_eq!((example.numbers[1].value, example.numbers[1].column), (1, 17));
}
