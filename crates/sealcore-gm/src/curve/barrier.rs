//! Hides a mask from the optimiser, which would otherwise be free to see a boolean in it and to branch.
#![cfg_attr(any(target_arch = "x86_64", target_arch = "aarch64"), allow(unsafe_code))] // inline assembly

/// The mask. It stays in its register.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[inline(always)]
pub(crate) fn mask(mask: u64) -> u64 {
    let mut mask = mask;
    // SAFETY: no instruction at all.
    unsafe { core::arch::asm!("/* {mask} */", mask = inout(reg) mask, options(pure, nomem, nostack, preserves_flags)) };
    mask
}

/// The mask.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline(always)]
pub(crate) fn mask(mask: u64) -> u64 {
    core::hint::black_box(mask)
}
