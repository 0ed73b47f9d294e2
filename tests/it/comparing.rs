//! Two results folders are compared case by case; what got worse is exit code 1.

use crate::support::{Scratch, assert_shown, wireproof_in};

fn run(scratch: &Scratch, line: &str) {
    let output = wireproof_in(scratch.path(), line.split_whitespace());
    assert!(output.code.is_some_and(|code| code < 2), "{line}: {}", output.err);
}

#[test]
fn what_got_worse_better_new_and_gone_is_told() {
    let scratch = Scratch::new("compare");
    run(&scratch, "run mnet/data/a-repeat* mnet/wire/tags* --out good");
    run(
        &scratch,
        "run mnet/data/a-repeat* mnet/wire/a-longer* --mutant delivers-a-repeat-again --out bad",
    );
    let compare = |old: &str, new: &str| wireproof_in(scratch.path(), ["compare", old, new]);
    let worse = compare("good", "bad");
    assert_eq!(worse.code, Some(1));
    assert_shown!("worse", worse);
    let better = compare("bad", "good/results.json");
    assert_eq!(better.code, Some(0));
    assert_shown!("better", better);
    let same = compare("bad", "bad");
    assert_eq!((same.code, same.out.lines().count()), (Some(0), 1), "{}", same.out);

    let json = wireproof_in(scratch.path(), ["compare", "good", "bad", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(value["differences"][0]["change"], "worse");
}

#[test]
fn what_is_no_results_folder_is_refused() {
    let scratch = Scratch::new("compare-nothing");
    scratch.write("broken/results.json", "{}");
    for (old, new) in [("none", "none"), ("broken", "broken")] {
        let output = wireproof_in(scratch.path(), ["compare", old, new]);
        assert_eq!(output.code, Some(2), "{}", output.err);
        assert!(output.err.contains("results.json") || output.err.contains("none"));
    }
}
