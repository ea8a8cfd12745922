//! libFuzzer calls [`sealcore_fuzz::pdf_content`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::pdf_content(data));
