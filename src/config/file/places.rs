//! How regions and account ids are written.

/// Region names: <https://docs.aws.amazon.com/general/latest/gr/rande.html>.
pub(super) const REGION_REMEDY: &str = "write a region such as `eu-west-1`, not an availability zone";

pub(super) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let area = parts.next().is_some_and(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    let Some(number) = parts.next_back() else { return false };
    let mut middle = 0;
    let are_words = parts.inspect(|_| middle += 1).all(is_word);
    area && are_words && (1..=2).contains(&middle) && is_number(number)
}

fn is_word(part: &str) -> bool {
    (1..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_number(part: &str) -> bool {
    (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
}
