"""What the octets of a field may be: names, base64, email addresses, white space."""

import base64
import re

MAX_NAME = 32
MAX_MESSAGE = 4000
BLANK = b"\t\n\r "

_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_EMAIL = re.compile(rb"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


def viewable(name):
    """Whether a name holds viewable ASCII alone and is not too long."""
    return len(name) <= MAX_NAME and all(0x21 <= octet <= 0x7E for octet in name)


def decode(field):
    """The octets of a base64 field, or None when it is none."""
    if not _BASE64.fullmatch(field):
        return None
    return base64.b64decode(field)


def decode_loosely(field, broken):
    """As `decode`, but for the breaks that take what is no base64."""
    if broken("base64-url-taken"):
        field = field.replace(b"-", b"+").replace(b"_", b"/")
    if broken("base64-unpadded-taken") and b"=" not in field:
        field += b"=" * (-len(field) % 4)
    if broken("base64-white-space-taken"):
        field = field.translate(None, b" \t\r\n")
    return decode(field)


def encode(text):
    """A field of base64."""
    return base64.b64encode(text)


def email(address):
    """Whether an address has one @ with text on both sides, and a dot in its domain."""
    return _EMAIL.fullmatch(address) is not None


def blank(octets):
    """Whether a text holds white space alone."""
    return not octets.strip(BLANK)
