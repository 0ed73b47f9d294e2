"""Addresses as people and suites write them."""


def parse_address(text):
    """Splits `127.0.0.1:4000` or `[::1]:4000`; raises `ValueError` for anything else."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit():
        raise ValueError(f"no address with a port: {text!r}")
    if not 0 <= int(port) < 1 << 16:
        raise ValueError(f"no port: {port}")
    return host.removeprefix("[").removesuffix("]"), int(port)


def show_address(address):
    """A socket address as text: `127.0.0.1:4000` or `[::1]:4000`."""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
