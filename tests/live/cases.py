"""What the live tests of all protocols share: what holds for every run, and the judging of breaks.

LIVE_SWITCHES names breaks, with commas, instead of all. LIVE_TABLE is a file to which the table of
breaks is written.
"""

import concurrent.futures
import os
import pathlib
import unittest

import live

# Runs at once: they wait more than they work.
TOGETHER = 4


class Live(unittest.TestCase):
    """What holds for every run."""

    def judge(self, profile, *arguments):
        """Runs the suite and shows that nothing of it stays."""
        run = live.run(profile, *arguments)
        self.assertEqual(run.processes_left, (), "processes are left behind")
        self.assertEqual(run.files_left, (), "files are left behind")
        return run

    def assert_conforms(self, run):
        """Everything that could be judged passed, without a warning."""
        self.assertEqual(run.status, 0, run.printed)
        self.assertEqual(run.verdicts() - {"unsupported"}, {"pass"}, run.printed)
        self.assertEqual(run.endings(), {"clean"}, run.printed)


class Breaks(Live):
    """Each break of a subject is told by its clause; a protocol names the breaks and the tables."""

    # Name to break, and a module with SELECTORS, WARNINGS, OTHER_CLAUSES and UNSEEN.
    BREAKS = {}
    TABLES = None

    def profile_of(self, name):
        """The text of a profile of the subject with this break, and further arguments."""
        raise NotImplementedError

    def check_each(self):
        """Judges every break."""
        named = os.environ.get("LIVE_SWITCHES")
        names = [name for name in self.BREAKS if not named or name in named.split(",")]
        rows = []
        with concurrent.futures.ThreadPoolExecutor(TOGETHER) as pool:
            judged = {name: pool.submit(self.judge_break, self.BREAKS[name]) for name in names}
            for name, future in judged.items():
                with self.subTest(name=name, clause=self.BREAKS[name].clause):
                    run = future.result()
                    rows.append(row(self.BREAKS[name], run))
                    self.check_break(self.BREAKS[name], run)
        if "LIVE_TABLE" in os.environ:
            pathlib.Path(os.environ["LIVE_TABLE"]).write_text(
                "\n".join(["| switch | clause | exit | own clause | first finding | by |",
                           "|---|---|---|---|---|---|", *rows]) + "\n", encoding="utf-8")

    def judge_break(self, entry):
        """Judges one break where it shows."""
        selector = self.TABLES.SELECTORS.get(entry.name, entry.clause)
        profile, arguments = self.profile_of(entry.name)
        return self.judge(profile, selector, "--jobs", "2", *arguments)

    def check_break(self, entry, run):
        """Checks one break against the tables."""
        tables = self.TABLES
        self.assertNotIn("error", run.verdicts(), run.printed)
        if entry.name in tables.UNSEEN:
            # 3: whatever could show it is unsupported.
            self.assertIn(run.status, (0, 3), f"it is seen now: {run.printed}")
            return
        if entry.name in tables.WARNINGS:
            self.assertEqual(run.status, 0, run.printed)
            self.assertIn(("warn", entry.clause), pairs(run), run.printed)
            return
        clause = tables.OTHER_CLAUSES.get(entry.name, (entry.clause,))[0]
        self.assertEqual(run.status, 1, run.printed)
        self.assertIn(("fail", clause), pairs(run), run.printed)

    def check_tables(self):
        """The tables name breaks that exist."""
        for table in (self.TABLES.SELECTORS, self.TABLES.WARNINGS,
                      self.TABLES.OTHER_CLAUSES, self.TABLES.UNSEEN):
            self.assertEqual(set(table) - set(self.BREAKS), set())


def pairs(run):
    """Verdict and clause of every finding."""
    return {(verdict, clause) for _, verdict, clause in run.findings()}


def row(entry, run):
    """One line of the table of breaks."""
    bad = [finding for finding in run.findings() if finding[1] in ("fail", "warn")]
    own = [finding for finding in bad if finding[2] == entry.clause]
    first = f"{bad[0][1]} {bad[0][2]} | {bad[0][0]}" if bad else "none | "
    seen = f"{own[0][1]} in {own[0][0]}" if own else "no"
    return f"| {entry.name} | {entry.clause} | {run.status} | {seen} | {first} |"
