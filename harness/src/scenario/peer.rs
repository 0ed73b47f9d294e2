//! Further peers of a scenario: where they sit, or who they are and how far their connections have come.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::yaml::Located;

/// Where a further peer sits, seen from the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PeerPlace {
    /// The IP address of `peer`, another port.
    OtherPort,
    /// Another IP address.
    OtherAddress,
}

/// A further peer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PeerSpec {
    /// In a protocol on datagrams: its place.
    Place(PeerPlace),
    /// In a protocol on streams: `connection`, which is like `peer`.
    Alike(Alike),
    /// In a protocol on streams: what is different.
    Different(Different),
}

/// The word for a peer whose connection is like that of `peer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Alike {
    /// A connection of its own.
    Connection,
}

/// What is different with a peer's connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Different {
    /// Who it is; a peer with the name of a user is that user.
    pub user: Option<String>,
    /// How far it has come before the first step, or `nothing`.
    pub begin: Option<Located<String>>,
}

/// The word for a peer that has no connection yet.
pub const NOTHING: &str = "nothing";

impl PeerSpec {
    /// Its place.
    pub const fn place(&self) -> PeerPlace {
        match self {
            Self::Place(place) => *place,
            Self::Alike(_) | Self::Different(_) => PeerPlace::OtherPort,
        }
    }

    /// Whether it is a connection of a protocol on streams.
    pub const fn is_connection(&self) -> bool {
        !matches!(self, Self::Place(_))
    }

    /// Who it is, when that is said.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Different(different) => different.user.as_deref(),
            Self::Place(_) | Self::Alike(_) => None,
        }
    }

    /// How far it has come, when that is said.
    pub const fn begin(&self) -> Option<&Located<String>> {
        match self {
            Self::Different(different) => different.begin.as_ref(),
            Self::Place(_) | Self::Alike(_) => None,
        }
    }
}
