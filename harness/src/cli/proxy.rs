//! `wireproof proxy`: a fault proxy between any two programs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Deserialize;
use simulator::{DelayRange, Entry, Fate, Span, StreamFate, StreamFates};

use super::console::Console;
use super::exit::Exit;
use super::weather::{self, WeatherArguments};
use super::{CommandError, dialects};
use crate::journal::Journal;
use crate::profile::DialectChoice;
use crate::protocol::Transport;
use crate::proxy::{self, Options, Outputs, ProxyError, Rule, Selector, Summary, recorded};
use crate::scenario::Network;
use crate::yaml;

/// The word for protocols that nobody here knows.
const RAW: &str = "raw";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol, such as `mnet`, or `raw` for one that is not known
    #[arg(value_name = "PROTOCOL")]
    protocol: String,
    /// The address that clients come to; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4001")]
    listen: SocketAddr,
    /// The server, such as `127.0.0.1:4000` or `example.org:4000`
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// What `raw` carries: datagrams (udp) or streams (tcp)
    #[arg(long, value_enum, value_name = "TRANSPORT")]
    over: Option<Over>,
    /// An option of the dialect, such as `byte_order=big`; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// What all faults are drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    weather: WeatherArguments,
    /// Takes the network of a YAML file, which may be a scenario: weather or a schedule
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    network: Option<PathBuf>,
    /// Loses the datagrams that this selects, such as `DATA#2`; may be repeated
    #[arg(long, value_name = "SELECTOR")]
    drop: Vec<String>,
    /// From what this selects on, the client has another port towards the server; may be repeated
    #[arg(long, value_name = "SELECTOR")]
    rebind: Vec<String>,
    /// Gives what is selected this fate, such as `DATA#2: { repeat: 1 }`; on streams by octet, `4096: { end: reset }`; may be
    /// repeated
    #[arg(long, value_name = "SELECTOR: FATE")]
    fault: Vec<String>,
    /// Writes every datagram or piece of a stream to this file, with what was decided and why
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Writes what passed to this file (pcapng), with the faults as comments
    #[arg(long, value_name = "FILE")]
    capture: Option<PathBuf>,
    /// Takes the decisions of this journal again, and says which of them nothing matched
    #[arg(long, value_name = "JOURNAL")]
    replay: Option<PathBuf>,
    /// Prints only the summary, no line for each fault
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Over {
    Udp,
    Tcp,
}

/// A file with a network; of a scenario, the other keys are left alone.
#[derive(Deserialize)]
struct NetworkFile {
    network: Network,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let options = options(arguments)?;
    let journal = arguments.journal.as_deref().map(create).transpose()?;
    let capture = arguments.capture.as_deref().map(create).transpose()?;
    let Console { out, err, .. } = console;
    let faults: Option<&mut dyn io::Write> = if arguments.quiet { None } else { Some(&mut **err) };
    let outputs = Outputs { out: &mut **out, faults, journal, capture, entries: None };
    let summary = proxy::run(&options, outputs).map_err(|error| match error {
        ProxyError::Fates(error) => CommandError::usage(&error),
        error => CommandError::Failed(error.to_string()),
    })?;
    show(&options, &summary, console)?;
    Ok(Exit::Success)
}

fn create(path: &Path) -> Result<File, CommandError> {
    File::create(path).map_err(|error| {
        CommandError::usage(&format!("cannot write `{}`: {error}", path.display()))
    })
}

/// The last lines: what there was, and what was asked for and never came.
fn show(options: &Options, summary: &Summary, console: &mut Console<'_>) -> io::Result<()> {
    let Summary { clients, datagrams, streams, unbitten, unbitten_streams, idle } = summary;
    let out = &mut console.out;
    match options.transport {
        Transport::Datagrams => {
            let [to_server, to_client] = datagrams;
            writeln!(out, "clients: {clients}")?;
            writeln!(out, "to server: {to_server}")?;
            writeln!(out, "to client: {to_client}")?;
        }
        Transport::Stream => {
            let [to_server, to_client] = streams;
            writeln!(out, "connections: {clients}")?;
            writeln!(out, "to server: {to_server}")?;
            writeln!(out, "to client: {to_client}")?;
        }
    }
    for Entry { link, message, occurrence, .. } in unbitten {
        writeln!(out, "not matched: {link}, {message}, number {occurrence}")?;
    }
    for entry in unbitten_streams {
        writeln!(out, "not matched: {}, octet {}", entry.link, entry.offset)?;
    }
    for rule in idle {
        writeln!(out, "not matched: {rule}")?;
    }
    Ok(())
}

fn options(arguments: &Arguments) -> Result<Options, CommandError> {
    let protocol = match arguments.protocol.as_str() {
        RAW => None,
        name => Some(dialects::protocol(name)?),
    };
    let dialect = protocol.map_or_else(
        || match arguments.dialect.first() {
            None => Ok(DialectChoice::default()),
            Some(_) => Err(CommandError::usage(&"`raw` has no dialects")),
        },
        |protocol| {
            dialects::changed(protocol, DialectChoice::default_for(protocol), &arguments.dialect)
        },
    )?;
    let transport = match (protocol, arguments.over) {
        (Some(protocol), None) => protocol.transport(),
        (Some(_), Some(_)) => {
            let what = "--over goes with `raw`: the protocol says what it travels over";
            return Err(CommandError::usage(&what));
        }
        (None, None | Some(Over::Udp)) => Transport::Datagrams,
        (None, Some(Over::Tcp)) => Transport::Stream,
    };
    let Asked { network, streams: recorded } = network(arguments)?;
    let mut rules = Vec::new();
    let mut offsets = Vec::new();
    match transport {
        Transport::Datagrams => {
            arguments.weather.for_datagrams()?;
            let parse = |text: &str| {
                Selector::parse(text, protocol)
                    .map_err(|error| CommandError::usage_with_help(&error.message, error.help))
            };
            for text in &arguments.drop {
                let selector = parse(text)?;
                rules.push(Rule { selector, fate: Fate::LOST, text: format!("--drop '{text}'") });
            }
            let of_client = |selector: Selector| {
                selector.to_server().ok_or_else(|| {
                    let what = "only what a client sends can come from another port";
                    CommandError::usage_with_help(&what, Some("name `to-server`".to_owned()))
                })
            };
            for text in &arguments.rebind {
                let (selector, fate) =
                    (of_client(parse(text)?)?, Fate { rebind: true, ..Fate::USUAL });
                rules.push(Rule { selector, fate, text: format!("--rebind '{text}'") });
            }
            for text in &arguments.fault {
                let (selected, fate) = fault::<Fate>(text)?;
                let mut selector = parse(&selected)?;
                if fate.rebind {
                    selector = of_client(selector)?;
                }
                rules.push(Rule { selector, fate, text: format!("--fault '{text}'") });
            }
        }
        Transport::Stream => {
            if !arguments.rebind.is_empty() {
                let what = "--rebind is for datagrams: a connection is bound to its port";
                return Err(CommandError::usage(&what));
            }
            if !arguments.drop.is_empty() {
                let what = "--drop is for datagrams; a stream is ended with --fault '4096: { end: reset }'";
                return Err(CommandError::usage(&what));
            }
            for text in &arguments.fault {
                let (selected, fate) = fault::<StreamFate>(text)?;
                let (heading, offset) = proxy::direction(&selected);
                let offset = offset.parse().map_err(|_| {
                    let help = "faults of streams are at octets, counted from 0".to_owned();
                    CommandError::usage_with_help(&format!("`{offset}` is no octet"), Some(help))
                })?;
                offsets.push((heading, offset, fate));
            }
        }
    }
    let options = Options {
        protocol,
        dialect,
        transport,
        listen: arguments.listen,
        to: address(&arguments.to)?,
        seed: arguments.seed,
        datagrams: weather::datagrams(&network, arguments.seed),
        streams: [StreamFates::usual(Span::ZERO), StreamFates::usual(Span::ZERO)],
        rules,
        offsets,
    };
    if transport == Transport::Datagrams {
        return Ok(options);
    }
    let is_scheduled = recorded.is_some() || !options.offsets.is_empty();
    let entries = recorded.unwrap_or_default();
    let streams =
        arguments.weather.for_streams(&network, &entries, is_scheduled, arguments.seed)?;
    Ok(Options { streams, ..options })
}

/// What the command line says the network does, in both forms.
struct Asked {
    network: Network,
    /// Decisions of an earlier run, on streams.
    streams: Option<Vec<simulator::StreamEntry>>,
}

/// The network of the file, the journal or the options; an option counts more than the file.
fn network(arguments: &Arguments) -> Result<Asked, CommandError> {
    let options = &arguments.weather;
    let mut network = Network::default();
    let mut streams = None;
    if let Some(path) = &arguments.network {
        let name = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| CommandError::usage(&format!("cannot read `{name}`: {error}")))?;
        let file: NetworkFile =
            yaml::read(&name, &text).map_err(|error| CommandError::files(&[error]))?;
        network = file.network;
    }
    if let Some(path) = &arguments.replay {
        let name = path.display().to_string();
        let file = File::open(path)
            .map_err(|error| CommandError::usage(&format!("cannot open `{name}`: {error}")))?;
        let journal = Journal::read(BufReader::new(file)).map_err(|error| {
            let help = "a schedule in YAML is taken with --network".to_owned();
            CommandError::usage_with_help(&format!("`{name}`: {error}"), Some(help))
        })?;
        let (entries, of_streams, latency) = recorded(journal);
        network.delay = Some(DelayRange::exactly(latency));
        network.schedule = Some(yaml::Located { value: entries, ..Default::default() });
        streams = Some(of_streams);
    }
    let network = options.over(network)?;
    if network.schedule.is_some() && network.states_weather() {
        let what = "a schedule is given, and so is weather: it would do nothing";
        let help = "leave out the schedule or the options that state probabilities".to_owned();
        return Err(CommandError::usage_with_help(&what, Some(help)));
    }
    Ok(Asked { network, streams })
}

/// Reads `DATA#2: { repeat: 1 }`.
fn fault<F: for<'de> Deserialize<'de>>(text: &str) -> Result<(String, F), CommandError> {
    let one: BTreeMap<String, F> =
        yaml::read("--fault", text).map_err(|error| CommandError::files(&[error]))?;
    one.into_iter().next().ok_or_else(|| {
        let help = "a fault is written like `DATA#2: { repeat: 1 }`".to_owned();
        CommandError::usage_with_help(&"--fault without a fault", Some(help))
    })
}

/// The address of a server, which may be a name.
fn address(text: &str) -> Result<SocketAddr, CommandError> {
    let found = text.to_socket_addrs().map(|mut all| all.next());
    let help =
        || Some("an address is written like `127.0.0.1:4000` or `example.org:4000`".to_owned());
    match found {
        Ok(Some(address)) => Ok(address),
        Ok(None) => Err(CommandError::usage_with_help(&format!("`{text}` has no address"), help())),
        Err(error) => {
            let what = format!("`{text}` is no address that can be found: {error}");
            Err(CommandError::usage_with_help(&what, help()))
        }
    }
}
