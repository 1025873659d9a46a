//! The one integration binary: one module per promise that needs more than a single room to be kept.
//!
//! | module | holds |
//! |---|---|
//! | `end_to_end` | from tags and metrics in a simulated AWS to the pages that go out, through a real Prometheus and Alertmanager |
//! | `explain` | why a database has its levels, told alike by terminal, JSON, HTML and series |
//! | `attacks` | clients that mean harm, or are merely many: every scrape and probe gets through |
//! | `check_tags` | tags before they are applied: reports and exit codes |
//! | `kinds` | services are named in one table, and a kind that nobody had in mind works |
//! | `rooms` | which room may import which, and who may touch the outside world |
//! | `yace` | names, labels and values equal YACE's real output for the same fleet |
//! | `faults` | what goes wrong at AWS: what is counted, what stays served, what is never asked |
//! | `clusters` | members that come and change places are watched all along |
//! | `relative` | levels that are shares follow what the database has, together with its values |
//! | `watch` | nothing is unwatched in silence: levels without values, tags that are stripped, databases that come |
//! | `turns` | calls that wait for their turn: what they ask for when it comes, and for whom they wait |
//! | `serving` | what a scraper and a person get over HTTP, from the first second on |
//! | `mutes` | a mute from the tag to the page, its end while AWS is down, and what a guard leaves of it |
//! | `demo` | the demonstration keeps its promise within a minute |
//! | `emulators` | somebody else's AWS: the whole path, and what the simulated one says held against it |
//! | `support` | nothing of its own: it is what the others drive, the exporter, Prometheus, a pager, other people's AWS |
//! | `log` | nobody who reads the log, or does not, can stop plimsoll |
//! | `hostile_text` | what AWS, a file or a server says cannot command a terminal or a CI system |
//! | `dashboards` | dashboards and rules made for other exporters find their series |
//! | `defaults` | untagged databases page nobody |
//! | `fuzz` | what `make fuzz` checks at random holds for the fixtures |
//! | `reference` | the page of metrics is that of the catalogue |
//! | `rules` | what the alert rules look like and when they fire, as promtool sees it |

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod attacks;
mod check_tags;
mod clusters;
mod dashboards;
mod defaults;
mod demo;
mod emulators;
mod end_to_end;
mod explain;
mod faults;
mod fuzz;
mod hostile_text;
mod kinds;
mod log;
mod mutes;
mod reference;
mod relative;
mod rooms;
mod rules;
mod serving;
mod support;
mod turns;
mod watch;
mod yace;
