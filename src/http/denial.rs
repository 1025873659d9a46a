//! Why a request is not answered.

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// It has no right user name and password.
    Unauthorized,
    /// The rate limit is reached.
    RateLimit,
    /// Too many passwords wait to be checked.
    Busy,
}

impl Denial {
    /// Every denial.
    pub const ALL: [Self; 3] = [Self::Unauthorized, Self::RateLimit, Self::Busy];

    /// The value of the label `reason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::RateLimit => "rate_limit",
            Self::Busy => "too_many_passwords",
        }
    }
}
