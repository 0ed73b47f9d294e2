//! Accounts: a name and a password that is stored as a salted slow hash (CHAT-AUTH-11).

use core::fmt;
use core::str::FromStr;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::chat::text::is_name;

/// How slow the hash of a password is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// The least that the algorithm allows: for runs in which nothing is secret.
    pub const LEAST: Self = Self { memory_kib: 8, passes: 1 };

    /// A cost; what is less than the algorithm allows, or more than 1 GiB or 1,024 passes, is
    /// brought there.
    #[must_use]
    pub fn new(memory_kib: u32, passes: u32) -> Self {
        Self {
            memory_kib: memory_kib.clamp(Self::LEAST.memory_kib, 1 << 20),
            passes: passes.clamp(Self::LEAST.passes, 1024),
        }
    }
}

/// What the algorithm's authors recommend: 19 MiB, two passes.
impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: Params::DEFAULT_M_COST, passes: Params::DEFAULT_T_COST }
    }
}

/// A stored password: Argon2id, its salt, its cost.
///
/// Its text is the usual one: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    cost: Cost,
    salt: [u8; 16],
    hash: [u8; 32],
}

impl Password {
    /// Hashes a password.
    #[must_use]
    pub fn new(plain: &[u8], salt: [u8; 16], cost: Cost) -> Self {
        Self { cost, salt, hash: hash(plain, salt, cost) }
    }

    /// Whether this is the password; takes as long as hashing it.
    #[must_use]
    pub fn is(&self, plain: &[u8]) -> bool {
        hash(plain, self.salt, self.cost).ct_eq(&self.hash).into()
    }
}

fn hash(plain: &[u8], salt: [u8; 16], cost: Cost) -> [u8; 32] {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32));
    let params = params.expect("a cost is within the algorithm's bounds");
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(plain, &salt, &mut hash)
        .expect("a packet's password, a salt of 16 octets and a hash of 32 are within bounds");
    hash
}

impl fmt::Display for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cost { memory_kib, passes } = self.cost;
        let [salt, hash] =
            [&self.salt[..], &self.hash].map(|octets| STANDARD_NO_PAD.encode(octets));
        write!(formatter, "$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${hash}")
    }
}

/// The hash does not belong into logs.
impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password")
    }
}

/// A text that is no stored password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a stored password such as $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH")]
pub struct NotAPassword;

impl FromStr for Password {
    type Err = NotAPassword;

    fn from_str(text: &str) -> Result<Self, NotAPassword> {
        let rest = text.strip_prefix("$argon2id$v=19$m=").ok_or(NotAPassword)?;
        let (memory_kib, rest) = rest.split_once(",t=").ok_or(NotAPassword)?;
        let (passes, rest) = rest.split_once(",p=1$").ok_or(NotAPassword)?;
        let (salt, hash) = rest.split_once('$').ok_or(NotAPassword)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| NotAPassword);
        let cost = Cost { memory_kib: number(memory_kib)?, passes: number(passes)? };
        if cost != Cost::new(cost.memory_kib, cost.passes) {
            return Err(NotAPassword);
        }
        let octets = |text: &str| STANDARD_NO_PAD.decode(text).map_err(|_| NotAPassword);
        let salt = octets(salt)?.try_into().map_err(|_| NotAPassword)?;
        let hash = octets(hash)?.try_into().map_err(|_| NotAPassword)?;
        Ok(Self { cost, salt, hash })
    }
}

/// A user whom the server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    name: String,
    password: Password,
}

impl Account {
    /// An account; `None` if the name is not viewable ASCII of 1 to 32 octets (CHAT-TEXT-1).
    #[must_use]
    pub fn new(name: &str, password: Password) -> Option<Self> {
        is_name(name.as_bytes()).then(|| Self { name: name.to_owned(), password })
    }

    /// The user's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stored password.
    #[must_use]
    pub const fn password(&self) -> &Password {
        &self.password
    }
}
