"""`wireproof init` asks somebody at a terminal what the command line does not say, and nobody else.

The terminal is a pseudo-terminal. The program is named by WIREPROOF.
"""

import os
import pathlib
import pty
import select
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIREPROOF = os.environ.get("WIREPROOF", str(ROOT / "target/release/wireproof"))
# How long anything here may take on a busy machine, in seconds.
SOON = 60
# What is asked, and the end of each question: where the answer is awaited.
PROTOCOL = "Protocol (mnet, paperclip, chat) [mnet]: "
LANGUAGE = "Language of the adapter (python, node, go, c, rust, shell) [python]: "
NAME = "Name and version of the program [my-{} 0.1]: "
FOLDER = "Folder to write to [.]: "
END = "\x04"


def roles(connector, listener):
    return f"Roles that the program can play ({connector}, {listener}; both with a comma) [{listener}]: "


class Terminal:
    """`init` at a terminal, in a folder of its own."""

    def __init__(self, folder, *words, err=None):
        self.ours, its = pty.openpty()
        self.process = subprocess.Popen([WIREPROOF, "init", *words], cwd=folder, stdin=its, stdout=its,
                                        stderr=its if err is None else err, start_new_session=True)
        os.close(its)
        self.shown = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.ours)

    def read(self):
        """What is shown next; nothing at the end."""
        if not select.select([self.ours], [], [], SOON)[0]:
            raise AssertionError(f"nothing more is shown after {self.shown!r}")
        try:
            return os.read(self.ours, 4096).decode()
        except OSError:  # Nobody has the other side of the terminal any more.
            return ""

    def answer(self, question, text):
        """Waits for a question at the end of what is shown, and types a line."""
        end = time.monotonic() + SOON
        while not self.shown.endswith(question):
            piece = self.read()
            self.shown += piece
            if not piece or time.monotonic() > end:
                raise AssertionError(f"not asked: {question!r}, but {self.shown!r}")
        os.write(self.ours, text.encode() + (b"" if text == END else b"\n"))

    def end(self):
        """The exit code and what was shown."""
        while piece := self.read():
            self.shown += piece
        return self.process.wait(SOON), self.shown.replace("\r\n", "\n")


class Init(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def lines(self, folder="."):
        return (self.folder / folder / "profile.yaml").read_text().splitlines()

    def test_all_is_asked_and_what_is_answered_is_written(self):
        with Terminal(self.folder) as terminal:
            terminal.answer(PROTOCOL, "chat")
            terminal.answer(LANGUAGE, "javascript")
            terminal.answer(roles("client", "server"), "client, server")
            terminal.answer(NAME.format("chat"), "Tea: 2 ")
            terminal.answer(FOLDER, "mine")
            code, shown = terminal.end()
        self.assertEqual(code, 0, shown)
        self.assertIn("wrote mine/profile.yaml\nwrote mine/adapter.js\n", shown)
        self.assertIn("name: 'Tea: 2'", self.lines("mine"))
        self.assertIn("protocol: chat", self.lines("mine"))
        self.assertTrue(any(line.startswith("roles: [client, server] ") for line in self.lines("mine")))

    def test_an_empty_answer_is_the_default(self):
        with Terminal(self.folder) as terminal:
            for question in (PROTOCOL, LANGUAGE, roles("connector", "listener"), NAME.format("mnet"), FOLDER):
                terminal.answer(question, "")
            code, shown = terminal.end()
        self.assertEqual(code, 0, shown)
        # Who is asked nothing gets the same.
        subprocess.run([WIREPROOF, "init", "--into", "piped"], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                       check=True, timeout=SOON)
        self.assertEqual(self.lines(), self.lines("piped"))

    def test_what_is_not_understood_is_asked_again_with_the_reason(self):
        (self.folder / "adapter.sh").write_text("my own work")
        with Terminal(self.folder) as terminal:
            terminal.answer(PROTOCOL, "papercilp")
            terminal.answer(PROTOCOL, "paperclip")
            terminal.answer(LANGUAGE, "cobol")
            terminal.answer(LANGUAGE, "shell")
            terminal.answer(roles("client", "server"), "listener")
            terminal.answer(roles("client", "server"), " , ")
            terminal.answer(roles("client", "server"), "server,server")
            terminal.answer(NAME.format("paperclip"), "bell\x07")
            terminal.answer(NAME.format("paperclip"), "mine")
            terminal.answer(FOLDER, "")
            terminal.answer(FOLDER, "elsewhere")
            code, shown = terminal.end()
        self.assertEqual(code, 0, shown)
        for reason in ("there is no protocol `papercilp`\n  help: did you mean `paperclip`?", "there is no adapter in cobol",
                       "paperclip has no role `listener`", "no role is named", "`bell\\u{7}` is no name",
                       "`./adapter.sh` is there already, and is left as it is"):
            self.assertIn(reason, shown)
        self.assertEqual((self.folder / "adapter.sh").read_text(), "my own work")
        self.assertTrue(any(line.startswith("roles: [server] ") for line in self.lines("elsewhere")))

    def test_options_answer_what_they_say_and_only_the_rest_is_asked(self):
        with Terminal(self.folder, "mnet", "--roles", "connector", "--name", "mine", "--into", ".") as terminal:
            terminal.answer(LANGUAGE, "go")
            code, shown = terminal.end()
        self.assertEqual(code, 0, shown)
        self.assertNotIn("Protocol", shown)
        self.assertTrue(any(line.startswith("roles: [connector] ") for line in self.lines()))
        options = ("--language", "c", "--roles", "listener", "--name", "mine", "--into", "all")
        with Terminal(self.folder, "mnet", *options) as terminal:
            code, shown = terminal.end()
        self.assertEqual(code, 0, shown)
        self.assertNotIn("]: ", shown)

    def test_the_end_of_the_input_writes_nothing(self):
        with Terminal(self.folder) as terminal:
            terminal.answer(PROTOCOL, "mnet")
            terminal.answer(LANGUAGE, END)
            code, shown = terminal.end()
        self.assertEqual(code, 2, shown)
        self.assertIn("the input ended before the last answer; nothing was written", shown)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_nobody_is_asked_who_does_not_see_the_question(self):
        with open(os.devnull, "w", encoding="utf-8") as unseen, Terminal(self.folder, err=unseen) as terminal:
            code, shown = terminal.end()
        self.assertEqual(code, 0, shown)
        self.assertIn("protocol: mnet", self.lines())

    def test_wrong_options_are_wrong_usage(self):
        for words, reason in ((("mnet", "--roles", "server"), "mnet has no role `server`"),
                              (("mnet", "--roles", ","), "no role is named"),
                              (("mnet", "--name", " "), "` ` is no name"),
                              (("mnet", "--name", "a\nb"), "`a\\nb` is no name"),
                              (("tcp",), "there is no protocol `tcp`")):
            with self.subTest(words=words):
                result = subprocess.run([WIREPROOF, "init", *words], cwd=self.folder, stdin=subprocess.DEVNULL,
                                        capture_output=True, text=True, check=False, timeout=SOON)
                self.assertEqual(result.returncode, 2, result.stdout)
                self.assertIn(reason, result.stderr)
                self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
