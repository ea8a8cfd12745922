//! HMAC-SM3 (RFC 2104) under keys of 32 bytes. Constant-time but for the lengths of messages.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

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
    block: [u8; BLOCK],
    filled: usize,
    length: usize,
}

impl Hmac {
    pub(super) fn new(key: &[u8; FIELD_LEN]) -> Self {
        let padded = |pad: u8| {
            let mut block = Zeroizing::new([pad; BLOCK]);
            for (byte, key) in block.iter_mut().zip(key) {
                *byte ^= key;
            }
            let mut state = INITIAL;
            compress(&mut state, core::slice::from_ref(&block));
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
            block: [0; BLOCK],
            filled: 0,
            length: BLOCK,
        }
    }

    pub(super) fn finish(&self, mut message: Message) -> Secret {
        message.pad();
        let mut state = self.outer;
        compress(&mut state, core::slice::from_ref(&outer_block(&message.state)));
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
            *block = *outer_block(state);
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
                let room = self.block.get_mut(self.filled..).unwrap_or_default();
                let (now, later) = part.split_at(room.len().min(part.len()));
                for (place, byte) in room.iter_mut().zip(now) {
                    *place = *byte;
                }
                self.filled += now.len();
                part = later;
                if self.filled == BLOCK {
                    compress(&mut self.state, core::slice::from_ref(&self.block));
                    self.filled = 0;
                }
            }
        }
    }

    fn pad(&mut self) {
        let filled = self.filled;
        if filled + PADDING > BLOCK {
            self.absorb_padding(filled);
            self.block = [0; BLOCK];
            set_length(&mut self.block, self.length);
        } else {
            let rest = self.block.get(..filled).unwrap_or_default().iter();
            self.block = padded_block(rest, self.length.wrapping_sub(filled));
        }
        compress(&mut self.state, core::slice::from_ref(&self.block));
    }

    /// The bit that ends the message, and zeros up to the end of the block: the length comes in the next.
    fn absorb_padding(&mut self, filled: usize) {
        let mut rest = self.block.iter_mut().skip(filled);
        if let Some(first) = rest.next() {
            *first = 0x80;
        }
        rest.for_each(|byte| *byte = 0);
        compress(&mut self.state, core::slice::from_ref(&self.block));
    }
}

fn outer_block(inner: &Words) -> Zeroizing<[u8; BLOCK]> {
    let inner = Zeroizing::new(bytes(inner));
    Zeroizing::new(padded_block(inner.iter(), BLOCK))
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
