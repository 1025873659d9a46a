//! The integration tests: one module for each subject that needs more than one room.
//!
//! | module | holds |
//! |---|---|
//! | `end_to_end` | from tags and metrics in a simulated AWS to the pages that go out, through a real Prometheus and Alertmanager |
//! | `first_contact` | `check --aws`: permissions, policies, what is found and what it costs |
//! | `explain` | why a database has its levels: terminal, JSON, HTML and series agree |
//! | `attacks` | hostile clients and very many clients: every scrape and probe is served |
//! | `cost` | the forecast is what the simulated AWS counts; what a budget saves, and what it never takes |
//! | `check_tags` | tags before they are applied: reports and exit codes |
//! | `kinds` | services are named in one table, and an invented kind works |
//! | `rooms` | which room may import which, and which may do I/O |
//! | `yace` | names, labels and values equal YACE's real output for the same fleet |
//! | `faults` | failures of AWS: what is counted, what is still served, what is never requested |
//! | `clusters` | new members and members that change roles are watched at all times |
//! | `relative` | levels that are shares change together with their denominators and values |
//! | `status` | the status page and its API: bounded, escaped, as its OpenAPI document has it |
//! | `state` | restarts with a state file: no gap, no lost level, and no file that stops a start |
//! | `reload` | a good configuration takes over without a gap, a bad one changes nothing |
//! | `watch` | what is not watched is reported: levels without values, lost tags, new databases |
//! | `web` | TLS, certificates of clients, users, the rate limit and their renewal, with curl and Prometheus |
//! | `victoria_metrics` | what VictoriaMetrics and vmagent scrape: the whole page, and a page by shard |
//! | `turns` | calls that wait for others: which time they request, and which calls they wait for |
//! | `serving` | what Prometheus and a browser get over HTTP, from the start |
//! | `mutes` | a mute from the tag to the page, its end while AWS is down, and its limits by a guard |
//! | `demo` | the demonstration shows what its text promises |
//! | `emulators` | emulators of AWS by others: the whole path, and a comparison with the simulated AWS |
//! | `support` | no tests of plimsoll: the programs that the others start and query |
//! | `log` | a log that is not read or cannot be written does not stop plimsoll |
//! | `hostile_text` | text from AWS, files and servers cannot control a terminal or a CI system |
//! | `dashboards` | generated dashboards: their structure, and every query on a real Prometheus; those made for other exporters find their series |
//! | `documents` | examples, links and closed sets of the documents |
//! | `dependencies` | no dependency needs a newer compiler than plimsoll states, nor comes from elsewhere than the registry |
//! | `defaults` | untagged databases cause no critical alert |
//! | `fuzz` | what `make fuzz` checks at random holds for the fixtures |
//! | `reference` | the page of metrics is that of the catalogue |
//! | `rules` | what the alert rules look like and when they fire, as promtool sees it |
//! | `runbooks` | every alert has a page that says what it means, what to look at and how to change or mute it |

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod accounts;
mod attacks;
mod check_tags;
mod clusters;
mod cold_start;
mod cost;
mod dashboards;
mod defaults;
mod demo;
mod dependencies;
mod documents;
mod emulators;
mod end_to_end;
mod explain;
mod faults;
mod first_contact;
mod first_hour;
mod fuzz;
mod hostile_text;
mod image;
mod kinds;
mod lease;
mod log;
mod mutes;
mod optional;
mod pairs;
mod reference;
mod relative;
mod rooms;
mod rules;
mod reload;
mod runbooks;
mod serving;
mod shards;
mod state;
mod status;
mod swaps;
mod support;
mod turns;
mod victoria_metrics;
mod watch;
mod web;
mod yace;
