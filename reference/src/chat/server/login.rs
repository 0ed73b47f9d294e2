//! Login and registration (CHAT-AUTH-2 to -8).

use crate::chat::code::{
    AUTHENTICATED, Asked, BAD_BASE64, EMPTY, IN_USE, INVALID, OKAY, UNCHECKED,
};
use crate::chat::mutant;
use crate::chat::{Account, ConnectionId, Mail, Mutant, Packet, Password, Server, ServerEvent};
use crate::time::Instant;
use crate::wire::ByteOrder;

impl Server {
    /// U2 is answered with S3, or with S5 in place of a good one (CHAT-AUTH-2 to -5).
    pub(super) fn on_login(
        &mut self,
        now: Instant,
        id: ConnectionId,
        user: &[u8],
        password: &[u8],
        endianness: Option<u8>,
    ) {
        let settings = &self.settings;
        let user_code = settings.code(Asked::LoginUser, self.judge_user(id, user));
        let password_code = match user_code {
            OKAY => self.judge_password(user, password),
            _ => UNCHECKED,
        };
        let password_code = settings.code(Asked::LoginPassword, password_code);
        let password_code = mutant::judged_again(self, id, user, password_code);
        let order = endianness
            .and_then(|octet| mutant::named_order(settings.mutant, settings.dialect, octet));
        let endianness_code = match (endianness, order) {
            _ if user_code == AUTHENTICATED => UNCHECKED,
            _ if user_code != OKAY && settings.is(Mutant::EndiannessUncheckedAfterABadUser) => {
                UNCHECKED
            }
            _ if password_code != OKAY
                && settings.is(Mutant::EndiannessUncheckedAfterABadPassword) =>
            {
                UNCHECKED
            }
            (None, _)
                if password_code == EMPTY
                    && settings.is(Mutant::EndiannessUncheckedBesideAnEmptyPassword) =>
            {
                UNCHECKED
            }
            (None, _) => EMPTY,
            (Some(_), None) => INVALID,
            (Some(_), Some(_)) => OKAY,
        };
        let endianness_code = settings.code(Asked::LoginEndianness, endianness_code);
        let is_good = [user_code, password_code, endianness_code] == [OKAY; 3];
        let is_checked = is_good || self.settings.is(Mutant::SecondEndpointIsNotChecked);
        if is_checked && !self.may_log_in(user) && !mutant::lets_in(self, now, user) {
            self.send(id, &Packet::S5 { text: b"BAD" });
            return mutant::after_s5(self, now, id, user);
        }
        let [user_code, password_code, endianness_code] =
            [user_code, password_code, endianness_code].map(|code| self.settings.octet(code));
        self.send(id, &Packet::S3 { user_code, password_code, endianness_code });
        if is_good {
            self.authenticate(id, user, order.unwrap_or(ByteOrder::Big));
        } else {
            let is_known = self.account(user).is_some();
            mutant::after_a_bad_login(self, id, user, is_known, order);
            mutant::after_a_password(self, id, user, password_code);
        }
    }

    fn judge_user(&self, id: ConnectionId, user: &[u8]) -> u8 {
        match user {
            _ if self.is_authenticated(id) && !self.checks_authenticated_last(id, user) => {
                AUTHENTICATED
            }
            [] => EMPTY,
            _ if self.account(user).is_none() => INVALID,
            _ => OKAY,
        }
    }

    fn judge_password(&self, user: &[u8], password: &[u8]) -> u8 {
        if password.is_empty() {
            return EMPTY;
        }
        let plain = self.settings.decode_base64(password);
        let is_right = match (&plain, self.account(user)) {
            (Some(plain), Some(stored)) => mutant::password(self.settings.mutant, stored, plain),
            _ => false,
        };
        match plain {
            Some(_) if user == b"dave" && self.settings.is(Mutant::OneUserNeedsNoPassword) => OKAY,
            None if self.settings.is(Mutant::BadBase64PasswordIsFour) => BAD_BASE64,
            _ if is_right => OKAY,
            _ => INVALID,
        }
    }

    /// U6 is answered with S7 (CHAT-AUTH-6, CHAT-AUTH-7).
    pub(super) fn on_register(
        &mut self,
        id: ConnectionId,
        user: &[u8],
        password: &[u8],
        email: &[u8],
    ) {
        let settings = &self.settings;
        let user_code = match user {
            _ if self.is_oneself(id, user) => IN_USE,
            _ if self.is_authenticated(id) || mutant::may_not_register(self, id) => AUTHENTICATED,
            [] => EMPTY,
            _ if !mutant::is_name(settings.mutant, user) => INVALID,
            _ if self.account(user).is_some() || mutant::is_like_a_user(self, user) => IN_USE,
            _ if self.accounts.len() >= settings.limits.accounts => INVALID,
            _ => OKAY,
        };
        let user_code = settings.code(Asked::NewUser, user_code);
        let plain = settings.decode_base64(password);
        let password_code = match (user_code, &plain) {
            (OKAY, _) if password.is_empty() => EMPTY,
            (IN_USE, _)
                if password.is_empty() && settings.is(Mutant::EmptyPasswordOfANameInUseIsEmpty) =>
            {
                EMPTY
            }
            (OKAY, None) => BAD_BASE64,
            (OKAY, Some(_)) => OKAY,
            _ => UNCHECKED,
        };
        let password_code = settings.code(Asked::NewPassword, password_code);
        let email_code = match user_code {
            AUTHENTICATED | IN_USE => UNCHECKED,
            _ if user_code != OKAY && settings.is(Mutant::EmailUncheckedAfterABadUser) => UNCHECKED,
            _ if password_code != OKAY && settings.is(Mutant::EmailUncheckedAfterABadPassword) => {
                UNCHECKED
            }
            _ if email.is_empty() => EMPTY,
            _ if !mutant::is_email(settings.mutant, email) => INVALID,
            _ => OKAY,
        };
        let email_code = settings.code(Asked::NewEmail, email_code);
        let is_good = [user_code, password_code, email_code] == [OKAY; 3];
        let [user_code, password_code, email_code] =
            [user_code, password_code, email_code].map(|code| self.settings.octet(code));
        let is_taken = user_code == self.settings.octet(IN_USE);
        self.send(id, &Packet::S7 { user_code, password_code, email_code });
        if self.settings.is(Mutant::RefusedRegistrationMakesBigEndian)
            && let Some(connection) = self.connections.get_mut(&id)
        {
            connection.order = ByteOrder::Big;
        }
        if is_taken && self.settings.is(Mutant::InUseSetsThePassword) {
            let plain = plain.clone().unwrap_or_default();
            let password = Password::new(&plain, self.entropy.octets(), self.settings.cost);
            self.accounts.insert(user.to_vec(), password);
        }
        if is_good {
            let keeps_base64 = self.settings.is(Mutant::RegistrationKeepsBase64);
            let plain = if keeps_base64 { password.to_vec() } else { plain.unwrap_or_default() };
            mutant::has_registered(self, id);
            self.register(id, user, &plain, email);
        }
    }

    fn register(&mut self, id: ConnectionId, user: &[u8], plain: &[u8], email: &[u8]) {
        let password = Password::new(plain, self.entropy.octets(), self.settings.cost);
        let name = String::from_utf8_lossy(user).into_owned();
        if !self.settings.is(Mutant::RegistrationForgotten) {
            self.accounts.insert(user.to_vec(), password.clone());
        }
        if let Some(account) = Account::new(&name, password) {
            self.events.push_back(ServerEvent::Registered(account));
        }
        let token = self.entropy.octets::<16>().map(|octet| format!("{octet:02x}")).concat();
        let to = String::from_utf8_lossy(email).into_owned();
        self.events.push_back(ServerEvent::Mail(Mail { to, user: name, token }));
        if self.settings.registration_authenticates {
            let little = self.settings.is(Mutant::LittleAfterRegistration);
            let order = if little { ByteOrder::Little } else { ByteOrder::Big };
            let order = mutant::order_of_the_registered(self, order);
            let name = mutant::registered_name(self, id, user);
            self.authenticate(id, &name, order);
            mutant::after_registration(self, id);
        }
    }

    /// A login from now on (CHAT-NUM-2).
    pub(in crate::chat) fn authenticate(
        &mut self,
        id: ConnectionId,
        user: &[u8],
        order: ByteOrder,
    ) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let user = self.memory.tried.remove(&id).unwrap_or_else(|| user.to_vec());
        connection.user = Some(user.clone());
        connection.order = order;
        self.online.entry(user).or_default().insert(id);
        mutant::after_login(self, id);
    }

    /// Whether one endpoint more is allowed for this user (CHAT-AUTH-5).
    fn may_log_in(&self, user: &[u8]) -> bool {
        let is_left_out = self.settings.is(Mutant::RegisteredUserIsNotHeld);
        let is_held = |id: &&ConnectionId| !(is_left_out && self.memory.registered.contains(id));
        let endpoints = self.online.get(user).into_iter().flatten().filter(is_held).count();
        let is_full = endpoints >= 2 && self.settings.is(Mutant::ThirdEndpointIsRefused);
        endpoints == 0 && !mutant::holds_a_place(self, user)
            || self.settings.several_endpoints && !is_full
    }

    /// Whether a mutant looks at the user before it looks whether there is a login.
    fn checks_authenticated_last(&self, id: ConnectionId, user: &[u8]) -> bool {
        self.settings.is(Mutant::AuthenticatedIsCheckedLast) && self.account(user).is_none()
            || self.settings.is(Mutant::RegisteredUsersLogInAgain)
                && self.memory.registered.contains(&id)
    }

    /// Whether a mutant finds the name in use of who registers himself once more.
    fn is_oneself(&self, id: ConnectionId, user: &[u8]) -> bool {
        let own = self.connections.get(&id).and_then(|connection| connection.user.as_deref());
        self.settings.is(Mutant::RegisteringOneselfIsInUse) && own == Some(user)
    }

    fn is_authenticated(&self, id: ConnectionId) -> bool {
        self.connections.get(&id).is_some_and(|connection| connection.user.is_some())
    }

    fn account(&self, user: &[u8]) -> Option<&Password> {
        mutant::account(self.settings.mutant, &self.accounts, user)
    }
}
