"""MNET version 1 in plain Python, both roles, written from the clauses alone.

`wire` is the codec, `cookie` the stateless half of the handshake, `inbound` and `outbound` the two
directions of a stream, `session` one session, `endpoint` all of them, `listener` and `connector`
what the roles add, `application` what sits above: none of these opens a socket or reads a clock.
`loop` joins an endpoint to a UDP socket, `control` is the protocol on standard input and output,
`breaks` and `break_table` name the ways to break it.
"""
