//! A matrix of subjects: what a terminal shows, and the folder with its evidence, `matrix.json`, Markdown and a page.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use simulator::Instant;

use super::folder::{FolderError, capture_of, claim, complete, in_file_name, keep, keep_printed};
use super::html::{STYLE, escaped};
use super::layout::{columns, labelled};
use super::markdown;
use super::paint::{self, STRONG, paint};
use super::text::{Context, of_finding};
use super::{Again, sentence};
use crate::engine::socket::encounter::of;
use crate::matrix::{Cell, Evidence, Matrix};
use crate::protocol::{self, Role};
use crate::spec::Catalogue;
use crate::verdict::{Finding, FoundBy, Verdict};

/// Everything that is said of each cell, for programs.
pub const MATRIX: &str = "matrix.json";
/// What [`MATRIX`] is called until it is whole.
const PART: &str = "matrix.json.part";
/// The same for a job summary.
pub const SUMMARY: &str = "matrix.md";
/// The same for people.
pub const PAGE: &str = "matrix.html";

/// Columns before the text of a labelled line.
const LABEL: usize = 18;
/// Columns of what the page shows of a cell.
const PAGE_WIDTH: usize = 110;

/// A cell in its table: the verdict, and who left the specification first.
fn word(cell: &Cell) -> String {
    match &cell.first {
        Some(first) => format!("{}, {}", cell.verdict, first.role),
        None => cell.verdict.to_string(),
    }
}

/// A cell in one line.
pub fn line(cell: &Cell) -> String {
    let verdict = paint(paint::of(cell.verdict), cell.verdict.word().to_uppercase());
    let Cell { client, server, what, .. } = cell;
    format!("{verdict} {} with {}: {what}", paint(STRONG, client), paint(STRONG, server))
}

/// What there is to know of a cell that did not pass, as lines: who left the specification first, and how it came to that.
pub fn screen(cell: &Cell, evidence: &Evidence, width: usize) -> Vec<String> {
    let mut lines = vec![line(cell)];
    let [_, journal] = &evidence.journals;
    let Some(protocol) = protocol::by_name(&journal.header.protocol) else { return lines };
    let catalogue = Catalogue::of(protocol);
    let again = Again::default();
    let context = Context { protocol, catalogue, file: "", folder: None, again: &again, width };
    let Some(first) = &cell.first else {
        lines.extend(labelled(
            "  first",
            LABEL,
            "neither is seen to leave the specification",
            width,
        ));
        let last = journal.entries.last().map_or(Instant::START, |entry| entry.at);
        let finding = Finding {
            verdict: cell.verdict,
            reason: cell.reason,
            clause: None,
            by: FoundBy::Runner,
            at: last,
            entry: None,
            what: cell.what.clone(),
            allowed: Vec::new(),
        };
        lines.extend(of_finding(&finding, journal, &context));
        return lines;
    };
    let milliseconds = first.finding.at.duration_since(Instant::START).as_millis();
    let hint = format!(
        "{} ({}) leaves the specification first, at {milliseconds} ms",
        first.name, first.role
    );
    lines.extend(labelled("  first", LABEL, &hint, width));
    let role = protocol.role(&first.role).unwrap_or(Role::Listener);
    let [client, server] = &evidence.journals;
    lines.extend(of_finding(&first.finding, of(role, [client, server]), &context));
    for seen in &cell.sides {
        let others = seen.findings.iter().filter(|finding| **finding != first.finding);
        for finding in others.take(1) {
            let text = format!("the {}, {}: {}", seen.role, finding.verdict, sentence(finding));
            lines.extend(labelled("  also", LABEL, &text, width));
        }
    }
    lines
}

/// The table: a row for each client, a column for each server.
pub fn table(matrix: &Matrix, width: usize) -> Vec<String> {
    let names: Vec<&str> = matrix.subjects.iter().map(|subject| subject.name.as_str()).collect();
    let words: Vec<String> = matrix.cells.iter().map(word).collect();
    let corner = "client \\ server";
    let rows = words.chunks(names.len().max(1));
    let widths = |heads: &[String]| -> Vec<usize> {
        let of_column = |(column, head): (usize, &String)| {
            let cells = rows.clone().filter_map(|row| row.get(column)).map(|word| columns(word));
            cells.chain([columns(head)]).max().unwrap_or(0)
        };
        heads.iter().enumerate().map(of_column).collect()
    };
    let first = |heads: &[String]| {
        heads.iter().map(|head| columns(head)).chain([columns(corner)]).max().unwrap_or(0)
    };
    let plain: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let total = first(&plain) + widths(&plain).iter().map(|width| width + 2).sum::<usize>();
    // Names that find no room above the columns stand at the rows alone, with their numbers.
    let numbered = total > width;
    let (rows_named, heads) = if numbered {
        let number = |(place, name): (usize, &&str)| format!("{} {name}", place + 1);
        let heads = (1..=names.len()).map(|number| number.to_string()).collect();
        (names.iter().enumerate().map(number).collect(), heads)
    } else {
        (plain.clone(), plain)
    };
    let (first, widths) = (first(&rows_named), widths(&heads));
    let mut head = format!("{corner:<first$}");
    for (name, width) in heads.iter().zip(&widths) {
        let _always_fits = write!(head, "  {name:<width$}");
    }
    let mut lines = vec![paint(STRONG, head.trim_end().to_owned())];
    for ((name, words), cells) in
        rows_named.iter().zip(rows).zip(matrix.cells.chunks(names.len().max(1)))
    {
        let mut row = format!("{name:<first$}");
        for ((word, cell), width) in words.iter().zip(cells).zip(&widths) {
            let room = " ".repeat(width.saturating_sub(columns(word)));
            let _always_fits = write!(row, "  {}{room}", paint(paint::of(cell.verdict), word));
        }
        lines.push(row.trim_end().to_owned());
    }
    lines
}

/// The totals in one line.
pub fn totals(matrix: &Matrix) -> String {
    let totals = Verdict::ALL
        .iter()
        .filter_map(|verdict| matrix.totals.get(verdict).map(|count| format!("{count} {verdict}")));
    let weather =
        if matrix.weather.is_empty() { "calm".to_owned() } else { matrix.weather.join(", ") };
    format!(
        "{}  ({} cells, {weather}, seed {}, edition {})",
        totals.collect::<Vec<_>>().join(", "),
        matrix.cells.len(),
        matrix.seed,
        matrix.edition
    )
}

/// A folder that takes the evidence of one matrix.
#[derive(Debug)]
pub struct MatrixFolder {
    path: PathBuf,
    /// What the page shows of each cell, by its place.
    screens: Vec<Vec<String>>,
    /// Locked as long as the matrix writes into the folder.
    _claim: Option<File>,
}

impl MatrixFolder {
    /// Makes the folder, or empties that of an earlier matrix.
    ///
    /// # Errors
    ///
    /// As those of [`Folder::open`](super::folder::Folder::open).
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let claim = claim(path, PART, &[MATRIX, SUMMARY, PAGE])?;
        Ok(Self { path: path.to_owned(), screens: Vec::new(), _claim: Some(claim) })
    }

    /// Keeps what a cell rests on, and notes the journal's file in the cell.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn keep(&mut self, cell: &mut Cell, evidence: Option<&Evidence>) -> io::Result<()> {
        let number = self.screens.len() + 1;
        let Some(Evidence { journals: [_, journal], printed: [client, server] }) = evidence else {
            self.screens.push(Vec::new());
            return Ok(());
        };
        let name = in_file_name(&format!("{number:02}-{}-with-{}", cell.client, cell.server));
        cell.journal = Some(keep(&self.path, &name, journal, false)?);
        keep_printed(&self.path, &format!("{name}.client"), client)?;
        keep_printed(&self.path, &format!("{name}.server"), server)?;
        let shown = evidence.filter(|_| cell.verdict != Verdict::Pass);
        self.screens.push(shown.map(|it| screen(cell, it, PAGE_WIDTH)).unwrap_or_default());
        Ok(())
    }

    /// Writes the reports; the folder is whole once `matrix.json` is there.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn finish(&self, matrix: &Matrix) -> io::Result<()> {
        fs::write(self.path.join(SUMMARY), in_markdown(matrix))?;
        fs::write(self.path.join(PAGE), self.page(matrix))?;
        complete(&self.path, PART, MATRIX, |out| write_json(matrix, out))
    }

    /// The page for people.
    fn page(&self, matrix: &Matrix) -> String {
        let mut body = format!(
            "<h1>Matrix</h1><p>{}</p><table><tr><th>client \\ server</th>",
            escaped(&totals(matrix))
        );
        let mut add = |text: String| body.push_str(&text);
        for subject in &matrix.subjects {
            add(format!("<th>{}</th>", escaped(&subject.name)));
        }
        let row = matrix.subjects.len().max(1);
        for (place, cell) in matrix.cells.iter().enumerate() {
            if place % row == 0 {
                add(format!("</tr><tr><th>{}</th>", escaped(&cell.client)));
            }
            let (verdict, word) = (cell.verdict, escaped(&word(cell)));
            add(format!(
                "<td><a class=\"verdict {verdict}\" href=\"#cell-{}\">{word}</a></td>",
                place + 1
            ));
        }
        add("</tr></table>".to_owned());
        for ((place, cell), screen) in matrix.cells.iter().enumerate().zip(&self.screens) {
            let (client, server, what) =
                (escaped(&cell.client), escaped(&cell.server), escaped(&cell.what));
            add(format!(
                "<h2 id=\"cell-{}\">{client} with {server}: <span class=\"verdict {verdict}\">{verdict}</span></h2><p>{what}</p>",
                place + 1,
                verdict = cell.verdict
            ));
            if let Some(journal) = &cell.journal {
                add(format!(
                    "<p><a href=\"{journal}\">journal</a> <a href=\"{}\">capture</a></p>",
                    capture_of(journal)
                ));
            }
            if !screen.is_empty() {
                let plain = anstream::adapter::strip_str(&screen.join("\n")).to_string();
                add(format!("<pre class=\"wide\">{}</pre>", escaped(&plain)));
            }
        }
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>wireproof matrix</title><style>{STYLE}\
             table {{ border-collapse: collapse; display: block; overflow-x: auto; }}\
             th, td {{ border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }}\
             pre.wide {{ white-space: pre; }}</style></head><body>{body}</body></html>\n"
        )
    }
}

/// Writes a matrix, indented, with a line break at the end.
fn write_json(matrix: &Matrix, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, matrix)?;
    writeln!(out)
}

/// The matrix for a job summary.
fn in_markdown(matrix: &Matrix) -> String {
    let text = markdown::text;
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let heads = matrix.subjects.iter().map(|subject| text(&subject.name));
    let heads = std::iter::once("client \\\\ server".to_owned()).chain(heads);
    let mut out = format!("# Matrix\n\n**{}**\n\n{}", totals(matrix), row(heads.collect()));
    let mut add = |line: String| out.push_str(&line);
    add(format!("|---|{}\n", "---|".repeat(matrix.subjects.len())));
    for of_client in matrix.cells.chunks(matrix.subjects.len().max(1)) {
        let client = of_client.first().map(|cell| text(&cell.client)).unwrap_or_default();
        let verdicts = of_client.iter().map(word);
        add(row(std::iter::once(client).chain(verdicts).collect()));
    }
    let mut rest = matrix.cells.iter().filter(|cell| cell.verdict != Verdict::Pass).peekable();
    if rest.peek().is_some() {
        add("\n| verdict | client | server | what happened | first |\n|---|---|---|---|---|\n"
            .to_owned());
    }
    for cell in rest {
        let first = cell
            .first
            .as_ref()
            .map(|first| format!("{} ({}): {}", first.name, first.role, sentence(&first.finding)));
        let shown =
            [&cell.client, &cell.server, &cell.what, &first.unwrap_or_default()].map(|it| text(it));
        add(format!("| {} | {} |\n", cell.verdict, shown.join(" | ")));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::matrix::{First, Subject, VERSION};
    use crate::profile::DialectChoice;
    use crate::report::samples;

    fn matrix(names: [&str; 2]) -> Matrix {
        let subject = |name: &str| Subject {
            name: name.to_owned(),
            protocol: "mnet".to_owned(),
            roles: vec!["listener".to_owned(), "connector".to_owned()],
            dialect: DialectChoice::default(),
            profile: None,
        };
        let finding = samples::failed_case().judgement.findings[0].clone();
        let cell = |client: &str, server: &str, verdict, what: &str, first: Option<&str>| Cell {
            client: client.to_owned(),
            server: server.to_owned(),
            verdict,
            reason: None,
            what: what.to_owned(),
            first: first.map(|role| First {
                role: role.to_owned(),
                name: server.to_owned(),
                finding: finding.clone(),
            }),
            sides: Vec::new(),
            journal: None,
            took: Duration::ZERO,
        };
        let [a, b] = names;
        let cells = vec![
            cell(a, a, Verdict::Pass, "open, 4 of 4 done by the connector", None),
            cell(a, b, Verdict::Fail, "open, 1 of 4 done by the connector", Some("listener")),
            cell(b, a, Verdict::Unsupported, "b is no connector", None),
            cell(b, b, Verdict::Unsupported, "b is no connector", None),
        ];
        Matrix {
            matrix: VERSION,
            wireproof: "0".to_owned(),
            edition: "1.0".to_owned(),
            seed: 7,
            weather: vec!["lose 10%".to_owned()],
            subjects: names.map(subject).into(),
            totals: BTreeMap::from([
                (Verdict::Pass, 1),
                (Verdict::Fail, 1),
                (Verdict::Unsupported, 2),
            ]),
            complete: cells.len(),
            cells,
        }
    }

    #[test]
    fn columns_stand_below_their_names() {
        let lines = table(&matrix(["alpha", "b"]), 80);
        let expected = [
            "client \\ server  alpha        b",
            "alpha            pass         fail, listener",
            "b                unsupported  unsupported",
        ];
        assert_eq!(samples::plain(&lines).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn names_without_room_have_numbers() {
        let names = ["an implementation with a name of some length", "another one of these"];
        let lines = table(&matrix(names), 80);
        let expected = [
            "client \\ server                                 1            2",
            "1 an implementation with a name of some length  pass         fail, listener",
            "2 another one of these                          unsupported  unsupported",
        ];
        assert_eq!(samples::plain(&lines).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_summary_has_the_table_and_what_did_not_pass() {
        let text = in_markdown(&matrix(["alpha", "b"]));
        let lines: Vec<&str> = text.lines().collect();
        let totals = "**1 fail, 2 unsupported, 1 pass  (4 cells, lose 10%, seed 7, edition 1.0)**";
        assert_eq!(lines[..3], ["# Matrix", "", totals]);
        let rows = ["| alpha | pass | fail, listener |", "| b | unsupported | unsupported |"];
        assert_eq!(lines[6..8], rows);
        let failed = "| fail | alpha | b | open, 1 of 4 done by the connector | b (listener): ";
        assert!(lines[11].starts_with(failed), "{text}");
        assert_eq!(lines[13], "| unsupported | b | b | b is no connector |  |");
    }

    #[test]
    fn the_page_says_what_the_cells_say_and_names_stay_text() {
        let folder = MatrixFolder {
            path: PathBuf::new(),
            screens: vec![Vec::new(), vec!["seen <so>".to_owned()]],
            _claim: None,
        };
        let page = folder.page(&matrix(["<alpha>", "b"]));
        assert!(
            page.contains("<td><a class=\"verdict fail\" href=\"#cell-2\">fail, listener</a></td>"),
            "{page}"
        );
        assert!(page.contains("<pre class=\"wide\">seen &lt;so&gt;</pre>"), "{page}");
        assert!(!page.contains("<alpha>"), "{page}");
    }
}
