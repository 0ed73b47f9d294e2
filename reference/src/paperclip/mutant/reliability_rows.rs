//! The mutants of repeats, ACKs, the wrap of Sequence IDs and unfinished packets: variant, name, clause, what it does in one sentence.

/// Hands the rows, behind those that came before, to `next`, and `then` with them.
macro_rules! reliability_rows {
    ($next:ident $($then:ident)* { $($before:tt)* }) => { $next! { $($then)* {
        $($before)*
        FailedPingsAnswered "failed-pings-answered" "CLIP-HEAD-8"
            "A PING that fails its decoding is answered with PONG, and then with its ERROR.";
        PacketsPutOffRepeats "packets-put-off-repeats" "CLIP-REL-3"
            "Every packet that comes puts off the repeats of what waits for its ACK.";
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
        PlainRepeatsAcknowledged "plain-repeats-acknowledged" "CLIP-REL-5"
            "A packet without RELIABLE is acknowledged when a reliable one had its Sequence ID.";
        BitsMakeNoRoom "bits-make-no-room" "CLIP-REL-7"
            "A packet that a bit has named still bounds the Sequence IDs that go out.";
        RangeOfPlainNumbers "range-of-plain-numbers" "CLIP-REL-7"
            "How far a Sequence ID is past the oldest is told by their difference as plain numbers.";
        VoidAcksCountAfterTheWrap "void-acks-count-after-the-wrap" "CLIP-REL-8"
            "Once the own Sequence IDs have wrapped, every ACK ID counts as sent.";
        WrapCostsTheUnfinished "wrap-costs-the-unfinished" "CLIP-FRAG-2"
            "Unfinished packets are dropped when the peer's Sequence IDs wrap.";
        FinishedForgottenAfterTenSeconds "finished-forgotten-after-10-s" "CLIP-FRAG-2"
            "A finished packet of fragments is put together again from repeats that come 10 s later.";
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
