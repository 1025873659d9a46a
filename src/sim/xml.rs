//! Writes the XML of the awsQuery protocol: elements and text.

use std::fmt::{self, Display, Write};

/// A document under construction.
#[derive(Debug, Default)]
pub(super) struct Xml(String);

impl Xml {
    fn write(&mut self, text: fmt::Arguments<'_>) {
        self.0.write_fmt(text).expect("a string takes every write");
    }

    /// An element around others.
    pub(super) fn block(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.write(format_args!("<{name}>"));
        inner(self);
        self.write(format_args!("</{name}>"));
    }

    /// An element around text.
    pub(super) fn leaf(&mut self, name: &str, text: impl Display) {
        let text = escape(&text.to_string());
        self.write(format_args!("<{name}>{text}</{name}>"));
    }

    /// An element around text, if there is one.
    pub(super) fn leaf_if(&mut self, name: &str, text: Option<impl Display>) {
        if let Some(text) = text {
            self.leaf(name, text);
        }
    }

    /// The response of an operation: its result, then the metadata that every response has.
    pub(super) fn response(
        operation: &str,
        namespace: &str,
        request_id: &str,
        inner: impl FnOnce(&mut Self),
    ) -> String {
        let mut xml = Self(format!("<{operation}Response xmlns=\"{namespace}\">"));
        xml.block(&format!("{operation}Result"), inner);
        xml.block("ResponseMetadata", |xml| xml.leaf("RequestId", request_id));
        xml.0 + &format!("</{operation}Response>")
    }

    /// An error response.
    pub(super) fn error(sender: bool, code: &str, message: &str, request_id: &str) -> String {
        let mut xml = Self::default();
        xml.block("ErrorResponse", |xml| {
            xml.block("Error", |xml| {
                xml.leaf("Type", if sender { "Sender" } else { "Receiver" });
                xml.leaf("Code", code);
                xml.leaf("Message", message);
            });
            xml.leaf("RequestId", request_id);
        });
        xml.0
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_missing_values_have_no_element() {
        let text = Xml::response("Do", "urn:x", "r", |xml| {
            xml.leaf("A", "1 < 2 & \"3\"");
            xml.leaf_if("B", None::<u32>);
            xml.leaf_if("C", Some(7));
        });
        let inner = "<DoResult><A>1 &lt; 2 &amp; &quot;3&quot;</A><C>7</C></DoResult>";
        let end = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DoResponse>";
        assert_eq!(text, format!("<DoResponse xmlns=\"urn:x\">{inner}{end}"));
    }
}
