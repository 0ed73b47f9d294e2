"""What chat reads from the setting: its dialect, and as whom a client logs in."""

import os

from common.setting import SettingError

from .client import Identity
from .wire import Dialect


def read_dialect(endianness=None, codes=None, environment=os.environ):
    """The dialect from the arguments, else from the environment, else the default."""
    endianness = endianness or environment.get("WIREPROOF_ENDIANNESS") or "letter"
    codes = codes or environment.get("WIREPROOF_CODES") or "decimal"
    try:
        return Dialect(endianness, codes)
    except ValueError as error:
        raise SettingError(str(error)) from error


def read_identity(environment=os.environ):
    """Who a client is that acts by itself."""
    known = {key: environment[variable].encode() for key, variable in
             (("user", "WIREPROOF_USER"), ("password", "WIREPROOF_PASSWORD"))
             if environment.get(variable)}
    return Identity(**known)
