//! The mutants of what stands beside a handshake: repeats of AUTH, room, a handshake that would replace a session.

/// Hands the rows, behind those that came before, to `next`, and `then` with them.
macro_rules! handshake_rows {
    ($next:ident $($then:ident)* { $($before:tt)* }) => { $next! { $($then)* {
        $($before)*
        AcksUnreadBesideARival "acks-unread-beside-a-rival" "CLIP-REL-3"
            "While an AUTH with another key waits for its finished, ACKs of the open session are not read.";
        OtherKeyWaitsForTheFirst "other-key-waits-for-the-first" "CLIP-AUTH-1"
            "While a handshake waits for its finished, an AUTH with another key from there gets no answer.";
        ThirdKeyUnanswered "third-key-unanswered" "CLIP-AUTH-1"
            "While an AUTH with another key waits beside an open session, one with a third key gets no answer.";
        GivenUpClientUnanswered "given-up-client-unanswered" "CLIP-AUTH-1"
            "An address whose client was given up for want of ACKs gets no answer to AUTH.";
        RepeatedAuthRestartsVectors "repeated-auth-restarts-vectors" "CLIP-ENC-1"
            "With the AUTH of an open session the Init Vectors begin anew (table).";
        RepeatedAuthStopsOwn "repeated-auth-stops-own" "CLIP-AUTH-4"
            "With the client's AUTH again, before its finished, the server's own is repeated no more.";
        OldAuthUnanswered "old-auth-unanswered" "CLIP-AUTH-4"
            "The same AUTH again gets no answer once its session is 10 s old.";
        RivalAuthSentOnce "rival-auth-sent-once" "CLIP-AUTH-4"
            "The AUTH that answers another key beside an open session is not repeated.";
        FullRivalEndsSession "full-rival-ends-session" "CLIP-AUTH-4"
            "A full server ends the session of an address that shows another key.";
        WritesLostBesideARival "writes-lost-beside-a-rival" "CLIP-AUTH-4"
            "What is written while an AUTH with another key waits for its finished is not sent.";
        OneAuthTimer "one-auth-timer" "CLIP-AUTH-4"
            "Of several handshakes at a time only the AUTH of the newest is repeated.";
        RepeatedFinishedRefused "repeated-finished-refused" "CLIP-AUTH-4"
            "A good finished that comes again on the open session is answered with ERROR 1.3.";
        SecondRivalUnanswered "second-rival-unanswered" "CLIP-AUTH-4"
            "After a handshake beside an open session that has failed the next one there gets no answer.";
        OwnAuthUnansweredBesideARival "own-auth-unanswered-beside-a-rival" "CLIP-AUTH-4"
            "While an AUTH with another key waits for its finished, that of the open session gets no answer.";
        SecondServerAuthUnanswered "second-server-auth-unanswered" "CLIP-AUTH-4"
            "A client answers the AUTH of its server once when it comes again, and no more.";
        ServerForgivesWrongFinished "server-forgives-wrong-finished" "CLIP-AUTH-5"
            "A server goes on with its handshake after its ERROR 1.3.";
        AuthGoesOnAfterError13 "auth-goes-on-after-error-1-3" "CLIP-AUTH-5"
            "After a wrong finished and its ERROR 1.3 a server goes on repeating its AUTH.";
        RefusedKeyRemembered "refused-key-remembered" "CLIP-AUTH-5"
            "An AUTH that was refused gets no answer when it comes again.";
        GivenUpKeyRemembered "given-up-key-remembered" "CLIP-AUTH-5"
            "An AUTH whose handshake got no answer in time gets none when it comes again.";
        RepeatedAuthTakesRoom "repeated-auth-takes-room" "CLIP-AUTH-5"
            "Each repeat of an AUTH takes the room of a session.";
        ReplacedTakesRoom "replaced-takes-room" "CLIP-AUTH-5" "A session that was replaced still takes room.";
        GivenUpTakesRoom "given-up-takes-room" "CLIP-AUTH-5"
            "A session whose client was given up for want of ACKs still takes room.";
        ClosedTakesRoom "closed-takes-room" "CLIP-AUTH-5"
            "A session that the application has closed still takes room.";
        EarlyFragmentsKept "early-fragments-kept" "CLIP-AUTH-6"
            "Fragments from before the session was open are put together with later ones.";
        RefusedClientAnswered "refused-client-answered" "CLIP-AUTH-6"
            "PING of a client that was refused for want of room is answered.";
        AuthDeafensItsAddress "auth-deafens-its-address" "CLIP-AUTH-6"
            "Where there is no handshake, an address that has sent AUTH is not heard any more.";
        FirstPacketSwallowed "first-packet-swallowed" "CLIP-AUTH-6"
            "Where there is no handshake, the first packet of an address opens its session and is not looked at.";
        CertificateAskedOnce "certificate-asked-once" "CLIP-AUTH-7"
            "Once a good certificate has come, a peer without one is taken.";
        PingsUnansweredBesideARival "pings-unanswered-beside-a-rival" "CLIP-BEAT-1"
            "While an AUTH with another key waits for its finished, PING is not answered.";
        OwnDisconnectEndsHandshake "own-disconnect-ends-handshake" "CLIP-ERR-1"
            "The disconnect that is this side's to send ends a handshake.";
        DisconnectIgnoredBesideARival "disconnect-ignored-beside-a-rival" "CLIP-ERR-1"
            "While an AUTH with another key waits for its finished, a disconnect ends nothing.";
    } } };
}

pub(super) use handshake_rows;
