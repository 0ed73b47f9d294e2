//! Many runs at the same time, and the first of them in their order that is what was looked for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

/// What one run was.
#[derive(Debug)]
pub enum Ran<T> {
    /// Nothing to speak of.
    Good,
    /// It came to no judgement.
    Unjudged,
    /// It failed under what nobody has to bear.
    Excused,
    /// It is what was looked for.
    Found(T),
}

/// What came of a search.
#[derive(Debug)]
pub struct Searched<T> {
    /// How many runs were made; with a find, those before it and some of those after it.
    pub runs: usize,
    /// How many of those came to no judgement.
    pub unjudged: usize,
    /// How many of those failed under what nobody has to bear.
    pub excused: usize,
    /// The first find in the order of numbers, however many runs go on at the same time.
    pub first: Option<T>,
}

/// Makes the runs with the numbers from 0 to before `total`, `jobs` at the same time, until one finds something; the observer is
/// told how many are done, each time one more is.
///
/// # Errors
///
/// That of the first run that could not take place, when nothing was found before it.
pub fn first<T: Send, E: Send>(
    total: usize,
    jobs: usize,
    run: impl Fn(usize) -> Result<Ran<T>, E> + Sync,
    observer: &mut dyn FnMut(usize),
) -> Result<Searched<T>, E> {
    let next = AtomicUsize::new(0);
    // Runs from this one on need not be made: an earlier one has found something.
    let limit = AtomicUsize::new(total);
    let first: Mutex<Option<(usize, Result<T, E>)>> = Mutex::new(None);
    let (sender, receiver) = mpsc::channel();
    let keep = |number: usize, found: Result<T, E>| {
        limit.fetch_min(number, Ordering::Relaxed);
        let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_none_or(|(known, _)| number < *known) {
            *first = Some((number, found));
        }
    };
    let mut searched = Searched { runs: 0, unjudged: 0, excused: 0, first: None };
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, total.max(1)) {
            let sender = sender.clone();
            let (next, limit, keep, run) = (&next, &limit, &keep, &run);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= limit.load(Ordering::Relaxed) {
                        break;
                    }
                    let ran = run(number);
                    let unjudged = matches!(ran, Ok(Ran::Unjudged));
                    let excused = matches!(ran, Ok(Ran::Excused));
                    match ran {
                        Ok(Ran::Good | Ran::Unjudged | Ran::Excused) => {}
                        Ok(Ran::Found(found)) => keep(number, Ok(found)),
                        Err(error) => keep(number, Err(error)),
                    }
                    if sender.send((unjudged, excused)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (unjudged, excused) in receiver {
            searched.runs += 1;
            searched.unjudged += usize::from(unjudged);
            searched.excused += usize::from(excused);
            observer(searched.runs);
        }
    });
    let first = first.into_inner().unwrap_or_else(PoisonError::into_inner);
    searched.first = first.map(|(_, found)| found).transpose()?;
    Ok(searched)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_find_does_not_depend_on_how_many_search() {
        for jobs in [1, 2, 7] {
            let run = |number| match number {
                30 | 31 | 60 => Ok::<_, ()>(Ran::Found(number)),
                number if number % 10 == 0 => Ok(Ran::Unjudged),
                number if number % 10 == 5 => Ok(Ran::Excused),
                _ => Ok(Ran::Good),
            };
            let searched = first(100, jobs, run, &mut |_| ()).unwrap();
            assert_eq!(searched.first, Some(30));
            assert!(searched.runs > 30, "{searched:?}");
            assert!(searched.unjudged >= 3 && searched.excused >= 3, "{searched:?}");
        }
    }

    #[test]
    fn every_number_has_its_run_when_nothing_is_found() {
        let mut told = 0;
        let run = |_| Ok::<_, ()>(Ran::<()>::Good);
        let searched = first(50, 3, run, &mut |done| told = done).unwrap();
        assert_eq!((searched.runs, told, searched.first), (50, 50, None));
    }

    #[test]
    fn an_error_before_every_find_ends_the_search() {
        let run = |number| if number == 3 { Err("broken") } else { Ok(Ran::<()>::Good) };
        assert_eq!(first(10, 2, run, &mut |_| ()).unwrap_err(), "broken");
    }
}
