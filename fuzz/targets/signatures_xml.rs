//! libFuzzer calls [`sealcore_fuzz::signatures_xml`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::signatures_xml(data));
