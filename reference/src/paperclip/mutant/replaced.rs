//! What mutants carry over between the session of an address and the one that replaces it (CLIP-AUTH-4).

use crate::paperclip::SessionId;
use crate::paperclip::endpoint::Endpoint;
use crate::paperclip::mutant::Mutant;
use crate::paperclip::mutant::handshakes::begun_beside;
use crate::time::Instant;

/// The session `new` replaces `old`, which is still there.
pub(in crate::paperclip) fn inherit(
    endpoint: &mut Endpoint,
    now: Instant,
    old: SessionId,
    new: SessionId,
) {
    let mutant = endpoint.settings.config.mutant;
    let Some(old) = endpoint.sessions.get(&old).filter(|_| mutant.is_some()).cloned() else {
        return;
    };
    endpoint.with_session(now, new, |session, _| match mutant {
        Some(Mutant::ReplacedReceivedKept) => session.window = old.window,
        Some(Mutant::ReplacedSentKept) => session.outbound = old.outbound,
        Some(Mutant::ReplacedFragmentsKept) => session.reassembly = old.reassembly,
        Some(Mutant::ReplacedNumbersKept) => {
            session.outbound.given = session.outbound.given.max(old.outbound.given);
        }
        Some(Mutant::ReplacedKeyKept) => session.key = old.key,
        _ => {}
    });
}

/// The session `new` would replace `old` when its *finished* comes.
pub(in crate::paperclip) fn preempt(
    endpoint: &mut Endpoint,
    now: Instant,
    old: SessionId,
    new: SessionId,
) {
    begun_beside(endpoint, now, new);
    if !endpoint.settings.is(Mutant::NewKeyUsedAtOnce) {
        return;
    }
    let key = endpoint.sessions.get(&new).and_then(|session| session.key);
    endpoint.with_session(now, old, |session, _| session.key = key);
}
