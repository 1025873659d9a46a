//! The addresses that alerts link to.

/// The addresses that alerts link to, without a slash at the end; a link without an address is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Where the pages in `docs/runbooks` are.
    pub runbooks: Option<String>,
    /// Grafana, which has the dashboards of `plimsoll dashboards`.
    pub grafana: Option<String>,
    /// plimsoll itself, as people reach it.
    pub plimsoll: Option<String>,
}
