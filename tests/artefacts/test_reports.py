"""The artefacts of a run, by the programs they are for: Chromium draws the page, TAP::Parser reads the TAP, an XML parser the rest.

WIREPROOF names the program, CHROMIUM the browser (default: `chromium`).
"""

import json
import os
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

WIREPROOF = os.environ.get("WIREPROOF", "target/release/wireproof")
CHROMIUM = os.environ.get("CHROMIUM", "chromium")
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--enable-logging=stderr"]


def wireproof(*words):
    return subprocess.run([WIREPROOF, *words], capture_output=True, text=True, check=False)


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name) / "out"
        run = wireproof("run", "mnet", "--mutant", "delivers-a-repeat-again", "--out", str(cls.folder))
        assert run.returncode == 1, run.stderr
        cls.results = json.loads((cls.folder / "results.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def total(self, verdict):
        return self.results["totals"].get(verdict, 0)

    def drawn(self, *options):
        """The page after its script has run, and what the browser's console says."""
        with tempfile.TemporaryDirectory() as profile:
            ran = subprocess.run(
                [CHROMIUM, *QUIET, *options, f"--user-data-dir={profile}", "--dump-dom", (self.folder / "report.html").as_uri()],
                capture_output=True, text=True, check=True, timeout=120)
        return ran.stdout, [line for line in ran.stderr.splitlines() if "CONSOLE" in line]

    def test_chromium_draws_the_page_without_an_error(self):
        page, console = self.drawn()
        self.assertEqual(console, [])
        self.assertEqual(page.count('<details class="case"'), len(self.results["cases"]))
        # What failed is shown, the first of it open with its diagram, all else hidden.
        hidden = len(re.findall(r'<details class="case"[^>]* hidden', page))
        self.assertEqual(hidden, len(self.results["cases"]) - self.total("fail"))
        self.assertRegex(page, r'<svg[^>]*aria-label="Sequence diagram"')
        # In it, what broke the clause stands out: a packet, or what the application was told.
        self.assertRegex(page, 'class="(packet here|mark bad)"')
        for clause in ("MNET-DATA-6", "MNET-ACK-4"):
            self.assertRegex(page, rf'<button[^>]*class="fail"[^>]*data-clause="{clause}"')

    def test_a_tap_consumer_counts_the_same(self):
        tap = self.folder / "out.tap"
        tap.write_text(wireproof("report", str(self.folder), "--format", "tap").stdout)
        counts = subprocess.run(
            ["perl", "-MTAP::Parser", "-e",
             'my $p = TAP::Parser->new({source => $ARGV[0]}); $p->run; '
             'print join(" ", scalar $p->passed, scalar $p->failed, $p->tests_planned, scalar $p->parse_errors), "\\n"', str(tap)],
            capture_output=True, text=True, check=True)
        cases = len(self.results["cases"])
        self.assertEqual(counts.stdout.split(), [str(cases - self.total("fail")), str(self.total("fail")), str(cases), "0"])

    def test_junit_and_badge_are_whole_documents_that_count_the_same(self):
        suites = ElementTree.parse(self.folder / "junit.xml").getroot()
        self.assertEqual(len(suites.findall(".//testcase")), len(self.results["cases"]))
        self.assertEqual(len(suites.findall(".//failure")), self.total("fail"))
        badge = ElementTree.fromstring(wireproof("report", str(self.folder), "--format", "badge").stdout)
        self.assertEqual(badge.tag, "{http://www.w3.org/2000/svg}svg")


if __name__ == "__main__":
    unittest.main()
