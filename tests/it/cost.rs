//! What polling costs: the forecast is what the simulated AWS counts, and no budget takes what an alert depends on.

mod budget;
mod command;
mod day;
