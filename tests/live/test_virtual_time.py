"""Programs without a network: the corpus in virtual time, the same each time, and every break of the subject."""

import filecmp
import os
import pathlib
import subprocess
import tempfile
import unittest

import cases
import live
import switches
from mnet.breaks import BREAKS

PROFILE = live.SUBJECTS / "python-virtual.yaml"


class VirtualTime(unittest.TestCase):
    """What `virtual-time: true` promises."""

    def test_the_subject_conforms_in_every_dialect(self):
        run = live.run(PROFILE, "--all-dialects")
        self.assertEqual(run.status, 0, run.printed)
        self.assertEqual(run.verdicts() - {"unsupported"}, {"pass"}, run.printed)
        self.assertEqual(run.processes_left, ())

    def test_one_seed_is_one_run(self):
        with tempfile.TemporaryDirectory() as folder:
            outs = [pathlib.Path(folder) / name for name in ("one", "two")]
            for out in outs:
                subprocess.run([live.PROGRAM, "run", "--subject", str(PROFILE), "--seed", "5",
                                "--out", str(out)], check=True, capture_output=True)
            one, two = (out / "journals" for out in outs)
            names = sorted(os.listdir(one))
            self.assertGreater(len(names), 100)
            same, different, missing = filecmp.cmpfiles(one, two, names, shallow=False)
            self.assertEqual((sorted(same), different, missing), (names, [], []))

    def test_a_sweep_finds_what_only_a_bad_network_shows_and_reduces_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "profile.yaml"
            path.write_text(PROFILE.read_text(encoding="utf-8") + f"folder: {live.SUBJECTS}\n"
                            "environment: { MNET_BREAK: never-retransmits }\n", encoding="utf-8")
            done = subprocess.run([live.PROGRAM, "sweep", "mnet/transfer", "--subject", str(path),
                                   "--out", folder],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("faults are enough", done.stdout)
            self.assertIn("the reference   pass", done.stdout)


class EveryBreak(cases.Breaks):
    """A program that breaks one clause is told which."""

    BREAKS = BREAKS
    TABLES = switches

    def profile_of(self, name):
        """Both roles with this break."""
        return live.subject_profile("python-virtual.yaml", name, environment={"MNET_BREAK": name}), ()

    def test_each_break(self):
        self.check_each()

    def test_the_tables_name_breaks_that_exist(self):
        self.check_tables()


if __name__ == "__main__":
    unittest.main()
