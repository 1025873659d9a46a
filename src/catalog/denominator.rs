//! The denominators of relative levels such as `20pct`.

/// The denominator of a relative level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denominator {
    /// `AllocatedStorage` with additional volumes.
    AllocatedStorage,
    /// The dedicated log volume.
    LogVolumeSize,
    /// The local storage of an Aurora member.
    LocalStorage,
    /// Where transaction and binary logs are kept: the dedicated log volume, else `AllocatedStorage`.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.dlv.html>
    LogStorage,
    /// The memory of the class.
    InstanceMemory,
    /// The engine's connection limit.
    MaxConnections,
    /// Virtual CPUs of the class.
    Vcpus,
    /// The most capacity units a serverless cluster may take.
    MaxAcu,
    /// Provisioned or baseline I/O operations per second.
    ProvisionedIops,
    /// Provisioned or baseline throughput.
    ProvisionedThroughput,
    /// Network bandwidth of the class.
    NetworkBandwidth,
}

impl Denominator {
    /// Whether values cannot exceed it, so that a level at 100 % is crossed always or never.
    ///
    /// More sessions than vCPUs may wait, and volumes and networks may burst beyond their sustained rate.
    #[must_use]
    pub const fn is_limit(self) -> bool {
        match self {
            Self::AllocatedStorage
            | Self::LogVolumeSize
            | Self::LocalStorage
            | Self::LogStorage
            | Self::InstanceMemory
            | Self::MaxConnections
            | Self::MaxAcu => true,
            Self::Vcpus | Self::ProvisionedIops | Self::ProvisionedThroughput | Self::NetworkBandwidth => false,
        }
    }
}
