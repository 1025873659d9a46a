//! Identifiers that AWS generates: ARNs, resource ids, access keys.

use super::curve::{mix, seed_of};
use super::scope::Scope;

/// The prefix of access keys from `AssumeRole`; the account follows.
const ASSUMED_KEY_PREFIX: &str = "ASIASIM0";

/// The ARN of a resource; `kind` is `db`, `cluster` or `db-proxy`.
pub(super) fn arn(scope: &Scope, kind: &str, id: &str) -> String {
    let Scope { account, region } = scope;
    format!("arn:{}:rds:{region}:{account}:{kind}:{id}", partition(region))
}

/// The AWS partition of a region.
fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// The ARN of a proxy, which has an id instead of the name.
pub(super) fn proxy_arn(scope: &Scope, name: &str) -> String {
    arn(scope, "db-proxy", &resource_id(scope, "prx", name))
}

/// A resource id: the kind, such as `db` or `cluster`, and 26 letters and digits, unique in the fleet.
pub(super) fn resource_id(scope: &Scope, kind: &str, id: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut state = seed_of(&[&scope.account, &scope.region, kind, id]);
    let letter = |_| {
        state = mix(state.wrapping_add(0x9E37_79B9_7F4A_7C15));
        char::from(LETTERS[usize::from(state.to_le_bytes()[0] % 32)])
    };
    format!("{kind}-{}", (0..26).map(letter).collect::<String>())
}

/// An access key id that contains its account.
pub(super) fn access_key(account: &str) -> String {
    format!("{ASSUMED_KEY_PREFIX}{account}")
}

/// The account in an access key id from `AssumeRole`; `None` for other keys.
pub(super) fn account_of(access_key: &str) -> Option<&str> {
    access_key.strip_prefix(ASSUMED_KEY_PREFIX)
}

/// The account in a role's ARN, `arn:aws:iam::<account>:role/<name>`.
pub(super) fn role_account(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    let account = parts.nth(4)?;
    (arn.starts_with("arn:") && parts.next()?.starts_with("role/")).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_made_and_read_back() {
        let scope = Scope { account: "123456789012".to_owned(), region: "cn-north-1".to_owned() };
        assert_eq!(arn(&scope, "db", "orders"), "arn:aws-cn:rds:cn-north-1:123456789012:db:orders");
        assert_eq!(account_of(&access_key("222222222222")), Some("222222222222"));
        assert_eq!(account_of("AKIAEXAMPLE"), None);
        assert_eq!(role_account("arn:aws:iam::222222222222:role/reader"), Some("222222222222"));
        assert_eq!(role_account("arn:aws:iam::222222222222:user/reader"), None);
        assert_eq!(role_account("nonsense"), None);
        assert_ne!(resource_id(&scope, "db", "a"), resource_id(&scope, "db", "b"));
        assert_eq!(resource_id(&scope, "db", "a").len(), 29);
    }
}
