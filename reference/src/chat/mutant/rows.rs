//! The mutants, by their clauses: variant, name, what it does in one sentence.

/// Hands the rows to another macro.
macro_rules! rows {
    ($declare:ident) => { $declare! {
        "CHAT-FRAME-1" {
            SeparatorForACodeIsIgnored "separator-for-a-code-is-ignored" "An FF where a code is due is skipped alone.";
            ClientFieldsTouch "client-fields-touch" "A client's U80 has no separator before its room.";
            ClientReceiptsHaveNoEnd "client-receipts-have-no-end" "A client's U84 has no end.";
            SaysBadOtherwise "says-bad-otherwise" "S9 does not say BAD.";
        }
        "CHAT-FRAME-2" {
            ZeroInAMessageIdEndsThePacket "zero-in-a-message-id-ends-the-packet" "A 00 inside a client's message ID breaks its packet.";
            SeparatorInAMessageIdSeparates "separator-in-a-message-id-separates" "An FF inside a client's message ID breaks its packet.";
            MissingEndiannessNotAnswered "missing-endianness-not-answered" "U2 without endianness is not answered.";
            ClientIdsEndAtZero "client-ids-end-at-zero" "A client loses packets whose ID holds a 00.";
        }
        "CHAT-FRAME-3" {
            LoneOctetsLost "lone-octets-lost" "An octet that arrives alone is lost.";
            EndAtTheFrontLost "end-at-the-front-lost" "A 00 at the front of a segment is lost.";
            OnePacketInASegment "one-packet-in-a-segment" "Of the packets in one segment only the first is taken.";
            RepliesBackwards "replies-backwards" "Replies to packets in one segment come in the reverse order.";
            FinishIgnored "finish-ignored" "The server does not close after the client has.";
            ResetsOnFinish "resets-on-finish" "The server resets a connection that the client has closed.";
            ClientTakesOneOfASegment "client-takes-one-of-asegment" "Of the packets in one segment a client takes only the first.";
            ClientDropsWhatIsCut "client-drops-what-is-cut" "A client loses a packet that a segment does not hold whole.";
        }
        "CHAT-FRAME-4" {
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
            PacketsOfAnyLengthAreTaken "packets-of-any-length-are-taken" "A packet of more than 8,192 octets is taken.";
            SegmentsAreTakenForPackets "segments-are-taken-for-packets" "A packet that a segment does not hold whole is broken.";
            CutAfterTheCodeBreaks "cut-after-the-code-breaks" "A packet cut after its code is broken.";
            CutAfterTheFirstSeparatorBreaks "cut-after-the-first-separator-breaks" "A packet cut after its first separator is broken.";
            CutInsideTheFirstFieldBreaks "cut-inside-the-first-field-breaks" "A packet cut after three to five octets is broken.";
            CutLateBreaks "cut-late-breaks" "A packet cut after six octets or more is broken.";
            ZeroInANumberEndsThePacket "zero-in-a-number-ends-the-packet" "A 00 inside a number breaks its packet.";
            SeparatorInANumberSeparates "separator-in-a-number-separates" "An FF inside a number breaks its packet.";
            ZeroInAnIdEndsThePacket "zero-in-an-id-ends-the-packet" "A 00 inside a server's ID breaks its packet.";
            SeparatorInAnIdSeparates "separator-in-an-id-separates" "An FF inside a server's ID breaks its packet.";
        }
        "CHAT-FRAME-5" {
            PacketsOver4096Break "packets-over-4096-break" "A packet of more than 4,096 octets is broken.";
            PacketsOf8192Break "packets-of-8192-break" "A packet of 8,192 octets is broken.";
        }
        "CHAT-FRAME-6" {
            UnsupportedNotAnswered "unsupported-not-answered" "An unknown packet is not answered.";
            UnsupportedAnsweredTwice "unsupported-answered-twice" "An unknown packet is answered twice.";
            UnsupportedIsS9 "unsupported-is-s9" "An unknown packet is answered with S9.";
            UnsupportedIsS82 "unsupported-is-s82" "An unknown packet is answered with S82.";
            UnsupportedIsParsedOn "unsupported-is-parsed-on" "What follows an unknown code is taken for packets.";
            UnsupportedCloses "unsupported-closes" "An unknown packet after login ends the connection.";
            SaysUnsupportedOtherwise "says-unsupported-otherwise" "S251 does not say PNS.";
            EndBetweenPacketsIsUnsupported "end-between-packets-is-unsupported" "A 00 where a code is due is answered with S251.";
            BrokenSkipsNothing "broken-skips-nothing" "What follows the octet that breaks a packet is taken for packets.";
            RestOfALongPacketIsTaken "rest-of-a-long-packet-is-taken" "What follows the first 8,192 octets of a packet is taken for packets.";
        }
        "CHAT-NUM-1" {
            CodesOfTheOtherDialect "codes-of-the-other-dialect" "The codes 10, 11 and 12 travel as the other dialect says.";
        }
        "CHAT-NUM-2" {
            OrderIsAlwaysBig "order-is-always-big" "Numbers are big-endian whatever U2 says.";
            OrderIsAlwaysLittle "order-is-always-little" "Numbers are little-endian whatever U2 says.";
            OrdersAreSwapped "orders-are-swapped" "Numbers have the order that U2 does not say.";
            NumbersSentInTheOtherOrder "numbers-sent-in-the-other-order" "Numbers are sent in the order that U2 does not say.";
            NewestOrderIsEverybodys "newest-order-is-everybodys" "The order of the newest login holds for everybody.";
            FailedLoginSetsTheOrder "failed-login-sets-the-order" "A refused login sets the order.";
            LittleAfterRegistration "little-after-registration" "Numbers are little-endian after a registration.";
            PartsReadBigEndian "parts-read-big-endian" "TP of U87 is read as big-endian.";
            TotalInTheOtherOrder "total-in-the-other-order" "TP of S95 has the other order.";
            MessageIdsHaveAByteOrder "message-ids-have-a-byte-order" "Message IDs come back reversed when numbers are little-endian.";
            ClientNumbersInTheOtherOrder "client-numbers-in-the-other-order" "A client's numbers have the order that its U2 does not say.";
            ClientNumbersAreBig "client-numbers-are-big" "A client's numbers are big-endian whatever its U2 says.";
        }
        "CHAT-NUM-3" {
            LittleNotTaken "little-not-taken" "The endianness little is invalid.";
            BigNotTaken "big-not-taken" "The endianness big is invalid.";
            OtherWayNotTaken "other-way-not-taken" "The endianness is taken in one way only.";
            ClientNamesOrdersOtherwise "client-names-orders-otherwise" "A client names its byte order as the other dialect does.";
        }
        "CHAT-TEXT-1" {
            NewNamesNotChecked "new-names-not-checked" "A user's name may hold any octet.";
            NewNamesMayBeLonger "new-names-may-be-longer" "A user's name of 33 octets is taken.";
            NewNamesMustBeShorter "new-names-must-be-shorter" "A user's name of 32 octets is invalid.";
            HighOctetsAreViewable "high-octets-are-viewable" "Octets above 7F are taken as viewable in names.";
            DeleteIsViewable "delete-is-viewable" "The octet 7F is taken as viewable in names.";
            TildeIsNotViewable "tilde-is-not-viewable" "The octet 7E is not taken as viewable in names.";
            InvalidNewUserIsEmpty "invalid-new-user-is-empty" "A new user's name that is not viewable is empty.";
            AliasesNotChecked "aliases-not-checked" "An alias may hold any octet.";
            InvalidAliasIsEmpty "invalid-alias-is-empty" "An alias that is not viewable is empty.";
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
        }
        "CHAT-AUTH-1" {
            NoGreeting "no-greeting" "There is no S1.";
            GreetsTwice "greets-twice" "S1 comes twice.";
            GreetsWithS251 "greets-with-s251" "S251 comes in place of S1.";
            GreetingWithoutEnd "greeting-without-end" "S1 has no end.";
            GuestNamesRepeat "guest-names-repeat" "All guests have one name.";
        }
        "CHAT-AUTH-2" {
            LoginNotAnswered "login-not-answered" "U2 is not answered.";
            LoginAnsweredTwice "login-answered-twice" "U2 is answered twice.";
            LoginCodesSeparated "login-codes-separated" "The codes of S3 have separators between them.";
            LoginIsForgotten "login-is-forgotten" "A user who has logged in is a guest still.";
            SecondEndpointIsS9 "second-endpoint-is-s9" "A second endpoint is answered with S9.";
            MissingEndiannessBreaks "missing-endianness-breaks" "U2 without endianness is broken.";
            SeparatorForEndiannessBreaks "separator-for-endianness-breaks" "U2 with the endianness FF is broken.";
        }
        "CHAT-AUTH-3" {
            EmptyUserIsInvalid "empty-user-is-invalid" "An empty user is 02.";
            UnknownUserIsEmpty "unknown-user-is-empty" "An unknown user is 01.";
            UnknownUserIsOkay "unknown-user-is-okay" "An unknown user is 03.";
            AuthenticatedIsInUse "authenticated-is-in-use" "A second login on one connection is 07.";
            AuthenticatedIsInvalid "authenticated-is-invalid" "A second login on one connection is 02.";
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
            BadLoginLogsIn "bad-login-logs-in" "A login that was answered with a wrong password logs in.";
            BadEndiannessLogsIn "bad-endianness-logs-in" "A login that was answered with a wrong endianness logs in.";
            CaseOfUsersIgnored "case-of-users-ignored" "Users are known in any case.";
            PasswordsComparedByTheirBeginning "passwords-compared-by-their-beginning" "A password may go on after the right one.";
            LoginCodesReversed "login-codes-reversed" "The first and the last code of S3 have changed places.";
            SecondEndpointIsS3 "second-endpoint-is-s3" "A second endpoint is answered with an S3.";
            SmallLettersTaken "small-letters-taken" "The endianness may be a small letter.";
        }
        "CHAT-AUTH-4" {
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
        }
        "CHAT-AUTH-5" {
            OneEndpointIsNotHeld "one-endpoint-is-not-held" "A user may log in on several connections of a server that allows one.";
            SeveralEndpointsAreRefused "several-endpoints-are-refused" "A user may log in on one connection of a server that allows several.";
            SecondEndpointCloses "second-endpoint-closes" "A second endpoint's connection is closed after S5.";
            SecondEndpointLogsIn "second-endpoint-logs-in" "A second endpoint is logged in after S5.";
            FirstEndpointIsClosed "first-endpoint-is-closed" "A second endpoint ends the first one.";
            SecondEndpointIsNotChecked "second-endpoint-is-not-checked" "S5 comes also for a wrong password.";
        }
        "CHAT-AUTH-6" {
            RegistrationNotAnswered "registration-not-answered" "U6 is not answered.";
            RegistrationForgotten "registration-forgotten" "A user who has registered is unknown.";
            RegistrationDoesNotLogIn "registration-does-not-log-in" "A registration does not log in where it should.";
            RegistrationLogsIn "registration-logs-in" "A registration logs in where it should not.";
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
        }
        "CHAT-AUTH-7" {
            RegistrationAnsweredAsS3 "registration-answered-as-s3" "S7 begins with 03.";
            RegistrationAnsweredWithoutEmail "registration-answered-without-email" "S7 has no code of the email.";
            RegistrationRefused "registration-refused" "U6 is answered with S9.";
        }
        "CHAT-AUTH-8" {
            InvalidEmailIsOkay "invalid-email-is-okay" "An invalid email is 03.";
            InvalidEmailIsEmpty "invalid-email-is-empty" "An invalid email is 01.";
            EmailMayHaveTwoAts "email-may-have-two-ats" "An email with two @ is taken.";
            EmailNeedsNoDot "email-needs-no-dot" "An email without a dot in its domain is taken.";
        }
        "CHAT-AUTH-9" {
            StaysOpenAfterS9 "stays-open-after-s9" "The connection stays open after S9.";
            ClosesWithoutS9 "closes-without-s9" "The connection is closed without S9.";
            ResetsAfterS9 "resets-after-s9" "The connection is reset with S9.";
            EarlyPacketIsUnsupported "early-packet-is-unsupported" "A packet before login is answered with S251.";
            GuestsMaySpeak "guests-may-speak" "U80 before login is answered with S81.";
            GuestsAreIgnored "guests-are-ignored" "U80 and U160 before login are not answered.";
            GuestsMayAskForCapabilities "guests-may-ask-for-capabilities" "U252 before login is answered with S253.";
            BrokenClosesBeforeLogin "broken-closes-before-login" "A broken packet before login ends the connection.";
            BrokenByeBeforeLoginIsUnsupported "broken-bye-before-login-is-unsupported" "A broken U40 before login is answered with S251.";
            ByeBeforeLoginRefused "bye-before-login-refused" "U40 before login is answered with S9.";
            ByeAnswered "bye-answered" "U40 is answered with S9.";
        }
        "CHAT-AUTH-10" {
            ByeIgnored "bye-ignored" "U40 changes nothing.";
            ByeIsNotTheEnd "bye-is-not-the-end" "What follows U40 is answered before the end.";
            ByeLosesReplies "bye-loses-replies" "What waits to be sent is lost with U40.";
            ResetsInsteadOfClosing "resets-instead-of-closing" "The server resets where it should close.";
            LoginOutlivesItsConnection "login-outlives-its-connection" "A login does not end with its connection.";
        }
        "CHAT-AUTH-12" {
            ClientEndsWithoutBye "client-ends-without-bye" "A client ends without U40.";
        }
        "CHAT-MSG-1" {
            ShortMessageNotAnswered "short-message-not-answered" "U80 is not answered.";
            ShortMessageAnsweredTwice "short-message-answered-twice" "U80 is answered twice.";
            AnswersWithAnotherMessageId "answers-with-another-message-id" "S81 has another message ID.";
            ShortCodesSwapped "short-codes-swapped" "The codes of S81 have changed places.";
            ShortCodesSeparated "short-codes-separated" "The codes of S81 have a separator between them.";
            TwelveTravelsAs121 "twelve-travels-as-121" "The code 12 travels as 79.";
        }
        "CHAT-MSG-2" {
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
        }
        "CHAT-MSG-3" {
            SenderHearsHimself "sender-hears-himself" "The sender of a message gets S83.";
            OutsidersHear "outsiders-hear" "Everybody gets the messages of a room.";
            OneHearerMissed "one-hearer-missed" "The first hearer of a room gets no S83.";
            OnlyOneHears "only-one-hears" "Only the first hearer of a room gets S83.";
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
        }
        "CHAT-MSG-4" {
            GlobalReachesItsSender "global-reaches-its-sender" "A global message comes back to its sender.";
            GlobalReachesWhoIsInARoom "global-reaches-who-is-in-a-room" "A global message reaches those who are in a room.";
            GlobalReachesGuests "global-reaches-guests" "A global message reaches guests.";
            GlobalReachesNobody "global-reaches-nobody" "A global message reaches nobody.";
            GlobalNeedsJoining "global-needs-joining" "A global message is 09.";
            EchoReachesEverybody "echo-reaches-everybody" "An echo reaches everybody.";
            EchoReachesTheOthers "echo-reaches-the-others" "An echo reaches all but its sender.";
            EchoReachesNobody "echo-reaches-nobody" "An echo reaches nobody.";
            EchoNeedsJoining "echo-needs-joining" "An echo is 09.";
        }
        "CHAT-MSG-5" {
            CounterGoesDown "counter-goes-down" "The counter goes down.";
            CounterStands "counter-stands" "The counter is always 1.";
            CounterStandsEverySecondTime "counter-stands-every-second-time" "Every second message has the counter of the one before.";
            CounterIsTime "counter-is-time" "The counter is the time.";
            TimeInSeconds "time-in-seconds" "The second half of an ID counts seconds.";
            TimeIsZero "time-is-zero" "The second half of an ID is zero.";
            TimeFirst "time-first" "The halves of an ID have changed places.";
        }
        "CHAT-MSG-6" {
            ReceiptsTakenTheOtherWay "receipts-taken-the-other-way" "Good acknowledgements are answered and bad ones are not.";
            UnknownReceiptNotAnswered "unknown-receipt-not-answered" "U84 with an unknown ID is not answered.";
            UnknownReceiptWithAnotherId "unknown-receipt-with-another-id" "S85 has another ID.";
            SecondReceiptNotAnswered "second-receipt-not-answered" "A second U84 with one ID is not answered.";
            AnyReceiptOfAnybodyTaken "any-receipt-of-anybody-taken" "U84 for a message that only others got is not answered.";
            OneReceiptRemembered "one-receipt-remembered" "Only the newest ID is remembered.";
            ReceiptsForgottenAfter512 "receipts-forgotten-after-512" "Only the last 512 IDs are remembered.";
        }
        "CHAT-MSG-7" {
            ClientAcknowledgesNothing "client-acknowledges-nothing" "A client sends no U84.";
            ClientAcknowledgesOnce "client-acknowledges-once" "A client acknowledges its first message only.";
            ClientAcknowledgesHalf "client-acknowledges-half" "A client's U84 has only the first half of the ID.";
        }
        "CHAT-MSG-8" {
            ClientMessageIdsStand "client-message-ids-stand" "A client's messages have one ID.";
            ClientMessageIdsOfTwo "client-message-ids-of-two" "A client's messages have two IDs in turn.";
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
            EmptyHeadIsBlank "empty-head-is-blank" "An empty head is 05.";
            EmptyHeadIsOkay "empty-head-is-okay" "An empty head is 03.";
            BlankHeadIsEmptyField "blank-head-is-empty-field" "A head of white space is 01.";
            BlankHeadIsOkay "blank-head-is-okay" "A head of white space is 03.";
            BlankHeadIsEleven "blank-head-is-eleven" "A head of white space is 11.";
            TooLongHeadIsTwelve "too-long-head-is-twelve" "A head that is too long is 12.";
            TooLongHeadIsOkay "too-long-head-is-okay" "A head that is too long is 03.";
            BadBase64HeadIsInvalid "bad-base64-head-is-invalid" "A head that is no base64 is 02.";
            BadBase64HeadIsOkay "bad-base64-head-is-okay" "A head that is no base64 is 03.";
            HeadUncheckedWithBadParts "head-unchecked-with-bad-parts" "Room and head are 03 when TP is bad.";
            HeadAgainBeginsAnew "head-again-begins-anew" "The same head again begins the message anew.";
        }
        "CHAT-LONG-2" {
            PartNotAnswered "part-not-answered" "U91 is not answered.";
            PartAnsweredWithAnotherMessageId "part-answered-with-another-message-id" "S92 has another message ID.";
            PartCodesSeparated "part-codes-separated" "The codes of S92 have separators between them.";
            PartCodesReversed "part-codes-reversed" "The first and the last code of S92 have changed places.";
            BadPartNumberIsEmpty "bad-part-number-is-empty" "A bad PN is 01.";
            BadPartNumberIsOkay "bad-part-number-is-okay" "A bad PN is 03.";
            PartsAreNumberedFromZero "parts-are-numbered-from-zero" "PN counts from 0.";
            RepeatedPartIsInvalid "repeated-part-is-invalid" "A repeated part is 02.";
            BlankPartIsRefused "blank-part-is-refused" "A part of white space is 05.";
            EmptyPartIsBlank "empty-part-is-blank" "An empty part is 05.";
            EmptyPartIsOkay "empty-part-is-okay" "An empty part is 03.";
            TooLongPartIsTwelve "too-long-part-is-twelve" "A part that is too long is 12.";
            TooLongPartIsOkay "too-long-part-is-okay" "A part that is too long is 03.";
            BadBase64PartIsInvalid "bad-base64-part-is-invalid" "A part that is no base64 is 02.";
            BadBase64PartIsOkay "bad-base64-part-is-okay" "A part that is no base64 is 03.";
            PartOutsideIsOkay "part-outside-is-okay" "A part for a room that one has left is 03.";
            PartNumbersReadBigEndian "part-numbers-read-big-endian" "PN of U91 is read as big-endian.";
        }
        "CHAT-LONG-4" {
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
            RepeatedPartReplaces "repeated-part-replaces" "A repeated part replaces the first one.";
            RepeatedPartCounts "repeated-part-counts" "A repeated part counts for a missing one.";
            PartsOnlyInOrder "parts-only-in-order" "A part that comes before its turn is dropped.";
            AnotherHeadIsIgnored "another-head-is-ignored" "Another head with the number of an unfinished one is ignored.";
            HeadDeliveredOnly "head-delivered-only" "Parts are not delivered.";
            LastPartLost "last-part-lost" "The last part is not delivered.";
            PartsHaveIdsOfTheirOwn "parts-have-ids-of-their-own" "Every part has another ID than its head.";
            TotalInTheOrderOfItsSender "total-in-the-order-of-its-sender" "TP of S95 has the order of the message's sender.";
        }
        "CHAT-LONG-5" {
            PartsDeliveredBackwards "parts-delivered-backwards" "Parts are delivered in the reverse order.";
            PartsDoNotCountDown "parts-do-not-count-down" "TP of the last part is 1.";
        }
        "CHAT-LONG-6" {
            LongReceiptsTakenTheOtherWay "long-receipts-taken-the-other-way" "Good acknowledgements of long messages are answered and bad ones are not.";
            UnknownLongReceiptNotAnswered "unknown-long-receipt-not-answered" "U96 with an unknown ID is not answered.";
            LongReceiptWithTheSecondHalf "long-receipt-with-the-second-half" "S97 has other octets than the first eight of the ID.";
            LongReceiptSaysBad "long-receipt-says-bad" "S97 says BAD.";
            AskingAgainNotAnswered "asking-again-not-answered" "U99 is not answered.";
            BadPartAskedAgainIsOkay "bad-part-asked-again-is-okay" "A PN that there is not is 03 when it is asked for again.";
            AnybodyMayAskAgain "anybody-may-ask-again" "Whoever knows an ID may ask for its parts.";
            NobodyMayAskAgain "nobody-may-ask-again" "A hearer of a long message may not ask for its parts.";
            NotAllowedIsTwo "not-allowed-is-two" "A of S100 is 02 when the client is not allowed.";
            AskedAgainBringsTheHead "asked-again-brings-the-head" "Whatever part is asked for, the head comes.";
            AskedAgainBringsNothing "asked-again-brings-nothing" "The part that was asked for does not come.";
            AskedPartsReadBigEndian "asked-parts-read-big-endian" "PN of U99 is read as big-endian.";
        }
        "CHAT-LONG-7" {
            OneHeadOnly "one-head-only" "A second unfinished long message is refused.";
            ThreeHeadsOnly "three-heads-only" "A fourth unfinished long message is refused.";
            SixtyThreePartsOnly "sixty-three-parts-only" "A long message of 64 parts is refused.";
            AnyNumberOfParts "any-number-of-parts" "A TP of 7FFFFFFF is taken.";
        }
        "CHAT-LONG-8" {
            ClientAcknowledgesNothingLong "client-acknowledges-nothing-long" "A client sends no U96.";
            ClientAcknowledgesHeadsOnly "client-acknowledges-heads-only" "A client acknowledges heads only.";
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
            ZeroInARoomEndsThePacket "zero-in-a-room-ends-the-packet" "A 00 inside a room ID breaks its packet.";
            SeparatorInARoomSeparates "separator-in-a-room-separates" "An FF inside a room ID breaks its packet.";
        }
        "CHAT-ROOM-2" {
            JoinerNotTold "joiner-not-told" "The joiner gets no S162.";
            OnlyTheJoinerIsTold "only-the-joiner-is-told" "Only the joiner gets S162.";
            JoiningToldToEverybody "joining-told-to-everybody" "S162 goes to everybody.";
            JoiningToldTwice "joining-told-twice" "S162 comes twice.";
            JoiningToldWithUserAndAliasSwapped "joining-told-with-user-and-alias-swapped" "User and alias of S162 have changed places.";
            JoiningToldWithoutAlias "joining-told-without-alias" "The alias of S162 is always empty.";
            JoiningAnsweredLast "joining-answered-last" "S161 comes after S162.";
            MembershipIsTheUsers "membership-is-the-users" "Joining brings all endpoints of the user into the room.";
            LeavingToldAsA2 "leaving-told-as-a2" "S165 begins with A2.";
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
            LeavingToldTwice "leaving-told-twice" "S165 comes twice.";
            LeavingToldWithUserAndAliasSwapped "leaving-told-with-user-and-alias-swapped" "User and alias of S165 have changed places.";
            LeavingToldWithoutAlias "leaving-told-without-alias" "The alias of S165 is always empty.";
            LeavingAnsweredLast "leaving-answered-last" "S164 comes after S165.";
        }
        "CHAT-ROOM-4" {
            DisconnectingNotTold "disconnecting-not-told" "A connection that ends is not told to those who remain.";
            NothingEndsWithAConnection "nothing-ends-with-a-connection" "A connection that ends stays in its rooms.";
            OnlyOneRoomIsLeft "only-one-room-is-left" "A connection that ends leaves one of its rooms.";
        }
        "CHAT-ROOM-5" {
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
            OldAliasStaysInUse "old-alias-stays-in-use" "An alias that was given up stays in use.";
            AliasOutlivesItsConnection "alias-outlives-its-connection" "The alias of a connection that has ended stays in use.";
        }
        "CHAT-OUT-1" {
            OutputBoundedTooTightly "output-bounded-too-tightly" "A client that has 256 KiB to read is disconnected.";
            OutputUnbounded "output-unbounded" "A client that never reads is never disconnected.";
        }
    } };
}

pub(super) use rows;
