//! What identifies a metric at CloudWatch, whatever kinds of resources have it.

use std::fmt::{self, Display, Formatter};

use crate::resource::Kind;

/// The namespace and name of a metric: `CPUUtilization` of one service is not that of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId {
    /// The CloudWatch namespace.
    pub namespace: &'static str,
    /// The CloudWatch name.
    pub name: &'static str,
}

impl MetricId {
    /// The metric of that name in the service of a kind.
    #[must_use]
    pub fn of(kind: Kind, name: &'static str) -> Self {
        Self { namespace: kind.service.namespace, name }
    }

    /// Whether it is the metric of that name in the service of a kind.
    #[must_use]
    pub fn is(self, kind: Kind, name: &str) -> bool {
        self.namespace == kind.service.namespace && self.name == name
    }
}

/// The name alone.
impl Display for MetricId {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}
