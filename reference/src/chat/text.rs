//! What texts may hold: names, base64, messages, addresses of mail.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The most octets of a user's name or an alias (CHAT-TEXT-1).
pub(super) const NAME_MAX: usize = 32;

/// Whether these octets may be a name: viewable ASCII, not too long, not empty (CHAT-TEXT-1).
pub(super) fn is_name(octets: &[u8]) -> bool {
    matches!(octets.len(), 1..=NAME_MAX) && octets.iter().all(u8::is_ascii_graphic)
}

/// What this base64 stands for (CHAT-TEXT-2).
pub(super) fn decode_base64(octets: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(octets).ok()
}

/// Octets as base64 (CHAT-TEXT-2).
pub(super) fn encode_base64(octets: &[u8]) -> Vec<u8> {
    STANDARD.encode(octets).into_bytes()
}

/// Whether a message has nothing to show (CHAT-MSG-2).
pub(super) fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|octet| matches!(octet, b'\t' | b'\n' | b'\r' | b' '))
}

/// Whether mail may be sent there: one @ with text on both sides, a dot in the domain, no white
/// space (CHAT-AUTH-8).
pub(super) fn is_email(octets: &[u8]) -> bool {
    let mut halves = octets.split(|octet| *octet == b'@');
    let (Some(name), Some(domain), None) = (halves.next(), halves.next(), halves.next()) else {
        return false;
    };
    !name.is_empty()
        && !domain.is_empty()
        && domain.contains(&b'.')
        && !octets.iter().any(|octet| octet.is_ascii_whitespace() || octet.is_ascii_control())
}
