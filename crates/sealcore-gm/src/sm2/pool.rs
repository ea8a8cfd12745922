//! Nonces that are prepared before the digests are known. Constant-time as signing is.

use core::fmt;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::batch::CHUNK;
use super::lanes;
use super::nonce::derived_many;
use super::{FIELD_LEN, SigningKey};
use crate::curve::Scalar;

/// A bounded store of prepared nonces for [`SigningKey::sign_digest_pooled`]. Threads may share it.
///
/// Each nonce is used once: it leaves the pool before it signs. Nonces are overwritten when they are used and when the pool is
/// dropped. They come from a generator on HMAC-SM3 that takes in the private key, the caller's random source, the process and
/// all that it took in before. A random source that is weak or known does not give them away; one that gives the same bytes
/// after a restart does not repeat them either, since std's own random state goes in too. A process that was forked finds the
/// pool empty. A copy of a running virtual machine is not noticed: empty the pool with [`Self::clear`] before one is taken.
pub struct NoncePool {
    capacity: usize,
    state: Mutex<State>,
}

struct State {
    generator: Zeroizing<[u8; FIELD_LEN]>,
    refills: u64,
    process: u32,
    prepared: Vec<Prepared>,
}

/// A nonce, and the x coordinate of its multiple of the base point modulo n.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Prepared {
    pub(super) k: Scalar,
    pub(super) x: Scalar,
}

impl NoncePool {
    /// The most nonces that a pool may hold.
    pub const LARGEST: usize = 1 << 16;

    /// An empty pool for up to `capacity` nonces, at most [`Self::LARGEST`].
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.min(Self::LARGEST);
        let state = State {
            generator: Zeroizing::new([0; FIELD_LEN]),
            refills: 0,
            process: std::process::id(),
            // Never grown, so that no copy of a nonce is left behind.
            prepared: Vec::with_capacity(capacity),
        };
        Self {
            capacity,
            state: Mutex::new(state),
        }
    }

    /// Prepares up to `count` nonces, as many as there is room for. Signers go on while it works.
    pub fn refill(&self, key: &SigningKey, rng: &mut dyn CryptoRng, count: usize) {
        let mut entropy = Zeroizing::new([0_u8; FIELD_LEN]);
        rng.fill_bytes(&mut entropy[..]);
        let (batch, process, count) = {
            let mut state = self.lock();
            let count = count.min(self.capacity.saturating_sub(state.prepared.len()));
            state.refills = state.refills.wrapping_add(1);
            let random = RandomState::new();
            let parts: [&[u8]; 6] = [
                &state.generator[..],
                &entropy[..],
                &state.refills.to_be_bytes(),
                &state.process.to_be_bytes(),
                &random.hash_one(0_u8).to_be_bytes(),
                &random.hash_one(1_u8).to_be_bytes(),
            ];
            let batch = key.nonces().batch(b"sealcore SM2 pool", &parts);
            // Backtracking: the nonces of this batch cannot be computed from what is kept.
            state.generator = batch.mac(&[b"next"]);
            (batch, state.process, count)
        };
        let places: Vec<[u8; 8]> = (0_u64..).map(u64::to_be_bytes).take(count).collect();
        for places in places.chunks(CHUNK) {
            let labels: Vec<[&[u8]; 2]> = places.iter().map(|place| [b"nonce".as_slice(), place]).collect();
            let nonces = derived_many(&batch, &labels);
            let coordinates = lanes::base_multiples_x(&nonces);
            let mut state = self.lock();
            // A fork between the locks would hand the same nonces to two processes.
            if state.process != process || process != std::process::id() {
                return;
            }
            for (&k, &x) in nonces.iter().zip(coordinates.iter()) {
                if state.prepared.len() < self.capacity {
                    state.prepared.push(Prepared { k, x });
                }
            }
        }
    }

    /// How many nonces are prepared.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().prepared.len()
    }

    /// Whether no nonce is prepared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many nonces it may hold.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Overwrites and forgets what is prepared.
    pub fn clear(&self) {
        self.lock().prepared.clear();
    }

    pub(super) fn take(&self) -> Option<Prepared> {
        self.lock().prepared.pop()
    }

    /// A panic elsewhere cannot leave the state half changed, so that a poisoned lock is as good. What another process prepared
    /// is dropped first.
    fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if state.process != process {
            state.process = process;
            state.prepared.clear();
        }
        state
    }
}

/// The bound only: neither nonces nor their number at the moment.
impl fmt::Debug for NoncePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoncePool")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
