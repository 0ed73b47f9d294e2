//! The reference behind real sockets: `serve` and `connect` speak with each other, and a chat server bears with every client.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rstest::rstest;
use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Output, Scratch, program};

/// How long anything here may take on a busy machine.
const SOON: Duration = Duration::from_mins(1);

/// A `wireproof serve` that runs; killed at its end.
struct Served {
    process: Child,
    at: SocketAddr,
    /// What it says further.
    lines: Receiver<String>,
}

impl Served {
    fn start(folder: &Path, line: &str) -> Self {
        Self::run(program(folder), line)
    }

    /// One that may have only this many open files as long as it does not ask for more.
    fn start_with_few_files(folder: &Path, line: &str, files: usize) -> Self {
        let program = program(folder);
        let mut shell = Command::new("sh");
        let script = format!("ulimit -S -n {files} && exec \"$0\" \"$@\"");
        shell.current_dir(folder).args(["-c", &script]).arg(program.get_program());
        Self::run(shell, line)
    }

    fn run(mut command: Command, line: &str) -> Self {
        let line = format!("serve {line} --listen 127.0.0.1:0");
        let mut process = command
            .args(line.split_whitespace())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        let at = first.strip_prefix("listening at ").unwrap_or_else(|| panic!("{first:?}"));
        let at = at.split(' ').next().unwrap().parse().unwrap();
        // What it says further is read, so that it never waits for a reader.
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _nobody_asks = sender.send(line);
            }
        });
        Self { process, at, lines }
    }

    /// Waits for a line that has this in it.
    fn says(&self, text: &str) -> String {
        let next = || self.lines.recv_timeout(SOON).unwrap_or_else(|_| panic!("{text}: not said"));
        std::iter::repeat_with(next).find(|line| line.contains(text)).unwrap()
    }

    fn signal(&mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
        self.process.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _ended = self.process.wait();
    }
}

/// Runs `connect` with these lines on its standard input.
fn connect(folder: &Path, line: &str, input: &str) -> Output {
    let mut process = program(folder)
        .arg("connect")
        .args(line.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, input) = (process.stdin.take().unwrap(), input.to_owned());
    std::thread::spawn(move || {
        // One that ends before it reads leaves a broken pipe; what it says of that is what counts.
        let _unread = stdin.write_all(input.as_bytes());
    });
    let output = process.wait_with_output().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    Output { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[rstest]
#[case::mnet("mnet", "", "hello\nworld\n")]
#[case::mnet_in_another_dialect("mnet", "--dialect byte_order=big --dialect tags=init", "hello\n")]
#[case::paperclip("paperclip", "", "hello\n")]
fn what_is_typed_comes_back_and_the_end_of_the_input_is_the_end(
    #[case] protocol: &str,
    #[case] dialect: &str,
    #[case] text: &str,
) {
    let scratch = Scratch::new("typed");
    let mut served = Served::start(scratch.path(), &format!("{protocol} {dialect}"));
    let output = connect(scratch.path(), &format!("{protocol} {} {dialect}", served.at), text);
    assert_eq!(output.code, Some(0), "{}", output.err);
    assert_eq!((output.out.as_str(), output.err.as_str()), (text, ""));
    assert_eq!(served.signal(Signal::TERM), Some(0));
}

#[test]
fn what_takes_longer_to_come_back_than_to_be_said_comes_back_whole() {
    let scratch = Scratch::new("much");
    let served = Served::start(scratch.path(), "mnet");
    let text = ("0123456789".repeat(100) + "\n").repeat(150_000);
    let output = connect(scratch.path(), &format!("mnet {}", served.at), &text);
    assert_eq!(output.code, Some(0), "{}", output.err);
    assert!(output.out == text, "{} of {} octets came back", output.out.len(), text.len());
}

#[test]
fn nobody_there_and_bad_addresses_are_errors_that_say_so() {
    let scratch = Scratch::new("nobody");
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (protocol, at) in [("mnet", free), ("paperclip", free), ("chat", closed)] {
        let output = connect(scratch.path(), &format!("{protocol} {at}"), "hello\n");
        assert_eq!(output.code, Some(4), "{}", output.out);
        assert!(output.err.contains(&format!("nobody answers at {at}: ")), "{}", output.err);
    }
    for at in ["nowhere", "127.0.0.1", "127.0.0.1:0", "0.0.0.0:4000"] {
        assert_eq!(connect(scratch.path(), &format!("mnet {at}"), "").code, Some(2), "{at}");
    }
}

/// A client of chat that speaks octets.
struct Client(TcpStream);

impl Client {
    fn new(at: SocketAddr) -> Self {
        let stream = TcpStream::connect(at).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        Self(stream)
    }

    fn send(&mut self, octets: &[u8]) {
        self.0.write_all(octets).unwrap();
    }

    /// Reads up to these octets, which come sooner or later.
    fn until(&mut self, octets: &[u8]) {
        let mut seen = Vec::new();
        let mut octet = [0];
        while !seen.ends_with(octets) {
            assert_eq!(self.0.read(&mut octet).unwrap(), 1, "the end came after {seen:?}");
            seen.push(octet[0]);
        }
    }

    /// Says something in the echo room and hears it.
    fn echoes(&mut self) {
        self.send(b"P\xffaaaa\xff0000ECHO\xffYWxpdmU=\0");
        self.until(b"YWxpdmU=\0");
    }
}

/// Registers this user, who is logged in by that.
fn register(client: &mut Client, user: &str) {
    client.until(b"\0");
    let name = user.as_bytes();
    client.send(&[&b"\x06\xff"[..], name, b"\xffem9l\xff", name, b"@example.org\0"].concat());
    client.until(b"\x07\xff\x03\x03\x03\0");
}

fn login(client: &mut Client, user: &str, password: &str) {
    client.send(
        &[&b"\x02\xff"[..], user.as_bytes(), b"\xff", password.as_bytes(), b"\xffL\0"].concat(),
    );
    client.until(b"\x03\xff\x03\x03\x03\0");
}

#[test]
fn a_chat_server_serves_two_hundred_idle_and_twenty_active_clients_beside_those_who_do_harm() {
    let scratch = Scratch::new("crowd");
    let users: String = (0..20)
        .fold(String::new(), |users, n| users + &format!("  - {{ name: u{n}, password: zoe }}\n"));
    scratch.write("accounts.yaml", format!("users:\n{users}rooms:\n  - {{ id: ROOM0001 }}\n"));
    // The shell that started it may allow no more open files than some systems do.
    let line = "chat --accounts accounts.yaml";
    let served = Served::start_with_few_files(scratch.path(), line, 100);
    let idle: Vec<Client> = (0..200).map(|_| Client::new(served.at)).collect();
    // One sends garbage for ever, one begins a packet and says nothing more, one never reads what it asks for.
    let at = served.at;
    std::thread::spawn(move || {
        while let Ok(mut stream) = TcpStream::connect(at) {
            while stream.write_all(&[0x5a; 4096]).is_ok() {}
        }
    });
    let mut silent = Client::new(at);
    silent.send(b"\x02\xffu0");
    let mut deaf = Client::new(at);
    deaf.until(b"\0");
    login(&mut deaf, "u0", "em9l");
    std::thread::spawn(move || {
        let request = b"P\xffaaaa\xff0000ECHO\xffYWxpdmU=\0".repeat(100);
        while deaf.0.write_all(&request).is_ok() {}
    });
    let mut active: Vec<Client> = (1..20).map(|_| Client::new(at)).collect();
    for (number, client) in (1..).zip(&mut active) {
        client.until(b"\0");
        login(client, &format!("u{number}"), "em9l");
        client.send(b"\xa0\xffROOM0001\xff\0");
        client.until(b"\xa1\xffROOM0001\xff\x03\0");
    }
    for _ in 0..10 {
        active.iter_mut().for_each(Client::echoes);
    }
    active[0].send(b"P\xffaaaa\xffROOM0001\xffYWxs\0");
    active.iter_mut().skip(1).for_each(|client| client.until(b"YWxs\0"));
    drop(idle);
    active.iter_mut().for_each(Client::echoes);
}

#[test]
fn who_registered_can_log_in_after_the_server_was_killed_and_was_sent_a_mail() {
    let scratch = Scratch::new("registered");
    scratch.write(
        "accounts.yaml",
        "users: []\nrooms: []\nmail: { from: chat@example.org, directory: mail }\n",
    );
    let mut served = Served::start(scratch.path(), "chat --accounts accounts.yaml");
    for user in ["zoe", "yan"] {
        register(&mut Client::new(served.at), user);
    }
    served.signal(Signal::KILL);
    let served = Served::start(scratch.path(), "chat --accounts accounts.yaml");
    for user in ["zoe", "yan"] {
        let mut client = Client::new(served.at);
        client.until(b"\0");
        login(&mut client, user, "em9l");
        client.echoes();
    }
    let files = fs::read_dir(scratch.path().join("mail")).unwrap().map(|it| it.unwrap().path());
    let mails: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|it| it == "eml"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().any(|mail| mail.contains("To: zoe@example.org\r\n")), "{mails:?}");
}

/// Accounts whose mails go to this mail server.
fn accounts_with_mails_to(scratch: &Scratch, server: SocketAddr) {
    let mail = format!("mail: {{ from: chat@example.org, smtp: \"{server}\" }}");
    scratch.write("accounts.yaml", format!("users: []\nrooms: []\n{mail}\n"));
}

#[test]
fn a_mail_server_that_is_not_there_is_said_and_registers_all_the_same() {
    let scratch = Scratch::new("no-mail-server");
    // Bound, so that nobody else gets the port, and not listening.
    let held = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&held, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let nobody = SocketAddr::try_from(getsockname(&held).unwrap()).unwrap();
    accounts_with_mails_to(&scratch, nobody);
    let mut served = Served::start(scratch.path(), "chat --accounts accounts.yaml");
    let mut zoe = Client::new(served.at);
    register(&mut zoe, "zoe");
    let line = served.says("no mail to");
    assert!(line.contains(&format!("no mail to zoe@example.org: {nobody}: ")), "{line}");
    register(&mut Client::new(served.at), "yan");
    zoe.echoes();
    assert_eq!(served.signal(Signal::TERM), Some(0));
}

#[test]
fn a_mail_server_that_says_nothing_holds_up_neither_clients_nor_the_end() {
    let scratch = Scratch::new("silent-mail-server");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    accounts_with_mails_to(&scratch, silent.local_addr().unwrap());
    let mut served = Served::start(scratch.path(), "chat --accounts accounts.yaml");
    let mut clients: Vec<Client> = (0..3).map(|_| Client::new(served.at)).collect();
    for (client, user) in clients.iter_mut().zip(["zoe", "yan", "xe"]) {
        register(client, user);
        client.echoes();
    }
    // The mail server has been asked, and nobody has waited for it.
    let (mut asked, _) = silent.accept().unwrap();
    assert_eq!(served.signal(Signal::TERM), Some(0));
    let line = served.says("the mail server did not answer");
    assert!(line.contains("mails that waited are not sent"), "{line}");
    asked.set_read_timeout(Some(SOON)).unwrap();
    assert_eq!(asked.read(&mut [0]).unwrap(), 0, "nothing was said before the greeting");
}

#[test]
fn a_typed_line_is_said_in_the_room_and_what_others_say_is_shown() {
    let scratch = Scratch::new("chat-typed");
    let served = Served::start(scratch.path(), "chat");
    let mut bob = Client::new(served.at);
    bob.until(b"\0");
    login(&mut bob, "bob", "YnVpbGRlcg==");
    bob.send(b"\xa0\xffROOM0001\xff\0");
    bob.until(b"\xa1\xffROOM0001\xff\x03\0");
    let output = connect(
        scratch.path(),
        &format!("chat {}", served.at),
        "hi\n/dance\n/say 0000ECHO to myself\n",
    );
    assert_eq!(output.code, Some(0), "{}", output.err);
    assert!(output.out.contains("there is no `/dance`"), "{}", output.out);
    assert!(output.out.contains("replied { codes: [3,3,3], to: \"login\" }"), "{}", output.out);
    bob.until(b"aGk=\0");
}
