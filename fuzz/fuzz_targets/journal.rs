//! Feeds arbitrary octets to `harness::fuzz::journal`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| harness::fuzz::journal(octets));
