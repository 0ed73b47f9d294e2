//! Tests of connections: whatever way segments were captured, the octets come in their order and once.

use std::net::SocketAddr;

use rstest::rstest;
use simulator::{StreamEnd, StreamEntry, StreamFate};

use crate::capture::{Capture, Connection, Frame, Segment, connections, read, write};
use crate::journal::{HexOctets, Journal, Party, StreamPart, Streamed, What};
use crate::profile::DialectChoice;
use crate::protocol::by_name;
use crate::report::samples;

fn client() -> SocketAddr {
    "10.0.0.1:5000".parse().unwrap()
}

fn server() -> SocketAddr {
    "10.0.0.2:4000".parse().unwrap()
}

/// Segments by who sends them: `C` or `S`, then `S`YN, `F`IN or `R`ST, the sequence number, the octets, what is acknowledged.
fn segments(all: &[(&str, u32, &str, Option<u32>)]) -> Vec<Segment> {
    let segment = |(number, (what, sequence, octets, acknowledged)): (
        usize,
        &(&str, u32, &str, Option<u32>),
    )| {
        let by_client = what.starts_with('C');
        let (from, to) = if by_client { (client(), server()) } else { (server(), client()) };
        let has = |flag: char| what.chars().skip(1).any(|known| known == flag);
        Segment {
            sequence: *sequence,
            acknowledged: *acknowledged,
            length: octets.len(),
            syn: has('S'),
            fin: has('F'),
            rst: has('R'),
            frame: Frame {
                number: number + 1,
                at: number as u128,
                interface: None,
                from,
                to,
                payload: octets.as_bytes().to_vec(),
                comment: None,
            },
        }
    };
    all.iter().enumerate().map(segment).collect()
}

/// What happened on a connection: by whom, the offset, what.
fn shown(connection: &Connection) -> Vec<String> {
    let show = |event: &crate::capture::Happened| {
        let by = if event.from == client() { "C" } else { "S" };
        let what = match &event.part {
            StreamPart::Opened => "opened".to_owned(),
            StreamPart::Octets(octets) => String::from_utf8_lossy(octets).into_owned(),
            StreamPart::Finished => "finished".to_owned(),
            StreamPart::Reset => "reset".to_owned(),
        };
        format!("{by}{} {what}", event.offset)
    };
    connection.events.iter().map(show).collect()
}

const SYN: (&str, u32, &str, Option<u32>) = ("CS", 99, "", None);
const SYN_ACK: (&str, u32, &str, Option<u32>) = ("SS", 499, "", Some(100));

#[rstest]
#[case::in_order(&[("C", 100, "abc", Some(500)), ("C", 103, "def", Some(500))], &["C0 abc", "C3 def"])]
#[case::in_another_order(&[("C", 103, "def", Some(500)), ("C", 100, "abc", Some(500))], &["C0 abc", "C3 def"])]
#[case::again(&[("C", 100, "abc", None), ("C", 100, "abc", None), ("C", 103, "d", None)], &["C0 abc", "C3 d"])]
#[case::again_and_more(&[("C", 100, "abc", None), ("C", 100, "abcdef", None)], &["C0 abc", "C3 def"])]
#[case::over_one_another(&[("C", 104, "efg", None), ("C", 100, "abcdeX", None)], &["C0 abcdeX", "C6 g"])]
#[case::asked_whether_it_is_alive(&[("C", 100, "a", None), ("C", 100, "\0", None), ("C", 101, "b", None)], &["C0 a", "C1 b"])]
#[case::missing(&[("C", 100, "abc", None), ("C", 106, "ghi", None)], &["C0 abc", "C6 ghi"])]
#[case::missing_and_acknowledged(&[("S", 500, "x", Some(104))], &["C4 ", "S0 x"])]
#[case::finished(&[("CF", 100, "ab", None), ("SF", 500, "", Some(103))], &["C0 ab", "C2 finished", "S0 finished"])]
#[case::finished_early(&[("CF", 102, "", None), ("C", 100, "ab", None)], &["C0 ab", "C2 finished"])]
#[case::reset(&[("C", 100, "ab", None), ("SR", 500, "", None), ("C", 102, "c", None)], &["C0 ab", "S0 reset"])]
fn octets_come_in_their_order_and_once(
    #[case] all: &[(&str, u32, &str, Option<u32>)],
    #[case] expected: &[&str],
) {
    let all: Vec<_> = [SYN, SYN_ACK].iter().chain(all).copied().collect();
    let [connection] = connections(&segments(&all)).try_into().unwrap();
    assert_eq!(connection.connector, Some(client()));
    let events = shown(&connection);
    assert_eq!(events[..2], ["C0 opened", "S0 opened"]);
    let octets: Vec<&str> =
        events[2..].iter().map(String::as_str).filter(|it| !expected.contains(it)).collect();
    assert_eq!(octets, Vec::<&str>::new(), "{events:?}");
    assert_eq!(events.len(), expected.len() + 2, "{events:?}");
}

#[test]
fn sequence_numbers_wrap() {
    let last = u32::MAX;
    let all = [("CS", last - 2, "", None), ("C", last - 1, "abc", None), ("C", 1, "de", None)];
    let [connection] = connections(&segments(&all)).try_into().unwrap();
    assert_eq!(shown(&connection), ["C0 opened", "C0 abc", "C3 de"]);
}

#[test]
fn a_connection_that_is_refused_has_no_octets() {
    let all = [("CS", 5, "", None), ("SR", 0, "", Some(6))];
    let [connection] = connections(&segments(&all)).try_into().unwrap();
    assert_eq!(shown(&connection), ["C0 opened", "S0 reset"]);
}

#[test]
fn a_capture_may_begin_in_the_middle_and_a_port_may_be_used_again() {
    let all = [
        ("S", 700, "x", Some(300)),
        ("C", 300, "ab", Some(701)),
        ("CS", 10, "", None),
        ("SS", 20, "", Some(11)),
        ("C", 11, "c", Some(21)),
    ];
    let [middle, whole] = connections(&segments(&all)).try_into().unwrap();
    assert_eq!((middle.connector, whole.connector), (None, Some(client())));
    assert_eq!(shown(&middle), ["S0 x", "C0 ab"]);
    assert_eq!(shown(&whole), ["C0 opened", "S0 opened", "C0 c"]);
}

#[test]
fn an_answer_to_a_syn_that_was_missed_tells_who_made_the_connection() {
    let all = [("SS", 20, "", Some(11)), ("C", 11, "c", Some(21))];
    let [connection] = connections(&segments(&all)).try_into().unwrap();
    assert_eq!(connection.connector, Some(client()));
    assert_eq!(shown(&connection), ["C0 opened", "S0 opened", "C0 c"]);
}

#[test]
fn what_was_captured_of_a_segment_in_part_is_missing_in_part() {
    let mut all = segments(&[SYN, SYN_ACK, ("C", 100, "abc", None), ("C", 110, "k", None)]);
    all[2].length = 10;
    let [connection] = connections(&all).try_into().unwrap();
    assert_eq!(shown(&connection)[2..], ["C0 abc", "C10 ", "C10 k"]);
}

/// A journal of a run of chat with a server, as the subject.
fn journal() -> Journal {
    let mut journal = samples::empty_journal(1);
    let chat = by_name("chat").unwrap();
    journal.header.protocol = "chat".to_owned();
    journal.header.role = "server".to_owned();
    journal.header.dialect = DialectChoice::default_for(chat);
    journal
}

fn streamed(by: Party, offset: u64, part: StreamPart) -> Streamed {
    Streamed { connection: 1, peer: 0, by, offset, part, fates: Vec::new() }
}

#[test]
fn what_the_network_does_to_a_stream_is_said_where_it_is_seen() {
    let mut journal = journal();
    let (subject, peer) = (Party::Subject, Party::Peer(0));
    let octets = |text: &str| StreamPart::Octets(HexOctets(text.as_bytes().to_vec()));
    let cut = StreamFate { cut: true, ..StreamFate::USUAL };
    let end = StreamFate { end: Some(StreamEnd::Finished), ..StreamFate::USUAL };
    let entry = |offset, fate| StreamEntry::new("peer>subject".to_owned(), offset, fate);
    let fates = vec![entry(1, cut), entry(2, end)];
    let sent = Streamed { fates, ..streamed(peer, 0, octets("abc")) };
    journal.push(samples::at(0), What::StreamSent(streamed(peer, 0, StreamPart::Opened)));
    journal.push(samples::at(1), What::StreamReceived(streamed(subject, 0, StreamPart::Opened)));
    journal.push(samples::at(2), What::StreamSent(sent));
    for (offset, part) in [(0, octets("a")), (1, octets("b")), (2, StreamPart::Finished)] {
        journal.push(samples::at(3), What::StreamReceived(streamed(subject, offset, part)));
    }
    let fates = vec![entry(0, cut)];
    let own = Streamed { fates, ..streamed(subject, 0, octets("x")) };
    journal.push(samples::at(4), What::StreamSent(own));
    let mut octets = Vec::new();
    write(&journal, false, &mut octets).unwrap();
    let segments = read(&octets).unwrap().segments;
    let comments: Vec<&str> = segments
        .iter()
        .map(|segment| segment.frame.comment.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(comments, ["", "", "octet 1: cut", "octet 2: finished", "", "octet 0: cut"]);
}

#[test]
fn the_connections_of_a_journal_come_back_as_they_were_at_the_subject() {
    let mut journal = journal();
    let (subject, peer) = (Party::Subject, Party::Peer(0));
    let octets = |text: &str| StreamPart::Octets(HexOctets(text.as_bytes().to_vec()));
    let all = [
        (peer, true, 0, StreamPart::Opened),
        (subject, false, 0, StreamPart::Opened),
        (subject, true, 0, StreamPart::Opened),
        (subject, true, 0, octets("hello")),
        (peer, false, 0, StreamPart::Opened),
        (peer, false, 0, octets("hello")),
        (peer, true, 0, octets("ab")),
        (subject, false, 0, octets("a")),
        (subject, false, 1, octets("b")),
        (peer, true, 2, StreamPart::Finished),
        (subject, false, 2, StreamPart::Finished),
        (subject, true, 5, octets("bye")),
        (subject, true, 8, StreamPart::Reset),
    ];
    for (time, (by, is_sent, offset, part)) in (0..).zip(all) {
        let streamed = streamed(by, offset, part);
        let what =
            if is_sent { What::StreamSent(streamed) } else { What::StreamReceived(streamed) };
        journal.push(samples::at(time), what);
    }
    let mut octets = Vec::new();
    write(&journal, false, &mut octets).unwrap();
    let Capture { frames, segments, others } = read(&octets).unwrap();
    assert_eq!((frames.len(), others), (0, 0));
    let [connection] = connections(&segments).try_into().unwrap();
    assert_eq!(connection.connector, Some(samples::address(peer)));
    assert_eq!(connection.interface.as_deref(), Some("subject"));
    let seen: Vec<(bool, u64, StreamPart)> = connection
        .events
        .into_iter()
        .map(|event| (event.from == samples::address(subject), event.offset, event.part))
        .collect();
    let expected: Vec<(bool, u64, StreamPart)> = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            What::StreamSent(it) if it.by == subject => Some((true, it.offset, it.part.clone())),
            What::StreamReceived(it) if it.by == subject => {
                Some((false, it.offset, it.part.clone()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(seen, expected);
}
