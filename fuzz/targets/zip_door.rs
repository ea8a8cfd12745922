//! libFuzzer calls [`sealcore_fuzz::zip_door`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::zip_door(data));
