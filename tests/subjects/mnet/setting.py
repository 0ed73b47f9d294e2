"""The setting in which a suite starts a subject: environment variables and the given file."""

import json
import os

from .wire import MODULUS, Dialect


class SettingError(ValueError):
    """The setting asks for something that this subject does not have, or cannot be read."""


def read_given(environment=os.environ):
    """The scenario's JSON object from WIREPROOF_GIVEN; empty when there is none."""
    path = environment.get("WIREPROOF_GIVEN")
    if not path or not os.path.exists(path):
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            given = json.load(file)
    except (OSError, ValueError) as error:
        raise SettingError(f"WIREPROOF_GIVEN: {error}") from error
    if not isinstance(given, dict):
        raise SettingError("WIREPROOF_GIVEN: not a JSON object")
    return given


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


def read_role(roles, environment=os.environ):
    """The role that the suite asks for, the first of `roles` by default; raises for any other."""
    protocol = environment.get("WIREPROOF_PROTOCOL", "mnet")
    role = environment.get("WIREPROOF_ROLE", roles[0])
    if protocol != "mnet" or role not in roles:
        raise SettingError(f"no {role} of {protocol} here: this is a {' and '.join(roles)} of mnet")
    return role


def read_dialect(byte_order=None, tags=None, environment=os.environ):
    """The dialect from the arguments, else from the environment, else the default."""
    byte_order = byte_order or environment.get("WIREPROOF_BYTE_ORDER") or "little"
    tags = tags or environment.get("WIREPROOF_TAGS") or "sender"
    try:
        return Dialect(byte_order, tags)
    except ValueError as error:
        raise SettingError(str(error)) from error
