//! Error responses of AWS: their codes and messages, for each protocol.

/// An error in place of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorResponse {
    /// The HTTP status.
    pub status: u16,
    /// The code of the query protocol, which SDKs report for every protocol.
    pub code: &'static str,
    /// The name of the error in `CloudWatch`'s Smithy model.
    pub shape: &'static str,
    /// The message for people.
    pub message: String,
}

impl ErrorResponse {
    fn new(status: u16, code: &'static str, shape: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, shape, message: message.into() }
    }

    /// Whether the request caused the error, and not the service.
    pub(super) const fn is_sender(&self) -> bool {
        self.status < 500
    }

    pub(super) fn throttling() -> Self {
        Self::new(400, "Throttling", "ThrottlingException", "Rate exceeded")
    }

    pub(super) fn denied(account: &str, operation: &str) -> Self {
        let user = format!("arn:aws:iam::{account}:user/simulated");
        let message = format!("User: {user} is not authorized to perform: {operation}");
        Self::new(403, "AccessDenied", "AccessDeniedException", message)
    }

    /// An error that repeats the request, as some gateways send it.
    pub(super) fn echo(request: &str) -> Self {
        Self::new(403, "AccessDenied", "AccessDeniedException", format!("Forbidden: {request}"))
    }

    pub(super) fn expired() -> Self {
        let message = "The security token included in the request is expired";
        Self::new(403, "ExpiredToken", "ExpiredTokenException", message)
    }

    pub(super) fn unsigned() -> Self {
        let message = "Request is missing Authentication Token";
        Self::new(403, "MissingAuthenticationToken", "MissingAuthenticationTokenException", message)
    }

    pub(super) fn internal() -> Self {
        let message = "The request processing has failed because of an unknown error, exception or failure.";
        Self::new(500, "InternalServiceError", "InternalServiceFault", message)
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", "ValidationError", message)
    }

    pub(super) fn next_token() -> Self {
        Self::new(400, "InvalidNextToken", "InvalidNextToken", "The next token specified is invalid.")
    }

    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::new(400, "SerializationException", "SerializationException", message)
    }

    pub(super) fn too_large() -> Self {
        Self::new(413, "RequestEntityTooLarge", "RequestEntityTooLargeException", "The request is too large.")
    }

    pub(super) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameterValue", "InvalidParameterValueException", message)
    }

    pub(super) fn unknown_operation(operation: &str) -> Self {
        let message = format!("The action {operation} is not valid for this endpoint.");
        Self::new(400, "InvalidAction", "UnknownOperationException", message)
    }

    pub(super) fn no_instance(id: &str) -> Self {
        Self::new(404, "DBInstanceNotFound", "DBInstanceNotFoundFault", format!("DBInstance {id} not found."))
    }

    pub(super) fn no_parameter_group(name: &str) -> Self {
        let message = format!("DBParameterGroup not found: {name}");
        Self::new(404, "DBParameterGroupNotFound", "DBParameterGroupNotFoundFault", message)
    }

    pub(super) fn no_cluster(id: &str) -> Self {
        Self::new(404, "DBClusterNotFoundFault", "DBClusterNotFoundFault", format!("DBCluster {id} not found."))
    }
}
