//! libFuzzer calls [`sealcore_fuzz::timestamp_token`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::timestamp_token(data));
