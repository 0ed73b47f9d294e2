"""Login, registration, and the end of a login."""

from . import text
from .wire import (
    BAD, BAD_BASE64, EMPTY, IN_USE, INVALID, LOGGED_IN, OKAY, UNCHECKED, build, codes,
)
from .world import Password


class Login:
    """Answers U2 and U6."""

    def __init__(self, server):
        self._server = server
        self._broken = server.broken
        self.handlers = {0x02: self._log_in, 0x06: self._register}
        # Users whose login outlives their connection, by a break.
        self._remembered = set()

    # ---- U2 ----

    def _log_in(self, connection, name, password, endianness):
        broken, server = self._broken, self._server
        user_code = self._user_code(connection, name)
        if user_code == OKAY or (user_code == INVALID and broken("password-of-nobody-checked")):
            password_code = self._password_code(name, password)
        else:
            password_code = UNCHECKED
        if broken("unchecked-password-okay") and password_code == UNCHECKED:
            password_code = OKAY
        order, order_code = self._order(endianness)
        if user_code == LOGGED_IN and not broken("endianness-checked-again"):
            order_code = UNCHECKED
        if user_code in (EMPTY, INVALID) and broken("endianness-unchecked"):
            order_code = UNCHECKED
        if broken("order-of-failed-login") and order and connection.user is None:
            connection.order = order
        answer = codes(user_code, password_code, order_code)
        authenticated = answer == codes(OKAY, OKAY, OKAY)
        if (authenticated or broken("multiple-logins-before-password") and user_code == OKAY) \
                and self._logged_in_elsewhere(connection, name):
            self._refuse_endpoint(connection, name)
            return
        self._answer_login(connection, answer)
        if authenticated or (broken("login-despite-endianness")
                             and answer[:2] == codes(OKAY, OKAY)):
            connection.order = self._order_of(connection, order)
            connection.user = name
            if broken("greeting-after-login"):
                server.send(connection, 0x01, connection.guest)

    def _answer_login(self, connection, answer):
        if self._broken("login-codes-separated"):
            self._server.send(connection, 0x03, *(codes(code) for code in answer))
        elif self._broken("login-answered-as-registration"):
            self._server.send(connection, 0x07, answer)
        else:
            self._server.send(connection, 0x03, answer)

    def _user_code(self, connection, name):
        broken, users = self._broken, self._server.world.users
        if connection.user is not None and not (broken("logged-in-checked-last") and (
                not name or name not in users)):
            return OKAY if broken("second-login-accepted") else LOGGED_IN
        if not name:
            return INVALID if broken("empty-user-invalid") else EMPTY
        if broken("user-names-without-case"):
            return OKAY if self._folded(name) else INVALID
        if name in users:
            return OKAY
        return EMPTY if broken("unknown-user-empty") else INVALID

    def _folded(self, name):
        """The user of this name whatever the case of its letters, by a break."""
        return next((each for each in self._server.world.users if each.lower() == name.lower()),
                    None)

    def _password_code(self, name, password):
        broken = self._broken
        if not password:
            return INVALID if broken("empty-password-invalid") else EMPTY
        octets = text.decode_loosely(password, broken)
        if octets is None:
            if broken("password-as-it-is"):
                octets = password
            else:
                return BAD_BASE64 if broken("login-tells-bad-base64") else INVALID
        stored = self._server.world.users.get(name) or (
            broken("user-names-without-case") and self._server.world.users[self._folded(name)])
        if not stored:
            return INVALID
        if broken("any-password") or stored.fits(octets):
            return OKAY
        if broken("password-without-case") and stored.fits(octets.lower()):
            return OKAY
        if broken("password-begins-right") and any(
                stored.fits(octets[:length]) for length in range(1, len(octets))):
            return OKAY
        return UNCHECKED if broken("wrong-password-unchecked") else INVALID

    def _order(self, endianness):
        """The byte order that E asks for, and its code."""
        broken = self._broken
        if not endianness:
            return None, INVALID if broken("empty-endianness-invalid") else EMPTY
        octet = endianness[0]
        order = self._server.dialect.byte_order(octet)
        if broken("endianness-of-other-dialect-only"):
            letter = self._server.dialect.endianness == "letter"
            order = order if (octet < 0x40) == letter else None
        if broken("small-letter-endianness") and order is None:
            order = self._server.dialect.byte_order(octet & ~0x20)
        if broken("any-endianness") and order is None:
            order = "little"
        return order, OKAY if order else INVALID

    def _order_of(self, connection, order):
        if self._broken("byte-orders-exchanged"):
            return "big" if order == "little" else "little"
        if self._broken("byte-order-little-only"):
            return "little"
        if self._broken("byte-order-big-only"):
            return "big"
        if self._broken("byte-order-for-all"):
            for each in self._server.connections.values():
                each.order = order
        return order

    # ---- one endpoint or several ----

    def _logged_in_elsewhere(self, connection, name):
        if name in self._remembered:
            return True
        one = self._server.world.option("endpoints", "one")
        if self._broken("endpoints-exchanged"):
            one = not one
        elsewhere = any(each.user == name for each in self._server.authenticated()
                        if each is not connection)
        return one and elsewhere

    def _refuse_endpoint(self, connection, name):
        broken, server = self._broken, self._server
        if broken("second-endpoint-takes-over"):
            for each in server.authenticated():
                if each.user == name:
                    server.close(each)
            connection.user = name
            server.send(connection, 0x03, codes(OKAY, OKAY, OKAY))
            return
        if broken("second-endpoint-as-logged-in"):
            server.send(connection, 0x03, codes(LOGGED_IN, UNCHECKED, UNCHECKED))
            return
        server.send(connection, 0x05, BAD)
        if broken("second-endpoint-closed"):
            server.close(connection)
        if broken("second-endpoint-authenticated"):
            connection.user = name

    def end(self, connection):
        """The login of a connection ends."""
        if connection.user is not None and self._broken("login-outlives-connection"):
            self._remembered.add(connection.user)
        connection.user = None

    # ---- U6 ----

    def _register(self, connection, name, password, address):
        broken, server = self._broken, self._server
        user_code = self._new_user_code(connection, name)
        password_code = UNCHECKED
        if user_code == OKAY or broken("registration-checks-password-always"):
            password_code = self._new_password_code(password)
        email_code = self._email_code(address)
        unchecked = (LOGGED_IN,) if broken("email-of-taken-name-checked") else (LOGGED_IN, IN_USE)
        if user_code in unchecked or (
                user_code in (EMPTY, INVALID) and broken("email-unchecked")):
            email_code = UNCHECKED
        answer = codes(user_code, password_code, email_code)
        done = answer == codes(OKAY, OKAY, OKAY) or (
            broken("registered-despite-email") and answer[:2] == codes(OKAY, OKAY))
        self._answer_registration(connection, answer)
        if not done:
            return
        if not broken("registration-forgotten"):
            server.world.users[name] = Password(text.decode_loosely(password, broken))
        authenticates = server.world.option("registration", "authenticates")
        if broken("registration-authenticates-otherwise"):
            authenticates = not authenticates
        if authenticates:
            connection.user = name
            if not broken("order-of-failed-login"):
                connection.order = "little" if broken("registration-is-little") else "big"

    def _new_user_code(self, connection, name):
        broken = self._broken
        if connection.user is not None and not broken("registers-when-logged-in"):
            return LOGGED_IN
        if not name:
            return INVALID if broken("empty-new-user-invalid") else EMPTY
        if not (viewable_loosely(name, broken, "name")):
            return INVALID
        if name in self._server.world.users and not broken("taken-name-registered"):
            return INVALID if broken("taken-name-invalid") else IN_USE
        return OKAY

    def _new_password_code(self, password):
        broken = self._broken
        if not password:
            return OKAY if broken("registers-without-password") else EMPTY
        if text.decode_loosely(password, broken) is None:
            return INVALID if broken("registration-bad-base64-invalid") else BAD_BASE64
        return OKAY

    def _email_code(self, address):
        broken = self._broken
        if not address:
            return OKAY if broken("registers-without-email") else EMPTY
        if broken("email-without-dot-taken") and b"." not in address:
            address += b".org"
        if broken("email-without-at-taken") and b"@" not in address:
            address = b"name@" + address
        if broken("email-with-white-space-taken"):
            address = address.replace(b" ", b"")
        if broken("email-with-two-ats-taken") and address.count(b"@") == 2:
            address = address.replace(b"@", b"", 1)
        return OKAY if text.email(address) else INVALID

    def _answer_registration(self, connection, answer):
        broken, server = self._broken, self._server
        user_code, password_code, email_code = (codes(code) for code in answer)
        if broken("registration-answered-as-login"):
            server.send(connection, 0x03, answer)
        elif broken("registration-without-email-code"):
            server.send(connection, 0x07, user_code + password_code)
        elif broken("registration-codes-separated"):
            server.send_octets(connection, build(0x07, user_code, password_code, email_code))
        else:
            server.send(connection, 0x07, answer)


def viewable_loosely(name, broken, kind):
    """Whether a name may be used, but for the breaks that say so of this kind, `name` or `alias`."""
    if broken(f"long-{kind}-taken"):
        name = name[:text.MAX_NAME]
    if broken(f"{kind}-of-32-refused") and len(name) == text.MAX_NAME:
        return False
    if broken(f"control-in-{kind}-taken"):
        name = bytes(octet for octet in name if octet >= 0x20)
    if broken(f"delete-in-{kind}-taken"):
        name = name.replace(b"\x7f", b"x")
    if broken(f"high-octet-in-{kind}-taken"):
        name = bytes(octet for octet in name if octet < 0x80)
    if broken(f"tilde-in-{kind}-refused") and b"~" in name:
        return False
    return text.viewable(name)
