//! libFuzzer calls [`sealcore_fuzz::pdf_encrypted`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::pdf_encrypted(data));
