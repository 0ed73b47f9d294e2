//! Embeds what the program holds: all scenarios for `src/corpus.rs`, what they leave out for `src/exceptions.rs`, and the
//! source documents for `src/ledger/source.rs`, each as a sorted list.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, error, fs, io};

#[path = "src/corpus/walk.rs"]
mod walk;

fn main() -> Result<(), Box<dyn error::Error>> {
    let top = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("..");
    let scenarios = top.join("scenarios");
    // A folder that is not there is empty, which the program reports by itself.
    let files = if scenarios.is_dir() { walk::scenarios(&scenarios)? } else { Vec::new() };
    embed("corpus.rs", &scenarios, files)?;
    embed("exceptions.rs", &scenarios, exceptions(&scenarios)?)?;
    let documents = top.join("docs/spec");
    embed("sources.rs", &documents, sources(&documents)?)?;

    let mut out = io::stdout();
    for folder in [&scenarios, &documents] {
        writeln!(out, "cargo:rerun-if-changed={}", folder.display())?;
    }
    writeln!(out, "cargo:rerun-if-changed=src/corpus/walk.rs")?;
    Ok(())
}

/// Writes a list of files, each with its path below the root and its text.
fn embed(list: &str, root: &Path, files: Vec<PathBuf>) -> Result<(), Box<dyn error::Error>> {
    let mut text = String::from("&[\n");
    for path in files {
        let name = path.strip_prefix(root)?.display().to_string().replace('\\', "/");
        let path = fs::canonicalize(&path)?.display().to_string();
        writeln!(text, "    ({name:?}, include_str!({path:?})),")?;
    }
    text.push_str("]\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join(list), text)?;
    Ok(())
}

/// `<protocol>/exceptions.yaml` of every protocol that has one.
fn exceptions(root: &Path) -> io::Result<Vec<PathBuf>> {
    let files = entries(root)?.into_iter().map(|folder| folder.join("exceptions.yaml"));
    Ok(files.filter(|path| path.is_file()).collect())
}

/// `<protocol>-source.txt` and `<protocol>-source.yaml` of every protocol that has them.
fn sources(root: &Path) -> io::Result<Vec<PathBuf>> {
    let is_source = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        name.is_some_and(|name| name.ends_with("-source.txt") || name.ends_with("-source.yaml"))
    };
    Ok(entries(root)?.into_iter().filter(is_source).collect())
}

/// What is in a folder, sorted.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}
