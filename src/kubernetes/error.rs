//! Why a Lease was not reached, and what helps.

use kube::config::InferConfigError;

const UNAUTHORIZED: u16 = 401;
const FORBIDDEN: u16 = 403;
const NOT_FOUND: u16 = 404;
const CONFLICT: u16 = 409;

/// A verb as RBAC has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// GET.
    Get,
    /// POST.
    Create,
    /// PUT.
    Update,
}

/// Why a Lease was not reached. The text never holds what the API answered.
#[derive(Debug, thiserror::Error)]
pub enum KubernetesError {
    /// Neither a service account nor a kubeconfig says where the API is.
    #[error("no Kubernetes API is known here")]
    Unknown(#[source] Box<InferConfigError>),
    /// No connection, no TLS, no token, or a response that is no Lease.
    #[error("cannot {} the Lease {lease}", verb.name())]
    Request {
        /// What was to be done.
        verb: Verb,
        /// Namespace and name.
        lease: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The API refused the request.
    #[error("cannot {} the Lease {lease}: status {status}", verb.name())]
    Refused {
        /// What was to be done.
        verb: Verb,
        /// Namespace and name.
        lease: String,
        /// The status of the response.
        status: u16,
    },
}

impl Verb {
    const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
        }
    }
}

impl KubernetesError {
    /// Whether there is no such Lease.
    pub(super) const fn is_absence(&self) -> bool {
        matches!(self, Self::Refused { verb: Verb::Get, status: NOT_FOUND, .. })
    }

    /// Whether another replica has created or replaced the Lease since it was read.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { status: CONFLICT, .. })
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Unknown(_) => {
                "run plimsoll in a pod with the token of its service account, or name a kubeconfig in KUBECONFIG"
                    .to_owned()
            }
            Self::Refused { status: UNAUTHORIZED, .. } => {
                "check that the service account of the pod exists; its token is read again at the next attempt"
                    .to_owned()
            }
            Self::Refused { verb, lease, status: FORBIDDEN } => format!(
                "let a Role of the pod's service account allow `{}` on `leases` of the API group `coordination.k8s.io`: {lease}",
                verb.name()
            ),
            Self::Refused { status: NOT_FOUND, .. } => "check `namespace` of `[lease]`".to_owned(),
            Self::Request { .. } | Self::Refused { .. } => "check that the pod reaches the Kubernetes API".to_owned(),
        }
    }
}
