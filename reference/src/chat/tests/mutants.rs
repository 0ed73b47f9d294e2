//! Mutants: the table of them, and that each does something.

mod conversation;

use std::collections::BTreeSet;

use conversation::{client, conversation};

use super::*;

#[test]
fn every_mutant_has_a_name_of_its_own_and_a_clause() {
    let names: BTreeSet<_> = Mutant::ALL.iter().map(|mutant| mutant.name()).collect();
    assert_eq!(names.len(), Mutant::ALL.len());
    for mutant in Mutant::ALL {
        assert_eq!(Mutant::from_name(mutant.name()), Some(*mutant));
        assert!(mutant.clause().starts_with("CHAT-"), "{mutant}");
        assert!(mutant.what().ends_with('.'), "{mutant}");
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(mutant.name().chars().all(is_plain), "{mutant}");
    }
    assert_eq!(Mutant::from_name("nonsense"), None);
}

#[test]
fn mutants_of_a_clause_stand_together() {
    let mut clauses: Vec<_> = Mutant::ALL.iter().map(|mutant| mutant.clause()).collect();
    clauses.dedup();
    let distinct: BTreeSet<_> = clauses.iter().collect();
    assert_eq!(clauses.len(), distinct.len(), "a clause comes up in two places: {clauses:?}");
}
/// What only scenarios show: it needs a second failure, a third connection, or octets that nobody else sends.
const SHOWN_ELSEWHERE: [Mutant; 169] = [
    Mutant::SecondLoginClearsTheAlias,
    Mutant::ThirdLoginLeavesRooms,
    Mutant::WrongPasswordFreesItsPlace,
    Mutant::BadEndiannessElsewhereIsS5,
    Mutant::AuthenticatedRegistrationSetsThePassword,
    Mutant::NamesOfWhoHasGoneAreFree,
    Mutant::RegistrationsShareAPassword,
    Mutant::ThreeRegistrationsAreKept,
    Mutant::BrokenLoginAfterAFailureIsRefused,
    Mutant::ByeIsRefusedAfterAFailure,
    Mutant::FinishWhileSkippingIgnored,
    Mutant::ClientPassesOverOneSegment,
    Mutant::LongMessagesOver5000Break,
    Mutant::LoginsOver1024Break,
    Mutant::SkippingEndsAfter8192Octets,
    Mutant::ClientOrderOfS5OutlivesARegistration,
    Mutant::LongBlanksAreOkay,
    Mutant::GlobalReachesFour,
    Mutant::ClientAcknowledgesNoBlanks,
    Mutant::HeadWithAnotherRoomIsTheSame,
    Mutant::PartNumbersAreTriedInBothOrders,
    Mutant::ShortIdsAreLongReceipts,
    Mutant::ShortReceiptsForgetLongMessages,
    Mutant::TwoLongMessagesAreKnown,
    Mutant::PartsAreSentAgainFourTimes,
    Mutant::UnknownAskedAgainIsAnsweredOnlyFirst,
    Mutant::NewHeadsDropBegunMessages,
    Mutant::RefusedHeadsCountAsUnfinished,
    Mutant::ResetWhileSkippingKeepsRooms,
    Mutant::IdsBeginAgainWhenEverybodyHasGone,
    Mutant::ClientLeavesBlankPartsOut,
    Mutant::ClientLeavesLikePartsOut,
    Mutant::ClientTellsTheAliasOfTheUser,
    Mutant::ClientKnowsLongIdsToTheZero,
    Mutant::HalvesOfOthersLost,
    Mutant::FinishAmidAPacketIgnored,
    Mutant::ClientLosesWhatFollowsItsLogin,
    Mutant::ClientLosesWhatFollowsTheUnknown,
    Mutant::UnsupportedIsToldOnce,
    Mutant::ClientOrderOfTheFirstLogin,
    Mutant::ClientOrderWaitsForCodes,
    Mutant::ClientSendsAgainInBigEndian,
    Mutant::ClientSendsAgainInLittleEndian,
    Mutant::ClientReadsTheOrderItAsksFor,
    Mutant::ClientNumbersTurnWhenAskedAgain,
    Mutant::RightPasswordStaysRight,
    Mutant::UncheckedPasswordStays,
    Mutant::FailedLoginHoldsAPlace,
    Mutant::FirstPasswordTriedIsStored,
    Mutant::RefusedMessagesAreDelivered,
    Mutant::ClientRefusedEndsWithoutBye,
    Mutant::ClientEndsWithoutByeWhileItJoins,
    Mutant::ClientEndsWithoutByeOnceUnsupported,
    Mutant::ReceiptsAreTheUsers,
    Mutant::ClientAcknowledgesTheNewestRoom,
    Mutant::ClientAcknowledgesWhenToldOfItself,
    Mutant::ClientAcknowledgesUntilInvited,
    Mutant::ClientAcknowledgesUntilRefused,
    Mutant::ClientAcknowledgesUntilASecondLogin,
    Mutant::ClientAcknowledgesARoomOnce,
    Mutant::ClientMessageIdsBeginAgainWithALogin,
    Mutant::ClientMessageIdsBeginAgainAtASecondLogin,
    Mutant::ClientMessageIdsGoBackWithARefusedHead,
    Mutant::ShortMessageDropsUnfinished,
    Mutant::ReturnerMayNotFinish,
    Mutant::LongGoesToTheRoomOfTheNewestHead,
    Mutant::LongMessagesAreTheUsers,
    Mutant::HeadsOfAllCount,
    Mutant::ClientForgetsLongForShort,
    Mutant::ClientForgetsLongForAnUnknownReceipt,
    Mutant::ClientForgetsLongOnLeaving,
    Mutant::ClientForgetsLongOnASecondLogin,
    Mutant::LostMembershipIsHeld,
    Mutant::InvitationsOpenRooms,
    Mutant::RefusedJoinCounts,
    Mutant::LeavingNotKeptForTheSlow,
    Mutant::RefusedAliasFreesTheOwn,
    Mutant::InvitationsGoByTheFirstAlias,
    Mutant::InvitationsReachWhoWasRefused,
    Mutant::SkippingEndsWithItsSegment,
    Mutant::RoomPacketsOver4096Break,
    Mutant::EndiannessUncheckedBesideAnEmptyPassword,
    Mutant::OneEndpointOfAUserHears,
    Mutant::OnlyFourHear,
    Mutant::GlobalMissesWhoHasRegistered,
    Mutant::EchoesAreNotRemembered,
    Mutant::ClientAcknowledgesUntilItLeaves,
    Mutant::ClientMessageIdsBeginAgainOnJoining,
    Mutant::ClientAcknowledgesUntilTheWhole,
    Mutant::AliasIsSharedAtFirst,
    Mutant::AliasNotToldToWhoHasRegistered,
    Mutant::WhatWasHeldCounts,
    Mutant::LongPacketsInPiecesForgotten,
    Mutant::LeavingEndsTheRoomOfAll,
    Mutant::EndingInAProtectedRoomIsSilent,
    Mutant::ClientOrderChangesWithAnyLogin,
    Mutant::LeavingNotToldToOwnUser,
    Mutant::LeavingTakesTheWholeUser,
    Mutant::OtherWayNamesTheOtherOrder,
    Mutant::ClientRepeatsItsPassword,
    Mutant::RefusedLoginTakesItsUser,
    Mutant::RegistrationKeepsTheGuest,
    Mutant::RefusedPartCounts,
    Mutant::PartNumbersOfOneOctet,
    Mutant::RefusedAliasClears,
    Mutant::InvitationReachesOneEndpoint,
    Mutant::SecondLoginLeavesRooms,
    Mutant::EmailDotMayBeAnywhere,
    Mutant::InvitationsJoin,
    Mutant::ClientTellsCodesInHex,
    Mutant::OtherOctetsAreDropped,
    Mutant::SecondFailureLogsIn,
    Mutant::OneUserNeedsNoPassword,
    Mutant::ThirdEndpointIsRefused,
    Mutant::UnsupportedAfterAFailure,
    Mutant::FormerMembersHear,
    Mutant::SecondEndpointIsRefusedOnce,
    Mutant::RefusedHeadDropsItsMessage,
    Mutant::LongReceiptsKnownByTheirFirstHalf,
    Mutant::BrokenHeadDropsMessages,
    Mutant::UnsupportedDropsMessages,
    Mutant::RegisteredUserIsNotHeld,
    Mutant::RegisteringOneselfIsInUse,
    Mutant::EmailMayHoldTabs,
    Mutant::RefusalLosesReplies,
    Mutant::TextsAreTrimmed,
    Mutant::TextsArePassedOnAsUtf8,
    Mutant::LongReachesThoseOfItsHead,
    Mutant::NegativeTotalsAreSmall,
    Mutant::OwnAliasIsInvalid,
    Mutant::AliasOutlivesAReset,
    Mutant::InvitationToNobodyIsUnsupported,
    Mutant::HalfBehindAPacketLost,
    Mutant::RefusedEndpointEndsTheLogin,
    Mutant::FirstNameTriedStays,
    Mutant::ReceiptCountsForAll,
    Mutant::GlobalMessagesAreNotRemembered,
    Mutant::LeavingForgetsReceipts,
    Mutant::LeavingForgetsLongMessages,
    Mutant::ProtectedRoomsTellTheJoinerAlone,
    Mutant::HalvesExpire,
    Mutant::RefusedHeadsLoseWhatFollows,
    Mutant::RefusedEndpointLosesWhatFollows,
    Mutant::LengthsOfAllCount,
    Mutant::LastPartLosesWhatFollows,
    Mutant::SkippingExpires,
    Mutant::ClientOrderEndsWithARefusedRegistration,
    Mutant::NamesAreCutAt32Octets,
    Mutant::NamesAreComparedBy31Octets,
    Mutant::RegisteredUsersLogInAgain,
    Mutant::GuestRegistersOnce,
    Mutant::CaseOfNewUsersIgnored,
    Mutant::BrokenByeIsForgivenAfterABrokenLogin,
    Mutant::LongNamesAreCut,
    Mutant::ClientMessageIdsGoBackWithABrokenMessage,
    Mutant::UnfinishedMessagesExpire,
    Mutant::MessageIdsAreKnownFromTheirSecondOctet,
    Mutant::MessageIdsAreText,
    Mutant::LongIsLostBehindAPassword,
    Mutant::LongMessagesAreForgottenInTime,
    Mutant::LongMessagesGoWithTheirSender,
    Mutant::BrokenPacketsForgetLongMessages,
    Mutant::PartAskedForIsSigned,
    Mutant::PartAskedForHasTwoOctets,
    Mutant::MembershipsExpire,
    Mutant::AliasesExpire,
    Mutant::AliasesAreComparedBy31Octets,
    Mutant::CaseOfAliasesIgnored,
    Mutant::LongMessagesNotKeptForTheSlow,
];

#[test]
fn every_mutant_is_seen_in_a_conversation() {
    let worlds = |mutant: Option<Mutant>| {
        let several = Config { several_endpoints: true, mutant, ..world() };
        let later = Config {
            registration_authenticates: false,
            creates_rooms: true,
            dialect: Dialect { codes: Codes::Hex, ..Dialect::default() },
            mutant,
            ..world()
        };
        [Config { mutant, ..world() }, several, later]
    };
    let plain = worlds(None).map(conversation);
    let plain_client = client(None);
    let mut unseen = Vec::new();
    for mutant in Mutant::ALL.iter().copied() {
        let mut played = worlds(Some(mutant)).into_iter().zip(&plain);
        let is_seen = client(Some(mutant)) != plain_client
            || played.any(|(world, plain)| conversation(world) != *plain);
        if !is_seen && !SHOWN_ELSEWHERE.contains(&mutant) {
            unseen.push(mutant.name());
        }
    }
    assert_eq!(unseen, Vec::<&str>::new());
}
