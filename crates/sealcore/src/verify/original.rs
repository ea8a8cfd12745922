//! What was signed, and its digests: computed once each, and several in one pass.

use std::cell::RefCell;

use sealcore_gm::sm2::VerifyingKey;

use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// What was signed, in pieces: the blocks of a ByteRange are too large to be held in memory.
pub(crate) trait Original {
    /// Gives every byte, in order, to `each`.
    fn feed(&self, each: &mut dyn FnMut(&[u8])) -> Result<()>;
}

impl Original for &[u8] {
    fn feed(&self, each: &mut dyn FnMut(&[u8])) -> Result<()> {
        each(self);
        Ok(())
    }
}

/// The digests of an [`Original`].
pub(crate) struct Digests<'o> {
    original: &'o dyn Original,
    known: RefCell<Vec<(Wanted, Vec<u8>)>>,
}

/// A digest of an original.
#[derive(Clone, PartialEq, Eq)]
enum Wanted {
    Plain(DigestAlgorithm),
    /// SM3 over Z of the signer and the original: what an SM2 signature without attributes is over.
    Message(VerifyingKey),
}

impl<'o> Digests<'o> {
    pub(crate) fn new(original: &'o dyn Original) -> Self {
        Self {
            original,
            known: RefCell::new(Vec::new()),
        }
    }

    /// Takes over a digest that is known already.
    pub(crate) fn with(self, algorithm: DigestAlgorithm, digest: Vec<u8>) -> Self {
        self.known.borrow_mut().push((Wanted::Plain(algorithm), digest));
        self
    }

    /// Computes what is not known yet of `algorithms`, in one pass.
    pub(crate) fn prepare(&self, algorithms: &[DigestAlgorithm]) -> Result<()> {
        let mut missing: Vec<Wanted> = Vec::new();
        for algorithm in algorithms {
            let wanted = Wanted::Plain(*algorithm);
            if !missing.contains(&wanted) && self.find(&wanted).is_none() {
                missing.push(wanted);
            }
        }
        if missing.is_empty() {
            Ok(())
        } else {
            self.compute(missing)
        }
    }

    /// The digest by `algorithm`, which must not be a keyed one.
    pub(crate) fn digest(&self, algorithm: DigestAlgorithm) -> Result<Vec<u8>> {
        self.get(Wanted::Plain(algorithm))
    }

    /// `SM3(Z || original)` with Z of `key` under the default identity.
    pub(crate) fn sm2_message(&self, key: &VerifyingKey) -> Result<Vec<u8>> {
        self.get(Wanted::Message(key.clone()))
    }

    fn get(&self, wanted: Wanted) -> Result<Vec<u8>> {
        if let Some(digest) = self.find(&wanted) {
            return Ok(digest);
        }
        self.compute(vec![wanted.clone()])?;
        self.find(&wanted)
            .ok_or_else(|| Error::new(ErrorKind::Crypto, text!("the digest is missing", "摘要缺失")))
    }

    fn find(&self, wanted: &Wanted) -> Option<Vec<u8>> {
        let known = self.known.borrow();
        known
            .iter()
            .find(|(one, _)| one == wanted)
            .map(|(_, digest)| digest.clone())
    }

    fn compute(&self, wanted: Vec<Wanted>) -> Result<()> {
        let mut running = Vec::with_capacity(wanted.len());
        for one in wanted {
            let hasher = match &one {
                Wanted::Plain(algorithm) => algorithm.hasher(None)?,
                Wanted::Message(key) => DigestAlgorithm::Sm3Keyed.hasher(Some(key))?,
            };
            running.push((one, hasher));
        }
        self.original
            .feed(&mut |piece| running.iter_mut().for_each(|(_, hasher)| hasher.update(piece)))?;
        let finished = running.into_iter().map(|(one, hasher)| (one, hasher.finish()));
        self.known.borrow_mut().extend(finished);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    struct Counted(Cell<usize>);

    impl Original for Counted {
        fn feed(&self, each: &mut dyn FnMut(&[u8])) -> Result<()> {
            self.0.set(self.0.get() + 1);
            each(b"a");
            each(b"bc");
            Ok(())
        }
    }

    #[test]
    fn each_digest_costs_one_pass_and_several_together_one() {
        let original = Counted(Cell::new(0));
        let digests = Digests::new(&original);
        digests
            .prepare(&[DigestAlgorithm::Sm3, DigestAlgorithm::Sha256, DigestAlgorithm::Sm3])
            .unwrap();
        for algorithm in [DigestAlgorithm::Sm3, DigestAlgorithm::Sha256] {
            assert_eq!(digests.digest(algorithm).unwrap(), algorithm.digest(b"abc").unwrap());
        }
        assert_eq!(original.0.get(), 1);
        digests.digest(DigestAlgorithm::Sha1).unwrap();
        digests.digest(DigestAlgorithm::Sha1).unwrap();
        assert_eq!(original.0.get(), 2);
        let known = Digests::new(&original).with(DigestAlgorithm::Md5, vec![7]);
        assert_eq!(
            (known.digest(DigestAlgorithm::Md5).unwrap(), original.0.get()),
            (vec![7], 2)
        );
    }
}
