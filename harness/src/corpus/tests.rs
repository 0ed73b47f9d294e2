//! Tests of corpus.

use std::path::PathBuf;
use std::{env, fs, process};

use super::*;

/// A corpus of small scenarios with these paths and clauses.
fn corpus(files: &[(&str, &str)]) -> Corpus {
    let file = |&(path, clause): &(&str, &str)| {
        let text = format!("title: x\nclauses: [{clause}]\nsteps: [ {{ wait: 1 s }} ]\n");
        let id = ScenarioId::of_path(path).expect("a path below a protocol");
        (id, File { name: path.to_owned(), text: Cow::Owned(text) })
    };
    Corpus { files: files.iter().map(file).collect() }
}

fn three() -> Corpus {
    corpus(&[
        ("mnet/data/a-repeat.yaml", "MNET-DATA-6"),
        ("mnet/data/gap.yaml", "MNET-DATA-8"),
        ("mnet/shut/both.yaml", "MNET-SHUT-8"),
    ])
}

fn selected(corpus: &Corpus, selectors: &[&str]) -> Result<String, UsageError> {
    let selectors: Vec<String> = selectors.iter().map(|&selector| selector.to_owned()).collect();
    let selection = corpus.select(&selectors)?;
    let ids: Vec<&str> = selection.scenarios.iter().map(|entry| entry.id.as_str()).collect();
    Ok(format!("{} | {} left out", ids.join(" "), selection.deselected))
}

#[test]
fn the_embedded_corpus_is_right() {
    let corpus = Corpus::embedded();
    if corpus.is_empty() {
        assert_eq!(corpus.select(&[]).unwrap_err(), UsageError::Empty);
        return;
    }
    let selection = corpus.select(&[]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(selection.scenarios.len(), corpus.len());
    assert_eq!(selection.deselected, 0);
}

#[test]
fn selectors_name_protocols_folders_scenarios_clauses_and_patterns() {
    let corpus = three();
    let all = "mnet/data/a-repeat mnet/data/gap mnet/shut/both | 0 left out";
    let data = "mnet/data/a-repeat mnet/data/gap | 1 left out";
    for (selectors, expected) in [
        (&[][..], all),
        (&["mnet"], all),
        (&["mnet/data"], data),
        (&["mnet/data/"], data),
        (&["mnet/data/gap"], "mnet/data/gap | 2 left out"),
        (&["mnet/data/gap.yaml"], "mnet/data/gap | 2 left out"),
        (&["MNET-DATA-6"], "mnet/data/a-repeat | 2 left out"),
        (&["*/a-*"], "mnet/data/a-repeat | 2 left out"),
        (&["MNET-SHUT-8", "mnet/data"], all),
    ] {
        assert_eq!(selected(&corpus, selectors).as_deref(), Ok(expected), "{selectors:?}");
    }
}

#[test]
fn a_selector_that_names_nothing_is_an_error_with_the_near_name() {
    let corpus = three();
    let message = |selector: &str| selected(&corpus, &[selector]).unwrap_err().to_string();
    assert_eq!(
        message("mnet/dat"),
        "no scenario is named by `mnet/dat`\n  help: did you mean `mnet/data`?"
    );
    assert_eq!(
        message("mnet/data/gapp"),
        "no scenario is named by `mnet/data/gapp`\n  help: did you mean `mnet/data/gap`?"
    );
    assert_eq!(message("chat"), "no scenario is named by `chat`\n  help: the only one is `mnet`");
    assert_eq!(message("MNET-DATA-3"), "no scenario cites MNET-DATA-3");
    assert_eq!(
        message("MNET-SHUT-88"),
        "there is no clause MNET-SHUT-88\n  help: did you mean `MNET-SHUT-8`?"
    );
    assert!(message("").starts_with("no scenario is named by ``"));
    assert!(message(&"x".repeat(5_000)).len() < 300);
}

#[test]
fn only_what_is_selected_must_be_right() {
    let mut corpus = three();
    let id = ScenarioId::of_path("mnet/shut/wrong.yaml").unwrap();
    let text = Cow::Borrowed("title: x\n");
    corpus.files.insert(id, File { name: "mnet/shut/wrong.yaml".into(), text });
    assert!(selected(&corpus, &["mnet/data"]).is_ok());
    let UsageError::Invalid(errors) = selected(&corpus, &["mnet"]).unwrap_err() else {
        panic!("a file is wrong");
    };
    assert_eq!(errors[0].file, "mnet/shut/wrong.yaml");
}

#[test]
fn an_identity_begins_with_the_protocol() {
    let id = |path: &str| ScenarioId::of_path(path).map(|id| id.to_string());
    assert_eq!(id("/home/mnet/scenarios/mnet/data/x.yaml").as_deref(), Some("mnet/data/x"));
    assert_eq!(id("mnet/x.yaml").as_deref(), Some("mnet/x"));
    assert_eq!(id("data/x.yaml"), None);
    assert_eq!(id("mnet/data/x.txt"), None);
    assert_eq!(id("mnet.yaml"), None);
    let id = ScenarioId::of_path("mnet/data/x.yaml").unwrap();
    assert_eq!((id.protocol(), id.area()), ("mnet", "data"));
}

/// A folder that is removed with everything in it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[test]
fn a_folder_or_a_file_replaces_the_corpus() {
    let folder = Folder(env::temp_dir().join(format!("wireproof-corpus-{}", process::id())));
    let write = |path: &str| {
        let path = folder.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "title: x\nclauses: [MNET-DATA-3]\nsteps: [ { wait: 1 s } ]\n").unwrap();
    };
    write("mnet/data/one.yaml");
    write("mnet/data/two.yaml");
    write("mnet/exceptions.yaml");
    write("mnet/vectors/three.yaml");
    write("mnet/data/notes.txt");
    let corpus = Corpus::read(&folder.0).unwrap();
    let ids: Vec<&str> = corpus.files().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["mnet/data/one", "mnet/data/two"]);
    assert_eq!(Corpus::read(&folder.0.join("mnet/data/one.yaml")).unwrap().len(), 1);

    write("other/four.yaml");
    let error = Corpus::read(&folder.0).unwrap_err();
    assert!(error.to_string().contains("in no folder with a protocol's name"), "{error}");
    fs::create_dir_all(folder.0.join("empty")).unwrap();
    assert!(matches!(Corpus::read(&folder.0.join("empty")), Err(CorpusError::Empty { .. })));
    assert!(matches!(Corpus::read(&folder.0.join("gone")), Err(CorpusError::Read { .. })));
}
