//! ULONG, which has 4 bytes in some vendors' libraries and 8 in others'.
//!
//! GM/T 0016 was written for Windows, where ULONG has 4 bytes. Elsewhere vendors' headers say `unsigned int` or
//! `unsigned long`, and the latter has 8 bytes on LP64.
//!
//! - As an argument it is passed as wide as a register: whichever half the library looks at is right.
//! - As a result its low half is looked at; the codes have 32 bits.
//! - Behind a pointer it is a slot of 16 bytes, zeroed: on little-endian machines both widths then read the same number
//!   while it fits 32 bits. `x-ulong` decides what is written and read on others.
//! - In structures it moves what follows: see [`Width::numbers_at`].

use std::ffi::c_void;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

use crate::DeviceUri;

/// As wide as a register.
pub(super) type Argument = usize;

/// The width of ULONG in the library's memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Width {
    /// Not said: 4, and structures of both layouts are tried.
    #[default]
    Unknown,
    Four,
    Eight,
}

impl Width {
    /// What the URI says with `x-ulong`.
    pub(super) fn of(uri: &DeviceUri) -> Result<Self> {
        match uri.query("x-ulong") {
            None => Ok(Self::Unknown),
            Some("4") => Ok(Self::Four),
            Some("8") => Ok(Self::Eight),
            Some(_) => Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "x-ulong is the size of ULONG in the vendor's library: 4 or 8 bytes",
                    "x-ulong 是厂商库中 ULONG 的字节数：4 或 8"
                ),
            )),
        }
    }

    /// Where the coordinates may start in ECCPUBLICKEYBLOB: behind its ULONG.
    pub(super) fn numbers_at(self) -> &'static [usize] {
        match self {
            Self::Unknown => &[4, 8],
            Self::Four => &[4],
            Self::Eight => &[8],
        }
    }
}

/// An ULONG that the library reads and writes.
pub(super) struct Slot {
    words: [u64; 2],
    width: Width,
}

impl Slot {
    pub(super) fn new(width: Width, value: u32) -> Self {
        let mut first = [0; 8];
        match (width, &mut first) {
            (Width::Eight, first) => *first = u64::from(value).to_ne_bytes(),
            (_, [a, b, c, d, ..]) => [*a, *b, *c, *d] = value.to_ne_bytes(),
        }
        Self {
            words: [u64::from_ne_bytes(first), 0],
            width,
        }
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut c_void {
        self.words.as_mut_ptr().cast()
    }

    pub(super) fn get(&self) -> u64 {
        let [first, _] = self.words;
        match (self.width, first.to_ne_bytes()) {
            (Width::Eight, _) => first,
            (_, [a, b, c, d, ..]) => u64::from(u32::from_ne_bytes([a, b, c, d])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_keeps_its_number() {
        for width in [Width::Unknown, Width::Four, Width::Eight] {
            assert_eq!(Slot::new(width, 0xa1b2_c3d4).get(), 0xa1b2_c3d4, "{width:?}");
        }
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_slot_is_read_by_either_width() {
        for width in [Width::Unknown, Width::Four, Width::Eight] {
            let mut slot = Slot::new(width, 300);
            let place = slot.as_mut_ptr();
            // SAFETY: the slot has 16 bytes.
            let (narrow, wide) = unsafe { (place.cast::<u32>().read(), place.cast::<u64>().read()) };
            assert_eq!((narrow, wide), (300, 300));
            // SAFETY: as above.
            unsafe { place.cast::<u64>().write(77) };
            assert_eq!(slot.get(), 77);
            // SAFETY: as above.
            unsafe { place.cast::<u32>().write(78) };
            assert_eq!(slot.get(), 78);
        }
    }
}
