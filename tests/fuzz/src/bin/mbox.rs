//! An mbox file, split into mails.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| baton_fuzz::mbox(input));
