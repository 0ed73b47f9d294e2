//! The table of mutants: name, clause, what it does. Each is declared here once.

use crate::mnet::mutant::data_rows::data_rows;
use crate::mutants::mutants;

#[rustfmt::skip]
data_rows! { mutants {
    #[expect(clippy::doc_markdown, reason = "reports show the same sentences as plain text")]
    TwoPacketsInOneDatagram "two-packets-in-one-datagram" "MNET-WIRE-1"
        "Every DATA is followed by a second packet in the same datagram.";
    PacketsOfOneMomentInOneDatagram "packets-of-one-moment-in-one-datagram" "MNET-WIRE-1"
        "What falls due for one address at the same moment goes in one datagram.";
    SequenceInTheOtherByteOrder "sequence-in-the-other-byte-order" "MNET-WIRE-2"
        "OutgoingSequence has the other byte order.";
    AcknowledgedInTheOtherByteOrder "acknowledged-in-the-other-byte-order" "MNET-WIRE-2"
        "AcknowledgedBytes has the other byte order.";
    LengthInTheOtherByteOrder "length-in-the-other-byte-order" "MNET-WIRE-2"
        "DataLength has the other byte order.";
    ExpirationInTheOtherByteOrder "expiration-in-the-other-byte-order" "MNET-WIRE-2"
        "The expiration of COOKIE has the other byte order.";
    DataTrailingOctet "data-trailing-octet" "MNET-WIRE-3"
        "An octet follows the payload that DataLength counts.";
    DataLengthOffByOne "data-length-off-by-one" "MNET-WIRE-3"
        "DataLength counts one octet more than follows it.";
    CookieAckOneLonger "cookie-ack-one-longer" "MNET-WIRE-3"
        "COOKIE-ACK has five octets.";
    ShutdownOneShorter "shutdown-one-shorter" "MNET-WIRE-3"
        "SHUTDOWN has seven octets.";
    DeafAfterAnUnknownType "deaf-after-an-unknown-type" "MNET-WIRE-4"
        "After a packet of unknown type nothing is heard any more.";
    DeafAfterAnEmptyDatagram "deaf-after-an-empty-datagram" "MNET-WIRE-4"
        "After an empty datagram nothing is heard any more.";
    DeafAfterAShortPacket "deaf-after-a-short-packet" "MNET-WIRE-4"
        "After a packet that is too short nothing is heard any more.";
    DeliversTooLongData "delivers-too-long-data" "MNET-WIRE-4"
        "The announced part of a DATA that is too long is delivered.";
    DeliversDataThatIsOneOctetTooLong "delivers-data-that-is-one-octet-too-long" "MNET-WIRE-4"
        "The announced part of a DATA that is one octet too long is delivered.";
    DeliversTooShortData "delivers-too-short-data" "MNET-WIRE-4"
        "What there is of a DATA that is too short is delivered.";
    DeliversBehindAnEmptyData "delivers-behind-an-empty-data" "MNET-WIRE-4"
        "Octets behind a DATA that announces none are delivered.";
    RubbishEndsTheSessionsOfOthers "rubbish-ends-the-sessions-of-others" "MNET-WIRE-4"
        "A malformed datagram from where one session is ends another.";
    TypeHighBitsIgnored "type-high-bits-ignored" "MNET-WIRE-4"
        "The upper four bits of the type are not looked at.";
    DeliversTooLongDataWhileClosing "delivers-too-long-data-while-closing" "MNET-WIRE-4"
        "Once the close has begun, the announced part of a DATA that is too long is delivered.";
    RubbishStopsTheTimersOfAClose "rubbish-stops-the-timers-of-a-close" "MNET-WIRE-4"
        "What is no packet stops the repetition of all that waits for an answer, a close too.";
    RubbishTakesACloseBack "rubbish-takes-a-close-back" "MNET-WIRE-4"
        "What is no packet takes a close back that waits for acknowledgements.";
    RubbishTakesThePeersCloseBack "rubbish-takes-the-peers-close-back" "MNET-WIRE-4"
        "What is no packet makes the peer's SHUTDOWN forgotten.";
    RubbishForgetsEnds "rubbish-forgets-ends" "MNET-WIRE-4"
        "After what is no packet a repeated SHUTDOWN-ACK of an ended session is not answered.";
    AbortsOnAMalformedPacket "aborts-on-a-malformed-packet" "MNET-WIRE-5"
        "A malformed packet with a session's tag aborts the session.";
    EndsInSilenceOnAMalformedPacket "ends-in-silence-on-a-malformed-packet" "MNET-WIRE-5"
        "A malformed packet with a session's tag ends the session, and nobody is told.";
    AbortsOnAShortPacket "aborts-on-a-short-packet" "MNET-WIRE-5"
        "A packet that is too short, with a session's tag, aborts the session.";
    AbortsItsPeersSessionOnAShortPacket "aborts-its-peers-session-on-a-short-packet" "MNET-WIRE-5"
        "A packet that is too short aborts a session of who sent it.";
    AnswersALongerInit "answers-a-longer-init" "MNET-WIRE-5"
        "INIT with octets behind its last one is answered.";
    TakesALongerEcho "takes-a-longer-echo" "MNET-WIRE-5"
        "COOKIE-ECHO with octets behind its last one is taken.";
    TakesALongerCookie "takes-a-longer-cookie" "MNET-WIRE-5"
        "COOKIE with octets behind its last one is taken.";
    MalformedDataOverridesAnAcknowledgement "malformed-data-overrides-an-acknowledgement" "MNET-WIRE-5"
        "A malformed DATA takes the place of the acknowledgement that is due.";
    MalformedShutdownIsRemembered "malformed-shutdown-is-remembered" "MNET-WIRE-5"
        "After a malformed SHUTDOWN the own one is followed by SHUTDOWN-ACK.";
    TakesALongerAbortWhileSending "takes-a-longer-abort-while-sending" "MNET-WIRE-5"
        "While octets are outstanding an ABORT with octets behind its last one ends the session.";
    TakesALongerAbortWhileOpening "takes-a-longer-abort-while-opening" "MNET-WIRE-5"
        "An ABORT with octets behind its last one ends an opening.";
    CookieForAnotherMagic "cookie-for-another-magic" "MNET-WIRE-6"
        "INIT is answered whatever its magic.";
    MagicInAnyOrder "magic-in-any-order" "MNET-WIRE-6"
        "INIT is answered whatever the order of the octets of its magic.";
    SendsAnotherMagic "sends-another-magic" "MNET-WIRE-6"
        "INIT carries another magic.";
    SendsAnotherVersion "sends-another-version" "MNET-WIRE-6"
        "INIT carries version 2.";
    AnotherMagicTakenInARepeat "another-magic-taken-in-a-repeat" "MNET-WIRE-6"
        "The magic of an INIT whose address and tag have asked before is not looked at.";
    CookieForAnotherVersion "cookie-for-another-version" "MNET-WIRE-7"
        "INIT is answered whatever its version.";
    AnotherVersionEndsTheSessionWithItsTag "another-version-ends-the-session-with-its-tag" "MNET-WIRE-7"
        "INIT of another version with the tag and from the address of a live session ends it.";
    AnyVersionWhereASessionLives "any-version-where-a-session-lives" "MNET-WIRE-7"
        "INIT is answered whatever its version when there is a session with its address.";
    StampsTheOtherTag "stamps-the-other-tag" "MNET-WIRE-8"
        "Packets carry the tag that the dialect does not say.";
    TagsCountUp "tags-count-up" "MNET-WIRE-9"
        "Each tag is the one before plus one.";
    TagsRepeat "tags-repeat" "MNET-WIRE-9"
        "Only four different tags are ever used.";
    TagsOfSixteenBits "tags-of-sixteen-bits" "MNET-WIRE-9"
        "The last octet of each tag is 0.";
    TagsBeginAnew "tags-begin-anew" "MNET-WIRE-9"
        "Tags are the same after every start.";
    AnswersUnknownDataWithCookieAck "answers-unknown-data-with-cookie-ack" "MNET-WIRE-10"
        "DATA of no session is answered with COOKIE-ACK.";
    AnswersUnknownCookieAckWithData "answers-unknown-cookie-ack-with-data" "MNET-WIRE-10"
        "COOKIE-ACK of no session is answered with a bare DATA.";
    AnswersUnknownDataTwice "answers-unknown-data-twice" "MNET-WIRE-10"
        "DATA of no session is answered with two ABORTs.";
    AnswersUnknownShutdownComplete "answers-unknown-shutdown-complete" "MNET-WIRE-10"
        "SHUTDOWN-COMPLETE of no session is answered with ABORT.";
    AnswersUnknownCookie "answers-unknown-cookie" "MNET-WIRE-10"
        "COOKIE of no session is answered with ABORT.";
    TakesCookieForAnEcho "takes-cookie-for-an-echo" "MNET-WIRE-10"
        "A listener takes COOKIE for COOKIE-ECHO.";
    AcceptsAnyTag "accepts-any-tag" "MNET-WIRE-10"
        "Packets from a session's peer are taken whatever their tag.";
    ComparesTwoOctetsOfATag "compares-two-octets-of-a-tag" "MNET-WIRE-10"
        "Of a tag, only the first two octets are compared.";
    TagsComparedUpToAZero "tags-compared-up-to-a-zero" "MNET-WIRE-10"
        "Tags are compared up to their first octet of zero.";
    TagsComparedByTheirXor "tags-compared-by-their-xor" "MNET-WIRE-10"
        "Of a tag, only the exclusive or of its octets is compared.";
    TakesEitherStamp "takes-either-stamp" "MNET-WIRE-10"
        "Packets from a session's peer are taken with the tag of either side.";
    AStrayPacketOverridesAnAcknowledgement "a-stray-packet-overrides-an-acknowledgement" "MNET-WIRE-10"
        "A packet of no session takes the place of the acknowledgement that is due to its sender.";
    DeafToWhoHasSentAHundredStrays "deaf-to-who-has-sent-a-hundred-strays" "MNET-WIRE-10"
        "Who has sent a hundred packets of no session is not heard any more.";
    AnyTagTakenAfterItsOwnClose "any-tag-taken-after-its-own-close" "MNET-WIRE-10"
        "Once SHUTDOWN or SHUTDOWN-ACK was sent, DATA, SHUTDOWN and ABORT count whatever their tag.";
    StraysStopTheTimers "strays-stop-the-timers" "MNET-WIRE-10"
        "A packet of no session stops the repetition of all that waits for an answer.";
    StraysTakeACloseBack "strays-take-a-close-back" "MNET-WIRE-10"
        "A packet of no session takes a close back that waits for acknowledgements.";
    StraysTakeThePeersCloseBack "strays-take-the-peers-close-back" "MNET-WIRE-10"
        "A packet of no session makes the peer's SHUTDOWN forgotten.";
    StraysForgetEnds "strays-forget-ends" "MNET-WIRE-10"
        "After a packet of no session a repeated SHUTDOWN-ACK of an ended one is not answered.";
    DropsDataOver1024 "drops-data-over-1024" "MNET-WIRE-11"
        "DATA of more than 1,024 octets is dropped.";
    DropsLargeDataAfterShutdown "drops-large-data-after-shutdown" "MNET-WIRE-11"
        "DATA of more than 1024 octets is dropped after SHUTDOWN was sent.";
    SendsDataOf1473 "sends-data-of-1473" "MNET-WIRE-11"
        "DATA of up to 1,473 octets is sent.";
    TakesPacketsFromAnotherPort "takes-packets-from-another-port" "MNET-WIRE-12"
        "A session takes packets from another port of its peer.";
    TakesPacketsFromAnotherAddress "takes-packets-from-another-address" "MNET-WIRE-12"
        "A session takes packets from anywhere.";
    TakesPacketsFromTheSamePort "takes-packets-from-the-same-port" "MNET-WIRE-12"
        "A session takes packets from any address with its peer's port.";
    FollowsItsPeer "follows-its-peer" "MNET-WIRE-12"
        "A session goes on with the address that its tag came from last.";
    EndsWhenItsTagComesFromElsewhere "ends-when-its-tag-comes-from-elsewhere" "MNET-WIRE-12"
        "A session whose tag comes from another address ends.";
    AnyPortAbortsAClose "any-port-aborts-a-close" "MNET-WIRE-12"
        "Once the close has begun, an ABORT from any port of the peer's host ends the session.";
    AnyPortAnswersShutdown "any-port-answers-shutdown" "MNET-WIRE-12"
        "SHUTDOWN-ACK from any port of the peer's host counts.";
    AnyPortAcknowledges "any-port-acknowledges" "MNET-WIRE-12"
        "DATA without octets from any port of the peer's host acknowledges.";
    AnyPortTakenAfterItsOwnShutdown "any-port-taken-after-its-own-shutdown" "MNET-WIRE-12"
        "Once SHUTDOWN was sent, DATA and SHUTDOWN from any port of the peer's host count.";
    OtherPortsStopTheTimers "other-ports-stop-the-timers" "MNET-WIRE-12"
        "A packet with the right tag from another port stops the repetition of all that waits for an answer.";
    OtherPortsTakeACloseBack "other-ports-take-a-close-back" "MNET-WIRE-12"
        "A packet with the right tag from another port takes a close back that waits for acknowledgements.";
    OtherPortsTakeThePeersCloseBack "other-ports-take-the-peers-close-back" "MNET-WIRE-12"
        "A packet with the right tag from another port makes the peer's SHUTDOWN forgotten.";
    NeighboursStopTheTimers "neighbours-stop-the-timers" "MNET-WIRE-12"
        "A packet of one session stops the repetition of SHUTDOWN and SHUTDOWN-ACK in another one of its address.";
    NeighboursTakeACloseBack "neighbours-take-a-close-back" "MNET-WIRE-12"
        "A packet of one session takes the close of another one of its address back.";
    NeighboursTakeThePeersCloseBack "neighbours-take-the-peers-close-back" "MNET-WIRE-12"
        "A packet of one session makes the peer's SHUTDOWN of another one of its address forgotten.";
    TheOldestSessionWithATagGetsAll "the-oldest-session-with-a-tag-gets-all" "MNET-WIRE-12"
        "Of sessions with one tag, from several ports, the oldest gets what carries the tag.";
    CookieWithAnotherPeerTag "cookie-with-another-peer-tag" "MNET-INIT-1"
        "The PeerConnectionTag of COOKIE is not the tag of INIT.";
    CookieOfAnotherVersion "cookie-of-another-version" "MNET-INIT-1"
        "COOKIE carries version 2.";
    CookieToAnotherPort "cookie-to-another-port" "MNET-INIT-1"
        "COOKIE goes to the port after the one that INIT came from.";
    CookieWithTheFirstTag "cookie-with-the-first-tag" "MNET-INIT-1"
        "Every COOKIE to an address carries the tag of the first INIT that came from there.";
    CookieToTheSessionWithItsTag "cookie-to-the-session-with-its-tag" "MNET-INIT-1"
        "The COOKIE for the tag of a live session goes to that session's peer.";
    NoCookieForTheTagZero "no-cookie-for-the-tag-zero" "MNET-INIT-1"
        "INIT with a tag of zero gets no COOKIE.";
    AWrongInitShutsOut "a-wrong-init-shuts-out" "MNET-INIT-1"
        "After an INIT of another magic, those of its sender are ignored.";
    NoCookieForTheHighestTag "no-cookie-for-the-highest-tag" "MNET-INIT-1"
        "INIT with the tag FFFFFF gets no COOKIE.";
    NoCookieWhereASessionHasEnded "no-cookie-where-a-session-has-ended" "MNET-INIT-1"
        "INIT from where a session has ended with SHUTDOWN-ACK is not answered.";
    RepeatsCookieUnasked "repeats-cookie-unasked" "MNET-INIT-2"
        "One INIT brings two COOKIEs.";
    HalfOpenTable "half-open-table" "MNET-INIT-2"
        "INITs without an echo fill a table of 1,000 places.";
    InitsOfAllCountedTogether "inits-of-all-counted-together" "MNET-INIT-2"
        "Of all INITs in a second 1,000 are answered, wherever they come from.";
    IgnoresARepeatedInit "ignores-a-repeated-init" "MNET-INIT-3"
        "An INIT that came before is not answered again.";
    NewestCookieVoidsOlder "newest-cookie-voids-older" "MNET-INIT-3"
        "A connector's newest COOKIE makes its older ones void.";
    CookieExpiresEarly "cookie-expires-early" "MNET-INIT-3"
        "A cookie is void three seconds before its expiration.";
    CookieExpiresWithItsLastSecond "cookie-expires-with-its-last-second" "MNET-INIT-3"
        "A cookie is no longer good in the very second of its expiration.";
    AnExpiredEchoShutsOut "an-expired-echo-shuts-out" "MNET-INIT-3"
        "After an expired echo, the INITs of its sender are ignored.";
    CookieDiesAtHalfOfItsLifetime "cookie-dies-at-half-of-its-lifetime" "MNET-INIT-3"
        "A cookie is void after half of its lifetime.";
    SecretDrawnAnewEachSecond "secret-drawn-anew-each-second" "MNET-INIT-3"
        "In each second in which an INIT comes the secret is drawn anew, which spoils earlier cookies.";
    SecretDrawnAnewWhenTheLastSessionEnds "secret-drawn-anew-when-the-last-session-ends" "MNET-INIT-3"
        "An ABORT of the only session makes all cookies that are out bad.";
    AnOpeningVoidsTheCookiesThatAreOut "an-opening-voids-the-cookies-that-are-out" "MNET-INIT-3"
        "When a session opens, the cookies that were given before are void.";
    AFloodShutsOut "a-flood-shuts-out" "MNET-INIT-3"
        "Who has sent more than 1,000 INITs is never answered again.";
    NewTagAtEachTry "new-tag-at-each-try" "MNET-INIT-4"
        "INIT is repeated with another tag.";
    InitNotRepeated "init-not-repeated" "MNET-INIT-4"
        "INIT is sent once only.";
    InitForEver "init-for-ever" "MNET-INIT-4"
        "INIT is sent without end.";
    LaterInitsSentOnce "later-inits-sent-once" "MNET-INIT-4"
        "Once a session was open no INIT is repeated.";
    InitsAfterAFailureSentOnce "inits-after-a-failure-sent-once" "MNET-INIT-4"
        "INIT is not repeated any more once an opening has failed for want of a COOKIE.";
    NoReportWithoutCookie "no-report-without-cookie" "MNET-INIT-4"
        "That no COOKIE came is not reported.";
    LaterFailuresToOpenNotTold "later-failures-to-open-not-told" "MNET-INIT-4"
        "That no COOKIE came is reported once, and of no later opening.";
    AnyCookiePutsInitOff "any-cookie-puts-init-off" "MNET-INIT-4"
        "A COOKIE that does not count starts the timer of INIT again.";
    AFailedOpeningEndsTheSessionsBesideIt "a-failed-opening-ends-the-sessions-beside-it" "MNET-INIT-4"
        "For want of a COOKIE the other sessions with the same peer end, too.";
    InitResetsALiveSession "init-resets-a-live-session" "MNET-INIT-5"
        "INIT from the address of a live session ends that session.";
    InitWithALiveTagIgnored "init-with-a-live-tag-ignored" "MNET-INIT-5"
        "INIT with the tag of a live session gets no COOKIE.";
    InitOverridesAnAcknowledgement "init-overrides-an-acknowledgement" "MNET-INIT-5"
        "INIT from the address of a live session stops an acknowledgement that is due.";
    InitLosesWhatWaits "init-loses-what-waits" "MNET-INIT-5"
        "INIT from the address of a live session throws away what waits to be sent there.";
    InitStopsTheTimers "init-stops-the-timers" "MNET-INIT-5"
        "INIT from the address of a live session stops the repetition of all that waits for an answer.";
    InitWithALiveTagEndsItsSession "init-with-a-live-tag-ends-its-session" "MNET-INIT-5"
        "INIT with the tag of a live session, from elsewhere, ends that session.";
    InitWithTheListenersTagIgnored "init-with-the-listeners-tag-ignored" "MNET-INIT-5"
        "INIT whose tag the listener gave to a live session is not answered.";
    InitReplacesAnIdleSession "init-replaces-an-idle-session" "MNET-INIT-5"
        "After five seconds without a packet INIT ends the sessions of its address.";
    AnswersASecondCookie "answers-a-second-cookie" "MNET-COOKIE-1"
        "COOKIE from the peer of a session that needs none is answered with ABORT.";
    TakesCookieWithAnotherPeerTag "takes-cookie-with-another-peer-tag" "MNET-COOKIE-1"
        "COOKIE is taken whatever its PeerConnectionTag.";
    CookiesTagComparedByItsXor "cookies-tag-compared-by-its-xor" "MNET-COOKIE-1"
        "Of PeerConnectionTag, only the exclusive or of its octets is compared.";
    TakesCookieOfAnotherVersion "takes-cookie-of-another-version" "MNET-COOKIE-1"
        "COOKIE is taken whatever its version.";
    AnyVersionOfCookieTakenAfterARepeat "any-version-of-cookie-taken-after-a-repeat" "MNET-COOKIE-1"
        "The version of COOKIE is not read once INIT was repeated.";
    CookieWithinACloseAborted "cookie-within-a-close-aborted" "MNET-COOKIE-1"
        "COOKIE that comes after SHUTDOWN was sent is answered with ABORT.";
    TakesCookieFromAnotherAddress "takes-cookie-from-another-address" "MNET-COOKIE-1"
        "COOKIE is taken from anywhere.";
    TakesAShorterCookie "takes-a-shorter-cookie" "MNET-COOKIE-1"
        "A COOKIE that is cut short is taken, with zeros for what is missing.";
    DeafAfterAnOpeningThatFailed "deaf-after-an-opening-that-failed" "MNET-COOKIE-1"
        "After an opening that failed, no COOKIE is taken.";
    CookiesPutDataOff "cookies-put-data-off" "MNET-COOKIE-1"
        "A COOKIE within a session starts the timer of DATA again.";
    TakesASecondCookie "takes-a-second-cookie" "MNET-COOKIE-1"
        "A COOKIE that nobody waits for is echoed, too.";
    AnyCookieTakenAfterARepeat "any-cookie-taken-after-a-repeat" "MNET-COOKIE-1"
        "Once INIT was repeated a COOKIE counts with any PeerConnectionTag.";
    EchoesACookieAfterTheLastTry "echoes-a-cookie-after-the-last-try" "MNET-COOKIE-1"
        "A COOKIE of no session is echoed.";
    ARefusedCookieStopsInit "a-refused-cookie-stops-init" "MNET-COOKIE-1"
        "INIT is not repeated any more once a COOKIE of another version has come.";
    CookieFromAnyPortTakenAfterARepeat "cookie-from-any-port-taken-after-a-repeat" "MNET-COOKIE-1"
        "Once INIT was repeated, a COOKIE from any port of the listener's host is taken.";
    ExpirationInMilliseconds "expiration-in-milliseconds" "MNET-COOKIE-3"
        "The expiration counts milliseconds.";
    ExpirationSinceTheStart "expiration-since-the-start" "MNET-COOKIE-3"
        "The expiration counts seconds since the listener started.";
    ExpirationAnHourAhead "expiration-an-hour-ahead" "MNET-COOKIE-3"
        "The expiration is an hour ahead, and is read so.";
    ReadsTheExpirationOfACookie "reads-the-expiration-of-a-cookie" "MNET-COOKIE-3"
        "A COOKIE whose expiration lies decades back is not echoed.";
    EchoChangesTheLastOctet "echo-changes-the-last-octet" "MNET-ECHO-1"
        "The last octet of COOKIE-ECHO is not that of COOKIE.";
    EchoEndsAtAZero "echo-ends-at-a-zero" "MNET-ECHO-1"
        "Behind an octet of zero in the HMAC COOKIE-ECHO holds zeros alone.";
    EchoesAnEarlierCookie "echoes-an-earlier-cookie" "MNET-ECHO-1"
        "COOKIE-ECHO holds the first COOKIE that came from its peer, whatever the session.";
    EchoChangesTheExpiration "echo-changes-the-expiration" "MNET-ECHO-1"
        "The expiration of COOKIE-ECHO is not that of COOKIE.";
    HmacNotChecked "hmac-not-checked" "MNET-ECHO-2"
        "An echo is taken whatever its HMAC.";
    HmacPrefixOnly "hmac-prefix-only" "MNET-ECHO-2"
        "Only the first eight octets of the HMAC are compared.";
    HmacComparedByItsXor "hmac-compared-by-its-xor" "MNET-ECHO-2"
        "Of the HMAC, only the exclusive or of its octets is compared.";
    HmacComparedUpToAZero "hmac-compared-up-to-a-zero" "MNET-ECHO-2"
        "The HMAC is compared up to its first octet of zero.";
    HmacNotCheckedAfterACleanEnd "hmac-not-checked-after-a-clean-end" "MNET-ECHO-2"
        "The HMAC in an echo of a session that has ended well is not checked.";
    CookieVersionNotChecked "cookie-version-not-checked" "MNET-ECHO-2"
        "An echo is taken whatever its version.";
    CookieLivesASecondLonger "cookie-lives-a-second-longer" "MNET-ECHO-2"
        "An echo is taken in the second after its expiration.";
    CookieLivesTwice "cookie-lives-twice" "MNET-ECHO-2"
        "An echo is taken until a whole lifetime after its expiration.";
    ExpirationNotChecked "expiration-not-checked" "MNET-ECHO-2"
        "An echo is taken after its expiration.";
    LowestOctetOfTheExpirationCompared "lowest-octet-of-the-expiration-compared" "MNET-ECHO-2"
        "Of the expiration, only the lowest octet is compared with the time.";
    TagNotAuthenticated "tag-not-authenticated" "MNET-ECHO-2"
        "The HMAC does not cover ConnectionTag.";
    PeerTagNotAuthenticated "peer-tag-not-authenticated" "MNET-ECHO-2"
        "The HMAC does not cover PeerConnectionTag.";
    LowestBitOfThePeerTagNotAuthenticated "lowest-bit-of-the-peer-tag-not-authenticated" "MNET-ECHO-2"
        "The HMAC does not cover the lowest bit of PeerConnectionTag.";
    ExpiredCookiesTakenBesideASession "expired-cookies-taken-beside-a-session" "MNET-ECHO-2"
        "While a session lives expired cookies open others.";
    ExpirationNotAuthenticated "expiration-not-authenticated" "MNET-ECHO-2"
        "The HMAC does not cover the expiration.";
    AnExpiredEchoEndsTheSessionsOfItsAddress "an-expired-echo-ends-the-sessions-of-its-address" "MNET-ECHO-2"
        "An echo after the expiration ends the other sessions of its address.";
    AddressNotAuthenticated "address-not-authenticated" "MNET-ECHO-3"
        "The HMAC does not cover the connector's address.";
    EchoOfALiveSessionAcknowledgedToAnybody "echo-of-a-live-session-acknowledged-to-anybody" "MNET-ECHO-3"
        "The echo of a live session is answered with COOKIE-ACK to another address.";
    CookieOpensTwoSessions "cookie-opens-two-sessions" "MNET-ECHO-4"
        "A cookie opens a second session from another port.";
    NoCookieAck "no-cookie-ack" "MNET-ECHO-5"
        "An echo is not answered with COOKIE-ACK.";
    OpenedTwice "opened-twice" "MNET-ECHO-5"
        "The application is told twice that its session is open.";
    EchoFromElsewhereSpendsTheCookie "echo-from-elsewhere-spends-the-cookie" "MNET-ECHO-5"
        "A cookie that another address has echoed opens nothing any more.";
    OneSessionAtATime "one-session-at-a-time" "MNET-ECHO-5"
        "While a session lives, no other connector's echo is taken.";
    AtMostEightSessions "at-most-eight-sessions" "MNET-ECHO-5"
        "While eight sessions live, no further echo is taken.";
    NoSessionOpensWhileOneCloses "no-session-opens-while-one-closes" "MNET-ECHO-5"
        "While a session closes, no other connector's echo is taken.";
    EchoIgnoredBesideAClose "echo-ignored-beside-a-close" "MNET-ECHO-5"
        "COOKIE-ECHO opens nothing while another session of its address is closing.";
    AtMostTwoSessionsOfAnAddress "at-most-two-sessions-of-an-address" "MNET-ECHO-5"
        "A third session of one address and port is not opened.";
    RepeatedEchoNotAnswered "repeated-echo-not-answered" "MNET-ECHO-6"
        "An echo of a live session is not answered again.";
    RepeatedEchoResetsTheStream "repeated-echo-resets-the-stream" "MNET-ECHO-6"
        "An echo of a live session starts its counters again.";
    RepeatedEchoOverridesAnAcknowledgement "repeated-echo-overrides-an-acknowledgement" "MNET-ECHO-6"
        "An echo of a live session stops an acknowledgement that is due.";
    RepeatedEchoForgetsTheClose "repeated-echo-forgets-the-close" "MNET-ECHO-6"
        "At an echo of a live session it is forgotten that SHUTDOWN has come.";
    RepeatedEchoTakesShutdownBack "repeated-echo-takes-shutdown-back" "MNET-ECHO-6"
        "At an echo of a live session it is forgotten that SHUTDOWN was sent.";
    RepeatedEchoEmptiesTheBuffer "repeated-echo-empties-the-buffer" "MNET-ECHO-6"
        "At an echo of a live session what is outstanding or waits to be sent is thrown away.";
    RepeatedEchoSkipsAGap "repeated-echo-skips-a-gap" "MNET-ECHO-6"
        "At an echo of a live session octets beyond a gap are taken for the next.";
    RepeatedEchoNotAnsweredAfterExpiry "repeated-echo-not-answered-after-expiry" "MNET-ECHO-6"
        "An echo of a live session is not answered once its cookie has expired.";
    EchoWithAnotherTagReplacesTheSession "echo-with-another-tag-replaces-the-session" "MNET-ECHO-6"
        "A valid echo with another Y replaces the live session.";
    AnotherCookieOpensASessionBesideAClose "another-cookie-opens-a-session-beside-a-close" "MNET-ECHO-6"
        "An echo with another Y than a session that has sent SHUTDOWN-ACK takes its place.";
    EchoWithAnotherTagOverridesAnAcknowledgement "echo-with-another-tag-overrides-an-acknowledgement" "MNET-ECHO-6"
        "A valid echo with another Y takes the place of the acknowledgement that is due.";
    ARepeatedEchoPutsDataOff "a-repeated-echo-puts-data-off" "MNET-ECHO-6"
        "An echo of a live session starts the timer of its DATA again.";
    EchoIgnoredAfterShutdownAck "echo-ignored-after-shutdown-ack" "MNET-ECHO-6"
        "A repeated COOKIE-ECHO is not answered once SHUTDOWN-ACK was sent.";
    EchoNotRepeated "echo-not-repeated" "MNET-ECHO-7"
        "COOKIE-ECHO is sent once only.";
    EchoInheritsTheTriesOfInit "echo-inherits-the-tries-of-init" "MNET-ECHO-7"
        "The tries of INIT count as tries of COOKIE-ECHO, too.";
    EchoForEver "echo-for-ever" "MNET-ECHO-7"
        "COOKIE-ECHO is sent without end.";
    NoReportWithoutCookieAck "no-report-without-cookie-ack" "MNET-ECHO-7"
        "That no COOKIE-ACK came is not reported.";
    NoAbortAfterTheLastEcho "no-abort-after-the-last-echo" "MNET-ECHO-7"
        "No ABORT follows the last COOKIE-ECHO.";
    OtherPacketsPutTheEchoOff "other-packets-put-the-echo-off" "MNET-ECHO-7"
        "COOKIE and DATA that come before COOKIE-ACK start the timer of the echo again.";
    EchoOfAnEndedSessionReopens "echo-of-an-ended-session-reopens" "MNET-ECHO-8"
        "An echo of a session that has ended opens another.";
    SpentCookiesForgottenAfterASecond "spent-cookies-forgotten-after-a-second" "MNET-ECHO-8"
        "That a cookie has opened a session is forgotten after a second.";
    FewSpentCookiesRemembered "few-spent-cookies-remembered" "MNET-ECHO-8"
        "Of the cookies that have opened sessions, only the last four are remembered.";
    ARepeatedInitForgetsSpentCookies "a-repeated-init-forgets-spent-cookies" "MNET-ECHO-8"
        "After an INIT that came before the cookies of sessions that have ended open others.";
    CookieOfASessionGivenUpIsGood "cookie-of-a-session-given-up-is-good" "MNET-ECHO-8"
        "Once a session was given up, cookies of ended sessions open others.";
    OpensWithoutCookieAck "opens-without-cookie-ack" "MNET-ACK-1"
        "The connector opens as soon as COOKIE has come.";
    SecondCookieAckResetsCounters "second-cookie-ack-resets-counters" "MNET-ACK-1"
        "COOKIE-ACK on an open session starts its counters again.";
    TakesCookieAckWithAnyTag "takes-cookie-ack-with-any-tag" "MNET-ACK-1"
        "COOKIE-ACK is taken whatever its tag.";
    FirstCookieAckIgnored "first-cookie-ack-ignored" "MNET-ACK-1"
        "The first COOKIE-ACK does not open the session.";
    OpenedAgainByALateCookieAck "opened-again-by-a-late-cookie-ack" "MNET-ACK-1"
        "A COOKIE-ACK in an open session is told as another opening.";
    CookieAckOverridesAnAcknowledgement "cookie-ack-overrides-an-acknowledgement" "MNET-ACK-1"
        "A later COOKIE-ACK takes the place of the acknowledgement that is due.";
    CookieAckStopsShutdownAck "cookie-ack-stops-shutdown-ack" "MNET-ACK-1"
        "SHUTDOWN-ACK is not repeated once a COOKIE-ACK has come again.";
    OpensByCookieAckBeforeCookie "opens-by-cookie-ack-before-cookie" "MNET-ACK-1"
        "COOKIE-ACK with the tag of the INIT opens the session while COOKIE is awaited.";
    EarlyCookieAckEndsTheOpening "early-cookie-ack-ends-the-opening" "MNET-ACK-1"
        "A COOKIE-ACK while COOKIE is awaited ends the opening.";
    SecondCookieAckTakesACloseBack "second-cookie-ack-takes-a-close-back" "MNET-ACK-1"
        "COOKIE-ACK while a connector waits to send SHUTDOWN makes it forget that.";
    ACookieAckOpensTheOldestOpening "a-cookie-ack-opens-the-oldest-opening" "MNET-ACK-1"
        "COOKIE-ACK counts for the oldest opening with its sender, whatever its tag.";
    ALateCookieAckPutsDataOff "a-late-cookie-ack-puts-data-off" "MNET-ACK-1"
        "A COOKIE-ACK within a session starts the timer of DATA again.";
    SecondCookieAckTakesThePeersCloseBack "second-cookie-ack-takes-the-peers-close-back" "MNET-ACK-1"
        "A COOKIE-ACK within a session makes the peer's SHUTDOWN forgotten.";
    DataBeforeCookieAck "data-before-cookie-ack" "MNET-ACK-3"
        "The listener sends DATA before COOKIE-ACK.";
    EarlyDataOpens "early-data-opens" "MNET-ACK-4"
        "DATA that comes before COOKIE-ACK is taken for one.";
    EarlyDataLost "early-data-lost" "MNET-ACK-4"
        "DATA that comes before COOKIE-ACK is counted and not delivered.";
    EarlyDataShutsOut "early-data-shuts-out" "MNET-ACK-4"
        "After DATA of no session, its sender's COOKIE-ECHO is ignored.";
    EarlyDataKeptInPart "early-data-kept-in-part" "MNET-ACK-4"
        "Of DATA that came before its echo all is acknowledged, and the last alone delivered.";
    ShutdownRightBehindTheEcho "shutdown-right-behind-the-echo" "MNET-ACK-5"
        "When the application has closed before COOKIE came, SHUTDOWN follows the echo at once.";
    SpeaksBeforeCookieAck "speaks-before-cookie-ack" "MNET-ACK-5"
        "The connector sends COOKIE-ACK along with COOKIE-ECHO.";
    EarlyDataKeptUnacknowledged "early-data-kept-unacknowledged" "MNET-ACK-6"
        "DATA that came before its echo is kept and never acknowledged.";
} }
