//! Tests of scenario value.

use insta::assert_snapshot;
use rstest::rstest;

use super::*;
use crate::yaml;

fn value(text: &str) -> FieldValue {
    yaml::read("v.yaml", text).expect("a value")
}

fn pattern(text: &str) -> FieldPattern {
    yaml::read("v.yaml", text).expect("a pattern")
}

fn error(text: &str) -> String {
    yaml::read::<FieldPattern>("v.yaml", text).expect_err("no pattern").to_string()
}

#[rstest]
#[case("5", FieldValue::Number(5))]
#[case("0x10", FieldValue::Number(16))]
#[case("18446744073709551615", FieldValue::Number(u64::MAX))]
#[case("hello", FieldValue::Text("hello".into()))]
#[case("\"5\"", FieldValue::Text("5".into()))]
#[case("\"\"", FieldValue::Text(String::new()))]
#[case("{ hex: 00 ff }", FieldValue::Hex(vec![0, 255]))]
#[case("{ hex: 0012 }", FieldValue::Hex(vec![0, 0x12]))]
#[case("{ hex: 12 }", FieldValue::Hex(vec![0x12]))]
#[case("{ base64: { octet: 0x61, times: 3 } }", FieldValue::Base64(b"aaa".to_vec()))]
#[case("{ octet: 0x61, times: 1458 }", FieldValue::Repeat { octet: 0x61, times: 1458 })]
#[case("{ random: 3 }", FieldValue::Random(3))]
fn values_have_short_forms(#[case] text: &str, #[case] expected: FieldValue) {
    assert_eq!(value(text), expected);
    if !matches!(expected, FieldValue::Random(_)) {
        assert_eq!(pattern(text), FieldPattern::Is(expected));
    }
}

#[test]
fn a_value_of_a_labelled_packet_keeps_the_places_of_its_names() {
    let FieldValue::Of { label, field, plus, octets: None } =
        value("{ of: cookie, field: tag, plus: -1 }")
    else {
        panic!("the value of a packet before");
    };
    assert_eq!((label.value.as_str(), label.line, label.column), ("cookie", 1, 7));
    assert_eq!(field.map(|field| (field.value.clone(), field.column)), Some(("tag".into(), 22)));
    assert_eq!(plus, -1);
}

#[rstest]
#[case("{ not: 5 }", FieldPattern::Not(FieldValue::Number(5)))]
#[case("{ from: 0, to: 5 }", FieldPattern::Between(0, 5))]
#[case("[1, a]", FieldPattern::OneOf(vec![FieldValue::Number(1), FieldValue::Text("a".into())]))]
#[case("{ length: 20 }", FieldPattern::Length { min: 20, max: 20 })]
#[case("{ length: 1..20 }", FieldPattern::Length { min: 1, max: 20 })]
fn patterns_have_forms_of_their_own(#[case] text: &str, #[case] expected: FieldPattern) {
    assert_eq!(pattern(text), expected);
}

#[rstest]
#[case("-1", "-1 is negative; no field is")]
#[case("1.5", "expected a number, a text")]
#[case("true", "expected a number, a text")]
#[case("{ }", "a pattern is a value, a list of values, or one of")]
#[case("[]", "a list of alternatives holds at least one")]
#[case("{ hex: 0 }", "an odd number of hexadecimal digits")]
#[case("{ hex: xx }", "is not a hexadecimal digit")]
#[case("{ hex: 00, of: a }", "a value is one of")]
#[case("{ octet: 1 }", "a value is one of")]
#[case("{ octet: 256, times: 1 }", "v.yaml:1:10")]
#[case("{ octet: 1, times: 9999999 }", "at most 1 MiB of octets")]
#[case("{ from: 5, to: 1 }", "`from` is more than `to`")]
#[case("{ from: 5 }", "a pattern is a value")]
#[case("{ length: 3..1 }", "is not a length")]
fn anything_else_is_refused(#[case] text: &str, #[case] message: &str) {
    let error = error(text);
    assert!(error.contains(message), "{error}");
}

#[test]
fn an_unknown_form_names_the_near_one() {
    assert_snapshot!(error("{ hexx: 00 }"), @"
    error: unknown key `hexx`
     --> v.yaml:1:3
      |
    1 | { hexx: 00 }
      |   ^^^^
      |
      = help: did you mean `hex`?
    ");
}
