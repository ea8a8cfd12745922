//! Which PINs a device refused, so that signers that open it anew by themselves do not use up its tries.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

use crate::Pin;

/// The most PINs that are remembered, the newest ones. Each was a try, and a device has few.
const MAX_REFUSED: usize = 32;

/// Why a PIN is given to a device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Somebody opens a key.
    Asked,
    /// A signer that was open before goes on by itself: a PIN that was refused is not tried again.
    Again,
    /// As [`Self::Again`], and it was this signer's PIN that was refused: it is tried no more.
    Refused,
}

/// What the signers of one application or key know of its PIN. PINs in it are overwritten when it is dropped.
#[derive(Default)]
pub(crate) struct Login(Mutex<Vec<Pin>>);

/// A [`Login`] whose holder is alone in giving PINs.
pub(crate) struct Known<'a>(MutexGuard<'a, Vec<Pin>>);

impl Login {
    pub(crate) fn lock(&self) -> Known<'_> {
        Known(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known<'_> {
    /// Whether `pin` may be given to the device.
    ///
    /// # Errors
    /// [`ErrorKind::Password`] for one that was refused before, unless somebody asks for it.
    pub(crate) fn check(&self, attempt: Attempt, pin: &Pin) -> Result<()> {
        match attempt {
            Attempt::Asked => Ok(()),
            Attempt::Again if !self.0.iter().any(|refused| refused.is_same(pin)) => Ok(()),
            Attempt::Again | Attempt::Refused => Err(refused_before()),
        }
    }

    /// Notes what the device answered to `pin`.
    pub(crate) fn note(&mut self, pin: &Pin, answer: &Result<()>) {
        let is_wrong = match answer {
            Ok(()) => false,
            Err(error) if error.kind() == ErrorKind::Password => true,
            Err(_) => return,
        };
        self.0.retain(|refused| !refused.is_same(pin));
        if is_wrong {
            if self.0.len() >= MAX_REFUSED {
                self.0.remove(0);
            }
            self.0.push(pin.clone());
        }
    }
}

/// The PIN was refused before, and nobody asked for another try.
fn refused_before() -> Error {
    Error::new(
        ErrorKind::Password,
        text!(
            "the device no longer takes the PIN; it is not tried again",
            "设备已不再接受该 PIN，不再重试"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong() -> Result<()> {
        Err(crate::failure::wrong_pin("login", 1, "WRONG", None))
    }

    #[test]
    fn a_pin_that_was_refused_is_tried_for_who_asks_only() {
        let login = Login::default();
        let mut known = login.lock();
        let (pin, other) = (Pin::from("1234"), Pin::from("5678"));
        known.check(Attempt::Again, &pin).unwrap();
        known.note(&pin, &Err(crate::failure::missing("gone", "gone")));
        known.check(Attempt::Again, &pin).unwrap();
        known.note(&pin, &wrong());
        let error = known.check(Attempt::Again, &pin).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Password);
        known.check(Attempt::Asked, &pin).unwrap();
        // Another PIN is another matter, and makes the first no better.
        known.check(Attempt::Again, &other).unwrap();
        known.note(&other, &Ok(()));
        known.check(Attempt::Again, &pin).unwrap_err();
        known.check(Attempt::Refused, &other).unwrap_err();
        known.note(&pin, &Ok(()));
        known.check(Attempt::Again, &pin).unwrap();
    }

    #[test]
    fn few_are_remembered() {
        let login = Login::default();
        let mut known = login.lock();
        for number in 0..2 * MAX_REFUSED {
            known.note(&Pin::from(number.to_string().as_str()), &wrong());
        }
        assert_eq!(known.0.len(), MAX_REFUSED);
        known.check(Attempt::Again, &Pin::from("63")).unwrap_err();
    }
}
