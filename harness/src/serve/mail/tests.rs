//! Mails as files and over SMTP, at a mail server of a few lines.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};

use super::*;

/// A folder of its own, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("wireproof-{}-mail-{name}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn mails(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        let mails = entries.filter(|path| path.extension().is_some_and(|it| it == "eml"));
        mails.map(|path| fs::read_to_string(path).unwrap()).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _is_gone = fs::remove_dir_all(&self.0);
    }
}

fn post(directory: Option<&Scratch>, smtp: Option<&str>) -> Post {
    Post {
        from: "Chat <chat@example.org>".to_owned(),
        directory: directory.map(|scratch| scratch.0.clone()),
        smtp: smtp.map(str::to_owned),
    }
}

/// Takes mails on one connection after the other, but none for `refused@example.org`; gives what was said to it, and the mails.
fn mail_server_of_a_few_lines(listener: &TcpListener, connections: usize) -> Vec<String> {
    let mut heard = Vec::new();
    for _ in 0..connections {
        let (stream, _) = listener.accept().unwrap();
        converse(&stream, &mut heard);
    }
    heard
}

fn converse(mut stream: &TcpStream, heard: &mut Vec<String>) {
    let mut lines = BufReader::new(stream).lines();
    stream.write_all(b"220 mail.example.org ESMTP\r\n").unwrap();
    while let Some(Ok(line)) = lines.next() {
        let answer = match line.split([' ', ':']).next().unwrap() {
            "EHLO" => "250 mail.example.org",
            "RCPT" if line.contains("refused@") => "550 5.1.1 nobody of this name",
            "MAIL" | "RCPT" => "250 yes",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").unwrap();
                let mail = lines.by_ref().map(Result::unwrap).take_while(|line| line != ".");
                heard.push(mail.collect::<Vec<_>>().join("\n"));
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "500 what?",
        };
        heard.push(line);
        stream.write_all(format!("{answer}\r\n").as_bytes()).unwrap();
    }
}

/// A port that nobody listens at, for as long as this is held.
fn nobody() -> (OwnedFd, SocketAddr) {
    let held = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&held, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let at = SocketAddr::try_from(getsockname(&held).unwrap()).unwrap();
    (held, at)
}

/// All reports, to the end.
fn all(mailer: Mailer, mut reports: Reports) -> Vec<String> {
    drop(mailer);
    std::iter::from_fn(|| reports.blocking_recv()).collect()
}

#[test]
fn a_mail_is_a_file_and_an_address_cannot_add_lines_to_its_head() {
    let scratch = Scratch::new("file");
    let (mailer, reports) = Mailer::start(&post(Some(&scratch), None), Clock::start()).unwrap();
    mailer.post("zoe@example.org", "zoe", "00ff").unwrap();
    let mail = fs::read_to_string(scratch.0.join("00ff.eml")).unwrap();
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    for line in [
        "From: Chat <chat@example.org>",
        "To: zoe@example.org",
        "Subject: Your registration as zoe",
        "Message-ID: <00ff@example.org>",
        "MIME-Version: 1.0",
    ] {
        assert!(head.lines().any(|it| it == line), "{line} is not in {head}");
    }
    // RFC 5322 wants a date.
    assert!(head.lines().any(|it| it.starts_with("Date: ") && it.ends_with(" +0000")), "{head}");
    assert!(body.contains("This confirms it: 00ff\r\n"), "{body}");
    for wrong in ["zoe", "@", "zoe@example.org\r\nBcc: all@example.org", "zo e@example.org"] {
        let error = mailer.post(wrong, "zoe", "01").unwrap_err();
        assert!(error.starts_with("no mail to `"), "{error}");
    }
    assert_eq!(scratch.mails().len(), 1);
    assert_eq!(fs::read_dir(scratch.0.join(UNFINISHED)).unwrap().count(), 0, "all were moved");
    assert_eq!(all(mailer, reports), [""; 0]);
}

#[test]
fn what_is_configured_wrongly_is_said_before_anything_is_served() {
    let scratch = Scratch::new("wrong");
    let start = |post: &Post| Mailer::start(post, Clock::start()).map(|_| ()).unwrap_err();
    let nobody = Post { from: "nobody".to_owned(), ..post(Some(&scratch), None) };
    assert!(start(&nobody).starts_with("mail: `from: nobody` is no address: "));
    assert_eq!(start(&post(None, None)), "mail: needs `directory`, `smtp` or both");
    for wrong in
        ["", ":25", "mail:", "mail:0", "mail:smtp", "mail:65536", "::1", "[::1", "a b", "25"]
    {
        let error = start(&post(None, Some(wrong)));
        assert_eq!(error, format!("mail: `smtp: {wrong}` is not HOST or HOST:PORT"));
    }
    for (right, host, port) in [
        ("mail", "mail", 25),
        ("[::1]", "::1", 25),
        ("[::1]:26", "::1", 26),
        ("1.2.3.4:5", "1.2.3.4", 5),
    ] {
        assert_eq!(mail_server(right), Ok((host.to_owned(), port)));
    }
}

#[test]
fn a_mail_server_gets_each_mail_and_what_it_refuses_is_reported_and_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || mail_server_of_a_few_lines(&listener, 3));
    let scratch = Scratch::new("smtp");
    let (mailer, reports) =
        Mailer::start(&post(Some(&scratch), Some(&at)), Clock::start()).unwrap();
    for (user, token) in [("zoe", "01"), ("refused", "02"), ("yan", "03")] {
        mailer.post(&format!("{user}@example.org"), user, token).unwrap();
    }
    let reports = all(mailer, reports);
    let heard = server.join().unwrap();
    for line in
        ["MAIL FROM:<chat@example.org>", "RCPT TO:<zoe@example.org>", "RCPT TO:<yan@example.org>"]
    {
        assert!(heard.iter().any(|it| it == line), "{heard:?}");
    }
    let bodies = heard.iter().filter(|it| it.contains("This confirms it: ")).count();
    assert_eq!(bodies, 2, "{heard:?}");
    let [report] = &reports[..] else { panic!("{reports:?}") };
    let file = scratch.0.join("02.eml");
    assert!(report.starts_with(&format!("no mail to refused@example.org: {at}: ")), "{report}");
    assert!(report.contains("550") && report.contains("nobody of this name"), "{report}");
    assert!(report.ends_with(&format!("; it is kept in {}", file.display())), "{report}");
    let [kept] = &scratch.mails()[..] else { panic!("{:?}", scratch.mails()) };
    assert!(kept.contains("To: refused@example.org\r\n"), "{kept}");
}

#[test]
fn a_mail_server_that_is_not_there_or_no_mail_server_is_reported() {
    let (_held, nobody) = nobody();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = other.local_addr().unwrap().to_string();
    std::thread::spawn(move || other.accept().unwrap().0.write_all(b"\x01\xffguest-0\0\r\n"));
    for (at, why) in [(nobody.to_string(), "refused"), (at, "")] {
        let (mailer, reports) = Mailer::start(&post(None, Some(&at)), Clock::start()).unwrap();
        mailer.post("zoe@example.org", "zoe", "01").unwrap();
        let reports = all(mailer, reports);
        let [report] = &reports[..] else { panic!("{reports:?}") };
        assert!(report.starts_with(&format!("no mail to zoe@example.org: {at}: ")), "{report}");
        assert!(report.contains(why) && !report.contains("kept"), "{report}");
    }
}

#[test]
fn mails_beyond_what_may_wait_are_refused_at_once() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = silent.local_addr().unwrap().to_string();
    let (mailer, _reports) = Mailer::start(&post(None, Some(&at)), Clock::start()).unwrap();
    // One is under way at most while the others wait.
    let mut posts = (0..=MAILS_MAX + 1).map(|_| mailer.post("zoe@example.org", "zoe", "01"));
    let refused = posts.find_map(Result::err).unwrap();
    assert_eq!(refused, format!("no mail to zoe@example.org: {MAILS_MAX} mails wait already"));
}
