#!/usr/bin/env python3
"""A chat server, or a client that says back what it hears, whole or broken on purpose.

Started by a suite it reads WIREPROOF_PROTOCOL, _ROLE, _ADDRESS or _PEER, _ENDIANNESS, _CODES,
_ENDPOINTS, _REGISTRATION, _UNKNOWN_ROOM and _GIVEN from the environment, and for a client _USER and
_PASSWORD; by hand it takes options, which come first. With `--control` it does what lines of JSON
on standard input say, and tells on standard output what happens.

A server ends with 0 on SIGTERM. A client ends with its connection, or says goodbye on SIGTERM. The
status is 2 for what this program does not have.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import time

from chat import calling
from chat.breaks import BREAKS, Broken
from chat.client import Client
from chat.control import Control
from chat.server import Server
from chat.serving import Hub, listen
from chat.setting import read_dialect, read_identity
from chat.sockets import Sockets
from chat.virtual_time import Streams
from chat.wire import CODE_DIALECTS, ENDIANNESS_DIALECTS
from chat.world import read_options, read_world
from common import virtual_time
from common.address import parse_address
from common.lines import Lines
from common.setting import SettingError, read_given, read_role

USAGE_ERROR = 2


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description="Chat in both roles.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--listen", metavar="ADDRESS", help="127.0.0.1:4000 or [::1]:4000")
    what.add_argument("--connect", metavar="ADDRESS", help="127.0.0.1:4000 or [::1]:4000")
    what.add_argument("--control", action="store_true", help="lines of JSON say what to do")
    what.add_argument("--list-breaks", action="store_true",
                      help="name, clause, sentence and who shows it")
    parser.add_argument("--endianness", choices=ENDIANNESS_DIALECTS)
    parser.add_argument("--codes", choices=CODE_DIALECTS)
    parser.add_argument("--break", dest="broken", metavar="NAME", help="break one clause",
                        default=os.environ.get("CHAT_BREAK") or None)
    return parser.parse_args()


def say(message):
    """Writes one control line."""
    print(json.dumps(message), flush=True)


async def run_control(arguments, terminated):
    """Serves control lines until stop, the end of standard input or SIGTERM."""
    sockets = Sockets()
    control = Control(arguments.broken, say, sockets)
    lines = Lines(sys.stdin.fileno(), control.take)
    loop = asyncio.get_running_loop()

    def read():
        try:
            lines.read_ready(time.monotonic())
        except BrokenPipeError:
            # The suite is gone; what is left in the buffer of standard output goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            lines.ended = True
        if lines.ended or control.stopped:
            loop.remove_reader(lines.fileno())
            terminated.set()

    loop.add_reader(lines.fileno(), read)
    await terminated.wait()
    control.end()
    await sockets.end()


async def run_server(arguments, terminated):
    """Serves until SIGTERM."""
    address = arguments.listen or os.environ.get("WIREPROOF_ADDRESS")
    if not address:
        raise SettingError("no address: --listen or WIREPROOF_ADDRESS")
    dialect = read_dialect(arguments.endianness, arguments.codes)
    world = read_world(read_given(), read_options())
    hub = Hub(Server(dialect, world, Broken(arguments.broken)))
    sock = listen(*parse_address(address))
    host, port = sock.getsockname()[:2]
    print(f"chat_subject: at {host} port {port}", file=sys.stderr, flush=True)
    serving = asyncio.create_task(hub.serve(sock))
    await terminated.wait()
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def run_client(arguments, terminated):
    """Serves one connection to its end."""
    peer = arguments.connect or os.environ.get("WIREPROOF_PEER")
    if not peer:
        raise SettingError("no peer: --connect or WIREPROOF_PEER")
    dialect = read_dialect(arguments.endianness, arguments.codes)
    client = Client(dialect, Broken(arguments.broken), read_identity())
    call = await calling.connect(parse_address(peer), client, terminated.set)
    await terminated.wait()
    if not call.lost.done():
        client.end()
        await call.finish()


async def run(arguments):
    """Does what the arguments and the environment ask for."""
    terminated = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, terminated.set)
    if arguments.control:
        await run_control(arguments, terminated)
        return
    role = "client" if arguments.connect else read_role("chat", ("server", "client"))
    if role == "client" and not arguments.listen:
        await run_client(arguments, terminated)
    else:
        await run_server(arguments, terminated)


def main():
    """Runs the program and returns its exit status."""
    arguments = parse_arguments()
    if arguments.list_breaks:
        for entry in BREAKS.values():
            print(entry.name, entry.clause, entry.sentence, entry.seen, sep="\t")
        return 0
    try:
        if os.environ.get("WIREPROOF_TIME") == "virtual":
            virtual_time.serve(
                lambda say, network: Control(arguments.broken, say, network), Streams)
            return 0
        asyncio.run(run(arguments))
    except (ValueError, OSError) as error:
        print(f"chat_subject: {error}", file=sys.stderr)
        return USAGE_ERROR
    return 0


if __name__ == "__main__":
    sys.exit(main())
