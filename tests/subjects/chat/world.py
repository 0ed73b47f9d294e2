"""What a server knows before anybody connects: users, rooms and how it is set up."""

import hashlib
import hmac
import os

from common import chance
from common.setting import SettingError

USERS = {b"alice": b"wonderland", b"bob": b"builder", b"carol": b"christmas",
         b"dave": b"davids", b"erin": b"erinys"}
ROOMS = {b"ROOM0001": None, b"ROOM0002": None, b"ROOM0003": None, b"SECRET01": b"sesame"}

OPTIONS = {
    "endpoints": ("one", "several"),
    "registration": ("authenticates", "registers"),
    "unknown-room": ("refused", "created"),
}


class Password:
    """A salted slow hash of a password."""

    # The cost of the hash. In virtual time, where many runs a second begin anew, it is the least.
    COST = 1024

    def __init__(self, password):
        self._salt = chance.octets(16)
        self._hash = self._stretch(password)

    def fits(self, password):
        """Whether this is the password."""
        return hmac.compare_digest(self._hash, self._stretch(password))

    def _stretch(self, password):
        return hashlib.scrypt(password, salt=self._salt, n=self.COST, r=8, p=1)


class World:
    """Users with passwords, rooms with passwords or None, and the options of the profile."""

    def __init__(self, users=None, rooms=None, **options):
        users, rooms = users or USERS, rooms or ROOMS
        self.users = {name: Password(password) for name, password in users.items()}
        self.rooms = dict(rooms)
        self.options = {name: values[0] for name, values in OPTIONS.items()}
        for name, value in options.items():
            name = name.replace("_", "-")
            if value not in OPTIONS[name]:
                raise SettingError(f"{name} has no value {value!r}")
            self.options[name] = value

    def option(self, name, value):
        """Whether an option has this value."""
        assert value in OPTIONS[name], f"{name} never is {value}"
        return self.options[name] == value


def read_world(given, options):
    """The world of a scenario: users and rooms that are given, and the profile's options."""
    try:
        users = {entry["name"].encode(): entry["password"].encode()
                 for entry in given.get("users", ())}
        rooms = {entry["id"].encode(): entry["password"].encode() if "password" in entry else None
                 for entry in given.get("rooms", ())}
    except (AttributeError, KeyError, TypeError) as error:
        raise SettingError(f"users and rooms cannot be read: {error!r}") from error
    stated = {**{name: given[name] for name in OPTIONS if name in given}, **options}
    return World(users, rooms, **stated)


def read_options(environment=os.environ):
    """The options that the environment states."""
    names = {name: "WIREPROOF_" + name.upper().replace("-", "_") for name in OPTIONS}
    return {name: environment[variable] for name, variable in names.items()
            if environment.get(variable)}
