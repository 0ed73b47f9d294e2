//! Whether a sealed folder is still what was sealed, and whether its journals say what its results say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{PublicKey, SEAL, Seal, SealError, files, keys, lacks, results, specification};
use crate::corpus::{Corpus, ScenarioId};
use crate::journal::Journal;
use crate::profile::Profile;
use crate::protocol;
use crate::report::folder::{JOURNALS, RESULTS};
use crate::runner::{self, Case, Results};
use crate::verdict::Verdict;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The seal.
    pub seal: Seal,
    /// Everything that is not as it was sealed, the name of the leaf first.
    pub broken: Vec<String>,
    /// Who signed it, when the signature is good.
    pub signer: Option<String>,
    /// Journals that were judged again.
    pub judged: usize,
}

/// Checks a sealed folder. With a key, it must be signed with that.
///
/// # Errors
///
/// When there is no seal, or something cannot be read.
pub fn verify(folder: &Path, key: Option<&PublicKey>) -> Result<Verification, SealError> {
    let seal = Seal::read(folder)?;
    let mut broken = Vec::new();
    if !seal.is_as_written(folder)? {
        broken.push(format!("{SEAL}: it was changed after it was written"));
    }
    let signer = signer(&seal, key, &mut broken);
    broken.extend(changed(folder, &seal)?);
    let mut judged = 0;
    match results(folder) {
        Ok(results) => {
            let corpus = Corpus::embedded();
            compare(&seal, &results, &corpus, &mut broken);
            if seal.corpus == corpus.digest() {
                judged = judge_all(folder, &results, &corpus, &mut broken);
            }
        }
        Err(error) => broken.push(format!("{RESULTS}: {error}")),
    }
    Ok(Verification { seal, broken, signer, judged })
}

/// What of a sealed folder is not as it was sealed, whichever scenarios this program holds: the root and the files.
///
/// # Errors
///
/// When something cannot be read.
pub fn changed(folder: &Path, seal: &Seal) -> Result<Vec<String>, SealError> {
    let mut broken = Vec::new();
    if seal.computed_root() != seal.root {
        broken.push("seal.json: the root is not the digest of what the seal holds".to_owned());
    }
    let found = files(folder)?;
    for (path, digest) in &seal.files {
        match found.get(path) {
            None => broken.push(format!("{path}: the file is missing")),
            Some(other) if other != digest => {
                broken.push(format!("{path}: it was changed after it was sealed"));
            }
            Some(_) => {}
        }
    }
    for path in found.keys().filter(|path| !seal.files.contains_key(*path)) {
        broken.push(format!("{path}: the file was added after the folder was sealed"));
    }
    Ok(broken)
}

/// Who signed, when the signature is good and of the key that was asked for.
fn signer(seal: &Seal, key: Option<&PublicKey>, broken: &mut Vec<String>) -> Option<String> {
    let Some(signed) = &seal.signature else {
        if key.is_some() {
            broken.push("signature: the seal is not signed".to_owned());
        }
        return None;
    };
    let own = PublicKey::parse(&signed.public_key);
    let good = signed.algorithm == keys::ALGORITHM
        && own.is_some_and(|own| own.has_signed(&seal.message(), &signed.signature));
    if !good {
        broken.push("signature: it is not a signature of this root".to_owned());
        return None;
    }
    if let Some(key) = key.filter(|key| own.as_ref() != Some(key)) {
        let other = &signed.public_key;
        broken.push(format!("signature: it is of the key {other}, not of {key}"));
        return None;
    }
    Some(signed.public_key.clone())
}

/// Compares what the seal says with the results and with this program.
fn compare(seal: &Seal, results: &Results, corpus: &Corpus, broken: &mut Vec<String>) {
    let mut check = |same: bool, what: String| {
        if !same {
            broken.push(what);
        }
    };
    let (own, version) = (env!("CARGO_PKG_VERSION"), &seal.wireproof);
    check(
        seal.corpus == corpus.digest(),
        format!(
            "corpus: this program (wireproof {own}) holds other scenarios than those that were sealed (wireproof {version}), \
             so nothing can be judged again; `wireproof explain-upgrade` says what that changes"
        ),
    );
    for (protocol, digest) in specification(results) {
        check(
            seal.specification.get(&protocol) == Some(&digest),
            format!(
                "specification/{protocol}: this program holds other clauses than those that were sealed"
            ),
        );
    }
    check(seal.corpus == results.basis.corpus, format!("corpus: {RESULTS} names another"));
    check(seal.profile == results.basis.profile, format!("profile: {RESULTS} names another"));
    check(
        (&seal.wireproof, &seal.edition, &seal.subject)
            == (&results.wireproof, &results.edition, &results.subject),
        format!("seal.json: version, edition or subject are not those of {RESULTS}"),
    );
    check(
        seal.partial == lacks(results, corpus),
        format!("partial: what the seal says is left out is not what {RESULTS} leaves out"),
    );
    broken.extend(unsound(results, &seal.files));
}

/// What of results does not fit together, or with the files of their folder.
pub(super) fn unsound(results: &Results, files: &BTreeMap<String, String>) -> Vec<String> {
    let mut broken = Vec::new();
    let mut counted = BTreeMap::new();
    for case in &results.cases {
        *counted.entry(case.judgement.verdict).or_insert(0) += 1;
    }
    if counted != results.totals {
        broken.push(format!("{RESULTS}: its totals are not those of its cases"));
    }
    let named: BTreeSet<&String> =
        results.cases.iter().filter_map(|case| case.journal.as_ref()).collect();
    for journal in named.iter().filter(|journal| !files.contains_key(**journal)) {
        broken.push(format!("{journal}: {RESULTS} names it, and it is not there"));
    }
    let journals = files.keys().filter(|file| file.starts_with(JOURNALS));
    for journal in journals.filter(|file| !named.contains(file)) {
        broken.push(format!("{journal}: no case of {RESULTS} has this journal"));
    }
    broken
}

/// The scenarios of the protocols that were run of which there is no case.
pub(super) fn missing(results: &Results, corpus: &Corpus) -> Vec<ScenarioId> {
    let cases: BTreeSet<&str> = results.cases.iter().map(|case| case.scenario.as_str()).collect();
    let of_protocol = |id: &&ScenarioId| results.protocols.iter().any(|name| name == id.protocol());
    corpus
        .files()
        .map(|(id, _)| id)
        .filter(of_protocol)
        .filter(|id| !cases.contains(id.as_str()))
        .cloned()
        .collect()
}

/// Judges every journal again; how many there were.
fn judge_all(folder: &Path, results: &Results, corpus: &Corpus, broken: &mut Vec<String>) -> usize {
    let mut judged = 0;
    for case in &results.cases {
        let Some(file) = &case.journal else {
            if case.judgement.verdict != Verdict::Unsupported {
                broken.push(format!("{}: it has a verdict and no journal", case.scenario));
            }
            continue;
        };
        match judge(folder, file, case, results, corpus) {
            Ok(is_judged) => judged += usize::from(is_judged),
            Err(what) => broken.push(format!("{file}: {what}")),
        }
    }
    judged
}

/// Judges one journal again, unless its verdict does not come from it alone; what is wrong with it.
fn judge(
    folder: &Path,
    file: &str,
    case: &Case,
    results: &Results,
    corpus: &Corpus,
) -> Result<bool, String> {
    let octets = fs::read(folder.join(file)).map_err(|error| error.to_string())?;
    let journal = Journal::read(&*octets).map_err(|error| error.to_string())?;
    let header = &journal.header;
    let same = (&header.scenario, &header.role, &header.dialect, &header.subject, &header.engine)
        == (&case.scenario, &case.role, &case.dialect, &results.subject, &results.engine)
        && header.seed == case.seed;
    if !same {
        let (scenario, role) = (&header.scenario, &header.role);
        return Err(format!("it is the journal of another case ({scenario}, {role})"));
    }
    // An error is of the suite; what is flaky, or was spared by the weather, is so by other runs than the one that was kept.
    if matches!(case.judgement.verdict, Verdict::Error | Verdict::Flaky | Verdict::Inconclusive) {
        return Ok(false);
    }
    let selection = corpus.select(std::slice::from_ref(&case.scenario));
    let selection = selection.map_err(|error| error.to_string())?;
    let Some(entry) = selection.scenarios.first() else {
        return Err(format!("there is no scenario {}", case.scenario));
    };
    let protocol = protocol::by_name(&header.protocol)
        .ok_or_else(|| format!("there is no protocol `{}`", header.protocol))?;
    let profile = Profile::reference(protocol);
    let again = runner::judge_again(entry, &profile, results.claims, &journal)
        .map_err(|error| error.to_string())?;
    let mut sealed = case.judgement.clone();
    sealed.info.retain(|remark| !remark.starts_with(runner::RUN_AGAIN));
    if again == sealed {
        return Ok(true);
    }
    let (was, now) = (case.judgement.verdict, again.verdict);
    Err(if was == now {
        format!("judged again it is {now}, too, but by other evidence than {RESULTS} says")
    } else {
        format!("judged again it is {now}, and {RESULTS} says {was}")
    })
}
