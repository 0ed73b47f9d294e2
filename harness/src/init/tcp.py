"""The way of wireproof into an implementation: a TCP server, or a client of one. See profile.yaml."""

import os
import signal
import socket
import sys
import threading

DIALECT = {name[len("WIREPROOF_"):].lower(): value for name, value in os.environ.items() if name.startswith("WIREPROOF_")}


def pair(text):
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


def connected(tcp):
    """A connection is there. YOUR IMPLEMENTATION GOES HERE: read with tcp.recv(), answer with tcp.sendall()."""
    while octets := tcp.recv(65536):
        print(f"{len(octets)} octets: {octets[:16].hex(' ')}", flush=True)
    tcp.close()


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    if not {"WIREPROOF_ADDRESS", "WIREPROOF_PEER"} & os.environ.keys():
        sys.exit("this program is started by wireproof: wireproof doctor profile.yaml")
    if "WIREPROOF_PEER" in os.environ:
        connected(socket.create_connection(pair(os.environ["WIREPROOF_PEER"])))
        return
    address = pair(os.environ["WIREPROOF_ADDRESS"])
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.create_server(address, family=family, backlog=128) as server:
        while True:
            tcp, _ = server.accept()
            threading.Thread(target=connected, args=(tcp,), daemon=True).start()


main()
