"""Programs without a network: the corpus in virtual time, the same each time, and every break of the subject."""

import concurrent.futures
import filecmp
import os
import pathlib
import subprocess
import tempfile
import unittest

import live
from mnet.breaks import BREAKS

PROFILE = live.SUBJECTS / "python-virtual.yaml"
# Breaks that every scenario shows at once, so that the run is short.
SAMPLE = ("acknowledgement-octet-short", "delivers-out-of-order", "never-retransmits",
          "repeated-echo-resets", "shutdown-complete-for-shutdown", "echo-sent-once")


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

    def test_breaks_are_caught(self):
        profile = PROFILE.read_text(encoding="utf-8") + f"folder: {live.SUBJECTS}\n"
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            runs = {name: pool.submit(live.run, f"{profile}environment: {{ MNET_BREAK: {name} }}\n")
                    for name in SAMPLE}
            for name, future in runs.items():
                with self.subTest(name=name, clause=BREAKS[name].clause):
                    run = future.result()
                    self.assertEqual(run.status, 1, run.printed)

    def test_a_sweep_finds_what_only_a_bad_network_shows_and_reduces_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "profile.yaml"
            path.write_text(PROFILE.read_text(encoding="utf-8") + f"folder: {live.SUBJECTS}\n"
                            "environment: { MNET_BREAK: never-retransmits }\n", encoding="utf-8")
            done = subprocess.run([live.PROGRAM, "sweep", "--subject", str(path), "--out", folder],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("faults are enough", done.stdout)
            self.assertIn("the reference   pass", done.stdout)


if __name__ == "__main__":
    unittest.main()
