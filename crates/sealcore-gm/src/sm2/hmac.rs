//! HMAC-SM3 (RFC 2104) under keys of 32 bytes. Constant-time but for the lengths of messages.

use zeroize::{DefaultIsZeroes, Zeroize, ZeroizeOnDrop, Zeroizing};

use super::FIELD_LEN;
use crate::sm3::lanes::compress16;
use crate::sm3::{INITIAL, compress};

/// Bytes in a block of SM3.
const BLOCK: usize = 64;
/// Bytes of padding at least: a bit, and the length.
const PADDING: usize = 9;

pub(super) type Secret = Zeroizing<[u8; FIELD_LEN]>;

type Words = [u32; 8];

/// A key with its two padded blocks already absorbed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct Hmac {
    inner: Words,
    outer: Words,
}

/// A message that is not complete. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct Message {
    state: Words,
    block: Block,
    filled: usize,
    length: usize,
}

/// Wiped as a whole: byte by byte, as arrays are, took a tenth of the time of a nonce.
#[derive(Clone, Copy)]
struct Block([u8; BLOCK]);

impl Hmac {
    pub(super) fn new(key: &[u8; FIELD_LEN]) -> Self {
        let padded = |pad: u8| {
            let mut block = Zeroizing::new(Block([pad; BLOCK]));
            for (byte, key) in block.0.iter_mut().zip(key) {
                *byte ^= key;
            }
            let mut state = INITIAL;
            compress(&mut state, core::slice::from_ref(&block.0));
            state
        };
        Self {
            inner: padded(0x36),
            outer: padded(0x5c),
        }
    }

    pub(super) fn mac(&self, parts: &[&[u8]]) -> Secret {
        let mut message = self.begin();
        message.absorb(parts);
        self.finish(message)
    }

    pub(super) fn begin(&self) -> Message {
        Message {
            state: self.inner,
            block: Block::default(),
            filled: 0,
            length: BLOCK,
        }
    }

    pub(super) fn finish(&self, mut message: Message) -> Secret {
        message.pad();
        let mut state = self.outer;
        compress(&mut state, core::slice::from_ref(&outer_block(&message.state).0));
        let mac = Zeroizing::new(bytes(&state));
        state.zeroize();
        mac
    }

    /// The codes of up to 16 short messages side by side: each leaves room for the padding in one block. The first code belongs to
    /// the first message; those beyond the messages mean nothing.
    pub(super) fn mac16(&self, messages: &[[&[u8]; 3]]) -> Zeroizing<[[u8; FIELD_LEN]; 16]> {
        let mut blocks = Zeroizing::new([[0; BLOCK]; 16]);
        for (block, parts) in blocks.iter_mut().zip(messages) {
            *block = padded_block(parts.iter().copied().flatten(), BLOCK);
        }
        let mut inner = Zeroizing::new([self.inner; 16]);
        compress16(&mut inner, &blocks);
        for (block, state) in blocks.iter_mut().zip(inner.iter()) {
            *block = outer_block(state).0;
        }
        let mut outer = Zeroizing::new([self.outer; 16]);
        compress16(&mut outer, &blocks);
        Zeroizing::new(outer.map(|state| bytes(&state)))
    }
}

impl Message {
    pub(super) fn absorb(&mut self, parts: &[&[u8]]) {
        for part in parts {
            self.length = self.length.wrapping_add(part.len());
            let mut part = *part;
            while !part.is_empty() {
                let room = self.block.0.get_mut(self.filled..).unwrap_or_default();
                let (now, later) = part.split_at(room.len().min(part.len()));
                if let Some(place) = room.get_mut(..now.len()) {
                    place.copy_from_slice(now);
                }
                self.filled += now.len();
                part = later;
                if self.filled == BLOCK {
                    compress(&mut self.state, core::slice::from_ref(&self.block.0));
                    self.filled = 0;
                }
            }
        }
    }

    /// The bit that ends the message, zeros, and the length, which may need another block.
    fn pad(&mut self) {
        let rest = self.block.0.get_mut(self.filled..).unwrap_or_default();
        if let Some((end, rest)) = rest.split_first_mut() {
            *end = 0x80;
            rest.fill(0);
        }
        if self.filled + PADDING > BLOCK {
            compress(&mut self.state, core::slice::from_ref(&self.block.0));
            self.block = Block::default();
        }
        set_length(&mut self.block.0, self.length);
        compress(&mut self.state, core::slice::from_ref(&self.block.0));
    }
}

impl Default for Block {
    fn default() -> Self {
        Self([0; BLOCK])
    }
}

impl DefaultIsZeroes for Block {}

fn outer_block(inner: &Words) -> Zeroizing<Block> {
    let mut block = Zeroizing::new(Block::default());
    let (words, _) = block.0.as_chunks_mut();
    let end = u32::from_be_bytes([0x80, 0, 0, 0]);
    for (place, word) in words.iter_mut().zip(inner.iter().chain([&end])) {
        *place = word.to_be_bytes();
    }
    set_length(&mut block.0, BLOCK + FIELD_LEN);
    block
}

/// The last block of a message: its bytes, of which there are at most 55, and the padding, after `before` bytes.
fn padded_block<'a>(message: impl Iterator<Item = &'a u8>, before: usize) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut places = block.iter_mut();
    let mut length = before;
    for byte in message {
        if let Some(place) = places.next() {
            *place = *byte;
        }
        length = length.wrapping_add(1);
    }
    if let Some(place) = places.next() {
        *place = 0x80;
    }
    set_length(&mut block, length);
    block
}

fn set_length(block: &mut [u8; BLOCK], bytes: usize) {
    if let Some(place) = block.last_chunk_mut() {
        *place = (bytes as u64).wrapping_mul(8).to_be_bytes();
    }
}

fn bytes(words: &Words) -> [u8; FIELD_LEN] {
    let mut bytes = [0; FIELD_LEN];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_be_bytes();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use hmac::{KeyInit as _, Mac as _};
    use proptest::prelude::*;

    use super::*;

    fn theirs(key: &[u8], message: &[u8]) -> [u8; 32] {
        let mut mac = hmac::Hmac::<::sm3::Sm3>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    proptest! {
        #[test]
        fn as_the_hmac_crate(key: [u8; 32], parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..150), 0..4)) {
            let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(*Hmac::new(&key).mac(&slices), theirs(&key, &parts.concat()));
        }

        #[test]
        fn sixteen_at_once(key: [u8; 32], messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..56), 0..17)) {
            let split: Vec<[&[u8]; 3]> = messages.iter().map(|m| [&m[..m.len() / 3], &m[m.len() / 3..m.len() / 2], &m[m.len() / 2..]]).collect();
            let macs = Hmac::new(&key).mac16(&split);
            for (mac, message) in macs.iter().zip(&messages) {
                prop_assert_eq!(*mac, theirs(&key, message));
            }
        }
    }

    #[test]
    fn every_length() {
        let message = [0xa5; 200];
        for length in 0..message.len() {
            let message = &message[..length];
            assert_eq!(*Hmac::new(&[7; 32]).mac(&[message]), theirs(&[7; 32], message));
        }
    }
}
