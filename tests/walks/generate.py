#!/usr/bin/env python3
"""Writes the walks of the corpus: scenarios that ask for many things in an order drawn from a seed."""

import pathlib
import sys

import chat_client
import chat_server

# Walks of servers and of clients, and what each does.
COUNTS = (36, 18, 60)
SCENARIOS = pathlib.Path(__file__).parents[2] / "scenarios"


def walks(servers, clients, actions):
    """Each scenario by its path below the corpus."""
    for number in range(1, servers + 1):
        twins = number > servers * 2 // 3
        name = "two-endpoints" if twins else "three-users"
        yield f"chat/walks/{name}-{number:02}.yaml", chat_server.Walk(number, actions, twins).yaml(number)
    for number in range(1, clients + 1):
        yield f"chat/walks/client-{number:02}.yaml", chat_client.Walk(number, actions).yaml(number)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else SCENARIOS
    counts = [int(count) for count in sys.argv[2:]] or COUNTS
    for name, text in walks(*counts):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
