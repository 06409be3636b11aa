//! The text of a ruleset, checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| baton_fuzz::rules(input));
