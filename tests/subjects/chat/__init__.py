"""The chat packet protocol on TCP, written from its clauses alone.

`wire` cuts a stream into packets by layout; `server` is a server without sockets, whose parts are
`login`, `messages`, `long_messages` and `rooms`; `client` is a client without sockets. `serving`
and `calling` join them to TCP by asyncio, `control` to control lines. `breaks` lists the ways to
break both roles on purpose.
"""
