"""What the suite says of each way to break the PaperClip subject, where it is not its own clause."""

# Breaks that show in packets of another kind than those of the scenarios that cite the clause.
SELECTORS = {
    "ack-bits-little-endian": "paperclip/coding",
    "error-nibbles-exchanged": "paperclip/coding",
}

# Breaks of clauses that are no MUST: the clause is named, and the run is well all the same.
WARNINGS = {
    **{name: "CLIP-REL-9 is a SHOULD" for name in (
        "void-ack-unanswered", "wide-sequence-taken", "sequence-unanswered")},
    **{name: "CLIP-BEAT-2 is a SHOULD" for name in ("pong-without-data", "pong-data-cut")},
}

# Breaks that are caught, but as a break of another clause: the clause that is named, and why.
OTHER_CLAUSES = {
    "acknowledges-before-decoding":
        ("CLIP-SUM-2", "the clause of the decoding that failed forbids the same acknowledgement"),
}

# What a break needs of the profile, where the ordinary one hides it.
PROFILES = {
    "undeclared-flags-taken": "flags: [reliable, checksum]",
    "auth-taken-without-handshake": "handshake: false",
    "wide-sequence-taken": "dialect: { widths: deployed }",
}

# Breaks that nothing shows: why.
UNSEEN = {
    "giving-up-not-told": "CLIP-REL-3 lets a subject go on without end",
    "silence-not-told": "no clause says that the application is told of a client that was dropped",
    "pings-whoever-speaks": "no clause forbids a PING to who speaks",
}
