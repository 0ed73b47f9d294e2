//! What mutants change in the packets that go out.

use crate::Role;
use crate::chat::mutant::Mutant;
use crate::chat::server::Connection;
use crate::chat::{Packet, View};
use crate::wire::ByteOrder;

/// What becomes of a packet.
enum Fate {
    /// It goes out with these octets.
    Goes(Vec<u8>),
    /// It goes out twice.
    GoesTwice,
    /// It does not go out.
    IsLost,
    /// Another one goes out in its place.
    Is(Packet<'static>),
}

/// Sends a packet as a mutant would: changed, twice, or not at all.
pub(in crate::chat) fn outgoing(mutant: Mutant, connection: &mut Connection, packet: &Packet<'_>) {
    if super::server_state::is_dropped(mutant, connection, packet) {
        return;
    }
    let order = match (mutant, connection.order) {
        (Mutant::NumbersSentInTheOtherOrder, ByteOrder::Little) => ByteOrder::Big,
        (Mutant::NumbersSentInTheOtherOrder, ByteOrder::Big) => ByteOrder::Little,
        (_, order) => order,
    };
    let octets = packet.to_octets(order);
    let fate = fate(mutant, packet)
        .or_else(|| changed(mutant, packet, &octets, connection.order).map(Fate::Goes));
    match fate {
        None => connection.queue.extend(octets),
        Some(Fate::Goes(changed)) => connection.queue.extend(changed),
        Some(Fate::GoesTwice) => connection.queue.extend([octets.clone(), octets].concat()),
        Some(Fate::IsLost) => {}
        Some(Fate::Is(other)) => other.encode(order, &mut connection.queue),
    }
}

/// Packets that are lost, sent twice, or another one.
fn fate(mutant: Mutant, packet: &Packet<'_>) -> Option<Fate> {
    Some(match (mutant, packet) {
        (Mutant::NoGreeting, Packet::S1 { .. })
        | (Mutant::LoginNotAnswered, Packet::S3 { .. })
        | (Mutant::RegistrationNotAnswered, Packet::S7 { .. })
        | (Mutant::ClosesWithoutS9, Packet::S9 {})
        | (Mutant::BrokenLoginNotAnswered, Packet::S4 {})
        | (Mutant::BrokenNotAnswered, Packet::S82 {} | Packet::S89 {} | Packet::S93 {})
        | (Mutant::BrokenReceiptNotAnswered, Packet::S86 {} | Packet::S98 {})
        | (Mutant::UnsupportedNotAnswered, Packet::S251 {})
        | (Mutant::ShortMessageNotAnswered, Packet::S81 { .. })
        | (Mutant::UnknownReceiptNotAnswered, Packet::S85 { .. })
        | (Mutant::HeadNotAnswered, Packet::S88 { .. })
        | (Mutant::PartNotAnswered, Packet::S92 { .. })
        | (Mutant::UnknownLongReceiptNotAnswered, Packet::S97 { .. })
        | (Mutant::AskingAgainNotAnswered, Packet::S100 { .. })
        | (Mutant::JoiningNotAnswered, Packet::S161 { .. })
        | (Mutant::LeavingNotAnswered, Packet::S164 { .. })
        | (Mutant::AliasNotAnswered, Packet::S167 { .. }) => Fate::IsLost,
        (Mutant::GreetsTwice, Packet::S1 { .. })
        | (Mutant::LoginAnsweredTwice, Packet::S3 { .. })
        | (Mutant::BrokenAnsweredTwice, Packet::S82 {} | Packet::S4 {})
        | (Mutant::UnsupportedAnsweredTwice, Packet::S251 {})
        | (Mutant::ShortMessageAnsweredTwice, Packet::S81 { .. })
        | (Mutant::DeliversTwice, Packet::S83 { .. })
        | (Mutant::JoiningToldTwice, Packet::S162 { .. })
        | (Mutant::LeavingToldTwice, Packet::S165 { .. }) => Fate::GoesTwice,
        (Mutant::GreetsWithS251, Packet::S1 { .. })
        | (Mutant::BrokenLoginIsUnsupported, Packet::S4 {})
        | (Mutant::BrokenRegistrationIsUnsupported, Packet::S8 {})
        | (Mutant::EarlyPacketIsUnsupported, Packet::S9 {})
        | (Mutant::BrokenShortMessageIsUnsupported, Packet::S82 {})
        | (Mutant::BrokenReceiptIsUnsupported, Packet::S86 {})
        | (Mutant::BrokenHeadIsUnsupported, Packet::S89 {})
        | (Mutant::BrokenPartIsUnsupported, Packet::S93 {})
        | (Mutant::BrokenLongReceiptIsUnsupported, Packet::S98 {})
        | (Mutant::BrokenAskingAgainIsUnsupported, Packet::S102 {}) => Fate::Is(Packet::S251 {}),
        (Mutant::BrokenLoginIsS9, Packet::S4 {})
        | (Mutant::BrokenRegistrationIsS9, Packet::S8 {})
        | (Mutant::UnsupportedIsS9, Packet::S251 {}) => Fate::Is(Packet::S9 {}),
        (Mutant::BrokenHeadIsS82, Packet::S89 {})
        | (Mutant::BrokenPartIsS82, Packet::S93 {})
        | (Mutant::UnsupportedIsS82, Packet::S251 {}) => Fate::Is(Packet::S82 {}),
        (Mutant::FailedRegistrationIsS8, Packet::S7 { user_code, password_code, email_code })
            if [user_code, password_code, email_code] != [&3; 3] =>
        {
            Fate::Is(Packet::S8 {})
        }
        (Mutant::SecondEndpointIsS9, Packet::S5 { .. }) => Fate::Is(Packet::S9 {}),
        (Mutant::SecondEndpointIsS3, Packet::S5 { .. }) => {
            Fate::Is(Packet::S3 { user_code: 7, password_code: 5, endianness_code: 5 })
        }
        _ => return None,
    })
}

/// The octets as a mutant changes them.
fn changed(
    mutant: Mutant,
    packet: &Packet<'_>,
    octets: &[u8],
    order: ByteOrder,
) -> Option<Vec<u8>> {
    let mut changed = Draft { octets: octets.to_vec(), view: View::of(Role::Listener, octets) };
    match (mutant, packet) {
        (Mutant::GreetingWithoutEnd, Packet::S1 { .. }) => changed.drop_last(),
        (Mutant::LoginCodesSeparated, Packet::S3 { .. }) => {
            changed.separate(&["endianness-code", "password-code"]);
        }
        (Mutant::LoginCodesReversed, Packet::S3 { .. }) => {
            changed.swap("user-code", "endianness-code");
        }
        (Mutant::RegistrationAnsweredAsS3, Packet::S7 { .. }) => changed.recode(3),
        (Mutant::RegistrationAnsweredWithoutEmail, Packet::S7 { .. }) => {
            changed.cut("email-code");
        }
        (Mutant::SaysUnsupportedOtherwise, Packet::S251 {})
        | (Mutant::SaysBadOtherwise, Packet::S9 {})
        | (Mutant::SaysBrokenOtherwise, Packet::S82 {} | Packet::S4 {}) => changed.reverse("word"),
        (Mutant::AnswersWithAnotherMessageId, Packet::S81 { .. })
        | (Mutant::HeadAnsweredWithAnotherMessageId, Packet::S88 { .. })
        | (Mutant::PartAnsweredWithAnotherMessageId, Packet::S92 { .. }) => {
            changed.fill("message-id", 0);
        }
        (
            Mutant::MessageIdsHaveAByteOrder,
            Packet::S81 { .. } | Packet::S88 { .. } | Packet::S92 { .. },
        ) if order == ByteOrder::Little => changed.reverse("message-id"),
        (Mutant::ShortCodesSwapped, Packet::S81 { .. }) => {
            changed.swap("room-code", "message-code");
        }
        (Mutant::ShortCodesSeparated, Packet::S81 { .. }) => changed.separate(&["message-code"]),
        (Mutant::HeadCodesSeparated, Packet::S88 { .. }) => {
            changed.separate(&["message-code", "room-code"]);
        }
        (Mutant::PartCodesSeparated, Packet::S92 { .. }) => {
            changed.separate(&["message-code", "room-code"]);
        }
        (Mutant::HeadCodesReversed, Packet::S88 { .. }) => {
            changed.swap("parts-code", "message-code");
        }
        (Mutant::PartCodesReversed, Packet::S92 { .. }) => {
            changed.swap("part-code", "message-code");
        }
        (Mutant::UserAndAliasSwapped, Packet::S83 { user, alias, .. }) => {
            changed.texts("user", alias, "alias", user);
        }
        (Mutant::AliasIsUser, Packet::S83 { user, .. }) => {
            changed.texts("user", user, "alias", user);
        }
        (Mutant::DeliveredWithoutAlias, Packet::S83 { user, .. }) => {
            changed.texts("user", user, "alias", b"");
        }
        (Mutant::LongNamesAreCut, Packet::S83 { user, alias, .. }) => {
            changed.texts("user", user.get(..16).unwrap_or(user), "alias", alias);
        }
        (Mutant::DeliveredToAnotherRoom, Packet::S83 { .. }) => changed.fill("room", b'0'),
        (Mutant::MessageChanged, Packet::S83 { .. }) => changed.append("message", b"eA=="),
        (Mutant::UnknownReceiptWithAnotherId, Packet::S85 { .. }) => changed.fill("id", 0),
        (Mutant::LongReceiptWithTheSecondHalf, Packet::S97 { .. }) => changed.fill("id-start", 0),
        (Mutant::LongReceiptSaysBad, Packet::S97 { .. }) => {
            changed.octets = b"\x61\xFFBAD\0".to_vec();
        }
        (Mutant::TotalInTheOtherOrder, Packet::S95 { .. }) => changed.reverse("parts"),
        (Mutant::DeliversLongToAnotherRoom, Packet::S95 { .. }) => changed.fill("room", b'0'),
        (Mutant::TotalOneTooHigh, Packet::S95 { parts, .. }) => {
            changed.put("parts", *parts + 1, order);
        }
        (Mutant::PartsDoNotCountDown, Packet::S95 { parts: 0, .. }) => {
            changed.put("parts", 1, order);
        }
        (Mutant::JoiningAnsweredForAnotherRoom, Packet::S161 { .. })
        | (Mutant::LeavingAnsweredForAnotherRoom, Packet::S164 { .. }) => {
            changed.fill("room", b'0');
        }
        (Mutant::JoiningCodeJoined, Packet::S161 { .. })
        | (Mutant::LeavingCodeJoined, Packet::S164 { .. }) => changed.join("room-code"),
        (Mutant::JoiningToldWithUserAndAliasSwapped, Packet::S162 { user, alias, .. })
        | (Mutant::LeavingToldWithUserAndAliasSwapped, Packet::S165 { user, alias, .. }) => {
            changed.texts("user", alias, "alias", user);
        }
        (Mutant::JoiningToldWithoutAlias, Packet::S162 { user, .. })
        | (Mutant::LeavingToldWithoutAlias, Packet::S165 { user, .. }) => {
            changed.texts("user", user, "alias", b"");
        }
        (Mutant::LeavingToldAsA2, Packet::S165 { .. }) => changed.recode(0xA2),
        (Mutant::OldAndNewAliasSwapped, Packet::S168 { old, new, .. }) => {
            changed.texts("old", new, "new", old);
        }
        (Mutant::OldAliasMissing, Packet::S168 { new, .. }) => {
            changed.texts("old", b"", "new", new);
        }
        _ => return None,
    }
    Some(changed.octets)
}

/// A packet whose fields are changed by name. Only one change of length may be made.
struct Draft {
    octets: Vec<u8>,
    view: View,
}

impl Draft {
    fn field(&mut self, name: &str) -> &mut [u8] {
        let range = self.view.range(name).unwrap_or_default();
        self.octets.get_mut(range).unwrap_or_default()
    }

    fn start(&self, name: &str) -> usize {
        self.view.range(name).unwrap_or_default().start
    }

    fn fill(&mut self, name: &str, octet: u8) {
        self.field(name).fill(octet);
    }

    fn reverse(&mut self, name: &str) {
        self.field(name).reverse();
    }

    fn put(&mut self, name: &str, number: u32, order: ByteOrder) {
        let octets = match order {
            ByteOrder::Little => number.to_le_bytes(),
            ByteOrder::Big => number.to_be_bytes(),
        };
        self.field(name).copy_from_slice(&octets);
    }

    fn swap(&mut self, one: &str, other: &str) {
        let (one, other) = (self.start(one), self.start(other));
        self.octets.swap(one, other);
    }

    /// Puts separators before fields that have none, the last one first.
    fn separate(&mut self, names: &[&str]) {
        for name in names {
            let place = self.start(name);
            self.octets.insert(place, 0xFF);
        }
    }

    /// Takes away the separator before a field.
    fn join(&mut self, name: &str) {
        let place = self.start(name);
        self.octets.remove(place - 1);
    }

    fn cut(&mut self, name: &str) {
        let range = self.view.range(name).unwrap_or_default();
        self.octets.drain(range);
    }

    fn append(&mut self, name: &str, octets: &[u8]) {
        let end = self.view.range(name).unwrap_or_default().end;
        self.octets.splice(end..end, octets.iter().copied());
    }

    /// Other texts for two fields that follow each other.
    fn texts(&mut self, one: &str, first: &[u8], other: &str, second: &[u8]) {
        let [one, other] = [one, other].map(|name| self.view.range(name).unwrap_or_default());
        let texts = [first, &[0xFF], second].concat();
        self.octets.splice(one.start..other.end, texts);
    }

    fn recode(&mut self, code: u8) {
        if let Some(octet) = self.octets.first_mut() {
            *octet = code;
        }
    }

    fn drop_last(&mut self) {
        self.octets.pop();
    }
}
