//! The way of wireproof into an implementation: a TCP server, or a client of one. See profile.yaml.

use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::{env, process, thread};

/// A connection is there. YOUR IMPLEMENTATION GOES HERE: read with `tcp.read`, answer with `tcp.write_all`.
fn connected(mut tcp: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 65536];
    loop {
        let length = tcp.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        let first: String = buffer[..length].iter().take(16).map(|octet| format!("{octet:02x}")).collect();
        println!("{length} octets: {first}");
    }
}

/// The address that the environment names.
fn address(variable: &str) -> Option<SocketAddr> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")))
}

fn main() -> io::Result<()> {
    if let Some(peer) = address("WIREPROOF_PEER") {
        return connected(TcpStream::connect(peer)?);
    }
    let Some(local) = address("WIREPROOF_ADDRESS") else {
        eprintln!("this program is started by wireproof: wireproof doctor profile.yaml");
        process::exit(2);
    };
    for tcp in TcpListener::bind(local)?.incoming() {
        let tcp = tcp?;
        thread::spawn(move || connected(tcp));
    }
    Ok(())
}
