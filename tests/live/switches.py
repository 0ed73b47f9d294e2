"""What the suite says of each way to break the listener: where it looks, and where it cannot say more.

A break that is in no table here is expected to fail on its own clause, in a scenario that cites it.
"""

# Breaks of clauses that no scenario cites by name, as monitors judge them, or that one scenario shows
# much sooner than all that cite the clause.
SELECTORS = {
    "acknowledged-byte-order": "MNET-DATA-6",
    "sequence-byte-order": "MNET-DATA-6",
    "data-length-byte-order": "MNET-DATA-6",
    "expiration-byte-order": "MNET-INIT-1",
    "expiration-epoch": "MNET-INIT-1",
    "data-before-cookie-ack": "MNET-ECHO-5",
    "data-with-any-tag": "MNET-WIRE-10",
    "shutdown-with-any-tag": "MNET-WIRE-10",
    "abort-with-any-tag": "MNET-WIRE-10",
    "acknowledgement-beyond-gap": "MNET-DATA-8",
    "acknowledgement-octet-short": "MNET-DATA-6",
    "acknowledgement-follows-repeat": "mnet/transfer",
    "bare-sequence-zero": "MNET-SHUT-1",
    "delivers-out-of-order": "MNET-DATA-8",
    "never-retransmits": "mnet/data/unacknowledged-octets-are-sent-again",
}

# Breaks of clauses that are no MUST: the clause is named, and the run is well all the same.
WARNINGS = {
    "malformed-ends-session": "MNET-WIRE-5 is a SHOULD",
    "tags-in-steps": "MNET-WIRE-9 is a SHOULD",
    "tags-repeated": "MNET-WIRE-9 is a SHOULD",
    "cookie-opens-twice": "MNET-ECHO-4 is a MAY",
    "echo-reopens-ended": "MNET-ECHO-8 is a SHOULD",
    "constant-interval": "MNET-DATA-14 is a SHOULD",
    "one-data-outstanding": "MNET-DATA-13 is a SHOULD",
    "shutdown-complete-not-repeated": "MNET-SHUT-7 is a SHOULD",
    "unasked-shutdown-ack-answered": "MNET-SHUT-9 is a SHOULD",
    "unasked-shutdown-complete-ends": "MNET-SHUT-9 is a SHOULD",
}

# Breaks that are caught, but as a break of another clause: the clause that is named, and why it is right.
OTHER_CLAUSES = {
    "acknowledgement-octet-short":
        ("MNET-DATA-4", "the last octet counts as not acknowledged in time"),
    "data-with-any-tag": ("MNET-WIRE-10", "a packet with a tag that no session has is one for no known session"),
    "shutdown-with-any-tag": ("MNET-WIRE-10", "as data-with-any-tag"),
    "abort-with-any-tag": ("MNET-WIRE-10", "as data-with-any-tag"),
}

# Breaks that nothing shows over a command line: why.
UNSEEN = {
    "gives-up-silently": "an echo gives up after 34 s of silence; the scenario that waits for it needs control lines",
    "no-fast-retransmission": "the scenario that shows MNET-DATA-13 needs control lines",
}


class Connector:
    """The same of the breaks that a connector shows."""

    SELECTORS = {
        "connector-tags-repeated": "mnet/open/an-INIT-is-repeated-with-the-same-tag",
        "opening-never-given-up": "mnet/open/an-INIT-is-repeated-with-the-same-tag",
        "opening-given-up-silently": "mnet/open/an-echo-is-repeated-until-it-is-answered",
    }
    WARNINGS = {}
    OTHER_CLAUSES = {}
    UNSEEN = {
        "connector-tags-repeated": "a connector opens one session in each scenario",
        "opening-never-given-up": "that an opening is given up is told by control lines only",
        "opening-given-up-silently": "the ABORT after the last echo is a SHOULD within a MUST",
    }


class Control:
    """The same of the breaks that only an application shows."""

    SELECTORS = {
        "shutdown-trailing-octet": "mnet/close/a-SHUTDOWN-acknowledges-what-was-received",
        "shutdown-byte-order": "mnet/close/a-SHUTDOWN-acknowledges-what-was-received",
        "shutdown-other-tag": "mnet/close/a-close-ends-cleanly-on-both-sides",
        "shutdown-complete-other-tag": "mnet/close/a-close-ends-cleanly-on-both-sides",
        "abort-other-tag": "mnet/close/an-abort-sends-ABORT-and-nothing-after-it",
        "slow-peer-given-up": "mnet/data/a-slow-peer-is-not-given-up",
        "giving-up-not-told": "mnet/data/a-silent-peer-is-given-up-with-ABORT",
        "shutdown-given-up-is-clean": "mnet/close/a-SHUTDOWN-that-nobody-answers-is-a-failure",
        "shutdown-ack-given-up-is-failure":
            "mnet/close/a-SHUTDOWN-ACK-that-nobody-answers-is-a-clean-end",
    }
    WARNINGS = {}
    OTHER_CLAUSES = {}
    UNSEEN = {
        "delivers-to-first-session": "where two sessions live side by side, only the wire is looked at",
        "slow-peer-given-up": "its scenario takes minutes",
        "giving-up-not-told": "its scenario takes minutes",
        "shutdown-given-up-is-clean": "its scenario takes minutes",
        "shutdown-ack-given-up-is-failure": "its scenario takes minutes",
    }
