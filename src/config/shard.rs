//! Which part of the fleet a replica serves, and which part of its page has a resource.

use std::borrow::Cow;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::resource::Described;

/// The most shards: each replica lists the whole fleet, and AWS limits the rate of that. Scrapes of more would be small.
pub(super) const MAX_SHARDS: u32 = 64;

/// The fields of an ARN before the type of the resource: `arn:aws:rds:eu-west-1:123456789012`.
const ARN_PREFIX_FIELDS: usize = 5;

/// Shard `index` of `count`, counted from 0; by default the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Default for Shard {
    fn default() -> Self {
        Self { index: 0, count: 1 }
    }
}

impl Shard {
    /// Its index, from 0.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// How many shards there are.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// Whether there are others.
    #[must_use]
    pub const fn is_part(self) -> bool {
        self.count > 1
    }

    /// Whether it serves what exists once for each account and region, such as quotas.
    #[must_use]
    pub const fn is_first(self) -> bool {
        self.index == 0
    }

    /// Whether it serves a resource. Exactly one shard does, and always the same one: it depends only on the ARN, on the
    /// cluster that a member names, and on the number of shards.
    #[must_use]
    pub fn serves(self, resource: &Described) -> bool {
        !self.is_part() || number(&key(resource)) % self.count == self.index
    }

    /// Which of several shards of this replica's page has the series of a resource: always the same one.
    ///
    /// The remainder of the division by the number of replicas is the same for all that this replica serves, so its
    /// quotient decides.
    #[must_use]
    pub fn of_page(self, resource: &Described, shards: u8) -> u8 {
        let shard = number(&key(resource)) / self.count % u32::from(shards.max(1));
        u8::try_from(shard).unwrap_or_default()
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shard = text.split_once('/').and_then(|(index, count)| {
            let shard = Self { index: index.parse().ok()?, count: count.parse().ok()? };
            (shard.index < shard.count && shard.count <= MAX_SHARDS).then_some(shard)
        });
        shard.ok_or_else(|| format!("write `i/n` with i from 0 to n-1, such as `0/3`, and at most {MAX_SHARDS} shards"))
    }
}

/// The ARN that decides the shard: a member goes with its cluster and a volume with its instance. Only whoever has the
/// values of all members can know that a cluster is paused.
///
/// It is made of what the member itself names, so that replicas agree even while some of them cannot list clusters.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.ARN.Constructing.html>
fn key(resource: &Described) -> Cow<'_, str> {
    let arn = resource.arn_at_aws();
    let Some(cluster) = &resource.cluster else { return arn.into() };
    let prefix: Vec<_> = arn.split(':').take(ARN_PREFIX_FIELDS).collect();
    format!("{}:cluster:{cluster}", prefix.join(":")).into()
}

/// The first 32 bits of the SHA-256 of an ARN, which every version and every shell computes alike.
fn number(arn: &str) -> u32 {
    Sha256::digest(arn).iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::resource::{Volume, fixture};

    fn shards(count: u32) -> impl Iterator<Item = Shard> {
        (0..count).map(move |index| Shard { index, count })
    }

    fn named(arn: &str) -> Described {
        Described { arn: arn.into(), cluster: None, ..fixture::instance("orders") }
    }

    /// `echo $((0x$(printf %s ARN | sha256sum | cut -c1-8) % COUNT))` prints the same.
    #[test]
    fn the_shard_of_an_arn_is_the_same_in_every_version() {
        let check = |arn: &str, expected: [u32; 3]| {
            let found = [2, 3, 10].map(|count| shards(count).find(|shard| shard.serves(&named(arn))).unwrap().index);
            assert_eq!(found, expected, "{arn}");
        };
        check("arn:aws:rds:eu-west-1:123456789012:db:orders", [1, 0, 1]);
        check("arn:aws:rds:eu-west-1:123456789012:cluster:shop", [1, 0, 1]);
        check("arn:aws-cn:rds:cn-north-1:123456789012:db-proxy:prx-0a1b", [0, 0, 2]);
    }

    #[test]
    fn members_go_with_their_cluster_and_volumes_with_their_instance() {
        let mut member = named("arn:aws:rds:eu-west-1:123456789012:db:shop-1");
        member.cluster = Some("shop".into());
        assert_eq!(key(&member), "arn:aws:rds:eu-west-1:123456789012:cluster:shop");
        let mut instance = named("arn:aws:rds:eu-west-1:123456789012:db:ledger");
        instance.facts.ordered.volumes = vec![Volume::default(); 2];
        for volume in instance.clone().with_volumes() {
            assert_eq!(key(&volume), *instance.arn);
        }
    }

    /// `echo $((0x$(printf %s ARN | sha256sum | cut -c1-8) / REPLICAS % COUNT))` prints the same.
    #[test]
    fn the_shard_of_a_page_is_the_same_in_every_version() {
        let orders = named("arn:aws:rds:eu-west-1:123456789012:db:orders");
        let check = |replicas: &str, expected: [u8; 4]| {
            let replica: Shard = replicas.parse().unwrap();
            assert_eq!([1, 2, 3, 64].map(|shards| replica.of_page(&orders, shards)), expected, "{replicas}");
        };
        check("0/1", [0, 1, 0, 59]);
        check("0/3", [0, 1, 1, 41]);
    }

    #[test]
    fn a_shard_is_written_as_its_index_and_their_number() {
        let check = |text: &str, expected: Option<(u32, u32)>| {
            let parsed = text.parse::<Shard>().ok();
            assert_eq!(parsed.map(|shard| (shard.index, shard.count)), expected, "{text}");
        };
        check("0/1", Some((0, 1)));
        check("2/3", Some((2, 3)));
        check("63/64", Some((63, 64)));
        check("3/3", None);
        check("0/0", None);
        check("0/65", None);
        check("1", None);
        check("-1/3", None);
        check("a/b", None);
        check("", None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn each_resource_of_any_fleet_has_exactly_one_shard(names in prop::collection::vec("[a-z-]{1,20}", 1..20), count in 1..=MAX_SHARDS) {
            for name in names {
                let resource = named(&format!("arn:aws:rds:eu-west-1:123456789012:db:{name}"));
                prop_assert_eq!(shards(count).filter(|shard| shard.serves(&resource)).count(), 1);
            }
        }

        /// With one number of replicas and of shards, each replica would otherwise fill only one shard of its page.
        #[test]
        fn shards_of_a_page_are_reasonably_even_in_every_replica(replicas in 1..=6_u32, count in 1..=6_u8) {
            const FLEET: u32 = 3000;
            for replica in shards(replicas) {
                let fleet = (0..FLEET).map(|number| named(&format!("arn:aws:rds:eu-west-1:123456789012:db:{number}")));
                let mut sizes = vec![0_u32; usize::from(count)];
                for one in fleet.filter(|one| replica.serves(one)) {
                    sizes[usize::from(replica.of_page(&one, count))] += 1;
                }
                let even = f64::from(FLEET / replicas / u32::from(count));
                prop_assert!(sizes.iter().all(|size| (f64::from(*size) - even).abs() < 6.0 * even.sqrt()), "{:?}", sizes);
            }
        }

        #[test]
        fn shards_are_reasonably_even(prefix in "[a-z]{0,10}", count in 2..=10_u32) {
            const FLEET: u32 = 500;
            let fleet: Vec<_> =
                (0..FLEET).map(|number| named(&format!("arn:aws:rds:eu-west-1:123456789012:db:{prefix}{number}"))).collect();
            for shard in shards(count) {
                let share = u32::try_from(fleet.iter().filter(|one| shard.serves(one)).count()).unwrap();
                let even = f64::from(FLEET / count);
                // Six standard deviations.
                prop_assert!((f64::from(share) - even).abs() < 6.0 * even.sqrt() + 1.0, "{} of {}: {}", shard.index, count, share);
            }
        }
    }
}
