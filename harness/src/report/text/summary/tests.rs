//! Summaries of hand-made results.

use insta::assert_snapshot;

use super::*;
use crate::report::samples::{case_of, plain, results, results_of, warned_case};

fn shown(results: &Results) -> String {
    plain(&summary(results, Duration::from_millis(1_234), 100)).trim_start().to_owned()
}

#[test]
fn a_mixed_run_says_what_was_judged_and_what_was_not() {
    assert_snapshot!(shown(&results()), @"
    reference: 1 fail, 1 inconclusive, 1 unsupported, 1 pass  (4 cases of 4 scenarios, engine sim, edition 1.0, 1.2 s)
      mnet/close             0 of   1 pass   1 unsupported
      mnet/data              0 of   2 pass   1 fail   1 inconclusive
      mnet/establishment     1 of   1 pass
      mnet text     1 of 19 judged, 0 broken: not reached; without evidence MNET-SHUT-1, MNET-SHUT-2
      mnet edition  2 of 43 judged, 1 broken: not reached, claimed; broken MNET-DATA-6
      fail          MNET-DATA-6 (1 case)
      ended         silent (1 case)
      inconclusive  MNET-DATA-3: fault did not bite: no datagram was lost: mnet/data/loss-is-made-good
      unsupported   needs control: 1 scenario
      partial: 4 of 30 scenarios were selected
    ");
}

#[test]
fn a_green_run_is_short() {
    let mut results = results_of(vec![case_of(Verdict::Pass), case_of(Verdict::Pass)]);
    results.deselected = 0;
    for grade in &mut results.grades {
        grade.judged = grade.applicable;
        grade.broken.clear();
        grade.unjudged.clear();
        grade.reached = true;
    }
    assert_snapshot!(shown(&results), @"
    reference: 2 pass  (2 cases of 1 scenario, engine sim, edition 1.0, 1.2 s)
      mnet/data     2 of   2 pass
      mnet text     19 of 19 judged, 0 broken: reached
      mnet edition  43 of 43 judged, 0 broken: reached, claimed
    ");
}

#[test]
fn a_run_that_was_stopped_says_so_once() {
    let mut results = results_of(Vec::new());
    results.grades.clear();
    results.stopped = Some("nobody listens at 127.0.0.1:4000".into());
    assert_snapshot!(shown(&results), @"
    reference: nothing was judged  (0 cases of 0 scenarios, engine sim, edition 1.0, 1.2 s)
      stopped       nobody listens at 127.0.0.1:4000
    ");
}

#[test]
fn reasons_that_differ_in_numbers_alone_are_one_when_there_are_many() {
    let cases = (0..9).map(|number| {
        let scenario = format!("mnet/open/cookie-{number}");
        warned_case(
            &scenario,
            &format!("COOKIE {{ tag: c{number}89cd }} expires at 199404{number}"),
        )
    });
    let other = warned_case("mnet/open/other", "COOKIE does not come");
    let mut results = results_of(cases.chain([other]).collect());
    results.grades.clear();
    results.deselected = 0;
    assert_snapshot!(shown(&results), @"
    reference: 10 warn  (10 cases of 10 scenarios, engine sim, edition 1.0, 1.2 s)
      mnet/open     0 of  10 pass   10 warn
      warn          MNET-COOKIE-3: COOKIE { tag: c089cd } expires at 1994040: mnet/open/cookie-0,
                    mnet/open/cookie-1, mnet/open/cookie-2, mnet/open/cookie-3, mnet/open/cookie-4,
                    mnet/open/cookie-5, and 3 more
                    MNET-COOKIE-3: COOKIE does not come: mnet/open/other
    ");
}
