//! One stream: the form that suits the processor.

use super::rounds;

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// Blocks into `state`, in order.
pub(crate) fn compress(state: &mut [u32; 8], blocks: &[[u8; BLOCK]]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(form) = super::x86_64::Bmi2Avx::detect() {
        return form.compress(state, blocks);
    }
    portable(state, blocks);
}

/// As [`compress`], in plain Rust.
pub(super) fn portable(state: &mut [u32; 8], blocks: &[[u8; BLOCK]]) {
    for block in blocks {
        let mut words = [0; rounds::WORDS];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        rounds::compress(state, words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_forms_agree(state in any::<[u32; 8]>(), blocks in proptest::collection::vec(proptest::array::uniform::<_, BLOCK>(any::<u8>()), 0..6)) {
            let (mut one, mut two) = (state, state);
            compress(&mut one, &blocks);
            portable(&mut two, &blocks);
            prop_assert_eq!(one, two);
        }
    }
}
