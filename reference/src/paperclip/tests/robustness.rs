//! Nothing from the wire harms an endpoint, and nothing is left behind.

use arbitrary::Unstructured;

use super::*;
use crate::paperclip::{Fragment, Widths};

/// A datagram that often is almost a packet of the session.
fn datagram(pair: &Pair, chance: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let mut octets: Vec<u8> = match chance.int_in_range(0..=3)? {
        0 => chance.arbitrary()?,
        1 => match pair.log.len().checked_sub(1) {
            Some(last) => pair.log[chance.int_in_range(0..=last)?].2.clone(),
            None => Vec::new(),
        },
        _ => {
            let flags = Flags::from_bits(chance.arbitrary::<u8>()? & 0xf8);
            let mut body = chance.arbitrary::<Body<'_>>()?;
            if let Body::Auth { key, certificate } = &mut body {
                *key = &key[..key.len().min(255)];
                *certificate = certificate.filter(|certificate| !certificate.is_empty());
            }
            let wide = pair.config.widths == Widths::Deployed;
            let init_vector = vec![chance.arbitrary()?; if wide { 16 } else { 2 }];
            let packet = Packet {
                flags,
                fragment: Some(chance.arbitrary::<Fragment>()?),
                init_vector: Some(&init_vector),
                checksum: Some(chance.arbitrary()?),
                data: chance.arbitrary()?,
                ..Packet::new(chance.arbitrary::<u16>()? % 64, body)
            };
            packet.to_octets(pair.config.widths)
        }
    };
    if chance.ratio(1, 8)? && !octets.is_empty() {
        let place = chance.int_in_range(0..=octets.len() - 1)?;
        octets[place] = chance.arbitrary()?;
    }
    Ok(octets)
}

/// Abuses a pair; then its client ends, and nothing may be left.
fn abuse(mut pair: Pair, chance: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    pair.network = silence();
    for _ in 0..chance.int_in_range(1..=40)? {
        let end = if chance.arbitrary()? { Connector } else { Listener };
        match chance.int_in_range(0..=9)? {
            0 => {
                let flags = Flags::from_bits(chance.arbitrary()?);
                let now = pair.now;
                if let Some(id) = pair.id(end) {
                    pair.endpoint(end).write(now, id, &[7; 3_000], flags).unwrap_or_default();
                    pair.settle(end);
                }
            }
            1 => pair.run_for(millis(u64::from(chance.arbitrary::<u16>()?))),
            _ => {
                let octets = datagram(&pair, chance)?;
                pair.deliver(end, &octets);
            }
        }
    }
    let (now, id) = (pair.now, pair.session);
    pair.connector.close(now, id).unwrap_or_default();
    pair.settle(Connector);
    pair.run_for(Duration::from_mins(10));
    assert_eq!((pair.connector.sessions(), pair.listener.sessions()), (0, 0));
    Ok(())
}

#[test]
fn arbitrary_datagrams_never_make_an_endpoint_panic() {
    for widths in Widths::ALL {
        let with = Config { widths, ..Config::default() };
        let without = Config { widths, ..bare() };
        arbtest::arbtest(|chance| abuse(Pair::open(&with), chance)).budget_ms(300);
        arbtest::arbtest(|chance| abuse(Pair::new(&with), chance)).budget_ms(300);
        arbtest::arbtest(|chance| abuse(Pair::open(&without), chance)).budget_ms(300);
    }
}

#[test]
fn not_even_a_mutant_panics() {
    for mutant in Mutant::ALL {
        for config in [mutated(*mutant), Config { mutant: Some(*mutant), ..bare() }] {
            let run = |chance: &mut Unstructured<'_>| {
                let mut pair = Pair::new(&config);
                pair.network = silence();
                for _ in 0..20 {
                    let end = if chance.arbitrary()? { Connector } else { Listener };
                    let octets = datagram(&pair, chance)?;
                    pair.deliver(end, &octets);
                }
                Ok(())
            };
            arbtest::arbtest(run).budget_ms(5);
        }
    }
}

#[test]
fn ten_thousand_sessions_leave_nothing_behind() {
    for (config, sessions) in [(Config::default(), 300_u16), (bare(), 10_000)] {
        let server = Config { handshake: config.handshake, ..Config::default() };
        let mut at_listener =
            Endpoint::new(server, address(LISTENER), EPOCH, Entropy::from_seed([2; 32]));
        let mut now = Instant::START;
        let mut chance = Entropy::from_seed([5; 32]);
        for number in 0..sessions {
            let [high, low] = number.to_be_bytes();
            let from = SocketAddr::from(([10, 0, high, low], 4_000));
            let entropy = Entropy::from_seed([3; 32]);
            let mut client = Endpoint::new(config.clone(), from, EPOCH, entropy);
            let id = client.open(now, address(LISTENER)).unwrap();
            for round in 0..4 {
                client.write(now, id, &[round; 1_500], Flags::RELIABLE).unwrap_or_default();
                exchange(&mut client, &mut at_listener, now, from, &mut chance);
                now = now + millis(120);
                client.handle_timeout(now);
                at_listener.handle_timeout(now);
            }
            if number % 3 == 0 {
                client.close(now, id).unwrap_or_default();
                exchange(&mut client, &mut at_listener, now, from, &mut chance);
            }
        }
        while let Some(due) = at_listener.poll_timeout() {
            now = now.max(due);
            at_listener.handle_timeout(now);
            while at_listener.poll_transmit().is_some() || at_listener.poll_event().is_some() {}
        }
        // Late packets of ended sessions are ignored for so long, and for no longer.
        at_listener.forget_ended(now + config.timers.ended_memory);
        assert!(at_listener.is_empty(), "{} sessions are left", at_listener.sessions());
    }
}

/// Carries datagrams between a client and the server until neither has any; one in ten is lost.
fn exchange(
    client: &mut Endpoint,
    server: &mut Endpoint,
    now: Instant,
    from: SocketAddr,
    chance: &mut Entropy,
) {
    for _ in 0..1_000 {
        let mut is_quiet = true;
        while let Some(transmit) = client.poll_transmit() {
            is_quiet = false;
            if !chance.next_u32().is_multiple_of(10) {
                server.handle_datagram(now, from, &transmit.octets);
            }
        }
        while let Some(transmit) = server.poll_transmit() {
            is_quiet = false;
            if transmit.to == from && !chance.next_u32().is_multiple_of(10) {
                client.handle_datagram(now, address(LISTENER), &transmit.octets);
            }
        }
        while client.poll_event().is_some() || server.poll_event().is_some() {}
        while client.poll_secret().is_some() || server.poll_secret().is_some() {}
        if is_quiet {
            return;
        }
    }
}
