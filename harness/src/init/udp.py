"""The way of wireproof into an implementation: binds a UDP socket and hands on what comes. See profile.yaml."""

import os
import signal
import socket
import sys

DIALECT = {name[len("WIREPROOF_"):].lower(): value for name, value in os.environ.items() if name.startswith("WIREPROOF_")}


def pair(text):
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


def begin(udp, peer):
    """The program is to open a session with this peer. YOUR IMPLEMENTATION GOES HERE."""


def received(udp, octets, sender):
    """A datagram has come. YOUR IMPLEMENTATION GOES HERE: answer with udp.sendto(octets, sender)."""
    print(f"{len(octets)} octets from {sender[0]}:{sender[1]}: {octets[:16].hex(' ')}", flush=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if not {"WIREPROOF_ADDRESS", "WIREPROOF_PEER"} & os.environ.keys():
        sys.exit("this program is started by wireproof: wireproof doctor profile.yaml")
    address = pair(os.environ.get("WIREPROOF_ADDRESS") or os.environ["WIREPROOF_PEER"])
    udp = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM)
    if "WIREPROOF_ADDRESS" in os.environ:
        udp.bind(address)
    else:
        udp.bind((address[0], 0))
        begin(udp, address)
    while True:
        received(udp, *udp.recvfrom(65536)[:2])


main()
