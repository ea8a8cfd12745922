//! libFuzzer calls [`sealcore_fuzz::seal_signature`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::seal_signature(data));
