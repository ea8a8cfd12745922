//! libFuzzer calls [`sealcore_fuzz::certificate`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::certificate(data));
