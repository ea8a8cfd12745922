//! libFuzzer calls [`sealcore_fuzz::sign_session`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::sign_session(data));
