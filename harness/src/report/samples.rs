//! Hand-made journals, cases and results for the tests of the reports.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use simulator::{Fate, Instant, Span};

use crate::journal::{Header, HexOctets, Journal, Party, Received, Sent, Told, What, parse_hex};
use crate::profile::{DialectChoice, Grade, Timers};
use crate::protocol::by_name;
use crate::runner::{Basis, Case, GradeResult, RESULTS_VERSION, Results};
use crate::script::AppEvent;
use crate::spec::ClauseId;
use crate::verdict::{Ending, Finding, FoundBy, Judgement, Reason, Verdict};

pub(crate) const SUBJECT: Party = Party::Subject;
pub(crate) const PEER: Party = Party::Peer(0);

pub(crate) const INIT: &str = "01 4d4e4554 01 aaaaaa";
pub(crate) const COOKIE: &str =
    "02 bbbbbb aaaaaa 01 3c000000 000102030405060708090a0b0c0d0e0f10111213";
pub(crate) const COOKIE_ECHO: &str =
    "03 bbbbbb aaaaaa 01 3c000000 000102030405060708090a0b0c0d0e0f10111213";
pub(crate) const COOKIE_ACK: &str = "04 bbbbbb";
pub(crate) const DATA_HELLO: &str = "00 aaaaaa 05000000 00000000 0500 68656c6c6f";
pub(crate) const BARE_ACK: &str = "00 bbbbbb 00000000 05000000 0000";

pub(crate) fn at(milliseconds: u64) -> Instant {
    Instant::START + Span::from_millis(milliseconds)
}

pub(crate) fn dialect() -> DialectChoice {
    DialectChoice::default_for(by_name("mnet").unwrap())
}

pub(crate) fn address(party: Party) -> SocketAddr {
    match party {
        Party::Subject => "10.0.0.1:4000".parse().unwrap(),
        Party::Peer(index) => {
            SocketAddr::from(([10, 0, 0, 2], 5000 + u16::try_from(index).unwrap()))
        }
    }
}

pub(crate) fn empty_journal(peers: usize) -> Journal {
    let names = ["peer", "stranger", "third"];
    let peer = |index: usize| (names[index].to_owned(), address(Party::Peer(index)));
    Journal::new(Header {
        journal: crate::journal::VERSION,
        scenario: "mnet/data/a-repeat-is-acknowledged-again".into(),
        protocol: "mnet".into(),
        role: "listener".into(),
        dialect: dialect(),
        options: crate::profile::OptionChoice::default(),
        engine: "sim".into(),
        seed: 1,
        subject: "reference".into(),
        address: Some(address(SUBJECT)),
        peers: (0..peers).map(peer).collect(),
        events: true,
        tolerance: Duration::ZERO,
        reply: Duration::from_secs(1),
        epoch: Duration::ZERO,
        timers: Timers::defaults(by_name("mnet").unwrap()),
    })
}

/// Sends a datagram at `when` that arrives 20 ms later, unless its fate is to be lost. The numbers count from 1.
pub(crate) fn exchange(
    journal: &mut Journal,
    when: u64,
    by: Party,
    to: Party,
    hex: &str,
    fate: Fate,
) {
    let number = journal.entries.iter().filter(|entry| matches!(entry.what, What::Sent(_))).count()
        as u64
        + 1;
    let (from, to_address) = (address(by), address(to));
    let octets = HexOctets(parse_hex(hex).unwrap());
    let message = format!("#{number}");
    let sent = Sent {
        number,
        by,
        from,
        to: to_address,
        message,
        occurrence: 1,
        fate,
        reason: None,
        octets,
    };
    journal.push(at(when), What::Sent(Box::new(sent)));
    for copy in 0..u64::from(!fate.lose) * (u64::from(fate.repeat) + 1) {
        let received = Received { number, by: to, from, to: to_address, octets: None };
        journal.push(at(when + 20 + copy), What::Received(received));
    }
}

/// A session in which the answer to a repeated DATA never comes: the first one is lost on the way.
pub(crate) fn journal() -> Journal {
    let mut journal = empty_journal(1);
    let usual = Fate::USUAL;
    exchange(&mut journal, 0, PEER, SUBJECT, INIT, usual);
    exchange(&mut journal, 20, SUBJECT, PEER, COOKIE, usual);
    exchange(&mut journal, 40, PEER, SUBJECT, COOKIE_ECHO, Fate { repeat: 1, ..usual });
    exchange(&mut journal, 60, SUBJECT, PEER, COOKIE_ACK, usual);
    journal.push(at(60), What::Event(Told { by: SUBJECT, session: 1, event: AppEvent::Opened }));
    exchange(&mut journal, 80, PEER, SUBJECT, DATA_HELLO, usual);
    let delivered = AppEvent::Delivered(HexOctets(b"hello".to_vec()));
    journal.push(at(100), What::Event(Told { by: SUBJECT, session: 1, event: delivered }));
    exchange(&mut journal, 100, SUBJECT, PEER, BARE_ACK, Fate::LOST);
    exchange(&mut journal, 200, PEER, SUBJECT, DATA_HELLO, usual);
    journal
}

pub(crate) fn clause(id: &str) -> ClauseId {
    id.parse().unwrap()
}

fn finding(verdict: Verdict, id: &str, what: &str) -> Finding {
    Finding {
        verdict,
        reason: None,
        clause: Some(clause(id)),
        by: FoundBy::Step { number: 3, line: 9 },
        at: at(1_220),
        entry: None,
        what: what.into(),
        allowed: Vec::new(),
    }
}

fn case(scenario: &str, title: &str, judgement: Judgement) -> Case {
    Case {
        scenario: scenario.into(),
        title: title.into(),
        cites: judgement.clauses.keys().cloned().collect(),
        role: "listener".into(),
        dialect: dialect(),
        seeds: vec![1],
        seed: 1,
        judgement,
        took: Duration::from_millis(12),
        journal: None,
        repeats: None,
        known: None,
    }
}

fn judgement(verdict: Verdict, id: &str, findings: Vec<Finding>) -> Judgement {
    let clauses = BTreeMap::from([(clause(id), verdict)]);
    Judgement { clauses, ..Judgement::new(verdict, findings) }
}

/// A case of a scenario of its own that warns of this.
pub(crate) fn warned_case(scenario: &str, what: &str) -> Case {
    let found = finding(Verdict::Warn, "MNET-COOKIE-3", what);
    case(scenario, "something is seen", judgement(Verdict::Warn, "MNET-COOKIE-3", vec![found]))
}

pub(crate) fn failed_case() -> Case {
    let what = "nothing came within 1 s";
    let finding = Finding {
        allowed: vec!["DATA { acknowledged: 5 }".into()],
        ..finding(Verdict::Fail, "MNET-DATA-6", what)
    };
    case(
        "mnet/data/a-repeat-is-acknowledged-again",
        "a repeated DATA is acknowledged again and delivered once",
        Judgement {
            ending: Ending::Silent,
            ..judgement(Verdict::Fail, "MNET-DATA-6", vec![finding])
        },
    )
}

/// One case of each of four verdicts.
pub(crate) fn results() -> Results {
    let inconclusive = Finding {
        reason: Some(Reason::FaultDidNotBite),
        ..finding(Verdict::Inconclusive, "MNET-DATA-3", "no datagram was lost")
    };
    let unsupported = Judgement {
        info: vec!["needs control".into()],
        ..judgement(Verdict::Unsupported, "MNET-SHUT-1", Vec::new())
    };
    let cases = vec![
        case(
            "mnet/data/loss-is-made-good",
            "64 KiB come through loss",
            judgement(Verdict::Inconclusive, "MNET-DATA-3", vec![inconclusive]),
        ),
        failed_case(),
        case(
            "mnet/establishment/an-init-is-answered",
            "an INIT is answered with a COOKIE",
            judgement(Verdict::Pass, "MNET-INIT-1", Vec::new()),
        ),
        case("mnet/close/a-close-brings-all-through", "a close brings all through", unsupported),
    ];
    results_of(cases)
}

pub(crate) fn results_of(cases: Vec<Case>) -> Results {
    let mut totals = BTreeMap::new();
    for case in &cases {
        *totals.entry(case.judgement.verdict).or_default() += 1;
    }
    Results {
        results: RESULTS_VERSION,
        wireproof: "0.1.0".into(),
        edition: "1.0".into(),
        subject: "reference".into(),
        protocols: vec!["mnet".into()],
        engine: "sim".into(),
        basis: Basis::default(),
        claims: Grade::Edition,
        again: crate::report::Again::default(),
        deselected: 26,
        long: 0,
        complete: cases.len(),
        cases,
        totals,
        grades: vec![
            GradeResult {
                protocol: "mnet".into(),
                grade: Grade::Text,
                applicable: 19,
                judged: 1,
                broken: Vec::new(),
                unjudged: vec![clause("MNET-SHUT-1"), clause("MNET-SHUT-2")],
                reached: false,
            },
            GradeResult {
                protocol: "mnet".into(),
                grade: Grade::Edition,
                applicable: 43,
                judged: 2,
                broken: vec![clause("MNET-DATA-6")],
                unjudged: Vec::new(),
                reached: false,
            },
        ],
        unmet: Vec::new(),
        changed: Vec::new(),
        stopped: None,
    }
}

/// A judgement of this verdict and nothing else.
pub(crate) fn case_of(verdict: Verdict) -> Case {
    case(
        "mnet/data/some-scenario",
        "something is seen",
        judgement(verdict, "MNET-DATA-1", Vec::new()),
    )
}

/// Lines as one text without colours.
pub(crate) fn plain(lines: &[String]) -> String {
    anstream::adapter::strip_str(&lines.join("\n")).to_string()
}
