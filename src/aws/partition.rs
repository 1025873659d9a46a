//! The regions that every account of a partition has.

/// The region whose endpoint Account Management has, if no other is configured.
/// <https://docs.aws.amazon.com/general/latest/gr/account-management.html>
pub(super) const HOME_REGION: &str = "us-east-1";

/// The regions that no account can disable, by the beginning of a region's name in each partition: those introduced
/// before the 20th of March 2019, and all of the partitions for China and for the government of the United States.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
const ALWAYS_ENABLED: [(&str, &[&str]); 3] = [
    ("cn-", &["cn-north-1", "cn-northwest-1"]),
    ("us-gov-", &["us-gov-east-1", "us-gov-west-1"]),
    (
        "",
        &[
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    ),
];

/// The regions that every account of the partition has, for one whose own cannot be listed.
pub(super) fn always_enabled(region: &str) -> impl Iterator<Item = String> {
    let of_partition = ALWAYS_ENABLED.iter().find(|(beginning, _)| region.starts_with(beginning));
    of_partition.into_iter().flat_map(|(_, regions)| *regions).map(|region| (*region).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_that_cannot_be_listed_are_those_that_every_account_of_the_partition_has() {
        let check = |region, count, one: &str| {
            let regions: Vec<String> = always_enabled(region).collect();
            assert_eq!(regions.len(), count, "{region}");
            assert!(regions.iter().any(|region| region == one), "{region}");
        };
        check("eu-west-1", 17, "sa-east-1");
        check("me-central-1", 17, "us-east-1");
        check("us-gov-west-1", 2, "us-gov-east-1");
        check("cn-north-1", 2, "cn-northwest-1");
    }
}
