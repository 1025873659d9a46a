//! Clients that read a scrape so slowly that it takes minutes, each from an address of its own. They run in a process of
//! their own, this program once more, so that what they cost is no part of the time of a scrape beside them.

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use tokio::time::sleep;

use super::process::Process;

/// The first argument of the process.
pub(crate) const ROLE: &str = "slow-readers";

const REQUEST: &[u8] = b"GET /metrics HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
/// Bytes that each client reads in each second, and the buffer of its socket: the kernel must not read ahead.
const CHUNK: usize = 16 * 1024;
const PAUSE: Duration = Duration::from_secs(1);

/// Running clients, which connect again when their connection ends.
pub(crate) struct SlowReaders(Process);

impl SlowReaders {
    pub(crate) fn start(address: SocketAddr, clients: u16) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        Self(Process::start(command.args([ROLE, &address.to_string(), &clients.to_string()])))
    }

    /// Ends them, and returns how many bodies they have read.
    pub(crate) fn stop(mut self) -> usize {
        drop(self.0.child.stdin.take());
        let mut read = String::new();
        self.0.child.stdout.take().unwrap().read_to_string(&mut read).unwrap();
        read.trim().parse().unwrap()
    }
}

/// Runs the clients until standard input ends, then prints how many bodies they have read.
pub(crate) fn serve(address: SocketAddr, clients: u16) {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    let (runtime, read) = (Runtime::new().unwrap(), Arc::<AtomicUsize>::default());
    for client in 0..clients {
        let keep_reading = keep_reading(client, address, Arc::clone(&read));
        // Spread over the first second: clients that began together would come back together for ever.
        let begin = PAUSE * u32::from(client) / u32::from(clients);
        runtime.spawn(async move {
            sleep(begin).await;
            keep_reading.await;
        });
    }
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
    println!("{}", read.load(Ordering::Relaxed));
    runtime.shutdown_background();
}

async fn keep_reading(client: u16, address: SocketAddr, read: Arc<AtomicUsize>) {
    loop {
        // A connection that is cut is the expected end.
        if read_slowly(client, address).await.is_ok() {
            read.fetch_add(1, Ordering::Relaxed);
        }
        sleep(PAUSE).await;
    }
}

async fn read_slowly(client: u16, address: SocketAddr) -> io::Result<()> {
    let [high, low] = client.to_be_bytes();
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 1, high, low), 0)))?;
    socket.set_recv_buffer_size(u32::try_from(CHUNK).unwrap())?;
    let mut stream = socket.connect(address).await?;
    stream.write_all(REQUEST).await?;
    let mut chunk = vec![0; CHUNK];
    while stream.read(&mut chunk).await? > 0 {
        sleep(PAUSE).await;
    }
    Ok(())
}
