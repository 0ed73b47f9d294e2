//! Cookies: what a listener gives away so that it need keep nothing (MNET-COOKIE-2, RFC 9260 §5.1.3).

use core::net::{IpAddr, SocketAddr};
use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::entropy::Entropy;
use crate::mnet::mutant::Mutant;
use crate::mnet::settings::Settings;
use crate::mnet::{Packet, Tag, VERSION};
use crate::wire::ByteOrder;

/// The octets of the HMAC in a cookie.
type Code = [u8; 20];

/// The content of COOKIE and COOKIE-ECHO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cookie {
    /// Y.
    pub(super) tag: Tag,
    /// X.
    pub(super) peer_tag: Tag,
    pub(super) version: u8,
    pub(super) expiration: u32,
    pub(super) hmac: Code,
}

impl Cookie {
    pub(super) const fn packet(&self) -> Packet<'static> {
        let Self { tag, peer_tag, version, expiration, hmac } = *self;
        Packet::Cookie { tag, peer_tag, version, expiration, hmac }
    }

    /// The same octets behind another type (MNET-ECHO-1).
    pub(super) const fn echo(&self) -> Packet<'static> {
        let Self { tag, peer_tag, version, expiration, hmac } = *self;
        Packet::CookieEcho { tag, peer_tag, version, expiration, hmac }
    }
}

/// Makes cookies, knows its own, and remembers which have opened a session.
#[derive(Clone, Debug)]
pub(super) struct Jar {
    /// HMAC-SHA1 with the listener's secret taken in.
    keyed: Hmac<Sha1>,
    /// Cookies that have opened a session, the first to expire first (MNET-ECHO-4, MNET-ECHO-8).
    used: BTreeSet<(u32, Code)>,
}

impl Jar {
    /// A jar with a secret of its own.
    pub(super) fn new(entropy: &mut Entropy) -> Self {
        let secret: [u8; 32] = entropy.octets();
        let keyed = Hmac::new_from_slice(&secret).expect("HMAC takes a key of any length");
        Self { keyed, used: BTreeSet::new() }
    }

    /// A cookie for the connector at `peer` with tag `x`.
    pub(super) fn bake(
        &self,
        settings: &Settings,
        local: SocketAddr,
        peer: IpAddr,
        x: Tag,
        y: Tag,
        expiration: u32,
    ) -> Cookie {
        let mut cookie =
            Cookie { tag: y, peer_tag: x, version: VERSION, expiration, hmac: [0; 20] };
        cookie.hmac = self.code(settings, local, peer, &cookie);
        cookie
    }

    /// Whether the cookie is one that [`bake`](Self::bake) made, whatever the time.
    pub(super) fn is_genuine(
        &self,
        settings: &Settings,
        local: SocketAddr,
        peer: IpAddr,
        cookie: &Cookie,
    ) -> bool {
        let code = self.code(settings, local, peer, cookie);
        let matches = match settings.mutant {
            Some(Mutant::HmacNotChecked) => true,
            Some(Mutant::HmacPrefixOnly) => {
                code.first_chunk::<8>() == cookie.hmac.first_chunk::<8>()
            }
            Some(Mutant::HmacComparedByItsXor) => {
                let xor = |code: Code| code.into_iter().fold(0, |all, octet| all ^ octet);
                xor(code) == xor(cookie.hmac)
            }
            Some(Mutant::HmacComparedUpToAZero) => {
                let text = |code: Code| code.into_iter().take_while(|octet| *octet != 0);
                text(code).eq(text(cookie.hmac))
            }
            _ => bool::from(code.ct_eq(&cookie.hmac)),
        };
        // The version is outside the HMAC (MNET-ECHO-2).
        matches && (cookie.version == VERSION || settings.is(Mutant::CookieVersionNotChecked))
    }

    fn code(&self, settings: &Settings, local: SocketAddr, peer: IpAddr, cookie: &Cookie) -> Code {
        let unless = |mutant, tag: Tag| if settings.is(mutant) { Tag::default() } else { tag };
        let mut mac = self.keyed.clone();
        if !settings.is(Mutant::ExpirationNotAuthenticated) {
            mac.update(&match settings.dialect.byte_order {
                ByteOrder::Little => cookie.expiration.to_le_bytes(),
                ByteOrder::Big => cookie.expiration.to_be_bytes(),
            });
        }
        match peer {
            _ if settings.is(Mutant::AddressNotAuthenticated) => {}
            IpAddr::V4(address) => mac.update(&address.octets()),
            IpAddr::V6(address) => mac.update(&address.octets()),
        }
        mac.update(&local.port().to_be_bytes());
        mac.update(&unless(Mutant::TagNotAuthenticated, cookie.tag));
        let mut peer_tag = unless(Mutant::PeerTagNotAuthenticated, cookie.peer_tag);
        if settings.is(Mutant::LowestBitOfThePeerTagNotAuthenticated) {
            peer_tag[2] &= !1;
        }
        mac.update(&peer_tag);
        mac.finalize().into_bytes().into()
    }

    /// Notes that the cookie opens a session now. Says `false`, and notes nothing, if it did
    /// before, or if too many are remembered.
    pub(super) fn spend(&mut self, settings: &Settings, cookie: &Cookie, unix_now: u32) -> bool {
        while self.used.first().is_some_and(|(expiration, _)| *expiration < unix_now) {
            self.used.pop_first();
        }
        if settings.is(Mutant::FewSpentCookiesRemembered) && self.used.len() > 4 {
            self.used.pop_first();
        }
        self.used.len() < settings.limits.remembered_cookies
            && self.used.insert((cookie.expiration, cookie.hmac))
    }
}
