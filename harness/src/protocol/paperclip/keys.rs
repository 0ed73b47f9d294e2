//! The keys of the suite's peers, and of the reference where it is simulated. The arithmetic of the curve is most of what a
//! PaperClip case costs, and it is the same again and again: the judge plays each run anew, and runs of one seed begin with the
//! same keys. So what was worked out is kept for the whole process. It changes no octet of a run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reference::entropy::Entropy;
use reference::paperclip::{KeyAgreement, KeyPair};

/// What is worked out once, for the reference in a simulation.
pub(super) const REMEMBERED: KeyAgreement = KeyAgreement { generate, shared };

/// So many key pairs, and so many shared secrets, are kept; then the memory is emptied.
const KEPT_MAX: usize = 4096;

/// Key pairs, by the octets that their secret is drawn from.
static PAIRS: Mutex<BTreeMap<[u8; 48], Arc<KeyPair>>> = Mutex::new(BTreeMap::new());
/// The public keys of the peer and of the subject.
type Keys = (Vec<u8>, Vec<u8>);
/// Shared secrets; none where the subject's key is none.
static SHARED: Mutex<BTreeMap<Keys, Option<[u8; 48]>>> = Mutex::new(BTreeMap::new());

/// Key pairs with a short secret, by what they were drawn from and the subject's key.
static SHORT: Mutex<BTreeMap<DrawnFor, Arc<KeyPair>>> = Mutex::new(BTreeMap::new());
/// What a pair is drawn from, and the subject's key.
type DrawnFor = ([u8; 48], Vec<u8>);

/// What another thread has left is whole, whatever became of it.
fn lock<K: Ord, V>(memory: &Mutex<BTreeMap<K, V>>) -> MutexGuard<'_, BTreeMap<K, V>> {
    let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
    if memory.len() >= KEPT_MAX {
        memory.clear();
    }
    memory
}

/// The key pair that comes next, as [`KeyPair::generate`] gives it.
pub(super) fn generate(entropy: &mut Entropy) -> Arc<KeyPair> {
    let drawn = entropy.clone().octets();
    let pair = KeyPair::generate(entropy);
    Arc::clone(lock(&PAIRS).entry(drawn).or_insert_with(|| Arc::new(pair)))
}

/// A key pair whose secret with the owner of a public key begins with a zero, as one in 256 does; any pair where that
/// cannot be had.
pub(super) fn with_short_secret(entropy: &mut Entropy, key: &[u8]) -> Arc<KeyPair> {
    let mut drawn = entropy.clone();
    let question = (drawn.clone().octets(), key.to_vec());
    let next = generate(entropy);
    if let Some(known) = lock(&SHORT).get(&question) {
        return Arc::clone(known);
    }
    let pair = KeyPair::with_short_secret(&mut drawn, key).map_or(next, Arc::new);
    lock(&SHORT).insert(question, Arc::clone(&pair));
    pair
}

/// The secret that the pair shares with the owner of a public key, as [`KeyPair::shared`] gives it.
pub(super) fn shared(pair: &KeyPair, key: &[u8]) -> Option<[u8; 48]> {
    let question = (pair.public().to_vec(), key.to_vec());
    if let Some(known) = lock(&SHARED).get(&question) {
        return *known;
    }
    let shared = pair.shared(key);
    lock(&SHARED).insert(question, shared);
    shared
}
