#!/usr/bin/env python3
"""Writes the walks of the corpus: scenarios that ask for many things in an order drawn from a seed."""

import pathlib
import sys

import chat_client
import chat_server
import paperclip_client
import paperclip_server

# What each walk does.
ACTIONS = 60
SCENARIOS = pathlib.Path(__file__).parents[2] / "scenarios"


def walks():
    """Each scenario by its path below the corpus."""
    for number in range(1, 37):
        twins = number > 24
        name = "two-endpoints" if twins else "three-users"
        yield f"chat/walks/{name}-{number:02}.yaml", chat_server.Walk(number, ACTIONS, twins).yaml(number)
    for number in range(1, 19):
        yield f"chat/walks/client-{number:02}.yaml", chat_client.Walk(number, ACTIONS).yaml(number)
    for number in range(1, 25):
        # Room for as many as there are, and for fewer.
        capacity = {0: 2, 2: 3}.get(number % 4)
        yield f"paperclip/walks/server-{number:02}.yaml", paperclip_server.Walk(number, ACTIONS, capacity).yaml(number)
    for number in range(1, 19):
        yield f"paperclip/walks/client-{number:02}.yaml", paperclip_client.Walk(number, ACTIONS).yaml(number)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else SCENARIOS
    for name, text in walks():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
