//! Weather on the command line, for the commands that stand between two programs.

use serde::Serialize;
use serde::de::DeserializeOwned;
use simulator::{
    Burst, DelayRange, Distribution, Fates, PerMillion, Preset, Rate, StreamEntry, StreamFates,
    StreamWeather, Weather,
};

use super::CommandError;
use crate::proxy::Heading;
use crate::scenario::{Direction, Network};
use crate::yaml;

/// Weather on the command line, in the words of scenarios.
#[derive(Debug, clap::Args, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct WeatherArguments {
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

impl WeatherArguments {
    /// What is stated, in words.
    pub(super) fn words(&self) -> Vec<String> {
        let stated = serde_json::to_value(self).unwrap_or_default();
        let stated = stated.as_object().into_iter().flatten();
        stated
            .filter(|(name, value)| {
                !value.is_null() && (*name != "stall-for" || self.stall.is_some())
            })
            .map(|(name, value)| match value.as_str() {
                Some(word) => format!("{name} {word}"),
                None => format!("{name} {value}"),
            })
            .collect()
    }

    /// This weather in the place of what a network says; what is not stated stays as it is there.
    pub(super) fn over(&self, network: Network) -> Result<Network, CommandError> {
        let direction = |option: &str, text: Option<&String>| -> Result<_, CommandError> {
            let Some(text) = text else { return Ok(None) };
            let read = yaml::read::<Direction>(option, &format!("{{ {text} }}"));
            read.map(Some).map_err(|error| CommandError::files(&[error]))
        };
        Ok(Network {
            preset: self.preset.or(network.preset),
            delay: self.delay.or(network.delay),
            distribution: self.distribution.or(network.distribution),
            lose: self.lose.or(network.lose),
            burst: self.burst.or(network.burst),
            repeat: self.repeat.or(network.repeat),
            storm: self.storm.or(network.storm),
            reorder: self.reorder.or(network.reorder),
            damage: self.damage.or(network.damage),
            cut: self.cut.or(network.cut),
            rate: self.rate.or(network.rate),
            queue: self.queue.or(network.queue),
            to_subject: direction("--to-server", self.to_server.as_ref())?.or(network.to_subject),
            to_peer: direction("--to-client", self.to_client.as_ref())?.or(network.to_peer),
            ..network
        })
    }

    /// Whether nothing is stated that only streams have.
    pub(super) fn for_datagrams(&self) -> Result<(), CommandError> {
        if self.join.is_some() || self.stall.is_some() {
            let what = "--join and --stall are for streams; datagrams have --reorder, --delay";
            return Err(CommandError::usage(&what));
        }
        Ok(())
    }

    /// What happens to streams, to the server and to clients, to which not everything can happen that happens to datagrams:
    /// weather, or these entries.
    pub(super) fn for_streams(
        &self,
        network: &Network,
        entries: &[StreamEntry],
        is_scheduled: bool,
        seed: u64,
    ) -> Result<[StreamFates; 2], CommandError> {
        let Self { join, stall, stall_for, .. } = *self;
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
            let help =
                "what happens to streams: --delay, --cut, --join, --stall, --fault".to_owned();
            return Err(CommandError::usage_with_help(&what, Some(help)));
        }
        let probable = weathers.iter().any(|weather| weather.cut != never)
            || [join, stall].into_iter().flatten().any(|it| it != never);
        if probable && is_scheduled {
            let what = "faults at octets are given, and so is weather: it would do nothing";
            return Err(CommandError::usage(&what));
        }
        Ok(weathers.map(|weather| {
            let latency = weather.delay.min();
            if !probable {
                return StreamFates::Schedule { latency, entries: entries.to_vec() };
            }
            StreamFates::Weather {
                seed,
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
}

fn weather(network: &Network, heading: Heading) -> Weather {
    match heading {
        Heading::ToServer => network.weather_to_subject(),
        Heading::ToClient => network.weather_to_peer(),
    }
}

/// What a network does to datagrams, to the server and to clients.
pub(super) fn datagrams(network: &Network, seed: u64) -> [Fates; 2] {
    Heading::ALL.map(|heading| {
        let fates = Fates::Weather { seed, weather: weather(network, heading) };
        match network.schedule() {
            Some(schedule) => fates.replaying(schedule),
            None => fates,
        }
    })
}

/// Reads what stands in YAML, for an option.
fn of_yaml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
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
