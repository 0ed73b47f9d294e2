//! Which datagrams are the same message: keys, and the classifiers that give them.

use core::fmt;

/// What identifies a message on its link, whatever else is in its datagram.
///
/// Two datagrams with one key are the same message sent again: the second one is its second
/// occurrence. What changes from one sending to the next must not be part of the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageKey {
    /// The type of message, numbered by the classifier.
    pub kind: u16,
    /// What tells messages of one type apart, such as a stream offset or a sequence number.
    pub id: u64,
}

/// Gives each datagram its message key, and keys their names.
///
/// Leave out of a key what two implementations, or two sendings, may do differently: tags,
/// acknowledgements, initialisation vectors, checksums. Then one seed means the same fates for all
/// of them.
pub trait Classifier: fmt::Debug + Send + Sync {
    /// The key of a datagram, which is the `ordinal`th on its link, counted from 1.
    ///
    /// Must take any octets at all.
    fn key(&self, octets: &[u8], ordinal: u64) -> MessageKey;

    /// The name of a key in schedules; [`parse`](Self::parse) must give the key again.
    fn name(&self, key: MessageKey) -> String;

    /// The key that has this name; none if none has.
    fn parse(&self, name: &str) -> Option<MessageKey>;

    /// Whether a key may come more than once on a link.
    ///
    /// Where it may not, links keep no count, and every datagram is a first occurrence.
    fn repeats(&self) -> bool {
        true
    }
}

/// The classifier for unknown protocols: a message is the datagram's number on its link, `#5`.
///
/// With it a retransmission is a new message, so that it moves the fates of those after it, and no
/// rule can know how often a message was lost in a row.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByOrdinal;

impl Classifier for ByOrdinal {
    fn key(&self, _: &[u8], ordinal: u64) -> MessageKey {
        MessageKey { kind: 0, id: ordinal }
    }

    fn name(&self, key: MessageKey) -> String {
        format!("#{}", key.id)
    }

    fn parse(&self, name: &str) -> Option<MessageKey> {
        let digits = name.strip_prefix('#')?;
        let plain = digits.bytes().all(|octet| octet.is_ascii_digit());
        let id = digits.parse().ok().filter(|&id| plain && id > 0)?;
        Some(MessageKey { kind: 0, id })
    }

    fn repeats(&self) -> bool {
        false
    }
}
