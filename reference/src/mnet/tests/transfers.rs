//! Whole streams through bad networks.

use super::*;
use rstest::rstest;

fn transfer(config: &Config, seed: u8, octets: usize) -> Pair {
    let mut pair = Pair::new(config);
    pair.network = storm(seed);
    let [forth, back] = [pattern(octets, 1), pattern(octets, 2)];
    pair.run_until(Instant::START + Duration::from_secs(30));
    assert_eq!((pair.at_connector.opened, pair.at_listener.opened), (1, 1), "seed {seed}");
    pair.write(Connector, &forth);
    pair.write(Listener, &back);
    pair.run_for(Duration::from_mins(5));
    assert!(pair.at_listener.heard == forth, "seed {seed}: {}", pair.at_listener.heard.len());
    assert!(pair.at_connector.heard == back, "seed {seed}: {}", pair.at_connector.heard.len());
    pair.close(Connector);
    pair.run_for(Duration::from_mins(1));
    assert_eq!(pair.at_connector.end, Some(Ok(())), "seed {seed}");
    assert_eq!(pair.at_listener.end, Some(Ok(())), "seed {seed}");
    pair
}

#[rstest]
fn sixty_four_kibibytes_each_way_come_through_a_storm(#[values(0, 1, 2, 3, 4, 5)] dialect: usize) {
    let config = Config { dialect: Dialect::ALL[dialect], ..Config::default() };
    for seed in 1..=4 {
        transfer(&config, seed, 65_536);
    }
}

#[rstest]
#[case(u32::MAX)]
#[case(u32::MAX - 30_000)]
#[case(1 << 31)]
fn a_stream_goes_on_past_the_wrap_of_its_counters(#[case] start_offset: u32) {
    let config = Config { start_offset, ..Config::default() };
    transfer(&config, 9, 65_536);
}

#[test]
fn one_seed_gives_one_log() {
    let logs = [(); 2].map(|()| transfer(&Config::default(), 5, 20_000).log);
    assert!(logs[0] == logs[1]);
}

#[test]
fn a_quiet_network_needs_no_retransmission() {
    let mut pair = Pair::established(&Config::default());
    let octets = pattern(200_000, 3);
    pair.write(Connector, &octets);
    pair.run_for(Duration::from_secs(10));
    assert!(pair.at_listener.heard == octets);
    let payload = |octets: &[u8]| match Packet::decode(octets, Dialect::default()) {
        Ok(Packet::Data { data, .. }) => data.len(),
        _ => 0,
    };
    let sent: usize = pair.log.iter().map(|(_, _, octets)| payload(octets)).sum();
    assert_eq!(sent, 200_000);
}

#[test]
fn a_fork_goes_on_as_its_original_does() {
    let mut pair = Pair::established(&Config::default());
    pair.write(Connector, &pattern(5_000, 4));
    let mut fork = pair.connector.clone();
    let due = pair.connector.poll_timeout().unwrap();
    for endpoint in [&mut pair.connector, &mut fork] {
        endpoint.handle_timeout(due);
    }
    let mut sent = 0;
    while let Some(transmit) = pair.connector.poll_transmit() {
        assert_eq!(Some(transmit), fork.poll_transmit());
        sent += 1;
    }
    assert!(sent > 0);
    assert_eq!(pair.connector.poll_timeout(), fork.poll_timeout());
}
