//! Failures of AWS: what is counted, what is still served, what is not affected, and what is never requested.
//!
//! The built binary runs against the simulated AWS, whose faults and fleet change meanwhile.

mod causes;
mod credentials;
mod cut;
mod discovery;
mod economy;
mod floods;
mod isolation;
mod lies;
mod process;
mod remedies;
mod secrets;
mod storms;
