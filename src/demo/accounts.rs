//! The accounts and regions of the simulated AWS.

use crate::config::{Account, Regions};

/// The region of the first account.
pub(super) const REGION: &str = "eu-west-1";

/// The region of the second account.
pub(super) const OTHER_REGION: &str = "us-east-1";

/// The role through which the second account is read.
const OTHER_ROLE: &str = "arn:aws:iam::210987654321:role/plimsoll";

/// Every account, with its region.
pub(super) fn accounts() -> Vec<Account> {
    let account = |name: &str, region: &str, role: Option<&str>| Account {
        name: name.to_owned(),
        role_arn: role.map(str::to_owned),
        ..Account::default_chain(Regions::one(region))
    };
    vec![account("production", REGION, None), account("research", OTHER_REGION, Some(OTHER_ROLE))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Fleet;

    #[test]
    fn every_region_of_the_fleet_is_watched() {
        let fleet = Fleet::demo();
        let id = |account: &Account| {
            let of_role = account.role_arn.as_deref().and_then(|arn| arn.split(':').nth(4));
            of_role.unwrap_or(&fleet.home_account).to_owned()
        };
        let regions = |account: &Account| match &account.regions {
            Regions::Named(names) => names.clone(),
            _ => Vec::new(),
        };
        let mut watched: Vec<_> = accounts().into_iter().map(|account| (id(&account), regions(&account))).collect();
        watched.sort();
        let regions = fleet.accounts.iter().map(|(id, regions)| (id.clone(), regions.keys().cloned().collect()));
        assert_eq!(watched, regions.collect::<Vec<_>>());
    }
}
