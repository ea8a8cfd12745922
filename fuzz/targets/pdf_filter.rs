//! libFuzzer calls [`sealcore_fuzz::pdf_filter`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::pdf_filter(data));
