"""The suite judges real programs over real sockets, in the way its manual promises.

LIVE_REPEAT says how often the conforming listener is judged (2); LIVE_SWITCHES names breaks, with
commas, instead of all. LIVE_TABLE is a file to which the table of breaks is written.
"""

import concurrent.futures
import os
import pathlib
import socket
import subprocess
import sys
import unittest

import live
import switches
from mnet.breaks import BREAKS

REPEAT = int(os.environ.get("LIVE_REPEAT", "2"))
DIALECTS = [("little", "receiver"), ("little", "init"),
            ("big", "sender"), ("big", "receiver"), ("big", "init")]
# Runs at once: they wait more than they work.
TOGETHER = 4
# What a program is asked that is no implementation: some scenarios of several areas.
FEW = ["MNET-INIT-1", "MNET-ECHO-5", "MNET-SHUT-4", "MNET-WIRE-5"]
# The breaks that a listener which echoes shows to a peer.
OF_THE_LISTENER = [name for name, entry in BREAKS.items() if entry.seen in ("listener", "either")]


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


class Conforming(Live):
    """A listener that keeps every clause passes, again and again."""

    def test_again_and_again(self):
        for number in range(REPEAT):
            with self.subTest(number=number):
                self.assert_conforms(self.judge(
                    live.SUBJECTS / "python-listener.yaml", "--jobs", "4"))

    def test_over_ipv6(self):
        run = self.judge(live.SUBJECTS / "python-listener-ipv6.yaml", "--jobs", "4")
        self.assert_conforms(run)

    def test_in_every_other_dialect(self):
        for byte_order, tags in DIALECTS:
            with self.subTest(byte_order=byte_order, tags=tags):
                self.assert_conforms(self.judge(
                    live.SUBJECTS / "python-listener.yaml", "--jobs", "4",
                    "--dialect", f"byte_order={byte_order}", "--dialect", f"tags={tags}"))

    def test_on_a_machine_that_has_no_time(self):
        busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                for _ in range(os.cpu_count() or 1)]
        try:
            run = self.judge(live.SUBJECTS / "python-listener.yaml", "--jobs", "2")
        finally:
            for process in busy:
                process.kill()
                process.wait()
        self.assert_conforms(run)


class Broken(Live):
    """A listener that breaks one clause is told which."""

    def test_each_break(self):
        named = os.environ.get("LIVE_SWITCHES")
        names = named.split(",") if named else OF_THE_LISTENER
        rows = []
        with concurrent.futures.ThreadPoolExecutor(TOGETHER) as pool:
            judged = {name: pool.submit(self.judge_break, BREAKS[name]) for name in names}
            for name, future in judged.items():
                with self.subTest(name=name, clause=BREAKS[name].clause):
                    run = future.result()
                    rows.append(row(BREAKS[name], run))
                    self.check_break(BREAKS[name], run)
        if "LIVE_TABLE" in os.environ:
            pathlib.Path(os.environ["LIVE_TABLE"]).write_text(
                "\n".join(["| switch | clause | exit | own clause | first finding | by |",
                           "|---|---|---|---|---|---|", *rows]) + "\n", encoding="utf-8")

    def judge_break(self, entry):
        """Judges one break where it shows."""
        selector = switches.SELECTORS.get(entry.name, entry.clause)
        profile = live.listener_profile(entry.name, broken=entry.name)
        return self.judge(profile, selector, "--jobs", "2")

    def check_break(self, entry, run):
        """Checks one break against the tables."""
        self.assertNotIn("error", run.verdicts(), run.printed)
        if entry.name in switches.UNSEEN:
            # 3: whatever could show it is unsupported.
            self.assertIn(run.status, (0, 3), f"it is seen now: {run.printed}")
            return
        if entry.name in switches.WARNINGS:
            self.assertEqual(run.status, 0, run.printed)
            self.assertIn(("warn", entry.clause), pairs(run), run.printed)
            return
        clause = switches.OTHER_CLAUSES.get(entry.name, (entry.clause,))[0]
        self.assertEqual(run.status, 1, run.printed)
        self.assertIn(("fail", clause), pairs(run), run.printed)

    def test_the_tables_name_breaks_that_exist(self):
        for table in (switches.SELECTORS, switches.WARNINGS,
                      switches.OTHER_CLAUSES, switches.UNSEEN):
            self.assertEqual(set(table) - set(OF_THE_LISTENER), set())


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


class NoImplementation(Live):
    """A program that is no implementation never passes, and costs no more than its time."""

    def judge_null(self, kind, seconds=60):
        """Judges a null subject on a few scenarios."""
        run = self.judge(live.null_profile(kind), *FEW, "--jobs", "4")
        self.assertLess(run.seconds, seconds)
        return run

    def assert_unheard(self, run):
        """Its port is open and an INIT gets no answer, which breaks one clause; no other can be judged."""
        self.assertEqual(run.status, 1, run.printed)
        self.assertEqual({clause for verdict, clause in pairs(run) if verdict == "fail"},
                         {"MNET-INIT-1"}, run.printed)
        self.assertLessEqual(run.verdicts(), {"fail", "inconclusive", "unsupported"})

    def test_one_that_never_answers_only_fails_to_answer(self):
        run = self.judge_null("silent")
        self.assert_unheard(run)
        self.assertIn("silent", run.endings())

    def test_one_that_never_answers_cannot_be_judged_on_anything_else(self):
        run = self.judge(live.null_profile("silent"), "MNET-ECHO-2", "--jobs", "4")
        self.assertEqual(run.status, 3, run.printed)
        self.assertLessEqual(run.verdicts(), {"inconclusive", "unsupported"})

    def test_one_that_echoes_fails(self):
        # It can be reached, and what it sends is wrong.
        run = self.judge_null("echo")
        self.assertEqual(run.status, 1, run.printed)
        self.assertNotIn("pass", run.verdicts())

    def test_one_that_answers_random_octets_fails(self):
        run = self.judge_null("random")
        self.assertEqual(run.status, 1, run.printed)
        self.assertNotIn("pass", run.verdicts())

    def test_one_that_dies_before_it_is_ready_is_an_error_said_once(self):
        # Whatever its status: nothing was judged, so this says nothing about it.
        for kind in ("crash", "crash-later", "exit-zero"):
            with self.subTest(kind=kind):
                run = self.judge_null(kind)
                self.assertEqual(run.status, 4, run.printed)
                self.assertEqual(run.printed.count("ended before the scenario began"), 1, run.printed)

    def test_one_that_hangs_in_its_session_fails_and_is_killed(self):
        run = self.judge_null("hang")
        self.assertEqual(run.status, 1, run.printed)

    def test_one_that_floods_its_first_visitor_answers_nobody_else(self):
        # The first visitor is the suite's question; the scenario's peers hear nothing.
        self.assert_unheard(self.judge_null("flood"))

    def test_one_that_does_not_end_is_killed_with_all_that_it_started(self):
        # It keeps every clause, and verdicts alone make the exit code; how it ended is told beside them.
        run = self.judge_null("orphan")
        self.assertEqual(run.status, 0, run.printed)
        self.assertEqual(run.endings() - {"clean"}, {"hung"}, run.printed)


class AtAnAddress(Live):
    """A listener that runs already is judged where it is, and is missed when it is gone."""

    def start(self):
        """Starts the listener; gives process and address."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{sock.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, str(live.SUBJECTS / "mnet_listener.py"), "--listen", address],
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        process.stderr.readline()
        return process, address

    def test_it_conforms(self):
        process, address = self.start()
        self.assert_conforms(self.judge(live.address_profile(address)))
        self.assertIsNone(process.poll(), "the suite does not end what it has not started")

    def test_a_closed_port_is_said_once(self):
        process, address = self.start()
        process.terminate()
        process.wait()
        run = self.judge(live.address_profile(address))
        self.assertEqual(run.status, 4, run.printed)
        self.assertEqual(run.printed.count("nobody listens"), 1, run.printed)
        self.assertLess(run.seconds, 10)


if __name__ == "__main__":
    unittest.main()
