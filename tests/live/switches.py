"""What the suite says of each way to break the MNET subjects: where it looks, and where it cannot say more.

A break that is in no table here is expected to fail on its own clause, in a scenario that cites it. The tables are for virtual
time, where every scenario can run; a few breaks are judged over sockets as well.
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
    "acknowledgement-beyond-gap": "MNET-DATA-8",
    "acknowledgement-octet-short": "MNET-DATA-6",
    "acknowledgement-follows-repeat": "mnet/transfer",
    "bare-sequence-zero": "MNET-SHUT-1",
    "delivers-out-of-order": "MNET-DATA-8",
    "shutdown-trailing-octet": "mnet/close/a-SHUTDOWN-acknowledges-what-was-received",
    "shutdown-byte-order": "mnet/close/a-SHUTDOWN-acknowledges-what-was-received",
    "shutdown-other-tag": "mnet/close/a-close-ends-cleanly-on-both-sides",
    "shutdown-complete-other-tag": "mnet/close/a-close-ends-cleanly-on-both-sides",
    "abort-other-tag": "mnet/close/an-abort-sends-ABORT-and-nothing-after-it",
    "data-with-any-tag": "MNET-WIRE-10",
    "shutdown-with-any-tag": "MNET-WIRE-10",
    "abort-with-any-tag": "MNET-WIRE-10",
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
    "no-fast-retransmission": "MNET-DATA-13 is a SHOULD",
    "shutdown-complete-not-repeated": "MNET-SHUT-7 is a SHOULD",
    "unasked-shutdown-ack-answered": "MNET-SHUT-9 is a SHOULD",
    "unasked-shutdown-complete-ends": "MNET-SHUT-9 is a SHOULD",
}

# Breaks that are caught, but as a break of another clause: the clause that is named, and why it is right.
OTHER_CLAUSES = {
    "data-with-any-tag": ("MNET-WIRE-10", "a packet with a tag that no session has is one for no known session"),
    "shutdown-with-any-tag": ("MNET-WIRE-10", "as data-with-any-tag"),
    "stray-abort-answered": ("MNET-ABORT-2", "an ABORT is never answered, whoever it was for"),
    "repeated-echo-told": ("MNET-ECHO-6", "a repeated echo opens nothing, so there is nothing to tell"),
}

# Breaks that nothing shows: why.
UNSEEN = {
    "connector-tags-repeated": "a connector opens one session in each scenario",
    "opening-given-up-silently": "the ABORT after the last echo is a SHOULD within a MUST",
}

# Breaks that are judged over sockets as well, by how the subject is run: by command alone, or with control lines.
LISTENER = ("no-cookie-ack", "echo-hmac-unchecked", "repeated-echo-resets", "data-from-any-port", "deaf-after-empty",
            "late-acknowledgement", "delivers-repeats", "never-retransmits", "no-shutdown-ack", "abort-answered")
CONNECTOR = ("init-sent-once", "echo-hmac-changed", "later-cookie-taken", "early-data-opens")
CONTROL = ("opened-before-cookie-ack", "halves-exchanged", "close-without-shutdown", "abort-goes-on")
