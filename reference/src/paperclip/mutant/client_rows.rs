//! The mutants of what lasts too long: from one handshake or session to the next, beyond an end, from one peer to others.

/// Hands the rows, behind those that came before, to the next table.
macro_rules! client_rows {
    ($next:ident $($then:ident)* { $($before:tt)* }) => { $next! { $($then)* {
        $($before)*
        AnEndSettlesOtherSessions "an-end-settles-other-sessions" "CLIP-REL-3"
            "When a client ends its session, what others have not acknowledged is not sent again.";
        AnEndCostsTheFragmentsOfOthers "an-end-costs-the-fragments-of-others" "CLIP-FRAG-2"
            "When a client ends its session, the packets of others that are half there are given up.";
        FirstKeyKept "first-key-kept" "CLIP-ENC-1"
            "All sessions with a peer encrypt and decrypt with the key of the first.";
        PeerOfEndedSessionUnheard "peer-of-ended-session-unheard" "CLIP-AUTH-1"
            "A client whose session with a server has ended hears nothing of it in the next handshake.";
        LastFinishedKept "last-finished-kept" "CLIP-AUTH-1"
            "A client that gets the server's AUTH before its ACK checks the finished of its last session.";
        CertificateInTheFirstSessionAlone "certificate-in-the-first-session-alone" "CLIP-AUTH-1"
            "The AUTH of the first session alone carries the certificate.";
        EarlyFinishedLostWithARepeat "early-finished-lost-with-a-repeat" "CLIP-AUTH-1"
            "A finished that came before the server's AUTH is forgotten when the client repeats its own.";
        RefusedServerUnheard "refused-server-unheard" "CLIP-AUTH-1"
            "A client hears nothing more of a server whose finished, key or certificate was bad.";
        UnusedKeyKept "unused-key-kept" "CLIP-AUTH-2"
            "The key of a handshake that has failed is that of the next one, too.";
        AuthIntervalsGoOn "auth-intervals-go-on" "CLIP-AUTH-4"
            "The intervals of AUTH go on growing in the next handshake.";
        AuthTriesGoOn "auth-tries-go-on" "CLIP-AUTH-4"
            "The repeats of AUTH are counted through all handshakes.";
        TrafficPutsOffAuth "traffic-puts-off-auth" "CLIP-AUTH-4"
            "Whatever comes during a handshake restarts the timer of AUTH.";
        AnOpeningStopsOtherHandshakes "an-opening-stops-other-handshakes" "CLIP-AUTH-4"
            "When a session opens, no other handshake repeats its AUTH any more.";
        AFailureStopsOtherHandshakes "a-failure-stops-other-handshakes" "CLIP-AUTH-4"
            "When a handshake fails, no other one repeats its AUTH any more.";
        RefusedHandshakeRepeatsAuth "refused-handshake-repeats-auth" "CLIP-AUTH-5"
            "A client that has answered a wrong finished with ERROR 1.3 goes on repeating its AUTH.";
        GivenUpHandshakeOpens "given-up-handshake-opens" "CLIP-AUTH-5"
            "A handshake that was given up with ERROR 1.0 opens when the answer comes after all.";
        ADropRestartsEverySilence "a-drop-restarts-every-silence" "CLIP-BEAT-3"
            "When a silent client is dropped, the silence of all others begins anew.";
        LaterClientsNeverDropped "later-clients-never-dropped" "CLIP-BEAT-3"
            "The first client of a server alone is dropped when it is silent.";
        LaterSessionsNotPinged "later-sessions-not-pinged" "CLIP-BEAT-3"
            "A silent client is pinged in the first session of its address alone.";
        SilenceCountsFromTheFirstSession "silence-counts-from-the-first-session" "CLIP-BEAT-3"
            "The silence of each session of an address counts from when its first one opened.";
        DisconnectIgnoredWhileAPacketIsHalfThere "disconnect-ignored-while-a-packet-is-half-there"
            "CLIP-ERR-1" "A disconnect does not end a session in which a packet is half there.";
        EndToldAgain "end-told-again" "CLIP-ERR-1"
            "A disconnect after the end of a session tells the application of it once more.";
        TimersOutliveTheirSession "timers-outlive-their-session" "CLIP-ERR-1"
            "A client that has ended its session is pinged as if it were silent.";
        FirstEndedKeyKept "first-ended-key-kept" "CLIP-ERR-1"
            "Of several sessions of an address that have ended, the AUTH of the first alone is ignored.";
        LastEndAloneRemembered "last-end-alone-remembered" "CLIP-ERR-1"
            "Of the sessions that have ended, the packets of the last one alone are ignored.";
        EndedHostIgnored "ended-host-ignored" "CLIP-ERR-1"
            "After the end of a session nothing from any port of its address is heard.";
        LatePacketsProlongTheEnd "late-packets-prolong-the-end" "CLIP-ERR-1"
            "The 10 s in which an address is ignored begin anew with whatever comes in them.";
        CloseToldToTheFirstClient "close-told-to-the-first-client" "CLIP-ERR-1"
            "Whichever session a server closes, its first client is told.";
        CloseToldToAllClients "close-told-to-all-clients" "CLIP-ERR-1"
            "When a server closes a session, all of its clients are told.";
        RefusalNotTold "refusal-not-told" "CLIP-ERR-1"
            "The application is not told that the peer has refused the handshake.";
        EndOfHandshakeNotTold "end-of-handshake-not-told" "CLIP-ERR-1"
            "The application is not told that a disconnect has ended the handshake.";
        OutstandingOutlivesItsSession "outstanding-outlives-its-session" "CLIP-ERR-1"
            "What was not acknowledged in a session is sent again in the next one with that peer.";
    } } };
}

pub(super) use client_rows;
