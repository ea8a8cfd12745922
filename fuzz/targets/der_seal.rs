//! libFuzzer calls [`sealcore_fuzz::der_seal`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::der_seal(data));
