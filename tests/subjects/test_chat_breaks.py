"""The breaks of chat: each shows in some scene, and nothing else is switched on."""

import pathlib
import random
import re
import unittest
from unittest import mock

import chat_for_tests
from chat.breaks import BREAKS, Broken, UnknownBreak
from chat.wire import Dialect
from chat.world import World
from chat_for_tests import Stage
from chat_scenes_for_tests import SCENES, slow

# What shows in the stream of a real socket alone: see `test_chat_program`.
OF_SOCKETS = {"half-closed-unanswered", "others-wait-for-slow"}
# What shows only where output piles up.
OF_SLOW_CLIENTS = {"output-of-64-kib-only", "output-unbounded"}
CLAUSES = re.compile(r"\| (CHAT-[A-Z]+-\d+) \|")


def transcript(scene, name, dialect=Dialect(), **options):
    """What goes to all clients in a scene."""
    # Stretching passwords is slow on purpose.
    with mock.patch("secrets.randbits", random.Random(7).getrandbits), \
            mock.patch("chat.world.Password._stretch", lambda _, password: password), \
            mock.patch.object(chat_for_tests, "WORLD", World()):
        stage = Stage(dialect, name, **options)
        try:
            scene(stage)
        except (AssertionError, IndexError, KeyError):
            # The break keeps the scene from going on.
            return stage.transcript() + [name]
    return stage.transcript()


class Breaks(unittest.TestCase):
    """The table of a server's breaks."""

    def shows(self, name, whole, **options):
        """Whether a break changes a transcript."""
        return any(transcript(scene, name, **options) != whole[scene] for scene in SCENES)

    def test_every_break_of_a_server_shows(self):
        whole = {scene: transcript(scene, None) for scene in SCENES}
        for name, entry in BREAKS.items():
            if entry.seen == "server" and name not in OF_SOCKETS | OF_SLOW_CLIENTS:
                with self.subTest(name=name):
                    self.assertTrue(self.shows(name, whole))

    def test_breaks_of_several_endpoints_show_there_alone(self):
        for options in ({"endpoints": "several"}, {}):
            whole = {scene: transcript(scene, None, **options) for scene in SCENES}
            for name, entry in BREAKS.items():
                if entry.seen == "several":
                    with self.subTest(name=name, **options):
                        self.assertEqual(self.shows(name, whole, **options), bool(options))

    def test_breaks_of_output_show_where_it_piles_up(self):
        whole = transcript(slow, None)
        for name in OF_SLOW_CLIENTS:
            with self.subTest(name=name):
                self.assertNotEqual(transcript(slow, name), whole)

    def test_codes_differ_in_both_dialects(self):
        for codes in ("decimal", "hex"):
            dialect = Dialect(codes=codes)
            whole = {scene: transcript(scene, None, dialect) for scene in SCENES}
            for name in ("joined-code-otherwise", "blank-code-otherwise", "long-code-otherwise"):
                with self.subTest(name=name, codes=codes):
                    self.assertTrue(self.shows(name, whole, dialect=dialect))

    def test_a_scene_is_the_same_each_time(self):
        for scene in SCENES:
            self.assertEqual(transcript(scene, None), transcript(scene, None), scene.__name__)

    def test_an_unknown_name_is_refused_with_a_hint(self):
        with self.assertRaisesRegex(UnknownBreak, "echo-silent"):
            Broken("echo-silence")

    def test_every_clause_is_one_of_the_specification(self):
        text = pathlib.Path(__file__).parents[2] / "docs" / "spec" / "chat.md"
        if not text.exists():
            self.skipTest("the clauses of chat are not here")
        clauses = set(CLAUSES.findall(text.read_text(encoding="utf-8")))
        self.assertEqual({entry.clause for entry in BREAKS.values()} - clauses, set())


if __name__ == "__main__":
    unittest.main()
