//! libFuzzer calls [`sealcore_fuzz::pdf_object`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::pdf_object(data));
