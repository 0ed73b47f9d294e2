//! `wireproof proxy`: a fault proxy between any two programs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Deserialize;
use simulator::{
    Burst, DelayRange, Distribution, Entry, Fate, Fates, PerMillion, Preset, Rate, Span,
    StreamFate, StreamFates, StreamWeather, Weather,
};

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::journal::Journal;
use crate::profile::DialectChoice;
use crate::protocol::Transport;
use crate::proxy::{
    self, Heading, Options, Outputs, ProxyError, Rule, Selector, Summary, recorded,
};
use crate::scenario::{Direction, Network};
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
    /// Takes the decisions of this journal again, and says which of them nothing matched
    #[arg(long, value_name = "JOURNAL")]
    replay: Option<PathBuf>,
    /// Prints only the summary, no line for each fault
    #[arg(long)]
    quiet: bool,
}

/// Weather on the command line, in the words of scenarios.
#[derive(Debug, clap::Args)]
struct WeatherArguments {
    /// A familiar network: `wifi`, `dsl`, `3g`, `lte`, `satellite`; other options change what they state
    #[arg(long, value_name = "NAME", value_parser = preset)]
    preset: Option<Preset>,
    /// How long the network takes: `20 ms` or `5..40 ms`
    #[arg(long, value_name = "TIME")]
    delay: Option<DelayRange>,
    /// How delays are spread over their range: `uniform`, `normal`, `pareto`
    #[arg(long, value_name = "NAME", value_parser = distribution)]
    distribution: Option<Distribution>,
    /// Losses in bursts, such as `start: 1 %, end: 25 %, lose: 80 %`
    #[arg(long, value_name = "BURST", value_parser = burst)]
    burst: Option<Burst>,
    /// How many bits the network takes in a second, such as `1.6Mbit/s`
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    /// How many datagrams wait at most for a network with a rate
    #[arg(long, value_name = "N")]
    queue: Option<u16>,
    /// How often a datagram arrives twenty times more
    #[arg(long, value_name = "PERCENT")]
    storm: Option<PerMillion>,
    /// How often a datagram is lost, such as `15%`
    #[arg(long, value_name = "PERCENT")]
    lose: Option<PerMillion>,
    /// How often a datagram arrives more than once
    #[arg(long, value_name = "PERCENT")]
    repeat: Option<PerMillion>,
    /// How often a datagram is held back until later ones have passed it
    #[arg(long, value_name = "PERCENT")]
    reorder: Option<PerMillion>,
    /// How often one bit of a datagram is turned over
    #[arg(long, value_name = "PERCENT")]
    damage: Option<PerMillion>,
    /// How often a datagram loses its end; how often a stream is cut in two before an octet
    #[arg(long, value_name = "PERCENT")]
    cut: Option<PerMillion>,
    /// Streams: how often what was sent waits for what follows
    #[arg(long, value_name = "PERCENT")]
    join: Option<PerMillion>,
    /// Streams: how often a stream stalls before an octet
    #[arg(long, value_name = "PERCENT")]
    stall: Option<PerMillion>,
    /// Streams: for how long it stalls
    #[arg(long, value_name = "TIME", default_value = "50..200 ms")]
    stall_for: DelayRange,
    /// What is different on the way to the server, such as `lose: 5 %, delay: 20 ms`
    #[arg(long, value_name = "WEATHER")]
    to_server: Option<String>,
    /// What is different on the way to clients
    #[arg(long, value_name = "WEATHER")]
    to_client: Option<String>,
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
    let Console { out, err, .. } = console;
    let faults: Option<&mut dyn io::Write> = if arguments.quiet { None } else { Some(&mut **err) };
    let outputs = Outputs { out: &mut **out, faults, journal };
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
    let network = network(arguments)?;
    let mut rules = Vec::new();
    let mut offsets = Vec::new();
    match transport {
        Transport::Datagrams => {
            if arguments.weather.join.is_some() || arguments.weather.stall.is_some() {
                let what = "--join and --stall are for streams; datagrams have --reorder, --delay";
                return Err(CommandError::usage(&what));
            }
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
        datagrams: Heading::ALL.map(|heading| datagram_fates(&network, heading, arguments.seed)),
        streams: [StreamFates::usual(Span::ZERO), StreamFates::usual(Span::ZERO)],
        rules,
        offsets,
    };
    if transport == Transport::Datagrams {
        return Ok(options);
    }
    let streams = stream_fates(arguments, &network, &options)?;
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
    let direction = |option: &str, text: Option<&String>| -> Result<_, CommandError> {
        let Some(text) = text else { return Ok(None) };
        let read = yaml::read::<Direction>(option, &format!("{{ {text} }}"));
        read.map(Some).map_err(|error| CommandError::files(&[error]))
    };
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
    network.preset = options.preset.or(network.preset);
    network.delay = options.delay.or(network.delay);
    network.distribution = options.distribution.or(network.distribution);
    network.lose = options.lose.or(network.lose);
    network.burst = options.burst.or(network.burst);
    network.repeat = options.repeat.or(network.repeat);
    network.storm = options.storm.or(network.storm);
    network.reorder = options.reorder.or(network.reorder);
    network.damage = options.damage.or(network.damage);
    network.cut = options.cut.or(network.cut);
    network.rate = options.rate.or(network.rate);
    network.queue = options.queue.or(network.queue);
    network.to_subject =
        direction("--to-server", arguments.weather.to_server.as_ref())?.or(network.to_subject);
    network.to_peer =
        direction("--to-client", arguments.weather.to_client.as_ref())?.or(network.to_peer);
    if network.schedule.is_some() && network.states_weather() {
        let what = "a schedule is given, and so is weather: it would do nothing";
        let help = "leave out the schedule or the options that state probabilities".to_owned();
        return Err(CommandError::usage_with_help(&what, Some(help)));
    }
    Ok(Asked { network, streams })
}

fn weather(network: &Network, heading: Heading) -> Weather {
    match heading {
        Heading::ToServer => network.weather_to_subject(),
        Heading::ToClient => network.weather_to_peer(),
    }
}

fn datagram_fates(asked: &Asked, heading: Heading, seed: u64) -> Fates {
    let weather = weather(&asked.network, heading);
    match asked.network.schedule() {
        Some(schedule) => Fates::Weather { seed, weather }.replaying(schedule),
        None => Fates::Weather { seed, weather },
    }
}

/// The same for streams, to which not everything can happen that happens to datagrams.
fn stream_fates(
    arguments: &Arguments,
    asked: &Asked,
    options: &Options,
) -> Result<[StreamFates; 2], CommandError> {
    let Asked { network, streams } = asked;
    let WeatherArguments { join, stall, stall_for, .. } = arguments.weather;
    let never = PerMillion::NEVER;
    let weathers = Heading::ALL.map(|heading| weather(network, heading));
    let [to_server, to_client] = &weathers;
    let only_for_datagrams = |weather: &Weather| {
        let streams = Weather { delay: weather.delay, cut: weather.cut, ..Weather::CALM };
        *weather != streams
    };
    if [to_server, to_client].into_iter().any(only_for_datagrams) {
        let what =
            "streams have no weather of datagrams, lose and repeat nothing: TCP sees to that";
        let help = "what happens to streams: --delay, --cut, --join, --stall, --fault".to_owned();
        return Err(CommandError::usage_with_help(&what, Some(help)));
    }
    let probable = weathers.iter().any(|weather| weather.cut != never)
        || [join, stall].into_iter().flatten().any(|it| it != never);
    if probable && (streams.is_some() || !options.offsets.is_empty()) {
        let what = "faults at octets are given, and so is weather: it would do nothing";
        return Err(CommandError::usage(&what));
    }
    Ok(weathers.map(|weather| {
        let latency = weather.delay.min();
        if !probable {
            return StreamFates::Schedule { latency, entries: streams.clone().unwrap_or_default() };
        }
        StreamFates::Weather {
            seed: options.seed,
            weather: StreamWeather {
                latency,
                cut: weather.cut,
                join: join.unwrap_or(never),
                stall: stall.unwrap_or(never),
                stall_for,
            },
        }
    }))
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

/// Reads what stands in YAML, for an option.
fn of_yaml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    yaml::read("the option", text).map_err(|error| error.message)
}

fn preset(text: &str) -> Result<Preset, String> {
    of_yaml(text)
}

fn distribution(text: &str) -> Result<Distribution, String> {
    of_yaml(text)
}

fn burst(text: &str) -> Result<Burst, String> {
    of_yaml(&format!("{{ {text} }}"))
}
