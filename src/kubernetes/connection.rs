//! Requests for one Lease: by the service account of the pod, or outside of a cluster by a kubeconfig.

use http_body_util::{BodyExt, Limited};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{GetParams, PostParams};
use kube::core::Request;
use kube::{Client, Config, Resource};

use super::error::{KubernetesError, Verb};
use crate::config::LeaseName;

/// The most that is read of a response: a Lease has a few hundred bytes, and with what others write to it a few thousand.
const MAX_BODY: usize = 256 * 1024;

/// Anything that ends a request.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A client, and the requests for one Lease.
pub(super) struct Connection {
    client: Client,
    requests: Request,
    namespace: String,
    name: String,
}

impl Connection {
    /// Reads token, authority and address, as they are now.
    pub(super) async fn new(LeaseName { name, namespace }: &LeaseName) -> Result<Self, KubernetesError> {
        let mut config = Config::infer().await.map_err(|error| KubernetesError::Unknown(Box::new(error)))?;
        // The next step is the next attempt.
        config.default_retry = false;
        let namespace = namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
        let failure = |source: kube::Error| {
            let lease = format!("{namespace}/{name}");
            KubernetesError::Request { verb: Verb::Get, lease, source: source.into() }
        };
        let client = Client::try_from(config).map_err(failure)?;
        let requests = Request::new(Lease::url_path(&(), Some(&namespace)));
        Ok(Self { client, requests, namespace, name: name.clone() })
    }

    /// A Lease that nobody has created yet.
    pub(super) fn new_lease(&self) -> Lease {
        let (name, namespace) = (Some(self.name.clone()), Some(self.namespace.clone()));
        Lease { metadata: ObjectMeta { name, namespace, ..ObjectMeta::default() }, spec: None }
    }

    pub(super) async fn get(&self) -> Result<Lease, KubernetesError> {
        self.send(Verb::Get, Vec::new()).await
    }

    pub(super) async fn create(&self, lease: &Lease) -> Result<Lease, KubernetesError> {
        self.send(Verb::Create, text(lease)).await
    }

    /// Replaces it in the version that `lease` has; the API refuses any other.
    pub(super) async fn update(&self, lease: &Lease) -> Result<Lease, KubernetesError> {
        self.send(Verb::Update, text(lease)).await
    }

    async fn send(&self, verb: Verb, text: Vec<u8>) -> Result<Lease, KubernetesError> {
        let lease = || format!("{}/{}", self.namespace, self.name);
        match self.answer(verb, text).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(status)) => Err(KubernetesError::Refused { verb, lease: lease(), status }),
            Err(source) => Err(KubernetesError::Request { verb, lease: lease(), source }),
        }
    }

    /// The Lease of the response, or a status that is no success.
    async fn answer(&self, verb: Verb, text: Vec<u8>) -> Result<Result<Lease, u16>, Cause> {
        let request = match verb {
            Verb::Get => self.requests.get(&self.name, &GetParams::default()),
            Verb::Create => self.requests.create(&PostParams::default(), text),
            Verb::Update => self.requests.replace(&self.name, &PostParams::default(), text),
        };
        let response = self.client.send(request?.map(Into::into)).await?;
        let status = response.status();
        if !status.is_success() {
            return Ok(Err(status.as_u16()));
        }
        let body = Limited::new(response.into_body(), MAX_BODY).collect().await?.to_bytes();
        Ok(Ok(serde_json::from_slice(&body)?))
    }
}

fn text(lease: &Lease) -> Vec<u8> {
    serde_json::to_vec(lease).expect("a Lease is valid JSON")
}
