//! The mutants of messages, rooms and what else there is, by their clauses: variant, name, what it does in one sentence.

/// Hands the rows, behind those that came before, to `declare`.
macro_rules! message_rows {
    ($declare:ident { $($before:tt)* }) => { $declare! {
        $($before)*
        "CHAT-MSG-1" {
            ShortMessageNotAnswered "short-message-not-answered" "U80 is not answered.";
            ShortMessageAnsweredTwice "short-message-answered-twice" "U80 is answered twice.";
            AnswersWithAnotherMessageId "answers-with-another-message-id" "S81 has another message ID.";
            ShortCodesSwapped "short-codes-swapped" "The codes of S81 have changed places.";
            ShortCodesSeparated "short-codes-separated" "The codes of S81 have a separator between them.";
        }
        "CHAT-MSG-2" {
            EndingTakesTheWholeUser "ending-takes-the-whole-user" "When an endpoint of a user ends, the others leave their rooms.";
            UnknownRoomIsNotInRoom "unknown-room-is-not-in-room" "An unknown room is 09.";
            UnknownRoomIsNotAuthorized "unknown-room-is-not-authorized" "An unknown room is 08.";
            UnknownRoomIsOkay "unknown-room-is-okay" "An unknown room is 03.";
            OutsiderIsNotAuthorized "outsider-is-not-authorized" "A room that one is not in is 08.";
            OutsiderIsInvalid "outsider-is-invalid" "A room that one is not in is 02.";
            OutsiderMaySpeak "outsider-may-speak" "A room that one is not in is 03.";
            NoRoomIsOkay "no-room-is-okay" "An empty room is 03.";
            NoRoomIsNotInRoom "no-room-is-not-in-room" "An empty room is 09.";
            EmptyFieldIsEmptyMessage "empty-field-is-empty-message" "An empty message field is 11.";
            EmptyFieldIsOkay "empty-field-is-okay" "An empty message field is 03.";
            BlankIsEmptyField "blank-is-empty-field" "A message of white space is 01.";
            BlankIsOkay "blank-is-okay" "A message of white space is 03.";
            BlankIsSpacesOnly "blank-is-spaces-only" "A message of tabs or line ends is 03.";
            BlankIsEveryControl "blank-is-every-control" "A message of other controls is 11.";
            TooLongIsInvalid "too-long-is-invalid" "A message that is too long is 02.";
            TooLongIsOkay "too-long-is-okay" "A message that is too long is 03.";
            TooLongIsJudgedLast "too-long-is-judged-last" "A message that is too long and no base64 is 04.";
            BadBase64IsInvalid "bad-base64-is-invalid" "A message that is no base64 is 02.";
            BadBase64IsOkay "bad-base64-is-okay" "A message that is no base64 is 03.";
            BadBase64IsEmptyMessage "bad-base64-is-empty-message" "A message that is no base64 is 11.";
            MessageUncheckedInABadRoom "message-unchecked-in-a-bad-room" "The message is 03 when the room is bad.";
            RoomUncheckedForABadMessage "room-unchecked-for-a-bad-message" "The room is 03 when the message is bad.";
            LongBlanksAreOkay "long-blanks-are-okay" "A message of more than 16 octets of white space is 03.";
        }
        "CHAT-MSG-3" {
            OneEndpointOfAUserHears "one-endpoint-of-a-user-hears" "Of several endpoints of a user in a room only the first gets a message.";
            OnlyFourHear "only-four-hear" "A message reaches four others at most.";
            FirstNameTriedStays "first-name-tried-stays" "Who logs in after a failed login has the name of that one.";
            AnswerWaitsForTheHearers "answer-waits-for-the-hearers" "S81 does not come while a hearer takes nothing.";
            TextsAreTrimmed "texts-are-trimmed" "A text is passed on without the white space around it.";
            TextsArePassedOnAsUtf8 "texts-are-passed-on-as-utf8" "A text that is no UTF-8 is passed on with other octets.";
            SenderHearsHimself "sender-hears-himself" "The sender of a message gets S83.";
            OutsidersHear "outsiders-hear" "Everybody gets the messages of a room.";
            OneHearerMissed "one-hearer-missed" "The first hearer of a room gets no S83.";
            OnlyOneHears "only-one-hears" "Only the first hearer of a room gets S83.";
            OnlyTwoHear "only-two-hear" "Only the first two hearers of a room get S83.";
            InvitationsJoin "invitations-join" "Who is invited to a room is in it.";
            AllRoomsOfTheSenderHear "all-rooms-of-the-sender-hear" "Everybody who shares a room with the sender hears a message.";
            FormerMembersHear "former-members-hear" "Who has left a room hears its messages still.";
            NobodyHears "nobody-hears" "Nobody gets S83 in a room.";
            DeliversTwice "delivers-twice" "S83 comes twice.";
            DeliversBadMessages "delivers-bad-messages" "A message that was answered as bad is delivered.";
            UserAndAliasSwapped "user-and-alias-swapped" "User and alias of S83 have changed places.";
            AliasIsUser "alias-is-user" "The alias of S83 is the user.";
            DeliveredWithoutAlias "delivered-without-alias" "The alias of S83 is always empty.";
            DeliveredToAnotherRoom "delivered-to-another-room" "The room of S83 is another.";
            MessageChanged "message-changed" "The message of S83 is longer than what was said.";
            IdsDifferByHearer "ids-differ-by-hearer" "Every hearer of a message gets another ID.";
            ShortMessageAnsweredLast "short-message-answered-last" "S81 comes after the S83 of an echo.";
            ReturnerHearsTwice "returner-hears-twice" "Who has left a room and has come back gets its messages twice.";
            LongNamesAreCut "long-names-are-cut" "The user of S83 has 16 octets at most.";
            JoiningAgainDoublesMessages "joining-again-doubles-messages" "Who joins a room that he is in gets its messages twice.";
        }
        "CHAT-MSG-4" {
            GlobalMissesWhoHasRegistered "global-misses-who-has-registered" "A global message does not reach who is in by a registration.";
            LeavingEndsTheRoomOfAll "leaving-ends-the-room-of-all" "Who has left a room no longer hears the room of all.";
            GlobalReachesItsSender "global-reaches-its-sender" "A global message comes back to its sender.";
            GlobalReachesWhoIsInARoom "global-reaches-who-is-in-a-room" "A global message reaches those who are in a room.";
            GlobalReachesGuests "global-reaches-guests" "A global message reaches guests.";
            GlobalReachesNobody "global-reaches-nobody" "A global message reaches nobody.";
            GlobalNeedsJoining "global-needs-joining" "A global message is 09.";
            EchoReachesEverybody "echo-reaches-everybody" "An echo reaches everybody.";
            EchoReachesTheOthers "echo-reaches-the-others" "An echo reaches all but its sender.";
            EchoReachesNobody "echo-reaches-nobody" "An echo reaches nobody.";
            EchoNeedsJoining "echo-needs-joining" "An echo is 09.";
            GlobalReachesFour "global-reaches-four" "A global message reaches four others at most.";
        }
        "CHAT-MSG-5" {
            IdsBeginAgainWhenEverybodyHasGone "ids-begin-again-when-everybody-has-gone" "The counter of IDs begins again when nobody is logged in any more.";
            CounterOfOneOctet "counter-of-one-octet" "The counter begins anew after 255.";
            CounterGoesDown "counter-goes-down" "The counter goes down.";
            CounterStands "counter-stands" "The counter is always 1.";
            CounterStandsEverySecondTime "counter-stands-every-second-time" "Every second message has the counter of the one before.";
            CounterIsTime "counter-is-time" "The counter is the time.";
            TimeInSeconds "time-in-seconds" "The second half of an ID counts seconds.";
            TimeIsZero "time-is-zero" "The second half of an ID is zero.";
            TimeInWholeHours "time-in-whole-hours" "The second half of an ID goes on once in an hour.";
            TimeOfAnotherZone "time-of-another-zone" "The second half of an ID is an hour ahead, as the local time of another zone.";
            TimeFirst "time-first" "The halves of an ID have changed places.";
        }
        "CHAT-MSG-6" {
            EchoesAreNotRemembered "echoes-are-not-remembered" "A receipt for an echo is answered with S85.";
            ReceiptCountsForAll "receipt-counts-for-all" "The receipt of one endpoint counts for all that got the message.";
            GlobalMessagesAreNotRemembered "global-messages-are-not-remembered" "A receipt for a message to everybody is answered.";
            LeavingForgetsReceipts "leaving-forgets-receipts" "Who leaves a room has its messages forgotten.";
            ReceiptsTakenTheOtherWay "receipts-taken-the-other-way" "Good acknowledgements are answered and bad ones are not.";
            UnknownReceiptNotAnswered "unknown-receipt-not-answered" "U84 with an unknown ID is not answered.";
            UnknownReceiptWithAnotherId "unknown-receipt-with-another-id" "S85 has another ID.";
            SecondReceiptNotAnswered "second-receipt-not-answered" "A second U84 with one ID is not answered.";
            AnyReceiptOfAnybodyTaken "any-receipt-of-anybody-taken" "U84 for a message that only others got is not answered.";
            OneReceiptRemembered "one-receipt-remembered" "Only the newest ID is remembered.";
            ReceiptsForgottenAfter512 "receipts-forgotten-after-512" "Only the last 512 IDs are remembered.";
            ReceiptsAreTheUsers "receipts-are-the-users" "What an earlier connection of a user was sent may be acknowledged on a later one.";
            AnsweredReceiptIsLearned "answered-receipt-is-learned" "An ID that was answered with S85 is taken the next time.";
            ReceiptsShareTheirRoom "receipts-share-their-room" "The 1,024 IDs that are remembered are those of all endpoints together.";
        }
        "CHAT-MSG-7" {
            ClientAcknowledgesUntilItLeaves "client-acknowledges-until-it-leaves" "A client that has left a room acknowledges nothing more.";
            ClientAcknowledgesNothing "client-acknowledges-nothing" "A client sends no U84.";
            ClientAcknowledgesOnce "client-acknowledges-once" "A client acknowledges its first message only.";
            ClientAcknowledgesAnIdOnce "client-acknowledges-an-id-once" "A client does not acknowledge a message that comes again.";
            ClientAcknowledgesHalf "client-acknowledges-half" "A client's U84 has only the first half of the ID.";
            ClientAcknowledgesRoomsOnly "client-acknowledges-rooms-only" "A client does not acknowledge what comes for everybody or from itself.";
            ClientAcknowledgesAHundred "client-acknowledges-a-hundred" "A client acknowledges its first hundred messages only.";
            ClientAcknowledgesTwice "client-acknowledges-twice" "A client acknowledges each message twice.";
            ClientAcknowledgesAsLong "client-acknowledges-as-long" "A client sends U96 for short messages.";
            ClientAcknowledgesTheNewestRoom "client-acknowledges-the-newest-room" "A client acknowledges messages of the room that it joined last only.";
            ClientAcknowledgesWhenToldOfItself "client-acknowledges-when-told-of-itself" "A client does not acknowledge what comes between S161 and its own S162.";
            ClientAcknowledgesUntilInvited "client-acknowledges-until-invited" "A client does not acknowledge messages of a room that it was invited to.";
            ClientAcknowledgesUntilRefused "client-acknowledges-until-refused" "A client that was refused a room acknowledges no messages of rooms.";
            ClientAcknowledgesUntilASecondLogin "client-acknowledges-until-a-second-login" "A client whose second login was answered with 06 acknowledges nothing more.";
            ClientAcknowledgesARoomOnce "client-acknowledges-a-room-once" "A client does not acknowledge messages of a room that it has joined again.";
            ClientAcknowledgesNoBlanks "client-acknowledges-no-blanks" "A client does not acknowledge a message in which nothing is to be seen.";
        }
        "CHAT-MSG-8" {
            ClientMessageIdsBeginAgainOnJoining "client-message-ids-begin-again-on-joining" "A client's IDs begin again when it joins a room.";
            ClientMessageIdsStand "client-message-ids-stand" "A client's messages have one ID.";
            ClientMessageIdsOfTwo "client-message-ids-of-two" "A client's messages have two IDs in turn.";
            ClientMessageIdsOfOneOctet "client-message-ids-of-one-octet" "A client's IDs begin again after 256 messages.";
            ClientLongIdsApart "client-long-ids-apart" "A client numbers its long messages apart from the short ones.";
            ClientMessageIdsBeginAgainWithALogin "client-message-ids-begin-again-with-a-login" "A client's message IDs begin again when it logs in.";
            ClientMessageIdsBeginAgainAtASecondLogin "client-message-ids-begin-again-at-a-second-login" "A client's IDs begin again when a login is answered with 06.";
            ClientMessageIdsGoBackWithARefusedHead "client-message-ids-go-back-with-a-refused-head" "The ID of a long message that was refused is that of the next message.";
            ClientMessageIdsGoBackWithABrokenMessage "client-message-ids-go-back-with-a-broken-message" "The ID of a message that was answered as broken comes again.";
        }
        "CHAT-LONG-1" {
            HeadNotAnswered "head-not-answered" "U87 is not answered.";
            HeadAnsweredWithAnotherMessageId "head-answered-with-another-message-id" "S88 has another message ID.";
            HeadCodesSeparated "head-codes-separated" "The codes of S88 have separators between them.";
            HeadCodesReversed "head-codes-reversed" "The first and the last code of S88 have changed places.";
            ZeroPartsIsEmpty "zero-parts-is-empty" "TP 0 is 01.";
            ZeroPartsIsOkay "zero-parts-is-okay" "TP 0 is 03.";
            HeadOutsideIsNotInRoom "head-outside-is-not-in-room" "A head for a room that one is not in is 09.";
            HeadOutsideIsEight "head-outside-is-eight" "A head for a room that one is not in is 08.";
            HeadOutsideIsOkay "head-outside-is-okay" "A head for a room that one is not in is 03.";
            HeadOutsideIsInvalid "head-outside-is-invalid" "A head for a room that one is not in is 02.";
            HeadToUnknownRoomIsOkay "head-to-unknown-room-is-okay" "A head for an unknown room is 03.";
            HeadToUnknownRoomIsFour "head-to-unknown-room-is-four" "A head for an unknown room is 04.";
            EmptyHeadIsOkay "empty-head-is-okay" "An empty head is 03.";
            BlankHeadIsEmptyField "blank-head-is-empty-field" "A head of white space is 01.";
            BlankHeadIsEleven "blank-head-is-eleven" "A head of white space is 11.";
            TooLongHeadIsTwelve "too-long-head-is-twelve" "A head that is too long is 12.";
            TooLongHeadIsOkay "too-long-head-is-okay" "A head that is too long is 03.";
            BadBase64HeadIsInvalid "bad-base64-head-is-invalid" "A head that is no base64 is 02.";
            BadBase64HeadIsOkay "bad-base64-head-is-okay" "A head that is no base64 is 03.";
            HeadUncheckedWithBadParts "head-unchecked-with-bad-parts" "Room and head are 03 when TP is bad.";
            HeadAgainBeginsAnew "head-again-begins-anew" "The same head again begins the message anew.";
            AnotherHeadIsIgnored "another-head-is-ignored" "Another head with the number of an unfinished one is ignored.";
            RefusedHeadDropsItsMessage "refused-head-drops-its-message" "A head that is not okay ends the unfinished message with its number.";
            HeadAgainCounts "head-again-counts" "After the same head has come again eight times, another one is refused.";
            HeadWithAnotherRoomIsTheSame "head-with-another-room-is-the-same" "A head that differs from an unfinished one in its room is taken for the same.";
            RefusedHeadsCountAsUnfinished "refused-heads-count-as-unfinished" "After seven heads that were refused each further one is refused.";
        }
        "CHAT-LONG-2" {
            LeavingDropsUnfinishedMessages "leaving-drops-unfinished-messages" "Who leaves any room has his unfinished long messages dropped.";
            PartNotAnswered "part-not-answered" "U91 is not answered.";
            PartAnsweredWithAnotherMessageId "part-answered-with-another-message-id" "S92 has another message ID.";
            PartCodesSeparated "part-codes-separated" "The codes of S92 have separators between them.";
            PartCodesReversed "part-codes-reversed" "The first and the last code of S92 have changed places.";
            BadPartNumberIsEmpty "bad-part-number-is-empty" "A bad PN is 01.";
            BadPartNumberIsOkay "bad-part-number-is-okay" "A bad PN is 03.";
            PartsAreNumberedFromZero "parts-are-numbered-from-zero" "PN counts from 0.";
            RepeatedPartIsInvalid "repeated-part-is-invalid" "A repeated part is 02.";
            BlankPartIsRefused "blank-part-is-refused" "A part of white space is 05.";
            EmptyPartIsOkay "empty-part-is-okay" "An empty part is 03.";
            TooLongPartIsTwelve "too-long-part-is-twelve" "A part that is too long is 12.";
            TooLongPartIsOkay "too-long-part-is-okay" "A part that is too long is 03.";
            BadBase64PartIsInvalid "bad-base64-part-is-invalid" "A part that is no base64 is 02.";
            BadBase64PartIsOkay "bad-base64-part-is-okay" "A part that is no base64 is 03.";
            PartNumbersReadBigEndian "part-numbers-read-big-endian" "PN of U91 is read as big-endian.";
            RepeatedPartReplaces "repeated-part-replaces" "A repeated part replaces the first one.";
            RefusedPartCounts "refused-part-counts" "A part that is refused for its room counts all the same.";
            PartNumbersOfOneOctet "part-numbers-of-one-octet" "Of PN only the lowest octet is read.";
            RepeatedPartCounts "repeated-part-counts" "A repeated part counts for a missing one.";
            ShortMessageDropsUnfinished "short-message-drops-unfinished" "A short message ends the unfinished long messages of its sender.";
            PartsHeldAgainstTheNewestTotal "parts-held-against-the-newest-total" "PN is held against TP of the newest head.";
            ReturnerMayNotFinish "returner-may-not-finish" "Who has left a room and has come back is not in it for the parts of an earlier head.";
            UnfinishedMessagesExpire "unfinished-messages-expire" "A long message whose sender has said nothing for ten seconds is forgotten.";
            PartNumbersAreTriedInBothOrders "part-numbers-are-tried-in-both-orders" "A PN that is one in the other byte order is taken.";
        }
        "CHAT-LONG-4" {
            LongReachesThoseOfItsHead "long-reaches-those-of-its-head" "A long message reaches those who were in the room when its head came.";
            PartsDeliveredBackwards "parts-delivered-backwards" "Parts are delivered in the reverse order.";
            LongReachesItsSender "long-reaches-its-sender" "A long message comes back to its sender.";
            LongReachesOutsiders "long-reaches-outsiders" "A long message reaches everybody.";
            LongReachesNobody "long-reaches-nobody" "A long message reaches nobody.";
            LongReachesOneOnly "long-reaches-one-only" "A long message reaches one hearer only.";
            LongGlobalReachesNobody "long-global-reaches-nobody" "A global long message reaches nobody.";
            LongEchoReachesNobody "long-echo-reaches-nobody" "A long echo reaches nobody.";
            LongEchoReachesEverybody "long-echo-reaches-everybody" "A long echo reaches everybody.";
            DeliversLongToAnotherRoom "delivers-long-to-another-room" "The room of S95 is another.";
            DeliversLongWhenIncomplete "delivers-long-when-incomplete" "A long message is delivered without its last part.";
            HeadLost "head-lost" "A long message is delivered without its head.";
            TotalOneTooHigh "total-one-too-high" "TP of S95 is one too high.";
            LastPartEndsTheMessage "last-part-ends-the-message" "The part with the highest number ends the message.";
            PartsOnlyInOrder "parts-only-in-order" "A part that comes before its turn is dropped.";
            HeadDeliveredOnly "head-delivered-only" "Parts are not delivered.";
            LastPartLost "last-part-lost" "The last part is not delivered.";
            PartsHaveIdsOfTheirOwn "parts-have-ids-of-their-own" "Every part has another ID than its head.";
            LongGoesToTheRoomOfTheNewestHead "long-goes-to-the-room-of-the-newest-head" "A long message goes to the room of its sender's newest head.";
            MessageIdsAreKnownFromTheirSecondOctet "message-ids-are-known-from-their-second-octet" "Long messages are known by three octets of their message IDs.";
            MessageIdsAreText "message-ids-are-text" "Octets from 80 on in the message IDs of long messages are all alike.";
            LongEchoReachesTheWholeUser "long-echo-reaches-the-whole-user" "The echo of a long message comes to all endpoints of its sender.";
            LongMissesTheSendersEndpoints "long-misses-the-senders-endpoints" "A long message does not reach other endpoints of its sender.";
            LongMissesWhoHasAnAlias "long-misses-who-has-an-alias" "A long message does not reach who has an alias.";
            LongIsLostBehindAPassword "long-is-lost-behind-a-password" "A long message in a room with a password reaches nobody.";
        }
        "CHAT-LONG-5" {
            PartsDoNotCountDown "parts-do-not-count-down" "TP of the last part is 1.";
        }
        "CHAT-LONG-6" {
            LeavingForgetsLongMessages "leaving-forgets-long-messages" "Who leaves a room has its long messages forgotten.";
            OnlyTheLastLongMessageIsKnown "only-the-last-long-message-is-known" "Of the long messages that an endpoint got, the last alone is known.";
            LongReceiptsTakenTheOtherWay "long-receipts-taken-the-other-way" "Good acknowledgements of long messages are answered and bad ones are not.";
            UnknownLongReceiptNotAnswered "unknown-long-receipt-not-answered" "U96 with an unknown ID is not answered.";
            LongReceiptsKnownByTheirFirstHalf "long-receipts-known-by-their-first-half" "U96 is taken when only the first half of its ID is that of a message.";
            LongReceiptWithTheSecondHalf "long-receipt-with-the-second-half" "S97 has other octets than the first eight of the ID.";
            LongReceiptSaysBad "long-receipt-says-bad" "S97 says BAD.";
            AskingAgainNotAnswered "asking-again-not-answered" "U99 is not answered.";
            BadPartAskedAgainIsOkay "bad-part-asked-again-is-okay" "A PN that there is not is 03 when it is asked for again.";
            AnybodyMayAskAgain "anybody-may-ask-again" "Whoever knows an ID may ask for its parts.";
            NobodyMayAskAgain "nobody-may-ask-again" "A hearer of a long message may not ask for its parts.";
            NotAllowedIsTwo "not-allowed-is-two" "A of S100 is 02 when the client is not allowed.";
            AskedAgainBringsTheHead "asked-again-brings-the-head" "Whatever part is asked for, the head comes.";
            AskedAgainBringsNothing "asked-again-brings-nothing" "The part that was asked for does not come.";
            LongReceiptCountsForAll "long-receipt-counts-for-all" "U96 of one endpoint makes the server forget long messages of the others.";
            LongMessagesAreTheUsers "long-messages-are-the-users" "A later connection of a user knows the long messages that an earlier one was sent.";
            LongMessagesAreForgottenInTime "long-messages-are-forgotten-in-time" "Who has said nothing for ten seconds is not known to have heard a long message.";
            LongMessagesGoWithTheirSender "long-messages-go-with-their-sender" "When a connection ends, the parts of long messages cannot be asked for any more.";
            BrokenPacketsForgetLongMessages "broken-packets-forget-long-messages" "Who sends a broken or unknown packet is not known to have heard a long message.";
            EchoesMayNotBeAskedFor "echoes-may-not-be-asked-for" "The parts of a long message that was echoed may not be asked for.";
            PartAskedForIsSigned "part-asked-for-is-signed" "A part from 80000000 on that is asked for is the head.";
            PartAskedForHasTwoOctets "part-asked-for-has-two-octets" "Of the number of a part that is asked for only two octets are read.";
            ShortIdsAreLongReceipts "short-ids-are-long-receipts" "U96 with the ID of a short message is silent.";
            ShortReceiptsForgetLongMessages "short-receipts-forget-long-messages" "A U84 makes the server forget the long messages of its sender.";
            TwoLongMessagesAreKnown "two-long-messages-are-known" "Of the long messages that an endpoint got, the last two are known.";
            PartsAreSentAgainFourTimes "parts-are-sent-again-four-times" "Who has asked for parts four times may not ask again.";
            UnknownAskedAgainIsAnsweredOnlyFirst "unknown-asked-again-is-answered-only-first" "U99 for an unknown message is not answered behind another U99.";
        }
        "CHAT-LONG-7" {
            NegativeTotalsAreSmall "negative-totals-are-small" "A TP above 7FFFFFFF is taken.";
            NewHeadsDropBegunMessages "new-heads-drop-begun-messages" "A head ends the messages for its room of which parts are there.";
            OneHeadOnly "one-head-only" "A second unfinished long message is refused.";
            CompleteHeadsCount "complete-heads-count" "After sixteen heads of a connection, complete ones too, every other is refused.";
            ThreeHeadsOnly "three-heads-only" "A fourth unfinished long message is refused.";
            SixtyThreePartsOnly "sixty-three-parts-only" "A long message of 64 parts is refused.";
            AnyNumberOfParts "any-number-of-parts" "A TP of 7FFFFFFF is taken.";
            HeadsOfAllCount "heads-of-all-count" "Unfinished long messages are bounded for all connections together.";
            UnfinishedMessagesOfTheGoneCount "unfinished-messages-of-the-gone-count" "Six unfinished messages of connections that have ended leave no room for others.";
        }
        "CHAT-LONG-8" {
            ClientAcknowledgesUntilTheWhole "client-acknowledges-until-the-whole" "A client does not acknowledge what comes again of a whole message.";
            ClientAcknowledgesNothingLong "client-acknowledges-nothing-long" "A client sends no U96.";
            ClientAcknowledgesHeadsOnly "client-acknowledges-heads-only" "A client acknowledges heads only.";
            ClientAcknowledgesLastPartsOnly "client-acknowledges-last-parts-only" "A client acknowledges the last parts of long messages only.";
            ClientAcknowledgesAsShort "client-acknowledges-as-short" "A client sends U84 for long messages.";
            ClientForgetsLongForShort "client-forgets-long-for-short" "A client does not acknowledge parts behind a short message.";
            ClientForgetsLongForAnUnknownReceipt "client-forgets-long-for-an-unknown-receipt" "A client does not acknowledge parts behind an S97.";
            ClientForgetsLongOnLeaving "client-forgets-long-on-leaving" "A client that has left a room acknowledges no further parts of what it was hearing.";
            ClientForgetsLongOnASecondLogin "client-forgets-long-on-a-second-login" "A client whose second login was answered with 06 acknowledges no further parts.";
        }
        "CHAT-ROOM-1" {
            JoiningNotAnswered "joining-not-answered" "U160 is not answered.";
            JoiningAnsweredForAnotherRoom "joining-answered-for-another-room" "S161 has another room.";
            JoiningCodeJoined "joining-code-joined" "There is no separator before the code of S161.";
            JoiningUnknownIsNotAuthorized "joining-unknown-is-not-authorized" "Joining an unknown room is 08.";
            JoiningUnknownIsNotInRoom "joining-unknown-is-not-in-room" "Joining an unknown room is 09.";
            JoiningNoRoomIsInvalid "joining-no-room-is-invalid" "Joining an empty room is 02.";
            UnknownRoomsAreCreated "unknown-rooms-are-created" "Joining an unknown room creates it where it should not.";
            UnknownRoomsAreNotCreated "unknown-rooms-are-not-created" "Joining an unknown room does not create it where it should.";
            WrongRoomPasswordIsInvalid "wrong-room-password-is-invalid" "A wrong room password is 02.";
            WrongRoomPasswordIsNotInRoom "wrong-room-password-is-not-in-room" "A wrong room password is 09.";
            WrongRoomPasswordIsOkay "wrong-room-password-is-okay" "A wrong room password is 03.";
            RoomPasswordIsNotDecoded "room-password-is-not-decoded" "A room's password is compared without decoding.";
            MissingRoomPasswordIsOkay "missing-room-password-is-okay" "A missing room password is 03.";
            BadBase64RoomPasswordIsOkay "bad-base64-room-password-is-okay" "A room password that is no base64 is 03.";
            JoinsAgain "joins-again" "Joining a second time is 03.";
            AlreadyInRoomIsNine "already-in-room-is-nine" "Joining a second time is 09.";
            AlreadyInRoomIsInvalid "already-in-room-is-invalid" "Joining a second time is 02.";
            AlreadyInRoomIsJudgedLast "already-in-room-is-judged-last" "Joining a second time with a wrong password is 08.";
            LoginJoinsARoom "login-joins-a-room" "A login joins ROOM0001.";
            MembershipIsTheUsers "membership-is-the-users" "Joining brings all endpoints of the user into the room.";
            LostMembershipIsHeld "lost-membership-is-held" "A user whose connection was reset is already in its rooms on his next one.";
            WrongRoomPasswordsLock "wrong-room-passwords-lock" "After three joins that failed a room with a password stays closed.";
            InvitationsOpenRooms "invitations-open-rooms" "Who was invited to a room needs no password.";
            MembershipsExpire "memberships-expire" "Who has said nothing for ten seconds is in no room.";
        }
        "CHAT-ROOM-2" {
            JoiningAgainIsTold "joining-again-is-told" "Of who joins a room again that it is in the others are told.";
            ProtectedRoomsTellTheJoinerAlone "protected-rooms-tell-the-joiner-alone" "In a room with a password S162 goes to who joined alone.";
            ComingBackIsNotTold "coming-back-is-not-told" "Of who joins a room again after leaving it the others are not told.";
            JoinerNotTold "joiner-not-told" "The joiner gets no S162.";
            OnlyTheJoinerIsTold "only-the-joiner-is-told" "Only the joiner gets S162.";
            JoiningToldToEverybody "joining-told-to-everybody" "S162 goes to everybody.";
            JoiningToldTwice "joining-told-twice" "S162 comes twice.";
            JoiningToldWithUserAndAliasSwapped "joining-told-with-user-and-alias-swapped" "User and alias of S162 have changed places.";
            JoiningToldWithoutAlias "joining-told-without-alias" "The alias of S162 is always empty.";
            JoiningAnsweredLast "joining-answered-last" "S161 comes after S162.";
            JoinerToldWhoIsThere "joiner-told-who-is-there" "The joiner gets an S162 for everybody who is in the room.";
        }
        "CHAT-ROOM-3" {
            LeavingNotAnswered "leaving-not-answered" "U163 is not answered.";
            LeavingAnsweredForAnotherRoom "leaving-answered-for-another-room" "S164 has another room.";
            LeavingCodeJoined "leaving-code-joined" "There is no separator before the code of S164.";
            LeavingWithoutASeparatorBreaks "leaving-without-a-separator-breaks" "U163 without a message and its separator is broken.";
            LeavingWithoutAMessageBreaks "leaving-without-a-message-breaks" "U163 with an empty message is broken.";
            LeavingFromOutsideIsOkay "leaving-from-outside-is-okay" "Leaving a room that one is not in is 03.";
            LeavingFromOutsideIsInvalid "leaving-from-outside-is-invalid" "Leaving a room that one is not in is 02.";
            LeavingFromOutsideIsNotAuthorized "leaving-from-outside-is-not-authorized" "Leaving a room that one is not in is 08.";
            LeavingUnknownIsNotInRoom "leaving-unknown-is-not-in-room" "Leaving an unknown room is 09.";
            LeavingUnknownIsOkay "leaving-unknown-is-okay" "Leaving an unknown room is 03.";
            LeavingNoRoomIsInvalid "leaving-no-room-is-invalid" "Leaving an empty room is 02.";
            LeaverStays "leaver-stays" "Who leaves a room stays in it.";
            LeaverNotTold "leaver-not-told" "Who leaves a room gets no S165.";
            LeavingNotTold "leaving-not-told" "Those who remain get no S165.";
            LeavingNotToldToOwnUser "leaving-not-told-to-own-user" "The other endpoints of who leaves get no S165.";
            LeavingTakesTheWholeUser "leaving-takes-the-whole-user" "All endpoints of a user leave with one of them.";
            LeavingToldTwice "leaving-told-twice" "S165 comes twice.";
            LeavingToldWithUserAndAliasSwapped "leaving-told-with-user-and-alias-swapped" "User and alias of S165 have changed places.";
            LeavingToldWithoutAlias "leaving-told-without-alias" "The alias of S165 is always empty.";
            LeavingAnsweredLast "leaving-answered-last" "S164 comes after S165.";
            LeavingLogsOff "leaving-logs-off" "Who leaves a room is a guest from then on.";
            LeavingToldAsA2 "leaving-told-as-a2" "S165 begins with A2.";
            RefusedJoinCounts "refused-join-counts" "Who has joined a room again that he is in must leave it twice.";
            RefusedPartLeavesAnotherRoom "refused-part-leaves-another-room" "A part that is refused takes its sender out of another room.";
        }
        "CHAT-ROOM-4" {
            LettingGoIsSilent "letting-go-is-silent" "Of who is disconnected for what he did not read those who remain are not told.";
            EndingInAProtectedRoomIsSilent "ending-in-a-protected-room-is-silent" "A connection that ends in a room with a password is not told to those who remain.";
            RoomsLeftBeforeAreTold "rooms-left-before-are-told" "At the end of a connection S165 goes to rooms as well that it has left before.";
            DisconnectingNotTold "disconnecting-not-told" "A connection that ends is not told to those who remain.";
            NothingEndsWithAConnection "nothing-ends-with-a-connection" "A connection that ends stays in its rooms.";
            OnlyOneRoomIsLeft "only-one-room-is-left" "A connection that ends leaves one of its rooms.";
            EndingAmidAMessageKeepsRooms "ending-amid-a-message-keeps-rooms" "A connection that ends with an unfinished long message stays in its rooms.";
            LeavingNotKeptForTheSlow "leaving-not-kept-for-the-slow" "S165 for a client that does not read is dropped.";
            EndOfTheSlowIsSilent "end-of-the-slow-is-silent" "Nobody is told when a connection ends that does not read.";
            ResetWhileSkippingKeepsRooms "reset-while-skipping-keeps-rooms" "A connection that is reset while a packet is skipped stays in its rooms.";
        }
        "CHAT-ROOM-5" {
            AliasIsSharedAtFirst "alias-is-shared-at-first" "A further endpoint of a user begins with the alias of another.";
            AliasNotToldToWhoHasRegistered "alias-not-told-to-who-has-registered" "Who is in by a registration is not told of aliases.";
            OwnAliasIsInvalid "own-alias-is-invalid" "One's own alias again is 02.";
            AliasOutlivesAReset "alias-outlives-a-reset" "The alias of a connection that was reset stays in use.";
            AliasNotAnswered "alias-not-answered" "U166 is not answered.";
            AliasAnsweredLast "alias-answered-last" "S167 comes after S168.";
            EmptyAliasIsInvalid "empty-alias-is-invalid" "An empty alias is 02.";
            EmptyAliasIsOkay "empty-alias-is-okay" "An empty alias is 03.";
            AliasInUseIsOkay "alias-in-use-is-okay" "An alias in use is 03.";
            AliasInUseIsInvalid "alias-in-use-is-invalid" "An alias in use is 02.";
            AliasNotToldToItsHolder "alias-not-told-to-its-holder" "Who takes an alias gets no S168.";
            AliasToldToItsHolderOnly "alias-told-to-its-holder-only" "Only who takes an alias gets S168.";
            AliasToldToRoomsOnly "alias-told-to-rooms-only" "S168 goes to those who are in a room.";
            AliasToldToGuests "alias-told-to-guests" "S168 goes to guests, too.";
            OldAndNewAliasSwapped "old-and-new-alias-swapped" "The aliases of S168 have changed places.";
            OldAliasMissing "old-alias-missing" "The old alias of S168 is always empty.";
            AliasOfAllEndpoints "alias-of-all-endpoints" "An alias is that of all endpoints of its user.";
            AliasNotTaken "alias-not-taken" "An alias is told and not taken.";
            AliasIsUserAtFirst "alias-is-user-at-first" "The alias is the user's name at first.";
            RefusedAliasClears "refused-alias-clears" "An alias that is refused takes the old one away.";
            OldAliasStaysInUse "old-alias-stays-in-use" "An alias that was given up stays in use.";
            AliasOutlivesItsConnection "alias-outlives-its-connection" "The alias of a connection that has ended stays in use.";
            OldAliasOfOnesOwnIsInUse "old-alias-of-ones-own-is-in-use" "An alias that one has given up is in use for oneself.";
            RefusedAliasFreesTheOwn "refused-alias-frees-the-own" "Whoever is refused an alias in use loses the sole use of his own.";
            AliasesExpire "aliases-expire" "Who has said nothing for ten seconds has no alias.";
            AliasesAreComparedBy31Octets "aliases-are-compared-by-31-octets" "An alias is in use if its first 31 octets are.";
            AliasesAreComparedByTheirBeginning "aliases-are-compared-by-their-beginning" "An alias with which another one begins is in use.";
            CaseOfAliasesIgnored "case-of-aliases-ignored" "An alias is in use if it is but for the case of its letters.";
        }
        "CHAT-ROOM-6" {
            InvitationToNobodyIsUnsupported "invitation-to-nobody-is-unsupported" "An invitation that cannot be passed on is answered with S251.";
            InvitationReachesOneEndpoint "invitation-reaches-one-endpoint" "An invitation without an alias goes to one endpoint of its user.";
            InvitationsGoByTheFirstAlias "invitations-go-by-the-first-alias" "An invitation with an alias goes to the endpoint whose first alias that was.";
            InvitationsReachWhoWasRefused "invitations-reach-who-was-refused" "An invitation to a user reaches connections that failed to log in as him.";
        }
        "CHAT-CAP-1" {
            CapabilitiesToldOnce "capabilities-told-once" "U252 is answered once on a connection.";
        }
        "CHAT-OUT-1" {
            OutputBoundIsShared "output-bound-is-shared" "The bound is for what waits for all clients together.";
            WhatWasHeldCounts "what-was-held-counts" "What has waited for a client and was read counts for its bound.";
            LetGoStaysLoggedIn "let-go-stays-logged-in" "Who was disconnected for what he did not read is logged in still.";
            OutputPastTheBoundIsDropped "output-past-the-bound-is-dropped" "What is for a client with too much to read is dropped, and the client stays.";
            OutputBoundedTooTightly "output-bounded-too-tightly" "A client that has 256 KiB to read is disconnected.";
            OutputUnbounded "output-unbounded" "A client that never reads is never disconnected.";
            OutputBoundCountsPackets "output-bound-counts-packets" "A packet counts as 4096 octets for the bound on output.";
            LongMessagesNotKeptForTheSlow "long-messages-not-kept-for-the-slow" "Long messages do not wait for who does not read.";
        }
    } };
}

pub(super) use message_rows;
