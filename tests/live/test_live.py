"""The suite judges real programs over real sockets, in the way its manual promises.

LIVE_REPEAT says how often the conforming listener is judged (2); what else can be set stands in `cases`.
"""

import concurrent.futures
import os
import socket
import subprocess
import sys
import unittest

import cases
import live
import switches
from mnet.breaks import BREAKS

REPEAT = int(os.environ.get("LIVE_REPEAT", "2"))
DIALECTS = [("little", "receiver"), ("little", "init"),
            ("big", "sender"), ("big", "receiver"), ("big", "init")]
# What depends on how a program is reached.
OF_ADDRESSES = ["MNET-INIT-1", "mnet/transfer"]
# What depends on the dialect; all of the corpus is judged in every dialect in virtual time.
OF_DIALECTS = ["MNET-WIRE-2", "MNET-WIRE-8"]
# What a program must bear that has no time: repeats, overlaps and packets that come in another order.
OF_TIMES = ["MNET-DATA-7", "MNET-DATA-11"]
# What a program is asked that is no implementation: a scenario of each area. Each may wait for seconds.
FEW = ["mnet/open/an-INIT-is-answered-with-a-COOKIE", "mnet/open/a-valid-echo-opens-the-session",
       "mnet/close/a-SHUTDOWN-is-answered-with-SHUTDOWN-ACK", "mnet/wire/a-malformed-datagram-is-discarded"]


class Conforming(cases.Live):
    """A listener that keeps every clause passes, again and again."""

    def test_again_and_again(self):
        for number in range(REPEAT):
            with self.subTest(number=number):
                self.assert_conforms(self.judge(
                    live.SUBJECTS / "python-listener.yaml", "--jobs", "8"))

    def test_over_ipv6(self):
        run = self.judge(live.SUBJECTS / "python-listener-ipv6.yaml", *OF_ADDRESSES, "--jobs", "8")
        self.assert_conforms(run)

    def test_in_every_other_dialect(self):
        def judged(byte_order, tags):
            return self.judge(
                live.SUBJECTS / "python-listener.yaml", *OF_DIALECTS, "--jobs", "4",
                "--dialect", f"byte_order={byte_order}", "--dialect", f"tags={tags}")

        with concurrent.futures.ThreadPoolExecutor(cases.TOGETHER) as pool:
            runs = {dialect: pool.submit(judged, *dialect) for dialect in DIALECTS}
            for dialect, run in runs.items():
                with self.subTest(dialect=dialect):
                    self.assert_conforms(run.result())

    def test_on_a_machine_that_has_no_time(self):
        busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                for _ in range(os.cpu_count() or 1)]
        try:
            run = self.judge(
                live.SUBJECTS / "python-listener.yaml", *OF_TIMES, "--jobs", "4")
        finally:
            for process in busy:
                process.kill()
                process.wait()
        self.assert_conforms(run)


class Broken(cases.Breaks):
    """Over sockets, too, a subject that breaks one clause is told which; all breaks are judged in virtual time."""

    BREAKS = {name: BREAKS[name] for name in switches.LISTENER}
    TABLES = switches
    PROFILE = "python-listener.yaml"

    def profile_of(self, name):
        """The subject with this break."""
        return live.subject_profile(self.PROFILE, name, environment={"MNET_BREAK": name}), ()

    def test_each_break(self):
        self.check_each()


class BrokenConnector(Broken):
    """The same of a connector."""

    BREAKS = {name: BREAKS[name] for name in switches.CONNECTOR}
    PROFILE = "python-connector.yaml"


class BrokenUnderControl(Broken):
    """The same of what only an application shows."""

    BREAKS = {name: BREAKS[name] for name in switches.CONTROL}
    PROFILE = "python-control.yaml"


class NoImplementation(cases.Live):
    """A program that is no implementation never passes, and costs no more than its time."""

    def judge_null(self, kind):
        """Judges a null subject on a few scenarios."""
        return self.judge(live.null_profile(kind), *FEW, "--jobs", "8")

    def assert_unheard(self, run):
        """Its port is open and an INIT gets no answer, which breaks one clause; no other can be judged."""
        self.assertEqual(run.status, 1, run.printed)
        self.assertEqual({clause for verdict, clause in cases.pairs(run) if verdict == "fail"},
                         {"MNET-INIT-1"}, run.printed)
        self.assertLessEqual(run.verdicts(), {"fail", "inconclusive", "unsupported"})

    def test_one_that_never_answers_only_fails_to_answer(self):
        run = self.judge_null("silent")
        self.assert_unheard(run)
        self.assertIn("silent", run.endings())

    def test_one_that_never_answers_cannot_be_judged_on_anything_else(self):
        run = self.judge(live.null_profile("silent"), "MNET-ECHO-2", "--jobs", "8")
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


class AtAnAddress(cases.Live):
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
        self.assert_conforms(self.judge(live.address_profile(address), *OF_ADDRESSES))
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
