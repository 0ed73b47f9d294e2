//! Keys that sign seals: Ed25519, each in a file of one line.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ed25519_compact::{KeyPair, PublicKey as VerifyingKey, Seed, Signature};

use crate::journal::{HexOctets, parse_hex};

/// The name of the algorithm in seals.
pub const ALGORITHM: &str = "ed25519";

/// What the line of a secret key begins with.
const SECRET: &str = "wireproof-secret-key-ed25519 ";
/// What the line of a public key begins with.
const PUBLIC: &str = "wireproof-public-key-ed25519 ";

/// What is added to the name of a secret key's file for that of its public key.
const PUBLIC_ENDING: &str = ".pub";

/// A key that signs. It is not shown.
pub struct SecretKey(KeyPair);

/// A key that checks signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file.
    #[error("cannot read or write the key `{}`: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// The file holds something else.
    #[error("`{}` holds no {wanted}; `wireproof seal --new-key FILE` makes one, and its public key in `FILE{PUBLIC_ENDING}`", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        wanted: &'static str,
    },
}

impl SecretKey {
    /// The key of this seed; none for a seed that cannot have come from chance, such as zeros.
    pub fn from_seed(seed: [u8; 32]) -> Option<Self> {
        KeyPair::try_from_seed(Seed::new(seed)).ok().map(Self)
    }

    /// Reads a key.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds none.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let wanted = "secret key";
        let seed = read(path, SECRET, wanted)?;
        Self::from_seed(seed).ok_or_else(|| KeyError::Foreign { path: path.to_owned(), wanted })
    }

    /// Writes it to a new file that only this user can read, and its public key beside it; where that is.
    ///
    /// # Errors
    ///
    /// When one of the files is there already, or cannot be written.
    pub fn write(&self, path: &Path) -> Result<PathBuf, KeyError> {
        const OWNER_ONLY: u32 = 0o600;
        let mut public = path.as_os_str().to_owned();
        public.push(PUBLIC_ENDING);
        let public = PathBuf::from(public);
        let secret = HexOctets(self.0.sk.seed().to_vec());
        let lines = [
            (path, OWNER_ONLY, format!("{SECRET}{secret}\n")),
            (&public, 0o644, format!("{PUBLIC}{}\n", self.public())),
        ];
        for (path, mode, line) in lines {
            let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
            file.and_then(|mut file| file.write_all(line.as_bytes()))
                .map_err(|error| KeyError::File { path: path.to_owned(), error })?;
        }
        Ok(public)
    }

    /// The key that checks what this one signs.
    pub const fn public(&self) -> PublicKey {
        PublicKey(self.0.pk)
    }

    /// The signature of a message, in hexadecimal digits.
    pub(super) fn sign(&self, message: &[u8]) -> String {
        HexOctets(self.0.sk.sign(message, None).to_vec()).to_string()
    }
}

impl PublicKey {
    /// Reads a public key, or the public part of a secret one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds neither.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let wanted = "public key";
        let foreign = || KeyError::Foreign { path: path.to_owned(), wanted };
        match read(path, PUBLIC, wanted) {
            Ok(octets) => Self::of(octets).ok_or_else(foreign),
            Err(KeyError::Foreign { .. }) => {
                SecretKey::read(path).map(|key| key.public()).map_err(|_| foreign())
            }
            Err(error) => Err(error),
        }
    }

    /// The key of these hexadecimal digits.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        Self::of(parse_hex(digits).ok()?.try_into().ok()?)
    }

    /// The key of these octets; none when they are of no strong key.
    fn of(octets: [u8; 32]) -> Option<Self> {
        let key = VerifyingKey::new(octets);
        key.validate().is_ok().then_some(Self(key))
    }

    /// Whether these hexadecimal digits are its signature of a message.
    pub(super) fn has_signed(&self, message: &[u8], signature: &str) -> bool {
        let octets = parse_hex(signature).ok().and_then(|octets| octets.try_into().ok());
        octets
            .is_some_and(|octets: [u8; 64]| self.0.verify(message, &Signature::new(octets)).is_ok())
    }
}

/// The key in hexadecimal digits.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HexOctets(self.0.to_vec()).fmt(f)
    }
}

fn read(path: &Path, label: &str, wanted: &'static str) -> Result<[u8; 32], KeyError> {
    let text = fs::read_to_string(path)
        .map_err(|error| KeyError::File { path: path.to_owned(), error })?;
    let digits = text.strip_prefix(label).map(str::trim_end);
    let octets = digits.and_then(|digits| parse_hex(digits).ok());
    let octets = octets.and_then(|octets| octets.try_into().ok());
    octets.ok_or_else(|| KeyError::Foreign { path: path.to_owned(), wanted })
}
