//! What can go wrong on request: which calls are hit, by what, and how often.
//!
//! Faults are set by function call alone; nothing that comes over the network can cause one.

use std::time::Duration;

use super::refusal::Refusal;
use super::world::Scope;

/// What happens to a call that a fault hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// 400 `Throttling`, which SDKs retry.
    Throttle,
    /// 500 in the protocol's own shape.
    ServerError500,
    /// 503 with a page in HTML, as a proxy in between sends it.
    Html503,
    /// The request is taken and never answered.
    Hang,
    /// Status, headers and the first bytes are sent, and nothing more.
    Stall,
    /// The connection is closed without an answer.
    Disconnect,
    /// The right answer, cut after so many bytes by somebody who made `Content-Length` fit.
    CutBody(usize),
    /// The right answer's head and its first so many bytes; then the connection is closed.
    CutConnection(usize),
    /// This status and body in place of the answer.
    Answer(u16, &'static str),
    /// 403 with the whole request in its message.
    Echo,
    /// 200 and a body that never ends.
    EndlessBody,
    /// A listing whose every page is the first one and names the same next page.
    SameMarker,
    /// A listing whose every page is the first one and names a next page that was not named before.
    EndlessPages,
    /// The right answer, so much later.
    Slow(Duration),
    /// 403 `AccessDenied`.
    Denied,
    /// 403 `ExpiredToken`.
    Expired,
    /// `GetMetricData` answers, but its results are `PartialData` and hold the first half of their points.
    PartialData,
    /// `GetMetricData` answers, but its results are `InternalError` and hold nothing.
    InternalErrorResult,
    /// `GetMetricData` answers, but its results are `Forbidden` and hold nothing.
    ForbiddenResult,
}

/// A fault: an effect, the calls it hits (all, unless narrowed), and how many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    effect: Effect,
    account: Option<String>,
    region: Option<String>,
    operation: Option<String>,
    dimension_value: Option<String>,
    times: Option<u32>,
}

/// Names a fault that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaultId(u64);

impl Fault {
    /// A fault that hits every request until it is lifted.
    #[must_use]
    pub const fn new(effect: Effect) -> Self {
        Self { effect, account: None, region: None, operation: None, dimension_value: None, times: None }
    }

    /// Hits only requests to this account.
    #[must_use]
    pub fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    /// Hits only requests to this region.
    #[must_use]
    pub fn region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    /// Hits only this operation, such as `GetMetricData`.
    #[must_use]
    pub fn operation(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Hits only `GetMetricData` calls that ask for a metric with this value in its dimensions, such as `orders`.
    ///
    /// An effect on results then hits only the results of those metrics.
    #[must_use]
    pub fn dimension_value(mut self, value: &str) -> Self {
        self.dimension_value = Some(value.to_owned());
        self
    }

    /// Hits this many requests (each retry is one), and is gone.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn hits(&self, scope: &Scope, operation: &str, mentions: impl Fn(&str) -> bool) -> bool {
        let is = |own: &Option<String>, value: &str| own.as_ref().is_none_or(|own| own == value);
        is(&self.account, &scope.account)
            && is(&self.region, &scope.region)
            && is(&self.operation, operation)
            && self.dimension_value.as_ref().is_none_or(|value| mentions(value))
    }
}

/// A spoiled result of `GetMetricData`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoil {
    /// The results that are hit: those with this value in their dimensions.
    pub value: Option<String>,
    /// The status code they get.
    pub code: &'static str,
    /// Whether half of the points stay.
    pub keeps_half: bool,
}

/// What the faults do to one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Blow {
    /// Set if the request is not answered as it should be.
    pub effect: Option<Effect>,
    /// What happens to the results if it is answered.
    pub spoils: Vec<Spoil>,
}

/// The faults that are set.
#[derive(Debug, Default)]
pub(super) struct Faults {
    last: u64,
    set: Vec<(FaultId, Fault)>,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) -> FaultId {
        self.last += 1;
        self.set.push((FaultId(self.last), fault));
        FaultId(self.last)
    }

    pub(super) fn lift(&mut self, id: FaultId) {
        self.set.retain(|(it, _)| *it != id);
    }

    pub(super) fn clear(&mut self) {
        self.set.clear();
    }

    /// What happens to a request: the first fault on the whole of it that matches, and all on its results.
    pub(super) fn strike(&mut self, scope: &Scope, operation: &str, mentions: impl Fn(&str) -> bool) -> Blow {
        let mut blow = Blow::default();
        for (_, fault) in &mut self.set {
            if fault.times == Some(0) || !fault.hits(scope, operation, &mentions) {
                continue;
            }
            match fault.effect.spoil() {
                Some((code, keeps_half)) if operation == "GetMetricData" => {
                    blow.spoils.push(Spoil { value: fault.dimension_value.clone(), code, keeps_half });
                }
                None if blow.effect.is_none() => blow.effect = Some(fault.effect),
                _ => continue,
            }
            fault.times = fault.times.map(|times| times - 1);
        }
        blow
    }
}

impl Effect {
    /// The status code of spoiled results, and whether half of the points stay.
    const fn spoil(self) -> Option<(&'static str, bool)> {
        match self {
            Self::PartialData => Some(("PartialData", true)),
            Self::InternalErrorResult => Some(("InternalError", false)),
            Self::ForbiddenResult => Some(("Forbidden", false)),
            _ => None,
        }
    }

    /// Whether the right answer is made, and comes late or spoiled.
    pub(super) const fn answers(self) -> bool {
        use Effect::{CutBody, CutConnection, EndlessPages, SameMarker, Slow};
        matches!(self, Slow(_) | CutBody(_) | CutConnection(_) | SameMarker | EndlessPages)
    }

    /// The refusal of effects that are one.
    pub(super) fn refusal(self, scope: &Scope, operation: &str) -> Option<Refusal> {
        match self {
            Self::Throttle => Some(Refusal::throttling()),
            Self::ServerError500 => Some(Refusal::internal()),
            Self::Denied => Some(Refusal::denied(&scope.account, operation)),
            Self::Expired => Some(Refusal::expired()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strike(faults: &mut Faults, account: &str, operation: &str) -> Option<Effect> {
        let scope = Scope { account: account.to_owned(), region: "eu-west-1".to_owned() };
        faults.strike(&scope, operation, |value| value == "orders").effect
    }

    #[test]
    fn a_fault_hits_what_it_names_as_often_as_it_says() {
        let mut faults = Faults::default();
        faults.add(Fault::new(Effect::Denied).account("1").operation("DescribeDBClusters").times(2));
        assert_eq!(strike(&mut faults, "2", "DescribeDBClusters"), None);
        assert_eq!(strike(&mut faults, "1", "DescribeDBInstances"), None);
        let hits: Vec<_> = (0..3).map(|_| strike(&mut faults, "1", "DescribeDBClusters")).collect();
        assert_eq!(hits, [Some(Effect::Denied), Some(Effect::Denied), None]);
    }

    #[test]
    fn the_first_fault_wins_and_can_be_lifted() {
        let mut faults = Faults::default();
        let first = faults.add(Fault::new(Effect::Hang).dimension_value("orders"));
        faults.add(Fault::new(Effect::Throttle));
        assert_eq!(strike(&mut faults, "1", "GetMetricData"), Some(Effect::Hang));
        faults.lift(first);
        assert_eq!(strike(&mut faults, "1", "GetMetricData"), Some(Effect::Throttle));
        faults.clear();
        assert_eq!(strike(&mut faults, "1", "GetMetricData"), None);
    }
}
