//! The table of mutants: name, clause, what it does. Each is declared here once.

use crate::mutants::mutants;
use crate::paperclip::mutant::client_rows::client_rows;
use crate::paperclip::mutant::handshake_rows::handshake_rows;
use crate::paperclip::mutant::reliability_rows::reliability_rows;
use crate::paperclip::mutant::session_rows::session_rows;

#[rustfmt::skip]
client_rows! { handshake_rows reliability_rows session_rows mutants {
    TypeBeforeVersion "type-before-version" "CLIP-HEAD-1" "The nibbles of octet 0 are exchanged.";
    SequenceLittleEndian "sequence-little-endian" "CLIP-HEAD-1" "Sequence ID is little-endian.";
    AckIdLittleEndian "ack-id-little-endian" "CLIP-HEAD-1" "ACK ID is little-endian.";
    AckBitsLittleEndian "ack-bits-little-endian" "CLIP-HEAD-1" "ACK Bits are little-endian.";
    AckBitsBeforeId "ack-bits-before-id" "CLIP-HEAD-1" "ACK Bits come before ACK ID.";
    FragmentFieldsExchanged "fragment-fields-exchanged" "CLIP-HEAD-1"
        "Fragment Number comes before Fragment ID.";
    ChecksumBeforeVector "checksum-before-vector" "CLIP-HEAD-1"
        "Checksum comes before Init Vector.";
    ErrorNibblesExchanged "error-nibbles-exchanged" "CLIP-HEAD-1"
        "Major and minor of ERROR are exchanged.";
    ReservedOctetSet "reserved-octet-set" "CLIP-HEAD-1" "Reserved of AUTH is 255 (table).";
    ReservedOctetRead "reserved-octet-read" "CLIP-HEAD-1"
        "An AUTH whose Reserved is not 0 is dropped (table).";
    DeliveredToTheFirstZero "delivered-to-the-first-zero" "CLIP-HEAD-1"
        "Data is delivered up to its first octet 0.";
    SendsVersion1 "sends-version-1" "CLIP-HEAD-2" "DEFAULT goes out with version 1.";
    VersionUnchecked "version-unchecked" "CLIP-HEAD-2" "Any version is taken.";
    VersionOfErrorsUnchecked "version-of-errors-unchecked" "CLIP-HEAD-2"
        "An ERROR of any version is taken.";
    VersionOfAcksUnchecked "version-of-acks-unchecked" "CLIP-HEAD-2"
        "An ACK of any version is taken.";
    VersionOfAuthUnchecked "version-of-auth-unchecked" "CLIP-HEAD-2"
        "An AUTH of any version is taken.";
    VersionOfPingsUnchecked "version-of-pings-unchecked" "CLIP-HEAD-2"
        "A HEARTBEAT of any version is taken.";
    VersionUnanswered "version-unanswered" "CLIP-HEAD-2" "Another version gets no ERROR.";
    VersionError30 "version-error-3-0" "CLIP-HEAD-2" "Another version gets ERROR 3.0.";
    UnknownTypeAsDefault "unknown-type-as-default" "CLIP-HEAD-3"
        "Types 5 to 15 are taken as DEFAULT.";
    Type15AsDefault "type-15-as-default" "CLIP-HEAD-3" "Type 15 is taken as DEFAULT.";
    TypeUnanswered "type-unanswered" "CLIP-HEAD-3" "An unknown type gets no ERROR.";
    TypeError30 "type-error-3-0" "CLIP-HEAD-3" "An unknown type gets ERROR 3.0.";
    UnknownTypesAcknowledged "unknown-types-acknowledged" "CLIP-HEAD-3"
        "A reliable packet of an unknown type is answered and acknowledged.";
    SetsReservedFlag "sets-reserved-flag" "CLIP-HEAD-4" "DEFAULT goes out with a reserved flag.";
    ReservedFlagsUnchecked "reserved-flags-unchecked" "CLIP-HEAD-4"
        "Reserved flags are not looked at.";
    LowestReservedFlagUnchecked "lowest-reserved-flag-unchecked" "CLIP-HEAD-4"
        "Reserved flag 01 is not looked at.";
    HighestReservedFlagUnchecked "highest-reserved-flag-unchecked" "CLIP-HEAD-4"
        "Reserved flag 04 is not looked at.";
    FlagsOfErrorsUnchecked "flags-of-errors-unchecked" "CLIP-HEAD-4"
        "Reserved flags of ERROR are not looked at.";
    FlagsOfAcksUnchecked "flags-of-acks-unchecked" "CLIP-HEAD-4"
        "Reserved flags of ACK are not looked at.";
    FlagsOfAuthUnchecked "flags-of-auth-unchecked" "CLIP-HEAD-4"
        "Reserved flags of AUTH are not looked at.";
    FlagsOfPingsUnchecked "flags-of-pings-unchecked" "CLIP-HEAD-4"
        "Reserved flags of HEARTBEAT are not looked at.";
    FlagsUnanswered "flags-unanswered" "CLIP-HEAD-4" "A reserved flag gets no ERROR.";
    FlagsError30 "flags-error-3-0" "CLIP-HEAD-4" "A reserved flag gets ERROR 3.0.";
    SequenceFromOne "sequence-from-one" "CLIP-HEAD-5" "Sequence IDs begin one late.";
    ErrorsNumberZero "errors-number-zero" "CLIP-HEAD-5" "ERROR has Sequence ID 0.";
    FragmentsNumberedEach "fragments-numbered-each" "CLIP-HEAD-5"
        "Each fragment has a Sequence ID of its own.";
    NumberLeftOutBehindFragments "number-left-out-behind-fragments" "CLIP-HEAD-5"
        "A Sequence ID is left out behind a packet of fragments.";
    RetransmissionsUseNumbers "retransmissions-use-numbers" "CLIP-HEAD-5"
        "A retransmission uses up a Sequence ID that nothing has.";
    SessionsShareNumbers "sessions-share-numbers" "CLIP-HEAD-5"
        "All sessions take their Sequence IDs from one count.";
    NumbersOutliveTheirSession "numbers-outlive-their-session" "CLIP-HEAD-5"
        "The next session of an address goes on with the Sequence IDs of the one before.";
    ErrorsUseTwoNumbers "errors-use-two-numbers" "CLIP-HEAD-5"
        "An ERROR uses up a Sequence ID that nothing has.";
    ReplacedNumbersKept "replaced-numbers-kept" "CLIP-HEAD-5"
        "A session that replaces another goes on with its Sequence IDs.";
    SequenceWrapsAt32768 "sequence-wraps-at-32768" "CLIP-HEAD-5" "0 follows on 32767.";
    UnreadablePacketUnanswered "unreadable-packet-unanswered" "CLIP-HEAD-6"
        "A packet too short, or with too much data, gets no ERROR.";
    MalformedAuthEndsHandshake "malformed-auth-ends-handshake" "CLIP-HEAD-6"
        "An AUTH that cannot be read ends the handshake of its address.";
    UnreadablePacketError34 "unreadable-packet-error-3-4" "CLIP-HEAD-6"
        "A packet too short, or with too much data, gets ERROR 3.4.";
    CutFieldTaken "cut-field-taken" "CLIP-HEAD-6"
        "A packet that lacks the last octet of its header is taken.";
    LongErrorsTaken "long-errors-taken" "CLIP-HEAD-6"
        "ERROR with more than 988 octets of data is taken.";
    LongDataCut "long-data-cut" "CLIP-HEAD-6"
        "Of more than 988 octets of data the first 988 are taken.";
    AckWithoutBitsTaken "ack-without-bits-taken" "CLIP-HEAD-6"
        "An ACK that ends behind ACK ID is taken.";
    LongFragmentsTaken "long-fragments-taken" "CLIP-HEAD-6"
        "Of a fragment of more than 988 octets the first 988 are taken.";
    LongAcksTaken "long-acks-taken" "CLIP-HEAD-6" "ACK with more than 988 octets of data is taken.";
    LongPingsTaken "long-pings-taken" "CLIP-HEAD-6"
        "HEARTBEAT with more than 988 octets of data is taken.";
    DataOf988Refused "data-of-988-refused" "CLIP-HEAD-6"
        "988 octets of data are taken for too many.";
    UndeclaredFlagsTaken "undeclared-flags-taken" "CLIP-HEAD-6"
        "Flags that the profile does not declare are taken.";
    PeersKnownByPort "peers-known-by-port" "CLIP-HEAD-7"
        "Addresses with one port are taken for one peer.";
    FailedHandshakeEndsOthers "failed-handshake-ends-others" "CLIP-HEAD-7"
        "A handshake that fails ends those of all other addresses.";
    ClientHearsStrangers "client-hears-strangers" "CLIP-HEAD-7"
        "A client takes what comes from any address for its server's.";
    EndsWhenHeardFromElsewhere "ends-when-heard-from-elsewhere" "CLIP-HEAD-7"
        "A packet of an address without a session ends the session of another.";
    DeafAfterEmpty "deaf-after-empty" "CLIP-HEAD-7" "After an empty datagram the session is dead.";
    DeafAfterShort "deaf-after-short" "CLIP-HEAD-7"
        "After a datagram of one octet the session is dead.";
    DeafAfterUnknownType "deaf-after-unknown-type" "CLIP-HEAD-7"
        "After a packet of an unknown type the session is dead.";
    DeafAfterUndecryptable "deaf-after-undecryptable" "CLIP-HEAD-7"
        "After a packet that cannot be decrypted the session is dead.";
    DeafAfterReliableAuth "deaf-after-reliable-auth" "CLIP-HEAD-7"
        "After an AUTH with RELIABLE nobody is served.";
    BadPacketEndsSession "bad-packet-ends-session" "CLIP-HEAD-7"
        "A packet that cannot be read ends the session.";
    BadPacketCostsFragments "bad-packet-costs-fragments" "CLIP-HEAD-7"
        "A packet that cannot be read costs the unfinished ones of its session.";
    BadErrorsAnswered "bad-errors-answered" "CLIP-HEAD-8"
        "An ERROR that cannot be read is answered with ERROR.";
    OtherErrorsAnswered "other-errors-answered" "CLIP-HEAD-8"
        "An ERROR of another version is answered with ERROR.";
    ErrorsAnswered "errors-answered" "CLIP-HEAD-8" "Every ERROR is answered with ERROR.";
    HandshakeErrorAnswered "handshake-error-answered" "CLIP-HEAD-8"
        "The ERROR that ends a handshake is answered with ERROR 1.0.";
    DisconnectAnswered "disconnect-answered" "CLIP-HEAD-8"
        "The ERROR that ends a session is answered with one.";
    TypeCheckedBeforeVersion "type-checked-before-version" "CLIP-HEAD-8"
        "An unknown type of another version gets ERROR 3.2.";
    FlagsCheckedBeforeType "flags-checked-before-type" "CLIP-HEAD-8"
        "A reserved flag on an unknown type gets ERROR 3.3.";
    RefusedNumbersReceived "refused-numbers-received" "CLIP-HEAD-8"
        "The Sequence ID of a packet that is refused for its header counts as received.";
    LengthCheckedFirst "length-checked-first" "CLIP-HEAD-8"
        "A short packet gets ERROR 3.0 whatever its version, type and flags.";
    LongDataCheckedFirst "long-data-checked-first" "CLIP-HEAD-8"
        "Too much data gets ERROR 3.0 whatever version, type and flags.";
    SequenceCheckedLast "sequence-checked-last" "CLIP-HEAD-8"
        "Fragment Number and Fragment ID are looked at before a Sequence ID above 65535 (deployed).";
    AcknowledgesBeforeDecoding "acknowledges-before-decoding" "CLIP-HEAD-8"
        "A reliable packet that cannot be decoded is acknowledged.";
    FailedPacketsSetBits "failed-packets-set-bits" "CLIP-HEAD-8"
        "A reliable packet that does not decode sets a bit.";
    StrangersAnsweredAtLength "strangers-answered-at-length" "CLIP-HEAD-8"
        "An address without session gets more octets than it sent.";
    Sends989OctetsWhole "sends-989-octets-whole" "CLIP-HEAD-10" "989 octets go out without FRAG.";
    SendsLargePacketsWhole "sends-large-packets-whole" "CLIP-HEAD-10" "Nothing goes out with FRAG.";
    NothingAcknowledged "nothing-acknowledged" "CLIP-REL-1"
        "Reliable packets are not acknowledged.";
    EverySecondAcknowledged "every-second-acknowledged" "CLIP-REL-1"
        "Every second reliable packet is not acknowledged.";
    EmptyPacketsUnacknowledged "empty-packets-unacknowledged" "CLIP-REL-1"
        "A reliable packet without data is not acknowledged.";
    SequenceZeroUnacknowledged "sequence-zero-unacknowledged" "CLIP-REL-1"
        "A reliable packet with the Sequence ID 0 is not acknowledged.";
    LastSequenceUnacknowledged "last-sequence-unacknowledged" "CLIP-REL-1"
        "A reliable packet with the Sequence ID 65535 is not acknowledged.";
    LatePacketsUnacknowledged "late-packets-unacknowledged" "CLIP-REL-1"
        "A reliable packet that newer ones have overtaken is not acknowledged.";
    AckIdNextExpected "ack-id-next-expected" "CLIP-REL-1"
        "ACK ID is one more than the Sequence ID.";
    AckBitsEmpty "ack-bits-empty" "CLIP-REL-2" "ACK Bits are always 0.";
    AckBitsAllSet "ack-bits-all-set" "CLIP-REL-2" "All ACK Bits are always set.";
    AckBitsReversed "ack-bits-reversed" "CLIP-REL-2"
        "The least significant of the ACK Bits tells of ACK ID-1.";
    AckBitsIncludeAckId "ack-bits-include-ack-id" "CLIP-REL-2"
        "The most significant of the ACK Bits tells of ACK ID.";
    AckBitsOneLate "ack-bits-one-late" "CLIP-REL-2"
        "The most significant of the ACK Bits tells of ACK ID-2.";
    AckBitsOfFifteen "ack-bits-of-fifteen" "CLIP-REL-2" "The bit of ACK ID-16 is never set.";
    AckBitsOfUnreliable "ack-bits-of-unreliable" "CLIP-REL-2" "Packets without RELIABLE set bits.";
    AckBitsFromNewest "ack-bits-from-newest" "CLIP-REL-2"
        "ACK Bits tell what came before the newest packet, not before ACK ID.";
    AckBitsStopAtWrap "ack-bits-stop-at-wrap" "CLIP-REL-2"
        "The bits of Sequence IDs beyond the wrap are never set.";
    NeverSentAgain "never-sent-again" "CLIP-REL-3" "A reliable packet is sent once.";
    TriesEndEarly "tries-end-early" "CLIP-REL-3"
        "A reliable packet is sent three times, and then no more until the peer is given up.";
    SentAgainTwice "sent-again-twice" "CLIP-REL-3"
        "A reliable packet is sent three times, and the peer not given up.";
    EncryptedPacketsSentOnce "encrypted-packets-sent-once" "CLIP-REL-3"
        "An encrypted reliable packet is sent once.";
    EmptyPacketsSentOnce "empty-packets-sent-once" "CLIP-REL-3"
        "A reliable packet without data is sent once.";
    ForgottenAtLast "forgotten-at-last" "CLIP-REL-3"
        "After the last try a packet is forgotten, and the session goes on.";
    SentAgainWithoutReliable "sent-again-without-reliable" "CLIP-REL-3"
        "A retransmission has no RELIABLE.";
    SentOnceMoreAfterItsAck "sent-once-more-after-its-ack" "CLIP-REL-3"
        "A packet that was acknowledged at once is sent once more.";
    CutWhenSentAgain "cut-when-sent-again" "CLIP-REL-3"
        "A retransmission lacks the last octet.";
    AckIdsIgnored "ack-ids-ignored" "CLIP-REL-3"
        "A packet is sent again though ACK ID has named it.";
    AckBitsIgnored "ack-bits-ignored" "CLIP-REL-3"
        "A packet is sent again though a bit has named it.";
    AckBitsIgnoredForFragments "ack-bits-ignored-for-fragments" "CLIP-REL-3"
        "A packet of fragments is sent again though a bit has named it.";
    OldAcksIgnored "old-acks-ignored" "CLIP-REL-3"
        "An ACK does not count when 256 newer Sequence IDs were used.";
    LateAcksIgnored "late-acks-ignored" "CLIP-REL-3"
        "An ACK that newer packets have overtaken does not count.";
    GivesUpWithError30 "gives-up-with-error-3-0" "CLIP-REL-3"
        "A peer that acknowledges nothing is given up with ERROR 3.0.";
    AckBitsReadReversed "ack-bits-read-reversed" "CLIP-REL-3"
        "The bits of the peer's ACKs are read from the wrong end.";
    LastAckBitIgnored "last-ack-bit-ignored" "CLIP-REL-3" "The bit of ACK ID-16 does not count.";
    FirstAckBitAlone "first-ack-bit-alone" "CLIP-REL-3"
        "Of the bits of an ACK the first that is set counts alone.";
    AcksTakenAsCumulative "acks-taken-as-cumulative" "CLIP-REL-3"
        "An ACK counts for all older packets.";
    DroppedClientSettlesOthers "dropped-client-settles-others" "CLIP-REL-3"
        "Once a silent client was dropped nothing is sent again to the others.";
    GivingUpNotTold "giving-up-not-told" "CLIP-REL-3"
        "The application is not told that the peer was given up.";
    PacketErrorsAcknowledge "packet-errors-acknowledge" "CLIP-REL-3"
        "After ERROR 3.x nothing that waits for its ACK is sent again.";
    ReliableAcksIgnored "reliable-acks-ignored" "CLIP-REL-3"
        "An ACK with RELIABLE does not count.";
    LastSequenceSentOnce "last-sequence-sent-once" "CLIP-REL-3"
        "The packet with the Sequence ID 65535 is not sent again.";
    RepeatsDelivered "repeats-delivered" "CLIP-REL-4"
        "A repeated reliable packet is delivered again.";
    ReceivedOutlivesItsSession "received-outlives-its-session" "CLIP-REL-4"
        "A packet without RELIABLE whose number came in an earlier session of its address is taken for a repeat.";
    SameDataTakenForRepeat "same-data-taken-for-repeat" "CLIP-REL-4"
        "A new packet with the data of the one before is taken for a repeat.";
    OldRepeatsDelivered "old-repeats-delivered" "CLIP-REL-4"
        "A reliable packet that is repeated 256 Sequence IDs later is delivered again.";
    EmptyRepeatsDelivered "empty-repeats-delivered" "CLIP-REL-4"
        "A repeated reliable packet without data is delivered again.";
    RepeatsUnacknowledged "repeats-unacknowledged" "CLIP-REL-4"
        "A repeated reliable packet is not acknowledged again.";
    EncryptedRepeatsUnacknowledged "encrypted-repeats-unacknowledged" "CLIP-REL-4"
        "A repeated reliable packet that is encrypted is not acknowledged again.";
    ThirdRepeatUnacknowledged "third-repeat-unacknowledged" "CLIP-REL-4"
        "From its third repeat on a reliable packet is not acknowledged again.";
    RepeatedPingsUnacknowledged "repeated-pings-unacknowledged" "CLIP-REL-4"
        "A reliable HEARTBEAT that comes again is not acknowledged again.";
    RepeatedAcksUnacknowledged "repeated-acks-unacknowledged" "CLIP-REL-4"
        "A reliable ACK that comes again is not acknowledged again.";
    RepeatedErrorsUnacknowledged "repeated-errors-unacknowledged" "CLIP-REL-4"
        "A reliable ERROR that comes again is not acknowledged again.";
    OneFragmentRepeatsDelivered "one-fragment-repeats-delivered" "CLIP-REL-4"
        "A reliable packet of one fragment is delivered again when it comes again.";
    UnreliableAcknowledged "unreliable-acknowledged" "CLIP-REL-5"
        "DEFAULT without RELIABLE is acknowledged.";
    AcksWithDataAcknowledged "acks-with-data-acknowledged" "CLIP-REL-5"
        "ACK without RELIABLE is acknowledged when it carries data.";
    AcksAcknowledged "acks-acknowledged" "CLIP-REL-5" "ACK without RELIABLE is acknowledged.";
    UnreliableSentAgain "unreliable-sent-again" "CLIP-REL-5"
        "DEFAULT without RELIABLE is sent again.";
    UnreliableRepeatsDelivered "unreliable-repeats-delivered" "CLIP-REL-5"
        "A repeated packet without RELIABLE is delivered again.";
    EncryptedRepeatsDelivered "encrypted-repeats-delivered" "CLIP-REL-5"
        "A repeated packet with ENCRYPTED and without RELIABLE is delivered again.";
    EmptyPacketsAcknowledged "empty-packets-acknowledged" "CLIP-REL-5"
        "A packet without RELIABLE and data is acknowledged.";
    EmptyUnreliableRepeatsDelivered "empty-unreliable-repeats-delivered" "CLIP-REL-5"
        "A packet without RELIABLE and data is delivered again when it comes again.";
    OlderPacketsDropped "older-packets-dropped" "CLIP-REL-6"
        "A packet older than the newest is not delivered.";
    ReliablePackets1024BehindDropped "reliable-packets-1024-behind-dropped" "CLIP-REL-6"
        "A reliable packet more than 1024 behind the newest is dropped.";
    Packets16BehindDropped "packets-16-behind-dropped" "CLIP-REL-6"
        "A packet without RELIABLE more than 16 behind the newest is dropped.";
    NoWrap "no-wrap" "CLIP-REL-7" "Sequence IDs are compared as plain numbers.";
    SequencesUnbounded "sequences-unbounded" "CLIP-REL-7"
        "Sequence IDs go out however far past the oldest one that waits.";
    ReceivedNeverForgotten "received-never-forgotten" "CLIP-REL-7"
        "A Sequence ID that has come is a repeat after the wrap as well.";
    AcksReliable "acks-reliable" "CLIP-REL-8" "ACKs are RELIABLE.";
    ReliableAcksUnacknowledged "reliable-acks-unacknowledged" "CLIP-REL-8"
        "An ACK with RELIABLE is not acknowledged.";
    NextNumberAcknowledged "next-number-acknowledged" "CLIP-REL-8"
        "An ACK of the next Sequence ID counts.";
    VoidAckUnanswered "void-ack-unanswered" "CLIP-REL-9"
        "An ACK ID that was never sent gets no ERROR.";
    WideSequenceTaken "wide-sequence-taken" "CLIP-REL-9"
        "A Sequence ID above 65535 is taken modulo 65536 (deployed).";
    WideAckIdTaken "wide-ack-id-taken" "CLIP-REL-9"
        "An ACK ID above 65535 is taken modulo 65536 (deployed).";
    ChecksumLittleEndian "checksum-little-endian" "CLIP-SUM-1" "Checksum is little-endian.";
    ChecksumNotInverted "checksum-not-inverted" "CLIP-SUM-1"
        "The CRC-32 is not inverted at the end.";
    ChecksumHighBits "checksum-high-bits" "CLIP-SUM-1"
        "Checksum has the halves of the CRC-32 exchanged.";
    ChecksumAfterCompression "checksum-after-compression" "CLIP-SUM-1"
        "The checksum is that of the compressed data.";
    ChecksumAfterEncryption "checksum-after-encryption" "CLIP-SUM-1"
        "The checksum is that of the encrypted data.";
    ChecksumOfFirstFragment "checksum-of-first-fragment" "CLIP-SUM-1"
        "The checksum is that of the first 988 octets.";
    ChecksumOfEachFragment "checksum-of-each-fragment" "CLIP-SUM-1"
        "Each fragment has the checksum of its own octets.";
    ChecksumZeroRefused "checksum-zero-refused" "CLIP-SUM-1" "A Checksum of 0 is never right.";
    ChecksumUnchecked "checksum-unchecked" "CLIP-SUM-2" "A wrong checksum is taken.";
    ChecksumHalfChecked "checksum-half-checked" "CLIP-SUM-2"
        "Only the last octet of the checksum is compared.";
    ChecksumOfNothingUnchecked "checksum-of-nothing-unchecked" "CLIP-SUM-2"
        "The checksum of empty data is not compared.";
    ChecksumZeroUnchecked "checksum-zero-unchecked" "CLIP-SUM-2" "A Checksum of 0 is not compared.";
    LateChecksumsUnchecked "late-checksums-unchecked" "CLIP-SUM-2"
        "Checksums are not compared in packets behind the eighth Sequence ID.";
    ChecksumOfPingsUnchecked "checksum-of-pings-unchecked" "CLIP-SUM-2"
        "The checksum of HEARTBEAT is not compared.";
    ChecksumOfEncryptedUnchecked "checksum-of-encrypted-unchecked" "CLIP-SUM-2"
        "The checksum of encrypted data is not compared.";
    ChecksumOfCompressedUnchecked "checksum-of-compressed-unchecked" "CLIP-SUM-2"
        "The checksum of compressed data is not compared.";
    ChecksumOfFinishedUnchecked "checksum-of-finished-unchecked" "CLIP-SUM-2"
        "Finished is taken though its checksum is wrong.";
    ChecksumOfEitherOrderTaken "checksum-of-either-order-taken" "CLIP-SUM-2"
        "A checksum in little-endian is taken as well.";
    BadChecksumReceived "bad-checksum-received" "CLIP-SUM-2"
        "The Sequence ID of a packet with a wrong checksum counts as received.";
    RepeatsNotChecked "repeats-not-checked" "CLIP-SUM-2"
        "A repeat without RELIABLE is dropped before its checksum is compared.";
    ChecksumUnanswered "checksum-unanswered" "CLIP-SUM-2" "A wrong checksum gets no ERROR.";
    ChecksumError30 "checksum-error-3-0" "CLIP-SUM-2" "A wrong checksum gets ERROR 3.0.";
    BadChecksumAcknowledged "bad-checksum-acknowledged" "CLIP-SUM-2"
        "A reliable packet with a wrong checksum is acknowledged.";
    CompressesNothing "compresses-nothing" "CLIP-ZIP-1" "Data goes out with COMPRESSED as it is.";
    DeflatesInZlibForm "deflates-in-zlib-form" "CLIP-ZIP-1"
        "Compressed data has the header and trailer of zlib.";
    DeflateWithoutEnd "deflate-without-end" "CLIP-ZIP-1" "Compressed data has no last block.";
    CompressedDataLeft "compressed-data-left" "CLIP-ZIP-1"
        "Under COMPRESSED, no data goes out as that of the packet before.";
    InflatesOneBlock "inflates-one-block" "CLIP-ZIP-1"
        "Only DEFLATE streams of one block are inflated.";
    InflatesLittle "inflates-little" "CLIP-ZIP-2" "What inflates beyond 65535 octets is refused.";
    InflatesWithoutBound "inflates-without-bound" "CLIP-ZIP-2"
        "What inflates beyond 251940 octets is taken.";
    InflatedCutAtBound "inflated-cut-at-bound" "CLIP-ZIP-2"
        "Of what inflates beyond 251940 octets these many are taken.";
    CutDeflateTaken "cut-deflate-taken" "CLIP-ZIP-2" "Compressed data without its end is taken.";
    OctetsAfterDeflateTaken "octets-after-deflate-taken" "CLIP-ZIP-2"
        "Octets after the end of compressed data are ignored.";
    SummedDeflateTailTaken "summed-deflate-tail-taken" "CLIP-ZIP-2"
        "Octets after the end of compressed data are ignored if there is a checksum.";
    UninflatableReceived "uninflatable-received" "CLIP-ZIP-2"
        "The Sequence ID of a packet that does not inflate counts as received.";
    OtherTypesNotInflated "other-types-not-inflated" "CLIP-ZIP-2"
        "HEARTBEAT, ACK and ERROR are taken though they do not inflate.";
    UninflatableDelivered "uninflatable-delivered" "CLIP-ZIP-2"
        "What does not inflate is delivered as it is.";
    InflationUnanswered "inflation-unanswered" "CLIP-ZIP-2" "What does not inflate gets no ERROR.";
    InflationError30 "inflation-error-3-0" "CLIP-ZIP-2" "What does not inflate gets ERROR 3.0.";
    UninflatableAcknowledged "uninflatable-acknowledged" "CLIP-ZIP-2"
        "A reliable packet that does not inflate is acknowledged.";
    PadsWithZeros "pads-with-zeros" "CLIP-ENC-1" "Padding is of zeros.";
    PadsOnlyWhenNeeded "pads-only-when-needed" "CLIP-ENC-1" "Whole blocks are not padded.";
    VectorUnencrypted "vector-unencrypted" "CLIP-ENC-1"
        "The IV is the padded Init Vector itself (table).";
    VectorPaddedRight "vector-padded-right" "CLIP-ENC-1"
        "The Init Vector is padded behind it (table).";
    VectorReused "vector-reused" "CLIP-ENC-1" "The Init Vector of a session is always the same.";
    VectorsOfSequenceIds "vectors-of-sequence-ids" "CLIP-ENC-1"
        "Init Vectors follow from the Sequence ID (table).";
    VectorsOfOneOctet "vectors-of-one-octet" "CLIP-ENC-1"
        "The 257th Init Vector is the first one again (table).";
    VectorsBeginAnew "vectors-begin-anew" "CLIP-ENC-1"
        "When all Init Vectors are used they are used again (table).";
    VectorZero "vector-zero" "CLIP-ENC-1" "The Init Vector is always 0.";
    VectorOfPeer "vector-of-peer" "CLIP-ENC-1"
        "A packet has the Init Vector of the last one that came (deployed).";
    VectorCounts "vector-counts" "CLIP-ENC-1" "Init Vectors count up (deployed).";
    VectorsOfOtherSide "vectors-of-other-side" "CLIP-ENC-1"
        "Init Vectors are those of the other side (table).";
    PaddingHalfChecked "padding-half-checked" "CLIP-ENC-2"
        "Of the padding only the last octet is looked at.";
    UndecryptableReceived "undecryptable-received" "CLIP-ENC-2"
        "The Sequence ID of a packet that cannot be decrypted counts as received.";
    OtherTypesNotDecrypted "other-types-not-decrypted" "CLIP-ENC-2"
        "HEARTBEAT, ACK and ERROR are taken though they cannot be decrypted.";
    UndecryptableDelivered "undecryptable-delivered" "CLIP-ENC-2"
        "What cannot be decrypted is delivered as it is.";
    CompressedDecryptionError38 "compressed-decryption-error-3-8" "CLIP-ENC-2"
        "What cannot be decrypted gets ERROR 3.8 if it is compressed, too.";
    DecryptionUnanswered "decryption-unanswered" "CLIP-ENC-2"
        "What cannot be decrypted gets no ERROR.";
    DecryptionError30 "decryption-error-3-0" "CLIP-ENC-2"
        "What cannot be decrypted gets ERROR 3.0.";
    UndecryptableAcknowledged "undecryptable-acknowledged" "CLIP-ENC-2"
        "A reliable packet that cannot be decrypted is acknowledged.";
    FragmentsOf900Octets "fragments-of-900-octets" "CLIP-FRAG-1" "Fragments carry 900 octets.";
    FragmentIdsFromOne "fragment-ids-from-one" "CLIP-FRAG-1" "Fragment ID counts from 1.";
    FragmentNumberIsLastId "fragment-number-is-last-id" "CLIP-FRAG-1"
        "Fragment Number is one less than the total.";
    LastFullFragmentMissing "last-full-fragment-missing" "CLIP-FRAG-1"
        "The last of several fragments is not sent when it has 988 octets.";
    FragmentsDifferInFlags "fragments-differ-in-flags" "CLIP-FRAG-1"
        "Only the first fragment has RELIABLE.";
    FragmentsDifferInVector "fragments-differ-in-vector" "CLIP-FRAG-1"
        "Each fragment has an Init Vector of its own.";
    FragmentsDifferInChecksum "fragments-differ-in-checksum" "CLIP-FRAG-1"
        "Fragments after the first have another checksum.";
    ManyFragmentsRefused "many-fragments-refused" "CLIP-FRAG-1"
        "More than 127 fragments get ERROR 3.6.";
    FragmentCodingUnchecked "fragment-coding-unchecked" "CLIP-FRAG-1"
        "Fragments with and without COMPRESSED are put together.";
    ShortFragmentDropsPacket "short-fragment-drops-packet" "CLIP-FRAG-1"
        "A short fragment is refused with all that came of its packet.";
    ShortFragmentTaken "short-fragment-taken" "CLIP-FRAG-1"
        "A short fragment that is not the last is taken.";
    FragmentFieldsUnchecked "fragment-fields-unchecked" "CLIP-FRAG-1"
        "Fragments with different fields of their type are put together.";
    FragmentTypeUnchecked "fragment-type-unchecked" "CLIP-FRAG-1"
        "Fragments of different types are put together.";
    FragmentsOutOfOrderDropped "fragments-out-of-order-dropped" "CLIP-FRAG-2"
        "A fragment that is not the next one is dropped.";
    EndedFragmentsKept "ended-fragments-kept" "CLIP-FRAG-2"
        "Unfinished packets of a session that has ended are put together in the next one of its address.";
    RepeatedFragmentReplaces "repeated-fragment-replaces" "CLIP-FRAG-2"
        "A fragment that comes again stands for the one that came before.";
    FragmentsSortedAsText "fragments-sorted-as-text" "CLIP-FRAG-2"
        "Fragment 10 is put before fragment 2.";
    DeliveredCutToOneFragment "delivered-cut-to-one-fragment" "CLIP-FRAG-2"
        "Of a packet of fragments 988 octets are delivered.";
    FragmentNumberUnanswered "fragment-number-unanswered" "CLIP-FRAG-3"
        "Fragment Number 0, or another one, gets no ERROR.";
    FragmentNumberError35 "fragment-number-error-3-5" "CLIP-FRAG-3"
        "Fragment Number 0, or another one, gets ERROR 3.5.";
    FragmentIdUnanswered "fragment-id-unanswered" "CLIP-FRAG-3"
        "A Fragment ID that is not below Fragment Number gets no ERROR.";
    FragmentIdError36 "fragment-id-error-3-6" "CLIP-FRAG-3"
        "A Fragment ID that is not below Fragment Number gets ERROR 3.6.";
    BadNumberDropsPacket "bad-number-drops-packet" "CLIP-FRAG-3"
        "A fragment with an impossible number is refused with all that came of its packet.";
    FragmentNumberZeroTaken "fragment-number-zero-taken" "CLIP-FRAG-3"
        "Fragment Number 0 is no error of its own.";
    HighFragmentIdTaken "high-fragment-id-taken" "CLIP-FRAG-3"
        "A Fragment ID that is not below Fragment Number is taken.";
    RefusedFragmentsAcknowledged "refused-fragments-acknowledged" "CLIP-FRAG-3"
        "A reliable fragment that is refused with 3.5 or 3.6 is acknowledged.";
    FragmentIdCheckedFirst "fragment-id-checked-first" "CLIP-FRAG-3"
        "Fragment Number 0 gets ERROR 3.5.";
    FragmentsNeedTwoAcks "fragments-need-two-acks" "CLIP-FRAG-4"
        "A packet of fragments is sent again though it was acknowledged at once.";
    FragmentsAllAtOnce "fragments-all-at-once" "CLIP-FRAG-4"
        "All fragments are sent in one burst, however many there are.";
    EachFragmentAcknowledged "each-fragment-acknowledged" "CLIP-FRAG-4"
        "Each fragment is acknowledged, before the last one is there.";
    FinishedAcknowledgedOnceMore "finished-acknowledged-once-more" "CLIP-FRAG-4"
        "Repeated fragments of a finished packet are acknowledged once.";
    FinishedAcknowledgedWhenWhole "finished-acknowledged-when-whole" "CLIP-FRAG-4"
        "A finished packet is acknowledged again when all its fragments have come again.";
    FinishedPacketUnacknowledged "finished-packet-unacknowledged" "CLIP-FRAG-4"
        "Repeats of a finished packet are not acknowledged.";
    OneUnfinishedPacket "one-unfinished-packet" "CLIP-FRAG-5"
        "A new packet of fragments drops the unfinished one before it.";
    ThirtyOneUnfinishedPackets "thirty-one-unfinished-packets" "CLIP-FRAG-5"
        "31 unfinished packets are kept.";
    UnfinishedUnbounded "unfinished-unbounded" "CLIP-FRAG-5"
        "Unfinished packets are kept however many there are.";
    UnfinishedKeptForEver "unfinished-kept-for-ever" "CLIP-FRAG-5"
        "Unfinished packets are never given up.";
    UnfinishedKeptForNineSeconds "unfinished-kept-for-nine-seconds" "CLIP-FRAG-5"
        "An unfinished packet is given up after 9 s.";
    UnfinishedGivenUpEarly "unfinished-given-up-early" "CLIP-FRAG-5"
        "Unfinished packets are given up after 2 s.";
} }
