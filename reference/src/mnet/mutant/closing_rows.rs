//! The mutants of SHUTDOWN and ABORT, by their clauses: variant, name, clause, what it does in one sentence.

/// Hands the rows, behind those that came before, to `declare`.
macro_rules! closing_rows {
    ($declare:ident { $($before:tt)* }) => { $declare! {
        $($before)*
        ShutdownBeforeAcknowledged "shutdown-before-acknowledged" "MNET-SHUT-1"
            "SHUTDOWN goes before the octets written are acknowledged.";
        ShutdownWaitsForThePeersOctets "shutdown-waits-for-the-peers-octets" "MNET-SHUT-1"
            "SHUTDOWN is not sent while octets of the peer are missing.";
        ShutdownAckWithAGap "shutdown-ack-with-a-gap" "MNET-SHUT-1"
            "SHUTDOWN is answered while octets before it are missing.";
        RepeatedShutdownForgetsAGap "repeated-shutdown-forgets-a-gap" "MNET-SHUT-1"
            "SHUTDOWN that comes again is answered while octets before it are missing.";
        ShutdownAckWithAGapWhenBothClose "shutdown-ack-with-a-gap-when-both-close" "MNET-SHUT-1"
            "When both sides close, SHUTDOWN is answered though octets before others are missing.";
        CloseLosesWhatWaits "close-loses-what-waits" "MNET-SHUT-1"
            "What was written and not yet sent when the application closes is lost.";
        ACoveredPieceStays "a-covered-piece-stays" "MNET-SHUT-1"
            "A piece beyond a gap that other octets have covered counts as a gap for ever.";
        DataAfterShutdown "data-after-shutdown" "MNET-SHUT-2"
            "A new octet follows SHUTDOWN.";
        DeafAfterShutdown "deaf-after-shutdown" "MNET-SHUT-2"
            "After SHUTDOWN no DATA is taken.";
        ShutdownAcknowledgementIgnored "shutdown-acknowledgement-ignored" "MNET-SHUT-3"
            "AcknowledgedBytes of SHUTDOWN is not read.";
        ShutdownAcknowledgesNothing "shutdown-acknowledges-nothing" "MNET-SHUT-3"
            "AcknowledgedBytes of SHUTDOWN says that nothing was received.";
        ShutdownsPartIgnored "shutdowns-part-ignored" "MNET-SHUT-3"
            "AcknowledgedBytes of SHUTDOWN is read only when it covers everything.";
        OctetsSentAgainAreThrough "octets-sent-again-are-through" "MNET-SHUT-4"
            "SHUTDOWN is answered once the octets written have been sent again.";
        ShutdownAckBeforeOwnData "shutdown-ack-before-own-data" "MNET-SHUT-4"
            "SHUTDOWN is answered before the octets written are through.";
        ShutdownAckWaitsForAnotherShutdown "shutdown-ack-waits-for-another-shutdown" "MNET-SHUT-4"
            "SHUTDOWN-ACK that had to wait for acknowledgements goes when SHUTDOWN comes again.";
        ShutdownLosesWhatWaits "shutdown-loses-what-waits" "MNET-SHUT-4"
            "What waits for the window is lost when SHUTDOWN comes.";
        NoShutdownAck "no-shutdown-ack" "MNET-SHUT-4"
            "SHUTDOWN is not answered.";
        ShutdownAmidACloseForgotten "shutdown-amid-a-close-forgotten" "MNET-SHUT-4"
            "SHUTDOWN that comes while a close waits for acknowledgements is forgotten.";
        AShutdownClosesTheOldestSession "a-shutdown-closes-the-oldest-session" "MNET-SHUT-4"
            "SHUTDOWN counts for the oldest open session with its sender, whatever its tag.";
        AnAcknowledgementInPartEndsTheWait "an-acknowledgement-in-part-ends-the-wait" "MNET-SHUT-4"
            "SHUTDOWN that acknowledges some of what is outstanding acknowledges all.";
        NoShutdownComplete "no-shutdown-complete" "MNET-SHUT-5"
            "SHUTDOWN-ACK is not answered.";
        ShutdownCompletedAfterTheEnd "shutdown-completed-after-the-end" "MNET-SHUT-5"
            "SHUTDOWN behind SHUTDOWN-COMPLETE is answered with it again.";
        ShutdownCompleteTwice "shutdown-complete-twice" "MNET-SHUT-5"
            "SHUTDOWN-COMPLETE is sent twice each time.";
        AbortForShutdownComplete "abort-for-shutdown-complete" "MNET-SHUT-5"
            "SHUTDOWN-ACK is answered with ABORT.";
        EndNotTold "end-not-told" "MNET-SHUT-5"
            "The application is not told of a clean end.";
        ACloseEndsTheSessionsBesideIt "a-close-ends-the-sessions-beside-it" "MNET-SHUT-5"
            "SHUTDOWN-COMPLETE ends the other sessions of its address as well.";
        AShutdownCompleteEndsTheOldestSession "a-shutdown-complete-ends-the-oldest-session" "MNET-SHUT-5"
            "SHUTDOWN-COMPLETE counts for the oldest session with its sender that waits for one.";
        LateCookieAborted "late-cookie-aborted" "MNET-SHUT-5"
            "A COOKIE that comes after a session has ended is answered with ABORT.";
        ShutdownTriesGoOn "shutdown-tries-go-on" "MNET-SHUT-6"
            "New octets do not start the count of SHUTDOWNs again.";
        ShutdownRepeatedOnce "shutdown-repeated-once" "MNET-SHUT-6"
            "SHUTDOWN is repeated once, and no more.";
        ShutdownNotRepeated "shutdown-not-repeated" "MNET-SHUT-6"
            "SHUTDOWN is sent once only.";
        AShutdownBeforeAGapEndsTheRepetitions "a-shutdown-before-a-gap-ends-the-repetitions" "MNET-SHUT-6"
            "SHUTDOWN is not repeated once the peer's has come that waits for missing octets.";
        ABareDataPutsShutdownOff "a-bare-data-puts-shutdown-off" "MNET-SHUT-6"
            "A bare DATA starts the timer of SHUTDOWN again.";
        DataPutsShutdownAckOff "data-puts-shutdown-ack-off" "MNET-SHUT-6"
            "DATA starts the timer of SHUTDOWN-ACK again.";
        ALateCookieAckPutsShutdownOff "a-late-cookie-ack-puts-shutdown-off" "MNET-SHUT-6"
            "A COOKIE-ACK within a session starts the timer of SHUTDOWN again.";
        AnEndStopsTheShutdownAcksOfOthers "an-end-stops-the-shutdown-acks-of-others" "MNET-SHUT-6"
            "SHUTDOWN-ACK is not repeated once another session has ended.";
        ShutdownAckNotRepeated "shutdown-ack-not-repeated" "MNET-SHUT-6"
            "SHUTDOWN-ACK is sent once only.";
        SecondShutdownStopsShutdownAck "second-shutdown-stops-shutdown-ack" "MNET-SHUT-6"
            "SHUTDOWN-ACK is not repeated any more once it has answered a repeated SHUTDOWN.";
        RepeatedShutdownNotAnswered "repeated-shutdown-not-answered" "MNET-SHUT-6"
            "A repeated SHUTDOWN is not answered.";
        ShutdownGivenUpAsClean "shutdown-given-up-as-clean" "MNET-SHUT-6"
            "Giving up on SHUTDOWN is reported as a clean end.";
        ShutdownGivenUpAsCleanAfterOctets "shutdown-given-up-as-clean-after-octets" "MNET-SHUT-6"
            "Giving up on SHUTDOWN is reported as a clean end when octets have come in the session.";
        ShutdownAckGivenUpAsFailureAfterOctets "shutdown-ack-given-up-as-failure-after-octets" "MNET-SHUT-6"
            "Giving up on SHUTDOWN-ACK is reported as a failure when octets went both ways.";
        ShutdownAckGivenUpAsFailure "shutdown-ack-given-up-as-failure" "MNET-SHUT-6"
            "Giving up on SHUTDOWN-ACK is reported as a failure.";
        RepeatedShutdownAckNotAnswered "repeated-shutdown-ack-not-answered" "MNET-SHUT-7"
            "A repeated SHUTDOWN-ACK is not answered with SHUTDOWN-COMPLETE.";
        OneEndRemembered "one-end-remembered" "MNET-SHUT-7"
            "A repeated SHUTDOWN-ACK is answered only for the session that ended last.";
        OneEndOfAnAddressRemembered "one-end-of-an-address-remembered" "MNET-SHUT-7"
            "Of the sessions of one address, a repeated SHUTDOWN-ACK is answered only for the one that ended last.";
        AnInitForgetsEnds "an-init-forgets-ends" "MNET-SHUT-7"
            "After an INIT from its address a repeated SHUTDOWN-ACK is not answered.";
        ASessionForgetsEnds "a-session-forgets-ends" "MNET-SHUT-7"
            "While a session with its address lives, a repeated SHUTDOWN-ACK of an ended one is not answered.";
        CrossingShutdownsAbort "crossing-shutdowns-abort" "MNET-SHUT-8"
            "SHUTDOWN that meets SHUTDOWN ends the session with ABORT.";
        CrossingShutdownIgnored "crossing-shutdown-ignored" "MNET-SHUT-8"
            "SHUTDOWN that meets SHUTDOWN is not answered.";
        UnaskedShutdownAckAcknowledges "unasked-shutdown-ack-acknowledges" "MNET-SHUT-9"
            "A SHUTDOWN-ACK that nobody asked for acknowledges everything.";
        UnaskedShutdownAckAnswered "unasked-shutdown-ack-answered" "MNET-SHUT-9"
            "SHUTDOWN-ACK in an open session is answered.";
        UnaskedShutdownAckRemembered "unasked-shutdown-ack-remembered" "MNET-SHUT-9"
            "A SHUTDOWN-ACK that nobody asked for completes a close that begins later.";
        UnaskedShutdownCompleteEnds "unasked-shutdown-complete-ends" "MNET-SHUT-9"
            "SHUTDOWN-COMPLETE ends an open session.";
        UnaskedCookieAckAborts "unasked-cookie-ack-aborts" "MNET-SHUT-9"
            "COOKIE-ACK in a session of a listener ends that session.";
        UnaskedCookieAckStopsTheTimers "unasked-cookie-ack-stops-the-timers" "MNET-SHUT-9"
            "After COOKIE-ACK in a session of a listener no DATA is sent again.";
        DataAnsweredAfterShutdownAck "data-answered-after-shutdown-ack" "MNET-SHUT-10"
            "DATA is acknowledged after SHUTDOWN-ACK.";
        GapAnsweredAfterShutdownAck "gap-answered-after-shutdown-ack" "MNET-SHUT-10"
            "DATA beyond a gap is answered after SHUTDOWN-ACK.";
        DataAfterShutdownAckEnds "data-after-shutdown-ack-ends" "MNET-SHUT-10"
            "DATA after SHUTDOWN-ACK ends the session.";
        DataBringsShutdownAckAgain "data-brings-shutdown-ack-again" "MNET-SHUT-10"
            "DATA after SHUTDOWN-ACK is answered with SHUTDOWN-ACK.";
        DataBringsShutdownAgain "data-brings-shutdown-again" "MNET-SHUT-10"
            "DATA after SHUTDOWN-ACK is answered with SHUTDOWN.";
        DataStopsShutdownAck "data-stops-shutdown-ack" "MNET-SHUT-10"
            "SHUTDOWN-ACK is not repeated any more once DATA has come after it.";
        AbortIgnored "abort-ignored" "MNET-ABORT-1"
            "ABORT changes nothing.";
        AbortIgnoredOnceInitWasRepeated "abort-ignored-once-init-was-repeated" "MNET-ABORT-1"
            "A connector that has repeated INIT takes no ABORT before COOKIE.";
        AbortIgnoredWhileACloseWaits "abort-ignored-while-a-close-waits" "MNET-ABORT-1"
            "An ABORT is not read while a close waits for acknowledgements.";
        AbortEndsSessionsWithItsTag "abort-ends-sessions-with-its-tag" "MNET-ABORT-1"
            "ABORT ends the sessions of other ports that have the same tag of INIT.";
        AbortNotTold "abort-not-told" "MNET-ABORT-1"
            "The application is not told of ABORT.";
        ReflectedAbortIgnored "reflected-abort-ignored" "MNET-ABORT-1"
            "ABORT that carries the receiver's own stamp changes nothing.";
        AcknowledgesBeforeItsEnd "acknowledges-before-its-end" "MNET-ABORT-1"
            "An acknowledgement that is due is sent when ABORT comes.";
        AcknowledgesBehindAnAbort "acknowledges-behind-an-abort" "MNET-ABORT-1"
            "DATA that comes behind ABORT is acknowledged.";
        AnAbortEndsTheNewestSession "an-abort-ends-the-newest-session" "MNET-ABORT-1"
            "ABORT ends the newest session with its sender, whatever its tag.";
        AnyAbortEndsAnOpening "any-abort-ends-an-opening" "MNET-ABORT-1"
            "While a session is being opened ABORT with any tag ends it.";
        AbortAnswered "abort-answered" "MNET-ABORT-2"
            "ABORT is answered with ABORT.";
        AbortAnsweredAfterTheEnd "abort-answered-after-the-end" "MNET-ABORT-2"
            "ABORT behind SHUTDOWN-COMPLETE is answered with ABORT.";
        AnswersUnknownAbort "answers-unknown-abort" "MNET-ABORT-2"
            "ABORT of no session is answered with ABORT.";
        NoAbort "no-abort" "MNET-ABORT-3"
            "An application that aborts causes no ABORT.";
        NoAbortAfterShutdownAck "no-abort-after-shutdown-ack" "MNET-ABORT-3"
            "An application that aborts after SHUTDOWN-ACK was sent causes no ABORT.";
        AbortEndsAllSessions "abort-ends-all-sessions" "MNET-ABORT-3"
            "An application that aborts ends all sessions with the same peer.";
        ShutdownInsteadOfAbort "shutdown-instead-of-abort" "MNET-ABORT-3"
            "An application that aborts causes SHUTDOWN.";
        DataAfterAbort "data-after-abort" "MNET-ABORT-3"
            "DATA follows ABORT.";
        AcknowledgesBehindItsOwnAbort "acknowledges-behind-its-own-abort" "MNET-ABORT-3"
            "DATA that comes after its own ABORT is acknowledged.";
        AcknowledgesBehindAGivingUp "acknowledges-behind-a-giving-up" "MNET-ABORT-3"
            "DATA of a session that was given up with ABORT is acknowledged.";
        ACloseThatWasGivenUpIsCompleted "a-close-that-was-given-up-is-completed" "MNET-ABORT-3"
            "SHUTDOWN-ACK of a session whose SHUTDOWN was given up with ABORT is answered with SHUTDOWN-COMPLETE.";
    } };
}

pub(super) use closing_rows;
