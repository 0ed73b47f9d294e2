"""The chat subject without a network: the corpus in virtual time, and breaks, each told by its clause.

LIVE_ALL judges every break instead of one for each clause.
"""

import os
import unittest

import live
import switches_chat
from cases import Breaks, pairs
from chat.breaks import BREAKS

PROFILE = live.SUBJECTS / "python-chat-virtual.yaml"
ROLES = {"server": "server", "several": "server", "client": "client", "control": "client"}
# The first break of each clause, in either role, that is told by that clause.
ONE_EACH = {(entry.clause, ROLES[entry.seen]): name for name, entry in reversed(BREAKS.items())
            if name not in switches_chat.UNSEEN and name not in switches_chat.OTHER_CLAUSES}


def profile(role, broken=None, options=""):
    """The text of the profile of one role, with a break."""
    text = PROFILE.read_text(encoding="utf-8").replace("[server, client]", f"[{role}]")
    text += f"folder: {live.SUBJECTS}\n{options}"
    if broken:
        text += f"environment: {{ CHAT_BREAK: {broken} }}\n"
    return text


class Conforming(unittest.TestCase):
    """Both roles, in every dialect and with every option."""

    def assert_conforms(self, run):
        """Everything that could be judged passed, without a warning."""
        self.assertEqual(run.status, 0, run.printed)
        self.assertEqual(run.verdicts() - {"unsupported"}, {"pass"}, run.printed)

    def test_in_every_dialect(self):
        self.assert_conforms(live.run(PROFILE, "--all-dialects"))

    def test_with_every_option(self):
        for option in ("endpoints: several", "registration: registers", "unknown-room: created"):
            with self.subTest(option=option):
                self.assert_conforms(live.run(profile("server", options=option + "\n")))


class Broken(Breaks):
    """Who breaks one clause is told which."""

    BREAKS = BREAKS if os.environ.get("LIVE_ALL") else {
        name: BREAKS[name] for name in ONE_EACH.values()}
    TABLES = switches_chat

    def profile_of(self, name):
        several = "endpoints: several\n" if BREAKS[name].seen == "several" else ""
        return profile(ROLES[BREAKS[name].seen], name, several), ()

    def check_break(self, entry, run):
        super().check_break(entry, run)
        if entry.name in switches_chat.UNSEEN or entry.name in switches_chat.WARNINGS:
            return
        clause = switches_chat.OTHER_CLAUSES.get(entry.name, (entry.clause,))[0]
        self.assertIn(clause, decisive(run), pairs(run))

    def test_each_break(self):
        self.check_each()

    def test_the_tables_name_breaks_that_exist(self):
        for table in (switches_chat.SELECTORS, switches_chat.WARNINGS,
                      switches_chat.OTHER_CLAUSES, switches_chat.UNSEEN):
            self.assertEqual(set(table) - set(BREAKS), set())


def decisive(run):
    """The clauses that scenarios failed by first."""
    first = {}
    for scenario, verdict, clause in run.findings():
        if verdict == "fail":
            first.setdefault(scenario, clause)
    return set(first.values())


if __name__ == "__main__":
    unittest.main()
