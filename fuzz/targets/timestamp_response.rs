//! libFuzzer calls [`sealcore_fuzz::timestamp_response`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::timestamp_response(data));
