//! Why a database has the levels it has: one value that terminal, JSON and HTML print.
//!
//! Answers are made on request from what a scope last published, and only from that. No I/O, no clock, no HTML.

mod address;
mod answer;
mod explanation;
mod failures;
mod headline;
mod headroom;
mod metric_name;
mod phrase;
mod question;
mod resource;
mod roundup;
mod summary;
mod table;
mod tagged;
mod values;
mod word;

pub use address::Encoded;
pub use answer::answer;
pub use explanation::{Explanation, Level, Measured, MetricExplanation, Overridden, Problem};
pub use failures::{CallFailure, ScopeFailures};
pub use headline::Headline;
pub use headroom::{LeastHeadroom, MAX_HEADROOM_ROWS};
pub use metric_name::{is_metric, suggestion};
pub use phrase::Headroom;
pub use question::{Answer, Question, Refusal};
pub use resource::all;
pub use roundup::{Named, Roundup, Tally, round_up};
pub use summary::{Listing, RESOURCES_PER_PAGE, Summary};
pub use tagged::{TagFormat, Tagged};
pub use word::Word;
