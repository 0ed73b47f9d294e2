//! Mails with which registrations are confirmed: a file each, in the format of RFC 5322, for whatever sends them on.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where mails go.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The sender's address.
    pub from: String,
    /// The directory, which is made if it is not there; one file for each mail, `….eml`.
    pub directory: PathBuf,
}

/// Posts mails.
#[derive(Debug)]
pub struct Mailer {
    post: Post,
}

impl Mailer {
    /// A mailer that posts as is said.
    ///
    /// # Errors
    ///
    /// When the sender's address is none, or when the directory cannot be made.
    pub fn start(post: &Post) -> Result<Self, String> {
        let Post { from, directory } = post;
        if !is_address(from) {
            return Err(format!("mail: `from: {from}` is no address"));
        }
        fs::create_dir_all(directory)
            .map_err(|error| format!("mail: cannot make {}: {error}", directory.display()))?;
        Ok(Self { post: post.clone() })
    }

    /// Posts the mail that confirms a registration.
    ///
    /// # Errors
    ///
    /// When the address is none that can stand in a mail, or when the file cannot be written.
    pub fn post(&self, to: &str, user: &str, token: &str) -> Result<(), String> {
        let Post { from, directory } = &self.post;
        if !is_address(to) {
            return Err(format!("no mail to `{}`", to.escape_debug()));
        }
        let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let mail = format!(
            "From: {from}\r\n\
             To: {to}\r\n\
             Subject: Your registration as {user}\r\n\
             Message-ID: <{token}@{domain}>\r\n\
             MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=us-ascii\r\n\
             \r\n\
             Hello {user},\r\n\
             \r\n\
             somebody, most likely you, has registered this name with this address.\r\n\
             This confirms it: {token}\r\n"
        );
        // Whoever sends mails on looks for `.eml`, and must find no half of one.
        let part = directory.join(format!("{token}.part"));
        let write = || {
            let mut file = File::create(&part)?;
            file.write_all(mail.as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, directory.join(format!("{token}.eml")))
        };
        write().map_err(|error| format!("no mail to {to}: {}: {error}", directory.display()))
    }
}

/// Whether a text can stand in a header as an address: visible ASCII, with an `@` inside.
fn is_address(text: &str) -> bool {
    let (user, domain) = text.rsplit_once('@').unwrap_or_default();
    !user.is_empty() && !domain.is_empty() && text.bytes().all(|octet| octet.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_a_file_and_an_address_cannot_add_lines_to_its_head() {
        let name = format!("wireproof-{}-mail", std::process::id());
        let directory = std::env::temp_dir().join(name);
        let from = "chat@example.org".to_owned();
        let mailer = Mailer::start(&Post { from, directory: directory.clone() }).unwrap();
        mailer.post("zoe@example.org", "zoe", "00ff").unwrap();
        let mail = fs::read_to_string(directory.join("00ff.eml")).unwrap();
        let (head, body) = mail.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("\r\nTo: zoe@example.org\r\n"), "{head}");
        assert!(body.contains("00ff"), "{body}");
        for wrong in ["zoe", "@", "zoe@example.org\r\nBcc: all@example.org", "zo e@example.org"] {
            assert!(mailer.post(wrong, "zoe", "01").is_err(), "{wrong}");
        }
        assert!(
            Mailer::start(&Post { from: "nobody".into(), directory: directory.clone() }).is_err()
        );
        fs::remove_dir_all(directory).unwrap();
    }
}
