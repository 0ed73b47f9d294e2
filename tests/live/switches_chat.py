"""What the suite says of each way to break the chat subject, where it is not its own clause."""

# Breaks that one scenario shows much sooner than all that cite the clause.
SELECTORS = {
    "padding-lost": "chat/messages/all-receivers-get-the-same-ID-and-the-same-base64",
    "blank-code-otherwise": "CHAT-NUM-1",
}

# Breaks of clauses that are no MUST: the clause is named, and the run is well all the same.
WARNINGS = {
    **{name: "CHAT-MSG-6 is a SHOULD" for name in (
        "receipts-answered", "wrong-receipts-taken", "acknowledged-again-silently",
        "receipts-of-others-taken", "half-of-id-compared", "one-id-remembered",
        "512-ids-remembered", "receipt-answered-with-zeros", "wrong-receipt-bad-format")},
    **{name: "CHAT-AUTH-8 is a SHOULD" for name in (
        "email-without-dot-taken", "email-without-at-taken", "email-with-two-ats-taken",
        "email-with-white-space-taken")},
    **{name: "CHAT-LONG-8 is a SHOULD" for name in (
        "client-no-long-receipts", "client-receipt-for-heads", "client-receipt-for-last",
        "client-long-receipt-as-short", "client-long-receipt-of-half")},
    **{name: "CHAT-AUTH-12 is a SHOULD" for name in (
        "client-goodbye-last-but-one", "client-close-without-goodbye")},
    **{name: "CHAT-LONG-5 is a MAY" for name in (
        "total-counts-up", "total-the-same-in-all", "parts-as-they-came")},
    **{name: "CHAT-ROOM-6 is a MAY" for name in (
        "invitation-ignores-alias", "invitation-to-all", "invitation-names-invited")},
    **{name: "CHAT-CAP-1 is a MAY" for name in ("capabilities-unmarked", "capabilities-as-254")},
}

# Breaks that are caught, but as a break of another clause: the clause that is named, and why.
OTHER_CLAUSES = {
    "invitation-answered":
        ("CHAT-ROOM-1", "S161 comes though nobody has sent U160"),
    "long-messages-in-rooms-only":
        ("CHAT-MSG-4", "the room of all and that of the echo need not be joined"),
    "total-in-order-of-sender": ("CHAT-NUM-2", "the order of TP is its receiver's"),
    "id-for-each-part": ("CHAT-LONG-4", "one long message has one ID"),
}

# Breaks that nothing shows: why.
UNSEEN = {
    "blank-head-taken": "`M 05 empty` may be read to speak of short messages alone",
    "client-ends-without-goodbye": "it shows when the program is asked to end, after the last step",
    "guest-names-alike": "a SHOULD within a MUST: who breaks it may not fail",
    "client-capabilities-answered": "who does not know U254 may answer it with S251",
    "output-unbounded": "no clause says how large a bound may be",
    "invitation-to-one-endpoint": "an invitation that cannot be passed on may be dropped",
}
