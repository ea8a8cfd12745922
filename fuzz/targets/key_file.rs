//! libFuzzer calls [`sealcore_fuzz::key_file`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::key_file(data));
