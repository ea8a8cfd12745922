//! libFuzzer calls [`sealcore_fuzz::ofd_parts`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::ofd_parts(data));
