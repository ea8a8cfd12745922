//! libFuzzer calls [`sealcore_fuzz::ofd_verify`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::ofd_verify(data));
