//! What people write reads back as what is printed.

use core::time::Duration;

use rstest::rstest;

use crate::{ByOrdinal, Classifier, DelayRange, Instant, MessageKey, PerMillion, Span, Weather};

#[rstest]
#[case("15 %", "15 %")]
#[case("15%", "15 %")]
#[case(" 0.5 % ", "0.5 %")]
#[case("0.0001 %", "0.0001 %")]
#[case("12.34000 %", "12.34 %")]
#[case("100 %", "100 %")]
#[case("0 %", "0 %")]
fn a_probability_prints_as_it_reads(#[case] text: &str, #[case] printed: &str) {
    let probability: PerMillion = text.parse().unwrap();
    assert_eq!(probability.to_string(), printed);
    assert_eq!(printed.parse(), Ok(probability));
}

#[rstest]
#[case("")]
#[case("%")]
#[case("15")]
#[case("100.0001 %")]
#[case("0.00001 %")]
#[case("-1 %")]
#[case("1e1 %")]
#[case("1.2.3 %")]
#[case(".5 %")]
#[case("5. %")]
#[case("99999999999999999999999 %")]
fn what_is_no_probability_is_refused(#[case] text: &str) {
    assert!(text.parse::<PerMillion>().is_err());
}

#[rstest]
#[case("5 ms", "5 ms", 5_000_000)]
#[case("1 s", "1 s", 1_000_000_000)]
#[case("250us", "250 us", 250_000)]
#[case("250 µs", "250 us", 250_000)]
#[case("1500 ms", "1.5 s", 1_500_000_000)]
#[case("12345678 ns", "12.345678 ms", 12_345_678)]
#[case("2 min", "120 s", 120_000_000_000)]
#[case("0 s", "0 ms", 0)]
#[case("0.000000001 s", "1 ns", 1)]
fn a_span_prints_as_it_reads(#[case] text: &str, #[case] printed: &str, #[case] nanoseconds: u64) {
    let span: Span = text.parse().unwrap();
    assert_eq!(span, Span::from_nanos(nanoseconds));
    assert_eq!(span.to_string(), printed);
    assert_eq!(printed.parse(), Ok(span));
}

#[rstest]
#[case("5")]
#[case("ms")]
#[case("5 m")]
#[case("-5 ms")]
#[case("1.5 ns")]
#[case("20000000000 min")]
fn what_is_no_span_is_refused(#[case] text: &str) {
    assert!(text.parse::<Span>().is_err());
}

#[rstest]
#[case("20 ms", "20 ms")]
#[case("5..40 ms", "5..40 ms")]
#[case("5 ms .. 40 ms", "5..40 ms")]
#[case("0..40 ms", "0..40 ms")]
#[case("0.5..5 ms", "500 us..5 ms")]
#[case("500 us..5 ms", "500 us..5 ms")]
#[case("20..20 ms", "20 ms")]
fn a_range_prints_as_it_reads(#[case] text: &str, #[case] printed: &str) {
    let range: DelayRange = text.parse().unwrap();
    assert_eq!(range.to_string(), printed);
    assert_eq!(printed.parse(), Ok(range));
}

#[rstest]
#[case("40..5 ms")]
#[case("5..40")]
#[case("5 ms..")]
#[case("..5 ms")]
#[case("5...40 ms")]
#[case("1..2..3 ms")]
fn what_is_no_range_is_refused(#[case] text: &str) {
    assert!(text.parse::<DelayRange>().is_err());
}

#[test]
fn errors_say_what_was_expected() {
    let error = "often".parse::<PerMillion>().unwrap_err();
    assert_eq!(error.to_string(), "`often` is not a probability such as `15 %` or `0.5 %`");
}

#[test]
fn weather_reads_from_the_words_of_a_scenario() {
    let text = r#"{ "delay": "5..40 ms", "lose": "15 %", "repeat": "5 %", "reorder": "10 %" }"#;
    let weather: Weather = serde_json::from_str(text).unwrap();
    assert_eq!(weather.lose.parts(), 150_000);
    assert_eq!(weather.lose_in_a_row_max, 3);
    let printed = serde_json::to_string(&weather).unwrap();
    let expected = r#"{"delay":"5..40 ms","lose":"15 %","repeat":"5 %","reorder":"10 %"}"#;
    assert_eq!(printed, expected);
    assert!(serde_json::from_str::<Weather>(r#"{ "los": "15 %" }"#).is_err());
    assert!(serde_json::from_str::<Weather>(r#"{ "lose": 15 }"#).is_err());
}

#[test]
fn times_print_with_what_they_need() {
    let print = |nanoseconds| Instant::from_nanos(nanoseconds).to_string();
    assert_eq!(print(0), "0.000 ms");
    assert_eq!(print(20_000_000), "20.000 ms");
    assert_eq!(print(20_000_001), "20.000001 ms");
    assert_eq!(print(12_345_678_000), "12.345678 s");
    assert_eq!(print(12_345_678_009), "12.345678009 s");
}

#[test]
fn time_saturates() {
    assert_eq!(Instant::MAX + Duration::from_secs(1), Instant::MAX);
    assert_eq!(Instant::START + Duration::MAX, Instant::MAX);
    assert_eq!(Instant::START - Instant::MAX, Duration::ZERO);
    assert_eq!(serde_json::to_string(&Instant::from_nanos(7)).unwrap(), "7");
}

#[test]
fn ordinals_have_names() {
    let key = ByOrdinal.key(b"anything", 5);
    assert_eq!(ByOrdinal.name(key), "#5");
    assert_eq!(ByOrdinal.parse("#5"), Some(key));
    for wrong in ["5", "#", "#0", "#-1", "#+1", "#99999999999999999999"] {
        assert_eq!(ByOrdinal.parse(wrong), None, "{wrong}");
    }
    assert_eq!(key, MessageKey { kind: 0, id: 5 });
}

#[test]
fn schemas_say_string_and_refuse_strangers() {
    let schema = serde_json::to_value(schemars::schema_for!(Weather)).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    for name in ["PerMillion", "DelayRange", "Span"] {
        assert_eq!(schema["$defs"][name]["type"], "string", "{name}");
    }
}
