"""Starts `wireproof` against real programs and reads what it says: the door of the live tests.

The program is `WIREPROOF`, else the release build of this tree. Every run gets a temporary folder
of its own and a marker in its environment, by which processes that outlive it are found.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUBJECTS = ROOT / "tests" / "subjects"
PROGRAM = os.environ.get("WIREPROOF", str(ROOT / "target" / "release" / "wireproof"))
MARKER = "LIVE_TEST"
# How long a single run may take before it counts as stuck, in seconds.
STUCK = 240

sys.path.insert(0, str(SUBJECTS))


@dataclass(frozen=True)
class Run:
    """What one run of `wireproof` left behind."""

    status: int
    printed: str
    # The cases of results.json; none when nothing was run.
    cases: tuple
    seconds: float
    # Files in the temporary folder, and processes, that are still there.
    files_left: tuple
    processes_left: tuple

    def findings(self):
        """Triples (scenario, verdict, clause or None), in the order of the report."""
        return [(case["scenario"], finding["verdict"], finding.get("clause"))
                for case in self.cases for finding in case["judgement"]["findings"]]

    def verdicts(self):
        """The verdicts of the cases, as a set."""
        return {case["judgement"]["verdict"] for case in self.cases}

    def endings(self):
        """How the exchanges ended, as a set of words."""
        return {case["judgement"]["ending"]["how"] for case in self.cases}


def run(profile, *arguments):
    """Runs `wireproof run` on a profile: the path of one, or the text of one."""
    marker = uuid.uuid4().hex
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        temporary = folder / "tmp"
        temporary.mkdir()
        if not isinstance(profile, pathlib.Path):
            path = folder / "profile.yaml"
            path.write_text(profile, encoding="utf-8")
            profile = path
        out = folder / "out"
        environment = {**os.environ, MARKER: marker, "TMPDIR": str(temporary)}
        command = [PROGRAM, "run", "--subject", str(profile), "--out", str(out), *arguments]
        start = time.monotonic()
        done = subprocess.run(command, env=environment, capture_output=True, text=True,
                              timeout=STUCK, check=False)
        seconds = time.monotonic() - start
        return Run(done.returncode, done.stdout + done.stderr, _cases(out), seconds,
                   tuple(sorted(entry.name for entry in temporary.iterdir())),
                   left_behind(marker))


def _cases(out):
    results = out / "results.json"
    if not results.exists():
        return ()
    return tuple(json.loads(results.read_text(encoding="utf-8"))["cases"])


def left_behind(marker):
    """The processes of a run that stay; the guard of a subject sees the end of the suite and goes."""
    for _ in range(40):
        left = tuple(marked(marker))
        if not left:
            break
        time.sleep(0.05)
    return left


def marked(marker):
    """The numbers of the processes that have the marker in their environment."""
    wanted = f"{MARKER}={marker}".encode()
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)
        except OSError:
            # It has ended, or is somebody else's.
            continue


def subject_profile(profile, name=None, host="127.0.0.1", environment=None):
    """The text of a profile of a Python subject, under a name, with further variables for it."""
    lines = (SUBJECTS / profile).read_text(encoding="utf-8").splitlines()
    lines = [f"name: {name}" if name and line.startswith("name:") else line for line in lines]
    lines += [f"folder: {SUBJECTS}", f'host: "{host}"']
    if environment:
        lines += ["environment:", *(f"  {key}: {value}" for key, value in environment.items())]
    return "\n".join(lines) + "\n"


def null_profile(kind):
    """The text of a profile of a program that is no implementation."""
    return (f"name: {kind}\nprotocol: mnet\ncommand: [python3, null_subjects.py, {kind}]\n"
            f"folder: {SUBJECTS}\nstart: {{ within: 2 s }}\nstop: {{ within: 300 ms }}\n")


def address_profile(address):
    """The text of a profile of a listener that runs already."""
    return f'name: at an address\nprotocol: mnet\naddress: "{address}"\n'
