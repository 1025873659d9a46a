//! The threads of the listener.
//!
//! Decoding responses of AWS keeps the threads of the scopes busy for seconds in a large fleet. Scrapes and probes have
//! threads of their own, so that the operating system shares the processors between both.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::part::ServeError;
use crate::http::{self, Handlers, Limits, Web};

/// One is not enough: a response to a slow request must not delay a probe.
const THREADS: usize = 2;

/// Serves until the stop; responses in progress then have the given time.
pub(super) async fn run(
    listeners: Vec<TcpListener>,
    web: Web,
    handlers: Arc<Handlers>,
    stop: (CancellationToken, Duration),
) -> Result<&'static str, ServeError> {
    let runtime = Builder::new_multi_thread().worker_threads(THREADS).thread_name("http").enable_all().build()?;
    let listeners: Vec<_> = listeners.into_iter().map(TcpListener::into_std).collect::<io::Result<_>>()?;
    let (sender, ended) = oneshot::channel();
    thread::Builder::new().name("listener".to_owned()).spawn(move || {
        // At the end of the process the receiver is gone; the result is not needed then.
        let _ = sender.send(serve(&runtime, listeners, web, handlers, stop));
    })?;
    // The sender is dropped without a result only by a panic.
    ended.await.map_err(|_| ServeError::Ended("listener"))??;
    Ok("listener")
}

fn serve(
    runtime: &Runtime,
    listeners: Vec<std::net::TcpListener>,
    web: Web,
    handlers: Arc<Handlers>,
    (stop, timeout): (CancellationToken, Duration),
) -> io::Result<()> {
    runtime.block_on(async {
        let listeners = listeners.into_iter().map(TcpListener::from_std).collect::<io::Result<_>>()?;
        http::serve(listeners, web, handlers, Limits::of_process(timeout), stop).await;
        Ok(())
    })
}
