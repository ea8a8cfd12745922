//! libFuzzer calls [`sealcore_fuzz::device_uri`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::device_uri(data));
