//! boto3, which fills emulators and reads the answers of the simulated AWS.

use serde_json::{Value, json};

use super::databases::REGION;
use super::tools::{project, run, tool};

/// One call of an AWS API, by the names that boto3 gives things.
pub(crate) struct Call<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) arguments: Value,
}

pub(crate) struct Boto {
    endpoint: String,
    access_key: String,
    protocol: Option<&'static str>,
}

impl Boto {
    pub(crate) fn at(endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned(), access_key: "test".to_owned(), protocol: None }
    }

    /// With another access key: a user, a session, or (twelve digits in `MiniStack`) an account.
    pub(crate) fn with_key(mut self, access_key: &str) -> Self {
        access_key.clone_into(&mut self.access_key);
        self
    }

    /// In this wire protocol instead of the one that boto3 prefers.
    pub(crate) fn with_protocol(mut self, protocol: &'static str) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// Calls one after the other and returns their answers; panics if one is an error.
    #[track_caller]
    pub(crate) fn call(&self, calls: &[Call]) -> Vec<Value> {
        let answers = self.try_call(calls);
        for (call, answer) in calls.iter().zip(&answers) {
            assert!(answer.get("Error").is_none(), "{}: {answer}", call.operation);
        }
        answers
    }

    /// The same with errors among the answers, as `{"Error": {"Code": …, "Message": …}}`.
    #[track_caller]
    pub(crate) fn try_call(&self, calls: &[Call]) -> Vec<Value> {
        let mut command = tool("venv/bin/python");
        command
            .arg(project().join("tests/emulators/call.py"))
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", &self.access_key)
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_MAX_ATTEMPTS", "1")
            .envs(self.protocol.map(|protocol| ("PREFERRED_PROTOCOL", protocol)));
        let calls = calls.iter().map(|call| json!([call.service, call.operation, call.arguments]));
        let calls: Value = calls.collect();
        let output = run(&mut command, &calls.to_string());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}
