//! One page of a `GetMetricData` response, read as it is.
//!
//! The SDK's types for a result own its id, its label, its status and two lists, which are allocated and dropped for each of
//! hundreds of thousands of results. A test holds what is read here to what the SDK reads.

use std::ops::Range;

use aws_smithy_cbor::Decoder;
use aws_smithy_cbor::data::Type;
use aws_smithy_cbor::decode::DeserializeError;

use crate::time::Timestamp;

/// What ids begin with: they must begin with a lower-case letter, and be unique in the call.
pub(super) const ID: char = 'q';

/// The results of one page, with the points of all in two lists.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The token of the next page.
    pub(super) next_token: Option<String>,
    pub(super) results: Vec<PageResult>,
    starts: Vec<Timestamp>,
    values: Vec<f64>,
}

/// The result of one query on one page.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct PageResult {
    /// The place of its query in the batch; `None` for an id that no query has.
    pub(super) query: Option<usize>,
    pub(super) status: Status,
    starts: Range<usize>,
    values: Range<usize>,
}

/// The status of a result; one without status is complete.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    #[default]
    Complete,
    Forbidden,
    /// A part of it is missing, or all.
    Partial,
}

impl Page {
    /// Reads the body of a successful response in CBOR. Unknown fields are passed over, and null counts as absent.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
    ///
    /// # Errors
    /// A body that is no such response, or that ends early.
    pub(super) fn read(body: &[u8]) -> Result<Self, DeserializeError> {
        let (mut page, mut decoder) = (Self::default(), Decoder::new(body));
        each_field(&mut decoder, |name, decoder| match name {
            "MetricDataResults" => each_item(decoder, |decoder| page.read_result(decoder)),
            "NextToken" => {
                page.next_token = Some(decoder.string()?);
                Ok(())
            }
            _ => decoder.skip(),
        })?;
        if decoder.position() == body.len() {
            Ok(page)
        } else {
            Err(DeserializeError::expected_end_of_stream(decoder.position()))
        }
    }

    fn read_result(&mut self, decoder: &mut Decoder) -> Result<(), DeserializeError> {
        let mut result = PageResult::default();
        each_field(decoder, |name, decoder| {
            match name {
                "Id" => result.query = place(&decoder.str()?),
                "StatusCode" => result.status = Status::of(&decoder.str()?),
                "Timestamps" => {
                    let start = |decoder: &mut Decoder| Ok(Timestamp::from_second(decoder.timestamp()?.secs()));
                    result.starts = append(&mut self.starts, decoder, start)?;
                }
                "Values" => result.values = append(&mut self.values, decoder, Decoder::double)?,
                _ => decoder.skip()?,
            }
            Ok(())
        })?;
        self.results.push(result);
        Ok(())
    }

    /// The points of a result: when the period of each begins, and its value.
    pub(super) fn points(&self, result: &PageResult) -> impl Iterator<Item = (Timestamp, f64)> + Clone {
        self.starts[result.starts.clone()].iter().copied().zip(self.values[result.values.clone()].iter().copied())
    }
}

impl Status {
    fn of(code: &str) -> Self {
        match code {
            "Complete" => Self::Complete,
            "Forbidden" => Self::Forbidden,
            _ => Self::Partial,
        }
    }
}

/// The place of the query of an id.
fn place(id: &str) -> Option<usize> {
    id.strip_prefix(ID)?.parse().ok()
}

/// Appends a list to another one, and returns where it is in it.
fn append<'a, T>(
    list: &mut Vec<T>,
    decoder: &mut Decoder<'a>,
    item: impl Fn(&mut Decoder<'a>) -> Result<T, DeserializeError>,
) -> Result<Range<usize>, DeserializeError> {
    let start = list.len();
    each_item(decoder, |decoder| {
        list.push(item(decoder)?);
        Ok(())
    })?;
    Ok(start..list.len())
}

/// Reads every value of a map that is not null.
fn each_field<'a>(
    decoder: &mut Decoder<'a>,
    mut read: impl FnMut(&str, &mut Decoder<'a>) -> Result<(), DeserializeError>,
) -> Result<(), DeserializeError> {
    let length = decoder.map()?;
    each(length, decoder, |decoder| {
        let name = decoder.str()?;
        if decoder.datatype()? == Type::Null { decoder.null() } else { read(&name, decoder) }
    })
}

fn each_item<'a>(
    decoder: &mut Decoder<'a>,
    read: impl FnMut(&mut Decoder<'a>) -> Result<(), DeserializeError>,
) -> Result<(), DeserializeError> {
    let length = decoder.list()?;
    each(length, decoder, read)
}

/// Reads so many elements; without a length, until the mark that ends them.
fn each<'a>(
    length: Option<u64>,
    decoder: &mut Decoder<'a>,
    mut read: impl FnMut(&mut Decoder<'a>) -> Result<(), DeserializeError>,
) -> Result<(), DeserializeError> {
    let Some(length) = length else {
        while decoder.datatype()? != Type::Break {
            read(decoder)?;
        }
        return decoder.skip();
    };
    (0..length).try_for_each(|_| read(decoder))
}
