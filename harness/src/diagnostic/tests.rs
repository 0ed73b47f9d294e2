//! Tests of diagnostic.

use insta::assert_snapshot;
use rstest::rstest;

use super::*;

const SOURCE: Source<'static> =
    Source { file: "scenarios/a.yaml", text: "title: x\nsteps:\n  - expct: größer als alles\n" };

#[test]
fn an_error_shows_place_line_and_help() {
    let place = Place { line: 3, column: 5, length: 5 };
    let error = SOURCE.error(place, "unknown key `expct`").suggesting("expct", ["send", "expect"]);
    assert_snapshot!(error, @"
    error: unknown key `expct`
     --> scenarios/a.yaml:3:5
      |
    3 |   - expct: größer als alles
      |     ^^^^^
      |
      = help: did you mean `expect`?
    ");
}

#[test]
fn columns_count_characters() {
    let place = Place { line: 3, column: 19, length: 3 };
    assert_snapshot!(SOURCE.error(place, "no such word"), @"
    error: no such word
     --> scenarios/a.yaml:3:19
      |
    3 |   - expct: größer als alles
      |                   ^^^
    ");
}

#[test]
fn a_place_without_a_length_is_marked_to_the_end_of_the_line() {
    let place = Place { line: 3, column: 3, length: 0 };
    assert_snapshot!(SOURCE.error(place, "a step does one thing"), @"
    error: a step does one thing
     --> scenarios/a.yaml:3:3
      |
    3 |   - expct: größer als alles
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
}

#[test]
fn places_outside_of_the_text_do_no_harm() {
    for place in [
        Place { line: 3, column: 900, length: 2 },
        Place { line: 3, column: 0, length: 500 },
        Place { line: 99, column: 1, length: 1 },
        Place { line: 3, column: 5, length: usize::MAX / 2 },
    ] {
        assert!(SOURCE.error(place, "wrong").to_string().starts_with("error"));
    }
}

#[test]
fn an_error_of_a_whole_file_has_no_line() {
    let error = Diagnostic::of_file("p.yaml", "cannot read the profile").help("is it there?");
    assert_snapshot!(error, @"
    error: p.yaml: cannot read the profile
     |
     = help: is it there?
    ");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let source = Source { file: "a.yaml", text: "title: \u{1b}[2J\n" };
    let error = source.error(Place { line: 1, column: 8, length: 4 }, "bad \u{1b}[2J text");
    assert!(!error.to_string().contains('\u{1b}'), "{error:?}");
    assert!(error.render(true).contains("bad \u{fffd}[2J text"));
}

#[rstest]
#[case("expct", Some("expect"))]
#[case("data", Some("DATA"))]
#[case("COOKIE_ACK", Some("COOKIE-ACK"))]
#[case("dtaa", Some("DATA"))]
#[case("", None)]
#[case("zebra", None)]
fn the_near_word_is_found(#[case] word: &str, #[case] near: Option<&str>) {
    assert_eq!(did_you_mean(word, ["expect", "send", "DATA", "COOKIE-ACK"]), near);
}

#[test]
fn without_a_near_word_others_are_listed() {
    assert_eq!(suggest("zebra", ["send", "wait"]).as_deref(), Some("one of: send, wait"));
    assert_eq!(suggest("zebra", ["mnet"]).as_deref(), Some("the only one is `mnet`"));
    assert_eq!(suggest("zebra", []), None);
    let names: Vec<String> = (0..50).map(|number| format!("name-{number:02}")).collect();
    let help = suggest("zebra", names.iter().map(String::as_str)).unwrap();
    assert!(help.ends_with("name-39, and others"), "{help}");
}

#[rstest]
#[case("kitten", "sitting", 3)]
#[case("abcd", "abdc", 1)]
#[case("", "abc", 3)]
#[case("same", "same", 0)]
fn distance_counts_edits(#[case] left: &str, #[case] right: &str, #[case] edits: usize) {
    let letters = |word: &str| word.chars().collect::<Vec<_>>();
    assert_eq!(edit_distance(&letters(left), &letters(right)), edits);
    assert_eq!(edit_distance(&letters(right), &letters(left)), edits);
}
