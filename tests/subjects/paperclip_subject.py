#!/usr/bin/env python3
"""PaperClip in both roles with an application that echoes, whole or broken on purpose.

Started by a suite it reads WIREPROOF_PROTOCOL, _ROLE, _ADDRESS or _PEER, _WIDTHS, _HANDSHAKE, _FLAGS
and _GIVEN from the environment; by hand it takes options. With `--control` it does what lines of
JSON on standard input say, and tells on standard output what happens.

A server ends with 0 on SIGTERM. A client opens one session at once and ends with it: with 0, by hand
with 1 if the session failed. The status is 2 for what this program does not have.
"""

import argparse
import os
import sys
import time

from common import virtual_time
from common.address import parse_address
from common.control import serve_lines
from common.setting import SettingError, read_given, read_role
from common.udp import Loop, Terminated, bind, bind_towards, serve, socket_address
from paperclip.application import Application
from paperclip.breaks import BREAKS, Broken
from paperclip.control import Control
from paperclip.endpoint import Client, Server
from paperclip.setting import read_setting
from paperclip.wire import WIDTHS

FAILURE = 1
USAGE_ERROR = 2


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description="PaperClip in both roles.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--listen", metavar="ADDRESS", help="127.0.0.1:4000 or [::1]:4000")
    what.add_argument("--connect", metavar="ADDRESS", help="127.0.0.1:4000 or [::1]:4000")
    what.add_argument("--control", action="store_true", help="lines of JSON say what to do")
    what.add_argument("--list-breaks", action="store_true",
                      help="name, clause, sentence and who shows it")
    parser.add_argument("--widths", choices=WIDTHS)
    parser.add_argument("--break", dest="broken", metavar="NAME", help="break one clause",
                        default=os.environ.get("PAPERCLIP_BREAK") or None)
    return parser.parse_args()


def run_server(arguments, terminated):
    """Serves until SIGTERM."""
    address = arguments.listen or os.environ.get("WIREPROOF_ADDRESS")
    if not address:
        raise SettingError("no address: --listen or WIREPROOF_ADDRESS")
    broken, setting = Broken(arguments.broken), read_setting(read_given(), arguments.widths)
    with bind(*parse_address(address)) as sock:
        host, port = sock.getsockname()[:2]
        print(f"paperclip_subject: at {host} port {port}", file=sys.stderr, flush=True)
        serve(sock, Server(setting, broken, Application(broken)), terminated)
    return 0


def run_client(arguments, terminated):
    """Opens one session and serves it to its end."""
    peer = arguments.connect or os.environ.get("WIREPROOF_PEER")
    if not peer:
        raise SettingError("no peer: --connect or WIREPROOF_PEER")
    address, broken = socket_address(peer), Broken(arguments.broken)
    application = Application(broken)
    client = Client(read_setting(read_given(), arguments.widths), broken, application)
    with bind_towards(address) as sock:
        client.open(address, time.monotonic())
        # By hand it ends with its session; a suite may still look at what it does afterwards.
        serve(sock, client, terminated, lambda: bool(arguments.connect) and client.idle)
    failed = arguments.connect and application.failures and not terminated.flag
    return FAILURE if failed else 0


def main():
    """Runs the program and returns its exit status."""
    arguments = parse_arguments()
    if arguments.list_breaks:
        for entry in BREAKS.values():
            print(entry.name, entry.clause, entry.sentence, entry.seen, sep="\t")
        return 0
    try:
        if os.environ.get("WIREPROOF_TIME") == "virtual":
            virtual_time.serve(lambda say, network: Control(arguments.broken, say, network))
            return 0
        terminated = Terminated()
        if arguments.control:
            serve_lines(Loop(terminated), lambda say, loop: Control(arguments.broken, say, loop))
            return 0
        role = "client" if arguments.connect else read_role("paperclip", ("server", "client"))
        if role == "client" and not arguments.listen:
            return run_client(arguments, terminated)
        return run_server(arguments, terminated)
    except (ValueError, OSError) as error:
        print(f"paperclip_subject: {error}", file=sys.stderr)
        return USAGE_ERROR


if __name__ == "__main__":
    sys.exit(main())
