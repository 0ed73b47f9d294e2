//! Failure screens of hand-made cases.

use insta::assert_snapshot;

use super::*;
use crate::protocol::by_name;
use crate::report::samples::{at, case_of, clause, failed_case, journal, plain};
use crate::verdict::{Reason, Verdict};

fn shown(case: &Case, folder: Option<&str>) -> String {
    let protocol = by_name("mnet").unwrap();
    let again = Again { options: vec!["--subject".into(), "x.yaml".into()], dialect: false };
    let context = Context {
        protocol,
        catalogue: Catalogue::of(protocol),
        file: "scenarios/mnet/data/a-repeat-is-acknowledged-again.yaml",
        folder,
        again: &again,
        width: 100,
    };
    plain(&screen(case, &journal(), &context))
}

#[test]
fn silence_shows_the_clause_what_was_allowed_and_what_led_up_to_it() {
    assert_snapshot!(shown(&failed_case(), None), @r#"
    FAIL mnet/data/a-repeat-is-acknowledged-again   listener, byte_order=little tags=sender, seed 1
      a repeated DATA is acknowledged again and delivered once
      MNET-DATA-6 (MUST, ruling) DATA wholly received before is not delivered again, and is
        acknowledged again (but for MNET-SHUT-10).
      what happened   nothing came within 1 s (step 3,
                      scenarios/mnet/data/a-repeat-is-acknowledged-again.yaml:9)
      allowed were    DATA { acknowledged: 5 }
      sequence
            sent  peer                                   subject (listener)       arrived
        0.000 ms  │─── INIT magic=4d4e4554 version=1 tag=aaaaaa ─────────▶│     20.000 ms
       20.000 ms  │◀── COOKIE tag=bbbbbb version=1 expiration=60 ─────────│     40.000 ms
       40.000 ms  │─── COOKIE-ECHO tag=bbbbbb version=1 expiration=60 ───▶│     60.000 ms  ×2
       60.000 ms  │◀── COOKIE-ACK tag=bbbbbb ─────────────────────────────│     80.000 ms
       60.000 ms  │                                                       │  ◆ opened
       80.000 ms  │─── DATA sequence=5 acknowledged=0 data="hello" ──────▶│    100.000 ms
      100.000 ms  │                                                       │  ◆ delivered "hello"
      100.000 ms  │ X─ DATA tag=bbbbbb sequence=0 acknowledged=5 ─────────│                lost
      200.000 ms  │─── DATA sequence=5 acknowledged=0 data="hello" ──────▶│    220.000 ms
      1.220000 s  ▲ here
      ended           silent
      again           wireproof run mnet/data/a-repeat-is-acknowledged-again --subject x.yaml --role listener --seed 1
    "#);
}

#[test]
fn a_wrong_packet_is_shown_field_by_field() {
    let mut case = failed_case();
    case.journal = Some("journals/a.jsonl".into());
    let finding = &mut case.judgement.findings[0];
    finding.by = FoundBy::Monitor;
    finding.at = at(100);
    finding.entry = journal()
        .entries
        .iter()
        .position(|entry| matches!(&entry.what, What::Sent(sent) if sent.fate.lose))
        .map(|entry| entry as u64);
    finding.what = "a bare acknowledgement acknowledges octets that nobody has sent".into();
    finding.allowed.clear();
    case.judgement.findings.extend((0..6).map(|number| Finding {
        verdict: Verdict::Warn,
        reason: None,
        clause: Some(clause("MNET-DATA-14")),
        by: FoundBy::Monitor,
        at: at(2_000),
        entry: None,
        what: format!("interval {number} did not grow"),
        allowed: Vec::new(),
    }));
    assert_snapshot!(shown(&case, Some("out")), @r#"
    FAIL mnet/data/a-repeat-is-acknowledged-again   listener, byte_order=little tags=sender, seed 1
      a repeated DATA is acknowledged again and delivered once
      MNET-DATA-6 (MUST, ruling) DATA wholly received before is not delivered again, and is
        acknowledged again (but for MNET-SHUT-10).
      what happened   a bare acknowledgement acknowledges octets that nobody has sent (seen by the
                      clause's monitor)
      the packet      DATA, 14 octets, sent by the subject
                     0  00                       type          0: DATA
                  1..3  bb bb bb                 tag           bbbbbb   PeerConnectionTag
                  4..7  00 00 00 00              sequence      0        OutgoingSequence
                 8..11  05 00 00 00              acknowledged  5        AcknowledgedBytes
                12..13  00 00                    length        0        DataLength
                    14                           data          ""       ApplicationData
      sequence
            sent  peer                                   subject (listener)       arrived
        0.000 ms  │─── INIT magic=4d4e4554 version=1 tag=aaaaaa ─────────▶│     20.000 ms
       20.000 ms  │◀── COOKIE tag=bbbbbb version=1 expiration=60 ─────────│     40.000 ms
       40.000 ms  │─── COOKIE-ECHO tag=bbbbbb version=1 expiration=60 ───▶│     60.000 ms  ×2
       60.000 ms  │◀── COOKIE-ACK tag=bbbbbb ─────────────────────────────│     80.000 ms
       60.000 ms  │                                                       │  ◆ opened
       80.000 ms  │─── DATA sequence=5 acknowledged=0 data="hello" ──────▶│    100.000 ms
      100.000 ms  │                                                       │  ◆ delivered "hello"
      100.000 ms  │ X─ DATA tag=bbbbbb sequence=0 acknowledged=5 ─────────│                lost ◀ here
      also            warn MNET-DATA-14: interval 0 did not grow
                      warn MNET-DATA-14: interval 1 did not grow
                      warn MNET-DATA-14: interval 2 did not grow
                      warn MNET-DATA-14: interval 3 did not grow
                      and 2 more
      ended           silent
      journal         out/journals/a.jsonl
      again           wireproof run mnet/data/a-repeat-is-acknowledged-again --subject x.yaml --role listener --seed 1
    "#);
}

#[test]
fn a_case_without_a_finding_still_says_how_to_run_it_again() {
    assert_snapshot!(shown(&case_of(Verdict::Fail), None), @"
    FAIL mnet/data/some-scenario   listener, byte_order=little tags=sender, seed 1
      something is seen
      again           wireproof run mnet/data/some-scenario --subject x.yaml --role listener --seed 1
    ");
}

#[test]
fn a_reason_stands_before_what_happened() {
    let mut case = failed_case();
    case.judgement.verdict = Verdict::Inconclusive;
    case.judgement.findings[0].verdict = Verdict::Inconclusive;
    case.judgement.findings[0].reason = Some(Reason::PeerUnreachable);
    assert!(shown(&case, None).contains("peer unreachable: nothing came within 1 s"));
}
