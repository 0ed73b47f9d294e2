"""What MNET reads from the setting: its dialect and what is given."""

import os

from common.setting import SettingError

from .wire import MODULUS, Dialect


def read_lifetime_ms(given, default):
    """The key "cookie-lifetime-ms", in milliseconds."""
    lifetime = given.get("cookie-lifetime-ms", default)
    if isinstance(lifetime, bool) or not isinstance(lifetime, int) or lifetime < 0:
        raise SettingError(f"cookie-lifetime-ms: {lifetime!r} is no number of milliseconds")
    return lifetime


def read_start(given):
    """The key "start-offset": where both counters of every session start, in octets."""
    start = given.get("start-offset", 0)
    if isinstance(start, bool) or not isinstance(start, int) or not 0 <= start < MODULUS:
        raise SettingError(f"start-offset: {start!r} is no number below 2^32")
    return start


def read_dialect(byte_order=None, tags=None, environment=os.environ):
    """The dialect from the arguments, else from the environment, else the default."""
    byte_order = byte_order or environment.get("WIREPROOF_BYTE_ORDER") or "little"
    tags = tags or environment.get("WIREPROOF_TAGS") or "sender"
    try:
        return Dialect(byte_order, tags)
    except ValueError as error:
        raise SettingError(str(error)) from error
