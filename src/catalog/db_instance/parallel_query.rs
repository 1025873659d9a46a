//! Parallel query of Aurora `MySQL`: counters since the engine started.
//!
//! Describe does not show whether it is on, so its metrics are queried only when named.

use super::{AURORA_MYSQL, row};
use crate::catalog::Condition::OnlyWhenNamed;
use crate::catalog::Row;
use crate::catalog::Statistic::Maximum;
use crate::catalog::Unit::{self, Bytes, Count};

/// A counter since the start: any value, from the first event on.
const COUNTER: (f64, f64) = (0.0, 1e12);

const fn counter(metric: &'static str, unit: Unit, help: &'static str) -> Row {
    row(metric, unit, help).engines(AURORA_MYSQL).when(&[OnlyWhenNamed]).statistic(Maximum)
}

/// Queries that ran on one node only, by the reason.
const fn not_chosen(metric: &'static str, help: &'static str) -> Row {
    counter(metric, Count, help)
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    counter("Aurora_pq_request_attempted", Count, "Parallel queries requested since the engine started"),
    counter("Aurora_pq_request_executed", Count, "Parallel queries that succeeded since the engine started"),
    counter("Aurora_pq_request_failed", Count, "Parallel queries that failed since the engine started")
        .high(Maximum, COUNTER),
    counter("Aurora_pq_request_throttled", Count, "Parallel queries held back since the engine started: too many ran")
        .high(Maximum, COUNTER),
    counter("Aurora_pq_request_in_progress", Count, "Parallel queries that are running"),
    counter("Aurora_pq_max_concurrent_requests", Count, "Parallel queries that may run at the same time"),
    counter("Aurora_pq_bytes_returned", Bytes, "What storage nodes sent for parallel queries since the engine started"),
    counter("Aurora_pq_pages_pushed_down", Count, "Pages that storage nodes read for parallel queries since the start"),
    // Why a query was not run in parallel.
    not_chosen("Aurora_pq_request_not_chosen", "Queries kept serial, for any reason"),
    not_chosen("Aurora_pq_request_not_chosen_below_min_rows", "Queries kept serial by a table with few rows"),
    not_chosen("Aurora_pq_request_not_chosen_column_bit", "Queries kept serial by a BIT column"),
    not_chosen("Aurora_pq_request_not_chosen_column_geometry", "Queries kept serial by a GEOMETRY column"),
    not_chosen("Aurora_pq_request_not_chosen_column_lob", "Queries kept serial by a large column"),
    not_chosen("Aurora_pq_request_not_chosen_column_virtual", "Queries kept serial by a virtual column"),
    not_chosen("Aurora_pq_request_not_chosen_custom_charset", "Queries kept serial by a column's character set"),
    not_chosen("Aurora_pq_request_not_chosen_fast_ddl", "Queries kept serial by a fast ALTER under way"),
    not_chosen("Aurora_pq_request_not_chosen_few_pages_outside_buffer_pool", "Queries kept serial by pages in memory"),
    not_chosen("Aurora_pq_request_not_chosen_full_text_index", "Queries kept serial by a full-text index"),
    not_chosen("Aurora_pq_request_not_chosen_high_buffer_pool_pct", "Queries kept serial by tables mostly in memory"),
    not_chosen("Aurora_pq_request_not_chosen_index_hint", "Queries kept serial by an index hint"),
    not_chosen("Aurora_pq_request_not_chosen_innodb_table_format", "Queries kept serial by the row format"),
    not_chosen("Aurora_pq_request_not_chosen_long_trx", "Queries kept serial by a long transaction"),
    not_chosen("Aurora_pq_request_not_chosen_no_where_clause", "Queries kept serial by a missing WHERE clause"),
    not_chosen("Aurora_pq_request_not_chosen_range_scan", "Queries kept serial by a range scan of an index"),
    not_chosen("Aurora_pq_request_not_chosen_row_length_too_long", "Queries kept serial by long rows"),
    not_chosen("Aurora_pq_request_not_chosen_small_table", "Queries kept serial by a small table"),
    not_chosen("Aurora_pq_request_not_chosen_temporary_table", "Queries kept serial by a temporary table"),
    not_chosen("Aurora_pq_request_not_chosen_tx_isolation", "Queries kept serial by their isolation level"),
    not_chosen("Aurora_pq_request_not_chosen_unsupported_access", "Queries kept serial by their WHERE clause"),
    not_chosen("Aurora_pq_request_not_chosen_unsupported_storage_type", "Queries kept serial by the storage type"),
    not_chosen("Aurora_pq_request_not_chosen_update_delete_stmts", "Queries kept serial by an UPDATE or DELETE"),
];
