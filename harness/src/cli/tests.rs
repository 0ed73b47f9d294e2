//! Command lines, and how they end.

use rstest::rstest;

use super::*;
use crate::report::layout::WIDTH;

/// Runs a command line; gives exit code, output and errors without colours.
fn wireproof(words: &[&str]) -> (Exit, String, String) {
    let arguments = Arguments::try_parse_from(std::iter::once(&"wireproof").chain(words)).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = {
        let mut console = Console {
            out: Box::new(&mut out),
            err: Box::new(&mut err),
            width: WIDTH,
            progress: false,
        };
        perform(&arguments.command, &mut console)
    };
    let plain =
        |octets: &[u8]| anstream::adapter::strip_str(str::from_utf8(octets).unwrap()).to_string();
    (exit, plain(&out), plain(&err))
}

#[test]
fn the_arguments_are_sound() {
    use clap::CommandFactory;
    Arguments::command().debug_assert();
}

#[rstest]
#[case::no_such_protocol(&["decode", "mnat", "00"], "did you mean `mnet`?")]
#[case::no_such_option(&["decode", "mnet", "00", "--dialect", "order=big"], "byte_order")]
#[case::no_option_at_all(&["decode", "mnet", "00", "--dialect", "big"], "is no dialect option")]
#[case::no_digits(&["decode", "mnet", "xyz"], "is not a hexadecimal digit")]
#[case::no_such_clause(&["explain", "MNET-DATE-6"], "did you mean `MNET-DATA-6`?")]
#[case::no_such_mutant(&["run", "--mutant", "no-such-mutant"], "there is no mutant")]
#[case::no_such_profile(&["run", "--subject", "/no/such/profile.yaml"], "cannot read the profile")]
#[case::no_such_scenario(&["run", "no/such/scenario"], "no/such/scenario")]
#[case::two_kinds_of_selectors(&["list", "mnet", "a.yaml"], "--scenarios DIR")]
fn wrong_usage_says_what_is_meant_and_ends_with_2(#[case] words: &[&str], #[case] says: &str) {
    let (exit, out, err) = wireproof(words);
    assert_eq!((exit, &*out), (Exit::Usage, ""), "{err}");
    assert!(err.starts_with("error: ") && err.contains(says), "{err}");
}

#[rstest]
#[case::no_command(&["wireproof"])]
#[case::unknown_command(&["wireproof", "sing"])]
#[case::unknown_option(&["wireproof", "run", "--speed"])]
#[case::a_subject_and_a_mutant(&["wireproof", "run", "--subject", "a", "--mutant", "b"])]
#[case::no_jobs(&["wireproof", "run", "--jobs", "0"])]
fn usage_errors_of_the_parser_go_to_standard_error(#[case] words: &[&str]) {
    let error = Arguments::try_parse_from(words).unwrap_err();
    assert!(error.use_stderr());
}

#[test]
fn a_clause_is_explained_with_its_sentence() {
    let (exit, out, _) = wireproof(&["explain", "mnet-data-6"]);
    assert_eq!(exit, Exit::Success);
    assert!(
        out.starts_with("MNET-DATA-6  MUST, source: ruling, can be broken by: both  (Data)\n"),
        "{out}"
    );
    assert!(out.contains("DATA wholly received before is not delivered again"), "{out}");
    assert!(out.contains("\n  scenarios ") && out.contains("\n  mutants "), "{out}");
}

#[test]
fn a_packet_is_explained_with_its_fields() {
    let (exit, out, _) = wireproof(&["explain", "cookie"]);
    assert_eq!(exit, Exit::Success);
    assert!(out.starts_with("COOKIE  mnet, type 2\n") && out.contains("12..31"), "{out}");
}

#[rstest]
#[case("scenario")]
#[case("profile")]
#[case("results")]
fn schemas_are_json(#[case] format: &str) {
    let (exit, out, _) = wireproof(&["schema", format]);
    assert_eq!(exit, Exit::Success);
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(schema.get("$schema").is_some());
}

#[test]
fn decoding_ends_with_1_when_the_packet_is_malformed() {
    assert_eq!(wireproof(&["decode", "mnet", "04aabbcc"]).0, Exit::Success);
    assert_eq!(wireproof(&["decode", "mnet", "04aabb"]).0, Exit::Failure);
}
