//! Why a database has the levels it has: one value that terminal, JSON and HTML print.
//!
//! Answers are made on request from what a scope last published, and only from that. No I/O, no clock, no HTML.

mod address;
mod answer;
mod command;
mod effective;
mod explanation;
mod facts;
mod failures;
mod headline;
mod headroom;
mod metric_name;
mod nearest;
mod phrase;
mod problem;
mod question;
mod refusal;
mod resource;
mod roundup;
mod standing;
mod summary;
mod table;
mod tagged;
mod values;
mod wanted;
mod word;

pub use address::Encoded;
pub use answer::answer;
pub use effective::{EffectiveLevel, EffectiveLevels, levels};
pub use explanation::{Explanation, Fact, Level, Link, Measured, Member, MetricExplanation, Overridden};
pub use failures::{CallFailure, ScopeFailures};
pub use headline::Headline;
pub use headroom::{LeastHeadroom, MAX_HEADROOM_ROWS};
pub use metric_name::{is_metric, suggestion};
pub use nearest::{Nearest, Rung};
pub use phrase::{Headroom, age};
pub use problem::Problem;
pub use question::{Answer, Question};
pub use refusal::Refusal;
pub use resource::all;
pub use roundup::{Choices, Named, Roundup, Tally, round_up};
pub use summary::{Listing, Summary};
pub use tagged::{TagFormat, Tagged};
pub use wanted::{RESOURCES_PER_PAGE, Sort, Wanted};
pub use word::Word;
