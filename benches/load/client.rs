//! Scrapers: a request over a kept connection, until the last byte of the body.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;

/// A connection, with or without TLS.
pub(crate) trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The text of a compressed body.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        GzDecoder::new(self.body.as_slice()).read_to_string(&mut text).unwrap();
        text
    }
}

/// A client with one connection.
pub(crate) struct Client {
    stream: BufReader<Box<dyn Stream>>,
    /// Lines of the head of each request.
    headers: String,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Self> {
        Ok(Self::over(tcp(address)?, "Accept-Encoding: gzip\r\n"))
    }

    /// A client with further headers over a connection that is open.
    pub(crate) fn over(stream: impl Stream + 'static, headers: &str) -> Self {
        let stream: Box<dyn Stream> = Box::new(stream);
        Self { stream: BufReader::with_capacity(256 * 1024, stream), headers: format!("Host: bench\r\n{headers}") }
    }

    pub(crate) fn get(&mut self, path: &str) -> io::Result<Response> {
        let request = format!("GET {path} HTTP/1.1\r\n{}\r\n", self.headers);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).and_then(|status| status.parse().ok());
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
        Ok(Response { status: status.ok_or(io::ErrorKind::UnexpectedEof)?, body })
    }

    pub(crate) fn scrape(&mut self) -> io::Result<Response> {
        self.get("/metrics")
    }

    /// The time of one scrape.
    pub(crate) fn time(&mut self) -> io::Result<Duration> {
        let since = Instant::now();
        let response = self.scrape()?;
        assert_eq!(response.status, 200);
        Ok(since.elapsed())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

/// An open connection.
pub(crate) fn tcp(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    Ok(stream)
}

pub(crate) fn get(address: SocketAddr, path: &str) -> io::Result<Response> {
    Client::connect(address)?.get(path)
}

/// The times of `each` scrapes by each of `clients` at a time.
pub(crate) fn concurrent(address: SocketAddr, clients: usize, each: usize) -> Vec<Duration> {
    let scraper = move || {
        let mut client = Client::connect(address).unwrap();
        (0..each).map(|_| client.time().unwrap()).collect::<Vec<_>>()
    };
    let scrapers: Vec<_> = (0..clients).map(|_| std::thread::spawn(scraper)).collect();
    scrapers.into_iter().flat_map(|scraper| scraper.join().unwrap()).collect()
}
