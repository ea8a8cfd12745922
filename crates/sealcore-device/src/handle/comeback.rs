//! A key that opens its place (a session, a container) anew when the device was lost: the rules, once for all interfaces.
//!
//! A signature opens the place anew at most once, and gives the PIN at most once. What failed is tried again by nobody but
//! the caller, with the next signature.

use std::error::Error as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sealcore::algorithm::PublicKey;
use sealcore::error::{Error, Result};
use sealcore::key::KeyPair;

use super::login::{Attempt, Login};
use crate::sm2::{Wanted, digest_of};

/// A key of an interface: how its place is opened and used.
pub(crate) trait Located {
    /// What is open where the key signs. Dropped, it is closed.
    type Place;

    /// The key that the place is to have.
    fn wanted(&self) -> &Wanted;

    /// Opens the place without giving a PIN.
    fn find(&self) -> Result<Self::Place>;

    /// Makes sure that the place has the key that is wanted, as well as can be told before the PIN is given; then gives it.
    fn unlock(&self, place: &mut Self::Place, attempt: Attempt<'_>) -> Result<()>;

    /// r and s over the digest `e`.
    fn sign(&self, place: &Self::Place, e: &[u8; 32]) -> Result<[u8; 64]>;

    /// What helps after `error` of a signature.
    fn remedy(&self, place: &Self::Place, error: &Error) -> Remedy;

    /// What the signers of the key know of its PIN where it is open now.
    fn login(&self, place: &Self::Place) -> Arc<Login>;

    /// Whether the library says that no device is there at all.
    fn is_absent(&self) -> bool;
}

/// What helps after a signature that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing that this process can do by itself.
    Nothing,
    /// The place is good, and forgot who is logged in.
    LogIn,
    /// The place is dead.
    Open,
}

/// A key with its place. Its calls go one after the other.
pub(crate) struct Comeback<K: Located> {
    key: K,
    state: Mutex<State<K::Place>>,
}

struct State<P> {
    /// Nothing after a failure: the next signature opens anew.
    place: Option<P>,
    /// Kept while nothing is open, for the other signers of the key.
    login: Arc<Login>,
}

impl<K: Located> Comeback<K> {
    /// The key in a place that was just found, unlocked for who opens it.
    pub(crate) fn open(key: K, mut place: K::Place) -> Result<Self> {
        key.unlock(&mut place, Attempt::Asked)?;
        let login = key.login(&place);
        let state = State {
            place: Some(place),
            login,
        };
        Ok(Self {
            key,
            state: Mutex::new(state),
        })
    }

    /// Logs in again at `place`, or opens the place once more, and signs.
    fn come_back(&self, state: &mut State<K::Place>, place: Option<K::Place>, e: &[u8; 32]) -> Result<[u8; 64]> {
        let mut place = match place {
            Some(place) => place,
            None => self.key.find()?,
        };
        self.key.unlock(&mut place, Attempt::Again(&state.login))?;
        // What was known before is known there as well since.
        state.login = self.key.login(&place);
        let value = self.key.sign(&place, e)?;
        state.place = Some(place);
        Ok(value)
    }

    fn state(&self) -> MutexGuard<'_, State<K::Place>> {
        // What a panic left behind is whole: it is written as a last step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Located + Send + Sync> KeyPair for Comeback<K>
where
    K::Place: Send,
{
    fn public_key(&self) -> PublicKey {
        self.key.wanted().public_key()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let e = digest_of(digest)?;
        let mut state = self.state();
        let mut loss = None;
        let mut kept = None;
        if let Some(place) = state.place.take() {
            match self.key.sign(&place, e) {
                Ok(value) => {
                    state.place = Some(place);
                    return Ok(value.to_vec());
                }
                Err(error) => match self.key.remedy(&place, &error) {
                    Remedy::Nothing => {
                        state.place = Some(place);
                        return Err(error);
                    }
                    Remedy::LogIn => (loss, kept) = (Some(error), Some(place)),
                    // Closed before it is opened once more: the device is back, or another signer opened it already.
                    Remedy::Open => loss = Some(error),
                },
            }
        }
        let answer = self.come_back(&mut state, kept, e).map_err(|error| match loss {
            // That it was pulled out says more than that there is none.
            Some(loss) if self.key.is_absent() => loss,
            Some(loss) if error.source().is_none() => error.caused_by(loss),
            _ => error,
        })?;
        Ok(answer.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use sealcore::error::ErrorKind;
    use sealcore_gm::sm2::SigningKey;

    use super::*;
    use crate::failure;

    const LOST: u64 = 1;
    const LOGGED_OUT: u64 = 2;
    const BUSY: u64 = 3;

    /// A key whose calls are written down, and fail as asked.
    struct Scripted {
        wanted: Wanted,
        calls: Mutex<Vec<&'static str>>,
        /// The next answers of `sign` and `unlock`; good ones when none is left.
        signs: Mutex<Vec<u64>>,
        unlocks: Mutex<Vec<u64>>,
        login: Arc<Login>,
        is_absent: bool,
    }

    impl Scripted {
        fn new(signs: &[u64], unlocks: &[u64]) -> Self {
            let key = SigningKey::from_bytes(&[7; 32]).unwrap().verifying_key().clone();
            Self {
                wanted: Wanted::shown(key),
                calls: Mutex::default(),
                signs: Mutex::new(signs.iter().rev().copied().collect()),
                unlocks: Mutex::new(unlocks.iter().rev().copied().collect()),
                login: Arc::default(),
                is_absent: false,
            }
        }

        fn call(&self, name: &'static str) {
            self.calls.lock().unwrap().push(name);
        }
    }

    fn next(answers: &Mutex<Vec<u64>>) -> Result<()> {
        match answers.lock().unwrap().pop() {
            None | Some(0) => Ok(()),
            Some(code) => Err(failure::failed("call", code, "CODE")),
        }
    }

    impl Located for Scripted {
        type Place = ();

        fn wanted(&self) -> &Wanted {
            &self.wanted
        }

        fn find(&self) -> Result<()> {
            self.call("find");
            Ok(())
        }

        fn unlock(&self, (): &mut (), attempt: Attempt<'_>) -> Result<()> {
            self.call(match attempt {
                Attempt::Asked => "asked",
                Attempt::Again(_) => "again",
            });
            next(&self.unlocks)
        }

        fn sign(&self, (): &(), _: &[u8; 32]) -> Result<[u8; 64]> {
            self.call("sign");
            next(&self.signs).map(|()| [1; 64])
        }

        fn remedy(&self, (): &(), error: &Error) -> Remedy {
            match error.vendor_code() {
                Some(LOST) => Remedy::Open,
                Some(LOGGED_OUT) => Remedy::LogIn,
                _ => Remedy::Nothing,
            }
        }

        fn login(&self, (): &()) -> Arc<Login> {
            self.login.clone()
        }

        fn is_absent(&self) -> bool {
            self.is_absent
        }
    }

    /// The codes of three signatures, 0 for a good one, and the calls of each.
    fn run(key: Scripted) -> Vec<(u64, Vec<&'static str>)> {
        let key = Comeback::open(key, ()).unwrap();
        let calls = || std::mem::take(&mut *key.key.calls.lock().unwrap());
        assert_eq!(calls(), ["asked"]);
        let sign = |_| match key.sign_digest(&[0; 32]) {
            Ok(_) => (0, calls()),
            Err(error) => (error.vendor_code().unwrap(), calls()),
        };
        (0..3).map(sign).collect()
    }

    #[test]
    fn each_remedy_is_tried_once() {
        let anew = vec!["find", "again", "sign"];
        let good = (0, vec!["sign"]);
        for (signs, unlocks, expected) in [
            (&[BUSY][..], &[][..], [(BUSY, vec!["sign"]), good.clone(), good.clone()]),
            (
                &[LOST],
                &[],
                [(0, vec!["sign", "find", "again", "sign"]), good.clone(), good.clone()],
            ),
            (
                &[LOGGED_OUT],
                &[],
                [(0, vec!["sign", "again", "sign"]), good.clone(), good.clone()],
            ),
            // Lost again at once: the next signature goes on, and gives the PIN once.
            (
                &[LOST, LOST, LOST],
                &[],
                [
                    (LOST, vec!["sign", "find", "again", "sign"]),
                    (LOST, anew.clone()),
                    (0, anew.clone()),
                ],
            ),
            (
                &[LOGGED_OUT, LOGGED_OUT],
                &[],
                [
                    (LOGGED_OUT, vec!["sign", "again", "sign"]),
                    (0, anew.clone()),
                    good.clone(),
                ],
            ),
            // Nothing is signed where the PIN was not taken.
            (
                &[LOST],
                &[0, BUSY, LOST],
                [
                    (BUSY, vec!["sign", "find", "again"]),
                    (LOST, vec!["find", "again"]),
                    (0, anew.clone()),
                ],
            ),
        ] {
            assert_eq!(run(Scripted::new(signs, unlocks)), expected, "{signs:?} {unlocks:?}");
        }
    }

    #[test]
    fn what_happened_first_is_told() {
        let told = |is_absent| {
            let mut key = Scripted::new(&[LOST, BUSY], &[]);
            key.is_absent = is_absent;
            Comeback::open(key, ()).unwrap().sign_digest(&[0; 32]).unwrap_err()
        };
        let error = told(false);
        assert_eq!((error.kind(), error.vendor_code()), (ErrorKind::Device, Some(BUSY)));
        assert!(error.source().is_some_and(|source| source.to_string().contains("0x1")));
        assert_eq!(told(true).vendor_code(), Some(LOST));
    }
}
