//! The table of mutants: name, clause, what it does. Each is declared here once.

use crate::mnet::mutant::closing_rows::closing_rows;
use crate::mutants::mutants;

#[rustfmt::skip]
closing_rows! { mutants {
    #[expect(clippy::doc_markdown, reason = "reports show the same sentences as plain text")]
    TwoPacketsInOneDatagram "two-packets-in-one-datagram" "MNET-WIRE-1"
        "Every DATA is followed by a second packet in the same datagram.";
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
    AbortsOnAMalformedPacket "aborts-on-a-malformed-packet" "MNET-WIRE-5"
        "A malformed packet with a session's tag aborts the session.";
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
    CookieForAnotherMagic "cookie-for-another-magic" "MNET-WIRE-6"
        "INIT is answered whatever its magic.";
    MagicInAnyOrder "magic-in-any-order" "MNET-WIRE-6"
        "INIT is answered whatever the order of the octets of its magic.";
    SendsAnotherMagic "sends-another-magic" "MNET-WIRE-6"
        "INIT carries another magic.";
    SendsAnotherVersion "sends-another-version" "MNET-WIRE-6"
        "INIT carries version 2.";
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
    TagsComparedByTheirXor "tags-compared-by-their-xor" "MNET-WIRE-10"
        "Of a tag, only the exclusive or of its octets is compared.";
    TakesEitherStamp "takes-either-stamp" "MNET-WIRE-10"
        "Packets from a session's peer are taken with the tag of either side.";
    AStrayPacketOverridesAnAcknowledgement "a-stray-packet-overrides-an-acknowledgement" "MNET-WIRE-10"
        "A packet of no session takes the place of the acknowledgement that is due to its sender.";
    DropsDataOver1024 "drops-data-over-1024" "MNET-WIRE-11"
        "DATA of more than 1,024 octets is dropped.";
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
    RepeatsCookieUnasked "repeats-cookie-unasked" "MNET-INIT-2"
        "One INIT brings two COOKIEs.";
    HalfOpenTable "half-open-table" "MNET-INIT-2"
        "INITs without an echo fill a table of 1,000 places.";
    IgnoresARepeatedInit "ignores-a-repeated-init" "MNET-INIT-3"
        "An INIT that came before is not answered again.";
    NewestCookieVoidsOlder "newest-cookie-voids-older" "MNET-INIT-3"
        "A connector's newest COOKIE makes its older ones void.";
    CookieExpiresEarly "cookie-expires-early" "MNET-INIT-3"
        "A cookie is void three seconds before its expiration.";
    AnExpiredEchoShutsOut "an-expired-echo-shuts-out" "MNET-INIT-3"
        "After an expired echo, the INITs of its sender are ignored.";
    CookieDiesAtHalfOfItsLifetime "cookie-dies-at-half-of-its-lifetime" "MNET-INIT-3"
        "A cookie is void after half of its lifetime.";
    SecretDrawnAnewEachSecond "secret-drawn-anew-each-second" "MNET-INIT-3"
        "In each second in which an INIT comes the secret is drawn anew, which spoils earlier cookies.";
    AnOpeningVoidsTheCookiesThatAreOut "an-opening-voids-the-cookies-that-are-out" "MNET-INIT-3"
        "When a session opens, the cookies that were given before are void.";
    NewTagAtEachTry "new-tag-at-each-try" "MNET-INIT-4"
        "INIT is repeated with another tag.";
    InitNotRepeated "init-not-repeated" "MNET-INIT-4"
        "INIT is sent once only.";
    InitForEver "init-for-ever" "MNET-INIT-4"
        "INIT is sent without end.";
    LaterInitsSentOnce "later-inits-sent-once" "MNET-INIT-4"
        "Once a session was open no INIT is repeated.";
    NoReportWithoutCookie "no-report-without-cookie" "MNET-INIT-4"
        "That no COOKIE came is not reported.";
    InitResetsALiveSession "init-resets-a-live-session" "MNET-INIT-5"
        "INIT from the address of a live session ends that session.";
    InitWithALiveTagIgnored "init-with-a-live-tag-ignored" "MNET-INIT-5"
        "INIT with the tag of a live session gets no COOKIE.";
    InitOverridesAnAcknowledgement "init-overrides-an-acknowledgement" "MNET-INIT-5"
        "INIT from the address of a live session stops an acknowledgement that is due.";
    InitLosesWhatWaits "init-loses-what-waits" "MNET-INIT-5"
        "INIT from the address of a live session throws away what waits to be sent there.";
    InitWithALiveTagEndsItsSession "init-with-a-live-tag-ends-its-session" "MNET-INIT-5"
        "INIT with the tag of a live session, from elsewhere, ends that session.";
    AnswersASecondCookie "answers-a-second-cookie" "MNET-COOKIE-1"
        "COOKIE from the peer of a session that needs none is answered with ABORT.";
    TakesCookieWithAnotherPeerTag "takes-cookie-with-another-peer-tag" "MNET-COOKIE-1"
        "COOKIE is taken whatever its PeerConnectionTag.";
    CookiesTagComparedByItsXor "cookies-tag-compared-by-its-xor" "MNET-COOKIE-1"
        "Of PeerConnectionTag, only the exclusive or of its octets is compared.";
    TakesCookieOfAnotherVersion "takes-cookie-of-another-version" "MNET-COOKIE-1"
        "COOKIE is taken whatever its version.";
    TakesCookieFromAnotherAddress "takes-cookie-from-another-address" "MNET-COOKIE-1"
        "COOKIE is taken from anywhere.";
    TakesAShorterCookie "takes-a-shorter-cookie" "MNET-COOKIE-1"
        "A COOKIE that is cut short is taken, with zeros for what is missing.";
    DeafAfterAnOpeningThatFailed "deaf-after-an-opening-that-failed" "MNET-COOKIE-1"
        "After an opening that failed, no COOKIE is taken.";
    TakesASecondCookie "takes-a-second-cookie" "MNET-COOKIE-1"
        "A COOKIE that nobody waits for is echoed, too.";
    AnyCookieTakenAfterARepeat "any-cookie-taken-after-a-repeat" "MNET-COOKIE-1"
        "Once INIT was repeated a COOKIE counts with any PeerConnectionTag.";
    EchoesACookieAfterTheLastTry "echoes-a-cookie-after-the-last-try" "MNET-COOKIE-1"
        "A COOKIE of no session is echoed.";
    ARefusedCookieStopsInit "a-refused-cookie-stops-init" "MNET-COOKIE-1"
        "INIT is not repeated any more once a COOKIE of another version has come.";
    ExpirationInMilliseconds "expiration-in-milliseconds" "MNET-COOKIE-3"
        "The expiration counts milliseconds.";
    ExpirationSinceTheStart "expiration-since-the-start" "MNET-COOKIE-3"
        "The expiration counts seconds since the listener started.";
    ExpirationAnHourAhead "expiration-an-hour-ahead" "MNET-COOKIE-3"
        "The expiration is an hour ahead, and is read so.";
    EchoChangesTheLastOctet "echo-changes-the-last-octet" "MNET-ECHO-1"
        "The last octet of COOKIE-ECHO is not that of COOKIE.";
    EchoEndsAtAZero "echo-ends-at-a-zero" "MNET-ECHO-1"
        "Behind an octet of zero in the HMAC COOKIE-ECHO holds zeros alone.";
    EchoesAnEarlierCookie "echoes-an-earlier-cookie" "MNET-ECHO-1"
        "COOKIE-ECHO holds the first COOKIE that came from its peer, whatever the session.";
    EchoChangesTheExpiration "echo-changes-the-expiration" "MNET-ECHO-1"
        "The expiration of COOKIE-ECHO is not that of COOKIE.";
    ReadsTheExpirationOfACookie "reads-the-expiration-of-a-cookie" "MNET-ECHO-1"
        "A COOKIE whose expiration lies decades back is not echoed.";
    HmacNotChecked "hmac-not-checked" "MNET-ECHO-2"
        "An echo is taken whatever its HMAC.";
    HmacPrefixOnly "hmac-prefix-only" "MNET-ECHO-2"
        "Only the first eight octets of the HMAC are compared.";
    HmacComparedByItsXor "hmac-compared-by-its-xor" "MNET-ECHO-2"
        "Of the HMAC, only the exclusive or of its octets is compared.";
    HmacComparedUpToAZero "hmac-compared-up-to-a-zero" "MNET-ECHO-2"
        "The HMAC is compared up to its first octet of zero.";
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
    SecretDrawnAnewWhenTheLastSessionEnds "secret-drawn-anew-when-the-last-session-ends" "MNET-ECHO-5"
        "An ABORT of the only session makes all cookies that are out bad.";
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
    EchoOfAnEndedSessionReopens "echo-of-an-ended-session-reopens" "MNET-ECHO-8"
        "An echo of a session that has ended opens another.";
    SpentCookiesForgottenAfterASecond "spent-cookies-forgotten-after-a-second" "MNET-ECHO-8"
        "That a cookie has opened a session is forgotten after a second.";
    FewSpentCookiesRemembered "few-spent-cookies-remembered" "MNET-ECHO-8"
        "Of the cookies that have opened sessions, only the last four are remembered.";
    ARepeatedInitForgetsSpentCookies "a-repeated-init-forgets-spent-cookies" "MNET-ECHO-8"
        "After an INIT that came before the cookies of sessions that have ended open others.";
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
    EarlyCookieAckEndsTheOpening "early-cookie-ack-ends-the-opening" "MNET-ACK-1"
        "A COOKIE-ACK while COOKIE is awaited ends the opening.";
    SecondCookieAckTakesACloseBack "second-cookie-ack-takes-a-close-back" "MNET-ACK-1"
        "COOKIE-ACK while a connector waits to send SHUTDOWN makes it forget that.";
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
    SequenceWithoutThePayload "sequence-without-the-payload" "MNET-DATA-1"
        "OutgoingSequence leaves out the payload of its packet.";
    SequenceCountsFromOne "sequence-counts-from-one" "MNET-DATA-1"
        "OutgoingSequence is one too high.";
    RetransmitsWithTheHighestSequence "retransmits-with-the-highest-sequence" "MNET-DATA-1"
        "DATA that is sent again carries the highest OutgoingSequence so far.";
    TakesDataBeforeOffsetZero "takes-data-before-offset-zero" "MNET-DATA-1"
        "DATA that begins before offset 0 is delivered.";
    AcknowledgesBeyondAGap "acknowledges-beyond-a-gap" "MNET-DATA-2"
        "AcknowledgedBytes counts octets beyond a gap.";
    OctetsBeyondAGapAreShared "octets-beyond-a-gap-are-shared" "MNET-DATA-2"
        "What lies beyond a gap of one session closes gaps of others.";
    AcknowledgementGoesDown "acknowledgement-goes-down" "MNET-DATA-2"
        "Every second AcknowledgedBytes is one lower than it was.";
    LaterSessionsCountOn "later-sessions-count-on" "MNET-DATA-2"
        "A session expects the octets of its peer where the one before it from that port stood.";
    RetransmitsWithAnOldAcknowledgement "retransmits-with-an-old-acknowledgement" "MNET-DATA-2"
        "DATA that is sent again carries the AcknowledgedBytes of its first time.";
    DeliversOutOfOrder "delivers-out-of-order" "MNET-DATA-3"
        "Octets beyond a gap are delivered before those of the gap.";
    OutstandingOctetsOutliveTheirSession "outstanding-octets-outlive-their-session" "MNET-DATA-3"
        "What was outstanding when ABORT came is sent in the next session with the same peer.";
    LosesReassembledOctets "loses-reassembled-octets" "MNET-DATA-3"
        "Octets that waited for a gap to close are never delivered.";
    DeliversDamagedOctets "delivers-damaged-octets" "MNET-DATA-3"
        "The first octet of each delivery of more than 100 is wrong.";
    AcknowledgesLate "acknowledges-late" "MNET-DATA-4"
        "Acknowledgements wait for 900 ms.";
    AcknowledgementStandsStill "acknowledgement-stands-still" "MNET-DATA-4"
        "After the peer's SHUTDOWN AcknowledgedBytes of DATA does not grow.";
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
    AcknowledgesBareAcknowledgements "acknowledges-bare-acknowledgements" "MNET-DATA-5"
        "A bare acknowledgement is acknowledged.";
    AnswersABareAcknowledgementBehindAGap "answers-a-bare-acknowledgement-behind-a-gap" "MNET-DATA-5"
        "A bare acknowledgement whose OutgoingSequence is beyond what came is answered.";
    BareAcknowledgementWithOldSequence "bare-acknowledgement-with-old-sequence" "MNET-DATA-5"
        "OutgoingSequence of a bare acknowledgement is what the peer has acknowledged.";
    DeliversARepeatAgain "delivers-a-repeat-again" "MNET-DATA-6"
        "DATA that came before is delivered again.";
    RepeatNotAcknowledged "repeat-not-acknowledged" "MNET-DATA-6"
        "DATA that came before is not acknowledged again.";
    RepeatNotAcknowledgedBesideAGap "repeat-not-acknowledged-beside-a-gap" "MNET-DATA-6"
        "DATA that came before is not acknowledged again while octets are missing.";
    OverlapDeliveredTwice "overlap-delivered-twice" "MNET-DATA-7"
        "Of DATA that came in part before, everything is delivered.";
    GapNotAnsweredAfterShutdown "gap-not-answered-after-shutdown" "MNET-DATA-8"
        "DATA beyond a gap is not answered once SHUTDOWN has come.";
    GapNotAnswered "gap-not-answered" "MNET-DATA-8"
        "DATA beyond a gap is not answered.";
    RubbishStopsRetransmissions "rubbish-stops-retransmissions" "MNET-DATA-9"
        "After a malformed datagram nothing is sent again.";
    NeverRetransmits "never-retransmits" "MNET-DATA-9"
        "Unacknowledged octets are not sent again.";
    RetransmitsOnce "retransmits-once" "MNET-DATA-9"
        "Unacknowledged octets are sent again once only.";
    RetransmitsTwice "retransmits-twice" "MNET-DATA-9"
        "Unacknowledged octets are sent again twice only.";
    AcknowledgementOnDataIgnored "acknowledgement-on-data-ignored" "MNET-DATA-9"
        "AcknowledgedBytes of DATA with a payload is not read.";
    GivesUpWithoutAbort "gives-up-without-abort" "MNET-DATA-9"
        "Giving up on octets sends no ABORT.";
    GivesUpWithoutTelling "gives-up-without-telling" "MNET-DATA-9"
        "The application is not told that octets were given up.";
    TriesNotRestarted "tries-not-restarted" "MNET-DATA-9"
        "A peer that answers without progress is given up all the same.";
    RepeatedAcknowledgementsAbort "repeated-acknowledgements-abort" "MNET-DATA-9"
        "Ten repeated acknowledgements end the session.";
    TakesDataWithAnAcknowledgementOfTheFuture "takes-data-with-an-acknowledgement-of-the-future" "MNET-DATA-10"
        "DATA that acknowledges what was never sent is delivered.";
    AcknowledgementOfTheFutureFreesTheBuffer "acknowledgement-of-the-future-frees-the-buffer" "MNET-DATA-10"
        "An acknowledgement of what was never sent counts for what was.";
    AcknowledgementOfWhatIsWrittenCounts "acknowledgement-of-what-is-written-counts" "MNET-DATA-10"
        "AcknowledgedBytes counts up to what was written, though not all of it was sent.";
    TakesAShutdownWithAnAcknowledgementOfTheFuture "takes-a-shutdown-with-an-acknowledgement-of-the-future" "MNET-DATA-10"
        "SHUTDOWN that acknowledges what was never sent is taken.";
    StaleAcknowledgementDropsThePayload "stale-acknowledgement-drops-the-payload" "MNET-DATA-11"
        "The payload beside an older acknowledgement is dropped.";
    StaleAcknowledgementAborts "stale-acknowledgement-aborts" "MNET-DATA-11"
        "An older acknowledgement ends the session.";
    ZeroIsNoAcknowledgement "zero-is-no-acknowledgement" "MNET-DATA-12"
        "AcknowledgedBytes of 0 acknowledges nothing, at the wrap either.";
    AcknowledgementsComparedSigned "acknowledgements-compared-signed" "MNET-DATA-12"
        "AcknowledgedBytes is compared as a signed number.";
    BreaksAtTheWrap "breaks-at-the-wrap" "MNET-DATA-12"
        "Counters are compared as plain numbers.";
    GapsComparedSigned "gaps-compared-signed" "MNET-DATA-12"
        "OutgoingSequence beyond a gap is compared as a signed number.";
    OneDataOutstanding "one-data-outstanding" "MNET-DATA-13"
        "One DATA is outstanding at a time.";
    NoFastRetransmit "no-fast-retransmit" "MNET-DATA-13"
        "Repeated acknowledgements bring no retransmission.";
    RepeatedShutdownsNotCounted "repeated-shutdowns-not-counted" "MNET-DATA-13"
        "SHUTDOWNs do not count as repeated acknowledgements.";
    NoCongestionWindow "no-congestion-window" "MNET-DATA-13"
        "Everything that was written is sent at once.";
    ConstantInterval "constant-interval" "MNET-DATA-14"
        "Retransmission intervals stay the same.";
    IntervalGrowsOnce "interval-grows-once" "MNET-DATA-14"
        "The retransmission interval doubles once, and stays.";
} }
