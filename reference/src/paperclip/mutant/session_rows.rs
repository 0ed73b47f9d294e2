//! The mutants of handshakes, heartbeats and ERRORs, by their clauses: variant, name, clause, what it does in one sentence.

/// Hands the rows, behind those that came before, to `declare`.
macro_rules! session_rows {
    ($declare:ident { $($before:tt)* }) => { $declare! {
        $($before)*
        ServerSendsNoFinished "server-sends-no-finished" "CLIP-AUTH-1"
            "The client's AUTH gets an AUTH and no ACK.";
        ServerFinishedEmpty "server-finished-empty" "CLIP-AUTH-1"
            "The ACK of the client's AUTH carries no finished.";
        ClientSendsNoFinished "client-sends-no-finished" "CLIP-AUTH-1" "The server's AUTH gets no ACK.";
        ClientFinishedEmpty "client-finished-empty" "CLIP-AUTH-1"
            "The ACK of the server's AUTH carries no finished.";
        EarlyFinishedDropped "early-finished-dropped" "CLIP-AUTH-1"
            "An ACK that overtakes the server's AUTH is dropped.";
        OpenWithoutFinished "open-without-finished" "CLIP-AUTH-1"
            "The session is open before the peer's finished has come.";
        EmptyFinishedTaken "empty-finished-taken" "CLIP-AUTH-1"
            "An ACK of AUTH without data opens the session.";
        CertificateNotSent "certificate-not-sent" "CLIP-AUTH-1"
            "AUTH has no certificate though there is one.";
        CertificateOfPeerSent "certificate-of-peer-sent" "CLIP-AUTH-1"
            "A server shows the certificate of its client.";
        FinishedNamesOwnAuth "finished-names-own-auth" "CLIP-AUTH-1"
            "The ACK with finished has another ACK ID than the peer's AUTH.";
        FinishedOfAnyAckTaken "finished-of-any-ack-taken" "CLIP-AUTH-1"
            "Finished is taken from an ACK of whatever ID.";
        KeysKept "keys-kept" "CLIP-AUTH-2" "All sessions have the same pair of keys.";
        KeysBeginAnew "keys-begin-anew" "CLIP-AUTH-2" "Keys are the same after every start.";
        KeyAsRawPoint "key-as-raw-point" "CLIP-AUTH-2" "The key is the point alone, without its DER.";
        DerivesWithOtherInfo "derives-with-other-info" "CLIP-AUTH-2"
            "The session key is derived with another info.";
        DerivesWithoutInfo "derives-without-info" "CLIP-AUTH-2"
            "The session key is derived without info.";
        DerivesWithoutLeadingZeros "derives-without-leading-zeros" "CLIP-AUTH-2"
            "Zeros before the shared secret are left out.";
        DerivesByHash "derives-by-hash" "CLIP-AUTH-2"
            "The session key is the SHA-256 of the shared secret.";
        FinishedWithOtherLabel "finished-with-other-label" "CLIP-AUTH-3"
            "Finished begins with another text.";
        FinishedOfText13 "finished-of-text-13" "CLIP-AUTH-3"
            "Finished holds the SHA-256 of the text 13.";
        FinishedOfDecimal13 "finished-of-decimal-13" "CLIP-AUTH-3"
            "Finished holds the SHA-256 of the octet 13, decimal.";
        FinishedWithoutHash "finished-without-hash" "CLIP-AUTH-3"
            "Finished holds the octet 13 in place of its hash.";
        FinishedCut "finished-cut" "CLIP-AUTH-3" "Finished has 16 octets.";
        RepeatedAuthUnanswered "repeated-auth-unanswered" "CLIP-AUTH-4"
            "The same AUTH again gets no answer.";
        RepeatedAuthWithoutCertificate "repeated-auth-without-certificate" "CLIP-AUTH-4"
            "AUTH that is sent again has lost its certificate.";
        FullForItsOwnSessions "full-for-its-own-sessions" "CLIP-AUTH-4"
            "A full server refuses the repeated AUTH of an open session.";
        LateRepeatedAuthUnanswered "late-repeated-auth-unanswered" "CLIP-AUTH-4"
            "The same AUTH again gets no answer once the session is open.";
        RepeatedAuthGetsAckAlone "repeated-auth-gets-ack-alone" "CLIP-AUTH-4"
            "The same AUTH again gets an ACK and no AUTH.";
        RepeatedAuthGetsAuthAlone "repeated-auth-gets-auth-alone" "CLIP-AUTH-4"
            "The same AUTH again gets an AUTH and no ACK.";
        RepeatedAuthGetsNewKey "repeated-auth-gets-new-key" "CLIP-AUTH-4"
            "The same AUTH again gets an AUTH with another key.";
        NewKeyUnanswered "new-key-unanswered" "CLIP-AUTH-4"
            "An AUTH with another key from the address of an open session gets no answer.";
        NewKeyReplacesAtOnce "new-key-replaces-at-once" "CLIP-AUTH-4"
            "An AUTH with another key replaces the open session before its finished has come.";
        BadRivalEndsSession "bad-rival-ends-session" "CLIP-AUTH-4"
            "A wrong finished after an AUTH with another key ends the open session.";
        OtherServerKeyEnds "other-server-key-ends" "CLIP-AUTH-4"
            "An AUTH with another key ends the open session of a client.";
        AuthReliable "auth-reliable" "CLIP-AUTH-4" "AUTH has RELIABLE set.";
        RepeatedServerAuthUnanswered "repeated-server-auth-unanswered" "CLIP-AUTH-4"
            "The server's AUTH again gets no ACK once the session is open.";
        AuthSetsAckBit "auth-sets-ack-bit" "CLIP-AUTH-4"
            "An ACK bit is set where only an AUTH was received.";
        EmptyAckStopsAuth "empty-ack-stops-auth" "CLIP-AUTH-4"
            "AUTH is not repeated when an ACK of it has come without data.";
        AuthSentOnce "auth-sent-once" "CLIP-AUTH-4" "AUTH is not repeated.";
        AuthTriesEndEarly "auth-tries-end-early" "CLIP-AUTH-4"
            "AUTH is sent three times, and then no more until the handshake is given up.";
        AuthRepeatedWithNewNumber "auth-repeated-with-new-number" "CLIP-AUTH-4"
            "AUTH is repeated with a new Sequence ID.";
        AuthRepeatedWithNewKey "auth-repeated-with-new-key" "CLIP-AUTH-4"
            "AUTH is repeated with a new key.";
        ARivalCostsTheOutstanding "a-rival-costs-the-outstanding" "CLIP-AUTH-4"
            "With an AUTH that has another key, what waits for its ACK in the open session is not sent again.";
        RepeatedAuthCostsTheOutstanding "repeated-auth-costs-the-outstanding" "CLIP-AUTH-4"
            "With the AUTH of an open session, what waits for its ACK is not sent again.";
        ReplacedReceivedKept "replaced-received-kept" "CLIP-AUTH-4"
            "What a session has received counts in the one that replaces it.";
        ReplacedSentKept "replaced-sent-kept" "CLIP-AUTH-4"
            "What a session has not got acknowledged is sent again in the one that replaces it.";
        ReplacedFragmentsKept "replaced-fragments-kept" "CLIP-AUTH-4"
            "Unfinished packets of a session are put together in the one that replaces it.";
        RepeatedRivalGetsNewKey "repeated-rival-gets-new-key" "CLIP-AUTH-4"
            "An AUTH that would replace a session gets another key when it comes again.";
        OwnAuthEndsTheRival "own-auth-ends-the-rival" "CLIP-AUTH-4"
            "A repeat of a session's AUTH ends the handshake that would replace it.";
        RefusedRivalEndsSession "refused-rival-ends-session" "CLIP-AUTH-4"
            "A bad key or certificate of a handshake ends the session that it would replace.";
        ReplacedKeyKept "replaced-key-kept" "CLIP-AUTH-4"
            "A session that replaces another has its key.";
        NewKeyUsedAtOnce "new-key-used-at-once" "CLIP-AUTH-4"
            "An AUTH with another key changes the key of the open session.";
        LateAuthSetsItsBit "late-auth-sets-its-bit" "CLIP-AUTH-4"
            "An AUTH with RELIABLE that comes to an open session sets an ACK Bit.";
        OtherServerKeyTakenUnsaid "other-server-key-taken-unsaid" "CLIP-AUTH-4"
            "An open client takes another key of the server, and its finished for that names the first AUTH.";
        OtherServerKeyTaken "other-server-key-taken" "CLIP-AUTH-4"
            "An open client takes another key of the server.";
        NoSpaceUnanswered "no-space-unanswered" "CLIP-AUTH-5" "A full server is silent.";
        NoSpaceError10 "no-space-error-1-0" "CLIP-AUTH-5" "A full server answers with ERROR 1.0.";
        CapacityIgnored "capacity-ignored" "CLIP-AUTH-5"
            "A full server takes one more session, and another.";
        CapacityOneMore "capacity-one-more" "CLIP-AUTH-5" "A full server takes one more session.";
        NoSpaceSaidOnce "no-space-said-once" "CLIP-AUTH-5"
            "Only the first AUTH for which there is no room is answered with ERROR 1.1.";
        FullForItsOwnHandshakes "full-for-its-own-handshakes" "CLIP-AUTH-5"
            "A full server refuses the AUTH of a handshake under way when it comes again.";
        EndedHandshakesTakeRoom "ended-handshakes-take-room" "CLIP-AUTH-5"
            "A handshake that has ended without a session still takes room.";
        RefusedTakeRoom "refused-take-room" "CLIP-AUTH-5"
            "Who was refused for want of room takes room from then on.";
        RefusedAddressRemembered "refused-address-remembered" "CLIP-AUTH-5"
            "After an AUTH that was refused its address gets no answer.";
        FinishUnanswered "finish-unanswered" "CLIP-AUTH-5" "A wrong finished gets no ERROR.";
        FinishError10 "finish-error-1-0" "CLIP-AUTH-5" "A wrong finished gets ERROR 1.0.";
        FinishedUnchecked "finished-unchecked" "CLIP-AUTH-5" "Any finished is taken.";
        FinishedHalfChecked "finished-half-checked" "CLIP-AUTH-5"
            "Only the first 16 octets of finished are compared.";
        FinishedPrefixTaken "finished-prefix-taken" "CLIP-AUTH-5"
            "The beginning of finished is taken for the whole.";
        BadHandshakeUnanswered "bad-handshake-unanswered" "CLIP-AUTH-5"
            "A key that is not on the curve gets no ERROR, nor a handshake without an answer.";
        BadHandshakeError13 "bad-handshake-error-1-3" "CLIP-AUTH-5"
            "A key that is not on the curve gets ERROR 1.3.";
        CertificateUnanswered "certificate-unanswered" "CLIP-AUTH-5"
            "A certificate that does not verify gets no ERROR.";
        CertificateError10 "certificate-error-1-0" "CLIP-AUTH-5"
            "A certificate that does not verify gets ERROR 1.0.";
        BadHandshakeNotTold "bad-handshake-not-told" "CLIP-AUTH-5"
            "The application is not told that a handshake has failed.";
        AuthRepeatedForEver "auth-repeated-for-ever" "CLIP-AUTH-5" "AUTH is repeated without end.";
        WrongFinishedForgiven "wrong-finished-forgiven" "CLIP-AUTH-5"
            "A client goes on with its handshake after its ERROR 1.3.";
        RefusedAuthForgiven "refused-auth-forgiven" "CLIP-AUTH-5"
            "A client goes on with its handshake after its ERROR 1.0 or 1.2.";
        EarlyPacketsTaken "early-packets-taken" "CLIP-AUTH-6" "DEFAULT before finished is taken.";
        EarlyPingAnswered "early-ping-answered" "CLIP-AUTH-6" "PING before finished is answered.";
        EarlyPacketsAcknowledged "early-packets-acknowledged" "CLIP-AUTH-6"
            "A reliable packet before finished is acknowledged.";
        EarlyPacketsRefused "early-packets-refused" "CLIP-AUTH-6"
            "DEFAULT and HEARTBEAT before finished are answered with ERROR 1.0.";
        EarlyPacketsReceived "early-packets-received" "CLIP-AUTH-6"
            "A packet that was dropped before finished counts as received.";
        MalformedEndsHandshake "malformed-ends-handshake" "CLIP-AUTH-6"
            "What cannot be read before the session is open ends its handshake.";
        FollowsItsPeer "follows-its-peer" "CLIP-AUTH-6"
            "A session goes on with the address that a packet came from last.";
        PingOfStrangerAnswered "ping-of-stranger-answered" "CLIP-AUTH-6"
            "PING of an address without session is answered.";
        AuthTakenWithoutHandshake "auth-taken-without-handshake" "CLIP-AUTH-6"
            "AUTH is taken though there is no handshake.";
        CertificatesUnchecked "certificates-unchecked" "CLIP-AUTH-7" "Any certificate is taken.";
        MissingCertificateTaken "missing-certificate-taken" "CLIP-AUTH-7"
            "A peer without a certificate is taken.";
        ExpiredCertificateTaken "expired-certificate-taken" "CLIP-AUTH-7"
            "A certificate that has expired is taken.";
        SignatureUnchecked "signature-unchecked" "CLIP-AUTH-7"
            "The signature of a certificate is not checked.";
        LastAnchorForgotten "last-anchor-forgotten" "CLIP-AUTH-7"
            "The last of several anchors does not count.";
        AuthWithAnOctetMoreTaken "auth-with-an-octet-more-taken" "CLIP-AUTH-7"
            "An octet behind the key of AUTH is left out.";
        CertificateOfSizeZeroTaken "certificate-of-size-zero-taken" "CLIP-AUTH-7"
            "A certificate of size 0 is taken.";
        SendsCertificateOfSizeZero "sends-certificate-of-size-zero" "CLIP-AUTH-7"
            "AUTH without certificate carries the size 0.";
        OctetsAfterCertificateTaken "octets-after-certificate-taken" "CLIP-AUTH-7"
            "Octets after the certificate are ignored.";
        PingUnanswered "ping-unanswered" "CLIP-BEAT-1" "PING is not answered.";
        CodedPingsUnanswered "coded-pings-unanswered" "CLIP-BEAT-1"
            "A PING under CHECKSUM, COMPRESSED or ENCRYPTED is not answered.";
        PingAnsweredWithPing "ping-answered-with-ping" "CLIP-BEAT-1" "PING is answered with PING.";
        PongIs255 "pong-is-255" "CLIP-BEAT-1" "PONG has the value 255.";
        PongAnsweredWithPing "pong-answered-with-ping" "CLIP-BEAT-1" "PONG is answered with PING.";
        PongAnswered "pong-answered" "CLIP-BEAT-1" "PONG is answered with PONG.";
        PongWithoutData "pong-without-data" "CLIP-BEAT-2" "PONG does not return the data of PING.";
        PongAsItCame "pong-as-it-came" "CLIP-BEAT-2"
            "The PONG of a compressed PING returns it compressed.";
        PongDataCut "pong-data-cut" "CLIP-BEAT-2" "PONG returns all but the last octet of PING's data.";
        EncryptedPongWithoutData "encrypted-pong-without-data" "CLIP-BEAT-2"
            "PONG to an encrypted PING has no data.";
        PongDataCutAtZero "pong-data-cut-at-zero" "CLIP-BEAT-2" "PONG returns the data of PING up to its first octet 0.";
        PongOf64Octets "pong-of-64-octets" "CLIP-BEAT-2" "PONG returns 64 octets at most.";
        NeverPings "never-pings" "CLIP-BEAT-3" "A silent client is not pinged.";
        PingWaitsForAcks "ping-waits-for-acks" "CLIP-BEAT-3"
            "A client that leaves something unacknowledged is not pinged.";
        DropCountsFromThePing "drop-counts-from-the-ping" "CLIP-BEAT-3"
            "The time until a silent client is dropped begins with the PING.";
        AnyPacketEndsEverySilence "any-packet-ends-every-silence" "CLIP-BEAT-3"
            "A packet of one client counts as one of each.";
        NeverDrops "never-drops" "CLIP-BEAT-3" "A silent client is never dropped.";
        DropsWithThePing "drops-with-the-ping" "CLIP-BEAT-3"
            "A silent client is dropped when it should be pinged.";
        DropsEarly "drops-early" "CLIP-BEAT-3" "A silent client is dropped after three quarters of its time.";
        AcksAreSilence "acks-are-silence" "CLIP-BEAT-3" "A client that sends nothing but ACKs is silent.";
        DroppedClientNeverServed "dropped-client-never-served" "CLIP-BEAT-3"
            "An address whose silent client was dropped is never served again.";
        SilenceNotTold "silence-not-told" "CLIP-BEAT-3"
            "The application is not told that a silent client was dropped.";
        DisconnectIgnored "disconnect-ignored" "CLIP-ERR-1"
            "The peer's own disconnect does not end the session.";
        DisconnectIgnoredWhileAPacketIsOutstanding "disconnect-ignored-while-a-packet-is-outstanding"
            "CLIP-ERR-1" "A disconnect does not end a session in which a reliable packet waits for its ACK.";
        Disconnect20Ignored "disconnect-2-0-ignored" "CLIP-ERR-1" "ERROR 2.0 does not end the session.";
        NewKeyAfterEndUnanswered "new-key-after-end-unanswered" "CLIP-ERR-1"
            "For 10 s after the end of a session an AUTH with another key gets no answer.";
        DisconnectWithFlagsIgnored "disconnect-with-flags-ignored" "CLIP-ERR-1"
            "A disconnect with other flags than CHECKSUM does not end the session.";
        DisconnectInFragmentsIgnored "disconnect-in-fragments-ignored" "CLIP-ERR-1"
            "A disconnect of more than one fragment does not end the session.";
        DisconnectOf988OctetsIgnored "disconnect-of-988-octets-ignored" "CLIP-ERR-1"
            "A disconnect with as much text as fits does not end the session.";
        OldDisconnectIgnored "old-disconnect-ignored" "CLIP-ERR-1"
            "A disconnect that newer packets have overtaken does not end the session.";
        DisconnectEndsAll "disconnect-ends-all" "CLIP-ERR-1"
            "The disconnect of one peer ends the sessions of all others.";
        OwnDisconnectTaken "own-disconnect-taken" "CLIP-ERR-1"
            "The disconnect that is this side's to send ends the session.";
        LateHandshakeErrorEnds "late-handshake-error-ends" "CLIP-ERR-1"
            "ERROR 1.x ends an open session.";
        EndedSessionAnswers "ended-session-answers" "CLIP-ERR-1"
            "Packets of a session that has ended are answered.";
        HandshakeErrorIgnored "handshake-error-ignored" "CLIP-ERR-1"
            "ERROR 1.x does not end the handshake.";
        HandshakeErrorsCostTheOutstanding "handshake-errors-cost-the-outstanding" "CLIP-ERR-1"
            "With an ERROR 1.x in an open session, what waits for its ACK is not sent again.";
        ClosesSilently "closes-silently" "CLIP-ERR-1" "The application's close sends no ERROR.";
        ClosedSessionGoesOn "closed-session-goes-on" "CLIP-ERR-1"
            "A session that the application has closed goes on answering and sending again.";
        ClosesAsOtherSide "closes-as-other-side" "CLIP-ERR-1"
            "The application's close sends the disconnect of the other side.";
        EndNotTold "end-not-told" "CLIP-ERR-1"
            "The application is not told that the peer has ended the session.";
        LaterEndsNotTold "later-ends-not-told" "CLIP-ERR-1"
            "The application is told of the end of its first session alone.";
        EndToldAsFailure "end-told-as-failure" "CLIP-ERR-1"
            "The application is told of a failure when the peer has ended the session.";
        EndedIgnoredForEver "ended-ignored-for-ever" "CLIP-ERR-1"
            "An address that has ended its session is never served again.";
        EndedRememberedForNineSeconds "ended-remembered-for-9-s" "CLIP-ERR-1"
            "Late packets of a session that has ended are ignored for 9 s.";
        ErrorsCarryOctets "errors-carry-octets" "CLIP-ERR-2"
            "ERROR 3.x carries octets that are no text.";
        PacketErrorEnds "packet-error-ends" "CLIP-ERR-2" "ERROR 3.x ends the session.";
        UnknownDisconnectEnds "unknown-disconnect-ends" "CLIP-ERR-2"
            "ERROR 2.3 to 2.15 end the session.";
        UnknownErrorsCostTheOutstanding "unknown-errors-cost-the-outstanding" "CLIP-ERR-2"
            "With an ERROR that no table has, what waits for its ACK is not sent again.";
        UnknownErrorEndsHandshake "unknown-error-ends-handshake" "CLIP-ERR-2"
            "A code that no table has ends a handshake.";
        ReservedErrorEnds "reserved-error-ends" "CLIP-ERR-2" "ERROR 4.x to 15.x end the session.";
        UnknownErrorDelivered "unknown-error-delivered" "CLIP-ERR-2"
            "The data of an ERROR 4.x to 15.x is delivered.";
    } };
}

pub(super) use session_rows;
