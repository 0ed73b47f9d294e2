//! Mails with which registrations are confirmed: files in the format of RFC 5322, or SMTP, or both.
//!
//! A file is there before whoever registers is answered. What goes by SMTP goes in a thread of its own: a mail server
//! that is slow, wrong or not there holds up nobody, and what it does not take is reported.

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use lettre::{Address, FileTransport, Message, SmtpTransport, Transport};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::clock::Clock;

/// Mails that wait for the mail server, and reports of those that it did not take.
const MAILS_MAX: usize = 1_000;
/// How long a mail server may take to accept a connection, and for each answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// The port of a mail server, where none is given.
const SMTP_PORT: u16 = 25;
/// The folder within that of the mails in which they are written.
const UNFINISHED: &str = "unfinished";

/// Where mails go: into a directory, to a mail server, or both.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The sender, as `chat@example.org` or `Chat <chat@example.org>`.
    pub from: String,
    /// The directory, which is made if it is not there; one file for each mail, `….eml`. With `smtp`, a mail is there until the
    /// mail server has taken it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// The mail server, as `HOST` or `HOST:PORT` (25), which is spoken to without TLS and without a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<String>,
}

/// Posts mails.
#[derive(Debug)]
pub struct Mailer {
    from: Mailbox,
    folder: Option<Folder>,
    courier: Option<Courier>,
    clock: Clock,
}

/// What became of mails after they were posted: a line for each that was not sent. It ends when the last mail is dealt with,
/// after its [`Mailer`] is gone.
pub type Reports = mpsc::Receiver<String>;

impl Mailer {
    /// A mailer that posts as is said. Nobody is connected to yet: a mail server may come up later than this one.
    ///
    /// # Errors
    ///
    /// When the sender's or the mail server's address is none, when mails are to go nowhere, or when the directory cannot be made.
    pub fn start(post: &Post, clock: Clock) -> Result<(Self, Reports), String> {
        let Post { from, directory, smtp } = post;
        let mailbox = from.parse::<Mailbox>();
        let from =
            mailbox.map_err(|error| format!("mail: `from: {from}` is no address: {error}"))?;
        if directory.is_none() && smtp.is_none() {
            return Err("mail: needs `directory`, `smtp` or both".to_owned());
        }
        let server = smtp.as_deref().map(mail_server).transpose()?;
        let folder = directory.as_deref().map(Folder::make).transpose()?;
        let (sender, reports) = mpsc::channel(MAILS_MAX);
        let courier = server.map(|server| Courier::start(server, sender)).transpose()?;
        Ok((Self { from, folder, courier, clock }, reports))
    }

    /// Posts the mail that confirms a registration.
    ///
    /// # Errors
    ///
    /// When the address is none that can stand in a mail, when the file cannot be written, or when too many mails wait.
    pub fn post(&self, to: &str, user: &str, token: &str) -> Result<(), String> {
        let mail = self.mail(to, user, token);
        let mail = mail.map_err(|error| format!("no mail to `{}`: {error}", to.escape_debug()))?;
        let file = match &self.folder {
            None => None,
            Some(folder) => Some(folder.keep(&mail, token).map_err(|error| {
                format!("no mail to {to}: {}: {error}", folder.directory.display())
            })?),
        };
        match &self.courier {
            None => Ok(()),
            Some(courier) => courier.take(Letter { to: to.to_owned(), mail, file }),
        }
    }

    fn mail(&self, to: &str, user: &str, token: &str) -> Result<Message, Box<dyn Error>> {
        let domain = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.parse::<Address>()?))
            .date(SystemTime::UNIX_EPOCH + self.clock.unix_time())
            .message_id(Some(format!("<{token}@{domain}>")))
            .subject(format!("Your registration as {user}"))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN);
        Ok(message.body(format!(
            "Hello {user},\n\
             \n\
             somebody, most likely you, has registered this name with this address.\n\
             This confirms it: {token}\n"
        ))?)
    }
}

/// A directory of mails.
#[derive(Debug)]
struct Folder {
    directory: PathBuf,
    unfinished: FileTransport,
}

impl Folder {
    fn make(directory: &Path) -> Result<Self, String> {
        let unfinished = directory.join(UNFINISHED);
        fs::create_dir_all(&unfinished)
            .map_err(|error| format!("mail: cannot make {}: {error}", directory.display()))?;
        let unfinished = FileTransport::new(unfinished);
        Ok(Self { directory: directory.to_owned(), unfinished })
    }

    /// Writes a mail's file. Whoever sends mails on looks for `.eml`, and must find no half of one.
    fn keep(&self, mail: &Message, token: &str) -> io::Result<PathBuf> {
        let name = self.unfinished.send(mail).map_err(io::Error::other)?;
        let written = self.directory.join(UNFINISHED).join(format!("{name}.eml"));
        File::open(&written)?.sync_all()?;
        let file = self.directory.join(format!("{token}.eml"));
        fs::rename(written, &file)?;
        Ok(file)
    }
}

/// A mail under way.
#[derive(Debug)]
struct Letter {
    to: String,
    mail: Message,
    /// The file that holds it until it is sent.
    file: Option<PathBuf>,
}

/// Brings mails to a mail server, one behind the other.
#[derive(Debug)]
struct Courier(SyncSender<Letter>);

impl Courier {
    fn start((host, port): (String, u16), reports: mpsc::Sender<String>) -> Result<Self, String> {
        let server = SmtpTransport::builder_dangerous(&host);
        let server = server.port(port).timeout(Some(ANSWER_MAX)).build();
        let at = format!("{host}:{port}");
        let (letters, waiting) = sync_channel(MAILS_MAX);
        std::thread::Builder::new()
            .name("mails".to_owned())
            .spawn(move || bring(&server, &at, &waiting, &reports))
            .map_err(|error| format!("mail: {error}"))?;
        Ok(Self(letters))
    }

    fn take(&self, letter: Letter) -> Result<(), String> {
        self.0.try_send(letter).map_err(|error| match error {
            TrySendError::Full(letter) => {
                not_sent(&letter, &format!("{MAILS_MAX} mails wait already"))
            }
            TrySendError::Disconnected(letter) => not_sent(&letter, "mails are not sent any more"),
        })
    }
}

/// Sends what comes, until nothing more can come.
fn bring(
    server: &SmtpTransport,
    at: &str,
    letters: &Receiver<Letter>,
    reports: &mpsc::Sender<String>,
) {
    for letter in letters {
        let report = match (server.send(&letter.mail), &letter.file) {
            (Ok(_), None) => continue,
            (Ok(_), Some(file)) => match fs::remove_file(file) {
                Ok(()) => continue,
                Err(error) => format!("sent, but still there: {}: {error}", file.display()),
            },
            (Err(error), _) => not_sent(&letter, &format!("{at}: {}", with_causes(&error))),
        };
        if reports.blocking_send(report).is_err() {
            return;
        }
    }
}

fn not_sent(letter: &Letter, why: &str) -> String {
    let kept = letter.file.as_ref().map(|file| format!("; it is kept in {}", file.display()));
    format!("no mail to {}: {why}{}", letter.to, kept.unwrap_or_default())
}

/// An error with what caused it, each said once.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    text
}

/// The host and the port of a mail server.
fn mail_server(text: &str) -> Result<(String, u16), String> {
    let wrong = || format!("mail: `smtp: {text}` is not HOST or HOST:PORT");
    let (host, port) = match text.rsplit_once(':') {
        // An address of IPv6 has colons of its own, and stands in brackets.
        Some((host, port)) if !port.ends_with(']') => {
            (host, port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?)
        }
        _ => (text, SMTP_PORT),
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = if let Some(bare) = bare {
        bare.parse::<std::net::Ipv6Addr>().is_ok()
    } else {
        let is_wrong = |octet: u8| !octet.is_ascii_graphic() || b":/@[]".contains(&octet);
        // A number alone is a port without a host.
        !host.bytes().all(|octet| octet.is_ascii_digit()) && !host.bytes().any(is_wrong)
    };
    if is_host { Ok((bare.unwrap_or(host).to_owned(), port)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests;
