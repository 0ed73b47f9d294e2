"""The suite judges the chat subject over real TCP: in both roles, and told what to do.

What depends on the clock and on sockets alone; the breaks are judged in virtual time.
"""

import unittest

import live
from cases import Live

# What sockets do that the simulated network may not.
OF_SOCKETS = ("chat/framing", "chat/goodbye", "chat/limits", "chat/login")


class Conforming(Live):
    """A program that keeps every clause passes."""

    def check(self, profile, *selectors):
        self.assert_conforms(self.judge(live.SUBJECTS / profile, *selectors, "--jobs", "4"))

    def test_a_server(self):
        self.check("python-chat-server.yaml", *OF_SOCKETS)

    def test_a_client_that_acts_by_itself(self):
        self.check("python-chat-client.yaml")

    def test_a_client_that_does_what_it_is_told(self):
        self.check("python-chat-control.yaml", "chat/client")

    def test_a_server_with_control_lines(self):
        self.check("python-chat-control.yaml", "chat/aliases")


if __name__ == "__main__":
    unittest.main()
