//! Tests of scenario packet.

use insta::assert_snapshot;

use super::*;
use crate::yaml;

fn error(text: &str) -> String {
    yaml::read::<OneOrMany<PacketPattern>>("p.yaml", text).expect_err("no packet").to_string()
}

#[test]
fn a_bare_name_has_a_place() {
    let template: PacketTemplate = yaml::read("p.yaml", "COOKIE-ACK").unwrap();
    let PacketTemplate::Packet { name, fields } = template else { panic!("a packet") };
    assert_eq!(
        (name.value.as_str(), name.line, name.column, name.length),
        ("COOKIE-ACK", 1, 1, 10)
    );
    assert!(fields.is_empty());
}

#[test]
fn alternatives_are_one_or_a_list() {
    let one: OneOrMany<PacketPattern> = yaml::read("p.yaml", "DATA").unwrap();
    assert_eq!(one.len(), 1);
    let many: OneOrMany<PacketPattern> =
        yaml::read("p.yaml", "[ DATA, { SHUTDOWN: { acknowledged: 5 } }, { ABORT: }, any ]")
            .unwrap();
    let places: Vec<usize> = many
        .iter()
        .map(|pattern| match pattern {
            PacketPattern::Packet { name, .. } => name.column,
            PacketPattern::Any | PacketPattern::Octets(_) => 0,
        })
        .collect();
    assert_eq!(places, [3, 11, 46, 0]);
}

#[test]
fn what_is_no_packet_is_refused_with_its_place() {
    assert_snapshot!(error("5"), @"error: p.yaml: expected a packet, such as `COOKIE-ACK`, `{ DATA: { data: hello } }` or `{ octets: de ad }`, or a list of these, found integer `5`");
    assert_snapshot!(error("[]"), @"error: p.yaml: a list of alternatives holds at least one");
    assert_snapshot!(error("{ DATA: { data: x }, data: x }"), @"error: p.yaml: `data` beside the packet: fields stand inside of it, as in `{ DATA: { data: hello } }`");
    assert_snapshot!(error("{ octets: zz }"), @"error: p.yaml: 'z' at 0 is not a hexadecimal digit");
    assert_snapshot!(error("{ DATA: 5 }"), @"
    error: expected mapping start
     --> p.yaml:1:9
      |
    1 | { DATA: 5 }
      |         ^
    ");
    assert_snapshot!(error("{}"), @"error: p.yaml: a packet has a name");
}
