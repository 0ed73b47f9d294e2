//! How mutants prove who they are, and what they take for a proof.

use sha2::{Digest as _, Sha256};

use crate::Role;
use crate::paperclip::mutant::Mutant;
use crate::paperclip::{Config, KeyPair, SessionKey};

/// The session key that follows from both key pairs; `None` when `peer` is no key on the curve.
pub(in crate::paperclip) fn agree(
    config: &Config,
    pair: &KeyPair,
    peer: &[u8],
) -> Option<SessionKey> {
    let shared = (config.key_agreement.shared)(pair, peer)?;
    Some(match config.mutant {
        Some(Mutant::DerivesWithOtherInfo) => SessionKey::derive(&shared, b"handshake"),
        Some(Mutant::DerivesWithoutInfo) => SessionKey::derive(&shared, b""),
        Some(Mutant::DerivesWithoutLeadingZeros) => {
            let zeros = shared.iter().take_while(|octet| **octet == 0).count();
            SessionKey::derive(shared.get(zeros..)?, b"handshake data")
        }
        Some(Mutant::DerivesByHash) => SessionKey(Sha256::digest(shared).into()),
        _ => SessionKey::of_shared(&shared),
    })
}

/// What is sent as *finished*.
pub(in crate::paperclip) fn finished(
    mutant: Option<Mutant>,
    role: Role,
    key: &SessionKey,
) -> Vec<u8> {
    let right = key.finished();
    match (mutant, role) {
        (Some(Mutant::FinishedWithOtherLabel), _) => key.proof(b"finished", &[0x13]).to_vec(),
        (Some(Mutant::FinishedOfText13), _) => key.proof(b"node finished", b"13").to_vec(),
        (Some(Mutant::FinishedOfDecimal13), _) => key.proof(b"node finished", &[13]).to_vec(),
        (Some(Mutant::FinishedWithoutHash), _) => key.mac(&[b"node finished", &[0x13]]).to_vec(),
        (Some(Mutant::FinishedCut), _) => right.iter().copied().take(16).collect(),
        (Some(Mutant::ServerFinishedEmpty), Role::Listener)
        | (Some(Mutant::ClientFinishedEmpty), Role::Connector) => Vec::new(),
        _ => right.to_vec(),
    }
}

/// Whether this is taken for *finished*.
pub(in crate::paperclip) fn is_finished(
    mutant: Option<Mutant>,
    key: &SessionKey,
    proof: &[u8],
) -> bool {
    let right = key.finished();
    match mutant {
        Some(Mutant::FinishedUnchecked) => true,
        Some(Mutant::EmptyFinishedTaken) => proof.is_empty() || key.is_finished(proof),
        Some(Mutant::FinishedHalfChecked) => proof.get(..16) == right.get(..16),
        Some(Mutant::FinishedPrefixTaken) => right.starts_with(proof),
        _ => key.is_finished(proof),
    }
}

/// The trust anchors that count; `None`: no signature counts.
pub(in crate::paperclip) fn anchors(
    mutant: Option<Mutant>,
    anchors: &[Vec<u8>],
) -> Option<&[Vec<u8>]> {
    match mutant {
        Some(Mutant::SignatureUnchecked) => None,
        Some(Mutant::LastAnchorForgotten) => {
            Some(anchors.split_last().map_or(&[][..], |(_, others)| others))
        }
        _ => Some(anchors),
    }
}
