//! What a terminal shows: a screen for each failure, and one summary.

mod screen;
mod summary;

pub use screen::{Context, case_line, of_finding, screen};
pub use summary::summary;
