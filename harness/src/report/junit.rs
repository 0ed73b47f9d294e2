//! `junit.xml`: the results as CI systems take them, one suite for each area, one test case for each case.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Again, area, ended, headline, sentence};
use crate::runner::{Case, Results};
use crate::verdict::Verdict;

/// Writes the results as XML.
///
/// # Errors
///
/// What the writer says.
pub fn write(results: &Results, out: impl Write) -> io::Result<()> {
    let mut areas: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in &results.cases {
        areas.entry(area(&case.scenario)).or_default().push(case);
    }
    let mut report = Report::new(format!("wireproof {}", results.subject));
    report.set_time(results.took());
    for (area, cases) in areas {
        let mut suite = TestSuite::new(area);
        suite.set_time(cases.iter().map(|case| case.took).sum::<Duration>());
        suite.add_property(("subject", results.subject.as_str()));
        suite.add_property(("engine", results.engine.as_str()));
        suite.add_property(("edition", results.edition.as_str()));
        suite.add_test_cases(cases.into_iter().map(|case| test_case(case, &results.again)));
        report.add_test_suite(suite);
    }
    let mut suite = TestSuite::new("wireproof");
    let mut add = |kind, word: &str, message: &str, name: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_type(word).set_message(message);
        suite.add_test_case(TestCase::new(name, status));
    };
    for unmet in &results.unmet {
        let place = unmet.split(' ').next().unwrap_or_default().trim_end_matches(':');
        add(NonSuccessKind::Failure, "unmet", unmet, &format!("known failures, {place}"));
    }
    for changed in &results.changed {
        let case = changed.split(": ").next().unwrap_or_default();
        add(NonSuccessKind::Failure, "changed", changed, &format!("transcript of {case}"));
    }
    if let Some(stopped) = &results.stopped {
        add(NonSuccessKind::Error, "stopped", stopped, "the run came to its end");
    }
    if !suite.test_cases.is_empty() {
        report.add_test_suite(suite);
    }
    report.serialize(out).map_err(io::Error::other)
}

fn test_case(case: &Case, again: &Again) -> TestCase {
    let judgement = &case.judgement;
    let failed = |kind: NonSuccessKind| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_description(description(case, again));
        status
    };
    if let Some(known) = &case.known {
        let mut status = TestCaseStatus::skipped();
        let what = format!("known: {known}; {}", headline(judgement));
        status.set_type(judgement.verdict.word()).set_message(what);
        return named(case, status);
    }
    let mut status = match judgement.verdict {
        Verdict::Pass | Verdict::Warn => TestCaseStatus::success(),
        Verdict::Unsupported => TestCaseStatus::skipped(),
        Verdict::Fail => failed(NonSuccessKind::Failure),
        Verdict::Flaky | Verdict::Inconclusive | Verdict::Error => failed(NonSuccessKind::Error),
    };
    status.set_type(judgement.verdict.word()).set_message(headline(judgement));
    let mut test_case = named(case, status);
    if judgement.verdict == Verdict::Warn {
        test_case.set_system_out(description(case, again));
    }
    test_case
}

fn named(case: &Case, status: TestCaseStatus) -> TestCase {
    let name = format!("{} ({}, {})", case.scenario, case.role, case.dialect);
    let mut test_case = TestCase::new(name, status);
    test_case.set_classname(area(&case.scenario).replace('/', ".")).set_time(case.took);
    test_case
}

/// Everything that was found, the evidence, and the line that runs it again.
fn description(case: &Case, again: &Again) -> String {
    let mut lines = vec![case.title.clone()];
    for finding in &case.judgement.findings {
        lines.push(format!("{} at {}: {}", finding.verdict, finding.at, sentence(finding)));
        lines.extend(finding.allowed.iter().map(|allowed| format!("  allowed: {allowed}")));
    }
    lines.push(format!("ended: {}", ended(&case.judgement)));
    lines.extend(
        case.repeats.map(|repeats| format!("passed: {} of {} runs", repeats.passed, repeats.runs)),
    );
    if !case.judgement.fits.is_empty() {
        let dialects = crate::fit::changes(&case.dialect, &case.judgement.fits);
        lines.push(format!("fits better: {dialects}"));
    }
    lines.extend(case.journal.iter().map(|journal| format!("journal: {journal}")));
    lines.push(format!("again: {}", again.line(case)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::samples;

    fn xml(results: &Results) -> String {
        let mut octets = Vec::new();
        write(results, &mut octets).unwrap();
        String::from_utf8(octets).unwrap()
    }

    #[test]
    fn every_verdict_has_its_place_in_junit() {
        assert_snapshot!(xml(&samples::results()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="wireproof reference" tests="4" skipped="1" failures="1" errors="1" time="0.048">
            <testsuite name="mnet/close" tests="1" skipped="1" errors="0" failures="0" time="0.012">
                <properties>
                    <property name="subject" value="reference"/>
                    <property name="engine" value="sim"/>
                    <property name="edition" value="1.0"/>
                </properties>
                <testcase name="mnet/close/a-close-brings-all-through (listener, byte_order=little tags=sender)" classname="mnet.close" time="0.012">
                    <skipped message="needs control" type="unsupported"/>
                </testcase>
            </testsuite>
            <testsuite name="mnet/data" tests="2" skipped="0" errors="1" failures="1" time="0.024">
                <properties>
                    <property name="subject" value="reference"/>
                    <property name="engine" value="sim"/>
                    <property name="edition" value="1.0"/>
                </properties>
                <testcase name="mnet/data/loss-is-made-good (listener, byte_order=little tags=sender)" classname="mnet.data" time="0.012">
                    <error message="MNET-DATA-3: fault did not bite: no datagram was lost" type="inconclusive">64 KiB come through loss
        inconclusive at 1.220000 s: MNET-DATA-3: fault did not bite: no datagram was lost
        ended: clean
        again: wireproof run mnet/data/loss-is-made-good --role listener --seed 1</error>
                </testcase>
                <testcase name="mnet/data/a-repeat-is-acknowledged-again (listener, byte_order=little tags=sender)" classname="mnet.data" time="0.012">
                    <failure message="MNET-DATA-6: nothing came within 1 s" type="fail">a repeated DATA is acknowledged again and delivered once
        fail at 1.220000 s: MNET-DATA-6: nothing came within 1 s
          allowed: DATA { acknowledged: 5 }
        ended: silent
        again: wireproof run mnet/data/a-repeat-is-acknowledged-again --role listener --seed 1</failure>
                </testcase>
            </testsuite>
            <testsuite name="mnet/establishment" tests="1" skipped="0" errors="0" failures="0" time="0.012">
                <properties>
                    <property name="subject" value="reference"/>
                    <property name="engine" value="sim"/>
                    <property name="edition" value="1.0"/>
                </properties>
                <testcase name="mnet/establishment/an-init-is-answered (listener, byte_order=little tags=sender)" classname="mnet.establishment" time="0.012"/>
            </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn a_run_that_was_stopped_shows_as_an_error_of_its_own() {
        let mut results = samples::results();
        results.cases.clear();
        results.stopped = Some("nobody listens at 127.0.0.1:4000".into());
        assert_snapshot!(xml(&results), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="wireproof reference" tests="1" skipped="0" failures="0" errors="1" time="0.000">
            <testsuite name="wireproof" tests="1" skipped="0" errors="1" failures="0">
                <testcase name="the run came to its end">
                    <error message="nobody listens at 127.0.0.1:4000" type="stopped"/>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }
}
