//! What the octets of fields may be, as the clauses say it: names, base64, addresses, messages.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// Most octets of a name.
const NAME_MAX: usize = 32;
/// Most octets of base64 in a message.
const MESSAGE_MAX: usize = 4000;

pub(super) const EMPTY: u64 = 1;
pub(super) const INVALID: u64 = 2;
pub(super) const OKAY: u64 = 3;
pub(super) const BAD_BASE64: u64 = 4;
pub(super) const UNCHECKED: u64 = 5;
pub(super) const LOGGED_IN: u64 = 6;
pub(super) const IN_USE: u64 = 7;
pub(super) const NOT_AUTHORIZED: u64 = 8;
pub(super) const NOT_IN_ROOM: u64 = 9;
pub(super) const JOINED: u64 = 10;

/// Whether octets may be a name (CHAT-TEXT-1); a space may be taken for viewable.
pub(super) fn is_name(octets: &[u8]) -> Option<bool> {
    if octets.len() > NAME_MAX || octets.iter().any(|octet| !matches!(octet, 0x20..=0x7E)) {
        return Some(false);
    }
    (!octets.contains(&b' ')).then_some(true)
}

/// Base64 with padding, whatever the bits are that are left over: no clause speaks of them.
const LOOSE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// What base64 stands for (CHAT-TEXT-2).
pub(super) fn decode(octets: &[u8]) -> Option<Vec<u8>> {
    LOOSE.decode(octets).ok()
}

/// Whether octets are base64 but for what some decoders do not mind: white space, padding, the other alphabet.
pub(super) fn is_nearly_base64(octets: &[u8]) -> bool {
    let letters = octets.iter().filter(|octet| !octet.is_ascii_whitespace());
    let mut plain: Vec<u8> = letters
        .map(|octet| match octet {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    while plain.last() == Some(&b'=') {
        plain.pop();
    }
    plain.resize(plain.len().next_multiple_of(4), b'=');
    decode(&plain).is_some()
}

/// The clause of a wrong code for what should be base64; `otherwise` where it is not the alphabet that is at fault.
pub(super) fn base64_clause(
    octets: &[u8],
    got: Option<u64>,
    otherwise: &'static str,
) -> &'static str {
    let is_good = decode(octets).is_some();
    match got {
        Some(OKAY) if !is_good && is_nearly_base64(octets) => "CHAT-TEXT-2",
        // Most texts that are said come to letters and digits alone.
        Some(BAD_BASE64) if is_good && octets.iter().any(|octet| b"+/".contains(octet)) => {
            "CHAT-TEXT-2"
        }
        _ => otherwise,
    }
}

/// Whether a text is white space alone (CHAT-MSG-2).
pub(super) fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|octet| matches!(octet, 0x09 | 0x0A | 0x0D | 0x20))
}

/// Whether a text is what some library calls white space: which octets are is a ruling.
fn is_white(text: &[u8]) -> bool {
    text.iter().all(|octet| matches!(octet, 0x00..=0x20 | 0x85 | 0xA0))
}

/// M of an empty long message (CHAT-LONG-1).
const LONG_EMPTY: u64 = 5;

/// M of a short message (CHAT-MSG-2).
pub(super) fn message_code(message: &[u8]) -> u64 {
    if message.is_empty() {
        return EMPTY;
    }
    if message.len() > MESSAGE_MAX {
        return 12;
    }
    match decode(message) {
        None => BAD_BASE64,
        Some(text) if is_blank(&text) => 11,
        Some(_) => OKAY,
    }
}

/// The codes that a message may have: spare bits that are not 0 may be refused as bad base64 (RFC 4648, section 3.5).
pub(super) fn or_bad(code: u64, message: &[u8]) -> Vec<u64> {
    let is_judged = matches!(code, EMPTY | INVALID | BAD_BASE64 | 12);
    if is_judged || is_canonical(message) { vec![code] } else { vec![code, BAD_BASE64] }
}

/// Whether only a ruling says that M is the one and not the other, for a message in these octets.
///
/// The text does not tell a missing message from an empty one, does not say that white space is none, nor whether the 4000
/// octets are counted before base64 or after, nor which of two faults comes first.
pub(super) fn is_ruled(code: u64, other: u64, message: &[u8]) -> bool {
    let is_empty = |code| matches!(code, EMPTY | UNCHECKED | 11);
    let decoded = decode(message);
    let is_blank_text = decoded.as_deref().is_some_and(is_white);
    let fits = decoded.is_some_and(|text| text.len() <= MESSAGE_MAX);
    let may_be_empty = is_blank_text && (is_empty(code) || code == OKAY);
    may_be_empty && (is_empty(other) || other == OKAY && !message.is_empty())
        || message.len() > MESSAGE_MAX && (other == BAD_BASE64 || other == OKAY && fits)
}

/// Whether the bits that padded base64 does not need are 0.
fn is_canonical(octets: &[u8]) -> bool {
    STANDARD.decode(octets).is_ok()
}

/// M of a head or of a part of a long message (CHAT-LONG-1).
pub(super) fn long_code(message: &[u8], is_head: bool) -> u64 {
    match message_code(message) {
        11 if is_head => LONG_EMPTY,
        11 => OKAY,
        12 => INVALID,
        code => code,
    }
}

/// What M of a head or of a part may be.
///
/// "M 05 empty" may be read of an empty text, as 11 of a short message is, or of an empty field; then a blank text is one.
pub(super) fn long_codes(message: &[u8], is_head: bool) -> Vec<u64> {
    let code = long_code(message, is_head);
    let mut codes = or_bad(code, message);
    match code {
        EMPTY => codes.push(LONG_EMPTY),
        LONG_EMPTY => codes.push(OKAY),
        // Which of the two comes first no clause says of a head or a part.
        INVALID if decode(message).is_none() => codes.push(BAD_BASE64),
        _ => {}
    }
    codes
}

/// Whether an address has one @ with text on both sides, a dot in its domain and no white space (CHAT-AUTH-8).
pub(super) fn is_email(octets: &[u8]) -> bool {
    let mut halves = octets.split(|octet| *octet == b'@');
    let (Some(name), Some(domain), None) = (halves.next(), halves.next(), halves.next()) else {
        return false;
    };
    !name.is_empty() && domain.contains(&b'.') && !octets.iter().any(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::{
        BAD_BASE64, EMPTY, OKAY, decode, is_name, is_nearly_base64, is_ruled, long_code,
        long_codes, message_code, or_bad,
    };

    #[test]
    fn base64_is_strict() {
        assert_eq!(decode(b"aGk="), Some(b"hi".to_vec()));
        assert_eq!(decode(b"fj9+P34/"), Some(b"~?~?~?".to_vec()));
        assert_eq!(decode(b"aGl="), Some(b"hi".to_vec()), "bits that are left over");
        for bad in ["aGk", "aG k", "-_-_", "aGk==", "====", "a", "aG=k"] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
        assert!(
            is_nearly_base64(b"-_-8") && is_nearly_base64(b"aG k") && !is_nearly_base64(b"a?k=")
        );
    }

    #[test]
    fn codes_follow_the_order_of_the_clause() {
        let cases: [(&[u8], u64, u64); 6] = [
            (b"", 1, 1),
            (b"?", 4, 4),
            (b"IA==", 11, 3),
            (b"aGk=", 3, 3),
            (&[b'A'; 4000], 3, 3),
            (&[b'?'; 4001], 12, 2),
        ];
        for (message, short, part) in cases {
            assert_eq!((message_code(message), long_code(message, false)), (short, part));
        }
        assert_eq!(long_codes(b"IA==", true), [5, 3]);
        assert_eq!(long_codes(b"", true), [1, 5]);
        assert_eq!(long_codes(b"", false), [1, 5]);
        assert_eq!(long_codes(b"aGk=", true), [3]);
        assert_eq!(long_codes(&[b'?'; 4001], true), [2, 4]);
        assert_eq!(long_codes(&[b'A'; 4004], true), [2]);
    }

    #[test]
    fn spare_bits_may_be_refused() {
        assert_eq!(or_bad(OKAY, b"aGk="), [OKAY]);
        assert_eq!(or_bad(OKAY, b"aGl="), [OKAY, BAD_BASE64]);
        assert_eq!(or_bad(OKAY, b"aB=="), [OKAY, BAD_BASE64]);
        assert_eq!(or_bad(BAD_BASE64, b"aGl"), [BAD_BASE64]);
    }

    #[test]
    fn names_are_viewable_and_short() {
        assert_eq!(is_name(b"!~"), Some(true));
        assert_eq!(is_name(b"a b"), None);
        assert_eq!((is_name(b"\x7f"), is_name(&[b'x'; 33])), (Some(false), Some(false)));
    }

    #[test]
    fn what_the_text_leaves_open_is_ruled() {
        assert!(is_ruled(EMPTY, 11, b"") && !is_ruled(EMPTY, OKAY, b""));
        assert!(is_ruled(11, OKAY, b"IA==") && !is_ruled(OKAY, 11, b"aGk="));
        assert!(is_ruled(12, OKAY, &[b'A'; 4004]) && !is_ruled(12, OKAY, &[b'A'; 5340]));
        assert!(is_ruled(12, BAD_BASE64, &[b'?'; 4001]) && !is_ruled(OKAY, BAD_BASE64, b"aGk="));
    }
}
