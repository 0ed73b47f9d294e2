"""A listener of MNET version 1 in plain Python, written from the clauses alone.

`wire` is the codec, `cookie` the stateless half of the handshake, `inbound` and `outbound` the two
directions of a stream, `session` one session, `listener` all of them: none of these opens a socket
or reads a clock. `loop` joins a listener to a UDP socket, `breaks` names the ways to break it.
"""
