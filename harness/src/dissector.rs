//! Dissectors for Wireshark, in Lua: made from the tables in which a protocol declares its packets.
//!
//! The table of packets, the options of the dialect and how each dialect lays out fields are written as tables of Lua. One script
//! for all protocols in datagrams walks them; another one shows the packets of streams, which the protocol itself finds.

use std::fmt::Write;

use reference::wire::{ByteOrder, FieldSpec, Kind, PacketSpec, Presence, Width};

use crate::journal::HexOctets;
use crate::profile::{DialectChoice, Grade, OptionChoice};
use crate::protocol::{Protocol, Transport};

/// Fields and preferences.
const FIELDS: &str = include_str!("dissector/fields.lua");
/// Walks the tables, for a datagram.
const DATAGRAMS: &str = include_str!("dissector/datagrams.lua");
/// Shows what a protocol finds in a stream.
const STREAMS: &str = include_str!("dissector/streams.lua");
/// The dissector itself, and where it is registered.
const REGISTRATION: &str = include_str!("dissector/registration.lua");

/// What a protocol without checks of its own has in their place.
const NO_CHECKS: &str = "local function check() end\n";

/// The dissector of a protocol.
pub fn lua(protocol: &dyn Protocol) -> String {
    let transport = match protocol.transport() {
        Transport::Datagrams => "udp",
        Transport::Stream => "tcp",
    };
    let name = protocol.name();
    let mut text = format!(
        "-- A Wireshark dissector of {name}, made by wireproof {version}: wireproof dissector {name}\n\
         -- Put it into the folder of personal Lua plugins (Help, About Wireshark, Folders), or name it: tshark -X lua_script:FILE\n\n\
         local NAME = {lower}\nlocal TITLE = {title}\nlocal TRANSPORT = \"{transport}\"\n",
        version = env!("CARGO_PKG_VERSION"),
        lower = quoted(name),
        title = quoted(&name.to_uppercase()),
    );
    options(protocol, &mut text);
    packets(protocol.packets(), &mut text);
    match protocol.transport() {
        Transport::Datagrams => {
            let _ = writeln!(text, "local MAGIC = {}\n", quoted(&magic(protocol)));
            text.push_str(protocol.dissector_checks().unwrap_or(NO_CHECKS));
            text.push_str(FIELDS);
            text.push_str(DATAGRAMS);
        }
        Transport::Stream => {
            text.push_str(FIELDS);
            text.push_str(&protocol.dissector_framing().unwrap_or_default());
            text.push_str(STREAMS);
        }
    }
    text.push_str(REGISTRATION);
    text
}

/// A string of Lua. The names in tables are words and letters.
fn quoted(text: &str) -> String {
    serde_json::json!(text).to_string()
}

/// The dialect's options, and how each dialect lays out fields.
fn options(protocol: &dyn Protocol, text: &mut String) {
    text.push_str("\n-- The options of the dialect, and how each dialect lays out fields.\nlocal OPTIONS = {\n");
    for option in protocol.dialect_options() {
        let values: Vec<String> = option.values.iter().map(|value| quoted(value)).collect();
        let (name, values) = (quoted(option.name), values.join(", "));
        let _ = writeln!(text, "  {{ name = {name}, values = {{ {values} }} }},");
    }
    text.push_str("}\nlocal LAYOUTS = {\n");
    for dialect in DialectChoice::all(protocol) {
        let layout = protocol.layout(&dialect);
        let order = match layout.order {
            ByteOrder::Little => "little",
            ByteOrder::Big => "big",
        };
        let words: Vec<String> = protocol
            .dialect_options()
            .iter()
            .filter_map(|option| Some(format!("{}={}", option.name, dialect.value(option.name)?)))
            .collect();
        let (words, widths) = (quoted(&words.join(" ")), layout.widths + 1);
        let _ = writeln!(text, "  [{words}] = {{ order = \"{order}\", widths = {widths} }},");
    }
    text.push_str("}\n");
}

/// The table of packets.
fn packets(packets: &[PacketSpec], text: &mut String) {
    let coded = |packet: &PacketSpec| packet.fields.iter().any(|field| field.kind == Kind::Code);
    // Where the type is a field itself, it is the low half of the first octet.
    let codes = if packets.iter().any(coded) { 16 } else { 256 };
    let _ = writeln!(text, "\nlocal CODES = {codes}\nlocal PACKETS = {{");
    for packet in packets {
        let start = packet.start.unwrap_or(0);
        let (code, name) = (packet.code, quoted(packet.name));
        let _ = writeln!(text, "  {{ code = {code}, name = {name}, start = {start}, fields = {{");
        for field in packet.fields {
            let _ = writeln!(text, "    {{ {} }},", entry(field));
        }
        text.push_str("  } },\n");
    }
    text.push_str("}\n");
}

/// A field as an entry of a table.
fn entry(field: &FieldSpec) -> String {
    let mut keys = vec![
        format!("name = {}", quoted(field.name)),
        format!("label = {}", quoted(field.source_name)),
    ];
    let kind = match field.kind {
        Kind::Number | Kind::Code => "number",
        Kind::Octets => "octets",
        Kind::Length => "length",
        Kind::Flags(_) => "flags",
    };
    keys.push(format!("kind = \"{kind}\""));
    if let Kind::Flags(names) = field.kind {
        let names: Vec<String> =
            names.iter().map(|(name, bit)| format!("{{ {}, {bit} }}", quoted(name))).collect();
        keys.push(format!("flags = {{ {} }}", names.join(", ")));
    }
    keys.extend(match field.width {
        Width::Bits(bits) => Some(format!("bits = {bits}")),
        Width::Fixed(octets) => Some(format!("width = {{ {octets}, {octets} }}")),
        Width::ByLayout([one, other]) => Some(format!("width = {{ {one}, {other} }}")),
        Width::Counted => Some("counted = true".to_owned()),
        Width::Rest => Some("rest = true".to_owned()),
        Width::Delimited => Some("text = true".to_owned()),
    });
    keys.extend(match field.presence {
        Presence::Always => None,
        Presence::Flag(bit) => Some(format!("flag = {bit}")),
        Presence::IfMore => Some("if_more = true".to_owned()),
    });
    keys.join(", ")
}

/// The octets that every conversation begins with, whatever is chosen by chance, when they are enough to know the protocol by.
fn magic(protocol: &dyn Protocol) -> String {
    const ENOUGH: usize = 4;
    let options = OptionChoice::default_for(protocol);
    let packets: Vec<Vec<u8>> = DialectChoice::all(protocol)
        .iter()
        .flat_map(|dialect| {
            [1, 2]
                .map(|seed| protocol.opening(dialect, &options, Grade::Edition, [seed; 32]).packet)
        })
        .collect();
    let Some((first, others)) = packets.split_first() else { return String::new() };
    let same = (0..first.len())
        .take_while(|&place| others.iter().all(|other| other.get(place) == first.get(place)))
        .count();
    let common = first.get(..same).filter(|common| common.len() >= ENOUGH);
    common.map(|common| HexOctets(common.to_vec()).to_string()).unwrap_or_default()
}
