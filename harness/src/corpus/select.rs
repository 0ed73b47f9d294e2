//! Selects scenarios by what people type.

use std::collections::BTreeSet;

use super::{Corpus, EXTENSION, ScenarioId, Selection, UsageError};
use crate::diagnostic::suggest;
use crate::protocol;
use crate::spec::{Catalogue, ClauseId};

/// Longest selector, in octets; none that names anything is near it.
const SELECTOR_MAX: usize = 400;

impl Corpus {
    /// The scenarios that any of the selectors names; all, when there is no selector.
    ///
    /// A selector is a protocol, a folder, a whole identity, a clause, or any of the first three with `*` for any characters.
    ///
    /// # Errors
    ///
    /// When a selector names nothing, when nothing is there, and when a selected file is wrong.
    pub fn select(&self, selectors: &[String]) -> Result<Selection, UsageError> {
        if self.is_empty() {
            return Err(UsageError::Empty);
        }
        let mut selected: BTreeSet<ScenarioId> = BTreeSet::new();
        if selectors.is_empty() {
            selected.extend(self.files.keys().cloned());
        }
        for selector in selectors {
            let found = self.named(selector)?;
            if found.is_empty() {
                return Err(self.unknown(selector));
            }
            selected.extend(found);
        }
        let ids: Vec<&ScenarioId> = selected.iter().collect();
        let scenarios = self.parse(&ids).map_err(UsageError::Invalid)?;
        let protocols: BTreeSet<&str> = selected.iter().map(ScenarioId::protocol).collect();
        let there = self.files.keys().filter(|id| protocols.contains(id.protocol())).count();
        Ok(Selection { scenarios, deselected: there.saturating_sub(selected.len()) })
    }

    fn named(&self, selector: &str) -> Result<Vec<ScenarioId>, UsageError> {
        if selector.len() > SELECTOR_MAX {
            return Ok(Vec::new());
        }
        if let Ok(clause) = selector.parse::<ClauseId>() {
            let entries = self.citing(&clause).map_err(UsageError::Invalid)?;
            return Ok(entries.into_iter().map(|entry| entry.id).collect());
        }
        let name = selector.strip_suffix(EXTENSION).unwrap_or(selector).trim_end_matches('/');
        let matches = |id: &str| {
            if name.contains('*') {
                return glob(name.as_bytes(), id.as_bytes());
            }
            id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let named = !name.is_empty();
        Ok(self.files.keys().filter(|id| named && matches(id.as_str())).cloned().collect())
    }

    /// The error for a selector that names nothing, with what was probably meant.
    fn unknown(&self, selector: &str) -> UsageError {
        if let Ok(clause) = selector.parse::<ClauseId>() {
            let catalogues = protocol::ALL.map(Catalogue::of);
            if catalogues.iter().any(|catalogue| catalogue.get(&clause).is_some()) {
                let message = format!("no scenario cites {clause}");
                return UsageError::Unknown { message, help: None };
            }
            let clauses = catalogues.into_iter().flat_map(Catalogue::iter);
            let same_area: Vec<String> = clauses
                .clone()
                .filter(|known| known.id.area() == clause.area())
                .map(|known| known.id.to_string())
                .collect();
            let all = || clauses.map(|known| known.id.to_string()).collect();
            let near: Vec<String> = if same_area.is_empty() { all() } else { same_area };
            let help = suggest(selector, near.iter().map(String::as_str));
            return UsageError::Unknown { message: format!("there is no clause {clause}"), help };
        }
        // Near names are looked for among everything of the same depth: folders for a folder, identities for an identity.
        let depth = selector.matches('/').count();
        let names: BTreeSet<String> = self
            .files
            .keys()
            .map(|id| id.as_str().split('/').take(depth + 1).collect::<Vec<_>>().join("/"))
            .collect();
        let shown: String = selector.chars().take(80).collect();
        UsageError::Unknown {
            message: format!("no scenario is named by `{shown}`"),
            help: suggest(selector, names.iter().map(String::as_str)),
        }
    }
}

/// Whether a pattern with `*` for any characters matches the whole text.
pub(crate) fn glob(pattern: &[u8], text: &[u8]) -> bool {
    // Where the last star stood, and how much of the text it has swallowed: linear in time, whatever the pattern.
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&octet) = text.get(seen) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, seen));
                at += 1;
            }
            Some(&expected) if expected == octet => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((after, swallowed)) = star else { return false };
                star = Some((after, swallowed + 1));
                (at, seen) = (after, swallowed + 1);
            }
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|&octet| octet == b'*'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::glob;

    #[rstest]
    #[case("mnet/*", "mnet/data/a", true)]
    #[case("*repeat*", "mnet/data/a-repeat-is-seen", true)]
    #[case("*/a", "mnet/data/a", true)]
    #[case("mnet/data/a", "mnet/data/a", true)]
    #[case("*", "", true)]
    #[case("mnet/data", "mnet/data/a", false)]
    #[case("*b", "mnet/data/a", false)]
    #[case("a*b*c", "a-b-b-c-c", true)]
    #[case("a*b*c", "a-c-b", false)]
    fn a_star_is_any_characters(#[case] pattern: &str, #[case] text: &str, #[case] matches: bool) {
        assert_eq!(glob(pattern.as_bytes(), text.as_bytes()), matches);
    }
}
