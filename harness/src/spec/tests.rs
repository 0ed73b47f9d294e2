//! Tests of spec.

use insta::assert_snapshot;
use rstest::rstest;

use super::*;
use crate::diagnostic::render_all;
use crate::protocol::mnet::Mnet;

fn id(text: &str) -> ClauseId {
    text.parse().expect("a clause")
}

#[test]
fn the_clauses_of_mnet_are_all_there() {
    let catalogue = Catalogue::of(&Mnet);
    let rows = MNET.lines().filter(|line| line.starts_with("| MNET-")).count();
    assert_eq!(catalogue.len(), rows);
    assert_eq!(catalogue.prefix(), "MNET");
    assert!(catalogue.iter().all(|clause| !clause.sentence.is_empty() && !clause.area.is_empty()));
}

#[test]
fn a_clause_has_its_columns() {
    let catalogue = Catalogue::of(&Mnet);
    let clause = catalogue.get(&id("MNET-DATA-6")).unwrap();
    assert_eq!(
        (clause.level, clause.source, clause.side),
        (Level::Must, Source::Ruling, Side::Both)
    );
    assert_eq!(clause.area, "Data");
    assert!(clause.sentence.starts_with("DATA wholly received before is not delivered again"));
    assert!(clause.applies_to(Role::Listener) && clause.applies_to(Role::Connector));
    let listener = catalogue.get(&id("MNET-INIT-1")).unwrap();
    assert!(listener.applies_to(Role::Listener) && !listener.applies_to(Role::Connector));
    assert!(catalogue.applies_to(Role::Connector).all(|clause| clause.side != Side::Listener));
}

#[test]
fn identities_are_ordered_by_number() {
    let ids: Vec<String> = Catalogue::of(&Mnet)
        .iter()
        .filter(|clause| clause.id.area() == "DATA")
        .map(|clause| clause.id.number().to_string())
        .collect();
    assert_eq!(ids.join(" "), "1 2 3 4 5 6 7 8 9 10 11 12 13 14");
}

#[rstest]
#[case("MNET-DATA-6")]
#[case("CLIP-A-B-12")]
fn an_identity_reads_as_it_is_written(#[case] text: &str) {
    assert_eq!(id(text).to_string(), text);
    let json = serde_json::to_string(&id(text)).unwrap();
    assert_eq!(serde_json::from_str::<ClauseId>(&json).unwrap(), id(text));
}

#[rstest]
#[case("")]
#[case("MNET")]
#[case("MNET-6")]
#[case("MNET-DATA")]
#[case("MNET-DATA-")]
#[case("MNET-DATA-06")]
#[case("MNET-DATA-0")]
#[case("MNET-DATA-+6")]
#[case("mnet-data-6")]
#[case("MNET--6")]
#[case("MNET-DATA-99999999999")]
fn anything_else_is_no_identity(#[case] text: &str) {
    assert!(text.parse::<ClauseId>().is_err());
}

#[test]
fn wrong_rows_are_named_with_their_lines() {
    let text = "# X

## Wire

| ID | Level | Src | Role | Clause |
|---|---|---|---|---|
| X-WIRE-1 | MUST | T | B | One. A bar | stays. |
| X-WIRE-1 | MUST | T | B | Again. |
| X-WIRE-2 | SHALL | T | B | Two. |
| X-WIRE | MUST | T | B | Three. |
| X-WIRE-4 | MUST | T |

| other | table |
|---|---|
| X-WIRE-9 | ignored |
";
    let errors = Catalogue::parse("x.md", text).unwrap_err();
    assert_snapshot!(render_all(&errors), @"
    error: X-WIRE-1 stands here twice
     --> x.md:8:1
      |
    8 | | X-WIRE-1 | MUST | T | B | Again. |
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: `SHALL` is not a level: MUST, SHOULD, MAY
     --> x.md:9:1
      |
    9 | | X-WIRE-2 | SHALL | T | B | Two. |
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: `X-WIRE` is not a clause; a clause is written like `MNET-DATA-6`
      --> x.md:10:1
       |
    10 | | X-WIRE | MUST | T | B | Three. |
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: a clause has 5 columns: ID, Level, Src, Role, Clause
      --> x.md:11:1
       |
    11 | | X-WIRE-4 | MUST | T |
       | ^^^^^^^^^^^^^^^^^^^^^^^
    ");
    assert!(Catalogue::parse("x.md", "# nothing\n").is_err());
}
