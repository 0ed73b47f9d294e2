"""The PaperClip packet protocol, version 0, written from its clauses alone.

From the octets up: `wire`, `keys`, `certificates`, `coding`, `fragments`, `window`, `outbound`,
`session`, `handshake`, `endpoint`; none of these does any I/O.
"""
