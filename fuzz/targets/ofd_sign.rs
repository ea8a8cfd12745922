//! libFuzzer calls [`sealcore_fuzz::ofd_sign`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::ofd_sign(data));
