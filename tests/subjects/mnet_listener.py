#!/usr/bin/env python3
"""An MNET listener that writes everything back, whole or broken on purpose.

Started by a suite it reads WIREPROOF_PROTOCOL, _ROLE, _ADDRESS, _BYTE_ORDER, _TAGS and _GIVEN from
the environment; by hand it takes options, which come first. It ends with 0 on SIGTERM, with 2 when
it is asked for something that it does not have.
"""

import argparse
import os
import sys

from common.address import parse_address
from common.setting import SettingError, read_given, read_role
from common.udp import Terminated, bind, serve
from mnet.breaks import BREAKS, Broken
from mnet.cookie import DEFAULT_LIFETIME_MS
from mnet.listener import Listener
from mnet.setting import read_dialect, read_lifetime_ms
from mnet.wire import BYTE_ORDERS, TAG_RULES

USAGE_ERROR = 2


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description="An MNET listener that writes everything back.")
    parser.add_argument("--listen", metavar="ADDRESS", help="127.0.0.1:4000 or [::1]:4000")
    parser.add_argument("--byte-order", choices=BYTE_ORDERS)
    parser.add_argument("--tags", choices=TAG_RULES)
    parser.add_argument("--cookie-lifetime-ms", type=int, metavar="MS")
    parser.add_argument("--break", dest="broken", metavar="NAME", help="break one clause")
    parser.add_argument("--list-breaks", action="store_true", help="name, clause and sentence")
    return parser.parse_args()


def start(arguments):
    """The bound socket and the listener; raises `ValueError` or `OSError`."""
    read_role("mnet", ("listener",))
    broken = Broken(arguments.broken or os.environ.get("MNET_BREAK") or None)
    address = arguments.listen or os.environ.get("WIREPROOF_ADDRESS")
    if not address:
        raise SettingError("no address: --listen or WIREPROOF_ADDRESS")
    given = read_given()
    if arguments.cookie_lifetime_ms is not None:
        given["cookie-lifetime-ms"] = arguments.cookie_lifetime_ms
    lifetime_ms = read_lifetime_ms(given, DEFAULT_LIFETIME_MS)
    dialect = read_dialect(arguments.byte_order, arguments.tags)
    sock = bind(*parse_address(address))
    return sock, Listener(dialect, sock.getsockname()[1], broken, lifetime_ms)


def main():
    """Runs the program and returns its exit status."""
    arguments = parse_arguments()
    if arguments.list_breaks:
        for entry in BREAKS.values():
            if entry.seen in ("listener", "either"):
                print(entry.name, entry.clause, entry.sentence, sep="\t")
        return 0
    terminated = Terminated()
    try:
        sock, listener = start(arguments)
    except (ValueError, OSError) as error:
        print(f"mnet_listener: {error}", file=sys.stderr)
        return USAGE_ERROR
    host, port = sock.getsockname()[:2]
    print(f"mnet_listener: at {host} port {port}", file=sys.stderr, flush=True)
    with sock:
        serve(sock, listener, terminated)
    return 0


if __name__ == "__main__":
    sys.exit(main())
