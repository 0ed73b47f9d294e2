//! What mutants do when a stream makes progress.

use crate::mnet::mutant::Mutant;
use crate::mnet::settings::Settings;

/// Whether a mutant leaves the rest beyond a gap that has closed, after so many pieces of it.
pub(in crate::mnet) fn leaves_the_rest(settings: &Settings, pieces: usize) -> bool {
    pieces > 0 && settings.is(Mutant::OnePieceLetOutOfAGap)
}
