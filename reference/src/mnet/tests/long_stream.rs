//! A stream of more octets than a sequence number can count, made and compared as it goes: nothing of it is kept.

use super::*;
use std::collections::VecDeque;

/// The octets that pass: 4 GiB, and enough to see that the stream goes on behind them.
const OCTETS: u64 = (4 << 30) + (16 << 20);
/// The stream repeats itself after this many octets: a prime, so that octets 2^32 apart differ.
const PERIOD: usize = 65_521;
/// Octets that are written at a time.
const PIECE: usize = 16 * 1024;
/// One datagram of so many is lost.
const LOST: u64 = 10_007;
/// Datagrams under way in one direction; more means that a window grows without bound.
const UNDER_WAY_MAX: usize = 10_000;

/// A piece of the stream from here on.
fn piece(stream: &[u8], from: u64, length: usize) -> &[u8] {
    let start = usize::try_from(from % PERIOD as u64).unwrap();
    &stream[start..start + length]
}

/// One direction of the network: in order, and a little late.
#[derive(Default)]
struct Wire {
    under_way: VecDeque<(Instant, Vec<u8>)>,
    sent: u64,
}

impl Wire {
    fn carry(&mut self, now: Instant, endpoint: &mut Endpoint) {
        while let Some(transmit) = endpoint.poll_transmit() {
            self.sent += 1;
            if !self.sent.is_multiple_of(LOST) {
                self.under_way.push_back((now + LATENCY, transmit.octets));
            }
        }
        assert!(self.under_way.len() < UNDER_WAY_MAX);
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "4 GiB take seconds with `--release`, and minutes without")]
fn a_stream_goes_on_past_four_gibibytes_with_losses_and_without_growing() {
    // Every piece is a slice of it, wherever it begins.
    let stream: Vec<u8> = pattern(PERIOD, 7).repeat(3);
    let [mut connector, mut listener] = [(CONNECTOR, 1), (LISTENER, 2)].map(|(at, seed)| {
        Endpoint::new(Config::default(), address(at), EPOCH, Entropy::from_seed([seed; 32]))
    });
    let mut now = Instant::START;
    let session = connector.open(now, address(LISTENER)).unwrap();
    let [mut forth, mut back] = [Wire::default(), Wire::default()];
    let (mut written, mut heard, mut is_open) = (0_u64, 0_u64, false);
    while heard < OCTETS {
        while let Some((_, event)) = connector.poll_event() {
            assert!(!matches!(event, Event::Closed | Event::Failed(_)), "{event:?} at {heard}");
            is_open |= matches!(event, Event::Opened { .. });
        }
        while let Some((_, event)) = listener.poll_event() {
            if let Event::Delivered(octets) = event {
                for part in octets.chunks(PERIOD) {
                    assert!(part == piece(&stream, heard, part.len()), "after {heard} octets");
                    heard += part.len() as u64;
                }
            }
        }
        while is_open && written < OCTETS {
            let octets = piece(&stream, written, PIECE);
            let taken = connector.write(now, session, octets).unwrap();
            written += taken as u64;
            if taken < octets.len() {
                break;
            }
        }
        forth.carry(now, &mut connector);
        back.carry(now, &mut listener);
        let arrivals = [&forth, &back].map(|wire| wire.under_way.front().map(|(at, _)| *at));
        let timers = [connector.poll_timeout(), listener.poll_timeout()];
        let next = arrivals.into_iter().chain(timers).flatten().min().unwrap();
        now = now.max(next);
        if arrivals[0] == Some(next) {
            let (_, octets) = forth.under_way.pop_front().unwrap();
            listener.handle_datagram(now, address(CONNECTOR), &octets);
        } else if arrivals[1] == Some(next) {
            let (_, octets) = back.under_way.pop_front().unwrap();
            connector.handle_datagram(now, address(LISTENER), &octets);
        } else if timers[0] == Some(next) {
            connector.handle_timeout(now);
        } else {
            listener.handle_timeout(now);
        }
    }
    assert!(heard > u64::from(u32::MAX) && written >= OCTETS);
}
