//! Finds the files of a corpus; the build script and the program share it.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Deepest folder that is looked into, counted from the root.
const DEPTH_MAX: usize = 8;

/// Files beside the scenarios that are none.
const OTHER_FILES: [&str; 2] = ["exceptions.yaml", "setups.yaml"];

/// Folders beside the scenarios that hold none.
const OTHER_FOLDERS: [&str; 1] = ["vectors"];

/// The scenario files below a folder, sorted by path.
///
/// # Errors
///
/// When a folder cannot be read.
pub(crate) fn scenarios(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.as_deref().unwrap_or_default();
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                if depth < DEPTH_MAX && !OTHER_FOLDERS.contains(&name) {
                    folders.push((path, depth + 1));
                }
            } else if path.extension().is_some_and(|extension| extension == "yaml")
                && !OTHER_FILES.contains(&name)
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
