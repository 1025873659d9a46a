//! A simulated Kubernetes API, as a pod reaches it: TLS by the authority of the cluster, the token of a service account, and
//! Leases with versions. It speaks the protocol of the API; nothing of plimsoll takes part.
//!
//! <https://kubernetes.io/docs/reference/using-api/api-concepts/>

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TempDir;
use super::certificates::{Authority, Certified};
use super::exporter::Launch;

/// Where Leases of the pod's namespace are.
const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/monitoring/leases";
const NAMESPACE: &str = "monitoring";

/// What the API does in place of the right answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Disorder {
    /// It takes the request and never answers.
    Stall,
    /// It answers each request of a method with a status.
    Status(Method, u16),
    /// It answers with a page of somebody else.
    Garbage,
    /// It answers with a body that does not end.
    Endless,
    /// Somebody else writes the Lease just before the next write arrives, once: another holder, or only a note.
    Overtaken(Option<&'static str>),
}

/// A running API, which stops when it is dropped.
pub(crate) struct KubernetesApi {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// The folder of the service account: token, `ca.crt` and namespace, as the kubelet mounts it.
    account: TempDir,
    _runtime: Runtime,
}

#[derive(Default)]
struct State {
    /// By name.
    leases: BTreeMap<String, Value>,
    version: u64,
    token: String,
    disorder: Option<Disorder>,
}

type Body = BoxBody<Bytes, Infallible>;

impl KubernetesApi {
    pub(crate) fn start() -> Self {
        let authority = Authority::new("cluster");
        let account = TempDir::new("service-account");
        account.write("ca.crt", &authority.pem);
        account.write("namespace", NAMESPACE);
        let acceptor = acceptor(&authority.server());
        let (runtime, state) = (Runtime::new().unwrap(), Arc::<Mutex<State>>::default());
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener, acceptor, Arc::clone(&state)));
        let api = Self { address, state, account, _runtime: runtime };
        api.rotate_token("first");
        api
    }

    /// Another token is valid from now on, and stands in the service account.
    pub(crate) fn rotate_token(&self, token: &str) {
        self.account.write("token", token);
        token.clone_into(&mut self.state().token);
    }

    /// From now on, or no more.
    pub(crate) fn disorder(&self, disorder: Option<Disorder>) {
        self.state().disorder = disorder;
    }

    /// A Lease by its name.
    pub(crate) fn lease(&self, name: &str) -> Option<Value> {
        self.state().leases.get(name).cloned()
    }

    /// The holder of a Lease.
    pub(crate) fn holder(&self, name: &str) -> Option<String> {
        Some(self.lease(name)?["spec"]["holderIdentity"].as_str()?.to_owned())
    }

    /// Somebody else writes a Lease.
    pub(crate) fn write(&self, name: &str, spec: &Value) {
        self.state().put(name, json!({"metadata": {"name": name}, "spec": spec}));
    }

    /// The exporter with a kubeconfig, outside of the cluster.
    pub(crate) fn outside(&self, launch: Launch) -> Launch {
        let (address, account) = (self.address, self.account.path().display());
        let text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: it\n\
             clusters: [{{name: it, cluster: {{server: 'https://{address}', certificate-authority: '{account}/ca.crt'}}}}]\n\
             users: [{{name: it, user: {{tokenFile: '{account}/token'}}}}]\n\
             contexts: [{{name: it, context: {{cluster: it, user: it, namespace: {NAMESPACE}}}}}]\n"
        );
        launch.env("KUBECONFIG", &self.account.write("kubeconfig", &text).display().to_string())
    }

    /// The exporter in a pod of the cluster: with the service account where the kubelet mounts it.
    pub(crate) fn in_pod(&self, launch: Launch) -> Launch {
        let launch = launch.env("KUBERNETES_SERVICE_HOST", &self.address.ip().to_string());
        let launch = launch.env("KUBERNETES_SERVICE_PORT", &self.address.port().to_string());
        launch.service_account(self.account.path())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The server side of TLS with a certificate.
fn acceptor(Certified { certificate, key }: &Certified) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).unwrap()))
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, state) = (acceptor.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(move |request| answer(request, Arc::clone(&state)));
            // A client that disconnects early is no error of the server.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(request: Request<Incoming>, state: Arc<Mutex<State>>) -> Result<Response<Body>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
    let disorder = lock().disorder.clone();
    match disorder {
        Some(Disorder::Stall) => std::future::pending().await,
        Some(Disorder::Status(method, status)) if method == parts.method => return Ok(refusal(status)),
        Some(Disorder::Garbage) => return Ok(reply(200, "<html>welcome</html>".to_owned())),
        Some(Disorder::Endless) => return Ok(Response::new(Endless.boxed())),
        _ => {}
    }
    let expected = format!("Bearer {}", lock().token);
    if parts.headers.get("authorization").is_none_or(|field| *field != expected) {
        return Ok(refusal(401));
    }
    let name = parts.uri.path().strip_prefix(LEASES).map(|rest| rest.trim_start_matches('/').to_owned());
    let Some(name) = name else { return Ok(refusal(404)) };
    Ok(lock().handle(&parts.method, &name, &body).map_or_else(refusal, |lease| reply(200, lease.to_string())))
}

impl State {
    /// The Lease after a request, or a status.
    fn handle(&mut self, method: &Method, name: &str, body: &[u8]) -> Result<Value, u16> {
        if *method == Method::GET {
            return self.leases.get(name).cloned().ok_or(404);
        }
        let lease: Value = serde_json::from_slice(body).map_err(|_| 400_u16)?;
        let own_name = lease["metadata"]["name"].as_str().ok_or(422_u16)?.to_owned();
        if (&lease["apiVersion"], &lease["kind"]) != (&json!("coordination.k8s.io/v1"), &json!("Lease")) {
            return Err(400);
        }
        if let Some(Disorder::Overtaken(other)) = self.disorder.take_if(|it| matches!(it, Disorder::Overtaken(_))) {
            let before = self.leases.get(&own_name).map_or_else(|| json!({}), |lease| lease["spec"].clone());
            let spec = other.map_or(before, |other| json!({"holderIdentity": other, "leaseDurationSeconds": 1}));
            self.put(&own_name, json!({"metadata": {"name": own_name}, "spec": spec}));
        }
        let present = self.leases.get(&own_name);
        match (method.as_str(), present) {
            ("POST", None) if name.is_empty() => {}
            ("PUT", Some(lease_before)) if name == own_name => {
                let version = |lease: &Value| lease["metadata"]["resourceVersion"].clone();
                if version(lease_before) != version(&lease) {
                    return Err(409);
                }
            }
            ("POST", Some(_)) => return Err(409),
            ("PUT", None) => return Err(404),
            _ => return Err(405),
        }
        Ok(self.put(&own_name, lease))
    }

    fn put(&mut self, name: &str, mut lease: Value) -> Value {
        self.version += 1;
        lease["apiVersion"] = json!("coordination.k8s.io/v1");
        lease["kind"] = json!("Lease");
        lease["metadata"]["resourceVersion"] = json!(self.version.to_string());
        lease["metadata"]["namespace"] = json!(NAMESPACE);
        self.leases.insert(name.to_owned(), lease.clone());
        lease
    }
}

/// An error as the API writes it.
fn refusal(status: u16) -> Response<Body> {
    let text = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": "words of the server", "code": status});
    reply(status, text.to_string())
}

fn reply(status: u16, text: String) -> Response<Body> {
    let body = Full::new(Bytes::from(text)).boxed();
    Response::builder().status(status).header("content-type", "application/json").body(body).unwrap()
}

/// A body that does not end.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 4096])))))
    }
}
