//! The digest of one message, behind the traits of the `digest` crate.

use std::fmt;

use digest::block_api::{
    AlgorithmName, Block, BlockSizeUser, Buffer, BufferKindUser, Eager, FixedOutputCore, OutputSizeUser, Reset,
    UpdateCore,
};
use digest::common::hazmat::{DeserializeStateError, SerializableState, SerializedState};
use digest::typenum::{U32, U40, U64};
use digest::{HashMarker, Output};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::compress::{BLOCK, compress};
use super::rounds::INITIAL;

digest::buffer_fixed!(
    /// A running SM3 digest. Its state is zeroised when it is dropped, since HMAC keys go through it.
    pub struct Sm3(Sm3Core);
    impl: BaseFixedTraits AlgorithmName Default Clone HashMarker Reset FixedOutputReset SerializableState;
);

impl ZeroizeOnDrop for Sm3 {}

/// SM3 block by block: what [`Sm3`] and HMAC are made of.
#[derive(Clone)]
pub struct Sm3Core {
    state: [u32; 8],
    blocks: u64,
}

impl Default for Sm3Core {
    fn default() -> Self {
        Self {
            state: INITIAL,
            blocks: 0,
        }
    }
}

impl UpdateCore for Sm3Core {
    #[inline]
    fn update_blocks(&mut self, blocks: &[Block<Self>]) {
        self.blocks = self.blocks.wrapping_add(blocks.len() as u64);
        compress(&mut self.state, digest::array::Array::cast_slice_to_core(blocks));
    }
}

impl FixedOutputCore for Sm3Core {
    #[inline]
    fn finalize_fixed_core(&mut self, buffer: &mut Buffer<Self>, out: &mut Output<Self>) {
        let bytes = self
            .blocks
            .wrapping_mul(BLOCK as u64)
            .wrapping_add(buffer.get_pos() as u64);
        let state = &mut self.state;
        buffer.len64_padding_be(bytes.wrapping_mul(8), |block| compress(state, &[block.0]));
        for (bytes, word) in out.as_chunks_mut().0.iter_mut().zip(&self.state) {
            *bytes = word.to_be_bytes();
        }
    }
}

impl Reset for Sm3Core {
    fn reset(&mut self) {
        *self = Self::default();
    }
}

impl Drop for Sm3Core {
    fn drop(&mut self) {
        self.state.zeroize();
    }
}

impl ZeroizeOnDrop for Sm3Core {}

impl HashMarker for Sm3Core {}

impl BlockSizeUser for Sm3Core {
    type BlockSize = U64;
}

impl BufferKindUser for Sm3Core {
    type BufferKind = Eager;
}

impl OutputSizeUser for Sm3Core {
    type OutputSize = U32;
}

impl AlgorithmName for Sm3Core {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm3")
    }
}

impl fmt::Debug for Sm3Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm3Core { ... }")
    }
}

impl SerializableState for Sm3Core {
    type SerializedStateSize = U40;

    fn serialize(&self) -> SerializedState<Self> {
        let mut out = SerializedState::<Self>::default();
        let words = self.state.iter().flat_map(|word| word.to_be_bytes());
        for (slot, byte) in out.iter_mut().zip(words.chain(self.blocks.to_be_bytes())) {
            *slot = byte;
        }
        out
    }

    fn deserialize(serialized: &SerializedState<Self>) -> Result<Self, DeserializeStateError> {
        let (state, blocks) = serialized.split_ref::<U32>();
        let mut core = Self::default();
        for (word, bytes) in core.state.iter_mut().zip(state.as_chunks().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        core.blocks = u64::from_be_bytes((*blocks).into());
        Ok(core)
    }
}
