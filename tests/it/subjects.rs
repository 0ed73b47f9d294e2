//! An implementation in Rust is judged through the trait `Subject`, without sockets and without a profile.

use std::net::SocketAddr;
use std::sync::Arc;

use harness::protocol::SubjectSetup;
use harness::runner::{InProcess, SubjectChoice};
use harness::script::{AppEvent, Command};
use harness::subject::Subject;
use harness::verdict::Verdict;
use simulator::{Instant, Transmit};

use crate::support::{described, mnet, play, select};

/// An implementation that loses every datagram of this length before it looks at it; else, it is the reference.
struct Deaf {
    inner: Box<dyn Subject>,
    to: usize,
}

impl Subject for Deaf {
    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
        if octets.len() != self.to {
            self.inner.handle_datagram(now, from, octets);
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.inner.handle_timeout(now);
    }

    fn handle_command(&mut self, now: Instant, command: &Command) {
        self.inner.handle_command(now, command);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.inner.poll_timeout()
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.inner.poll_transmit()
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        self.inner.poll_event()
    }
}

/// One that does not hear datagrams of this length.
fn deaf(to: usize) -> SubjectChoice {
    let make = move |setup: &SubjectSetup<'_>| -> Box<dyn Subject> {
        Box::new(Deaf { inner: mnet().reference(setup), to })
    };
    SubjectChoice::InProcess(InProcess { name: format!("deaf to {to}"), make: Arc::new(make) })
}

#[test]
fn an_implementation_of_ones_own_is_judged_like_any_other() {
    let selection = select(&["mnet/wire", "mnet/transfer"]);
    let whole = play(&selection, deaf(usize::MAX)).results;
    assert_eq!(whole.totals.keys().collect::<Vec<_>>(), [&Verdict::Pass], "{:?}", whole.totals);

    let selection = select(&["mnet/wire/DATA-of-1472-octets-is-accepted"]);
    let broken = play(&selection, deaf(1472)).results;
    assert_eq!(broken.subject, "deaf to 1472");
    assert_eq!(broken.cases.len(), 2, "one for each role");
    for case in &broken.cases {
        assert_eq!(case.judgement.verdict, Verdict::Fail, "{}", described(case));
        let clause = case.judgement.decisive().and_then(|finding| finding.clause.as_ref());
        assert_eq!(clause.map(ToString::to_string).as_deref(), Some("MNET-WIRE-11"));
    }
}
