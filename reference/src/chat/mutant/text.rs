//! How mutants read names, base64, messages, addresses of mail and byte orders.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::chat::mutant::Mutant;
use crate::chat::text;
use crate::chat::{Dialect, Endianness};
use crate::wire::ByteOrder;

/// Whether these octets may be a name.
pub(in crate::chat) fn is_name(mutant: Option<Mutant>, octets: &[u8]) -> bool {
    let stands_in = |from: fn(u8) -> bool| {
        let plain: Vec<u8> =
            octets.iter().map(|octet| if from(*octet) { b'x' } else { *octet }).collect();
        text::is_name(&plain)
    };
    match mutant {
        Some(Mutant::NewNamesMayBeLonger) if octets.len() == 33 => {
            octets.get(1..).is_some_and(text::is_name)
        }
        Some(Mutant::NewNamesMustBeShorter) => octets.len() < 32 && text::is_name(octets),
        Some(Mutant::HighOctetsAreViewable) => stands_in(|octet| octet > 0x7F),
        Some(Mutant::DeleteIsViewable) => stands_in(|octet| octet == 0x7F),
        Some(Mutant::TildeIsNotViewable) => !octets.contains(&b'~') && text::is_name(octets),
        _ => text::is_name(octets),
    }
}

/// What this base64 stands for.
pub(in crate::chat) fn decode_base64(mutant: Option<Mutant>, octets: &[u8]) -> Option<Vec<u8>> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    match mutant {
        Some(Mutant::PaddingMayBeMissing) => {
            GeneralPurpose::new(&STANDARD, lenient).decode(octets).ok()
        }
        Some(Mutant::OtherAlphabetTaken) => text::decode_base64(octets).or_else(|| {
            GeneralPurpose::new(&URL_SAFE, GeneralPurposeConfig::new()).decode(octets).ok()
        }),
        Some(Mutant::WhiteSpaceInBase64Taken) => {
            let packed: Vec<u8> =
                octets.iter().copied().filter(|octet| !octet.is_ascii_whitespace()).collect();
            text::decode_base64(&packed)
        }
        _ => text::decode_base64(octets),
    }
}

/// Whether a message has nothing to show.
pub(in crate::chat) fn is_blank(mutant: Option<Mutant>, text: &[u8]) -> bool {
    match mutant {
        Some(Mutant::BlankIsSpacesOnly) => text.iter().all(|octet| *octet == b' '),
        Some(Mutant::LongBlanksAreOkay) => text.len() <= 16 && text::is_blank(text),
        Some(Mutant::BlankIsEveryControl) => text.iter().all(|octet| *octet <= b' '),
        _ => text::is_blank(text),
    }
}

/// Whether mail may be sent there.
pub(in crate::chat) fn is_email(mutant: Option<Mutant>, octets: &[u8]) -> bool {
    match mutant {
        Some(Mutant::EmailMayHaveTwoAts) => {
            let last = octets.iter().rposition(|octet| *octet == b'@');
            let place = |(place, octet): (usize, &u8)| {
                if *octet == b'@' && Some(place) != last { b'x' } else { *octet }
            };
            text::is_email(&octets.iter().enumerate().map(place).collect::<Vec<_>>())
        }
        Some(Mutant::EmailDotMayBeAnywhere) if octets.contains(&b'.') => {
            text::is_email(&[octets, b".x"].concat())
        }
        Some(Mutant::EmailMayHoldTabs) => {
            let plain = |octet: &u8| if *octet == b'\t' { b'x' } else { *octet };
            text::is_email(&octets.iter().map(plain).collect::<Vec<_>>())
        }
        Some(Mutant::EmailNeedsNoDot) => text::is_email(&[octets, b".x"].concat()),
        _ => text::is_email(octets),
    }
}

/// The byte order that an octet names.
pub(in crate::chat) fn named_order(
    mutant: Option<Mutant>,
    dialect: Dialect,
    octet: u8,
) -> Option<ByteOrder> {
    let order = Endianness::order(octet);
    match mutant {
        Some(Mutant::LittleNotTaken) => order.filter(|order| *order == ByteOrder::Big),
        Some(Mutant::BigNotTaken) => order.filter(|order| *order == ByteOrder::Little),
        Some(Mutant::SmallLettersTaken) => Endianness::order(octet.to_ascii_uppercase()),
        Some(Mutant::OtherWayNotTaken) => {
            order.filter(|order| dialect.endianness.octet(*order) == octet)
        }
        Some(Mutant::OtherWayNamesTheOtherOrder) => order.map(|order| match order {
            _ if dialect.endianness.octet(order) == octet => order,
            ByteOrder::Little => ByteOrder::Big,
            ByteOrder::Big => ByteOrder::Little,
        }),
        _ => order,
    }
}

/// A message as it is passed on.
pub(in crate::chat) fn passed_on(mutant: Option<Mutant>, message: &[u8]) -> Option<Vec<u8>> {
    let plain = || text::decode_base64(message);
    Some(match mutant? {
        Mutant::TextsArePassedOnAsUtf8 => {
            text::encode_base64(String::from_utf8_lossy(&plain()?).as_bytes())
        }
        Mutant::TextsAreTrimmed => text::encode_base64(plain()?.trim_ascii()),
        _ => return None,
    })
}
