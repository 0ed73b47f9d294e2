//! Diagrams of hand-made journals.

use insta::assert_snapshot;
use simulator::Fate;

use super::*;
use crate::journal::{HexOctets, Told};
use crate::protocol::by_name;
use crate::report::samples::{
    BARE_ACK, COOKIE, DATA_HELLO, INIT, PEER, SUBJECT, at, dialect, empty_journal, exchange,
    journal, plain,
};
use crate::script::AppEvent;
use crate::verdict::Ending;

fn drawn(journal: &Journal, at: Instant, entry: Option<usize>, width: usize) -> String {
    let decode = |octets: &[u8]| by_name("mnet").unwrap().decode(&dialect(), octets);
    plain(&diagram(journal, &decode, Moment { at, entry }, width))
}

#[test]
fn a_session_shows_packets_faults_and_events() {
    assert_snapshot!(drawn(&journal(), at(1_220), None, 100), @r#"
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
    "#);
}

#[test]
fn the_entry_that_decides_is_marked_and_nothing_after_it_is_shown() {
    let journal = journal();
    let bare = |entry: &Entry| matches!(&entry.what, What::Sent(sent) if sent.fate.lose);
    let entry = journal.entries.iter().position(bare);
    assert_snapshot!(drawn(&journal, at(100), entry, 100), @r#"
          sent  peer                                   subject (listener)       arrived
      0.000 ms  │─── INIT magic=4d4e4554 version=1 tag=aaaaaa ─────────▶│     20.000 ms
     20.000 ms  │◀── COOKIE tag=bbbbbb version=1 expiration=60 ─────────│     40.000 ms
     40.000 ms  │─── COOKIE-ECHO tag=bbbbbb version=1 expiration=60 ───▶│     60.000 ms  ×2
     60.000 ms  │◀── COOKIE-ACK tag=bbbbbb ─────────────────────────────│     80.000 ms
     60.000 ms  │                                                       │  ◆ opened
     80.000 ms  │─── DATA sequence=5 acknowledged=0 data="hello" ──────▶│    100.000 ms
    100.000 ms  │                                                       │  ◆ delivered "hello"
    100.000 ms  │ X─ DATA tag=bbbbbb sequence=0 acknowledged=5 ─────────│                lost ◀ here
    "#);
}

#[test]
fn an_arrival_that_decides_marks_the_line_where_it_was_sent() {
    let mut journal = empty_journal(1);
    exchange(&mut journal, 0, PEER, SUBJECT, INIT, Fate::USUAL);
    assert_snapshot!(drawn(&journal, at(20), Some(1), 100), @"
        sent  peer                                   subject (listener)       arrived
    0.000 ms  │─── INIT magic=4d4e4554 version=1 tag=aaaaaa ─────────▶│     20.000 ms ◀ here
    ");
}

#[test]
fn of_a_long_run_only_the_last_datagrams_are_shown() {
    let mut journal = empty_journal(1);
    for number in 0..40 {
        exchange(&mut journal, number * 100, PEER, SUBJECT, INIT, Fate::USUAL);
    }
    let text = drawn(&journal, at(5_000), None, 100);
    assert_eq!(text.matches("INIT").count(), DATAGRAMS_MAX);
    assert!(text.contains("… 28 datagrams before"), "{text}");
}

#[test]
fn every_fault_has_its_mark() {
    let mut journal = empty_journal(1);
    exchange(&mut journal, 0, PEER, SUBJECT, INIT, Fate { hold: 2, ..Fate::USUAL });
    exchange(&mut journal, 1, PEER, SUBJECT, INIT, Fate::LOST);
    exchange(&mut journal, 2, PEER, SUBJECT, INIT, Fate { repeat: 2, ..Fate::USUAL });
    exchange(&mut journal, 3, SUBJECT, PEER, COOKIE, Fate { flip: Some(9), ..Fate::USUAL });
    exchange(&mut journal, 4, SUBJECT, PEER, COOKIE, Fate { cut: Some(5), ..Fate::USUAL });
    if let Some(What::Received(received)) = journal.entries.last_mut().map(|entry| &mut entry.what)
    {
        received.octets = Some(crate::journal::parse_hex("02bbbbbbaa").map(HexOctets).unwrap());
    }
    journal.push(at(30), What::Ended(Ending::Crashed { status: "exit status 3".into() }));
    assert_snapshot!(drawn(&journal, at(30), None, 100), @"
         sent  peer                                   subject (listener)       arrived
     0.000 ms  │─── INIT magic=4d4e4554 version=1 tag=aaaaaa ─────────▶│     20.000 ms  held
     1.000 ms  │─── INIT magic=4d4e4554 version=1 tag=aaaaaa ───────X  │                lost
     2.000 ms  │─── INIT magic=4d4e4554 version=1 tag=aaaaaa ─────────▶│     22.000 ms  ×3
     3.000 ms  │◀── COOKIE tag=bbbbbb version=1 expiration=60 ─────────│     23.000 ms  damaged
     4.000 ms  │◀── COOKIE tag=bbbbbb version=1 expiration=60 ─────────│     24.000 ms  cut
               │    as: COOKIE (malformed) tag=bbbbbb                  │
    30.000 ms  │                                                       │  ■ crashed (exit status 3)
    30.000 ms  ▲ here
    ");
}

#[test]
fn each_peer_has_its_own_column() {
    let mut journal = empty_journal(3);
    let (stranger, third) = (Party::Peer(1), Party::Peer(2));
    exchange(&mut journal, 0, PEER, SUBJECT, INIT, Fate::USUAL);
    exchange(&mut journal, 5, stranger, SUBJECT, DATA_HELLO, Fate::USUAL);
    exchange(&mut journal, 30, SUBJECT, third, BARE_ACK, Fate::LOST);
    journal.push(at(40), What::Event(Told { by: stranger, session: 1, event: AppEvent::Closed }));
    journal.push(at(41), What::Told(Command::Write(HexOctets(vec![0; 3_000]))));
    assert_snapshot!(drawn(&journal, at(50), None, 110), @r#"
         sent  peer      stranger  third                        subject (listener)       arrived
     0.000 ms  │─── INIT magic=4d4e4554 version=1 tag=aaaaaa ───────────────────▶│     20.000 ms
     5.000 ms  │         │─── DATA sequence=5 acknowledged=0 data="hello" ──────▶│     25.000 ms
    30.000 ms  │         │         │ X─ DATA sequence=0 acknowledged=5 ──────────│                lost
    40.000 ms  │         │ ◆ closed│                                             │
    41.000 ms  │         │         │                                             │  ◇ told to write 00000000000…
    50.000 ms  ▲ here
    "#);
}

#[test]
fn a_narrow_terminal_leaves_fields_out_before_it_cuts() {
    assert_snapshot!(drawn(&journal(), at(1_220), None, 60), @r#"
          sent  peer         subject (listener)       arrived
      0.000 ms  │─── INIT version=1 ─────────▶│     20.000 ms
     20.000 ms  │◀── COOKIE version=1 expi… ──│     40.000 ms
     40.000 ms  │─── COOKIE-ECHO version=1… ─▶│     60.000 ms  ×2
     60.000 ms  │◀── COOKIE-ACK tag=bbbbbb ───│     80.000 ms
     60.000 ms  │                             │  ◆ opened
     80.000 ms  │─── DATA sequence=5 ackno… ─▶│    100.000 ms
    100.000 ms  │                             │  ◆ delivered "hello"
    100.000 ms  │ X─ DATA sequence=0 ackno… ──│                lost
    200.000 ms  │─── DATA sequence=5 ackno… ─▶│    220.000 ms
    1.220000 s  ▲ here
    "#);
}

#[test]
fn a_journal_without_anything_in_it_can_be_drawn() {
    assert_snapshot!(drawn(&empty_journal(0), at(0), Some(7), 0), @"
        sent               subject (listener)       arrived
    0.000 ms  ▲ here
    ");
}
