"""The suite judges the PaperClip subject over real sockets, in both roles and on both rungs."""

import unittest

import live
from cases import Live

# Of each run the folders that take seconds.
RUNS = (
    ("python-paperclip-server.yaml", "deployed", ("paperclip/coding",)),
    ("python-paperclip-client.yaml", "table", ("paperclip/session",)),
    ("python-paperclip-control.yaml", "table", ("paperclip/coding",)),
)


class Conforming(Live):
    """A subject that keeps every clause passes."""

    def test_in_both_roles(self):
        for name, widths, folders in RUNS:
            with self.subTest(profile=name, widths=widths):
                self.assert_conforms(self.judge(
                    live.SUBJECTS / name, *folders, "--jobs", "8", "--dialect", f"widths={widths}"))


if __name__ == "__main__":
    unittest.main()
