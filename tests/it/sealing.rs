//! A sealed folder in which anything was changed is found out, and what was changed is named.

use std::fs;
use std::path::PathBuf;

use crate::support::{Output, Scratch, wireproof_in};

/// A sealed and signed folder of a partial run.
struct Sealed {
    scratch: Scratch,
}

impl Sealed {
    fn new(name: &str, options: &[&str]) -> Self {
        let this = Self { scratch: Scratch::new(name) };
        assert_eq!(this.wireproof(&["seal", "--new-key", "key"]).code, Some(0));
        let run =
            ["run", "mnet/open/an-INIT-is-answered-with-a-COOKIE", "mnet/data/one-octet-is-enough"];
        let run = this.wireproof(&[&run[..], &["--out", "r"]].concat());
        assert_eq!(run.code, Some(0), "{}", run.shown());
        let sealed = this.wireproof(&[&["seal", "r", "--partial"], options].concat());
        assert_eq!(sealed.code, Some(0), "{}", sealed.shown());
        this
    }

    fn wireproof(&self, words: &[&str]) -> Output {
        wireproof_in(self.scratch.path(), words)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join("r").join(name)
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} does not hold {from:?}");
        fs::write(self.path(name), text.replacen(from, to, 1)).unwrap();
    }

    /// The verification fails and names this.
    fn is_broken(&self, says: &str) {
        let output = self.wireproof(&["verify", "r", "--key", "key.pub"]);
        assert_eq!(output.code, Some(1), "{says}: {}", output.shown());
        assert!(output.out.contains(says), "no {says:?} in {}", output.shown());
    }
}

#[test]
fn a_partial_run_is_refused_unless_it_is_said_to_be_one() {
    let sealed = Sealed::new("partial", &["--key", "key"]);
    fs::remove_file(sealed.path("seal.json")).unwrap();
    let refused = sealed.wireproof(&["seal", "r"]);
    assert_eq!(refused.code, Some(2), "{}", refused.shown());
    assert!(refused.err.contains("this is no whole run") && refused.err.contains("were left out"));
    assert!(!sealed.path("seal.json").exists());

    let partial = sealed.wireproof(&["seal", "r", "--partial"]);
    assert!(partial.out.contains("partial:") && partial.out.contains("not signed"));
    let verified = sealed.wireproof(&["verify", "r"]);
    assert_eq!(verified.code, Some(0), "{}", verified.shown());
    assert!(verified.out.contains("as it was sealed: a partial run"), "{}", verified.shown());
}

#[test]
fn a_whole_run_is_sealed_and_judged_again() {
    let scratch = Scratch::new("whole");
    let wireproof = |line: &str| wireproof_in(scratch.path(), line.split(' '));
    assert_eq!(wireproof("run mnet --out r").code, Some(0));
    let sealed = wireproof("seal r");
    assert_eq!(sealed.code, Some(0), "{}", sealed.shown());
    let verified = wireproof("verify r");
    assert_eq!(verified.code, Some(0), "{}", verified.shown());
    assert!(verified.out.contains("as it was sealed: a whole run"), "{}", verified.shown());
}

#[test]
fn the_key_that_signed_is_the_one_that_is_asked_for() {
    let sealed = Sealed::new("keys", &["--key", "key"]);
    let verified = sealed.wireproof(&["verify", "r", "--key", "key.pub"]);
    assert_eq!(verified.code, Some(0), "{}", verified.shown());
    assert!(verified.out.contains("signed by "), "{}", verified.shown());
    assert_eq!(sealed.wireproof(&["seal", "--new-key", "key"]).code, Some(2), "keys stay");
    sealed.wireproof(&["seal", "--new-key", "other"]);
    let other = sealed.wireproof(&["verify", "r", "--key", "other.pub"]);
    assert_eq!(other.code, Some(1), "{}", other.shown());
    assert!(other.out.contains("signature: it is of the key"), "{}", other.shown());
    // Sealed anew by somebody without the key.
    sealed.wireproof(&["seal", "r", "--partial"]);
    sealed.is_broken("signature: the seal is not signed");
}

#[test]
fn one_octet_of_any_file_is_found() {
    let sealed = Sealed::new("octets", &["--key", "key"]);
    let mut files = Vec::new();
    for folder in ["", "journals", "captures"] {
        for entry in fs::read_dir(sealed.path(folder)).unwrap() {
            let path = entry.unwrap().path();
            files.extend(path.is_file().then_some(path));
        }
    }
    assert!(files.len() > 6, "{files:?}");
    for file in files {
        let octets = fs::read(&file).unwrap();
        let mut changed = octets.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        fs::write(&file, &changed).unwrap();
        let output = sealed.wireproof(&["verify", "r", "--key", "key.pub"]);
        let name = file.file_name().unwrap().to_str().unwrap();
        if name == "seal.json" {
            assert!(output.code == Some(1) || output.code == Some(2), "{}", output.shown());
        } else {
            assert_eq!(output.code, Some(1), "{name}: {}", output.shown());
            assert!(output.out.contains(name), "{name} is not named: {}", output.shown());
        }
        fs::write(&file, &octets).unwrap();
    }
    assert_eq!(sealed.wireproof(&["verify", "r", "--key", "key.pub"]).code, Some(0));
}

#[test]
fn a_dropped_scenario_an_added_file_and_an_edited_verdict_are_named() {
    let journal = "journals/mnet-data-one-octet-is-enough.listener.little-sender.jsonl";
    let sealed = Sealed::new("dropped", &["--key", "key"]);
    fs::remove_file(sealed.path(journal)).unwrap();
    sealed.is_broken(&format!("{journal}: the file is missing"));

    let sealed = Sealed::new("added", &["--key", "key"]);
    fs::write(sealed.path("journals/more.jsonl"), "").unwrap();
    sealed.is_broken("journals/more.jsonl: the file was added");

    let sealed = Sealed::new("folder", &["--key", "key"]);
    fs::create_dir(sealed.path("more")).unwrap();
    sealed.is_broken("more/: the file was added");

    let sealed = Sealed::new("verdict", &["--key", "key"]);
    sealed.edit("results.json", "\"verdict\": \"pass\"", "\"verdict\": \"warn\"");
    sealed.is_broken("results.json: it was changed");
    sealed.is_broken("judged again it is pass, and results.json says warn");
}

#[test]
fn a_verdict_that_was_edited_before_sealing_is_not_that_of_the_journal() {
    let sealed = Sealed::new("forged", &["--key", "key"]);
    sealed.edit("results.json", "\"verdict\": \"pass\"", "\"verdict\": \"warn\"");
    sealed.wireproof(&["seal", "r", "--partial", "--key", "key"]);
    sealed.is_broken("judged again it is pass, and results.json says warn");
    sealed.is_broken("its totals are not those of its cases");
}
