//! Words of the catalogue as documents say them.

use crate::catalog::Denominator;

/// What a share is a share of.
pub(in crate::generate) const fn denominator(denominator: Denominator) -> &'static str {
    match denominator {
        Denominator::AllocatedStorage => "allocated storage",
        Denominator::LogVolumeSize => "the log volume",
        Denominator::LocalStorage => "local storage",
        Denominator::LogStorage => "the log volume, else allocated storage",
        Denominator::InstanceMemory => "memory",
        Denominator::MaxConnections => "max connections",
        Denominator::Vcpus => "vCPUs",
        Denominator::MaxAcu => "the most capacity units",
        Denominator::ProvisionedIops => "provisioned IOPS",
        Denominator::ProvisionedThroughput => "provisioned throughput",
        Denominator::NetworkBandwidth => "network bandwidth",
    }
}
