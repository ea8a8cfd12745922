//! libFuzzer calls [`sealcore_fuzz::revocation_list`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::revocation_list(data));
