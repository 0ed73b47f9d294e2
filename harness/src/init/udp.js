// The way of wireproof into an implementation: binds a UDP socket and hands on what comes. See profile.yaml.
'use strict';

const dgram = require('node:dgram');

function pair(text) {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/[[\]]/g, ''), port: Number(text.slice(colon + 1)) };
}

// The program is to open a session with this peer. YOUR IMPLEMENTATION GOES HERE.
function begin(udp, peer) {}

// A datagram has come. YOUR IMPLEMENTATION GOES HERE: answer with udp.send(octets, sender.port, sender.address).
function received(udp, octets, sender) {
  console.log(`${octets.length} octets from ${sender.address}:${sender.port}: ${octets.subarray(0, 16).toString('hex')}`);
}

process.on('SIGTERM', () => process.exit(0));
const { WIREPROOF_ADDRESS: listen, WIREPROOF_PEER: peer } = process.env;
if (!listen && !peer) {
  console.error('this program is started by wireproof: wireproof doctor profile.yaml');
  process.exit(2);
}
const address = pair(listen || peer);
const udp = dgram.createSocket(address.host.includes(':') ? 'udp6' : 'udp4');
udp.on('message', (octets, sender) => received(udp, octets, sender));
udp.bind({ address: address.host, port: listen ? address.port : 0 }, () => {
  if (!listen) begin(udp, address);
});
