//! `wireproof list`: which scenarios there are.

use serde_json::json;

use super::CommandError;
use super::console::Console;
use super::exit::Exit;
use super::scenarios::{Choice, role};
use crate::corpus::Entry;
use crate::report::layout::columns;
use crate::report::paint::{FAINT, paint};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    choice: Choice,
    /// Prints a JSON array in the place of columns
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let chosen = arguments.choice.read(None)?;
    let entries = &chosen.selection.scenarios;
    if arguments.json {
        let list: Vec<serde_json::Value> = entries.iter().map(as_json).collect();
        writeln!(console.out, "{:#}", serde_json::Value::Array(list))?;
    } else {
        console.lines(&table(entries))?;
    }
    Ok(Exit::Success)
}

fn as_json(entry: &Entry) -> serde_json::Value {
    json!({
        "id": entry.id.as_str(),
        "role": role(entry),
        "clauses": entry.scenario.cites(),
        "title": entry.scenario.title.value,
        "file": entry.file,
    })
}

/// Identity, role, clauses and title, in columns as wide as what stands in them.
fn table(entries: &[Entry]) -> Vec<String> {
    let rows: Vec<[String; 3]> = entries
        .iter()
        .map(|entry| {
            let clauses: Vec<String> =
                entry.scenario.clauses.iter().map(|clause| clause.value.to_string()).collect();
            [entry.id.to_string(), role(entry).to_owned(), clauses.join(" ")]
        })
        .collect();
    let widths: [usize; 3] = std::array::from_fn(|column| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| columns(cell)).max().unwrap_or(0)
    });
    rows.iter()
        .zip(entries)
        .map(|([id, role, clauses], entry)| {
            let [ids, roles, cited] = widths;
            let role = paint(FAINT, format!("{role:<roles$}"));
            format!("{id:<ids$}  {role}  {clauses:<cited$}  {}", entry.scenario.title.value)
        })
        .collect()
}
