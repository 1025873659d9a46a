//! The storage volumes of an instance as resources of their own, with the instance's name and statuses of theirs.

use super::{Described, Facts, Figures, GIB, Kind, Ordered, Settings, Tags, Volume};

/// What RDS calls the first volume of an instance, which the listing does not name:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/User_Oracle_AdditionalStorage.html>.
const PRIMARY: &str = "rdsdbdata";

/// The status of a volume in use, where the listing has none: it came later than the volumes.
const ACTIVE: &str = "ACTIVE";

impl Described {
    /// The resource, and behind an instance that has several volumes these: CloudWatch has metrics of each then.
    pub fn with_volumes(self) -> impl Iterator<Item = Self> {
        let volumes = self.volumes();
        std::iter::once(self).chain(volumes)
    }

    /// Whether other resources inherit its tags: the members of a cluster, or the volumes of an instance.
    #[must_use]
    pub fn is_parent(&self) -> bool {
        self.kind.is_cluster() || self.has_volumes()
    }

    fn has_volumes(&self) -> bool {
        self.kind.is_instance() && self.facts.ordered.volumes.len() > 1
    }

    fn volumes(&self) -> Vec<Self> {
        let Some(kind) = Kind::of_members(self.kind).filter(|_| self.has_volumes()) else { return Vec::new() };
        let volumes = self.facts.ordered.volumes.iter().enumerate();
        let named = volumes.filter_map(|(at, volume)| {
            let name = if at == 0 { Some(PRIMARY) } else { volume.name.as_deref() };
            Some(self.volume(kind, name?, volume))
        });
        named.collect()
    }

    fn volume(&self, kind: Kind, name: &str, volume: &Volume) -> Self {
        let storage_type = Some(volume.storage_type.clone()).filter(|text| !text.is_empty());
        Self {
            kind,
            arn: format!("{}/{name}", self.arn).into(),
            further_ids: vec![name.into()],
            tags: Tags::default(),
            status: if self.publishes() { volume.status.as_deref().unwrap_or(ACTIVE) } else { &self.status }.into(),
            facts: Facts {
                settings: Settings { storage_type: storage_type.clone(), ..Settings::default() },
                storage_type,
                ordered: Ordered { volumes: vec![volume.clone()], ..Ordered::default() },
                ..Facts::default()
            },
            figures: Figures {
                allocated_storage_bytes: Some(volume.gib * GIB).filter(|bytes| *bytes > 0.0),
                max_allocated_storage_bytes: Volume::most_gib(std::slice::from_ref(volume)).map(|gib| gib * GIB),
                ..Figures::default()
            },
            ..self.clone()
        }
    }

    /// The ARN at AWS: a volume has none, so it is its instance's.
    #[must_use]
    pub fn arn_at_aws(&self) -> &str {
        let volume = self.further_ids.first().filter(|_| self.kind.is_volume());
        let instance = volume.and_then(|name| self.arn.strip_suffix(name.as_str())?.strip_suffix('/'));
        instance.unwrap_or(&self.arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::fixture;

    fn volume(name: Option<&str>, gib: f64, max_gib: Option<f64>) -> Volume {
        Volume { name: name.map(Into::into), gib, max_gib, ..Volume::default() }
    }

    fn ledger(volumes: &[Volume]) -> Described {
        let mut ledger = fixture::instance("ledger");
        ledger.facts.ordered.volumes = volumes.to_vec();
        ledger
    }

    #[test]
    fn an_instance_with_several_volumes_has_each_of_them_as_a_resource() {
        let instance = ledger(&[volume(None, 500.0, Some(2_000.0)), volume(Some("rdsdbdata2"), 300.0, None)]);
        let found: Vec<_> = instance.clone().with_volumes().collect();
        let titles: Vec<_> = found.iter().map(Described::title).collect();
        assert_eq!(titles, ["ledger", "ledger/rdsdbdata", "ledger/rdsdbdata2"]);
        assert_eq!(found[0], instance);
        let sizes = |one: &Described| (one.figures.allocated_storage_bytes, one.figures.max_allocated_storage_bytes);
        assert_eq!(sizes(&found[1]), (Some(500.0 * GIB), Some(2_000.0 * GIB)));
        assert_eq!(sizes(&found[2]), (Some(300.0 * GIB), None));
        for one in &found {
            assert_eq!((one.arn_at_aws(), one.is_named(&one.title())), (&*instance.arn, true));
            assert_eq!(one.is_named("ledger"), one.kind.is_instance(), "the name of the instance is its own");
        }
        let dimensions: Vec<_> = found[2].dimensions().collect();
        assert_eq!(dimensions, [("DBInstanceIdentifier", "ledger"), ("VolumeName", "rdsdbdata2")]);
    }

    #[test]
    fn one_volume_is_the_instance_itself() {
        assert_eq!(ledger(&[volume(None, 500.0, None)]).with_volumes().count(), 1);
        assert_eq!(ledger(&[]).with_volumes().count(), 1);
    }

    #[test]
    fn a_volume_is_silent_while_its_instance_is_and_else_has_a_status_of_its_own() {
        let check = |instance: &str, listed: Option<&str>, expected: &str, publishes: bool| {
            let second = Volume { status: listed.map(Into::into), ..volume(Some("rdsdbdata2"), 300.0, None) };
            let described = Described { status: instance.into(), ..ledger(&[volume(None, 500.0, None), second]) };
            let found = described.with_volumes().last().unwrap();
            assert_eq!((found.status.as_str(), found.publishes()), (expected, publishes), "{instance} {listed:?}");
        };
        check("available", None, "ACTIVE", true);
        check("available", Some("VOLUME-FULL"), "VOLUME-FULL", true);
        check("available", Some("CREATING"), "CREATING", false);
        check("storage-full", Some("ACTIVE"), "ACTIVE", true);
        check("stopped", Some("ACTIVE"), "stopped", false);
    }
}
