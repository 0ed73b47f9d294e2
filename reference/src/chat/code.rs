//! The codes of replies, by the numbers of the source's list; how they travel is the dialect's.

/// The field is empty, or missing.
pub(super) const EMPTY: u8 = 1;
/// The field is invalid.
pub(super) const INVALID: u8 = 2;
/// All is well.
pub(super) const OKAY: u8 = 3;
/// The field is no base64.
pub(super) const BAD_BASE64: u8 = 4;
/// The field was not looked at.
pub(super) const UNCHECKED: u8 = 5;
/// The connection is authenticated already.
pub(super) const AUTHENTICATED: u8 = 6;
/// Somebody else has it.
pub(super) const IN_USE: u8 = 7;
/// The password is wrong or missing.
pub(super) const NOT_AUTHORIZED: u8 = 8;
/// The connection is not in that room.
pub(super) const NOT_IN_ROOM: u8 = 9;
/// The connection is in that room already.
pub(super) const ALREADY_IN_ROOM: u8 = 10;
/// The message has nothing to show.
pub(super) const EMPTY_MESSAGE: u8 = 11;
/// The message is too long.
pub(super) const TOO_LONG: u8 = 12;

/// In replies about long messages (CHAT-LONG-1): not authorized, or not in that room.
pub(super) const LONG_NOT_AUTHORIZED: u8 = 4;
/// In replies about long messages: nothing to show.
pub(super) const LONG_EMPTY: u8 = 5;
/// In replies about long messages: too long.
pub(super) const LONG_TOO_LONG: u8 = 2;

/// What a code is about; mutants answer by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// U of S3.
    LoginUser,
    /// P of S3.
    LoginPassword,
    /// E of S3.
    LoginEndianness,
    /// U of S7.
    NewUser,
    /// P of S7.
    NewPassword,
    /// E of S7.
    NewEmail,
    /// RID of S81.
    ShortRoom,
    /// M of S81.
    ShortMessage,
    /// TP of S88.
    HeadParts,
    /// RID of S88.
    HeadRoom,
    /// M of S88.
    HeadMessage,
    /// PN of S92.
    PartNumber,
    /// RID of S92.
    PartRoom,
    /// M of S92.
    PartMessage,
    /// PN of S100.
    AgainPart,
    /// A of S100.
    AgainAllowed,
    /// RID of S161.
    JoinRoom,
    /// RID of S164.
    LeaveRoom,
    /// S167.
    Alias,
}
