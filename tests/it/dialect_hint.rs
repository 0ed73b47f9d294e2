//! Whoever names the wrong dialect is told which one fits better.

use std::sync::Arc;

use harness::profile::DialectChoice;
use harness::protocol::SubjectSetup;
use harness::runner::{InProcess, SubjectChoice};
use harness::subject::Subject;

use crate::support::{mnet, play_with, select};

/// The reference in one dialect, whatever dialect the run is in.
fn speaking(dialect: &DialectChoice) -> SubjectChoice {
    let dialect = dialect.clone();
    let make = move |setup: &SubjectSetup<'_>| -> Box<dyn Subject> {
        mnet().reference(&SubjectSetup { dialect: &dialect, ..*setup })
    };
    SubjectChoice::InProcess(InProcess { name: "of another dialect".into(), make: Arc::new(make) })
}

#[test]
fn the_dialect_that_a_subject_speaks_is_suggested_when_the_run_is_in_another() {
    let selection = select(&["mnet/open", "mnet/data", "mnet/wire"]);
    let default = DialectChoice::default_for(mnet());
    for spoken in DialectChoice::all(mnet()) {
        let results = play_with(&selection, speaking(&spoken), vec![default.clone()], None).results;
        let fits: Vec<&[DialectChoice]> = results
            .cases
            .iter()
            // A scenario that is for one dialect alone runs in that one.
            .filter(|case| case.dialect == default)
            .map(|case| case.judgement.fits.as_slice())
            .filter(|fits| !fits.is_empty())
            .collect();
        if spoken == default {
            assert!(fits.is_empty(), "{fits:?}");
            continue;
        }
        let right = fits.iter().filter(|dialects| dialects.contains(&spoken)).count();
        // Where two options differ, one of them alone may explain what a short run shows.
        let changed = spoken.iter().filter(|(name, value)| default.value(name) != Some(*value));
        let most = changed.count() > 1 || right * 2 > fits.len();
        assert!(most && right > 3, "{spoken}: {right} of {fits:?}");
    }
}

#[test]
fn a_mutant_is_not_taken_for_another_dialect() {
    let selection = select(&["mnet/data"]);
    for mutant in mnet().mutants().into_iter().take(40) {
        // These two do what another dialect does.
        if mutant.name.contains("byte-order") || mutant.name.contains("stamps") {
            continue;
        }
        let subject = SubjectChoice::Reference { mutant: Some(mutant.name.to_owned()) };
        let results = play_with(&selection, subject, Vec::new(), None).results;
        for case in &results.cases {
            assert_eq!(case.judgement.fits, [], "{}: {}", mutant.name, case.scenario);
        }
    }
}
