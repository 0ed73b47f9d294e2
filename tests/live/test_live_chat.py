"""The suite judges the chat subject over real sockets: whole, in every dialect and option, and broken.

LIVE_ALL judges every break of a server instead of one for each clause.
"""

import os
import unittest

import live
import switches_chat
from cases import Breaks, Live
from chat.breaks import BREAKS

PROFILE = "python-chat-server.yaml"
DIALECTS = [("number", "decimal"), ("letter", "hex"), ("number", "hex")]
OPTIONS = ("endpoints: several", "registration: registers", "unknown-room: created")
# The breaks that a server shows to its clients.
OF_A_SERVER = {name: entry for name, entry in BREAKS.items() if entry.seen == "server"}
# The first break of each clause that is told by that clause.
ONE_EACH = {entry.clause: name for name, entry in reversed(OF_A_SERVER.items())
            if name not in switches_chat.UNSEEN}


def profile(**environment):
    """The text of the server's profile with variables for it."""
    text = (live.SUBJECTS / PROFILE).read_text(encoding="utf-8") + f"folder: {live.SUBJECTS}\n"
    for name, value in environment.items():
        text += f"environment: {{ {name}: {value} }}\n"
    return text


class Conforming(Live):
    """A server that keeps every clause passes."""

    def test_as_it_is(self):
        self.assert_conforms(self.judge(live.SUBJECTS / PROFILE, "--jobs", "4"))

    def test_in_every_other_dialect(self):
        for endianness, codes in DIALECTS:
            with self.subTest(endianness=endianness, codes=codes):
                self.assert_conforms(self.judge(
                    live.SUBJECTS / PROFILE, "chat/numbers", "chat/login", "chat/rooms",
                    "--jobs", "4", "--dialect", f"endianness={endianness}",
                    "--dialect", f"codes={codes}"))

    def test_with_every_option(self):
        for option in OPTIONS:
            with self.subTest(option=option):
                self.assert_conforms(self.judge(
                    profile() + option + "\n", "chat/login", "chat/registration", "chat/rooms",
                    "chat/aliases", "--jobs", "4"))


class Broken(Breaks):
    """A server that breaks one clause is told which."""

    BREAKS = OF_A_SERVER if os.environ.get("LIVE_ALL") else {
        name: OF_A_SERVER[name] for name in ONE_EACH.values()}
    TABLES = switches_chat

    def profile_of(self, name):
        return profile(CHAT_BREAK=name), ()

    def test_each_break(self):
        self.check_each()

    def test_the_tables_name_breaks_that_exist(self):
        for table in (switches_chat.SELECTORS, switches_chat.WARNINGS,
                      switches_chat.OTHER_CLAUSES, switches_chat.UNSEEN):
            self.assertEqual(set(table) - set(BREAKS), set())


if __name__ == "__main__":
    unittest.main()
