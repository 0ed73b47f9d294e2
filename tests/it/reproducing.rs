//! `reproduce` makes a scenario of a capture, with the faults that the network had; whoever failed there fails again.

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;

use harness::capture::{self, Frame};
use harness::journal::Journal;
use simulator::Entry as Fault;

use crate::support::{Output, Scratch, files_in, wireproof_in};

/// A run whose capture is to be reproduced: the capture's octets, and the journal that tells what truly happened.
fn recorded(scratch: &Scratch, scenario: &str, options: &str) -> (Vec<u8>, Journal) {
    let line = format!("run {scenario} --out r {options}");
    wireproof_in(scratch.path(), line.split_whitespace());
    let only = |folder: &str| {
        let files = files_in(&scratch.path().join("r").join(folder));
        assert_eq!(files.len(), 1, "{files:?}");
        fs::read(&files[0]).unwrap()
    };
    (only("captures"), Journal::read(&*only("journals")).unwrap())
}

fn reproduce(scratch: &Scratch, arguments: &str) -> Output {
    let line = format!("reproduce {arguments}");
    wireproof_in(scratch.path(), line.split_whitespace())
}

/// What the scenario of `talk.pcap` says, and the faults that the reference met in it.
fn found(scratch: &Scratch, protocol: &str) -> (String, Vec<Fault>) {
    let file = scratch.path().join(format!("found/{protocol}/found/talk"));
    let text = fs::read_to_string(file.with_extension("yaml")).unwrap();
    let journal = Journal::read(&*fs::read(file.with_extension("jsonl")).unwrap()).unwrap();
    (text, journal.faults())
}

/// The frames of a capture that were seen at one interface.
fn at(capture: &[u8], interface: &str) -> Vec<Frame> {
    let mut frames = capture::read(capture).unwrap().frames;
    frames.retain(|frame| frame.interface.as_deref() == Some(interface));
    frames
}

/// Frames as a file of one interface, such as tcpdump writes it, by a clock that is so many seconds ahead.
fn pcap(frames: &[Frame], ahead: u32) -> Vec<u8> {
    const NANOSECONDS: u32 = 0xa1b2_3c4d;
    const RAW: u32 = 101;
    let mut file = Vec::new();
    for word in [NANOSECONDS, 0x0004_0002, 0, 0, 65_535, RAW] {
        file.extend(word.to_le_bytes());
    }
    for frame in frames {
        let length = u16::try_from(28 + frame.payload.len()).unwrap();
        let seconds = u32::try_from(frame.at / 1_000_000_000).unwrap() + ahead;
        let nanoseconds = u32::try_from(frame.at % 1_000_000_000).unwrap();
        for word in [seconds, nanoseconds, u32::from(length), u32::from(length)] {
            file.extend(word.to_le_bytes());
        }
        file.extend([0x45, 0]);
        file.extend(length.to_be_bytes());
        file.extend([0, 0, 0, 0, 64, 17, 0, 0]);
        for end in [frame.from, frame.to] {
            let IpAddr::V4(address) = end.ip() else { panic!("{end} is no address of IPv4") };
            file.extend(address.octets());
        }
        for end in [frame.from, frame.to] {
            file.extend(end.port().to_be_bytes());
        }
        file.extend((length - 20).to_be_bytes());
        file.extend([0, 0]);
        file.extend(&frame.payload);
    }
    file
}

/// Whether a fault's message looks like no other: bare acknowledgements are often sent twice in the same octets.
fn is_told_apart(fault: &Fault) -> bool {
    !fault.message.contains("ack@")
}

#[test]
fn what_both_ends_saw_is_the_schedule_of_the_run() {
    for (scenario, role) in [
        ("128-KiB-come-back-whole-through-reordering", "listener"),
        ("128-KiB-come-back-whole-through-reordering", "connector"),
        ("a-lost-COOKIE-does-no-harm-to-a-connector", "connector"),
        ("a-repeated-INIT-does-no-harm-to-a-listener", "listener"),
        ("the-subjects-first-DATA-is-lost", "listener"),
    ] {
        let scratch = Scratch::new("reproduced");
        let scenario = format!("mnet/transfer/{scenario}");
        let (capture, journal) = recorded(&scratch, &scenario, &format!("--seed 1 --role {role}"));
        scratch.write("talk.pcap", capture);
        let arguments = format!("talk.pcap --protocol mnet --role {role} --scenario {scenario}");
        let output = reproduce(&scratch, &arguments);
        assert_eq!(output.code, Some(0), "{}", output.shown());
        assert!(output.out.contains("the reference   pass;"), "{}", output.out);
        let (happened, (_, again)) = (journal.faults(), found(&scratch, "mnet"));
        let named = |faults: &[Fault]| -> Vec<(String, String, u64)> {
            let faults = faults.iter().filter(|fault| is_told_apart(fault)).cloned();
            faults.map(|fault| (fault.link, fault.message, fault.occurrence)).collect()
        };
        assert!(!happened.is_empty(), "{scenario} has faults");
        assert_eq!(named(&again), named(&happened), "{scenario} {role}");
        // What nothing came to pass went on when its time was over: that is a delay. How many have passed may count one more of two
        // that look alike.
        let kind = |fault: &Fault| Fault { hold: fault.hold.min(1), ..fault.clone() };
        let happened: Vec<Fault> = happened.iter().map(kind).collect();
        for fault in
            again.iter().filter(|fault| is_told_apart(fault)).filter(|fault| fault.delay.is_zero())
        {
            assert!(happened.contains(&kind(fault)), "{scenario} {role}: {fault:?}");
        }
    }
}

#[test]
fn through_all_weathers_every_lost_message_is_found() {
    for scenario in [
        "mnet/transfer/64-KiB-come-back-whole-through-loss",
        "paperclip/transfer/64-KiB-of-packets-come-back-through-loss",
    ] {
        let protocol = scenario.split('/').next().unwrap();
        let role = if protocol == "mnet" { "listener" } else { "server" };
        let scratch = Scratch::new("reproduced-loss");
        let (capture, journal) = recorded(&scratch, scenario, &format!("--seed 3 --role {role}"));
        scratch.write("talk.pcap", capture);
        let arguments =
            format!("talk.pcap --protocol {protocol} --role {role} --scenario {scenario}");
        let output = reproduce(&scratch, &arguments);
        assert_eq!(output.code, Some(0), "{}", output.shown());
        let (text, _) = found(&scratch, protocol);
        let written: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        let written = written["network"]["schedule"].clone();
        let written: Vec<Fault> = serde_yaml::from_value(written).unwrap();
        // Which of several sendings in the same octets was lost cannot always be told, how many were can.
        let lost = |faults: &[Fault]| {
            let mut lost: BTreeMap<(String, String), usize> = BTreeMap::new();
            for fault in
                faults.iter().filter(|fault| is_told_apart(fault)).filter(|fault| fault.lose)
            {
                *lost.entry((fault.link.clone(), fault.message.clone())).or_default() += 1;
            }
            lost
        };
        let (happened, again) = (lost(&journal.faults()), lost(&written));
        assert!(happened.len() > 5, "{happened:?}");
        for (message, times) in happened {
            let found = again.get(&message).copied().unwrap_or(0);
            assert!(found >= times, "{message:?} was lost {times} times, not {found}\n{text}");
        }
    }
}

#[test]
fn a_mutant_fails_again_by_the_same_clause() {
    let scratch = Scratch::new("reproduced-mutant");
    let scenario = "mnet/transfer/64-KiB-come-back-whole-through-reordering-and-repetition";
    let options = "--seed 1 --role listener --mutant delivers-a-repeat-again";
    let (capture, _) = recorded(&scratch, scenario, options);
    scratch.write("talk.pcap", capture);
    let output = reproduce(&scratch, "talk.pcap --protocol mnet");
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let again = "run mnet/found/talk --scenarios found --mutant delivers-a-repeat-again";
    let again = wireproof_in(scratch.path(), again.split_whitespace());
    assert_eq!(again.code, Some(1), "{}", again.shown());
    assert!(again.out.contains("MNET-DATA-6"), "{}", again.out);
}

#[test]
fn two_files_by_clocks_that_differ_show_what_one_file_of_both_ends_shows() {
    let scratch = Scratch::new("reproduced-two");
    let scenario = "mnet/transfer/128-KiB-come-back-whole-through-reordering";
    let (capture, journal) = recorded(&scratch, scenario, "--seed 1 --role listener");
    scratch.write("talk.pcap", pcap(&at(&capture, "suite"), 0));
    scratch.write("there.pcap", pcap(&at(&capture, "subject"), 3));
    scratch.write("both/talk.pcap", &capture);
    let arguments = format!("both/talk.pcap --protocol mnet --scenario {scenario}");
    let output = reproduce(&scratch, &arguments);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let (text, _) = found(&scratch, "mnet");
    assert!(text.contains("hold: 2") && !journal.faults().is_empty(), "{text}");
    for files in ["talk.pcap there.pcap", "there.pcap talk.pcap"] {
        let arguments = format!("{files} --protocol mnet --scenario {scenario}");
        let output = reproduce(&scratch, &arguments);
        assert_eq!(output.code, Some(0), "{}", output.shown());
        assert!(output.out.contains("seen at both ends, whose clocks are set"), "{}", output.out);
        let name = if files.starts_with("talk") { "talk" } else { "there" };
        let file = scratch.path().join(format!("found/mnet/found/{name}.yaml"));
        let again = fs::read_to_string(file).unwrap().replace("there", "talk");
        assert_eq!(again, text, "{files}");
    }
}

#[test]
fn from_one_end_a_message_that_was_sent_again_is_taken_for_lost() {
    for (scenario, role, interface, place, lost) in [
        (
            "a-lost-INIT-does-no-harm-to-a-listener",
            "listener",
            "suite",
            "connector",
            "peer>subject  INIT: lost",
        ),
        (
            "the-peers-second-DATA-is-lost",
            "listener",
            "suite",
            "connector",
            "peer>subject  DATA @1458: lost",
        ),
        (
            "the-peers-second-DATA-is-lost",
            "listener",
            "subject",
            "listener",
            "peer>subject  DATA @1458: lost",
        ),
    ] {
        let scratch = Scratch::new("reproduced-one");
        let scenario = format!("mnet/transfer/{scenario}");
        let (capture, _) = recorded(&scratch, &scenario, &format!("--role {role}"));
        scratch.write("talk.pcap", pcap(&at(&capture, interface), 0));
        let output = reproduce(&scratch, &format!("talk.pcap --protocol mnet --role {role}"));
        assert_eq!(output.code, Some(0), "{}", output.shown());
        assert!(output.out.contains(&format!("seen at the {place} alone")), "{}", output.out);
        assert!(output.out.contains("\n1 lost of "), "{}", output.out);
        assert!(output.out.contains(lost), "{}", output.out);
        assert!(output.out.contains("inferred from what was sent again"), "{}", output.out);
    }
}

#[test]
fn what_holds_no_conversation_several_or_two_different_ones_is_refused_with_the_way_out() {
    let scratch = Scratch::new("reproduced-refused");
    let scenario = "mnet/transfer/a-lost-INIT-does-no-harm-to-a-listener";
    let (capture, _) = recorded(&scratch, scenario, "");
    let refused = |arguments: &str, wanted: &str| {
        let output = reproduce(&scratch, arguments);
        assert_eq!(output.code, Some(2), "{}", output.shown());
        assert!(output.err.contains(wanted), "{}", output.err);
    };
    let one = at(&capture, "suite");
    let mut other = one.clone();
    let connector = one[0].from;
    for frame in &mut other {
        for end in [&mut frame.from, &mut frame.to] {
            if *end == connector {
                end.set_port(9);
            }
        }
    }
    scratch.write("both.pcap", pcap(&[one.clone(), other.clone()].concat(), 0));
    refused("both.pcap --protocol mnet", "it holds 2 conversations of mnet");
    refused("both.pcap --protocol mnet", "`--connector ADDRESS` chooses one of them");
    let chosen = format!("both.pcap --protocol mnet --connector {connector}");
    assert_eq!(reproduce(&scratch, &chosen).code, Some(0));

    refused("both.pcap --protocol mnet --listener 192.0.2.1:9", "no such conversation");
    refused("both.pcap --protocol chat", "hold no datagrams");
    refused("nowhere.pcap --protocol mnet", "cannot read `nowhere.pcap`");
    scratch.write("none.pcap", "something else, and long enough to be a capture");
    refused("none.pcap --protocol mnet", "it is no pcapng or pcap file");
    scratch.write("cut.pcap", &capture[..capture.len() - 7]);
    refused("cut.pcap --protocol mnet", "broken behind its packet number");

    for frame in &mut other {
        frame.payload.push(0);
    }
    scratch.write("one.pcap", pcap(&one, 0));
    scratch.write("other.pcap", pcap(&other, 0));
    let strangers = "one.pcap other.pcap --protocol mnet";
    let output = reproduce(&scratch, strangers);
    assert_eq!(output.code, Some(2), "{}", output.shown());
}
