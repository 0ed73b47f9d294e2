//! The world of a server that is served: users and rooms from a file that people write, users who register kept in another one.
//!
//! ```yaml
//! users:
//!   - { name: alice, password: wonderland }
//!   - { name: bob, hash: "$argon2id$v=19$m=19456,t=2,p=1$…" }
//! rooms:
//!   - { id: ROOM0001 }
//!   - { id: SECRET01, password: sesame }
//! mail: { from: chat@example.org, directory: mail }
//! ```
//!
//! The file of those who registered is written whole beside the old one, brought to the disk, and then moved into its place. So
//! whenever the program is killed, one of the two is there and whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mail::{Mailer, Post, Reports};
use crate::diagnostic::Diagnostic;
use crate::script::Notice;
use crate::subject::Keeper;
use crate::yaml;

/// What a file of accounts says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// The users there are.
    #[serde(default)]
    pub users: Vec<User>,
    /// The rooms there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<Room>,
    /// Where mails to those who register go; without it, none are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Post>,
}

/// A user: with a password as it is, or with what a server stores in its place.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The user's name.
    pub name: String,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The stored password, as `$argon2id$…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// A room.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// Its identifier.
    pub id: String,
    /// What one needs to join it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// Why accounts cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The file could not be read.
    #[error("cannot read the accounts of {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// The file is not right.
    #[error("{}", .0.render(true))]
    Wrong(Box<Diagnostic>),
}

impl Accounts {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not right.
    pub fn read(path: &Path) -> Result<Self, AccountsError> {
        let text = fs::read_to_string(path)
            .map_err(|error| AccountsError::Read { path: path.to_owned(), error })?;
        let file = path.display().to_string();
        let wrong = |error| AccountsError::Wrong(Box::new(error));
        let accounts: Self = yaml::read(&file, &text).map_err(wrong)?;
        if let Some(user) =
            accounts.users.iter().find(|user| user.password.is_some() == user.hash.is_some())
        {
            let message = format!("user `{}` needs either `password` or `hash`", user.name);
            return Err(wrong(Diagnostic::of_file(&file, message)));
        }
        Ok(accounts)
    }

    /// The users and rooms as a server is given them.
    pub fn given(&self) -> BTreeMap<String, Value> {
        let list = |value: Result<Value, serde_json::Error>| value.unwrap_or_default();
        BTreeMap::from([
            ("users".to_owned(), list(serde_json::to_value(&self.users))),
            ("rooms".to_owned(), list(serde_json::to_value(&self.rooms))),
        ])
    }
}

/// Those who registered, and where they are kept.
#[derive(Debug)]
pub struct Registered {
    path: PathBuf,
    accounts: Accounts,
}

impl Registered {
    /// Those of an earlier run, if there was one.
    ///
    /// # Errors
    ///
    /// When the file is there and cannot be read.
    pub fn open(path: &Path) -> Result<Self, AccountsError> {
        let accounts = match Accounts::read(path) {
            Err(AccountsError::Read { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
                Accounts::default()
            }
            read => read?,
        };
        Ok(Self { path: path.to_owned(), accounts })
    }

    /// The users.
    pub fn users(&self) -> &[User] {
        &self.accounts.users
    }

    /// Keeps one more.
    fn add(&mut self, user: User) -> io::Result<()> {
        self.accounts.users.push(user);
        let text = serde_yaml::to_string(&self.accounts).map_err(io::Error::other)?;
        let mut beside = self.path.clone().into_os_string();
        beside.push(".part");
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        // The new name itself must be on the disk, too.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// Keeps what a server must not forget, and posts its mails.
#[derive(Debug, Default)]
pub struct Books {
    /// Where those who register are kept; without it they are forgotten at the end.
    pub registered: Option<Registered>,
    /// Where mails go.
    pub mailer: Option<Mailer>,
    /// What becomes of them.
    pub reports: Option<Reports>,
}

impl Keeper for Books {
    fn keep(&mut self, notice: &Notice) -> Result<(), String> {
        let text = |name: &str| {
            let value = notice.fields.get(name).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        match (notice.event.as_str(), &mut self.registered, &self.mailer) {
            ("registered", Some(registered), _) => {
                let (name, hash) = (text("user"), Some(text("hash")));
                let path = registered.path.display().to_string();
                let user = User { name, password: None, hash };
                registered
                    .add(user)
                    .map_err(|error| format!("cannot keep accounts in {path}: {error}"))
            }
            ("mail", _, Some(mailer)) => mailer.post(&text("to"), &text("user"), &text("token")),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("wireproof-{}-{name}", std::process::id()))
    }

    fn notice(user: &str) -> Notice {
        let fields = [("user", json!(user)), ("hash", json!("$argon2id$of it"))];
        Notice { event: "registered".to_owned(), fields: fields.into() }
    }

    #[test]
    fn who_registered_is_there_again_and_a_half_written_file_beside_harms_nobody() {
        let file = path("registered.yaml");
        let _absent_is_fine = fs::remove_file(&file);
        let registered = Some(Registered::open(&file).unwrap());
        let mut books = Books { registered, ..Books::default() };
        books.keep(&notice("zoe")).unwrap();
        books.keep(&notice("yan: #1")).unwrap();
        let mut part = file.clone().into_os_string();
        part.push(".part");
        assert!(!Path::new(&part).exists(), "it was moved");
        // The program was killed while it wrote the next one.
        fs::write(&part, "users:\n- name: xe").unwrap();
        let again = Registered::open(&file).unwrap();
        let names: Vec<&str> = again.users().iter().map(|user| user.name.as_str()).collect();
        assert_eq!(names, ["zoe", "yan: #1"]);
        for file in [file.as_os_str(), part.as_os_str()] {
            fs::remove_file(file).unwrap();
        }
    }

    #[test]
    fn a_user_has_either_a_password_or_what_is_stored_of_it() {
        let file = path("accounts.yaml");
        for (users, wrong) in [
            ("[{ name: a, password: b }]", false),
            ("[{ name: a, hash: b }]", false),
            ("[{ name: a }]", true),
            ("[{ name: a, password: b, hash: c }]", true),
            ("[{ name: a, pasword: b }]", true),
        ] {
            fs::write(&file, format!("users: {users}\n")).unwrap();
            assert_eq!(Accounts::read(&file).is_err(), wrong, "{users}");
        }
        fs::remove_file(&file).unwrap();
    }
}
