//! Scrapers: a request over a kept connection, until the last byte of the body.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A client with one connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self { stream: BufReader::with_capacity(256 * 1024, stream), address })
    }

    pub(crate) fn get(&mut self, path: &str, encoding: &str) -> io::Result<Response> {
        let host = self.address;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: {encoding}\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = 0;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Response { status, body })
    }

    /// The time of one scrape.
    pub(crate) fn time(&mut self) -> Duration {
        let since = Instant::now();
        let response = self.get("/metrics", "gzip").unwrap();
        assert_eq!(response.status, 200);
        since.elapsed()
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

pub(crate) fn get(address: SocketAddr, path: &str, encoding: &str) -> io::Result<Response> {
    Client::connect(address)?.get(path, encoding)
}

/// The times of `each` scrapes by each of `clients` at a time.
pub(crate) fn concurrent(address: SocketAddr, clients: usize, each: usize) -> Vec<Duration> {
    let scraper = move || {
        let mut client = Client::connect(address).unwrap();
        (0..each).map(|_| client.time()).collect::<Vec<_>>()
    };
    let scrapers: Vec<_> = (0..clients).map(|_| std::thread::spawn(scraper)).collect();
    scrapers.into_iter().flat_map(|scraper| scraper.join().unwrap()).collect()
}
