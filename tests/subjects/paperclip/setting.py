"""The setting in which a suite starts the subject: what it is to be and what it has."""

import os
from dataclasses import dataclass, field

from common.setting import SettingError

from .wire import ALL_FLAGS, FLAG_NAMES, MODULUS, Dialect

PING_AFTER_MS = 30_000
DROP_AFTER_MS = 120_000


@dataclass
class Setting:
    """All that is settled before the first packet."""

    dialect: Dialect = Dialect()
    handshake: bool = True
    flags: int = ALL_FLAGS
    # The own certificate, in DER, or None.
    certificate: bytes | None = None
    anchors: list = field(default_factory=list)
    # Sessions at once, or None.
    capacity: int | None = None
    ping_after: float = PING_AFTER_MS / 1000
    drop_after: float = DROP_AFTER_MS / 1000
    # The first Sequence ID of every session.
    sequence: int = 0
    # Only a break uses it: one pair of keys for all sessions.
    shared_pair: object = None


def read_setting(given, widths=None, options=None, environment=os.environ):
    """The setting by arguments, else by the environment; `given` is the scenario's object."""
    options = options or {}
    setting = Setting()
    try:
        setting.dialect = Dialect(widths or environment.get("WIREPROOF_WIDTHS") or "table")
    except ValueError as error:
        raise SettingError(str(error)) from error
    handshake = options.get("handshake", environment.get("WIREPROOF_HANDSHAKE", "true"))
    setting.handshake = handshake not in (False, "false", ["false"])
    flags = options.get("flags", environment.get("WIREPROOF_FLAGS"))
    if flags is not None:
        setting.flags = read_flags(flags)
    try:
        if given.get("certificate"):
            setting.certificate = bytes.fromhex(given["certificate"])
        setting.anchors = [bytes.fromhex(anchor) for anchor in given.get("anchors", [])]
    except (TypeError, ValueError) as error:
        raise SettingError(f"certificate or anchors: {error}") from error
    setting.capacity = _number(given, "capacity", None)
    setting.ping_after = _number(given, "ping-after-ms", PING_AFTER_MS) / 1000
    setting.drop_after = _number(given, "drop-after-ms", DROP_AFTER_MS) / 1000
    setting.sequence = _number(given, "sequence", 0) % MODULUS
    return setting


def read_flags(names):
    """Flags by name: a list, or text with commas."""
    if isinstance(names, str):
        names = [name for name in names.split(",") if name]
    unknown = [name for name in names if name not in FLAG_NAMES]
    if unknown:
        raise SettingError(f"no flag is named {unknown[0]!r}")
    return sum({FLAG_NAMES[name] for name in names})


def show_flags(flags):
    """The names of flags."""
    return [name for name, flag in FLAG_NAMES.items() if flags & flag]


def _number(given, key, default):
    value = given.get(key, default)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SettingError(f"{key}: {value!r} is no number")
    return value
