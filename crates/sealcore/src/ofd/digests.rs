//! What is known of the digests of a package's entries.

use std::collections::{HashMap, HashSet};

use sealcore_gm::sm2::VerifyingKey;
use sealcore_gm::sm3;

use crate::digest::DigestAlgorithm;

/// The digest of an entry under an algorithm and, for the keyed one, a key.
pub(super) type DigestKey = (usize, DigestAlgorithm, Option<[u8; VerifyingKey::LEN]>);

/// Bytes of short entries that wait to be digested together.
const MOST_WAITING: usize = 64 << 10;

/// Digests by entry. SM3 of short entries is put off until there are several, since several at once cost little more than one.
#[derive(Default)]
pub(super) struct Digests {
    known: HashMap<DigestKey, Vec<u8>>,
    /// Entries whose content is in `bytes`, one after the other, and their lengths.
    waiting: Vec<(usize, usize)>,
    bytes: Vec<u8>,
}

impl Digests {
    /// Whether entries of this length are put off.
    pub(super) fn is_short(length: usize) -> bool {
        length <= MOST_WAITING / 16
    }

    /// The digest, if it is known or can be had from what waits.
    pub(super) fn get(&mut self, key: &DigestKey) -> Option<&Vec<u8>> {
        if !self.known.contains_key(key) {
            self.settle();
        }
        self.known.get(key)
    }

    pub(super) fn insert(&mut self, key: DigestKey, digest: Vec<u8>) {
        self.known.insert(key, digest);
    }

    /// Takes the content of a short entry, whose SM3 digest will be asked for.
    pub(super) fn put_off(&mut self, index: usize, content: &[u8]) {
        if self.bytes.len() + content.len() > MOST_WAITING {
            self.settle();
        }
        self.waiting.push((index, content.len()));
        self.bytes.extend_from_slice(content);
    }

    /// The entries of which a digest is known.
    pub(super) fn entries(&mut self) -> HashSet<usize> {
        self.settle();
        self.known.keys().map(|(index, ..)| *index).collect()
    }

    /// Digests what waits.
    fn settle(&mut self) {
        let mut rest = &self.bytes[..];
        let mut messages = Vec::with_capacity(self.waiting.len());
        for (_, length) in &self.waiting {
            let (message, after) = rest.split_at(rest.len().min(*length));
            messages.push(message);
            rest = after;
        }
        let mut digests = vec![[0; sm3::DIGEST_LEN]; messages.len()];
        sm3::digest_many(&messages, &mut digests);
        for ((index, _), digest) in self.waiting.drain(..).zip(digests) {
            self.known.insert((index, DigestAlgorithm::Sm3, None), digest.to_vec());
        }
        self.bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_off_is_there() {
        let content = |index: usize| vec![index.to_le_bytes()[0]; index * 13 % 4096];
        let mut digests = Digests::default();
        for index in 0..500 {
            assert!(Digests::is_short(content(index).len()));
            digests.put_off(index, &content(index));
            assert!(digests.bytes.len() <= MOST_WAITING);
        }
        for index in 0..500 {
            let digest = digests.get(&(index, DigestAlgorithm::Sm3, None)).unwrap();
            assert_eq!(digest[..], sm3::digest(&content(index)));
        }
        assert_eq!(digests.get(&(7, DigestAlgorithm::Sha256, None)), None);
        assert_eq!(digests.entries().len(), 500);
    }
}
