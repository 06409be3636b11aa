//! HTML of a mail, made safe.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| baton_fuzz::html(input));
