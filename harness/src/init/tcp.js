// The way of wireproof into an implementation: a TCP server, or a client of one. See profile.yaml.
'use strict';

const net = require('node:net');

function pair(text) {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/[[\]]/g, ''), port: Number(text.slice(colon + 1)) };
}

// A connection is there. YOUR IMPLEMENTATION GOES HERE: answer with tcp.write(octets).
function connected(tcp) {
  tcp.on('data', (octets) => console.log(`${octets.length} octets: ${octets.subarray(0, 16).toString('hex')}`));
  tcp.on('error', (error) => console.log(error.message));
}

process.on('SIGTERM', () => process.exit(0));
const { WIREPROOF_ADDRESS: listen, WIREPROOF_PEER: peer } = process.env;
if (peer) {
  const tcp = net.connect(pair(peer));
  connected(tcp);
} else if (listen) {
  net.createServer(connected).listen(pair(listen));
} else {
  console.error('this program is started by wireproof: wireproof doctor profile.yaml');
  process.exit(2);
}
