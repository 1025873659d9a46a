//! Faults that tests inject: which requests fail, how, and how often.
//!
//! Only a function call sets a fault; no request can.

use std::time::Duration;

use super::error_response::ErrorResponse;
use super::scope::Scope;

/// What happens to a request that a fault matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// 400 `Throttling`, which SDKs retry.
    Throttle,
    /// 500 in the protocol's own shape.
    ServerError500,
    /// 503 with a page in HTML, as a proxy in between sends it.
    Html503,
    /// The request is read and gets no response.
    Hang,
    /// Status, headers and the first bytes are sent, and nothing more.
    Stall,
    /// The connection is closed without a response.
    Disconnect,
    /// The right response, cut after so many bytes, with a `Content-Length` that fits the shorter body.
    CutBody(usize),
    /// Headers and first so many bytes of the right response; then the connection is closed.
    CutConnection(usize),
    /// This status and body in place of the response.
    Answer(u16, &'static [u8]),
    /// 403 with the whole request in the message.
    Echo,
    /// 200 and a body that never ends.
    EndlessBody,
    /// A listing or metric data whose every page is the first one and names the same next page.
    SameMarker,
    /// A listing or metric data whose every page is the first one and names a next page that was not named before.
    EndlessPages,
    /// The right response, so much later.
    Slow(Duration),
    /// 403 `AccessDenied`.
    Denied,
    /// 403 `ExpiredToken`.
    Expired,
    /// `GetMetricData` succeeds, but its results are `PartialData` and hold the first half of their points.
    PartialData,
    /// `GetMetricData` succeeds, but its results are `InternalError` and hold no points.
    InternalErrorResult,
    /// `GetMetricData` succeeds, but its results are `Forbidden` and hold no points.
    ForbiddenResult,
}

/// A fault: an effect, the requests that it matches (all, unless narrowed), and how many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    effect: Effect,
    account: Option<String>,
    region: Option<String>,
    operation: Option<String>,
    dimension_value: Option<String>,
    times: Option<u32>,
    every: u32,
    /// The requests matched so far, whether they were affected or not.
    matched: u32,
}

/// Identifies a fault that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaultId(u64);

impl Fault {
    /// A fault that matches every request until it is lifted.
    #[must_use]
    pub const fn new(effect: Effect) -> Self {
        Self {
            effect,
            account: None,
            region: None,
            operation: None,
            dimension_value: None,
            times: None,
            every: 1,
            matched: 0,
        }
    }

    /// Matches only requests to this account.
    #[must_use]
    pub fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    /// Matches only requests to this region.
    #[must_use]
    pub fn region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    /// Matches only this operation, such as `GetMetricData`.
    #[must_use]
    pub fn operation(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Matches only `GetMetricData` requests that query a metric with this value in its dimensions, such as `orders`.
    ///
    /// An effect on results then changes only the results of those metrics.
    #[must_use]
    pub fn dimension_value(mut self, value: &str) -> Self {
        self.dimension_value = Some(value.to_owned());
        self
    }

    /// Ends after this many requests; each retry counts as one.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Affects only the last one of each so many requests.
    #[must_use]
    pub const fn every(mut self, requests: u32) -> Self {
        self.every = requests;
        self
    }

    fn matches(&self, scope: &Scope, operation: &str, mentions: impl Fn(&str) -> bool) -> bool {
        let is = |own: &Option<String>, value: &str| own.as_ref().is_none_or(|own| own == value);
        is(&self.account, &scope.account)
            && is(&self.region, &scope.region)
            && is(&self.operation, operation)
            && self.dimension_value.as_ref().is_none_or(|value| mentions(value))
    }
}

/// A fault of single results of `GetMetricData`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResultFault {
    /// Only results with this value in their dimensions; `None`: all.
    pub value: Option<String>,
    /// The status code of the results.
    pub code: &'static str,
    /// Whether half of the points stay.
    pub keeps_half: bool,
}

/// The effects of all faults on one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FaultEffects {
    /// The effect on the request as a whole.
    pub effect: Option<Effect>,
    /// The effects on its results, if it succeeds.
    pub result_faults: Vec<ResultFault>,
}

/// All faults that were added, oldest first.
#[derive(Debug, Default)]
pub(super) struct Faults {
    last: u64,
    added: Vec<(FaultId, Fault)>,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) -> FaultId {
        self.last += 1;
        self.added.push((FaultId(self.last), fault));
        FaultId(self.last)
    }

    pub(super) fn lift(&mut self, id: FaultId) {
        self.added.retain(|(other, _)| *other != id);
    }

    pub(super) fn clear(&mut self) {
        self.added.clear();
    }

    /// The effects on a request: the first matching fault on the request as a whole, and every one on its results.
    pub(super) fn apply(&mut self, scope: &Scope, operation: &str, mentions: impl Fn(&str) -> bool) -> FaultEffects {
        let mut effects = FaultEffects::default();
        for (_, fault) in &mut self.added {
            if fault.times == Some(0) || !fault.matches(scope, operation, &mentions) {
                continue;
            }
            fault.matched += 1;
            if !fault.matched.is_multiple_of(fault.every) {
                continue;
            }
            match fault.effect.result_status() {
                Some((code, keeps_half)) if operation == "GetMetricData" => {
                    effects.result_faults.push(ResultFault { value: fault.dimension_value.clone(), code, keeps_half });
                }
                None if effects.effect.is_none() => effects.effect = Some(fault.effect),
                _ => continue,
            }
            fault.times = fault.times.map(|times| times - 1);
        }
        effects
    }
}

impl Effect {
    /// The status code of the results, and whether half of their points stay; `None` for effects on the whole request.
    const fn result_status(self) -> Option<(&'static str, bool)> {
        match self {
            Self::PartialData => Some(("PartialData", true)),
            Self::InternalErrorResult => Some(("InternalError", false)),
            Self::ForbiddenResult => Some(("Forbidden", false)),
            _ => None,
        }
    }

    /// Whether the right response is made, and then delayed or changed.
    pub(super) const fn keeps_response(self) -> bool {
        use Effect::{CutBody, CutConnection, EndlessPages, SameMarker, Slow};
        matches!(self, Slow(_) | CutBody(_) | CutConnection(_) | SameMarker | EndlessPages)
    }

    /// Whether every page is the first one.
    pub(super) const fn ignores_page(self) -> bool {
        matches!(self, Self::SameMarker | Self::EndlessPages)
    }

    /// The error response of effects that are one.
    pub(super) fn error_response(self, scope: &Scope, operation: &str) -> Option<ErrorResponse> {
        match self {
            Self::Throttle => Some(ErrorResponse::throttling()),
            Self::ServerError500 => Some(ErrorResponse::internal()),
            Self::Denied => Some(ErrorResponse::denied(&scope.account, operation)),
            Self::Expired => Some(ErrorResponse::expired()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(faults: &mut Faults, account: &str, operation: &str) -> Option<Effect> {
        let scope = Scope { account: account.to_owned(), region: "eu-west-1".to_owned() };
        faults.apply(&scope, operation, |value| value == "orders").effect
    }

    #[test]
    fn a_fault_matches_what_it_names_so_many_times() {
        let mut faults = Faults::default();
        faults.add(Fault::new(Effect::Denied).account("1").operation("DescribeDBClusters").times(2));
        assert_eq!(effect(&mut faults, "2", "DescribeDBClusters"), None);
        assert_eq!(effect(&mut faults, "1", "DescribeDBInstances"), None);
        let effects: Vec<_> = (0..3).map(|_| effect(&mut faults, "1", "DescribeDBClusters")).collect();
        assert_eq!(effects, [Some(Effect::Denied), Some(Effect::Denied), None]);
    }

    #[test]
    fn the_first_fault_applies_and_can_be_lifted() {
        let mut faults = Faults::default();
        let first = faults.add(Fault::new(Effect::Hang).dimension_value("orders"));
        faults.add(Fault::new(Effect::Throttle));
        assert_eq!(effect(&mut faults, "1", "GetMetricData"), Some(Effect::Hang));
        faults.lift(first);
        assert_eq!(effect(&mut faults, "1", "GetMetricData"), Some(Effect::Throttle));
        faults.clear();
        assert_eq!(effect(&mut faults, "1", "GetMetricData"), None);
    }
}
