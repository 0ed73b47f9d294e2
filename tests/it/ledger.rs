//! The ledger has no gap without a reason, and its pages in the documents are those that the program makes.

use std::fs;

use harness::corpus::Corpus;
use harness::ledger::{Ledger, markdown, scores};
use harness::protocol;
use harness::spec::Source;

use crate::support::{Scratch, TRIED, root, wireproof, wireproof_in};

/// How to make the pages again.
const AGAIN: &str = "write it again with `wireproof ledger --write docs/ledger`";

#[test]
fn no_clause_has_a_gap_without_a_reason_and_the_pages_are_up_to_date() {
    let mut ledgers = Vec::new();
    for protocol in protocol::ALL {
        let name = protocol.name();
        let ledger = Ledger::with(protocol, &Corpus::embedded(), &TRIED[name])
            .unwrap_or_else(|errors| panic!("{}", harness::diagnostic::render_all(&errors)));
        assert_eq!(ledger.gaps(), Vec::<String>::new(), "{name}");
        is_up_to_date(name, &markdown(&ledger));
        ledgers.push(ledger);
    }
    is_up_to_date("scores", &scores(&ledgers));
}

/// Asserts that a page of the documents is the one that was made now.
fn is_up_to_date(name: &str, made: &str) {
    let kept = fs::read_to_string(root().join(format!("docs/ledger/{name}.md")));
    let kept = kept.unwrap_or_else(|error| panic!("docs/ledger/{name}.md: {error}: {AGAIN}"));
    let differs = made.lines().zip(kept.lines()).find(|(made, kept)| made != kept);
    assert!(made == kept, "docs/ledger/{name}.md is out of date, {AGAIN}: {differs:?}");
}

#[test]
fn every_clause_of_the_text_has_a_line_of_the_source_document() {
    let mut documents = 0;
    for protocol in protocol::ALL {
        let document = harness::ledger::SourceDocument::of(protocol)
            .unwrap_or_else(|errors| panic!("{}", harness::diagnostic::render_all(&errors)));
        let Some(document) = document else { continue };
        documents += 1;
        assert!(document.lines() > 100, "{}", protocol.name());
        for clause in harness::spec::Catalogue::of(protocol).iter() {
            let has_line = document.became(&clause.id).next().is_some();
            assert!(
                has_line || clause.source != Source::Text,
                "no line of the source document became {}",
                clause.id
            );
        }
    }
    assert!(documents > 0, "no protocol has its source document");
}

#[test]
fn the_command_writes_a_page_into_a_folder() {
    let scratch = Scratch::new("ledger");
    let written = wireproof_in(scratch.path(), ["ledger", "mnet", "--write", "pages"]);
    assert_eq!((written.code, written.out.as_str()), (Some(0), "pages/mnet.md\n"));
    let page = fs::read_to_string(scratch.path().join("pages/mnet.md")).unwrap();
    assert_eq!(page, fs::read_to_string(root().join("docs/ledger/mnet.md")).unwrap());

    scratch.write("a-file", "");
    let refused = wireproof_in(scratch.path(), ["ledger", "--write", "a-file/below"]);
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert_eq!(wireproof("ledger mnit").code, Some(2));
}
