#!/usr/bin/env python3
"""MNET in both roles with an application that echoes, whole or broken on purpose.

Started by a suite it reads WIREPROOF_PROTOCOL, _ROLE, _ADDRESS or _PEER, _BYTE_ORDER, _TAGS and
_GIVEN from the environment; by hand it takes options, which come first. With `--control` it does
what lines of JSON on standard input say, and tells on standard output what happens.

A listener ends with 0 on SIGTERM. A connector opens one session at once and ends with it: with 0,
but by hand with 1 if the session failed. The status is 2 for what this program does not have.
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
from mnet.application import Application
from mnet.breaks import BREAKS, Broken
from mnet.connector import Connector
from mnet.control import Control
from mnet.cookie import DEFAULT_LIFETIME_MS
from mnet.listener import Listener
from mnet.setting import read_dialect, read_lifetime_ms, read_start
from mnet.wire import BYTE_ORDERS, TAG_RULES

FAILURE = 1
USAGE_ERROR = 2


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description="MNET in both roles.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--listen", metavar="ADDRESS", help="127.0.0.1:4000 or [::1]:4000")
    what.add_argument("--connect", metavar="ADDRESS", help="127.0.0.1:4000 or [::1]:4000")
    what.add_argument("--control", action="store_true", help="lines of JSON say what to do")
    what.add_argument("--list-breaks", action="store_true",
                      help="name, clause, sentence and who shows it")
    parser.add_argument("--byte-order", choices=BYTE_ORDERS)
    parser.add_argument("--tags", choices=TAG_RULES)
    parser.add_argument("--break", dest="broken", metavar="NAME", help="break one clause",
                        default=os.environ.get("MNET_BREAK") or None)
    return parser.parse_args()


def run_control(arguments, terminated):
    """Serves control lines until stop, the end of standard input or SIGTERM."""
    serve_lines(Loop(terminated), lambda say, loop: Control(arguments.broken, say, loop))
    return 0


def run_listener(arguments, terminated):
    """Serves until SIGTERM."""
    address = arguments.listen or os.environ.get("WIREPROOF_ADDRESS")
    if not address:
        raise SettingError("no address: --listen or WIREPROOF_ADDRESS")
    broken, given = Broken(arguments.broken), read_given()
    lifetime_ms = read_lifetime_ms(given, DEFAULT_LIFETIME_MS)
    dialect = read_dialect(arguments.byte_order, arguments.tags)
    with bind(*parse_address(address)) as sock:
        host, port = sock.getsockname()[:2]
        print(f"mnet_subject: at {host} port {port}", file=sys.stderr, flush=True)
        listener = Listener(dialect, port, broken, lifetime_ms, start=read_start(given))
        serve(sock, listener, terminated)
    return 0


def run_connector(arguments, terminated):
    """Opens one session and serves it to its end."""
    peer = arguments.connect or os.environ.get("WIREPROOF_PEER")
    if not peer:
        raise SettingError("no peer: --connect or WIREPROOF_PEER")
    address, broken = socket_address(peer), Broken(arguments.broken)
    dialect = read_dialect(arguments.byte_order, arguments.tags)
    application = Application(broken)
    connector = Connector(dialect, broken, application, read_start(read_given()))

    def over():
        return connector.idle and not connector.lingers(time.monotonic())

    with bind_towards(address) as sock:
        connector.open(address, time.monotonic())
        serve(sock, connector, terminated, over)
    # A suite takes any status but 0 for a crash.
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
            return run_control(arguments, terminated)
        role = "connector" if arguments.connect else read_role(
            "mnet", ("listener", "connector"))
        if role == "connector" and not arguments.listen:
            return run_connector(arguments, terminated)
        return run_listener(arguments, terminated)
    except (ValueError, OSError) as error:
        print(f"mnet_subject: {error}", file=sys.stderr)
        return USAGE_ERROR


if __name__ == "__main__":
    sys.exit(main())
