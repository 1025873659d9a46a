//! The AWS outside: the only room that knows the SDK.
//!
//! It lists and it fetches; what to ask and what becomes of the answers is decided elsewhere.

mod attempt;
mod chain;
mod clients;
mod failure;
mod inventory;
mod operations;
mod parameters;
mod points;
mod proxies;
mod proxy_tags;
mod whole;

pub use attempt::{Attempt, Observer};
pub use clients::{Access, ConnectError, Target, connect};
pub use failure::{Cause, Failure};
pub use operations::operations;
