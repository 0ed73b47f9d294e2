//! Each case has a capture beside its journal, with both sides of the network and the faults as comments; `decode` reads it.

use std::fs;

use harness::capture;
use harness::journal::{Journal, What};

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
