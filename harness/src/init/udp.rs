//! The way of wireproof into an implementation: binds a UDP socket and hands on what comes. See profile.yaml.

use std::net::{SocketAddr, UdpSocket};
use std::{env, io, process};

/// The program is to open a session with this peer. YOUR IMPLEMENTATION GOES HERE.
fn begin(_udp: &UdpSocket, _peer: SocketAddr) {}

/// A datagram has come. YOUR IMPLEMENTATION GOES HERE: answer with `udp.send_to(octets, sender)`.
fn received(_udp: &UdpSocket, octets: &[u8], sender: SocketAddr) {
    let first: String = octets.iter().take(16).map(|octet| format!("{octet:02x}")).collect();
    println!("{} octets from {sender}: {first}", octets.len());
}

/// The address that the environment names.
fn address(variable: &str) -> Option<SocketAddr> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")))
}

fn main() -> io::Result<()> {
    let (listen, peer) = (address("WIREPROOF_ADDRESS"), address("WIREPROOF_PEER"));
    let Some(local) = listen.or_else(|| Some(SocketAddr::new(peer?.ip(), 0))) else {
        eprintln!("this program is started by wireproof: wireproof doctor profile.yaml");
        process::exit(2);
    };
    let udp = UdpSocket::bind(local)?;
    if let Some(peer) = peer {
        begin(&udp, peer);
    }
    let mut buffer = [0; 65536];
    loop {
        let (length, sender) = udp.recv_from(&mut buffer)?;
        received(&udp, &buffer[..length], sender);
    }
}
