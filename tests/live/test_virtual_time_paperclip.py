"""The corpus of PaperClip without a network: the subject whole, with less than everything, and broken.

LIVE_ALL judges every break instead of one for each clause.
"""

import os
import unittest

import live
import switches_paperclip
from cases import Breaks, Live
from paperclip.breaks import BREAKS

PROFILE = live.SUBJECTS / "python-paperclip-virtual.yaml"
# What a subject may lack.
LESS = ("handshake: false", "flags: [reliable, checksum]", "flags: [compressed, encrypted, frag]",
        "handshake: false\nflags: []")
# The first break of each clause that is told.
ONE_EACH = {entry.clause: name for name, entry in reversed(BREAKS.items())
            if name not in switches_paperclip.UNSEEN}


def profile(*lines):
    """The text of the profile with further lines."""
    text = PROFILE.read_text(encoding="utf-8") + f"folder: {live.SUBJECTS}\n"
    return text + "".join(f"{line}\n" for line in lines)


class Conforming(Live):
    """A subject that keeps every clause passes, whatever it has."""

    def test_in_every_dialect(self):
        self.assert_conforms(self.judge(PROFILE, "--all-dialects"))

    def test_with_less_than_everything(self):
        for less, widths in zip(LESS, ("table", "deployed") * 2, strict=True):
            with self.subTest(less=less, widths=widths):
                self.assert_conforms(
                    self.judge(profile(less), "--dialect", f"widths={widths}"))


class Broken(Breaks):
    """A subject that breaks one clause is told which."""

    BREAKS = BREAKS if os.environ.get("LIVE_ALL") else {
        name: BREAKS[name] for name in ONE_EACH.values()}
    TABLES = switches_paperclip

    def profile_of(self, name):
        lines = [f"environment: {{ PAPERCLIP_BREAK: {name} }}"]
        lines += filter(None, [switches_paperclip.PROFILES.get(name)])
        return profile(*lines), ()

    def test_each_break(self):
        self.check_each()

    def test_the_tables_name_breaks_that_exist(self):
        tables = switches_paperclip
        for table in (tables.SELECTORS, tables.WARNINGS, tables.OTHER_CLAUSES, tables.PROFILES,
                      tables.UNSEEN):
            self.assertEqual(set(table) - set(BREAKS), set())


if __name__ == "__main__":
    unittest.main()
