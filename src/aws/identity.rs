//! Finds out who plimsoll is to AWS.

use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;

use super::clients::Target;
use super::failure::Failure;

const OPERATION: &str = "GetCallerIdentity";

impl Target {
    /// The ARN of the user or of the role session whose credentials are used. AWS allows this call to everybody whose
    /// credentials are valid: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
    ///
    /// # Errors
    /// There are no credentials, they are not valid, or AWS cannot be reached.
    pub async fn identity(&self) -> Result<String, Failure> {
        let reporter = self.reporter::<GetCallerIdentityError>(OPERATION);
        let call = self.sts.get_caller_identity().customize().interceptor(reporter).send();
        let answer = self.limiters.rds.call(OPERATION, call).await?;
        Ok(answer.arn().unwrap_or_default().to_owned())
    }
}
