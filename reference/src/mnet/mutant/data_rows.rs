//! The mutants of DATA, by their clauses: variant, name, clause, what it does in one sentence.

/// Hands the rows, behind those that came before, and then those of the close, to `declare`.
macro_rules! data_rows {
    ($declare:ident { $($before:tt)* }) => { $crate::mnet::mutant::closing_rows::closing_rows! { $declare {
        $($before)*
        SequenceWithoutThePayload "sequence-without-the-payload" "MNET-DATA-1"
            "OutgoingSequence leaves out the payload of its packet.";
        SequenceCountsFromOne "sequence-counts-from-one" "MNET-DATA-1"
            "OutgoingSequence is one too high.";
        RetransmitsWithTheHighestSequence "retransmits-with-the-highest-sequence" "MNET-DATA-1"
            "DATA that is sent again carries the highest OutgoingSequence so far.";
        TakesDataBeforeOffsetZero "takes-data-before-offset-zero" "MNET-DATA-1"
            "DATA that begins before offset 0 is delivered.";
        DataBeforeTheStartCountsAsAGap "data-before-the-start-counts-as-a-gap" "MNET-DATA-1"
            "After DATA that would begin before offset 0 SHUTDOWN is not answered.";
        AcknowledgesBeyondAGap "acknowledges-beyond-a-gap" "MNET-DATA-2"
            "AcknowledgedBytes counts octets beyond a gap.";
        OnePieceLetOutOfAGap "one-piece-let-out-of-a-gap" "MNET-DATA-2"
            "Of what waited beyond a gap that closes only the first piece is taken; the rest waits for more DATA.";
        AcknowledgementGoesDown "acknowledgement-goes-down" "MNET-DATA-2"
            "Every second AcknowledgedBytes is one lower than it was.";
        LaterSessionsCountOn "later-sessions-count-on" "MNET-DATA-2"
            "A session expects the octets of its peer where the one before it from that port stood.";
        RetransmitsWithAnOldAcknowledgement "retransmits-with-an-old-acknowledgement" "MNET-DATA-2"
            "DATA that is sent again carries the AcknowledgedBytes of its first time.";
        DeliversOutOfOrder "delivers-out-of-order" "MNET-DATA-3"
            "Octets beyond a gap are delivered before those of the gap.";
        OctetsBeyondAGapAreShared "octets-beyond-a-gap-are-shared" "MNET-DATA-3"
            "What lies beyond a gap of one session closes gaps of others.";
        SixteenBitsOfAGap "sixteen-bits-of-a-gap" "MNET-DATA-3"
            "How far DATA lies beyond a gap is kept in 16 bits: 64 KiB beyond it is taken for what comes next.";
        OutstandingOctetsOutliveTheirSession "outstanding-octets-outlive-their-session" "MNET-DATA-3"
            "What was outstanding when ABORT came is sent in the next session with the same peer.";
        LosesReassembledOctets "loses-reassembled-octets" "MNET-DATA-3"
            "Octets that waited for a gap to close are never delivered.";
        DeliversDamagedOctets "delivers-damaged-octets" "MNET-DATA-3"
            "The first octet of each delivery of more than 100 is wrong.";
        AWriteAmidARetransmissionIsLost "a-write-amid-a-retransmission-is-lost" "MNET-DATA-3"
            "What is written while octets are being sent again is lost.";
        AcknowledgesLate "acknowledges-late" "MNET-DATA-4"
            "Acknowledgements wait for 900 ms.";
        AcknowledgementStandsStill "acknowledgement-stands-still" "MNET-DATA-4"
            "After the peer's SHUTDOWN AcknowledgedBytes of DATA does not grow.";
        OctetsBeforeAnOpenGapUnacknowledged "octets-before-an-open-gap-unacknowledged" "MNET-DATA-4"
            "New octets bring no acknowledgement while something waits beyond a gap.";
        PayloadAcknowledgesNothing "payload-acknowledges-nothing" "MNET-DATA-4"
            "DATA with a payload takes the place of an acknowledgement and carries none.";
        NeverAcknowledgesAlone "never-acknowledges-alone" "MNET-DATA-4"
            "Acknowledgements go on DATA with a payload only.";
        DropsDataOfWholePages "drops-data-of-whole-pages" "MNET-DATA-4"
            "DATA whose length is a multiple of 256 is dropped.";
        DropsDataOfOneOctet "drops-data-of-one-octet" "MNET-DATA-4"
            "DATA with a payload of one octet is dropped.";
        AWriteOverridesAnAcknowledgement "a-write-overrides-an-acknowledgement" "MNET-DATA-4"
            "A write while octets are outstanding takes the place of the acknowledgement that is due.";
        ShutdownOverridesAnAcknowledgement "shutdown-overrides-an-acknowledgement" "MNET-DATA-4"
            "SHUTDOWN takes the place of the acknowledgement that is due while own octets are outstanding.";
        CloseOverridesAnAcknowledgement "close-overrides-an-acknowledgement" "MNET-DATA-4"
            "A close takes the place of the acknowledgement that is due while own octets are outstanding.";
        ABareDataOverridesAnAcknowledgement "a-bare-data-overrides-an-acknowledgement" "MNET-DATA-4"
            "A bare DATA takes the place of the acknowledgement that is due.";
        AnEndHidesTheNextSession "an-end-hides-the-next-session" "MNET-DATA-4"
            "While an end is remembered DATA of a new session with its address and tag is not taken.";
        AnEndOverridesTheAcknowledgementsBesideIt "an-end-overrides-the-acknowledgements-beside-it" "MNET-DATA-4"
            "The end of a session takes the place of acknowledgements that are due in others of its address.";
        AcknowledgesBareAcknowledgements "acknowledges-bare-acknowledgements" "MNET-DATA-5"
            "A bare acknowledgement is acknowledged.";
        AnswersABareAcknowledgementBehindAGap "answers-a-bare-acknowledgement-behind-a-gap" "MNET-DATA-5"
            "A bare acknowledgement whose OutgoingSequence is beyond what came is answered.";
        BareAcknowledgementWithOldSequence "bare-acknowledgement-with-old-sequence" "MNET-DATA-5"
            "OutgoingSequence of a bare acknowledgement is what the peer has acknowledged.";
        AFarBareDataEndsTheSession "a-far-bare-data-ends-the-session" "MNET-DATA-5"
            "A bare DATA whose OutgoingSequence is far ahead ends the session.";
        DeliversARepeatAgain "delivers-a-repeat-again" "MNET-DATA-6"
            "DATA that came before is delivered again.";
        RepeatNotAcknowledged "repeat-not-acknowledged" "MNET-DATA-6"
            "DATA that came before is not acknowledged again.";
        RepeatNotAcknowledgedBesideAGap "repeat-not-acknowledged-beside-a-gap" "MNET-DATA-6"
            "DATA that came before is not acknowledged again while octets are missing.";
        RepeatOverridesAnAcknowledgement "repeat-overrides-an-acknowledgement" "MNET-DATA-6"
            "A repeat that comes while an acknowledgement is due takes its place, and is not answered.";
        RepeatsOfOneOctetAreNew "repeats-of-one-octet-are-new" "MNET-DATA-6"
            "A repeat of one octet, but for the last, is delivered again.";
        OverlapDeliveredTwice "overlap-delivered-twice" "MNET-DATA-7"
            "Of DATA that came in part before, everything is delivered.";
        GapNotAnsweredAfterShutdown "gap-not-answered-after-shutdown" "MNET-DATA-8"
            "DATA beyond a gap is not answered once SHUTDOWN has come.";
        GapNotAnsweredAfterItsOwnShutdown "gap-not-answered-after-its-own-shutdown" "MNET-DATA-8"
            "DATA beyond a gap is dropped without an answer once SHUTDOWN was sent.";
        GapNotAnswered "gap-not-answered" "MNET-DATA-8"
            "DATA beyond a gap is not answered.";
        AFarGapEndsTheSession "a-far-gap-ends-the-session" "MNET-DATA-8"
            "DATA far beyond a gap ends the session.";
        RubbishStopsRetransmissions "rubbish-stops-retransmissions" "MNET-DATA-9"
            "After a malformed datagram nothing is sent again.";
        NeverRetransmits "never-retransmits" "MNET-DATA-9"
            "Unacknowledged octets are not sent again.";
        RetransmitsOnce "retransmits-once" "MNET-DATA-9"
            "Unacknowledged octets are sent again once only.";
        RetransmitsTwice "retransmits-twice" "MNET-DATA-9"
            "Unacknowledged octets are sent again twice only.";
        OnlyTheNewestIsSentAgain "only-the-newest-is-sent-again" "MNET-DATA-9"
            "Of several DATA that are outstanding only the newest is sent again.";
        GivesUpAfterThreeTries "gives-up-after-three-tries" "MNET-DATA-9"
            "Octets are given up after three tries, however long the profile says.";
        AcknowledgementOnDataIgnored "acknowledgement-on-data-ignored" "MNET-DATA-9"
            "AcknowledgedBytes of DATA with a payload is not read.";
        AcknowledgementOnARepeatIgnored "acknowledgement-on-a-repeat-ignored" "MNET-DATA-9"
            "AcknowledgedBytes of DATA that was received before is not read.";
        AnEndStopsTheTimersBesideIt "an-end-stops-the-timers-beside-it" "MNET-DATA-9"
            "When a session has ended, nothing outstanding in others of its address is sent again.";
        GivesUpWithoutAbort "gives-up-without-abort" "MNET-DATA-9"
            "Giving up on octets sends no ABORT.";
        GivesUpWithoutTelling "gives-up-without-telling" "MNET-DATA-9"
            "The application is not told that octets were given up.";
        UndrainedEndIsClean "undrained-end-is-clean" "MNET-DATA-9"
            "Giving up on octets while a close waits for them is told as a clean end.";
        TriesNotRestarted "tries-not-restarted" "MNET-DATA-9"
            "A peer that answers without progress is given up all the same.";
        RepeatedAcknowledgementsAbort "repeated-acknowledgements-abort" "MNET-DATA-9"
            "Ten repeated acknowledgements end the session.";
        ACloseStopsTheRetransmissions "a-close-stops-the-retransmissions" "MNET-DATA-9"
            "When the application has closed nothing is sent again.";
        NothingSentAgainAfterAGivingUp "nothing-sent-again-after-a-giving-up" "MNET-DATA-9"
            "When a session was given up nothing is sent again in later ones.";
        NothingSentAgainWhileAnEndIsRemembered "nothing-sent-again-while-an-end-is-remembered" "MNET-DATA-9"
            "After SHUTDOWN-COMPLETE was sent in one session nothing is sent again in others.";
        ASecondTimerOfTheMomentIsLost "a-second-timer-of-the-moment-is-lost" "MNET-DATA-9"
            "Of retransmissions that fall due at the same moment one goes.";
        AnEndStopsTheDataOfOthers "an-end-stops-the-data-of-others" "MNET-DATA-9"
            "DATA is not sent again once another session has ended.";
        AGivingUpStopsTheDataOfOthers "a-giving-up-stops-the-data-of-others" "MNET-DATA-9"
            "DATA is not sent again once another session was given up.";
        AShutdownEndsTheTries "a-shutdown-ends-the-tries" "MNET-DATA-9"
            "Once the peer's SHUTDOWN has come, octets are sent again twice and then no more.";
        TriesEndBeforeTheGivingUp "tries-end-before-the-giving-up" "MNET-DATA-9"
            "The third repeat of octets is the last one, however long it takes until they are given up.";
        AcknowledgedOctetsStillTried "acknowledged-octets-still-tried" "MNET-DATA-9"
            "An acknowledgement on DATA that is not the next stops no timer, which then gives the session up.";
        EndsWhatIsThrough "ends-what-is-through" "MNET-DATA-9"
            "When all that was sent is acknowledged, the session is ended 200 ms later.";
        UselessDataRestartsNoTries "useless-data-restarts-no-tries" "MNET-DATA-9"
            "A repeat, DATA beyond a gap and DATA with an old acknowledgement do not start the count of tries again.";
        TakesDataWithAnAcknowledgementOfTheFuture "takes-data-with-an-acknowledgement-of-the-future" "MNET-DATA-10"
            "DATA that acknowledges what was never sent is delivered.";
        AcknowledgementOfTheFutureFreesTheBuffer "acknowledgement-of-the-future-frees-the-buffer" "MNET-DATA-10"
            "An acknowledgement of what was never sent counts for what was.";
        AcknowledgementOfWhatIsWrittenCounts "acknowledgement-of-what-is-written-counts" "MNET-DATA-10"
            "AcknowledgedBytes counts up to what was written, though not all of it was sent.";
        TakesAShutdownWithAnAcknowledgementOfTheFuture "takes-a-shutdown-with-an-acknowledgement-of-the-future" "MNET-DATA-10"
            "SHUTDOWN that acknowledges what was never sent is taken.";
        TheFutureTakenAfterShutdown "the-future-taken-after-shutdown" "MNET-DATA-10"
            "DATA that acknowledges what was never sent is delivered once SHUTDOWN was sent.";
        RefusedShutdownCloses "refused-shutdown-closes" "MNET-DATA-10"
            "SHUTDOWN that acknowledges what was never sent closes the session from this side.";
        RefusedAcknowledgementBecomesTheNewest "refused-acknowledgement-becomes-the-newest" "MNET-DATA-10"
            "After AcknowledgedBytes of the future right ones count as older.";
        RefusedShutdownIsRemembered "refused-shutdown-is-remembered" "MNET-DATA-10"
            "After a SHUTDOWN that acknowledges the future the own one is followed by SHUTDOWN-ACK.";
        TheFutureWaitsBeyondAGap "the-future-waits-beyond-a-gap" "MNET-DATA-10"
            "DATA beyond a gap waits there whatever it acknowledges.";
        TheFutureTakenAmidOutstandingOctets "the-future-taken-amid-outstanding-octets" "MNET-DATA-10"
            "While octets are outstanding DATA is taken though its AcknowledgedBytes is of the future.";
        TheFutureTakenOnARepeat "the-future-taken-on-a-repeat" "MNET-DATA-10"
            "On a repeat AcknowledgedBytes beyond what was sent acknowledges all of it.";
        TheFutureTakenInASecondShutdown "the-future-taken-in-a-second-shutdown" "MNET-DATA-10"
            "In a second SHUTDOWN AcknowledgedBytes beyond what was sent acknowledges all of it.";
        StaleAcknowledgementDropsThePayload "stale-acknowledgement-drops-the-payload" "MNET-DATA-11"
            "The payload beside an older acknowledgement is dropped.";
        StaleAcknowledgementDropsThePayloadWhileSending "stale-acknowledgement-drops-the-payload-while-sending" "MNET-DATA-11"
            "The payload beside an older acknowledgement is dropped while own octets are outstanding.";
        StaleAcknowledgementAborts "stale-acknowledgement-aborts" "MNET-DATA-11"
            "An older acknowledgement ends the session.";
        StaleAcknowledgementLeavesThePayloadUnacknowledged "stale-acknowledgement-leaves-the-payload-unacknowledged" "MNET-DATA-11"
            "The payload beside an older acknowledgement is not acknowledged.";
        ZeroIsNoAcknowledgement "zero-is-no-acknowledgement" "MNET-DATA-12"
            "AcknowledgedBytes of 0 acknowledges nothing, at the wrap either.";
        AcknowledgementsComparedSigned "acknowledgements-compared-signed" "MNET-DATA-12"
            "AcknowledgedBytes is compared as a signed number.";
        APartAcrossTheWrapFreesNothing "a-part-across-the-wrap-frees-nothing" "MNET-DATA-12"
            "An acknowledgement from beyond 2^32 counts only when it covers everything.";
        BreaksAtTheWrap "breaks-at-the-wrap" "MNET-DATA-12"
            "Counters are compared as plain numbers.";
        GapsComparedSigned "gaps-compared-signed" "MNET-DATA-12"
            "OutgoingSequence beyond a gap is compared as a signed number.";
        OneDataOutstanding "one-data-outstanding" "MNET-DATA-13"
            "One DATA is outstanding at a time.";
        OneDataOutstandingLater "one-data-outstanding-later" "MNET-DATA-13"
            "One DATA is outstanding at a time once anything was acknowledged.";
        RepeatedAcknowledgementsCountOn "repeated-acknowledgements-count-on" "MNET-DATA-13"
            "The count of repeated acknowledgements does not begin again after progress.";
        NoFastRetransmit "no-fast-retransmit" "MNET-DATA-13"
            "Repeated acknowledgements bring no retransmission.";
        RepeatedShutdownsNotCounted "repeated-shutdowns-not-counted" "MNET-DATA-13"
            "SHUTDOWNs do not count as repeated acknowledgements.";
        NoCongestionWindow "no-congestion-window" "MNET-DATA-13"
            "Everything that was written is sent at once.";
        AWriteForgetsRepeatedAcknowledgements "a-write-forgets-repeated-acknowledgements" "MNET-DATA-13"
            "When the application writes, the count of repeated acknowledgements begins anew.";
        OneFastRetransmitASession "one-fast-retransmit-a-session" "MNET-DATA-13"
            "After a first retransmission repeated acknowledgements bring none.";
        ConstantInterval "constant-interval" "MNET-DATA-14"
            "Retransmission intervals stay the same.";
        IntervalGrowsOnce "interval-grows-once" "MNET-DATA-14"
            "The retransmission interval doubles once, and stays.";
        AWriteForgetsTheInterval "a-write-forgets-the-interval" "MNET-DATA-14"
            "When the application writes, the retransmission interval is the first one again.";
        TheFifthTryBeginsAnew "the-fifth-try-begins-anew" "MNET-DATA-14"
            "At the fifth try the retransmission interval is the first one again.";
    } } };
}

pub(super) use data_rows;
