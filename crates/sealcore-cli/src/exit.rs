//! Exit statuses.

use std::process::ExitCode;

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; every file is valid.
    Done,
    /// Refused with a reason; some file is invalid.
    Refused,
    /// None invalid, some indeterminate.
    Indeterminate,
    /// None of these, some unsigned.
    Unsigned,
    /// Some input is missing or cannot be read.
    Unreadable,
    /// Wrong usage, or something that is not built yet.
    Usage,
}

impl Exit {
    /// The number that the process ends with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Indeterminate => 2,
            Self::Unsigned => 3,
            Self::Unreadable => 4,
            Self::Usage => 64,
        }
    }

    /// What two files together end in: unreadable before invalid, before a format that is not built yet, before
    /// indeterminate, before unsigned. What is not built yet must not hide that something is wrong.
    pub(crate) fn and(self, other: Self) -> Self {
        let rank = |exit: Self| match exit {
            Self::Done => 0,
            Self::Unsigned => 1,
            Self::Indeterminate => 2,
            Self::Usage => 3,
            Self::Refused => 4,
            Self::Unreadable => 5,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_wins() {
        let order = [
            Exit::Done,
            Exit::Unsigned,
            Exit::Indeterminate,
            Exit::Usage,
            Exit::Refused,
            Exit::Unreadable,
        ];
        for (index, worse) in order.into_iter().enumerate() {
            for better in order.into_iter().take(index) {
                assert_eq!(worse.and(better), worse);
                assert_eq!(better.and(worse), worse);
            }
        }
    }
}
