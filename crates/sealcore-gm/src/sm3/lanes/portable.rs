//! Four streams in plain Rust, in the shape that compilers turn into vector instructions.

use super::{BLOCK, Blocks, Engine};
use crate::sm3::rounds::{self, WORDS, Word};

/// Works everywhere.
#[derive(Clone, Copy)]
pub(in crate::sm3) struct Portable;

impl Engine<4> for Portable {
    fn compress(self, state: &mut [[u32; 4]; 8], streams: &[Blocks<'_>; 4]) {
        let mut words = state.map(Four);
        let [first, second, third, fourth] = streams;
        for (((one, two), three), four) in first.iter().zip(*second).zip(*third).zip(*fourth) {
            let rows = [one, two, three, four].map(words_of);
            let mut block = [Four([0; 4]); WORDS];
            for (column, word) in block.iter_mut().enumerate() {
                *word = Four(rows.map(|row| row.get(column).copied().unwrap_or_default()));
            }
            rounds::compress(&mut words, block);
        }
        *state = words.map(|word| word.0);
    }
}

#[inline(always)]
fn words_of(block: &[u8; BLOCK]) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words
}

#[derive(Clone, Copy)]
struct Four([u32; 4]);

impl Four {
    #[inline(always)]
    fn with(self, other: Self, each: impl Fn(u32, u32) -> u32) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([each(a, e), each(b, f), each(c, g), each(d, h)])
    }
}

impl Word for Four {
    #[inline(always)]
    fn splat(value: u32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, u32::wrapping_add)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.with(other, |a, b| a ^ b)
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.with(other, |a, b| a & b)
    }

    #[inline(always)]
    fn rotate<const L: i32, const R: i32>(self) -> Self {
        Self(self.0.map(|word| (word << L) | (word >> R)))
    }
}
