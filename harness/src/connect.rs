//! The reference as the side that begins, behind a real socket: lines of text go in, and what is delivered comes out.
//!
//! A line that begins with `/` is a verb of the protocol with its parameters, in their order, the last of which takes the rest:
//! `/join SECRET01 sesame`. Every other line is data: written in the session, or said in the room that was joined.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use serde_json::Value;
use simulator::Instant;
use tokio::net::UdpSocket;
use tokio::runtime;
use tokio::sync::mpsc;
use tokio::time::Sleep;

use crate::clock::{self, Clock};
use crate::journal::HexOctets;
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::{ParameterKind, Protocol, Role, SubjectSetup, Transport};
use crate::scenario::Application;
use crate::script::{AppEvent, Command, Fields, Request};
use crate::serve::{Asked, Attendant, InWords, Lines, Order, Seen, datagrams, streams};

/// Lines that wait to be taken.
const LINES_MAX: usize = 16;

/// How long nothing may have been delivered behind the last line before the session is closed: not every protocol can close
/// one way only, and what the other side has not written by then would be lost.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What to connect to, and how.
pub struct Options<'a> {
    /// The protocol.
    pub protocol: &'static dyn Protocol,
    /// The dialect.
    pub dialect: &'a DialectChoice,
    /// The address of the other side.
    pub to: SocketAddr,
    /// The mutant to be, or none.
    pub mutant: Option<&'a str>,
    /// Whether there is a line for each packet, too.
    pub packets: bool,
}

/// Why there is no session (any more).
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody is there.
    #[error("nobody answers at {to}: {why}")]
    Nobody {
        /// The address.
        to: SocketAddr,
        /// What shows it.
        why: String,
    },
    /// The session failed.
    #[error("the session with {to} failed: {why}")]
    Failed {
        /// The address.
        to: SocketAddr,
        /// How.
        why: String,
    },
    /// Something that the operating system refused.
    #[error("cannot connect: {0}")]
    Io(#[from] io::Error),
}

/// Connects, sends what the lines say, and shows what is delivered, until the session is over. The end of the input and Ctrl-C
/// close it; a second Ctrl-C ends at once.
///
/// # Errors
///
/// When nobody is there, or the session fails.
pub fn run(
    options: &Options<'_>,
    input: impl BufRead + Send + 'static,
    out: &mut dyn Write,
) -> Result<(), ConnectError> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(session(options, input, out));
    // The thread that reads lines may wait for one for ever.
    runtime.shutdown_background();
    done
}

async fn session(
    options: &Options<'_>,
    input: impl BufRead + Send + 'static,
    out: &mut dyn Write,
) -> Result<(), ConnectError> {
    let Options { protocol, dialect, to, mutant, packets } = *options;
    let clock = Clock::start();
    let (sender, lines) = mpsc::channel(LINES_MAX);
    std::thread::spawn(move || {
        // A line that cannot be read is the end of the input.
        input.lines().map_while(Result::ok).try_for_each(|line| sender.blocking_send(line))
    });
    let (choice, given) = (OptionChoice::default_for(protocol), BTreeMap::new());
    let seed = clock::fresh_seed()?;
    let setup = |local| SubjectSetup {
        dialect,
        role: Role::Connector,
        options: &choice,
        application: Application::Control,
        given: &given,
        local,
        epoch: clock.epoch(),
        seed,
        mutant,
    };
    let role = Role::Connector;
    let shown = Lines { protocol, dialect, role, packets, out, assemblies: BTreeMap::new() };
    let mut typing = Typing {
        protocol,
        to,
        lines,
        asked: Asked::new()?,
        shown,
        stage: Stage::Begin,
        last_words: None,
        closes: false,
        behind: false,
        why: None,
        heard: false,
    };
    let any: SocketAddr = if to.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0; 8], 0).into() };
    let ended = match protocol.transport() {
        Transport::Datagrams => {
            let socket = UdpSocket::bind(any).await?;
            // So that the operating system tells when nobody listens there.
            socket.connect(to).await?;
            let mut subject = protocol.reference(&setup(socket.local_addr()?));
            let net = datagrams::Real { socket, clock };
            datagrams::drive(&net, &mut *subject, &mut typing).await
        }
        Transport::Stream => {
            let mut subject = protocol.reference(&setup(any));
            let net = streams::Real { source: streams::Source::Makes(to), clock };
            streams::drive(&net, &mut *subject, &mut typing).await
        }
    };
    match (ended, typing.why) {
        (Err(error), _) if error.kind() == io::ErrorKind::ConnectionRefused => {
            Err(ConnectError::Nobody { to, why: error.to_string() })
        }
        (Err(error), _) => Err(error.into()),
        (Ok(()), Some(why)) if typing.heard => Err(ConnectError::Failed { to, why }),
        (Ok(()), Some(why)) => Err(ConnectError::Nobody { to, why }),
        (Ok(()), None) => Ok(()),
    }
}

/// Where a session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// It was not asked for yet.
    Begin,
    /// It is being opened.
    Opening,
    /// It is open; these are to be done before lines are taken.
    Open(Vec<Command>),
    /// It is over.
    Over,
}

/// Beside a session: somebody who types lines.
struct Typing<'a> {
    protocol: &'static dyn Protocol,
    to: SocketAddr,
    lines: mpsc::Receiver<String>,
    asked: Asked,
    shown: Lines<'a>,
    stage: Stage,
    /// The input has ended; waits for what is still to come.
    last_words: Option<Pin<Box<Sleep>>>,
    /// The close was asked for.
    closes: bool,
    /// What was typed is not all on its way yet.
    behind: bool,
    /// Why it has failed.
    why: Option<String>,
    /// Something has come from the other side.
    heard: bool,
}

impl Typing<'_> {
    /// What a line says; none when it says nothing that can be done.
    fn command(&mut self, line: &str) -> io::Result<Option<Command>> {
        let Some(rest) = line.strip_prefix('/') else {
            return Ok(Some(self.protocol.says(line)));
        };
        match verb(self.protocol, rest) {
            Ok(command) => Ok(Some(command)),
            Err(why) => {
                writeln!(self.shown.out, "{why}")?;
                self.shown.out.flush()?;
                Ok(None)
            }
        }
    }

    fn close(&mut self) -> Order {
        if self.closes || self.stage == Stage::Opening {
            return Order::End;
        }
        self.closes = true;
        Order::Do(Command::Close)
    }
}

impl Attendant for Typing<'_> {
    async fn order(&mut self) -> Order {
        loop {
            match &mut self.stage {
                Stage::Begin => {
                    self.stage = Stage::Opening;
                    return Order::Do(Command::Open(self.to));
                }
                Stage::Open(first) if !first.is_empty() => return Order::Do(first.remove(0)),
                Stage::Opening | Stage::Open(_) | Stage::Over => {}
            }
            let takes_lines = matches!(self.stage, Stage::Open(_)) && !self.closes;
            let over = self.last_words.is_some();
            let waited = async {
                match &mut self.last_words {
                    Some(sleep) => sleep.await,
                    None => std::future::pending().await,
                }
            };
            let line = tokio::select! {
                () = self.asked.wait() => return self.close(),
                () = waited, if takes_lines => return self.close(),
                line = self.lines.recv(), if takes_lines && !over && !self.behind => line,
            };
            let Some(line) = line else {
                self.last_words = Some(Box::pin(tokio::time::sleep(LAST_WORDS)));
                continue;
            };
            match self.command(&line) {
                Ok(Some(command)) => return Order::Do(command),
                Ok(None) => {}
                // Whoever reads what is delivered has gone.
                Err(_) => return Order::End,
            }
        }
    }

    fn behind(&mut self, is_behind: bool) {
        self.behind = is_behind;
    }

    fn seen(&mut self, now: Instant, seen: Seen<'_>) -> io::Result<()> {
        match seen {
            Seen::Received { .. } | Seen::PartReceived { .. } => self.heard = true,
            Seen::NotConnected { error } => {
                self.why = Some(error.to_string());
                self.stage = Stage::Over;
                return Ok(());
            }
            Seen::Event { event, .. } => match event {
                AppEvent::Opened => self.stage = Stage::Open(self.protocol.introduces_itself()),
                AppEvent::Closed => self.stage = Stage::Over,
                AppEvent::Failed(why) => {
                    self.why.get_or_insert_with(|| why.clone());
                    self.stage = Stage::Over;
                    return Ok(());
                }
                AppEvent::Delivered(octets) => {
                    if let Some(sleep) = &mut self.last_words {
                        sleep.as_mut().reset(tokio::time::Instant::now() + LAST_WORDS);
                    }
                    self.shown.out.write_all(octets)?;
                    return self.shown.out.flush();
                }
                AppEvent::Told(_) => {
                    if let Some(octets) = event.octets() {
                        self.shown.out.write_all(&octets)?;
                        return self.shown.out.flush();
                    }
                    writeln!(self.shown.out, "{}", InWords(event))?;
                    return self.shown.out.flush();
                }
            },
            _ => {}
        }
        if self.shown.packets { self.shown.show(now, seen) } else { Ok(()) }
    }

    fn is_done(&self) -> bool {
        self.stage == Stage::Over
    }
}

/// A verb with its parameters, the last of which takes the rest of the line.
fn verb(protocol: &dyn Protocol, line: &str) -> Result<Command, String> {
    let (name, mut rest) = line.split_once(' ').unwrap_or((line, ""));
    let verbs = protocol.verbs().iter().filter(|verb| verb.name != "open");
    let known: Vec<String> = verbs.clone().map(|verb| format!("/{}", verb.name)).collect();
    let Some(spec) = verbs.clone().find(|verb| verb.name == name) else {
        return Err(format!("there is no `/{name}`; there are {}", known.join(", ")));
    };
    let mut parameters = Vec::new();
    for (place, parameter) in spec.parameters.iter().enumerate() {
        let is_last = place + 1 == spec.parameters.len();
        let (text, after) =
            if is_last { (rest, "") } else { rest.split_once(' ').unwrap_or((rest, "")) };
        rest = after;
        if text.is_empty() {
            if parameter.required {
                return Err(format!("`/{name}` needs {}", parameter.name));
            }
            continue;
        }
        let words = || text.split_whitespace().map(Value::from).collect::<Vec<_>>();
        let value = match parameter.kind {
            ParameterKind::Octets => Value::from(HexOctets::from(text.as_bytes()).to_string()),
            ParameterKind::Text | ParameterKind::Word(_) => Value::from(text),
            ParameterKind::Texts | ParameterKind::Words(_) => Value::from(words()),
            ParameterKind::Number => {
                Value::from(text.parse::<u64>().map_err(|_| format!("`{text}` is no number"))?)
            }
            ParameterKind::Numbers => {
                let numbers: Result<Vec<u64>, _> =
                    text.split_whitespace().map(str::parse).collect();
                Value::from(numbers.map_err(|_| format!("`{text}` are no numbers"))?)
            }
        };
        parameters.push((parameter.name, value));
    }
    let parameters: Fields = parameters.into_iter().collect();
    Ok(match name {
        "close" => Command::Close,
        "abort" => Command::Abort,
        "write" if spec.parameters.len() == 1 => {
            Command::Write(parameters.octets("octets").unwrap_or_default())
        }
        _ => Command::Do(Request { verb: name.to_owned(), parameters }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::by_name;

    #[tokio::test]
    async fn a_line_waits_while_what_was_typed_before_is_not_on_its_way() {
        let mnet = by_name("mnet").unwrap();
        let to: SocketAddr = ([127, 0, 0, 1], 4000).into();
        let (dialect, mut out) = (DialectChoice::default_for(mnet), Vec::new());
        let (sender, lines) = mpsc::channel(1);
        let role = Role::Connector;
        let assemblies = BTreeMap::new();
        let shown = Lines {
            protocol: mnet,
            dialect: &dialect,
            role,
            packets: false,
            out: &mut out,
            assemblies,
        };
        let mut typing = Typing {
            protocol: mnet,
            to,
            lines,
            asked: Asked::new().unwrap(),
            shown,
            stage: Stage::Open(Vec::new()),
            last_words: None,
            closes: false,
            behind: false,
            why: None,
            heard: false,
        };
        sender.send("one".to_owned()).await.unwrap();
        typing.behind(true);
        let none = tokio::time::timeout(Duration::from_millis(20), typing.order()).await;
        assert!(none.is_err(), "{none:?}");
        typing.behind(false);
        assert_eq!(typing.order().await, Order::Do(mnet.says("one")));
    }

    #[test]
    fn verbs_take_their_parameters_in_order_and_the_last_takes_the_rest() {
        let chat = by_name("chat").unwrap();
        let Ok(Command::Do(request)) = verb(chat, "say ROOM0001 hello to  all") else { panic!() };
        assert_eq!(request.verb, "say");
        assert_eq!(request.parameters.get("room").unwrap(), "ROOM0001");
        assert_eq!(request.parameters.get("text").unwrap(), "hello to  all");
        assert_eq!(verb(chat, "close"), Ok(Command::Close));
        assert_eq!(verb(chat, "say"), Err("`/say` needs room".to_owned()));
        let unknown = verb(chat, "dance").unwrap_err();
        assert!(unknown.starts_with("there is no `/dance`; there are /login"), "{unknown}");
        let mnet = by_name("mnet").unwrap();
        assert_eq!(verb(mnet, "write a b"), Ok(Command::Write(HexOctets(b"a b".to_vec()))));
    }
}
