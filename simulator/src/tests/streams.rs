//! Streams: order, and faults at offsets.

use crate::{
    CUT_APART, DelayRange, Instant, JOIN_MAX, Part, PerMillion, Piece, Span, StreamEnd,
    StreamEntry, StreamFate, StreamFates, StreamLink, StreamWeather,
};

const LATENCY: Span = Span::from_millis(10);

fn scheduled(entries: &[(u64, StreamFate)]) -> StreamLink {
    let entry = |&(offset, fate): &(u64, StreamFate)| StreamEntry::new("a>b".into(), offset, fate);
    let entries = entries.iter().map(entry).collect();
    StreamLink::new("a>b", &StreamFates::Schedule { latency: LATENCY, entries })
}

fn send(link: &mut StreamLink, octets: &[u8]) -> Vec<Piece> {
    let mut out = Vec::new();
    link.send(Instant::START, Part::Octets(octets.to_vec()), &mut out);
    out
}

fn octets(pieces: &[Piece]) -> Vec<(u64, &[u8])> {
    let octets = pieces.iter().filter_map(|piece| match &piece.part {
        Part::Octets(octets) => Some((piece.offset, &octets[..])),
        Part::Opened | Part::Finished | Part::Reset => None,
    });
    octets.collect()
}

#[test]
fn without_faults_octets_arrive_as_they_were_sent() {
    let mut link = scheduled(&[]);
    let first = send(&mut link, b"hello");
    assert_eq!(octets(&first), [(0, &b"hello"[..])]);
    assert_eq!(first[0].at, Instant::START + LATENCY);
    assert_eq!(octets(&send(&mut link, b"world")), [(5, &b"world"[..])]);
}

#[test]
fn a_stream_is_cut_where_the_schedule_says_and_nowhere_else() {
    let cut = StreamFate { cut: true, ..StreamFate::USUAL };
    let mut link = scheduled(&[(2, cut), (3, cut), (50, cut)]);
    let pieces = send(&mut link, b"hello");
    assert_eq!(octets(&pieces), [(0, &b"he"[..]), (2, &b"l"[..]), (3, &b"lo"[..])]);
    assert_eq!(pieces[2].at, Instant::START + LATENCY + CUT_APART + CUT_APART);
    let idle: Vec<u64> = link.unbitten().iter().map(|entry| entry.offset).collect();
    assert_eq!(idle, [50]);
}

#[test]
fn what_is_joined_arrives_with_what_follows_or_after_a_while() {
    let join = StreamFate { join: true, ..StreamFate::USUAL };
    let mut link = scheduled(&[(2, join), (5, join)]);
    assert_eq!(send(&mut link, b"he"), []);
    assert_eq!(octets(&send(&mut link, b"l")), [(0, &b"hel"[..])]);
    assert_eq!(send(&mut link, b"lo"), []);
    let due = link.poll_timeout().unwrap();
    assert_eq!(due, Instant::START + JOIN_MAX);
    let mut out = Vec::new();
    link.handle_timeout(due, &mut out);
    assert_eq!(octets(&out), [(3, &b"lo"[..])]);
}

#[test]
fn a_stall_delays_what_is_behind_it_and_the_order_stays() {
    let stall = StreamFate { stall: Span::from_millis(70), ..StreamFate::USUAL };
    let mut link = scheduled(&[(1, stall)]);
    let pieces = send(&mut link, b"ab");
    assert!(pieces[1].at >= pieces[0].at + Span::from_millis(70));
    assert!(send(&mut link, b"c")[0].at >= pieces[1].at);
}

#[test]
fn a_stream_that_has_ended_carries_nothing_more() {
    for (fate, end) in [
        (StreamFate { end: Some(StreamEnd::Finished), ..StreamFate::USUAL }, Part::Finished),
        (StreamFate { end: Some(StreamEnd::Reset), ..StreamFate::USUAL }, Part::Reset),
    ] {
        let mut link = scheduled(&[(3, fate)]);
        let pieces = send(&mut link, b"hello");
        assert_eq!(octets(&pieces), [(0, &b"hel"[..])]);
        assert_eq!(pieces[1].part, end);
        assert_eq!(send(&mut link, b"more"), []);
    }
}

#[test]
fn a_fate_depends_on_seed_link_and_offset_and_on_nothing_else() {
    let weather = StreamWeather {
        cut: PerMillion::percent(20).unwrap(),
        stall: PerMillion::percent(5).unwrap(),
        stall_for: DelayRange::exactly(Span::from_millis(3)),
        ..StreamWeather::default()
    };
    let faults = |seed, name: &str, pieces: &[usize]| {
        let mut link =
            StreamLink::new(name, &StreamFates::Weather { seed, weather: weather.clone() });
        let mut entries = Vec::new();
        for length in pieces {
            let part = Part::Octets(vec![0; *length]);
            entries.extend(link.send(Instant::START, part, &mut Vec::new()));
        }
        entries
    };
    let known = faults(1, "a>b", &[200]);
    assert!(known.len() > 20);
    assert_eq!(known, faults(1, "a>b", &[1, 99, 100]));
    assert_ne!(known, faults(2, "a>b", &[200]));
    assert_ne!(known.len(), faults(1, "b>a", &[200]).len());
}
