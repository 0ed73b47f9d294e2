//! Mutants: the table of them, and that each does something.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_mutant_has_a_name_of_its_own_and_a_clause() {
    let names: BTreeSet<_> = Mutant::ALL.iter().map(|mutant| mutant.name()).collect();
    assert_eq!(names.len(), Mutant::ALL.len());
    for mutant in Mutant::ALL {
        assert_eq!(Mutant::from_name(mutant.name()), Some(*mutant));
        assert!(mutant.clause().starts_with("MNET-"), "{mutant}");
        assert!(mutant.what().ends_with('.'), "{mutant}");
        assert!(
            mutant.name().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        );
    }
    assert_eq!(Mutant::from_name("nonsense"), None);
}

#[test]
fn mutants_are_in_the_order_of_their_clauses() {
    let mut clauses: Vec<_> = Mutant::ALL.iter().map(|mutant| mutant.clause()).collect();
    clauses.dedup();
    let distinct: BTreeSet<_> = clauses.iter().collect();
    assert_eq!(clauses.len(), distinct.len(), "a clause comes up in two places: {clauses:?}");
}

/// A session under a mutant, or without: both sides write, one is closed, or aborted, or both.
fn conversation(config: &Config, network: Network, ending: u8) -> Pair {
    let mut pair = Pair::new(config);
    pair.network = network;
    pair.run_for(millis(100));
    pair.write(Connector, &pattern(6_000, 1));
    pair.run_for(millis(7));
    pair.write(Listener, &pattern(6_000, 2));
    if ending == 0 {
        pair.run_for(Duration::from_secs(5));
    }
    pair.close(Connector);
    if ending == 1 {
        pair.close(Listener);
    }
    if ending == 2 {
        let (now, id) = (pair.now, pair.session);
        pair.connector.abort(now, id).unwrap_or_default();
        pair.settle(Connector);
    }
    pair.run_for(Duration::from_secs(90));
    pair
}

/// A network that loses datagrams of one type while `lost` says so of how many came before.
fn losing(code: u8, lost: fn(u64) -> bool) -> Network {
    let mut before = 0;
    Box::new(move |_, _, octets| {
        if octets.first() != Some(&code) {
            return vec![LATENCY];
        }
        before += 1;
        if lost(before - 1) { vec![] } else { vec![LATENCY] }
    })
}

/// Everything that could be seen of a pair.
fn seen(pair: &Pair) -> String {
    let Pair { log, at_connector, at_listener, elsewhere, .. } = pair;
    format!("{log:?} {at_connector:?} {at_listener:?} {elsewhere:?}")
}

/// Packets from strangers, wrong ones, and old ones, into an open session.
fn intrusions(config: &Config, seed: u8) -> String {
    let mut pair = Pair::new(config);
    pair.run_for(millis(1 + u64::from(seed) * 2));
    let mut chance = Entropy::from_seed([seed; 32]);
    let addresses = [CONNECTOR, LISTENER, "192.0.2.1:4009", "192.0.2.2:5009", "192.0.2.7:4000"];
    let mut answers = Vec::new();
    for _ in 0..60 {
        let mut octets = match pair.log.len() {
            0 => vec![9; 9],
            logged => pair.log[chance.next_u32() as usize % logged].2.clone(),
        };
        match chance.next_u32() % 8 {
            0 => octets.truncate(chance.next_u32() as usize % 16),
            1 => octets.push(0),
            2 | 3 => {
                let place = chance.next_u32() as usize % octets.len().clamp(1, 13);
                if let Some(octet) = octets.get_mut(place) {
                    *octet ^= 1 << (chance.next_u32() % 4);
                }
            }
            4 => pair.run_for(millis(u64::from(chance.next_u32() % 40_000))),
            _ => {}
        }
        let from = address(addresses[chance.next_u32() as usize % addresses.len()]);
        let end = if chance.next_u32().is_multiple_of(2) { Connector } else { Listener };
        let now = pair.now;
        pair.endpoint(end).handle_datagram(now, from, &octets);
        while let Some(transmit) = pair.endpoint(end).poll_transmit() {
            pair.carry(end, &transmit);
            answers.push(transmit);
        }
        pair.settle(end);
        if chance.next_u32().is_multiple_of(4) && pair.application(end).end.is_none() {
            pair.write(end, &[chance.octets::<1>()[0]; 5]);
        }
        pair.run_for(millis(u64::from(chance.next_u32() % 50)));
    }
    format!("{answers:?} {}", seen(&pair))
}

/// Many INITs, and echoes that come late, twice, or from elsewhere.
fn echoes(config: &Config) -> String {
    let mut pair = Pair::new(config);
    pair.run_for(millis(100));
    let echo = pair.log.iter().find(|(_, _, octets)| octets[0] == 3).unwrap().2.clone();
    let mut answers = Vec::new();
    let mut send = |pair: &mut Pair, from: &str, octets: &[u8]| {
        pair.listener.handle_datagram(pair.now, address(from), octets);
        while let Some(transmit) = pair.listener.poll_transmit() {
            answers.push(transmit);
        }
    };
    for number in 0..1_100_u16 {
        let [high, low] = number.to_be_bytes();
        let init = Packet::Init { magic: *b"MNET", version: 1, tag: [high, low, 9] };
        send(&mut pair, "192.0.2.5:77", &init.to_octets(config.dialect));
    }
    send(&mut pair, "192.0.2.1:4001", &echo);
    pair.run_for(Duration::from_secs(10));
    send(&mut pair, CONNECTOR, &echo);
    pair.write(Connector, b"on we go");
    pair.run_for(Duration::from_secs(70));
    send(&mut pair, CONNECTOR, &echo);
    if let Some(id) = pair.listener_session {
        pair.listener.abort(pair.now, id).unwrap_or_default();
    }
    send(&mut pair, CONNECTOR, &echo);
    format!("{answers:?} {}", seen(&pair))
}

/// Forged COOKIEs, and echoes that are almost right.
fn forgeries(config: &Config) -> String {
    let mut transcript = String::new();
    for (tag, version, from) in
        [([0; 3], 1, LISTENER), ([1; 3], 2, LISTENER), ([1; 3], 1, "192.0.2.2:5001")]
    {
        let mut pair = Pair::new(config);
        pair.network = silence();
        pair.settle(Connector);
        let x = pair.connector.sessions[&pair.session].x;
        let peer_tag = if tag == [1; 3] { x } else { tag };
        let cookie =
            Packet::Cookie { tag: [5; 3], peer_tag, version, expiration: 0, hmac: [7; 20] };
        let octets = cookie.to_octets(config.dialect);
        pair.connector.handle_datagram(pair.now, address(from), &octets);
        pair.settle(Connector);
        transcript += &seen(&pair);
    }
    let mut pair = Pair::new(config);
    pair.network = losing(3, |_| true);
    pair.run_for(millis(50));
    let echo = pair.log.iter().find(|(_, _, octets)| octets[0] == 3).unwrap().2.clone();
    for (place, bit) in [(31, 1), (7, 3), (9, 1)] {
        let mut forged = echo.clone();
        forged[place] ^= bit;
        pair.deliver(Connector, &forged);
    }
    pair.deliver(Connector, &echo);
    // The same connector asks again: a good cookie with another Y.
    let init = pair.log[0].2.clone();
    pair.deliver(Connector, &init);
    let mut other = pair.log.last().unwrap().2.clone();
    other[0] = 3;
    pair.deliver(Connector, &other);
    transcript + &seen(&pair)
}

/// A packet, but for its tag.
type Untagged = fn(Tag) -> Packet<'static>;

/// An acknowledgement of nothing.
const BARE: Untagged = |tag| Packet::Data { tag, sequence: 0, acknowledged: 0, data: b"" };

/// Packets of an open session that a good peer would not send.
fn oddities(config: &Config) -> String {
    let scripts: [&[Untagged]; 7] = [
        &[|tag| Packet::Data { tag, sequence: 2, acknowledged: 0, data: b"hello" }],
        &[
            |tag| Packet::Data { tag, sequence: 5, acknowledged: 0, data: b"hello" },
            |tag| Packet::Data { tag, sequence: 8, acknowledged: 0, data: b"lo wo" },
        ],
        &[|tag| Packet::Data { tag, sequence: 3, acknowledged: 6, data: b"abc" }],
        &[
            |tag| Packet::Data { tag, sequence: 0, acknowledged: 5, data: b"" },
            |tag| Packet::Data { tag, sequence: 3, acknowledged: 0, data: b"abc" },
        ],
        &[
            |tag| Packet::Data { tag, sequence: 9, acknowledged: 5, data: b"abc" },
            |tag| Packet::Shutdown { tag, acknowledged: 5 },
            |tag| Packet::Data { tag, sequence: 6, acknowledged: 5, data: b"abcdef" },
            |tag| Packet::Data { tag, sequence: 6, acknowledged: 5, data: b"abcdef" },
        ],
        &[|tag| Packet::ShutdownAck { tag }, |tag| Packet::ShutdownComplete { tag }],
        &[BARE; 40],
    ];
    let mut transcript = String::new();
    for script in scripts {
        let mut pair = Pair::new(config);
        pair.run_for(millis(100));
        pair.network = silence();
        let tag = pair.connector.sessions[&pair.session].x;
        pair.write(Listener, b"reply");
        for packet in script {
            pair.deliver(Connector, &packet(tag).to_octets(config.dialect));
            pair.run_for(Duration::from_secs(3));
        }
        transcript += &seen(&pair);
    }
    transcript
}

/// Whether one of many runs shows a difference to the reference.
fn is_visible(mutant: Mutant) -> bool {
    let reference = Config::default();
    let config = mutated(mutant);
    let differs = |run: &dyn Fn(&Config) -> String| run(&reference) != run(&config);
    let quick = Config { start_offset: u32::MAX - 3_000, ..Config::default() };
    let quick_mutant = Config { mutant: Some(mutant), ..quick.clone() };
    let steady: [fn(u64) -> bool; 3] = [|_| true, |before| before == 0, |before| before < 4];
    (0..3).any(|ending| {
        differs(&|config| seen(&conversation(config, storm(3), ending)))
            || (0..9).any(|code| {
                steady.iter().any(|lost| {
                    differs(&|config| seen(&conversation(config, losing(code, *lost), ending)))
                })
            })
    }) || seen(&conversation(&quick, storm(4), 0))
        != seen(&conversation(&quick_mutant, storm(4), 0))
        || differs(&echoes)
        || differs(&forgeries)
        || differs(&oddities)
        || (0..40).any(|seed| differs(&|config| intrusions(config, seed)))
}

/// Mutants for which the conversations of these tests have no occasion; scenarios of the corpus show them.
const SHOWN_ELSEWHERE: [Mutant; 184] = [
    Mutant::AcknowledgedOctetsStillTried,
    Mutant::AbortIgnoredWhileACloseWaits,
    Mutant::TagsComparedUpToAZero,
    Mutant::CookiesPutDataOff,
    Mutant::HmacNotCheckedAfterACleanEnd,
    Mutant::EndsWhatIsThrough,
    Mutant::TheOldestSessionWithATagGetsAll,
    Mutant::AtMostTwoSessionsOfAnAddress,
    Mutant::EchoIgnoredAfterShutdownAck,
    Mutant::SecondCookieAckTakesThePeersCloseBack,
    Mutant::AFarBareDataEndsTheSession,
    Mutant::RepeatsOfOneOctetAreNew,
    Mutant::AFarGapEndsTheSession,
    Mutant::AnAcknowledgementInPartEndsTheWait,
    Mutant::RubbishStopsTheTimersOfAClose,
    Mutant::RubbishTakesACloseBack,
    Mutant::RubbishTakesThePeersCloseBack,
    Mutant::RubbishForgetsEnds,
    Mutant::StraysStopTheTimers,
    Mutant::StraysTakeACloseBack,
    Mutant::StraysTakeThePeersCloseBack,
    Mutant::StraysForgetEnds,
    Mutant::OtherPortsStopTheTimers,
    Mutant::OtherPortsTakeACloseBack,
    Mutant::OtherPortsTakeThePeersCloseBack,
    Mutant::NeighboursStopTheTimers,
    Mutant::NeighboursTakeACloseBack,
    Mutant::NeighboursTakeThePeersCloseBack,
    Mutant::OctetsBeforeAnOpenGapUnacknowledged,
    Mutant::RepeatedAcknowledgementsCountOn,
    Mutant::DeliversTooLongDataWhileClosing,
    Mutant::TakesALongerAbortWhileSending,
    Mutant::TakesALongerAbortWhileOpening,
    Mutant::AnyPortAbortsAClose,
    Mutant::AnyPortAnswersShutdown,
    Mutant::CookieFromAnyPortTakenAfterARepeat,
    Mutant::EchoIgnoredBesideAClose,
    Mutant::LateCookieAborted,
    Mutant::OneEndOfAnAddressRemembered,
    Mutant::AnInitForgetsEnds,
    Mutant::ASessionForgetsEnds,
    Mutant::PacketsOfOneMomentInOneDatagram,
    Mutant::MalformedShutdownIsRemembered,
    Mutant::NoCookieWhereASessionHasEnded,
    Mutant::CookieExpiresWithItsLastSecond,
    Mutant::InitsAfterAFailureSentOnce,
    Mutant::AnyVersionOfCookieTakenAfterARepeat,
    Mutant::CookieWithinACloseAborted,
    Mutant::AnotherCookieOpensASessionBesideAClose,
    Mutant::EchoWithAnotherTagOverridesAnAcknowledgement,
    Mutant::CookieOfASessionGivenUpIsGood,
    Mutant::CookieAckOverridesAnAcknowledgement,
    Mutant::CookieAckStopsShutdownAck,
    Mutant::OpensByCookieAckBeforeCookie,
    Mutant::ACookieAckOpensTheOldestOpening,
    Mutant::DataBeforeTheStartCountsAsAGap,
    Mutant::ShutdownOverridesAnAcknowledgement,
    Mutant::CloseOverridesAnAcknowledgement,
    Mutant::GapNotAnsweredAfterItsOwnShutdown,
    Mutant::NothingSentAgainAfterAGivingUp,
    Mutant::NothingSentAgainWhileAnEndIsRemembered,
    Mutant::ASecondTimerOfTheMomentIsLost,
    Mutant::TheFutureTakenAfterShutdown,
    Mutant::RefusedShutdownCloses,
    Mutant::RefusedAcknowledgementBecomesTheNewest,
    Mutant::RefusedShutdownIsRemembered,
    Mutant::StaleAcknowledgementDropsThePayloadWhileSending,
    Mutant::AWriteForgetsRepeatedAcknowledgements,
    Mutant::OneFastRetransmitASession,
    Mutant::AShutdownClosesTheOldestSession,
    Mutant::AShutdownCompleteEndsTheOldestSession,
    Mutant::OneEndRemembered,
    Mutant::AnyAbortEndsAnOpening,
    Mutant::NoAbortAfterShutdownAck,
    Mutant::MalformedDataOverridesAnAcknowledgement,
    Mutant::ARefusedCookieStopsInit,
    Mutant::SecondCookieAckTakesACloseBack,
    Mutant::ACoveredPieceStays,
    Mutant::RubbishEndsTheSessionsOfOthers,
    Mutant::SecretDrawnAnewEachSecond,
    Mutant::LaterInitsSentOnce,
    Mutant::InitLosesWhatWaits,
    Mutant::InitStopsTheTimers,
    Mutant::AnyCookieTakenAfterARepeat,
    Mutant::ExpiredCookiesTakenBesideASession,
    Mutant::RepeatedEchoTakesShutdownBack,
    Mutant::EchoInheritsTheTriesOfInit,
    Mutant::LaterSessionsCountOn,
    Mutant::RepeatNotAcknowledgedBesideAGap,
    Mutant::RubbishStopsRetransmissions,
    Mutant::AcknowledgementsComparedSigned,
    Mutant::GapsComparedSigned,
    Mutant::ShutdownAckWaitsForAnotherShutdown,
    Mutant::AnyVersionWhereASessionLives,
    Mutant::CookieLivesASecondLonger,
    Mutant::EchoEndsAtAZero,
    Mutant::DropsDataOfWholePages,
    Mutant::TakesAShorterCookie,
    Mutant::EchoesAnEarlierCookie,
    Mutant::HmacComparedUpToAZero,
    Mutant::AbortEndsAllSessions,
    Mutant::RepeatedEchoSkipsAGap,
    Mutant::NoCookieForTheHighestTag,
    Mutant::ReadsTheExpirationOfACookie,
    Mutant::EarlyCookieAckEndsTheOpening,
    Mutant::TakesALongerEcho,
    Mutant::TakesALongerCookie,
    Mutant::NoCookieForTheTagZero,
    Mutant::CookieExpiresEarly,
    Mutant::FollowsItsPeer,
    Mutant::EndsWhenItsTagComesFromElsewhere,
    Mutant::EchoFromElsewhereSpendsTheCookie,
    Mutant::OneSessionAtATime,
    Mutant::DropsDataOfOneOctet,
    Mutant::TakesAShutdownWithAnAcknowledgementOfTheFuture,
    Mutant::TypeHighBitsIgnored,
    Mutant::EndsInSilenceOnAMalformedPacket,
    Mutant::MagicInAnyOrder,
    Mutant::TagsComparedByTheirXor,
    Mutant::CookieDiesAtHalfOfItsLifetime,
    Mutant::CookiesTagComparedByItsXor,
    Mutant::DeafAfterAnOpeningThatFailed,
    Mutant::HmacComparedByItsXor,
    Mutant::AtMostEightSessions,
    Mutant::NoSessionOpensWhileOneCloses,
    Mutant::FewSpentCookiesRemembered,
    Mutant::OctetsBeyondAGapAreShared,
    Mutant::OutstandingOctetsOutliveTheirSession,
    Mutant::RepeatedAcknowledgementsAbort,
    Mutant::AcknowledgementOfWhatIsWrittenCounts,
    Mutant::ShutdownAckWithAGapWhenBothClose,
    Mutant::ShutdownCompletedAfterTheEnd,
    Mutant::ACloseEndsTheSessionsBesideIt,
    Mutant::UnaskedShutdownAckRemembered,
    Mutant::GapAnsweredAfterShutdownAck,
    Mutant::AbortEndsSessionsWithItsTag,
    Mutant::AbortAnsweredAfterTheEnd,
    Mutant::AnotherVersionEndsTheSessionWithItsTag,
    Mutant::AnOpeningVoidsTheCookiesThatAreOut,
    Mutant::InitOverridesAnAcknowledgement,
    Mutant::RepeatedEchoOverridesAnAcknowledgement,
    Mutant::RepeatedEchoForgetsTheClose,
    Mutant::GapNotAnsweredAfterShutdown,
    Mutant::RepeatedShutdownForgetsAGap,
    Mutant::AcknowledgesBehindAGivingUp,
    Mutant::LaterFailuresToOpenNotTold,
    Mutant::AnyCookiePutsInitOff,
    Mutant::AFailedOpeningEndsTheSessionsBesideIt,
    Mutant::OtherPacketsPutTheEchoOff,
    Mutant::ABareDataOverridesAnAcknowledgement,
    Mutant::AcknowledgementOnARepeatIgnored,
    Mutant::AShutdownBeforeAGapEndsTheRepetitions,
    Mutant::ABareDataPutsShutdownOff,
    Mutant::DataPutsShutdownAckOff,
    Mutant::AcknowledgesBehindAnAbort,
    Mutant::AcknowledgesBehindItsOwnAbort,
    Mutant::SixteenBitsOfAGap,
    Mutant::AnEndHidesTheNextSession,
    Mutant::AWriteAmidARetransmissionIsLost,
    Mutant::ACloseThatWasGivenUpIsCompleted,
    Mutant::AnEndStopsTheTimersBesideIt,
    Mutant::AnEndOverridesTheAcknowledgementsBesideIt,
    Mutant::DeafToWhoHasSentAHundredStrays,
    Mutant::TheFutureWaitsBeyondAGap,
    Mutant::AnyTagTakenAfterItsOwnClose,
    Mutant::AnyPortTakenAfterItsOwnShutdown,
    Mutant::ARepeatedEchoPutsDataOff,
    Mutant::ALateCookieAckPutsDataOff,
    Mutant::AnEndStopsTheDataOfOthers,
    Mutant::OctetsSentAgainAreThrough,
    Mutant::AShutdownEndsTheTries,
    Mutant::TriesEndBeforeTheGivingUp,
    Mutant::TheFutureTakenAmidOutstandingOctets,
    Mutant::APartAcrossTheWrapFreesNothing,
    Mutant::ShutdownGivenUpAsCleanAfterOctets,
    Mutant::ShutdownAckGivenUpAsFailureAfterOctets,
    Mutant::AbortIgnoredOnceInitWasRepeated,
    Mutant::InitWithTheListenersTagIgnored,
    Mutant::AGivingUpStopsTheDataOfOthers,
    Mutant::UselessDataRestartsNoTries,
    Mutant::ALateCookieAckPutsShutdownOff,
    Mutant::AnEndStopsTheShutdownAcksOfOthers,
    Mutant::TheFutureTakenOnARepeat,
    Mutant::TheFutureTakenInASecondShutdown,
];

#[test]
fn every_mutant_is_seen_from_outside() {
    let invisible: Vec<_> = Mutant::ALL
        .iter()
        .filter(|mutant| !SHOWN_ELSEWHERE.contains(mutant) && !is_visible(**mutant))
        .map(|mutant| mutant.name())
        .collect();
    assert_eq!(invisible, [""; 0]);
}
