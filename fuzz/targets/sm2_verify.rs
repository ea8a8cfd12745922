//! libFuzzer calls [`sealcore_fuzz::sm2_verify`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::sm2_verify(data));
