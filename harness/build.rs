//! Embeds the corpus: writes a sorted list of all scenarios, for `src/corpus.rs` to include.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, error, fs, io};

#[path = "src/corpus/walk.rs"]
mod walk;

fn main() -> Result<(), Box<dyn error::Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../scenarios");
    let mut list = String::from("&[\n");
    // A list that is not there is an empty corpus, which the program reports by itself.
    let files = if root.is_dir() { walk::scenarios(&root)? } else { Vec::new() };
    for path in files {
        let name = path.strip_prefix(&root)?.display().to_string().replace('\\', "/");
        let path = fs::canonicalize(&path)?.display().to_string();
        writeln!(list, "    ({name:?}, include_str!({path:?})),")?;
    }
    list.push_str("]\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("corpus.rs"), list)?;

    let mut out = io::stdout();
    writeln!(out, "cargo:rerun-if-changed={}", root.display())?;
    writeln!(out, "cargo:rerun-if-changed=src/corpus/walk.rs")?;
    Ok(())
}
