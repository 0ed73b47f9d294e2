//! `wireproof reproduce`: from captures of a conversation to a scenario with the faults that its network had.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_yaml::{Mapping, Value};

use super::console::Console;
use super::exit::Exit;
use super::run::{role, role_words};
use super::scenarios::transfer;
use super::{CommandError, decode, dialects, reduced};
use crate::capture::Frame;
use crate::corpus::{Corpus, Entry, Selection};
use crate::profile::DialectChoice;
use crate::protocol::{Protocol, Role, Transport};
use crate::recorded::{Sides, dialect, sides};
use crate::report::Again;
use crate::report::folder::in_file_name;
use crate::report::layout::{count, shorten, wrap};
use crate::reproduce::{
    Conversation, ConversationError, Recording, Reproduced, Views, Wanted, Written, conversation,
    reproduce, views, written,
};
use crate::runner::{EngineChoice, Ground, RunOptions, SubjectChoice};
use crate::scenario::Application;
use crate::spec::Catalogue;
use crate::variant::Variant;

/// How many faults are shown.
const SHOWN_MAX: usize = 20;
/// The seed of what the applications write, which captures do not tell.
const SEED: u64 = 1;
/// How much of a file's name is part of a title.
const NAME_MAX: usize = 60;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The capture (pcapng or pcap) of one end or of both, or one for each end, in any order
    #[arg(value_name = "CAPTURE", required = true, num_args = 1..=2)]
    captures: Vec<PathBuf>,
    /// The protocol
    #[arg(long, value_name = "PROTOCOL")]
    protocol: String,
    /// The side that the scenario judges; the suite plays the other one
    #[arg(long, value_name = "ROLE", default_value = "listener",
          value_parser = PossibleValuesParser::new(role_words()).map(|word| role(&word)))]
    role: Role,
    /// Of several conversations, the one whose connector is at this address
    #[arg(long, value_name = "ADDRESS")]
    connector: Option<SocketAddr>,
    /// Of several conversations, the one whose listener is at this address
    #[arg(long, value_name = "ADDRESS")]
    listener: Option<SocketAddr>,
    /// An option of the dialect, such as `byte_order=big`; may be repeated. By default the dialect is found that fits best
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// The transfer that the scenario is made from: its clauses, its application, who closes; the protocol's first one when left out
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
    /// Where the scenario is written
    #[arg(long, value_name = "DIR", default_value = "found")]
    out: PathBuf,
}

/// A capture that was read.
struct Read<'a> {
    path: &'a Path,
    frames: Vec<Frame>,
    sides: Sides,
    conversation: Conversation,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    if protocol.transport() == Transport::Stream {
        let what = format!("captures of {} hold no datagrams to be lost", protocol.name());
        return Err(CommandError::usage(&what));
    }
    let captures = arguments.captures.iter();
    let captures: Vec<Read<'_>> =
        captures.map(|path| read(path, protocol, arguments)).collect::<Result<_, _>>()?;
    let [first, others @ ..] = captures.as_slice() else {
        return Err(CommandError::usage(&"no capture was named"));
    };
    let dialect = if arguments.dialect.is_empty() {
        dialect(protocol, &first.sides)
    } else {
        dialects::changed(protocol, DialectChoice::default_for(protocol), &arguments.dialect)?
    };
    let views = views(&first.recording(), others.first().map(Read::recording).as_ref());
    let found = reproduce(protocol, &dialect, arguments.role, &views)
        .map_err(|error| CommandError::usage(&error))?;
    let catalogue = Catalogue::of(protocol);
    let corpus = Corpus::embedded();
    let base = transfer(&corpus, protocol.name(), arguments.scenario.as_deref())?;
    let name = first.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let entry = Sources { protocol, dialect: &dialect, views: &views, found: &found, name: &name }
        .scenario(&base, catalogue, arguments.role)?;
    show(&first.conversation, &dialect, &views, &found, protocol, console)?;
    let id = format!("{}/found/{}", protocol.name(), in_file_name(&name));
    finish(arguments, &corpus, entry, dialect, &found, &id, console)
}

/// Reads a capture, and finds the conversation in it that is meant.
fn read<'a>(
    path: &'a Path,
    protocol: &'static dyn Protocol,
    arguments: &Arguments,
) -> Result<Read<'a>, CommandError> {
    let capture = decode::capture(path)?;
    let sides = sides(protocol, &capture, arguments.listener);
    let frames = capture.frames;
    let wanted = Wanted { connector: arguments.connector, listener: arguments.listener };
    let conversation = conversation(&sides, wanted).map_err(|error| {
        let shown = path.display();
        let help = match &error {
            ConversationError::Missing => {
                "`--listener ADDRESS` names the side that answers, and `wireproof decode PROTOCOL \
                 --capture` shows what is in it"
                    .to_owned()
            }
            ConversationError::Several(all) => {
                let listed: Vec<String> =
                    all.iter().take(SHOWN_MAX).map(|one| format!("\n    {one}")).collect();
                format!("`--connector ADDRESS` chooses one of them:{}", listed.concat())
            }
        };
        let what = format!("`{shown}`: {error} of {}", protocol.name());
        CommandError::usage_with_help(&what, Some(help))
    })?;
    Ok(Read { path, frames, sides, conversation })
}

impl Read<'_> {
    fn recording(&self) -> Recording<'_> {
        Recording { frames: &self.frames, conversation: self.conversation }
    }
}

/// What a scenario is made of.
struct Sources<'a> {
    protocol: &'static dyn Protocol,
    dialect: &'a DialectChoice,
    views: &'a Views,
    found: &'a Reproduced,
    name: &'a str,
}

impl Sources<'_> {
    /// The transfer with what was written and with the faults of the network.
    fn scenario(
        &self,
        base: &Entry,
        catalogue: &Catalogue,
        role: Role,
    ) -> Result<Entry, CommandError> {
        let wrote = |side| written(self.protocol, self.dialect, self.views, side);
        let (peer, subject) = (wrote(role.peer()), wrote(role));
        let packets = base
            .scenario
            .transfer
            .as_ref()
            .is_some_and(|transfer| transfer.value.packets.is_some());
        let of = |side: &Written| if packets { side.octets } else { side.stream };
        let (ours, its) = (of(&peer), of(&subject));
        if ours + its == 0 {
            let what = "neither side wrote anything that a transfer could write again";
            return Err(CommandError::usage(&what));
        }
        let mut variant = Variant::of(base, catalogue);
        let name = shorten(self.name, NAME_MAX);
        variant.head("title", format!("the network of the capture {name}"));
        variant.why(format!("reproduced from a capture: {}", self.found.sum()));
        variant.head("subject", self.protocol.word(role));
        let common = peer.beginning.len().min(subject.beginning.len());
        let is_echo = ours == its
            && base.scenario.application == Application::Echo
            && peer.beginning.get(..common) == subject.beginning.get(..common);
        variant.writes("peer-writes", ours);
        if is_echo {
            variant.writes("subject-writes", 0);
        } else {
            variant.head("application", "control");
            variant.head("needs", vec!["control"]);
            variant.writes("subject-writes", its);
        }
        if packets {
            let writer = if ours > 0 { &peer } else { &subject };
            write_packets(&mut variant, base, writer);
        }
        variant.faults(self.found.latency, &self.found.faults);
        variant.seed(SEED);
        variant.entry().map_err(|errors| CommandError::files(&errors))
    }
}

/// Packets as one side wrote them, and the flags that a subject needs for it.
fn write_packets(variant: &mut Variant<'_>, base: &Entry, writer: &Written) {
    let mut packets = Mapping::new();
    packets.insert("octets".into(), writer.longest.into());
    packets.insert("flags".into(), writer.flags.clone().into());
    variant.transfer("packets", packets);
    let document: Mapping = serde_yaml::from_str(&base.text).unwrap_or_default();
    let mut when = document.get("when").and_then(Value::as_mapping).cloned().unwrap_or_default();
    let cut = writer.cut.then(|| "frag".to_owned());
    let flags: Vec<String> = writer.flags.iter().cloned().chain(cut).collect();
    when.insert("flags".into(), flags.into());
    variant.head("when", when);
}

/// What was found.
fn show(
    conversation: &Conversation,
    dialect: &DialectChoice,
    views: &Views,
    found: &Reproduced,
    protocol: &dyn Protocol,
    console: &mut Console<'_>,
) -> Result<(), CommandError> {
    writeln!(console.out, "{}, {dialect}", protocol.name())?;
    let Conversation { connector, listener, .. } = conversation;
    let [word, other] = [Role::Connector, Role::Listener].map(|role| protocol.word(role));
    let place = match views {
        Views::Both { one_clock: true, .. } => "seen at both ends".to_owned(),
        Views::Both { .. } => {
            "seen at both ends, whose clocks are set so that the way takes as long there as back"
                .to_owned()
        }
        Views::One { at, .. } => format!("seen at the {} alone", protocol.word(*at)),
    };
    let head = format!("{word} {connector}, {other} {listener}, {place}");
    console.lines(&wrap(&head, console.width))?;
    writeln!(console.out, "{}", found.sum())?;
    let shown: Vec<String> = found.faults.iter().take(SHOWN_MAX).map(reduced::line).collect();
    console.lines(&shown)?;
    if let Some(more @ 1..) = found.faults.len().checked_sub(SHOWN_MAX) {
        writeln!(console.out, "  and {more} more")?;
    }
    if found.strays > 0 {
        let strays = count(found.strays, "datagram", "datagrams");
        let what = format!(
            "{strays} came that the other end did not send so: missed by its capture, or changed in more than one bit"
        );
        console.lines(&wrap(&what, console.width))?;
    }
    if found.inferred {
        let what = "inferred from what was sent again: whether a message was lost or its answer, and what was late, only \
                    captures of both ends tell";
        console.lines(&wrap(what, console.width))?;
    }
    Ok(())
}

/// Runs the scenario against the reference, writes both, and says what came of it.
fn finish(
    arguments: &Arguments,
    corpus: &Corpus,
    entry: Entry,
    dialect: DialectChoice,
    found: &Reproduced,
    id: &str,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    let selection = Selection { scenarios: vec![entry], deselected: 0 };
    let options = RunOptions {
        dialects: vec![dialect],
        role: Some(arguments.role),
        long: true,
        ..RunOptions::of(
            corpus,
            &selection,
            SubjectChoice::Reference { mutant: None },
            EngineChoice::Sim,
        )
    };
    let ground = Ground::new(&options).map_err(|error| CommandError::usage(&error))?;
    let settings = ground.settings();
    let setting = settings
        .first()
        .ok_or_else(|| CommandError::usage(&"the transfer is not for this role"))?;
    let trial = setting
        .trial(setting.entry(), SEED)
        .map_err(|error| CommandError::Failed(error.to_string()))?;
    let happened = trial.journal.faults();
    let met = found.faults.iter().filter(|fault| {
        happened.iter().any(|met| {
            (&met.link, &met.message, met.occurrence)
                == (&fault.link, &fault.message, fault.occurrence)
        })
    });
    let met = met.count();
    let file = reduced::write(&arguments.out, id, &setting.entry().text, &trial.journal)?;
    writeln!(console.out, "written         {}", file.display())?;
    let verdict = trial.judgement.verdict;
    let all = found.faults.len();
    let faults = count(all, "fault", "faults");
    writeln!(console.out, "the reference   {verdict}; {met} of {faults} took place")?;
    let mut case = setting.case(setting.entry(), SEED, &trial);
    id.clone_into(&mut case.scenario);
    let again = Again {
        options: vec!["--scenarios".to_owned(), arguments.out.display().to_string()],
        dialect: true,
    };
    writeln!(console.out, "run it          {}", again.line(&case))?;
    Ok(Exit::Success)
}
