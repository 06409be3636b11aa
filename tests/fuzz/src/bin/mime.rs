//! Raw mail, decoded.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| baton_fuzz::mime(input));
