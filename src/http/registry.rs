//! Which connections are open, and which of them is closed to make room for another.
//!
//! Has no I/O and no clock. A connection is closed by cancelling its token.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

/// The number of one connection, unique in the process.
pub(super) type Id = usize;

/// A response of which the kernel took bytes so recently is not cut for another one: its client may read fast, and only
/// its turn on our threads, or the way to its client and back, takes so long while hundreds of clients come at once.
const FRESH: Duration = Duration::from_millis(100);

/// How many connections and responses there may be at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Connections of all clients.
    pub connections: usize,
    /// Connections of one client address.
    pub per_client: usize,
    /// Responses that are being made or sent.
    pub responses: usize,
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            // Enough for hundreds of scrapers, probes and browsers. An idle connection costs about 20 KB.
            connections: 2048,
            // A quarter of all: a single client never closes the connections of the others, and hundreds of scrapers
            // may share the address of one NAT.
            per_client: 512,
            // Each may hold 256 KiB in the kernel and half as much here, 50 MB in all. A scrape takes far less than a
            // second, so that 128 of them at once are thousands of scrapers. One that makes no progress is cut for a
            // newcomer after `FRESH`, so that a newcomer waits only where 1,250 clients come in a second and read nothing.
            responses: 128,
        }
    }
}

impl Capacity {
    /// The same with at most `connections` connections, and at least one.
    pub(super) fn at_most(self, connections: usize) -> Self {
        let connections = self.connections.min(connections).max(1);
        Self { connections, per_client: self.per_client.min(connections), ..self }
    }
}

/// Which limit was reached when a connection was closed to make room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The connections of all clients.
    Connections,
    /// The connections of one client address.
    PerClient,
    /// The responses at a time.
    Responses,
    /// The open files of the process or of the machine.
    OpenFiles,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Connections, Self::PerClient, Self::Responses, Self::OpenFiles];

    /// The value of the label `reason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::PerClient => "connections_per_client",
            Self::Responses => "responses",
            Self::OpenFiles => "open_files",
        }
    }
}

/// The state of a connection. Connections are closed in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// It has no complete request.
    Idle,
    /// Its response is being made or sent.
    Responding,
}

#[derive(Debug)]
struct Connection {
    client: IpAddr,
    state: State,
    /// Since when it is idle, or when the kernel last took bytes of its response.
    since: Instant,
    cut: CancellationToken,
}

/// Every open connection.
#[derive(Debug)]
pub(super) struct Registry {
    capacity: Capacity,
    next: Id,
    open: BTreeMap<Id, Connection>,
}

impl Registry {
    pub(super) const fn new(capacity: Capacity) -> Self {
        Self { capacity, next: 0, open: BTreeMap::new() }
    }

    /// Adds an idle connection, which is closed by cancelling `cut`; closes another one if a limit is reached.
    pub(super) fn admit(&mut self, address: IpAddr, cut: CancellationToken, now: Instant) -> (Id, Option<Reason>) {
        let client = client(address);
        let of_client = self.open.values().filter(|connection| connection.client == client).count();
        let closed = if of_client >= self.capacity.per_client {
            self.close_oldest(Reason::PerClient, |connection| connection.client == client)
        } else if self.open.len() >= self.capacity.connections {
            self.close_oldest(Reason::Connections, |_| true)
        } else {
            None
        };
        let id = self.next;
        self.next += 1;
        self.open.insert(id, Connection { client, state: State::Idle, since: now, cut });
        (id, closed)
    }

    /// Begins the response to a request that is complete; returns `Err` with the time of the next attempt if it must wait.
    ///
    /// At the limit of responses, the one without progress for longest is closed for it, unless that one is fresh. So a
    /// client that reads is served to its end beside any number that do not, and a newcomer waits only while as many
    /// responses as there may be are all fresh. A further request is no progress of a response that is still being sent.
    pub(super) fn respond(&mut self, id: Id, now: Instant) -> Result<Option<Reason>, Instant> {
        let responding = || self.open.values().filter(|other| other.state == State::Responding);
        let is_full = responding().count() >= self.capacity.responses;
        let oldest = if is_full { responding().map(|other| other.since).min() } else { None };
        let Some(connection) = self.open.get_mut(&id).filter(|connection| connection.state == State::Idle) else {
            return Ok(None);
        };
        // While it waits, it has not been idle for longest.
        connection.since = now;
        if let Some(next) = oldest.map(|oldest| oldest + FRESH).filter(|next| *next > now) {
            return Err(next);
        }
        let closed =
            oldest.and_then(|_| self.close_oldest(Reason::Responses, |other| other.state == State::Responding));
        self.open.entry(id).and_modify(|connection| connection.state = State::Responding);
        Ok(closed)
    }

    /// Records that the kernel took bytes of a response.
    pub(super) fn progress(&mut self, id: Id, now: Instant) {
        if let Some(connection) = self.open.get_mut(&id).filter(|connection| connection.state == State::Responding) {
            connection.since = now;
        }
    }

    /// Records that the kernel has the whole response.
    pub(super) fn finish(&mut self, id: Id, now: Instant) {
        if let Some(connection) = self.open.get_mut(&id) {
            (connection.state, connection.since) = (State::Idle, now);
        }
    }

    pub(super) fn remove(&mut self, id: Id) {
        self.open.remove(&id);
    }

    /// Closes the connection that has been idle longest, because the limit of open files is reached.
    pub(super) fn close_longest_idle(&mut self) -> Option<Reason> {
        self.close_oldest(Reason::OpenFiles, |connection| connection.state == State::Idle)
    }

    /// Closes every connection.
    pub(super) fn close_all(&mut self) {
        for connection in std::mem::take(&mut self.open).into_values() {
            connection.cut.cancel();
        }
    }

    pub(super) fn is_idle(&self, id: Id) -> bool {
        self.open.get(&id).is_none_or(|connection| connection.state == State::Idle)
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// Closes one of the eligible connections: the one that has been idle longest, or if none is idle, the one whose
    /// client has taken nothing of its response for longest: whoever reads fast is served beside any number of clients
    /// that do not. The search looks at all connections, which takes some ten microseconds.
    fn close_oldest(&mut self, reason: Reason, is_eligible: impl Fn(&Connection) -> bool) -> Option<Reason> {
        let candidates = self.open.iter().filter(|(_, connection)| is_eligible(connection));
        let (&id, _) = candidates.min_by_key(|(id, connection)| (connection.state, connection.since, **id))?;
        self.open.remove(&id)?.cut.cancel();
        Some(reason)
    }
}

/// The address by which clients are counted: an IPv4 address, or the /64 network of an IPv6 address, since one host may
/// use all of its addresses (RFC 8981).
pub(super) fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests;
