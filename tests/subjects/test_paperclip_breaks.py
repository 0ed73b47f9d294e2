"""Every break of PaperClip can be seen: it changes what the subject sends in some scene.

The subject runs here without socket, in virtual time and with repeatable chance; a scene is a fixed
play of a peer, its transcript all that the subject sent and when.
"""

import unittest

import paperclip_scenes_for_tests as scenes
from paperclip.breaks import BREAKS, Broken, UnknownBreak
from paperclip.wire import ALL_FLAGS, COMPRESSED, ENCRYPTED, Dialect
from paperclip_stage_for_tests import Stage, repeatable

# Scenes with the setting that they need.
OPEN = (scenes.plain, scenes.acknowledged, scenes.coded, scenes.damaged, scenes.malformed,
        scenes.errors, scenes.ended, scenes.ended_by_either, scenes.fragmented,
        scenes.mistaken_fragments, scenes.given_up, scenes.wrapped, scenes.half_wrapped,
        scenes.unfinished)
HANDSHAKE = (scenes.begun, scenes.begun_without_finished, scenes.in_other_order, scenes.refused,
             scenes.bad_keys, scenes.other_keys, scenes.two_sessions, scenes.certified,
             scenes.badly_certified)
SERVER = (scenes.strangers, scenes.several, scenes.silent)
BARE = {"handshake": False, "flags": ALL_FLAGS & ~ENCRYPTED & ~COMPRESSED}

# What one dialect alone shows.
TABLE_ALONE = {"vector-unencrypted", "vector-padded-right", "vectors-of-other-side"}
DEPLOYED_ALONE = {"wide-sequence-taken"}


def transcript(scene, role, name, widths):
    """What the subject sends in a scene, and the kinds of its application's events."""
    setting = BARE if scene is scenes.exposed else {}
    with repeatable():
        stage = Stage(role, name, dialect=Dialect(widths), **setting)
        scene(stage)
    return stage.transcript, [event["type"] for event in stage.events]


class Breaks(unittest.TestCase):
    """The table of breaks."""

    def check(self, role, widths, skipped):
        """Every break that this role shows changes something."""
        played = OPEN + HANDSHAKE + (SERVER if role == "server" else ()) + (scenes.exposed,)
        whole = {scene: transcript(scene, role, None, widths) for scene in played}
        # Where breaks of a clause were seen comes first.
        order = {}
        for entry in BREAKS.values():
            if entry.seen not in (role, "either") or entry.name in skipped:
                continue
            with self.subTest(name=entry.name, role=role, widths=widths):
                seen_in = order.setdefault(entry.clause, list(played))
                seen = next((scene for scene in seen_in if whole[scene] != transcript(
                    scene, role, entry.name, widths)), None)
                self.assertIsNotNone(seen)
                seen_in.sort(key=lambda scene, seen=seen: scene is not seen)

    def test_every_break_of_a_server_changes_something(self):
        self.check("server", "table", DEPLOYED_ALONE)

    def test_every_break_of_a_client_changes_something(self):
        self.check("client", "deployed", TABLE_ALONE)

    def test_scenes_repeat(self):
        for scene in (scenes.plain, scenes.coded, scenes.certified):
            self.assertEqual(transcript(scene, "server", None, "table"),
                             transcript(scene, "server", None, "table"))

    def test_unknown_names_are_refused(self):
        with self.assertRaises(UnknownBreak):
            Broken("no-such-break")


if __name__ == "__main__":
    unittest.main()
