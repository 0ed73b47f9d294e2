//! The mutants of framing, numbers, texts, login and registration, by their clauses: variant, name, what it does in one sentence.

/// Hands the rows to the next macro, for `declare`.
macro_rules! stream_rows {
    ($next:ident $declare:ident) => { $next! { $declare {
        "CHAT-FRAME-1" {
            SeparatorForACodeStandsAlone "separator-for-a-code-stands-alone" "An FF where a code is due is answered with S251, and what follows it is taken for a packet.";
            SeparatorForACodeIsIgnored "separator-for-a-code-is-ignored" "An FF where a code is due is skipped alone.";
            ClientFieldsTouch "client-fields-touch" "A client's U80 has no separator before its room.";
            ClientReceiptsHaveNoEnd "client-receipts-have-no-end" "A client's U84 has no end.";
            ClientByeIsSpelledOtherwise "client-bye-is-spelled-otherwise" "A client's U40 says bye in small letters.";
            ClientLoginFieldsTouch "client-login-fields-touch" "A client's U2 has no separator before its endianness.";
            ClientRepeatsItsPassword "client-repeats-its-password" "A client's U160 without a password has the one of the join before.";
            ClientTakesAnEndForAPacket "client-takes-an-end-for-a-packet" "A client takes a 00 between packets for the beginning of one.";
            EndBetweenPacketsIsUnsupported "end-between-packets-is-unsupported" "A 00 where a code is due is answered with S251.";
            ClientLeavesBlankPartsOut "client-leaves-blank-parts-out" "A client does not send a part of white space alone.";
            ClientLeavesLikePartsOut "client-leaves-like-parts-out" "A client does not send a part that is like the one before it.";
            ClientTellsTheAliasOfTheUser "client-tells-the-alias-of-the-user" "A client tells of a message with the alias that S162 had for its user.";
        }
        "CHAT-FRAME-2" {
            ZeroInAMessageIdEndsThePacket "zero-in-a-message-id-ends-the-packet" "A 00 inside a client's message ID breaks its packet.";
            SeparatorInAMessageIdSeparates "separator-in-a-message-id-separates" "An FF inside a client's message ID breaks its packet.";
            MissingEndiannessNotAnswered "missing-endianness-not-answered" "U2 without endianness is not answered.";
            ClientIdsEndAtZero "client-ids-end-at-zero" "A client loses packets whose ID holds a 00.";
            ClientIdsEndAtSeparator "client-ids-end-at-separator" "A client loses packets whose ID holds an FF.";
            ClientRoomsEndAtZero "client-rooms-end-at-zero" "A client loses packets whose room holds a 00.";
            ClientNumbersEndAtSeparator "client-numbers-end-at-separator" "A client loses packets whose number holds an FF.";
            ZeroInANumberEndsThePacket "zero-in-a-number-ends-the-packet" "A 00 inside a number breaks its packet.";
            SeparatorInANumberSeparates "separator-in-a-number-separates" "An FF inside a number breaks its packet.";
            ZeroInAnIdEndsThePacket "zero-in-an-id-ends-the-packet" "A 00 inside a server's ID breaks its packet.";
            SeparatorInAnIdSeparates "separator-in-an-id-separates" "An FF inside a server's ID breaks its packet.";
            MissingEndiannessBreaks "missing-endianness-breaks" "U2 without endianness is broken.";
            SeparatorForEndiannessBreaks "separator-for-endianness-breaks" "U2 with the endianness FF is broken.";
            ZeroInARoomEndsThePacket "zero-in-a-room-ends-the-packet" "A 00 inside a room ID breaks its packet.";
            SeparatorInARoomSeparates "separator-in-a-room-separates" "An FF inside a room ID breaks its packet.";
            ClientKnowsLongIdsToTheZero "client-knows-long-ids-to-the-zero" "A client takes long messages for one whose IDs are the same up to a 00.";
        }
        "CHAT-FRAME-3" {
            CapabilitiesComeLast "capabilities-come-last" "S253 comes when all else of its segment is answered.";
            LongPacketsInPiecesForgotten "long-packets-in-pieces-forgotten" "A packet of more than 64 octets that arrives octet by octet is lost.";
            EndOfASegmentWaits "end-of-a-segment-waits" "The last octet of a segment is taken with the next one.";
            LoneOctetsLost "lone-octets-lost" "An octet that arrives alone is lost.";
            EndAtTheFrontLost "end-at-the-front-lost" "A 00 at the front of a segment is lost.";
            OnePacketInASegment "one-packet-in-a-segment" "Of the packets in one segment only the first is taken.";
            RepliesBackwards "replies-backwards" "Replies to packets in one segment come in the reverse order.";
            FinishIgnored "finish-ignored" "The server does not close after the client has.";
            ResetsOnFinish "resets-on-finish" "The server resets a connection that the client has closed.";
            ClientTakesOneOfASegment "client-takes-one-of-asegment" "Of the packets in one segment a client takes only the first.";
            ClientDropsWhatIsCut "client-drops-what-is-cut" "A client loses a packet that a segment does not hold whole.";
            ClientReceiptsBackwards "client-receipts-backwards" "What comes in one segment a client acknowledges in the reverse order.";
            HalfBehindAPacketLost "half-behind-a-packet-lost" "What a segment holds of a packet behind a whole one is lost.";
            SegmentsAreTakenForPackets "segments-are-taken-for-packets" "A packet that a segment does not hold whole is broken.";
            CutAfterTheCodeBreaks "cut-after-the-code-breaks" "A packet cut after its code is broken.";
            CutAfterTheFirstSeparatorBreaks "cut-after-the-first-separator-breaks" "A packet cut after its first separator is broken.";
            CutInsideTheFirstFieldBreaks "cut-inside-the-first-field-breaks" "A packet cut after three to five octets is broken.";
            CutLateBreaks "cut-late-breaks" "A packet cut after six octets or more is broken.";
            HalvesOfOthersLost "halves-of-others-lost" "What has come of a packet is lost when octets come on another connection.";
            FinishAmidAPacketIgnored "finish-amid-a-packet-ignored" "The server does not close after a client that has closed its side amid a packet.";
            ClientLosesWhatFollowsItsLogin "client-loses-what-follows-its-login" "A client loses what is behind S3 in its segment.";
            ClientLosesWhatFollowsTheUnknown "client-loses-what-follows-the-unknown" "A client loses what is behind an unknown packet in its segment.";
            HalvesExpire "halves-expire" "Half a packet whose rest does not come within ten seconds is forgotten.";
            RefusedHeadsLoseWhatFollows "refused-heads-lose-what-follows" "What follows a refused head in its segment is lost.";
            RefusedEndpointLosesWhatFollows "refused-endpoint-loses-what-follows" "What follows a login that was answered with S5 in its segment is lost.";
            LengthsOfAllCount "lengths-of-all-count" "What waits of packets on other connections counts for the length of a packet.";
            LastPartLosesWhatFollows "last-part-loses-what-follows" "What follows the part that makes a long message whole in its segment is lost.";
            FinishWhileSkippingIgnored "finish-while-skipping-ignored" "The server does not close after a client that has closed its side while a packet was skipped.";
            ClientPassesOverOneSegment "client-passes-over-one-segment" "A client passes over an unknown packet up to the end of a segment only.";
        }
        "CHAT-FRAME-4" {
            SkippingEndsWithItsSegment "skipping-ends-with-its-segment" "What is left of a broken packet is taken for packets when it comes in another segment.";
            BrokenPartLeaves "broken-part-leaves" "A broken U163 takes its sender out of all rooms.";
            BrokenAliasClearsTheAlias "broken-alias-clears-the-alias" "A broken U166 takes the alias away.";
            BrokenHeadDropsMessages "broken-head-drops-messages" "A broken U87 ends the unfinished long messages of its connection.";
            BrokenNotAnswered "broken-not-answered" "A broken U80, U87 or U91 is not answered.";
            BrokenReceiptNotAnswered "broken-receipt-not-answered" "A broken U84 or U96 is not answered.";
            BrokenAnsweredTwice "broken-answered-twice" "A broken U2 or U80 is answered twice.";
            SaysBrokenOtherwise "says-broken-otherwise" "S4 and S82 do not say BAD.";
            BrokenShortMessageIsUnsupported "broken-short-message-is-unsupported" "A broken U80 is answered with S251.";
            BrokenReceiptIsUnsupported "broken-receipt-is-unsupported" "A broken U84 is answered with S251.";
            BrokenHeadIsUnsupported "broken-head-is-unsupported" "A broken U87 is answered with S251.";
            BrokenHeadIsS82 "broken-head-is-s82" "A broken U87 is answered with S82.";
            BrokenPartIsUnsupported "broken-part-is-unsupported" "A broken U91 is answered with S251.";
            BrokenPartIsS82 "broken-part-is-s82" "A broken U91 is answered with S82.";
            BrokenLongReceiptIsUnsupported "broken-long-receipt-is-unsupported" "A broken U96 is answered with S251.";
            BrokenAskingAgainIsUnsupported "broken-asking-again-is-unsupported" "A broken U99 is answered with S251.";
            BrokenSkipsOneMore "broken-skips-one-more" "A packet that is broken by its end is skipped together with the next one.";
            BrokenClosesAfterLogin "broken-closes-after-login" "A broken packet after login ends the connection.";
            BrokenLoginNotAnswered "broken-login-not-answered" "A broken U2 is not answered.";
            BrokenLoginIsUnsupported "broken-login-is-unsupported" "A broken U2 is answered with S251.";
            BrokenLoginIsS9 "broken-login-is-s9" "A broken U2 is answered with S9.";
            BrokenRegistrationIsUnsupported "broken-registration-is-unsupported" "A broken U6 is answered with S251.";
            BrokenRegistrationIsS9 "broken-registration-is-s9" "A broken U6 is answered with S9.";
            BrokenSkipsNothing "broken-skips-nothing" "What follows the octet that breaks a packet is taken for packets.";
            BrokenPacketsLowerTheLimit "broken-packets-lower-the-limit" "A packet of more than 4,000 octets is broken when it comes behind a broken one.";
            SkippingExpires "skipping-expires" "What comes ten seconds after the beginning of a broken packet is not skipped.";
            BrokenLoginAfterAFailureIsRefused "broken-login-after-a-failure-is-refused" "A broken U2 or U6 after a login that failed is answered with S9.";
        }
        "CHAT-FRAME-5" {
            RoomPacketsOver4096Break "room-packets-over-4096-break" "A packet of rooms and aliases of more than 4,096 octets is broken.";
            PacketsOver4096Break "packets-over-4096-break" "A packet of more than 4,096 octets is broken.";
            PacketsOf8192Break "packets-of-8192-break" "A packet of 8,192 octets is broken.";
            PacketsOfAnyLengthAreTaken "packets-of-any-length-are-taken" "A packet of more than 8,192 octets is taken.";
            RestOfALongPacketIsTaken "rest-of-a-long-packet-is-taken" "What follows the first 8,192 octets of a packet is taken for packets.";
            LongPacketsAreSkipped "long-packets-are-skipped" "A packet of more than 8,192 octets is not answered.";
            LongPacketsClose "long-packets-close" "A packet of more than 8,192 octets ends the connection.";
            LongMessagesOver5000Break "long-messages-over-5000-break" "U87 and U91 of more than 5,000 octets are broken.";
            LoginsOver1024Break "logins-over-1024-break" "U2 and U6 of more than 1,024 octets are broken.";
            SkippingEndsAfter8192Octets "skipping-ends-after-8192-octets" "Of a packet that is too long some 8,192 further octets are skipped, and no more.";
        }
        "CHAT-FRAME-6" {
            UnsupportedDropsMessages "unsupported-drops-messages" "An unknown packet ends the unfinished long messages of its connection.";
            UnsupportedNotAnswered "unsupported-not-answered" "An unknown packet is not answered.";
            UnsupportedAnsweredTwice "unsupported-answered-twice" "An unknown packet is answered twice.";
            UnsupportedIsS9 "unsupported-is-s9" "An unknown packet is answered with S9.";
            UnsupportedIsS82 "unsupported-is-s82" "An unknown packet is answered with S82.";
            UnsupportedIsParsedOn "unsupported-is-parsed-on" "What follows an unknown code is taken for packets.";
            UnsupportedCloses "unsupported-closes" "An unknown packet after login ends the connection.";
            SaysUnsupportedOtherwise "says-unsupported-otherwise" "S251 does not say PNS.";
            UnsupportedIsToldOnce "unsupported-is-told-once" "An unknown packet with the code of the unknown one before is not answered.";
        }
        "CHAT-NUM-1" {
            CodesOfTheOtherDialect "codes-of-the-other-dialect" "The codes 10, 11 and 12 travel as the other dialect says.";
            ClientTellsCodesInHex "client-tells-codes-in-hex" "A client tells the codes 10, 11 and 12 as 16, 17 and 18.";
            TwelveTravelsAs121 "twelve-travels-as-121" "The code 12 travels as 79.";
        }
        "CHAT-NUM-2" {
            RefusedRegistrationMakesBigEndian "refused-registration-makes-big-endian" "A registration within a session makes the connection big-endian, though it is refused.";
            OrderIsAlwaysBig "order-is-always-big" "Numbers are big-endian whatever U2 says.";
            OrderIsAlwaysLittle "order-is-always-little" "Numbers are little-endian whatever U2 says.";
            OrdersAreSwapped "orders-are-swapped" "Numbers have the order that U2 does not say.";
            NumbersSentInTheOtherOrder "numbers-sent-in-the-other-order" "Numbers are sent in the order that U2 does not say.";
            NewestOrderIsEverybodys "newest-order-is-everybodys" "The order of the newest login holds for everybody.";
            FailedLoginSetsTheOrder "failed-login-sets-the-order" "A refused login sets the order.";
            FailedLoginKeepsItsOrder "failed-login-keeps-its-order" "The login after a refused one has the order that the refused one asked for.";
            LittleAfterRegistration "little-after-registration" "Numbers are little-endian after a registration.";
            PartsReadBigEndian "parts-read-big-endian" "TP of U87 is read as big-endian.";
            TotalInTheOtherOrder "total-in-the-other-order" "TP of S95 has the other order.";
            TotalInTheOrderOfItsSender "total-in-the-order-of-its-sender" "TP of S95 has the order of the message's sender.";
            MessageIdsHaveAByteOrder "message-ids-have-a-byte-order" "Message IDs come back reversed when numbers are little-endian.";
            ClientNumbersInTheOtherOrder "client-numbers-in-the-other-order" "A client's numbers have the order that its U2 does not say.";
            ClientNumbersAreBig "client-numbers-are-big" "A client's numbers are big-endian whatever its U2 says.";
            ClientReadsBigEndian "client-reads-big-endian" "A client reads numbers as big-endian whatever its U2 says.";
            ClientReadsTheOtherOrder "client-reads-the-other-order" "A client reads numbers in the order that its U2 does not say.";
            ClientOrderChangesWithAnyLogin "client-order-changes-with-any-login" "A login while logged in changes the order of a client's numbers.";
            ClientKeepsItsOrderWhenRegistered "client-keeps-its-order-when-registered" "After a registration a client's numbers have the order that its U2 said.";
            ClientOrderOfTheFirstLogin "client-order-of-the-first-login" "A client's numbers have the order of its first login, also when another one was okay.";
            ClientOrderWaitsForCodes "client-order-waits-for-codes" "The order of a login that was answered with S5 is that of the client's next login.";
            ClientSendsAgainInBigEndian "client-sends-again-in-big-endian" "What a client sends again has big-endian numbers.";
            ClientSendsAgainInLittleEndian "client-sends-again-in-little-endian" "What a client sends again has little-endian numbers.";
            OrderIsKeptForTheUser "order-is-kept-for-the-user" "The byte order of a user's first login holds for his later ones.";
            ClientReadsTheOrderItAsksFor "client-reads-the-order-it-asks-for" "A client reads numbers in the order of its latest login, answered or not.";
            ClientNumbersTurnWhenAskedAgain "client-numbers-turn-when-asked-again" "Every other head that a client sends again has its number in the other order.";
            PartsAgainInTheSendersOrder "parts-again-in-the-senders-order" "TP of a part that was asked for has the order of who sent the newest part.";
            ClientOrderEndsWithARefusedRegistration "client-order-ends-with-a-refused-registration" "After a registration that was refused the numbers of a client are big-endian.";
            OnlyTheFirstRegistrationIsBigEndian "only-the-first-registration-is-big-endian" "After the second registration and each further one numbers are little-endian.";
            ClientOrderOfS5OutlivesARegistration "client-order-of-s5-outlives-a-registration" "After a registration a client has the order of a login that was answered with S5.";
            AskedPartsReadBigEndian "asked-parts-read-big-endian" "PN of U99 is read as big-endian.";
            AskedPartsHaveTheirSendersOrder "asked-parts-have-their-senders-order" "PN of U99 is read in the byte order of who sent the newest part.";
        }
        "CHAT-NUM-3" {
            LittleNotTaken "little-not-taken" "The endianness little is invalid.";
            BigNotTaken "big-not-taken" "The endianness big is invalid.";
            OtherWayNotTaken "other-way-not-taken" "The endianness is taken in one way only.";
            OtherWayNamesTheOtherOrder "other-way-names-the-other-order" "An endianness of the other dialect names the other order.";
            ClientNamesOrdersOtherwise "client-names-orders-otherwise" "A client names its byte order as the other dialect does.";
            ClientNamesOrdersInSmallLetters "client-names-orders-in-small-letters" "A client names its byte order in small letters, or in numbers from 21 on.";
            EndiannessOfOneKindOnly "endianness-of-one-kind-only" "A number for E is 02 on a connection whose first one was a letter, and the other way round.";
        }
        "CHAT-TEXT-1" {
            NewNamesNotChecked "new-names-not-checked" "A user's name may hold any octet.";
            NewNamesMayBeLonger "new-names-may-be-longer" "A user's name of 33 octets is taken.";
            NewNamesMustBeShorter "new-names-must-be-shorter" "A user's name of 32 octets is invalid.";
            HighOctetsAreViewable "high-octets-are-viewable" "Octets above 7F are taken as viewable in names.";
            DeleteIsViewable "delete-is-viewable" "The octet 7F is taken as viewable in names.";
            TildeIsNotViewable "tilde-is-not-viewable" "The octet 7E is not taken as viewable in names.";
            OtherOctetsAreDropped "other-octets-are-dropped" "Octets of a user's name that are not viewable are dropped.";
            InvalidNewUserIsEmpty "invalid-new-user-is-empty" "A new user's name that is not viewable is empty.";
            AliasesNotChecked "aliases-not-checked" "An alias may hold any octet.";
            InvalidAliasIsEmpty "invalid-alias-is-empty" "An alias that is not viewable is empty.";
            NamesAreCutAt32Octets "names-are-cut-at-32-octets" "Of a user name only the first 32 octets are looked at.";
        }
        "CHAT-TEXT-2" {
            LongestMessageIsTooLong "longest-message-is-too-long" "A message of 4,000 octets is too long.";
            MessagesMayBeLonger "messages-may-be-longer" "A message of 4,004 octets is taken.";
            PaddingMayBeMissing "padding-may-be-missing" "Base64 without its padding is taken.";
            OtherAlphabetTaken "other-alphabet-taken" "The letters - and _ of another base64 are taken.";
            WhiteSpaceInBase64Taken "white-space-in-base64-taken" "White space inside base64 is taken.";
            ClientPasswordNotEncoded "client-password-not-encoded" "A client's password is no base64.";
            ClientMessageNotEncoded "client-message-not-encoded" "A client's message is no base64.";
            ClientLeavesPaddingOut "client-leaves-padding-out" "A client's base64 has no padding.";
            ClientTakesAnotherAlphabet "client-takes-another-alphabet" "A client's base64 has the letters - and _.";
            ClientBreaksLines "client-breaks-lines" "A client's base64 has an end of line after 76 octets.";
            ClientDecodesPartsTogether "client-decodes-parts-together" "A client joins the base64 of a long message before it decodes it.";
        }
        "CHAT-AUTH-1" {
            NoGreeting "no-greeting" "There is no S1.";
            GreetsTwice "greets-twice" "S1 comes twice.";
            GreetsWithS251 "greets-with-s251" "S251 comes in place of S1.";
            GreetingWithoutEnd "greeting-without-end" "S1 has no end.";
            GuestNamesRepeat "guest-names-repeat" "All guests have one name.";
            GuestsAreCounted "guests-are-counted" "A guest is named by how many connections there are.";
            OnlyThreeAreGreeted "only-three-are-greeted" "Of the connections at one time only three are greeted.";
            FailedGuestsAreNotCounted "failed-guests-are-not-counted" "Guests are named by how many there are, without those whose login has failed.";
        }
        "CHAT-AUTH-2" {
            LoginNotAnswered "login-not-answered" "U2 is not answered.";
            LoginAnsweredTwice "login-answered-twice" "U2 is answered twice.";
            LoginCodesSeparated "login-codes-separated" "The codes of S3 have separators between them.";
            LoginCodesReversed "login-codes-reversed" "The first and the last code of S3 have changed places.";
            LoginIsForgotten "login-is-forgotten" "A user who has logged in is a guest still.";
            BadLoginLogsIn "bad-login-logs-in" "A login that was answered with a wrong password logs in.";
            BadEndiannessLogsIn "bad-endianness-logs-in" "A login that was answered with a wrong endianness logs in.";
            SecondFailureLogsIn "second-failure-logs-in" "The second wrong password on a connection logs in.";
        }
        "CHAT-AUTH-3" {
            EmptyUserIsInvalid "empty-user-is-invalid" "An empty user is 02.";
            UnknownUserIsEmpty "unknown-user-is-empty" "An unknown user is 01.";
            UnknownUserIsOkay "unknown-user-is-okay" "An unknown user is 03.";
            AuthenticatedIsInUse "authenticated-is-in-use" "A second login on one connection is 07.";
            AuthenticatedIsInvalid "authenticated-is-invalid" "A second login on one connection is 02.";
            SecondLoginLeavesRooms "second-login-leaves-rooms" "A second login on one connection leaves its rooms.";
            RefusedLoginTakesItsUser "refused-login-takes-its-user" "A second login on one connection is 06, and the connection is its user's from then on.";
            LogsInAgain "logs-in-again" "A second login on one connection is checked like the first.";
            AuthenticatedIsCheckedLast "authenticated-is-checked-last" "A second login is 06 only when its user is known.";
            EmptyPasswordIsInvalid "empty-password-is-invalid" "An empty password is 02.";
            WrongPasswordIsOkay "wrong-password-is-okay" "A wrong password is 03.";
            WrongPasswordIsNotAuthorized "wrong-password-is-not-authorized" "A wrong password is 08.";
            WrongPasswordIsUnchecked "wrong-password-is-unchecked" "A wrong password is 05.";
            BadBase64PasswordIsFour "bad-base64-password-is-four" "A password that is no base64 is 04.";
            MissingEndiannessIsInvalid "missing-endianness-is-invalid" "A missing endianness is 02.";
            MissingEndiannessIsOkay "missing-endianness-is-okay" "A missing endianness is 03.";
            WrongEndiannessIsOkay "wrong-endianness-is-okay" "A wrong endianness is 03.";
            WrongEndiannessIsEmpty "wrong-endianness-is-empty" "A wrong endianness is 01.";
            CaseOfUsersIgnored "case-of-users-ignored" "Users are known in any case.";
            PasswordsComparedByTheirBeginning "passwords-compared-by-their-beginning" "A password may go on after the right one.";
            SmallLettersTaken "small-letters-taken" "The endianness may be a small letter.";
            OneUserNeedsNoPassword "one-user-needs-no-password" "The user dave is let in with any password.";
            RightPasswordStaysRight "right-password-stays-right" "After a login with the right password and a bad endianness any password of that user is 03.";
            NamesAreComparedBy31Octets "names-are-compared-by-31-octets" "A user is known by the first 31 octets of the name.";
            RegisteredUsersLogInAgain "registered-users-log-in-again" "Who is in by a registration may log in once more.";
            SecondLoginClearsTheAlias "second-login-clears-the-alias" "A login when authenticated takes the alias away.";
            ThirdLoginLeavesRooms "third-login-leaves-rooms" "The second login when authenticated, and each further one, takes its sender out of his rooms.";
        }
        "CHAT-AUTH-4" {
            EmptyPasswordOfANameInUseIsEmpty "empty-password-of-a-name-in-use-is-empty" "An empty password is 01 when the name is in use.";
            EndiannessUncheckedBesideAnEmptyPassword "endianness-unchecked-beside-an-empty-password" "A missing endianness is 05 when the password is empty.";
            UncheckedPasswordIsOkay "unchecked-password-is-okay" "The password is 03 when the user is bad.";
            UncheckedPasswordIsInvalid "unchecked-password-is-invalid" "The password is 02 when the user is bad.";
            UncheckedPasswordIsEmpty "unchecked-password-is-empty" "The password is 01 when the user is bad.";
            UncheckedEndiannessIsOkay "unchecked-endianness-is-okay" "The endianness is 03 when the user is 06.";
            EndiannessUncheckedAfterABadUser "endianness-unchecked-after-a-bad-user" "The endianness is 05 when the user is bad.";
            EndiannessUncheckedAfterABadPassword "endianness-unchecked-after-a-bad-password" "The endianness is 05 when the password is bad.";
            UncheckedNewPasswordIsOkay "unchecked-new-password-is-okay" "A new password is 03 when the user is bad.";
            UncheckedEmailIsOkay "unchecked-email-is-okay" "The email is 03 when the user is in use.";
            EmailUncheckedAfterABadUser "email-unchecked-after-a-bad-user" "The email is 05 when the user is bad.";
            EmailUncheckedAfterABadPassword "email-unchecked-after-a-bad-password" "The email is 05 when the password is bad.";
            UncheckedPasswordStays "unchecked-password-stays" "P of S3 for a name that is not okay is that of the login before.";
        }
        "CHAT-AUTH-5" {
            RegisteredUserIsNotHeld "registered-user-is-not-held" "Who was logged in by a registration does not count as logged in elsewhere.";
            OneEndpointIsNotHeld "one-endpoint-is-not-held" "A user may log in on several connections of a server that allows one.";
            SeveralEndpointsAreRefused "several-endpoints-are-refused" "A user may log in on one connection of a server that allows several.";
            SecondEndpointIsRefusedOnce "second-endpoint-is-refused-once" "Only the first login of a user who is logged in elsewhere is answered with S5.";
            RefusedEndpointEndsTheLogin "refused-endpoint-ends-the-login" "When a connection that was answered with S5 ends, its user counts as logged in nowhere.";
            SecondEndpointCloses "second-endpoint-closes" "A second endpoint's connection is closed after S5.";
            SecondEndpointLogsIn "second-endpoint-logs-in" "A second endpoint is logged in after S5.";
            FirstEndpointIsClosed "first-endpoint-is-closed" "A second endpoint ends the first one.";
            SecondEndpointIsNotChecked "second-endpoint-is-not-checked" "S5 comes also for a wrong password.";
            ThirdEndpointIsRefused "third-endpoint-is-refused" "A user may log in on two connections of a server that allows several.";
            SecondEndpointIsS9 "second-endpoint-is-s9" "A second endpoint is answered with S9.";
            SecondEndpointIsS3 "second-endpoint-is-s3" "A second endpoint is answered with an S3.";
            FailedLoginHoldsAPlace "failed-login-holds-a-place" "A connection whose login failed counts as an endpoint of the user whom it named.";
            LoginOfTheSlowLasts "login-of-the-slow-lasts" "A user is logged in still when his connection has ended while he did not read.";
            WrongPasswordFreesItsPlace "wrong-password-frees-its-place" "A login with a wrong password makes its user count as logged in nowhere.";
            BadEndiannessElsewhereIsS5 "bad-endianness-elsewhere-is-s5" "A second endpoint whose endianness is none is answered with S5.";
        }
        "CHAT-AUTH-6" {
            RegisteringOneselfIsInUse "registering-oneself-is-in-use" "A registration after login with one's own name is 07.";
            InUseSetsThePassword "in-use-sets-the-password" "A registration of a name in use is 07, and its password is the user's from then on.";
            RegistrationNotAnswered "registration-not-answered" "U6 is not answered.";
            RegistrationRefused "registration-refused" "U6 is answered with S9.";
            FailedRegistrationIsS8 "failed-registration-is-s8" "A registration that is not okay is answered with S8.";
            RegistrationForgotten "registration-forgotten" "A user who has registered is unknown.";
            RegistrationDoesNotLogIn "registration-does-not-log-in" "A registration does not log in where it should.";
            RegistrationLogsIn "registration-logs-in" "A registration logs in where it should not.";
            RegistrationKeepsTheGuest "registration-keeps-the-guest" "Who has registered goes under the name of a guest still.";
            RegistrationKeepsBase64 "registration-keeps-base64" "The base64 of a registration is kept as the password.";
            EmptyNewUserIsInvalid "empty-new-user-is-invalid" "An empty new user is 02.";
            InUseIsInvalid "in-use-is-invalid" "A user in use is 02.";
            InUseIsAuthenticated "in-use-is-authenticated" "A user in use is 06.";
            InUseRegistersAnew "in-use-registers-anew" "A user in use is registered anew.";
            RegisteringAuthenticatedIsInUse "registering-authenticated-is-in-use" "A registration after login is 07.";
            RegisteringAuthenticatedIsInvalid "registering-authenticated-is-invalid" "A registration after login is 02.";
            EmptyNewPasswordIsInvalid "empty-new-password-is-invalid" "An empty new password is 02.";
            EmptyNewPasswordIsOkay "empty-new-password-is-okay" "An empty new password is 03.";
            BadBase64NewPasswordIsInvalid "bad-base64-new-password-is-invalid" "A new password that is no base64 is 02.";
            BadBase64NewPasswordIsOkay "bad-base64-new-password-is-okay" "A new password that is no base64 is 03.";
            EmptyEmailIsInvalid "empty-email-is-invalid" "An empty email is 02.";
            EmptyEmailIsOkay "empty-email-is-okay" "An empty email is 03.";
            FirstPasswordTriedIsStored "first-password-tried-is-stored" "A registration stores the password of the first one of its name, though that was refused.";
            GuestRegistersOnce "guest-registers-once" "A second registration on a connection is 06, although nobody is logged in.";
            CaseOfNewUsersIgnored "case-of-new-users-ignored" "A name is in use if it is but for the case of its letters.";
            AuthenticatedRegistrationSetsThePassword "authenticated-registration-sets-the-password" "A registration of oneself when authenticated is 06, and sets the password all the same.";
            NamesOfWhoHasGoneAreFree "names-of-who-has-gone-are-free" "The name of who has registered may be registered again when he has gone.";
            RegistrationsShareAPassword "registrations-share-a-password" "All who have registered have the password of the first.";
            ThreeRegistrationsAreKept "three-registrations-are-kept" "Of those who have registered the fourth and each further one is forgotten.";
        }
        "CHAT-AUTH-7" {
            RegistrationAnsweredAsS3 "registration-answered-as-s3" "S7 begins with 03.";
            RegistrationAnsweredWithoutEmail "registration-answered-without-email" "S7 has no code of the email.";
            ClientWantsS7Separated "client-wants-s7-separated" "A client takes S7 only with a separator before its last code.";
        }
        "CHAT-AUTH-8" {
            EmailMayHoldTabs "email-may-hold-tabs" "An email with a tab is taken.";
            InvalidEmailIsOkay "invalid-email-is-okay" "An invalid email is 03.";
            InvalidEmailIsEmpty "invalid-email-is-empty" "An invalid email is 01.";
            EmailMayHaveTwoAts "email-may-have-two-ats" "An email with two @ is taken.";
            EmailDotMayBeAnywhere "email-dot-may-be-anywhere" "An email with a dot before its @ alone is taken.";
            EmailNeedsNoDot "email-needs-no-dot" "An email without a dot in its domain is taken.";
        }
        "CHAT-AUTH-9" {
            RefusalLosesReplies "refusal-loses-replies" "What waits to be sent is lost with S9.";
            SaysBadOtherwise "says-bad-otherwise" "S9 does not say BAD.";
            StaysOpenAfterS9 "stays-open-after-s9" "The connection stays open after S9.";
            ClosesWithoutS9 "closes-without-s9" "The connection is closed without S9.";
            ResetsAfterS9 "resets-after-s9" "The connection is reset with S9.";
            EarlyPacketIsUnsupported "early-packet-is-unsupported" "A packet before login is answered with S251.";
            UnsupportedAfterAFailure "unsupported-after-a-failure" "A packet after a failed login is answered with S251.";
            GuestsMaySpeak "guests-may-speak" "U80 before login is answered with S81.";
            GuestsAreIgnored "guests-are-ignored" "U80 and U160 before login are not answered.";
            GuestsMayAskForCapabilities "guests-may-ask-for-capabilities" "U252 before login is answered with S253.";
            BrokenClosesBeforeLogin "broken-closes-before-login" "A broken packet before login ends the connection.";
            BrokenByeBeforeLoginIsUnsupported "broken-bye-before-login-is-unsupported" "A broken U40 before login is answered with S251.";
            ByeBeforeLoginRefused "bye-before-login-refused" "U40 before login is answered with S9.";
            RefusedMessagesAreDelivered "refused-messages-are-delivered" "A message to everybody is delivered although it comes before a login and is refused.";
            BrokenByeIsForgivenAfterABrokenLogin "broken-bye-is-forgiven-after-a-broken-login" "After a broken login a broken U40 is answered with S251.";
            ByeIsRefusedAfterAFailure "bye-is-refused-after-a-failure" "U40 after a login that failed is answered with S9.";
        }
        "CHAT-AUTH-10" {
            ByeIgnored "bye-ignored" "U40 changes nothing.";
            ByeIsNotTheEnd "bye-is-not-the-end" "What follows U40 is answered before the end.";
            ByeAnswered "bye-answered" "U40 is answered with S9.";
            ByeLosesReplies "bye-loses-replies" "What waits to be sent is lost with U40.";
            ResetsInsteadOfClosing "resets-instead-of-closing" "The server resets where it should close.";
            LoginOutlivesItsConnection "login-outlives-its-connection" "A login does not end with its connection.";
        }
        "CHAT-AUTH-12" {
            ClientEndsWithoutBye "client-ends-without-bye" "A client ends without U40.";
            ClientSpeaksAfterBye "client-speaks-after-bye" "A client says something after U40.";
            ClientRefusedEndsWithoutBye "client-refused-ends-without-bye" "A client whose login was refused ends without U40.";
            ClientRegisteredEndsWithoutBye "client-registered-ends-without-bye" "A client that was registered ends without U40.";
            ClientEndsWithoutByeWhileItJoins "client-ends-without-bye-while-it-joins" "A client that waits for an answer to a join ends without U40.";
            ClientEndsWithoutByeOnceUnsupported "client-ends-without-bye-once-unsupported" "A client that was answered with S251 ends without U40.";
        }
    } } };
}

pub(super) use stream_rows;
