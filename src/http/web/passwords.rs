//! Checks passwords against bcrypt hashes, which takes a core for a tenth of a second or more.
//!
//! One is computed at a time, on a blocking thread, so that wrong passwords take one core at most. What was right is
//! remembered, so that the scrapes of a known client never wait, whatever others send.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::hmac;
use tokio::sync::Semaphore;

use super::authorization::Credentials;
use crate::config::web_file::Secret;

/// Passwords of all clients that wait. At cost 10 the last of them waits for about five seconds.
const MAX_WAITING: usize = 64;

/// Passwords of one client address that wait: as many scrapes as one Prometheus starts at once.
const MAX_WAITING_OF_CLIENT: usize = 16;

/// bcrypt reads no further bytes: <https://www.usenix.org/legacy/events/usenix99/provos/provos_html/node4.html>.
const BCRYPT_BYTES: usize = 72;

/// The bcrypt hash of each user.
#[derive(Debug, Default)]
pub(super) struct Users(BTreeMap<String, Secret>);

impl Users {
    pub(super) const fn new(hashes: BTreeMap<String, Secret>) -> Self {
        Self(hashes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A hash that takes as long as that of a user. It stands in for an unknown one, so that the time of a response does
    /// not show which names exist.
    fn stand_in(&self) -> Option<&Secret> {
        self.0.values().next()
    }
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    Wrong,
    /// Too many passwords wait.
    Busy,
}

/// What all requests share.
pub(super) struct Passwords {
    verified: Arc<Verified>,
    waiting: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    turn: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new() -> Self {
        Self { verified: Arc::new(Verified::new()), waiting: Arc::default(), turn: Arc::new(Semaphore::new(1)) }
    }

    /// Checks the credentials that a client sent.
    pub(super) async fn check(&self, users: &Arc<Users>, credentials: Credentials, client: IpAddr) -> Verdict {
        let Credentials { user, mut password } = credentials;
        password.truncate(BCRYPT_BYTES);
        let known = users.0.get(&user);
        let Some(hash) = known.or(users.stand_in()) else { return Verdict::Wrong };
        let message = message(hash, &password);
        if known.is_some() && self.verified.has(&user, &message) {
            return Verdict::Right;
        }
        let Some(place) = Waiting::new(&self.waiting, client) else { return Verdict::Busy };
        let Ok(turn) = Arc::clone(&self.turn).acquire_owned().await else { return Verdict::Busy };
        // Another request with the same password may have been checked in the meantime.
        if known.is_some() && self.verified.has(&user, &message) {
            return Verdict::Right;
        }
        let (hash, is_known) = (hash.clone(), known.is_some());
        let (verified, users) = (Arc::clone(&self.verified), Arc::clone(users));
        let check = tokio::task::spawn_blocking(move || {
            // Held until the work is done. That and its result remain when the client closes its connection, or a
            // scrape with a short time-out would never get its answer.
            let _held = (place, turn);
            let is_right = bcrypt::verify(&password, hash.reveal()).unwrap_or(false) && is_known;
            if is_right {
                verified.remember(user, &message, &users);
            }
            is_right
        });
        if check.await.unwrap_or(false) { Verdict::Right } else { Verdict::Wrong }
    }
}

/// Of each user, what was right last.
struct Verified {
    /// Made at random for this process.
    key: hmac::Key,
    /// A tag covers the hash, so that it ends with it.
    tags: Mutex<BTreeMap<String, hmac::Tag>>,
}

impl Verified {
    fn new() -> Self {
        let rng = aws_lc_rs::rand::SystemRandom::new();
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &rng).expect("the system has random bytes");
        Self { key, tags: Mutex::default() }
    }

    fn has(&self, user: &str, message: &[u8]) -> bool {
        lock(&self.tags).get(user).is_some_and(|tag| hmac::verify(&self.key, message, tag.as_ref()).is_ok())
    }

    /// Remembers one password for each user, and forgets users that are no longer configured.
    fn remember(&self, user: String, message: &[u8], users: &Users) {
        let mut tags = lock(&self.tags);
        tags.retain(|user, _| users.0.contains_key(user));
        tags.insert(user, hmac::sign(&self.key, message));
    }
}

/// Hash and password, each after its length, so that no other pair has the same bytes.
fn message(hash: &Secret, password: &[u8]) -> Vec<u8> {
    let parts = [hash.reveal().as_bytes(), password];
    parts.iter().flat_map(|part| part.len().to_be_bytes().into_iter().chain(part.iter().copied())).collect()
}

/// A place among the waiting; dropping it makes room.
struct Waiting {
    all: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    client: IpAddr,
}

impl Waiting {
    /// `None` if too many wait.
    fn new(all: &Arc<Mutex<BTreeMap<IpAddr, usize>>>, client: IpAddr) -> Option<Self> {
        let mut waiting = lock(all);
        let of_client = waiting.get(&client).copied().unwrap_or_default();
        if of_client >= MAX_WAITING_OF_CLIENT || waiting.values().sum::<usize>() >= MAX_WAITING {
            return None;
        }
        waiting.insert(client, of_client + 1);
        Some(Self { all: Arc::clone(all), client })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waiting = lock(&self.all);
        if let Some(of_client) = waiting.get_mut(&self.client) {
            *of_client -= 1;
        }
        waiting.retain(|_, count| *count > 0);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lowest cost there is.
    fn hash(password: &str) -> Secret {
        Secret::new(bcrypt::hash(password, 4).unwrap())
    }

    fn users(list: &[(&str, &Secret)]) -> Arc<Users> {
        Arc::new(Users::new(list.iter().map(|(user, hash)| ((*user).to_owned(), (*hash).clone())).collect()))
    }

    const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    async fn check(passwords: &Passwords, users: &Arc<Users>, user: &str, password: &str) -> Verdict {
        let credentials = Credentials { user: user.to_owned(), password: password.as_bytes().to_vec() };
        passwords.check(users, credentials, CLIENT).await
    }

    #[tokio::test]
    async fn only_a_user_s_own_password_is_right_and_a_new_hash_ends_it() {
        let (passwords, old, new) = (Passwords::new(), hash("old"), hash("new"));
        let before = users(&[("alice", &old), ("bob", &new)]);
        for (user, password, expected) in [
            ("bob", "new", Verdict::Right),
            ("bob", "new", Verdict::Right),
            ("bob", "old", Verdict::Wrong),
            ("bob", "", Verdict::Wrong),
            ("alice", "new", Verdict::Wrong),
            // The hash that stands in for an unknown user is that of alice.
            ("nobody", "old", Verdict::Wrong),
            ("", "old", Verdict::Wrong),
            ("alice", "old", Verdict::Right),
        ] {
            assert_eq!(check(&passwords, &before, user, password).await, expected, "{user} {password}");
        }
        let after = users(&[("alice", &new)]);
        assert_eq!(check(&passwords, &after, "alice", "old").await, Verdict::Wrong);
        assert_eq!(check(&passwords, &after, "bob", "new").await, Verdict::Wrong);
        assert_eq!(check(&passwords, &after, "alice", "new").await, Verdict::Right);
        assert_eq!(lock(&passwords.verified.tags).keys().collect::<Vec<_>>(), ["alice"]);
    }

    #[tokio::test]
    async fn a_known_password_is_right_at_once_while_others_wait() {
        let (passwords, secret) = (Passwords::new(), hash("secret"));
        let users = users(&[("bob", &secret)]);
        assert_eq!(check(&passwords, &users, "bob", "secret").await, Verdict::Right);
        let _turn = Arc::clone(&passwords.turn).acquire_owned().await.unwrap();
        let crowd: Vec<_> = (0..MAX_WAITING_OF_CLIENT).map(|_| Waiting::new(&passwords.waiting, CLIENT)).collect();
        assert!(crowd.iter().all(Option::is_some));
        assert_eq!(check(&passwords, &users, "bob", "wrong").await, Verdict::Busy);
        assert_eq!(check(&passwords, &users, "bob", "secret").await, Verdict::Right);
        drop(crowd);
        assert!(lock(&passwords.waiting).is_empty());
    }

    #[tokio::test]
    async fn a_check_is_finished_and_remembered_when_its_client_has_gone() {
        let (passwords, secret) = (Arc::new(Passwords::new()), hash("secret"));
        let users = users(&[("bob", &secret)]);
        let turn = Arc::clone(&passwords.turn).acquire_owned().await.unwrap();
        let (waiting, users_of_client) = (Arc::clone(&passwords), Arc::clone(&users));
        let client = tokio::spawn(async move { check(&waiting, &users_of_client, "bob", "secret").await });
        while lock(&passwords.waiting).is_empty() {
            tokio::task::yield_now().await;
        }
        drop(turn);
        // Its turn comes next; the work begins while this task waits for a turn of its own.
        tokio::task::yield_now().await;
        client.abort();
        drop(Arc::clone(&passwords.turn).acquire_owned().await.unwrap());
        let is_remembered = !lock(&passwords.verified.tags).is_empty();
        assert!(is_remembered);
    }

    #[test]
    fn all_clients_together_have_a_limit_too() {
        let waiting = Arc::default();
        let clients = (0..255_u8).map(|last| IpAddr::from([10, 0, 0, last]));
        let held: Vec<_> = clients.filter_map(|client| Waiting::new(&waiting, client)).collect();
        assert_eq!(held.len(), MAX_WAITING);
    }
}
