//! What two PaperClip programs say to each other when they are brought together.

use serde_json::json;

use super::{FLAGS, has_handshake};
use crate::journal::HexOctets;
use crate::profile::OptionChoice;
use crate::protocol::Errand;
use crate::script::{Command, Request};

/// Octets of what goes in one packet.
const SHORT: usize = 100;
/// Octets of what goes in fragments.
const LONG: usize = 4000;

/// Whether both sides know a flag.
pub(super) fn knows(options: [&OptionChoice; 2], flag: &str) -> bool {
    options.iter().all(|options| options.has("flags", flag))
}

/// Each flag that both know, with RELIABLE if they know that, so that no weather takes what is said; all at once; in fragments.
pub(super) fn errands(options: [&OptionChoice; 2]) -> Vec<Errand> {
    let can_encrypt = options.iter().all(|options| has_handshake(options));
    let usable = |flag: &&str| {
        knows(options, flag)
            && match *flag {
                // What is long is fragmented by itself.
                "reliable" | "frag" => false,
                "encrypted" => can_encrypt,
                _ => true,
            }
    };
    let reliable: Vec<&str> =
        Some("reliable").filter(|flag| knows(options, flag)).into_iter().collect();
    let others: Vec<&str> = FLAGS.iter().copied().filter(usable).collect();
    let with = |flags: &[&'static str]| {
        reliable.iter().copied().chain(flags.iter().copied()).collect::<Vec<_>>()
    };
    let mut writes = vec![(with(&[]), SHORT)];
    writes.extend(others.iter().map(|flag| (with(&[*flag]), SHORT)));
    if knows(options, "frag") {
        writes.push((with(&[]), LONG));
        writes.push((with(&others), LONG));
    } else {
        writes.push((with(&others), SHORT));
    }
    let echoes = writes
        .into_iter()
        .map(|(flags, length)| Errand::echo(|octets| write(&octets, &flags), length));
    echoes.chain([Errand::close()]).collect()
}

fn write(octets: &HexOctets, flags: &[&str]) -> Command {
    let parameters = [("octets", json!(octets)), ("flags", json!(flags))].into();
    Command::Do(Request { verb: "write".to_owned(), parameters })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::paperclip::PaperClip;

    fn flags_of(errand: &Errand) -> Option<String> {
        let Command::Do(request) = &errand.does else { return None };
        Some(request.parameters.words("flags").join("+"))
    }

    fn said(options: [&OptionChoice; 2]) -> Vec<String> {
        errands(options).iter().filter_map(flags_of).collect()
    }

    #[test]
    fn only_flags_that_both_know_are_used_and_nothing_is_encrypted_without_a_key() {
        let all = OptionChoice::default_for(&PaperClip);
        let mut few = all.clone();
        few.state("flags", vec!["reliable".to_owned(), "checksum".to_owned()]);
        assert_eq!(said([&all, &few]), ["reliable", "reliable+checksum", "reliable+checksum"]);
        let whole = said([&all, &all]);
        assert_eq!(whole.last().unwrap(), "reliable+checksum+compressed+encrypted");
        let mut plain = all.clone();
        plain.state("handshake", vec!["false".to_owned()]);
        let open = said([&plain, &plain]);
        assert_eq!(open.last().unwrap(), "reliable+checksum+compressed");
        few.state("flags", Vec::new());
        assert_eq!(said([&few, &all]), ["", ""]);
    }
}
