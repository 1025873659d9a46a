//! What plimsoll costs: processor, memory and time of polls, scrapes and rendering.
//!
//! plimsoll and a simulated AWS run as processes of their own, so that the CPU time of each is counted apart. Everything is
//! due in each minute, which is more than any shipped configuration asks for. All figures are those of one run on one
//! machine.
//!
//!     make bench

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on panics, and prints a table")]

mod aws;
mod exporter;
mod figures;
mod fleet;
mod page;
mod process;
mod scrapes;

use std::time::Duration;

use figures::Table;

/// Polls over which a figure is averaged.
const POLLS: u32 = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [aws::ROLE, instances, latency] => aws::serve(instances.parse().unwrap(), milliseconds(latency)),
        ["page", instances] => page::measure(instances.parse().unwrap()),
        ["fleet", latency, instances] => fleet(instances.parse().unwrap(), milliseconds(latency)),
        _ => panic!("write: page INSTANCES, or fleet MILLISECONDS INSTANCES"),
    }
}

fn milliseconds(text: &str) -> Duration {
    Duration::from_millis(text.parse().unwrap())
}

/// Polls a fleet and scrapes it; prints one table.
fn fleet(instances: usize, latency: Duration) {
    let title = format!("{instances} instances, {} ms a call", latency.as_millis());
    let mut table = Table::new(&title);
    let (aws, endpoint) = aws::start(instances, latency);
    let aws_before = aws.cpu();
    let exporter = exporter::Exporter::start(&endpoint);
    fleet::cold_start(&exporter, &mut table);
    fleet::polls(&exporter, POLLS, &mut table);
    fleet::scrapes(&exporter, &mut table);
    table.row("CPU of the simulated AWS in all", &figures::seconds(aws.cpu().checked_sub(aws_before).unwrap()));
    table.print();
}
