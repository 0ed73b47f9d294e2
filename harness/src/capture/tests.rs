//! Tests of captures: what is written is read back, with addresses, times and comments; no octets do harm.

use std::net::SocketAddr;

use rstest::rstest;
use simulator::Fate;

use super::*;
use crate::journal::{HexOctets, Journal, Known, Sent, What};
use crate::report::samples;

mod connections;

fn written(journal: &Journal) -> Vec<u8> {
    let mut octets = Vec::new();
    write(journal, false, &mut octets).unwrap();
    octets
}

#[test]
fn a_journal_comes_back_with_both_sides_of_the_network_and_its_faults_as_comments() {
    let journal = samples::journal();
    let capture = read(&written(&journal)).unwrap();
    assert_eq!(capture.others, 0);
    let datagrams = journal
        .entries
        .iter()
        .filter(|entry| matches!(entry.what, What::Sent(_) | What::Received(_)));
    assert_eq!(capture.frames.len(), datagrams.count());

    let first = &capture.frames[0];
    assert_eq!(first.payload, parse_hex(samples::INIT).unwrap());
    assert_eq!(first.from, samples::address(samples::PEER));
    assert_eq!(first.to, samples::address(samples::SUBJECT));
    assert_eq!(first.interface.as_deref(), Some("suite"));
    assert_eq!((first.at, first.number, &first.comment), (0, 1, &None));
    let second = &capture.frames[1];
    assert_eq!((second.at, second.interface.as_deref()), (20_000_000, Some("subject")));

    let comments: Vec<&str> =
        capture.frames.iter().filter_map(|frame| frame.comment.as_deref()).collect();
    assert_eq!(
        comments,
        ["#3, number 1: 1 more", "arrival number 2 of this datagram", "#6, number 1: lost",]
    );
}

#[test]
fn secrets_are_told_at_the_next_packet_of_who_knows_them_and_only_when_asked_for() {
    let mut journal = samples::empty_journal(1);
    let by = samples::PEER;
    let secret = Secret { name: "session key".to_owned(), octets: HexOctets(vec![7; 32]) };
    journal.push(samples::at(1), What::Secret(Known { by, secret: secret.clone() }));
    let (from, to) = (samples::address(samples::PEER), samples::address(samples::SUBJECT));
    for (number, by) in [(1, samples::SUBJECT), (2, by)] {
        let (fate, message, octets) = (Fate::LOST, "#1".to_owned(), HexOctets(vec![1]));
        let sent =
            Sent { number, by, from, to, message, occurrence: 1, fate, reason: None, octets };
        journal.push(samples::at(2), What::Sent(Box::new(sent)));
    }
    let told = |with: bool| {
        let mut octets = Vec::new();
        write(&journal, with, &mut octets).unwrap();
        let frames = read(&octets).unwrap().frames;
        let comments = frames.into_iter().map(|frame| frame.comment.unwrap_or_default());
        comments.map(|comment| secrets(&comment).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    assert_eq!(told(true), [vec![], vec![secret.clone()]]);
    assert_eq!(told(false), [vec![], vec![]]);
}

#[rstest]
#[case::ipv4("10.0.0.1:4000", "10.0.0.2:5000")]
#[case::ipv6("[2001:db8::1]:4000", "[2001:db8::2]:5000")]
fn headers_have_the_addresses_of_the_datagram_and_right_checksums(
    #[case] from: SocketAddr,
    #[case] to: SocketAddr,
) {
    let mut journal = samples::empty_journal(1);
    let octets = HexOctets(vec![7; 9]);
    let (by, fate, message) = (samples::SUBJECT, Fate::USUAL, "#1".to_owned());
    let sent = Sent { number: 1, by, from, to, message, occurrence: 1, fate, reason: None, octets };
    journal.push(samples::at(5), What::Sent(Box::new(sent)));
    let capture = read(&written(&journal)).unwrap();
    let [frame] = capture.frames.as_slice() else { panic!("{capture:?}") };
    assert_eq!((frame.from, frame.to, frame.payload.as_slice()), (from, to, &[7; 9][..]));
}

#[test]
fn a_file_that_is_none_or_is_cut_short_is_refused() {
    assert_eq!(read(b""), Err(CaptureError::Foreign));
    assert_eq!(read(b"no capture at all, and long enough to be one"), Err(CaptureError::Foreign));
    let whole = written(&samples::journal());
    let cut = read(&whole[..whole.len() - 6]);
    assert!(matches!(cut, Err(CaptureError::Broken(number)) if number > 0), "{cut:?}");
}

#[test]
fn no_octets_do_harm() {
    let whole = written(&samples::journal());
    arbtest::arbtest(|input| {
        let mut octets = whole.clone();
        for _ in 0..input.int_in_range(0..=8_usize)? {
            let place = input.int_in_range(0..=octets.len() - 1)?;
            octets[place] = input.arbitrary()?;
        }
        octets.truncate(input.int_in_range(0..=octets.len())?);
        let _whatever = read(&octets);
        Ok(())
    });
}
