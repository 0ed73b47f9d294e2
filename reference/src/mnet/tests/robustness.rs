//! Nothing from the wire harms an endpoint.

use arbitrary::Unstructured;

use super::*;
use crate::mnet::Mutant;

/// A datagram that often is almost a packet of the session.
fn datagram(pair: &Pair, chance: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let mut octets = if chance.ratio(1, 4)? {
        chance.arbitrary()?
    } else {
        chance.arbitrary::<Packet<'_>>()?.to_octets(pair.config.dialect)
    };
    let session = pair.connector.sessions.get(&pair.session);
    if let (Some(session), Some(tag)) = (session, octets.get_mut(1..4))
        && chance.ratio(3, 4)?
    {
        tag.copy_from_slice(if chance.arbitrary()? { &session.x } else { &session.y });
    }
    Ok(octets)
}

fn abuse(mut pair: Pair, chance: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    pair.network = silence();
    for _ in 0..chance.int_in_range(1..=40)? {
        let end = if chance.arbitrary()? { Connector } else { Listener };
        match chance.int_in_range(0..=9)? {
            0 => pair.write(end, &[7; 3_000]),
            1 => pair.close(end),
            2 => pair.run_for(millis(u64::from(chance.arbitrary::<u16>()?))),
            _ => {
                let octets = datagram(&pair, chance)?;
                pair.deliver(end, &octets);
            }
        }
    }
    pair.run_for(Duration::from_mins(10));
    Ok(())
}

#[test]
fn arbitrary_datagrams_never_make_an_endpoint_panic() {
    for dialect in Dialect::ALL {
        let config = Config { dialect, ..Config::default() };
        arbtest::arbtest(|chance| abuse(Pair::established(&config), chance)).budget_ms(300);
        arbtest::arbtest(|chance| abuse(Pair::new(&config), chance)).budget_ms(100);
    }
}

#[test]
fn not_even_a_mutant_panics() {
    for mutant in Mutant::ALL {
        let config = mutated(*mutant);
        arbtest::arbtest(|chance| abuse(Pair::new(&config), chance)).budget_ms(10);
    }
}

#[test]
fn malformed_datagrams_are_discarded_and_the_session_goes_on() {
    let mut pair = Pair::established(&Config::default());
    let good = pair.data(Connector, 5, 0, b"hello").to_octets(pair.config.dialect);
    let before = pair.log.len();
    for length in 0..good.len() {
        pair.deliver(Connector, &good[..length]);
    }
    pair.deliver(Connector, &[&good[..], b"x"].concat());
    for code in 9..=255 {
        pair.deliver(Connector, &[&[code], &good[1..]].concat());
    }
    assert_eq!(pair.names(before), [""; 0]);
    assert_eq!(pair.at_listener.heard, b"");
    pair.deliver(Connector, &good);
    assert_eq!(pair.at_listener.heard, b"hello");
}
