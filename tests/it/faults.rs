//! What goes wrong at AWS: what is counted, what stays served, whom it never touches, and what is never asked.
//!
//! The exporter runs as a user starts it, against the simulated AWS; faults and the fleet change under it.

mod causes;
mod credentials;
mod cut;
mod discovery;
mod economy;
mod floods;
mod isolation;
mod process;
mod secrets;
