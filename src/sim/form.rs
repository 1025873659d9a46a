//! Requests of the awsQuery protocol: `Action=…&Filters.Filter.1.Name=…`.

use std::collections::BTreeMap;
use std::fmt;

/// The parameters of one request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decode(k), decode(v))).collect(),
        )
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The filters of a Describe call: names with their values.
    pub(super) fn filters(&self) -> Vec<(&str, Vec<&str>)> {
        let filter = |n: u32| {
            let name = self.get(&format!("Filters.Filter.{n}.Name"))?;
            let value = |m: u32| self.get(&format!("Filters.Filter.{n}.Values.Value.{m}"));
            Some((name, (1..).map_while(value).collect()))
        };
        (1..).map_while(filter).collect()
    }
}

/// All parameters, decoded and sorted by name.
impl fmt::Display for Form {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(name, value)| write!(text, "{name}={value}&"))
    }
}

/// Decodes percent encoding and `+` for a space; bytes that are not UTF-8 become the replacement character.
fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()) << 4 | hex(bytes.next()),
            other => other,
        });
    }
    String::from_utf8_lossy(&plain).into_owned()
}

fn hex(digit: Option<u8>) -> u8 {
    let value = digit.and_then(|digit| char::from(digit).to_digit(16)).unwrap_or_default();
    u8::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let form = Form::parse("Action=Do&Name=a%2Fb+c%C3%A9&Empty=&Flag");
        let got = ["Action", "Name", "Empty", "Flag", "Other"].map(|name| form.get(name));
        assert_eq!(got, [Some("Do"), Some("a/b cé"), Some(""), Some(""), None]);
    }

    #[test]
    fn filters_are_numbered() {
        let text = "Filters.Filter.1.Name=engine&Filters.Filter.1.Values.Value.1=mysql&Filters.Filter.1.Values.Value.2=db2\
                    &Filters.Filter.2.Name=db-instance-id";
        assert_eq!(Form::parse(text).filters(), [("engine", vec!["mysql", "db2"]), ("db-instance-id", vec![])]);
    }
}
