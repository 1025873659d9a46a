use std::collections::BTreeSet;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const CAPACITY: Capacity = Capacity { connections: 4, per_client: 3, responses: 2 };

/// A registry in which a second passes with every step, and the tokens of all connections.
struct Steps {
    registry: Registry,
    now: Instant,
    tokens: Vec<CancellationToken>,
}

impl Steps {
    fn new() -> Self {
        Self { registry: Registry::new(CAPACITY), now: Instant::now(), tokens: Vec::new() }
    }

    fn tick(&mut self) -> Instant {
        self.now += Duration::from_secs(1);
        self.now
    }

    fn admit(&mut self, client: &str) -> Option<Reason> {
        let (now, token) = (self.tick(), CancellationToken::new());
        self.tokens.push(token.clone());
        let (id, closed) = self.registry.admit(client.parse().unwrap(), token, now);
        assert_eq!(id, self.tokens.len() - 1);
        closed
    }

    fn respond(&mut self, id: Id) -> Option<Reason> {
        let now = self.tick();
        self.registry.respond(id, now).unwrap()
    }

    fn progress(&mut self, id: Id) {
        let now = self.tick();
        self.registry.progress(id, now);
    }

    fn finish(&mut self, id: Id) {
        let now = self.tick();
        self.registry.finish(id, now);
    }

    fn closed(&self) -> Vec<usize> {
        (0..self.tokens.len()).filter(|&id| self.tokens[id].is_cancelled()).collect()
    }
}

fn full() -> Steps {
    let mut steps = Steps::new();
    for client in ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"] {
        assert_eq!(steps.admit(client), None);
    }
    steps
}

#[test]
fn a_full_registry_closes_what_has_been_idle_longest() {
    let mut steps = full();
    steps.respond(0);
    steps.finish(0);
    assert_eq!(steps.admit("10.0.0.5"), Some(Reason::Connections));
    assert_eq!(steps.closed(), [1]);
    assert_eq!(steps.registry.len(), 4);
}

#[test]
fn a_response_is_closed_only_where_nothing_is_idle() {
    let mut steps = Steps::new();
    steps.registry.capacity.responses = 9;
    for (id, client) in (0..).zip(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]) {
        steps.admit(client);
        steps.respond(id);
    }
    // A further request does not reset the age of a response that the client does not read.
    steps.respond(0);
    steps.admit("10.0.0.5");
    assert_eq!(steps.closed(), [0]);
    steps.admit("10.0.0.6");
    assert_eq!(steps.closed(), [0, 4]);
}

#[test]
fn a_client_at_its_own_limit_closes_only_its_own_connections() {
    let mut steps = Steps::new();
    steps.admit("10.0.0.1");
    for _ in 0..3 {
        assert_eq!(steps.admit("10.0.0.2"), None);
    }
    assert_eq!(steps.admit("10.0.0.2"), Some(Reason::PerClient));
    assert_eq!(steps.closed(), [1]);
}

#[test]
fn one_client_is_one_ipv4_address_or_one_ipv6_network() {
    let same = |left: &str, right: &str| client(left.parse().unwrap()) == client(right.parse().unwrap());
    assert!(same("10.0.0.1", "::ffff:10.0.0.1"));
    assert!(!same("10.0.0.1", "10.0.0.2"));
    assert!(same("2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6"));
    assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
}

#[test]
fn too_many_responses_close_the_one_of_which_nothing_was_taken_for_longest() {
    let mut steps = full();
    assert_eq!(steps.respond(1), None);
    assert_eq!(steps.respond(3), None);
    steps.progress(1);
    assert_eq!(steps.respond(2), Some(Reason::Responses));
    assert_eq!(steps.closed(), [3]);
    steps.finish(1);
    assert_eq!(steps.respond(0), None);
}

#[test]
fn a_response_that_the_client_reads_is_not_cut_by_a_burst() {
    let capacity = Capacity { connections: 200, per_client: 200, responses: 3 };
    let (mut registry, start) = (Registry::new(capacity), Instant::now());
    let tokens: Vec<CancellationToken> = (0..100).map(|_| CancellationToken::new()).collect();
    for token in &tokens {
        registry.admit("10.0.0.1".parse().unwrap(), token.clone(), start);
    }
    let after = |milliseconds| start + Duration::from_millis(milliseconds);
    assert_eq!(registry.respond(0, start), Ok(None));
    let mut next = vec![Instant::now(); 100];
    for (newcomer, next) in next.iter_mut().enumerate().skip(1) {
        // The client of the first response reads each 20 ms, the others read nothing.
        let now = after(newcomer as u64);
        if newcomer % 20 == 0 {
            registry.progress(0, now);
        }
        match registry.respond(newcomer, now) {
            Ok(closed) => assert_eq!((closed, newcomer < 3), (None, true)),
            Err(at) => *next = at,
        }
    }
    assert!(tokens.iter().all(|token| !token.is_cancelled()), "all of the first responses are fresh");
    // The first newcomer that waits gets the place of the first response that nobody reads.
    assert_eq!(next[99], after(1) + FRESH);
    assert_eq!(registry.respond(3, next[99]), Ok(Some(Reason::Responses)));
    assert!(tokens[1].is_cancelled() && !tokens[0].is_cancelled());
    registry.finish(0, next[99]);
    assert_eq!(registry.respond(4, next[99]), Ok(None));
}

#[test]
fn a_request_that_waits_is_not_closed_as_the_longest_idle_one() {
    let mut steps = full();
    steps.registry.capacity.responses = 1;
    steps.respond(3);
    assert!(steps.registry.respond(0, steps.now).is_err());
    steps.admit("10.0.0.5");
    assert_eq!(steps.closed(), [1]);
}

#[test]
fn without_a_file_the_longest_idle_connection_is_closed_and_no_response() {
    let mut steps = full();
    steps.respond(0);
    assert_eq!(steps.registry.close_longest_idle(), Some(Reason::OpenFiles));
    assert_eq!(steps.closed(), [1]);
    let mut busy = Steps::new();
    busy.admit("10.0.0.1");
    busy.respond(0);
    assert_eq!(busy.registry.close_longest_idle(), None);
}

#[derive(Debug, Clone)]
enum Step {
    Admit(u8),
    Respond(Id),
    Progress(Id),
    Finish(Id),
    Remove(Id),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3_u8).prop_map(Step::Admit),
        3 => (0..30_usize).prop_map(Step::Respond),
        2 => (0..30_usize).prop_map(Step::Progress),
        2 => (0..30_usize).prop_map(Step::Finish),
        1 => (0..30_usize).prop_map(Step::Remove),
    ]
}

proptest! {
    #[test]
    fn no_limit_is_exceeded_and_the_registry_holds_the_open_connections(steps in vec(step(), 0..100)) {
        let mut all = Steps::new();
        let mut left = BTreeSet::new();
        for step in steps {
            match step {
                Step::Admit(client) => {
                    all.admit(&format!("10.0.0.{client}"));
                    // The new connection is never the one that is closed.
                    prop_assert!(!all.tokens.last().unwrap().is_cancelled());
                }
                Step::Respond(id) => {
                    let was_closed = all.tokens.get(id).is_none_or(CancellationToken::is_cancelled);
                    all.respond(id);
                    prop_assert!(was_closed || !all.tokens[id].is_cancelled());
                }
                Step::Progress(id) => all.progress(id),
                Step::Finish(id) => all.finish(id),
                Step::Remove(id) => {
                    all.registry.remove(id);
                    left.extend((id < all.tokens.len()).then_some(id));
                }
            }
            let open = &all.registry.open;
            prop_assert!(open.len() <= CAPACITY.connections);
            prop_assert!(open.values().filter(|each| each.state == State::Responding).count() <= CAPACITY.responses);
            for connection in open.values() {
                let of_client = open.values().filter(|other| other.client == connection.client).count();
                prop_assert!(of_client <= CAPACITY.per_client);
            }
            for id in 0..all.tokens.len() {
                let is_open = !all.tokens[id].is_cancelled() && !left.contains(&id);
                prop_assert_eq!(is_open, open.contains_key(&id));
            }
        }
    }
}
