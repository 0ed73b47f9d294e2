//! The codes of ERROR: what each major and minor number means.

use core::fmt;

/// The code of an ERROR: two numbers of four bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(any(test, feature = "arbitrary"), derive(arbitrary::Arbitrary))]
pub struct ErrorCode {
    /// What it is about.
    pub major: u8,
    /// What it is.
    pub minor: u8,
}

/// Declares the codes: constant, major and minor number, name, meaning.
macro_rules! codes {
    ($($constant:ident $major:literal $minor:literal $name:literal $what:literal;)*) => {
        impl ErrorCode {
            $(
                #[doc = $what]
                pub const $constant: Self = Self { major: $major, minor: $minor };
            )*

            /// All codes that have a name.
            pub const ALL: &[Self] = &[$(Self::$constant,)*];

            /// The name of the code in the source document; `None` for a reserved one.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match (self.major, self.minor) {
                    $(($major, $minor) => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    CONNECTION 1 0 "CONNECTION" "The handshake cannot finish.";
    NO_SPACE 1 1 "NO SPACE" "The server has no room for another session.";
    CERTIFICATE_INVALID 1 2 "CERTIFICATE INVALID" "The certificate does not verify.";
    FINISH_INVALID 1 3 "FINISH INVALID" "*Finished* is wrong.";
    DISCONNECT 2 0 "DISCONNECT" "A side ends the session.";
    SERVER_DISCONNECT 2 1 "SERVER DISCONNECT" "The server ends the session.";
    CLIENT_DISCONNECT 2 2 "CLIENT DISCONNECT" "The client ends the session.";
    PACKET 3 0 "PACKET" "The packet cannot be read.";
    VERSION 3 1 "VERSION" "The version is another.";
    PACKET_TYPE 3 2 "PACKET TYPE" "The type is unknown.";
    FLAGS 3 3 "FLAGS" "A flag is unknown.";
    SEQUENCE_ID 3 4 "SEQUENCE ID" "A Sequence ID or ACK ID is impossible.";
    FRAGMENT_ID 3 5 "FRAGMENT ID" "The Fragment ID is impossible.";
    FRAGMENT_NUMBER 3 6 "FRAGMENT NUMBER" "The Fragment Number is impossible.";
    INIT_VECTOR 3 7 "INIT VECTOR" "The data cannot be decrypted.";
    COMPRESSION 3 8 "COMPRESSION" "The data cannot be inflated.";
    CHECKSUM 3 9 "CHECKSUM" "The checksum is wrong.";
}

/// `3.1 VERSION`.
impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)?;
        match self.name() {
            Some(name) => write!(formatter, " {name}"),
            None => Ok(()),
        }
    }
}
