//! Feeds arbitrary octets to `harness::fuzz::scenario`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| harness::fuzz::scenario(octets));
