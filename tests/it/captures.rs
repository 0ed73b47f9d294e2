//! Each case has a capture beside its journal, with both sides of the network and the faults as comments; `decode` reads it.

use std::collections::BTreeMap;
use std::fs;

use harness::capture;
use harness::journal::{Journal, Party, StreamPart, What};

use crate::support::{Scratch, wireproof_in};

#[test]
fn a_capture_holds_every_datagram_of_the_journal_on_both_sides() {
    let scratch = Scratch::new("captures");
    let line =
        "run mnet/transfer/64-KiB-come-back-whole-through-loss --seed 3 --role listener --out r";
    assert_eq!(wireproof_in(scratch.path(), line.split_whitespace()).code, Some(0));
    let files = |folder: &str| {
        let mut files: Vec<_> = fs::read_dir(scratch.path().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        files
    };
    let (journals, captures) = (files("r/journals"), files("r/captures"));
    let names = |paths: &[std::path::PathBuf]| -> Vec<String> {
        paths.iter().map(|path| path.file_stem().unwrap().display().to_string()).collect()
    };
    assert_eq!(names(&journals), names(&captures));

    let journal = Journal::read(&*fs::read(&journals[0]).unwrap()).unwrap();
    let capture = capture::read(&fs::read(&captures[0]).unwrap()).unwrap();
    let mut datagrams = journal.entries.iter().filter_map(|entry| match &entry.what {
        What::Sent(sent) => Some((sent.from, sent.to, sent.fate.lose)),
        What::Received(received) => Some((received.from, received.to, false)),
        _ => None,
    });
    let mut lost = 0;
    for frame in &capture.frames {
        let (from, to, is_lost) = datagrams.next().unwrap();
        assert_eq!((frame.from, frame.to), (from, to));
        let says_lost = frame.comment.as_ref().is_some_and(|text| text.ends_with(": lost"));
        assert_eq!(says_lost, is_lost, "{frame:?}");
        lost += usize::from(is_lost);
    }
    assert_eq!(datagrams.next(), None);
    assert!(lost > 5, "the weather of this scenario loses datagrams: {lost}");
}

/// Runs a line that leaves one case in the folder `r`, and gives the path of its capture.
fn capture_of(scratch: &Scratch, line: &str) -> String {
    wireproof_in(scratch.path(), line.split_whitespace());
    let file = fs::read_dir(scratch.path().join("r/captures")).unwrap().next().unwrap().unwrap();
    file.path().display().to_string()
}

#[test]
fn a_capture_of_chat_holds_every_octet_at_the_subject() {
    let scratch = Scratch::new("captures-chat");
    let line = "run chat/framing/packets-that-arrive-one-octet-at-a-time-are-handled --out r";
    let file = capture_of(&scratch, line);
    let octets = fs::read(&file).unwrap();
    assert_eq!(capture_of(&scratch, line), file);
    assert_eq!(fs::read(&file).unwrap(), octets, "the same run leaves the same capture");

    let journal = fs::read_dir(scratch.path().join("r/journals")).unwrap().next().unwrap();
    let journal = Journal::read(&*fs::read(journal.unwrap().path()).unwrap()).unwrap();
    let capture = capture::read(&octets).unwrap();
    let mut sent: BTreeMap<bool, Vec<u8>> = BTreeMap::new();
    for connection in capture::connections(&capture.segments) {
        for event in connection.events {
            let by_subject = Some(event.from) == journal.header.address;
            if let StreamPart::Octets(octets) = &event.part {
                sent.entry(by_subject).or_default().extend(octets.iter().copied());
            }
        }
    }
    let mut expected: BTreeMap<(bool, u64), Vec<u8>> = BTreeMap::new();
    for entry in &journal.entries {
        let (by_subject, streamed) = match &entry.what {
            What::StreamSent(it) if it.by == Party::Subject => (true, it),
            What::StreamReceived(it) if it.by == Party::Subject => (false, it),
            _ => continue,
        };
        if let StreamPart::Octets(octets) = &streamed.part {
            expected
                .entry((by_subject, streamed.connection))
                .or_default()
                .extend(octets.iter().copied());
        }
    }
    for by_subject in [true, false] {
        let own = expected.iter().filter(|((by, _), _)| *by == by_subject);
        let own: Vec<u8> = own.flat_map(|(_, octets)| octets.clone()).collect();
        assert_eq!(sent.get(&by_subject), Some(&own));
    }
}

#[test]
fn decode_reads_connections() {
    let scratch = Scratch::new("decode-connections");
    let file =
        capture_of(&scratch, "run chat/long/a-receiver-has-TP-in-its-own-byte-order --out r");
    let decode = |protocol: &str, more: &[&str]| {
        let words = ["decode", protocol, "--capture", &file];
        wireproof_in(scratch.path(), words.iter().chain(more))
    };
    let shown = decode("chat", &[]);
    assert_eq!(shown.code, Some(0), "{}{}", shown.out, shown.err);
    assert!(shown.out.contains("at subject") && shown.out.contains("opens"), "{}", shown.out);
    assert!(shown.out.contains("U2 user=\"alice\""), "{}", shown.out);
    assert!(decode("chat", &["--fields"]).out.contains("USERNAME"));
    assert_eq!(decode("chat", &["--port", "9"]).code, Some(2));
    let other = decode("mnet", &[]);
    assert_eq!(other.code, Some(2));
    assert!(other.err.contains("segments of TCP: is it a capture of mnet?"), "{}", other.err);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 7]).unwrap();
    let cut = decode("chat", &[]);
    assert_eq!(cut.code, Some(2));
    assert!(cut.err.contains("broken behind its packet"), "{}", cut.err);
}

#[test]
fn decode_reads_a_capture() {
    let scratch = Scratch::new("decode-capture");
    let line = "run mnet/open/an-INIT-is-answered-with-a-COOKIE --out r";
    assert_eq!(wireproof_in(scratch.path(), line.split_whitespace()).code, Some(0));
    let file = fs::read_dir(scratch.path().join("r/captures")).unwrap().next().unwrap().unwrap();
    let file = file.path().display().to_string();
    let decode = |more: &[&str]| {
        let words = ["decode", "mnet", "--capture", &file];
        wireproof_in(scratch.path(), words.iter().chain(more))
    };
    let shown = decode(&[]);
    assert_eq!(shown.code, Some(0), "{}{}", shown.out, shown.err);
    assert!(shown.out.contains("at suite") && shown.out.contains("INIT"), "{}", shown.out);
    assert!(shown.out.ends_with("datagrams, 0 malformed\n"), "{}", shown.out);
    let fields = decode(&["--fields", "--port", "5000"]);
    assert!(fields.out.contains("ConnectionTag"), "{}", fields.out);
    assert_eq!(decode(&["--port", "9"]).code, Some(2));

    scratch.write("no-capture", "something else, and long enough to be a capture");
    let refused = wireproof_in(scratch.path(), ["decode", "mnet", "--capture", "no-capture"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("no pcapng or pcap"), "{}", refused.err);
}
