//! How far a resource can go, with what tags and configuration say of it.

use super::Config;
use crate::catalog::capacity;
use crate::resource::Resource;

/// What follows the prefix of a tag that tells the connection limit.
const MAX_CONNECTIONS: &str = "max-connections";

impl Config {
    /// Computes the limits of a resource that its cluster, its tags and the configured classes decide with it.
    pub fn measure(&self, resource: &mut Resource, cluster: Option<&Resource>) {
        let tagged = self.tagged_connections(resource).or_else(|| self.tagged_connections(cluster?));
        capacity::fill(resource, cluster, &self.classes, tagged);
    }

    /// A tag that cannot be read is none; several that differ are none either.
    fn tagged_connections(&self, carrier: &Resource) -> Option<f64> {
        let ours = carrier.tags.iter().filter_map(|(key, text)| Some((key.strip_prefix(&self.tags.prefix)?, text)));
        let told = ours.filter(|(name, _)| name.trim().eq_ignore_ascii_case(MAX_CONNECTIONS));
        let mut limits = told.filter_map(|(_, text)| max_connections(text));
        let first = limits.next()?;
        limits.all(|other| other == first).then_some(f64::from(first))
    }
}

/// The connection limit that a tag tells: a whole number above zero.
#[must_use]
pub fn max_connections(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|limit| *limit > 0 && !text.contains('+'))
}
