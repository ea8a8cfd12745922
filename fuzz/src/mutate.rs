//! Deterministic damage: the same seed and number give the same bytes, so a failure on stable is found again.

/// Variant `number` of `seed`: the first ones are the seed itself and cuts of it, the others one to four random edits.
#[must_use]
pub fn mutate(seed: &[u8], number: u64) -> Vec<u8> {
    let mut random = Random(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed.len() as u64 ^ 0x5ea1);
    let mut bytes = seed.to_vec();
    match number {
        0 => {}
        1 => bytes.clear(),
        2..6 => bytes.truncate(random.below(seed.len() + 1)),
        _ => {
            for _ in 0..1 + random.below(4) {
                edit(&mut bytes, &mut random);
            }
        }
    }
    bytes
}

fn edit(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let length = 1 + random.below(8);
    let end = (at + length).min(bytes.len());
    match random.below(8) {
        // A bit, then values on which lengths and signs turn.
        0 | 1 => {
            let bit = 1 << random.below(8);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= bit;
            }
        }
        2 => {
            let values = [0, 1, 0x1f, 0x30, 0x7f, 0x80, 0x81, 0x84, 0xff];
            if let (Some(byte), Some(value)) = (bytes.get_mut(at), values.get(random.below(values.len()))) {
                *byte = *value;
            }
        }
        3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = byte.wrapping_add(if random.below(2) == 0 { 1 } else { 0xff });
            }
        }
        4 => drop(bytes.drain(at..end)),
        5 => {
            let copy = bytes.get(at..end).unwrap_or_default().to_vec();
            bytes.splice(at..at, copy);
        }
        6 => {
            let noise: Vec<u8> = (0..length).map(|_| random.byte()).collect();
            bytes.splice(at..at, noise);
        }
        _ => {
            // A piece from elsewhere, as when two files were spliced.
            let from = random.below(bytes.len() + 1);
            let piece = bytes
                .get(from..(from + 4 * length).min(bytes.len()))
                .unwrap_or_default()
                .to_vec();
            bytes.splice(at..end, piece);
        }
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Below `bound`, which is not 0.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }
}
