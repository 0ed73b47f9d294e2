//! How often a run must fail in the same way before it counts: a live subject does not do the same every time.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// So many of so many runs have to fail in the same way: `2/3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirm {
    enough: NonZeroU32,
    of: NonZeroU32,
}

/// Why a text does not say how often.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not like `2/3`: so many of so many runs, at least one, and no more than there are"
)]
pub struct ConfirmError(String);

impl Confirm {
    /// One run says it: where time is virtual, the same run comes out every time.
    pub const ONCE: Self = Self { enough: NonZeroU32::MIN, of: NonZeroU32::MIN };

    /// Two of three: what a live subject is asked for, unless something else is said.
    pub const LIVE: Self = match (NonZeroU32::new(2), NonZeroU32::new(3)) {
        (Some(enough), Some(of)) => Self { enough, of },
        _ => Self::ONCE,
    };

    /// Makes runs until it is certain whether enough of them are the same; `run` says so of each, or that there can be no more.
    pub fn holds(self, mut run: impl FnMut() -> Option<bool>) -> bool {
        let (enough, of) = (self.enough.get(), self.of.get());
        let mut same = 0;
        for left in (0..of).rev() {
            let Some(is_same) = run() else { return false };
            same += u32::from(is_same);
            if same >= enough || same + left < enough {
                break;
            }
        }
        same >= enough
    }
}

impl fmt::Display for Confirm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.enough, self.of)
    }
}

impl FromStr for Confirm {
    type Err = ConfirmError;

    fn from_str(text: &str) -> Result<Self, ConfirmError> {
        let wrong = || ConfirmError(text.to_owned());
        let (enough, of) = text.split_once('/').ok_or_else(wrong)?;
        let (Ok(enough), Ok(of)) = (enough.trim().parse(), of.trim().parse()) else {
            return Err(wrong());
        };
        if enough > of {
            return Err(wrong());
        }
        Ok(Self { enough, of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of runs that are the same or not, and how many of them were made.
    fn made(confirm: &str, runs: &[bool]) -> (bool, usize) {
        let confirm: Confirm = confirm.parse().unwrap();
        let mut made = 0;
        let holds = confirm.holds(|| {
            made += 1;
            runs.get(made - 1).copied()
        });
        (holds, made)
    }

    #[test]
    fn no_run_is_made_once_it_is_certain() {
        assert_eq!(made("2/3", &[true, true]), (true, 2));
        assert_eq!(made("2/3", &[false, true, true]), (true, 3));
        assert_eq!(made("2/3", &[false, true, false]), (false, 3));
        assert_eq!(made("2/3", &[false, false]), (false, 2));
        assert_eq!(made("1/1", &[true]), (true, 1));
        assert_eq!(made("3/3", &[true, false]), (false, 2));
    }

    #[test]
    fn runs_that_cannot_be_made_confirm_nothing() {
        assert_eq!(made("2/3", &[true]), (false, 2));
    }

    #[test]
    fn more_than_there_are_and_none_at_all_are_refused() {
        for text in ["3/2", "0/1", "1/0", "2", "a/b", "-1/2", ""] {
            assert!(text.parse::<Confirm>().is_err(), "{text}");
        }
        assert_eq!("2/3".parse(), Ok(Confirm::LIVE));
        assert_eq!(Confirm::LIVE.to_string(), "2/3");
    }
}
