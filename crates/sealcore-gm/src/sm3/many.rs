//! Many messages that are in memory.

use super::DIGEST_LEN;
use super::compress::{BLOCK, compress};
use super::lanes::{self, AnyEngine, Blocks, Engine};
use super::padding::{self, Tail};
use super::rounds::INITIAL;

/// The digest of each of `messages` into the same place of `digests`; where one is longer, what it has more is left alone.
///
/// They are hashed side by side, up to sixteen at a time; a message that ends makes room for the next one, so they may differ
/// in length. Allocates nothing. The gain is largest when the longest come first.
///
/// ```
/// use sealcore_gm::sm3;
/// let mut digests = [[0; 32]; 2];
/// sm3::digest_many(&[b"abc", b"def"], &mut digests);
/// assert_eq!(digests, [sm3::digest(b"abc"), sm3::digest(b"def")]);
/// ```
pub fn digest_many(messages: &[&[u8]], digests: &mut [[u8; DIGEST_LEN]]) {
    digest_many_on(AnyEngine::best(), messages, digests);
}

/// [`digest_many`] with 16 lanes (AVX-512), 8 (AVX2) or 1; `false` when this processor has none such.
#[doc(hidden)] // for benches
#[must_use]
pub fn digest_many_with(lanes: usize, messages: &[&[u8]], digests: &mut [[u8; DIGEST_LEN]]) -> bool {
    let engine = AnyEngine::with_lanes(lanes);
    if let Some(engine) = engine {
        digest_many_on(engine, messages, digests);
    }
    engine.is_some()
}

pub(super) fn digest_many_on(engine: AnyEngine, messages: &[&[u8]], digests: &mut [[u8; DIGEST_LEN]]) {
    match engine {
        #[cfg(target_arch = "x86_64")]
        AnyEngine::Avx512(engine) => run(engine, messages, digests),
        #[cfg(target_arch = "x86_64")]
        AnyEngine::Avx2(engine) => run(engine, messages, digests),
        AnyEngine::Single => {
            for (message, digest) in messages.iter().zip(digests) {
                *digest = super::digest(message);
            }
        }
    }
}

/// A message on its way through a lane.
struct Lane<'m, 'd> {
    body: Blocks<'m>,
    tail: Tail,
    /// Blocks of the tail that are done.
    done: usize,
    digest: &'d mut [u8; DIGEST_LEN],
}

impl<'m, 'd> Lane<'m, 'd> {
    #[inline]
    fn new(message: &'m [u8], digest: &'d mut [u8; DIGEST_LEN]) -> Self {
        let (body, rest) = message.as_chunks::<BLOCK>();
        Self {
            body,
            tail: Tail::new(rest, message.len() as u64),
            done: 0,
            digest,
        }
    }

    /// What comes next; empty at the end.
    #[inline]
    fn next(&self) -> Blocks<'_> {
        if self.body.is_empty() {
            self.tail.blocks().get(self.done..).unwrap_or_default()
        } else {
            self.body
        }
    }

    #[inline]
    fn advance(&mut self, count: usize) {
        if self.body.is_empty() {
            self.done += count;
        } else {
            self.body = self.body.get(count..).unwrap_or_default();
        }
    }
}

fn run<const N: usize>(engine: impl Engine<N>, messages: &[&[u8]], digests: &mut [[u8; DIGEST_LEN]]) {
    let mut waiting = messages.iter().zip(digests);
    let mut states = [[0; N]; 8];
    let mut all: [Option<Lane<'_, '_>>; N] = [const { None }; N];
    loop {
        let mut active = 0;
        for (number, slot) in all.iter_mut().enumerate() {
            if let Some(lane) = slot
                && lane.next().is_empty()
            {
                *lane.digest = padding::output(&lanes::take(&states, number));
                *slot = None;
            }
            if slot.is_none()
                && let Some((message, digest)) = waiting.next()
            {
                lanes::put(&mut states, number, &INITIAL);
                *slot = Some(Lane::new(message, digest));
            }
            active += usize::from(slot.is_some());
        }
        let mut running = all
            .iter_mut()
            .enumerate()
            .filter_map(|(number, slot)| Some((number, slot.as_mut()?)));
        let Some((number, first)) = running.next() else { return };
        if active == 1 {
            let mut state = lanes::take(&states, number);
            while !first.next().is_empty() {
                let count = first.next().len();
                compress(&mut state, first.next());
                first.advance(count);
            }
            lanes::put(&mut states, number, &state);
            continue;
        }
        let count = step(engine, &mut states, &all);
        for lane in all.iter_mut().flatten() {
            lane.advance(count);
        }
    }
}

/// As many blocks as every lane has, which is returned. Lanes without a message do again what another one does.
#[inline]
fn step<const N: usize>(engine: impl Engine<N>, states: &mut [[u32; N]; 8], all: &[Option<Lane<'_, '_>>; N]) -> usize {
    let shortest = all
        .iter()
        .flatten()
        .map(Lane::next)
        .min_by_key(|blocks| blocks.len())
        .unwrap_or_default();
    let streams = all.each_ref().map(|slot| slot.as_ref().map_or(shortest, Lane::next));
    engine.compress(states, &streams);
    shortest.len()
}
