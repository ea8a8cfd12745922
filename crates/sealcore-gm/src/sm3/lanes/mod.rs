//! Several streams at once, one in each lane of the processor's vectors: the rounds of one stream wait for each other, those
//! of different streams do not.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512;

use super::compress::{self, BLOCK};

/// The most lanes that any engine has.
pub(super) const LANES: usize = 16;

/// A part of a stream, in whole blocks.
pub(super) type Blocks<'a> = &'a [[u8; BLOCK]];

/// Compresses `N` streams at once.
pub(super) trait Engine<const N: usize>: Copy {
    /// As many blocks as the shortest of `streams` has, of each; `state[i][lane]` is word `i` of a lane's state.
    fn compress(self, state: &mut [[u32; N]; 8], streams: &[Blocks<'_>; N]);
}

/// The engines, for what is written once for all of them.
#[derive(Clone, Copy)]
pub(super) enum AnyEngine {
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    /// One stream after the other: plain Rust with several side by side was slower, and so was not kept.
    Single,
}

impl AnyEngine {
    /// The fastest that this processor has.
    pub(super) fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(engine) = avx512::Avx512::detect() {
            return Self::Avx512(engine);
        } else if let Some(engine) = avx2::Avx2::detect() {
            return Self::Avx2(engine);
        }
        Self::Single
    }

    /// The one with as many lanes, if this processor has it.
    pub(super) fn with_lanes(lanes: usize) -> Option<Self> {
        match lanes {
            #[cfg(target_arch = "x86_64")]
            16 => avx512::Avx512::detect().map(Self::Avx512),
            #[cfg(target_arch = "x86_64")]
            8 => avx2::Avx2::detect().map(Self::Avx2),
            1 => Some(Self::Single),
            _ => None,
        }
    }

    /// All that this processor has.
    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        [16, 8, 1].into_iter().filter_map(Self::with_lanes).collect()
    }
}

/// One block into each of sixteen states, in constant time.
pub(crate) fn compress16(states: &mut [[u32; 8]; LANES], blocks: &[[u8; BLOCK]; LANES]) {
    compress16_with(AnyEngine::best(), states, blocks);
}

fn compress16_with(engine: AnyEngine, states: &mut [[u32; 8]; LANES], blocks: &[[u8; BLOCK]; LANES]) {
    match engine {
        #[cfg(target_arch = "x86_64")]
        AnyEngine::Avx512(engine) => in_groups(engine, states, blocks),
        #[cfg(target_arch = "x86_64")]
        AnyEngine::Avx2(engine) => in_groups(engine, states, blocks),
        AnyEngine::Single => {
            for (state, block) in states.iter_mut().zip(blocks) {
                compress::compress(state, std::slice::from_ref(block));
            }
        }
    }
}

fn in_groups<const N: usize>(engine: impl Engine<N>, states: &mut [[u32; 8]], blocks: &[[u8; BLOCK]]) {
    for (states, blocks) in states.as_chunks_mut::<N>().0.iter_mut().zip(blocks.as_chunks::<N>().0) {
        let mut words = [[0; N]; 8];
        for (lane, state) in states.iter().enumerate() {
            put(&mut words, lane, state);
        }
        engine.compress(&mut words, &blocks.each_ref().map(std::slice::from_ref));
        for (lane, state) in states.iter_mut().enumerate() {
            *state = take(&words, lane);
        }
    }
}

/// Sets the state of one lane.
#[inline]
pub(super) fn put<const N: usize>(words: &mut [[u32; N]; 8], lane: usize, state: &[u32; 8]) {
    for (row, word) in words.iter_mut().zip(state) {
        if let Some(slot) = row.get_mut(lane) {
            *slot = *word;
        }
    }
}

/// The state of one lane.
#[inline]
pub(super) fn take<const N: usize>(words: &[[u32; N]; 8], lane: usize) -> [u32; 8] {
    words.map(|row| row.get(lane).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::rounds::INITIAL;
    use super::*;

    #[test]
    fn lanes_are_single_streams() {
        for engine in AnyEngine::all() {
            let mut states: [[u32; 8]; LANES] =
                std::array::from_fn(|lane| INITIAL.map(|word| word.rotate_left(lane as u32)));
            let blocks: [[u8; BLOCK]; LANES] =
                std::array::from_fn(|lane| std::array::from_fn(|byte| (lane * 89 + byte * 7 + lane * byte) as u8));
            let mut expected = states;
            for (state, block) in expected.iter_mut().zip(&blocks) {
                compress::portable(state, &[*block]);
            }
            compress16_with(engine, &mut states, &blocks);
            assert_eq!(states, expected);
        }
    }
}
