"""The setting in which a suite starts a subject: environment variables and the given file."""

import json
import os


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


def read_role(known, roles, environment=os.environ):
    """The role that the suite asks for, the first by default; raises unless it is one of `roles`.

    `known` is the protocol of this subject.
    """
    protocol = environment.get("WIREPROOF_PROTOCOL", known)
    role = environment.get("WIREPROOF_ROLE", roles[0])
    if protocol != known or role not in roles:
        here = " and ".join(roles)
        raise SettingError(f"no {role} of {protocol} here: this is a {here} of {known}")
    return role
