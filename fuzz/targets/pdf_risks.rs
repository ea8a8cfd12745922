//! libFuzzer calls [`sealcore_fuzz::pdf_risks`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::pdf_risks(data));
