//! The mutants of repeats, ACKs, the wrap of Sequence IDs and unfinished packets: variant, name, clause, what it does in one sentence.

/// Hands the rows, behind those that came before, to `next`, and `then` with them.
macro_rules! reliability_rows {
    ($next:ident $($then:ident)* { $($before:tt)* }) => { $next! { $($then)* {
        $($before)*
        AuthRepeatsUseNumbers "auth-repeats-use-numbers" "CLIP-HEAD-5"
            "Each repetition of AUTH uses up a Sequence ID that nothing has.";
        RivalNumbersGoOn "rival-numbers-go-on" "CLIP-HEAD-5"
            "The AUTH beside an open session has the Sequence ID that is next in that session.";
        ManyBadPacketsEndTheSession "many-bad-packets-end-the-session" "CLIP-HEAD-7"
            "The twenty-first packet that cannot be read ends the session.";
        ErrorsOutOfRangeAnswered "errors-out-of-range-answered" "CLIP-HEAD-8"
            "An ERROR with a Sequence ID above 65535 is answered with ERROR (deployed).";
        ShortAuthAnswered "short-auth-answered" "CLIP-HEAD-8"
            "An AUTH of a stranger that is shorter than an ERROR gets one.";
        FailedPingsAnswered "failed-pings-answered" "CLIP-HEAD-8"
            "A PING that fails its decoding is answered with PONG, and then with its ERROR.";
        AckBitsOfTheLast32 "ack-bits-of-the-last-32" "CLIP-REL-2"
            "The ACK of a packet 32 and more behind the newest has no bits.";
        AckBitsOfTheFirstAck "ack-bits-of-the-first-ack" "CLIP-REL-2"
            "The ACK of a repeat has the ACK Bits of the first ACK of that packet.";
        AcksSetNoBit "acks-set-no-bit" "CLIP-REL-2" "An ACK that is RELIABLE sets no bit.";
        ErrorsSetNoBit "errors-set-no-bit" "CLIP-REL-2" "An ERROR that is RELIABLE sets no bit.";
        CodedPacketsSetNoBit "coded-packets-set-no-bit" "CLIP-REL-2"
            "A packet under COMPRESSED or ENCRYPTED sets no bit.";
        HalfAPacketSetsItsBit "half-a-packet-sets-its-bit" "CLIP-REL-2"
            "A packet of fragments sets its bit before all of it has come.";
        Acks1024BehindIgnored "acks-1024-behind-ignored" "CLIP-REL-3"
            "An ACK does not count when 1024 newer Sequence IDs were used.";
        PacketsPutOffRepeats "packets-put-off-repeats" "CLIP-REL-3"
            "Every packet that comes puts off the repeats of what waits for its ACK.";
        AcksOfAcknowledgingPeersShared "acks-of-acknowledging-peers-shared" "CLIP-REL-3"
            "Once two peers have acknowledged something, an ACK of one counts for the other, too.";
        LastAckBitNamesTwo "last-ack-bit-names-two" "CLIP-REL-3"
            "The least significant of the ACK Bits names ACK ID-17, too.";
        WritesPutOffRepeats "writes-put-off-repeats" "CLIP-REL-3"
            "Everything that is written puts off the repeats of what waits for its ACK.";
        AcksPutOffRepeats "acks-put-off-repeats" "CLIP-REL-3"
            "Every ACK puts off the repeats of what it does not name.";
        AckBehindAVoidOneIgnored "ack-behind-a-void-one-ignored" "CLIP-REL-3"
            "The next ACK behind a void one does not count.";
        OutstandingLostAtTheWrap "outstanding-lost-at-the-wrap" "CLIP-REL-3"
            "What has a higher Sequence ID than the newest is not sent again.";
        SequenceZeroSentOnce "sequence-zero-sent-once" "CLIP-REL-3"
            "A reliable packet with Sequence ID 0 is sent once.";
        AcksOfZeroIgnored "acks-of-zero-ignored" "CLIP-REL-3" "An ACK whose ACK ID is 0 does not count.";
        RepeatsForOnePeer "repeats-for-one-peer" "CLIP-REL-3"
            "Only the first peer that needs it is sent anything again.";
        ReceivedForgottenAfterTenSeconds "received-forgotten-after-10-s" "CLIP-REL-4"
            "A whole packet that comes again 10 s later is delivered again.";
        CodedRepeatsDelivered "coded-repeats-delivered" "CLIP-REL-4"
            "A reliable packet with a checksum or compression is delivered again when it comes again.";
        PlainRepeatsAcknowledged "plain-repeats-acknowledged" "CLIP-REL-5"
            "A packet without RELIABLE is acknowledged when a reliable one had its Sequence ID.";
        HalfAPacketSwallowsOthers "half-a-packet-swallows-others" "CLIP-REL-6"
            "While a packet is half there, reliable ones are acknowledged and not delivered.";
        BitsMakeNoRoom "bits-make-no-room" "CLIP-REL-7"
            "A packet that a bit has named still bounds the Sequence IDs that go out.";
        RangeOfPlainNumbers "range-of-plain-numbers" "CLIP-REL-7"
            "How far a Sequence ID is past the oldest is told by their difference as plain numbers.";
        VoidAcksCountAfterTheWrap "void-acks-count-after-the-wrap" "CLIP-REL-8"
            "Once the own Sequence IDs have wrapped, every ACK ID counts as sent.";
        VoidAcksPutOffRepeats "void-acks-put-off-repeats" "CLIP-REL-8"
            "A void ACK puts off the repeats of what waits for its ACK.";
        VoidAcksEndTheSession "void-acks-end-the-session" "CLIP-REL-8"
            "The twenty-first void ACK ends the session.";
        VectorsFollowFromSequenceIds "vectors-follow-from-sequence-ids" "CLIP-ENC-1"
            "The Init Vector is the Sequence ID, the same in every session (deployed).";
        ReplacedKeyStillTaken "replaced-key-still-taken" "CLIP-ENC-1"
            "What is encrypted under the key of a session that was replaced is still taken.";
        KeysOfAllSessionsTried "keys-of-all-sessions-tried" "CLIP-ENC-1"
            "What is encrypted under the key of another peer's session is taken.";
        RepeatedFragmentsTakeRoom "repeated-fragments-take-room" "CLIP-FRAG-2"
            "A fragment that comes again counts in the 1 MiB again.";
        WrapCostsTheUnfinished "wrap-costs-the-unfinished" "CLIP-FRAG-2"
            "Unfinished packets are dropped when the peer's Sequence IDs wrap.";
        FinishedForgottenAfterTenSeconds "finished-forgotten-after-10-s" "CLIP-FRAG-2"
            "A finished packet of fragments is put together again from repeats that come 10 s later.";
        OldFinishedPacketUnacknowledged "old-finished-packet-unacknowledged" "CLIP-FRAG-4"
            "Repeats of a finished packet more than 256 behind the newest are not acknowledged.";
        LowestUnfinishedGoesFirst "lowest-unfinished-goes-first" "CLIP-FRAG-5"
            "The unfinished packet with the lowest Sequence ID makes room for the 33rd.";
        UnfinishedGivenUpInTheirOrder "unfinished-given-up-in-their-order" "CLIP-FRAG-5"
            "An unfinished packet is not given up while one before it lives.";
        FinishedPacketsKeepTheirRoom "finished-packets-keep-their-room" "CLIP-FRAG-5"
            "The octets of packets that are finished still count in the 1 MiB.";
        LifeOfTheUnfinishedShared "life-of-the-unfinished-shared" "CLIP-FRAG-5"
            "Any fragment prolongs the life of all unfinished packets.";
        UnfinishedGivenUpOnce "unfinished-given-up-once" "CLIP-FRAG-5"
            "Once an unfinished packet was given up for its age, no other is.";
        GivenUpPacketsKeepTheirRoom "given-up-packets-keep-their-room" "CLIP-FRAG-5"
            "The octets of packets that were given up after 10 s still count in the 1 MiB.";
        RoomMakersNeverPutTogether "room-makers-never-put-together" "CLIP-FRAG-5"
            "A packet that made room for the 33rd is never put together any more.";
        RefusedFragmentsTakePlaces "refused-fragments-take-places" "CLIP-FRAG-5"
            "A fragment that is refused drives out the oldest of 32 unfinished packets.";
        PongOfTheLastFragment "pong-of-the-last-fragment" "CLIP-BEAT-2"
            "The PONG to a PING in fragments returns the data of its last fragment.";
    } } };
}

pub(super) use reliability_rows;
