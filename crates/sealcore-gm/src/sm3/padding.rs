//! The end of a message, GB/T 32905 clause 5.2: a one bit, zeros, and the length in bits.

use super::compress::BLOCK;

/// Bytes that the length takes at the end of the last block.
const LENGTH: usize = 8;

/// The last one or two blocks of a message.
#[derive(Clone, Copy)]
pub(super) struct Tail {
    blocks: [[u8; BLOCK]; 2],
    count: usize,
}

impl Tail {
    /// Of a message of `length` bytes, whose bytes after the last whole block are `rest`.
    #[inline]
    pub(super) fn new(rest: &[u8], length: u64) -> Self {
        let mut blocks = [[0; BLOCK]; 2];
        let bytes = blocks.as_flattened_mut();
        for (slot, byte) in bytes.iter_mut().zip(rest.iter().chain(&[0x80])) {
            *slot = *byte;
        }
        let count = if rest.len() < BLOCK - LENGTH { 1 } else { 2 };
        if let Some(slot) = bytes.get_mut(count * BLOCK - LENGTH..count * BLOCK) {
            slot.copy_from_slice(&length.wrapping_mul(8).to_be_bytes());
        }
        Self { blocks, count }
    }

    #[inline]
    pub(super) fn blocks(&self) -> &[[u8; BLOCK]] {
        self.blocks.get(..self.count).unwrap_or_default()
    }
}

/// The state as the digest that it is in the end.
#[inline]
pub(super) fn output(state: &[u32; 8]) -> [u8; super::DIGEST_LEN] {
    let mut digest = [0; super::DIGEST_LEN];
    for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    digest
}
