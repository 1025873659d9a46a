//! Requests and responses as trees, in JSON or CBOR.
//!
//! Implements Smithy RPC v2 CBOR with the tokens of minicbor. Requests of both protocols become the same value.
//! Protocol: <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>.

use std::convert::Infallible;

use minicbor::data::{IanaTag, Type};
use minicbor::decode::Error;
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Number, Value};

/// The nesting depth of a request; the deepest request of `CloudWatch` has seven levels.
const MAX_DEPTH: u32 = 32;

/// A response, independent of its protocol.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Document {
    Map(Vec<(&'static str, Document)>),
    List(Vec<Document>),
    Text(String),
    Number(f64),
    /// Seconds since 1970.
    Time(i64),
}

impl Document {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Map(fields) => {
                Value::Object(fields.iter().map(|(key, value)| ((*key).to_owned(), value.to_json())).collect())
            }
            Self::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Self::Text(text) => Value::String(text.clone()),
            Self::Number(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Self::Time(seconds) => Value::Number((*seconds).into()),
        }
    }

    pub(super) fn to_cbor(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new());
        self.write(&mut encoder).expect("a vector takes every write");
        encoder.into_writer()
    }

    fn write(&self, to: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<Infallible>> {
        match self {
            Self::Map(fields) => {
                to.map(fields.len() as u64)?;
                fields.iter().try_for_each(|(key, value)| value.write(to.str(key)?))
            }
            Self::List(items) => {
                to.array(items.len() as u64)?;
                items.iter().try_for_each(|item| item.write(to))
            }
            Self::Text(text) => to.str(text).map(drop),
            Self::Number(number) => to.f64(*number).map(drop),
            Self::Time(seconds) => to.tag(IanaTag::Timestamp)?.i64(*seconds).map(drop),
        }
    }
}

/// Reads a CBOR request: definite and indefinite lengths alike, tags dropped, timestamps in either number form.
///
/// # Errors
/// A message about what is wrong with the bytes.
pub(super) fn from_cbor(bytes: &[u8]) -> Result<Value, String> {
    let mut decoder = Decoder::new(bytes);
    let value = read(&mut decoder, 0).map_err(|error| error.to_string())?;
    if decoder.position() == bytes.len() { Ok(value) } else { Err("bytes follow the value".to_owned()) }
}

fn read(from: &mut Decoder<'_>, depth: u32) -> Result<Value, Error> {
    if depth > MAX_DEPTH {
        return Err(Error::message("nested too deeply"));
    }
    match from.datatype()? {
        Type::Bool => from.bool().map(Value::Bool),
        Type::Null => from.null().map(|()| Value::Null),
        Type::Undefined => from.undefined().map(|()| Value::Null),
        Type::String | Type::StringIndef => text(from).map(Value::String),
        Type::Array | Type::ArrayIndef => read_array(from, depth),
        Type::Map | Type::MapIndef => read_map(from, depth),
        Type::Tag => from.tag().and_then(|_| read(from, depth + 1)),
        Type::F16 => from.f16().map(|number| float(f64::from(number))),
        Type::F32 => from.f32().map(|number| float(f64::from(number))),
        Type::F64 => from.f64().map(float),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => from.u64().map(|number| Value::Number(number.into())),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => from.i64().map(|number| Value::Number(number.into())),
        other => Err(Error::type_mismatch(other)),
    }
}

fn read_array(from: &mut Decoder<'_>, depth: u32) -> Result<Value, Error> {
    let mut left = from.array()?;
    let mut items = Vec::new();
    while !ended(from, &mut left)? {
        items.push(read(from, depth + 1)?);
    }
    Ok(Value::Array(items))
}

fn read_map(from: &mut Decoder<'_>, depth: u32) -> Result<Value, Error> {
    let mut left = from.map()?;
    let mut fields = Map::new();
    while !ended(from, &mut left)? {
        fields.insert(text(from)?, read(from, depth + 1)?);
    }
    Ok(Value::Object(fields))
}

/// Whether a list or map is at its end: no item of its count is left, or the next token is the break, which is consumed.
fn ended(from: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, Error> {
    if let Some(left) = left {
        let ended = *left == 0;
        *left = left.saturating_sub(1);
        return Ok(ended);
    }
    let ended = from.datatype()? == Type::Break;
    if ended {
        from.set_position(from.position() + 1);
    }
    Ok(ended)
}

fn text(from: &mut Decoder<'_>) -> Result<String, Error> {
    from.str_iter()?.collect()
}

fn float(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Document {
        Document::Map(vec![
            ("Id", Document::text("q1")),
            ("Values", Document::List(vec![Document::Number(12.5), Document::Number(-1.0)])),
            ("Timestamps", Document::List(vec![Document::Time(1_760_000_040)])),
            ("Inner", Document::Map(vec![])),
        ])
    }

    #[test]
    fn both_protocols_encode_the_same_value() {
        assert_eq!(from_cbor(&sample().to_cbor()).unwrap(), sample().to_json());
        assert_eq!(sample().to_json()["Timestamps"], json!([1_760_000_040]));
    }

    #[test]
    fn a_timestamp_carries_its_tag() {
        assert_eq!(Document::Time(60).to_cbor(), [0xc1, 0x18, 60]);
    }

    fn check(bytes: &[u8], expected: &Value) {
        assert_eq!(&from_cbor(bytes).unwrap(), expected);
    }

    #[test]
    fn indefinite_lengths_halves_and_tags_are_read() {
        check(b"\xbf\x61a\x9f\x01\x20\xff\xff", &json!({"a": [1, -1]}));
        check(b"\xa1\x7f\x61a\x61b\xff\xf6", &json!({"ab": null}));
        check(b"\xc1\xfb\x41\xda\x39\xde\xa0\x00\x00\x00", &json!(1_760_000_640.0));
        check(b"\xf9\x3c\x00", &json!(1.0));
        check(b"\x82\xf5\xfa\x40\x20\x00\x00", &json!([true, 2.5]));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_cause_a_panic(bytes: Vec<u8>) {
            let _ = from_cbor(&bytes);
        }

        #[test]
        fn numbers_and_texts_come_back(text: String, number in -1e300..1e300_f64, time: i64) {
            let list = vec![Document::Text(text), Document::Number(number), Document::Time(time)];
            let document = Document::Map(vec![("Items", Document::List(list))]);
            proptest::prop_assert_eq!(from_cbor(&document.to_cbor()).unwrap(), document.to_json());
        }
    }

    #[test]
    fn broken_bytes_are_refused() {
        for bytes in [&b"<html>"[..], b"\xbf\x61a", b"\x01\x02", b"\xa1\x01\x01", &[0x81; 100], b""] {
            assert!(from_cbor(bytes).is_err(), "{bytes:?}");
        }
    }
}
