//! A run keeps transcripts that insta reads, and fails when one is not what it was, whatever the verdicts say.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Output, Scratch, files_in, wireproof_in};

const SCENARIOS: &str = "run mnet/open mnet/transfer paperclip/handshake chat/rooms";

fn run(folder: &Path, line: &str) -> Output {
    wireproof_in(folder, format!("{line} --snapshots kept").split_whitespace())
}

fn snapshots(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = files_in(&folder.join("kept"));
    all.retain(|path| path.extension().is_some_and(|found| found == extension));
    all
}

#[test]
fn a_second_run_finds_every_transcript_as_it_was_also_with_another_seed_of_chance() {
    let scratch = Scratch::new("snapshots-same");
    let first = run(scratch.path(), SCENARIOS);
    assert_eq!(first.code, Some(0), "{}", first.out);
    assert!(snapshots(scratch.path(), "snap").len() > 100);
    let second = run(scratch.path(), SCENARIOS);
    assert_eq!(second.code, Some(0), "{}", second.out);
    // Conversations read alike whatever the tags, keys and names were that chance has given them.
    let other = run(scratch.path(), "run mnet/open paperclip/handshake chat/rooms --seed 7");
    assert_eq!(other.code, Some(0), "{}", other.out);
    assert_eq!(snapshots(scratch.path(), "new"), Vec::<PathBuf>::new());
}

#[test]
fn a_transcript_that_has_changed_fails_the_run_and_lies_beside_the_old_one_until_it_is_accepted() {
    let scratch = Scratch::new("snapshots-changed");
    let line = "run mnet/open --role listener";
    assert_eq!(run(scratch.path(), line).code, Some(0));
    let all = snapshots(scratch.path(), "snap");
    let old =
        all.iter().find(|path| fs::read_to_string(path).unwrap().contains("COOKIE-ACK")).unwrap();
    let text = fs::read_to_string(old).unwrap().replace("COOKIE-ACK", "COOKIE-NAK");
    fs::write(old, text).unwrap();

    let changed = run(scratch.path(), line);
    assert_eq!(changed.code, Some(1), "{}", changed.out);
    assert!(changed.out.contains("1 transcript not as accepted"), "{}", changed.out);
    let new = snapshots(scratch.path(), "new");
    assert_eq!(new, [PathBuf::from(format!("{}.new", old.display()))]);
    fs::rename(&new[0], old).unwrap();
    assert_eq!(run(scratch.path(), line).code, Some(0));
}

#[test]
fn insta_reads_them() {
    let scratch = Scratch::new("snapshots-insta");
    let scenario = "mnet/wire/tags-are-random";
    assert_eq!(run(scratch.path(), &format!("run {scenario} --role listener")).code, Some(0));
    let all = snapshots(scratch.path(), "snap");
    let [file] = &all[..] else { panic!("{all:?}") };
    let text = fs::read_to_string(file).unwrap();
    let contents = text.splitn(3, "---\n").nth(2).unwrap().to_owned();
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    insta::with_settings!({
        snapshot_path => file.parent().unwrap(),
        prepend_module_to_snapshot => false,
    }, { insta::assert_snapshot!(name, contents) });
}

#[test]
fn a_folder_that_cannot_be_one_ends_the_run_before_it_begins() {
    let scratch = Scratch::new("snapshots-file");
    scratch.write("kept", "a file");
    let refused = run(scratch.path(), "run mnet/open");
    assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""));
    assert!(refused.err.contains("cannot keep snapshots in kept"), "{}", refused.err);
}
