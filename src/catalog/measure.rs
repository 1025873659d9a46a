//! From what a person wrote to a number in the metric's own unit.
//!
//! The only place where units are converted and plausibility is judged; tags and configuration both come here.

use super::Row;
use crate::level::{Level, Reason};

/// The level in the row's unit.
///
/// `denominator` is what a relative level is a share of, in the row's unit, if it is known.
///
/// # Errors
/// The reason why no number comes of it.
pub fn value(_row: &Row, _level: &Level, _denominator: Option<f64>) -> Result<f64, Reason> {
    Err(Reason::NotANumber)
}
