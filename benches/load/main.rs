//! What plimsoll costs: processor, memory and time of polls, scrapes and rendering.
//!
//! plimsoll and a simulated AWS run as processes of their own, so that the CPU time of each is counted apart. Everything is
//! due in each minute, which is more than any shipped configuration asks for. All figures are those of one run on one
//! machine. `empty` and `day` simulate the time and run both in this process.
//!
//!     make bench

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on panics, and prints a table")]

mod aws;
mod client;
mod day;
mod discovery;
mod empty;
mod exporter;
mod faults;
mod figures;
mod fleet;
mod page;
mod process;
mod scopes;
mod scrapes;
#[path = "../simulated.rs"]
#[expect(dead_code, reason = "the simulated year uses the rest")]
mod simulated;
mod slow_readers;
mod tls;

use std::time::Duration;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [aws::ROLE, instances, regions, latency] => {
            aws::serve(number(instances), number(regions), milliseconds(latency));
        }
        [slow_readers::ROLE, address, clients] => {
            slow_readers::serve(address.parse().unwrap(), clients.parse().unwrap());
        }
        ["page", instances] => page::measure(number(instances)),
        ["fleet", latency, instances] => fleet::measure(number(instances), milliseconds(latency)),
        ["discovery"] => discovery::measure(),
        ["scopes"] => scopes::measure(),
        ["faults"] => faults::measure(),
        ["empty"] => empty::measure(),
        ["day", instances] => day::measure(number(instances)),
        ["scrapes", labels] => scrapes::measure(labels),
        ["tls"] => tls::measure(),
        _ => panic!("write a part that the Makefile names, such as: fleet 200 1000"),
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap()
}

fn milliseconds(text: &str) -> Duration {
    Duration::from_millis(text.parse().unwrap())
}
