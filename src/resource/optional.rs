//! Calls that plimsoll can do without: each needs an IAM action of its own, and a refused one takes nothing else with it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::ResourceEvent;

/// A call for an account and region, at an interval of its own, if the configuration and AWS allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OptionalCall {
    /// `DescribePendingMaintenanceActions`.
    Maintenance,
    /// `DescribeDBMajorEngineVersions`.
    Lifecycles,
    /// `DescribeAccountAttributes`.
    Quotas,
    /// `DescribeEvents`.
    Events,
    /// `DescribeBlueGreenDeployments`.
    BlueGreen,
}

/// Maintenance is announced weeks ahead.
const MAINTENANCE_INTERVAL: Duration = Duration::from_hours(1);

/// The end of a version is announced years ahead.
const LIFECYCLES_INTERVAL: Duration = Duration::from_hours(24);

/// Databases that are created one after the other take hours to use up a quota.
const QUOTAS_INTERVAL: Duration = Duration::from_hours(1);

/// An alert on a restart should come within minutes.
const EVENTS_INTERVAL: Duration = Duration::from_mins(2);

/// A green database takes longer than that to be created, and a switchover is seen in the listings.
const BLUE_GREEN_INTERVAL: Duration = Duration::from_mins(5);

impl OptionalCall {
    /// Every call, in the order of documents.
    pub const ALL: [Self; 5] = [Self::Maintenance, Self::Lifecycles, Self::Quotas, Self::Events, Self::BlueGreen];

    /// Its name in `[discovery] optional`, and the value of the label `task`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::Lifecycles => "lifecycles",
            Self::Quotas => "quotas",
            Self::Events => "events",
            Self::BlueGreen => "blue_green",
        }
    }

    /// The IAM action that it needs.
    #[must_use]
    pub const fn permission(self) -> &'static str {
        match self {
            Self::Maintenance => "rds:DescribePendingMaintenanceActions",
            Self::Lifecycles => "rds:DescribeDBMajorEngineVersions",
            Self::Quotas => "rds:DescribeAccountAttributes",
            Self::Events => "rds:DescribeEvents",
            Self::BlueGreen => "rds:DescribeBlueGreenDeployments",
        }
    }

    /// How often it is made.
    #[must_use]
    pub const fn interval(self) -> Duration {
        match self {
            Self::Maintenance => MAINTENANCE_INTERVAL,
            Self::Lifecycles => LIFECYCLES_INTERVAL,
            Self::Quotas => QUOTAS_INTERVAL,
            Self::Events => EVENTS_INTERVAL,
            Self::BlueGreen => BLUE_GREEN_INTERVAL,
        }
    }
}

/// What an optional call returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OptionalAnswer {
    /// By ARN, when AWS applies maintenance that nobody ordered, in seconds since 1970.
    Maintenance(BTreeMap<String, f64>),
    /// Of every engine.
    Lifecycles(Vec<Lifecycle>),
    /// By name, how much of each quota is used, in percent.
    Quotas(BTreeMap<String, f64>),
    /// Of all resources, in any order. They are counted once and never saved.
    #[serde(skip)]
    Events(Vec<ResourceEvent>),
    /// Every blue/green deployment.
    BlueGreen(BlueGreenDeployments),
}

/// By the identifier of a deployment, the ARNs of its members: each one of the blue environment with the one of the green
/// environment that replaces it or has replaced it.
pub type BlueGreenDeployments = BTreeMap<String, BTreeSet<(String, String)>>;

impl OptionalAnswer {
    /// The call that it answers.
    #[must_use]
    pub const fn call(&self) -> OptionalCall {
        match self {
            Self::Maintenance(_) => OptionalCall::Maintenance,
            Self::Lifecycles(_) => OptionalCall::Lifecycles,
            Self::Quotas(_) => OptionalCall::Quotas,
            Self::Events(_) => OptionalCall::Events,
            Self::BlueGreen(_) => OptionalCall::BlueGreen,
        }
    }
}

/// Until when a major version of an engine is supported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// The engine as AWS writes it.
    pub engine: String,
    /// The major version, such as `13` or `8.0`.
    pub version: String,
    /// The end of standard support, in seconds since 1970.
    pub standard_support_end: f64,
}
