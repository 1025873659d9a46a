//! The metrics of storage volumes, for instances that have more than one.
//!
//! CloudWatch has further ones of them; free space is what hides in the sum of the instance when one volume is full:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/dimensions.html>.

use super::Row;
use super::db_instance::free_storage_space;
use crate::resource::Kind;

pub(super) const ROWS: &[Row] = &[free_storage_space(Kind::DB_VOLUME)];
