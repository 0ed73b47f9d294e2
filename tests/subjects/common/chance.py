"""Where all chance comes from: the system, or in virtual time a seed of the suite."""

import random
import secrets

_source = None


def seed(octets):
    """From now on chance is what follows from these octets."""
    global _source
    _source = random.Random(octets)


def octets(count):
    """That many octets."""
    return secrets.token_bytes(count) if _source is None else _source.randbytes(count)
