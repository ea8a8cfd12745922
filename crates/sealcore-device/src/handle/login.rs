//! Which PINs a device refused, so that signers that open it anew by themselves do not use up its tries.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sealcore::error::{ErrorKind, Result};

use crate::{Pin, failure};

/// The most PINs that are remembered, the newest ones. Each was a try, and a device has few.
const MAX_REFUSED: usize = 32;

/// Why a PIN is given to a device.
#[derive(Clone, Copy)]
pub(crate) enum Attempt<'a> {
    /// Somebody opens a key.
    Asked,
    /// A signer that was open before goes on by itself: a PIN that was refused is not tried again. With what was known where
    /// the key was open before: the device may have another name now.
    Again(&'a Login),
}

/// What a device did with a PIN that it did not refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Right,
    /// Somebody is logged in, and the PIN was not looked at.
    Uncompared,
}

/// What the signers of one application or key know of its PIN. PINs in it are overwritten when it is dropped.
#[derive(Default)]
pub(crate) struct Login(Mutex<Vec<Pin>>);

/// A [`Login`] whose holder is alone in giving PINs.
pub(crate) struct Known<'a> {
    refused: MutexGuard<'a, Vec<Pin>>,
    /// Whether nobody asked, and the [`Login`] of before where that is another one.
    again: Option<Option<&'a Login>>,
}

impl Login {
    /// Waits until nobody else gives a PIN.
    pub(crate) fn lock<'a>(&'a self, attempt: Attempt<'a>) -> Known<'a> {
        let again = match attempt {
            Attempt::Asked => None,
            Attempt::Again(before) => Some((!std::ptr::eq(before, self)).then_some(before)),
        };
        // One after the other: two that are locked in turn by two threads would wait for each other.
        let earlier = again.flatten().map(|before| before.refused().clone());
        let mut refused = self.refused();
        for pin in earlier.into_iter().flatten() {
            remember(&mut refused, &pin, true);
        }
        Known { refused, again }
    }

    fn refused(&self) -> MutexGuard<'_, Vec<Pin>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known<'_> {
    /// Whether `pin` may be given to the device.
    ///
    /// # Errors
    /// [`ErrorKind::Password`] for one that was refused before, unless somebody asks for it.
    pub(crate) fn check(&self, pin: &Pin) -> Result<()> {
        if self.again.is_some() && self.refused.iter().any(|refused| refused.is_same(pin)) {
            return Err(failure::refused_before());
        }
        Ok(())
    }

    /// Notes what the device answered to `pin`. Where nobody asked, every code is a refusal that does not say that the device
    /// is gone (`is_lost`): a library may say by any that the PIN is wrong.
    pub(crate) fn note(mut self, pin: &Pin, answer: &Result<Taken>, is_lost: impl FnOnce(u64) -> bool) {
        let is_refused = match answer {
            Ok(Taken::Right) => false,
            Ok(Taken::Uncompared) => return,
            Err(error) if error.kind() == ErrorKind::Password => true,
            // A call that was not made has no code.
            Err(error) if self.again.is_some() => match error.vendor_code() {
                Some(code) if !is_lost(code) => true,
                _ => return,
            },
            Err(_) => return,
        };
        remember(&mut self.refused, pin, is_refused);
        let before = self.again.flatten();
        drop(self);
        if let Some(before) = before {
            remember(&mut before.refused(), pin, is_refused);
        }
    }
}

fn remember(all: &mut Vec<Pin>, pin: &Pin, is_refused: bool) {
    all.retain(|refused| !refused.is_same(pin));
    if is_refused {
        if all.len() >= MAX_REFUSED {
            all.remove(0);
        }
        all.push(pin.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: u64 = 9;

    fn wrong() -> Result<Taken> {
        Err(crate::failure::wrong_pin("login", 1, "WRONG", None))
    }

    fn failed(code: u64) -> Result<Taken> {
        Err(crate::failure::failed("login", code, "CODE"))
    }

    fn note(login: &Login, attempt: Attempt<'_>, pin: &Pin, answer: &Result<Taken>) {
        login.lock(attempt).note(pin, answer, |code| code == LOST);
    }

    fn may(login: &Login, attempt: Attempt<'_>, pin: &Pin) -> bool {
        let answer = login.lock(attempt).check(pin);
        assert!(
            answer
                .as_ref()
                .err()
                .is_none_or(|error| error.kind() == ErrorKind::Password)
        );
        answer.is_ok()
    }

    #[test]
    fn a_pin_that_was_refused_is_tried_for_who_asks_only() {
        let login = Login::default();
        let (asked, again) = (Attempt::Asked, Attempt::Again(&login));
        let (pin, other) = (Pin::from("1234"), Pin::from("5678"));
        assert!(may(&login, again, &pin));
        note(&login, again, &pin, &Err(crate::failure::missing("gone", "gone")));
        assert!(may(&login, again, &pin));
        note(&login, asked, &pin, &wrong());
        assert!(!may(&login, again, &pin) && may(&login, asked, &pin));
        // Another PIN is another matter, and makes the first no better.
        assert!(may(&login, again, &other));
        note(&login, again, &other, &Ok(Taken::Right));
        assert!(!may(&login, again, &pin));
        // Nor does a device that did not look at it.
        note(&login, asked, &pin, &Ok(Taken::Uncompared));
        assert!(!may(&login, again, &pin));
        note(&login, asked, &pin, &Ok(Taken::Right));
        assert!(may(&login, again, &pin));
    }

    #[test]
    fn any_code_is_a_refusal_where_nobody_asked() {
        let login = Login::default();
        let (asked, again) = (Attempt::Asked, Attempt::Again(&login));
        let pin = Pin::from("1234");
        note(&login, asked, &pin, &failed(0x7fff_1234));
        note(&login, again, &pin, &failed(LOST));
        assert!(may(&login, again, &pin));
        note(&login, again, &pin, &failed(0x7fff_1234));
        assert!(!may(&login, again, &pin) && may(&login, asked, &pin));
    }

    /// Under another name of the device the same is known, in both directions.
    #[test]
    fn what_is_known_goes_along() {
        let (before, now) = (Login::default(), Login::default());
        let again = Attempt::Again(&before);
        let (old, new) = (Pin::from("1234"), Pin::from("5678"));
        note(&before, Attempt::Asked, &old, &wrong());
        assert!(!may(&now, again, &old));
        assert!(!may(&now, Attempt::Again(&now), &old), "for others there as well");
        note(&now, again, &new, &wrong());
        assert!(!may(&before, Attempt::Again(&before), &new));
        note(&now, again, &new, &Ok(Taken::Right));
        assert!(may(&before, Attempt::Again(&before), &new));
    }

    #[test]
    fn few_are_remembered() {
        let login = Login::default();
        for number in 0..2 * MAX_REFUSED {
            note(
                &login,
                Attempt::Asked,
                &Pin::from(number.to_string().as_str()),
                &wrong(),
            );
        }
        assert_eq!(login.refused().len(), MAX_REFUSED);
        assert!(!may(&login, Attempt::Again(&login), &Pin::from("63")));
    }
}
