//! The header of a safetensors file: a length of 8 bytes, so many bytes of JSON, and behind it the bytes of all tensors.
//! See <https://huggingface.co/docs/safetensors>.
//!
//! It is read more leniently than by the crate `safetensors` where nothing can be misunderstood (numbers in the metadata, gaps
//! between tensors), and more strictly where a reader would have to guess (names that stand twice); and what is wrong is told
//! with its place.

use std::fmt;
use std::ops::Range;

use safetensors::tensor::Dtype;
use serde::Deserialize;
use serde::de::value::{Error as Unknown, StrDeserializer};
use serde::de::{Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::signature::{self, size_text};
use crate::Error;
use crate::error::ModelFault;

/// Bytes of a header at most. A model of sixty thousand words has two million.
const HEADER_LIMIT: usize = 16 * 1024 * 1024;
/// The name under which the metadata stand among the tensors.
const METADATA: &str = "__metadata__";

/// A safetensors file, taken apart; nothing in it overlaps or is out of bounds.
pub struct File<'f> {
    /// The metadata, by key.
    pub metadata: Vec<(String, String)>,
    /// The tensors, in the order of the header.
    pub tensors: Vec<Stored<'f>>,
}

/// A tensor in a file.
pub struct Stored<'f> {
    /// Its name there.
    pub name: String,
    /// The type of its numbers as the file calls it, and what that is, if it is known.
    pub dtype: (String, Option<Dtype>),
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its numbers, row by row, little-endian.
    pub bytes: &'f [u8],
}

impl<'f> File<'f> {
    /// Takes a file apart.
    ///
    /// # Errors
    /// [`Error::Model`] with what the file is instead, where it was cut, or what is wrong with its header.
    pub fn read(bytes: &'f [u8]) -> Result<Self, Error> {
        if let Some(other) = signature::other(bytes) {
            return Err(other);
        }
        let damaged = |place: usize| ModelFault::Header.error("", place, "");
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(|| damaged(bytes.len()))?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > HEADER_LIMIT || !rest.starts_with(b"{") {
            return Err(damaged(if length > HEADER_LIMIT { 0 } else { 8 }));
        }
        let Some((header, data)) = rest.split_at_checked(length) else {
            return Err(cut(bytes.len(), 8 + length));
        };
        let Entries { metadata, tensors } = serde_json::from_slice(header)
            .map_err(|error| damaged(8 + place_in(header, error.line(), error.column())))?;
        let mut ranges: Vec<(Range<usize>, &str)> = Vec::new();
        for (name, entry) in &tensors {
            ranges.push((entry.range(name)?, name));
        }
        let mut in_order = ranges.clone();
        in_order.sort_by_key(|(range, _)| (range.start, range.end));
        in_order.retain(|(range, _)| !range.is_empty());
        if let Some([(_, one), (_, other)]) =
            in_order.array_windows().find(|[(one, _), (other, _)]| other.start < one.end)
        {
            return Err(ModelFault::Overlap.error(*other, one, ""));
        }
        let end = ranges.iter().map(|(range, _)| range.end).max().unwrap_or(0);
        if end > data.len() {
            return Err(cut(bytes.len(), (8 + length).saturating_add(end)));
        }
        let mut names: Vec<&str> = tensors.iter().map(|(name, _)| name.as_str()).collect();
        names.extend(metadata.iter().map(|(key, _)| key.as_str()));
        for of_a_kind in [&mut names[..tensors.len()].to_vec(), &mut names[tensors.len()..].to_vec()] {
            of_a_kind.sort_unstable();
            if let Some([twice, _]) = of_a_kind.array_windows().find(|[one, other]| one == other) {
                return Err(ModelFault::Twice.error(*twice, "", ""));
            }
        }
        let ranges: Vec<Range<usize>> = ranges.into_iter().map(|(range, _)| range).collect();
        let stored = tensors.into_iter().zip(ranges).map(|((name, entry), range)| Stored {
            name,
            dtype: (entry.dtype.clone(), entry.known()),
            shape: entry.shape,
            // Inside, as its end is.
            bytes: data.get(range).unwrap_or_default(),
        });
        Ok(File { tensors: stored.collect(), metadata })
    }

    /// An entry of the metadata; nothing where it is empty.
    pub fn said(&self, key: &str) -> Option<&str> {
        let entry = self.metadata.iter().find(|(own, _)| own == key);
        entry.map(|(_, text)| text.trim()).filter(|text| !matches!(*text, "" | "null" | "None" | "{}" | "[]"))
    }
}

fn cut(found: usize, expected: usize) -> Error {
    ModelFault::Cut.error("", size_text(found), size_text(expected))
}

/// Where a line and a column are, in bytes.
fn place_in(text: &[u8], line: usize, column: usize) -> usize {
    let lines = text.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1));
    lines.map(<[u8]>::len).sum::<usize>() + column
}

/// What stands in a header, in its order.
struct Entries {
    metadata: Vec<(String, String)>,
    tensors: Vec<(String, Entry)>,
}

/// A tensor, as a header describes it.
#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

impl Entry {
    fn known(&self) -> Option<Dtype> {
        let name: StrDeserializer<'_, Unknown> = self.dtype.as_str().into_deserializer();
        Dtype::deserialize(name).ok()
    }

    /// Where its bytes are, as many as its shape needs.
    fn range(&self, name: &str) -> Result<Range<usize>, Error> {
        let [start, end] = self.data_offsets;
        let found = end.checked_sub(start);
        let count = self.shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size));
        let needed = |dtype: Dtype| Some(count?.checked_mul(dtype.bitsize())?.div_ceil(8));
        match (found, self.known().map(needed)) {
            (Some(found), Some(Some(needed))) if found != needed => {
                Err(ModelFault::Bytes.error(name, found, needed))
            }
            (None, _) => Err(ModelFault::Bytes.error(name, 0, "?")),
            (Some(found), Some(None)) => Err(ModelFault::Bytes.error(name, found, "∞")),
            (Some(_), _) => Ok(start..end),
        }
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a header")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut all = Entries { metadata: Vec::new(), tensors: Vec::new() };
                while let Some(name) = map.next_key::<String>()? {
                    if name == METADATA {
                        let metadata: Option<Metadata> = map.next_value()?;
                        all.metadata.extend(metadata.into_iter().flat_map(|metadata| metadata.0));
                    } else {
                        all.tensors.push((name, map.next_value()?));
                    }
                }
                Ok(all)
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// Keys and their texts.
struct Metadata(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Metadata;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("metadata")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metadata, A::Error> {
                let mut all = Vec::new();
                while let Some((key, Scalar(text))) = map.next_entry()? {
                    all.push((key, text));
                }
                Ok(Metadata(all))
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// A text, or what can be meant by no other.
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }

            fn visit_unit<E>(self) -> Result<Scalar, E> {
                Ok(Scalar(String::new()))
            }

            fn visit_bool<E>(self, is: bool) -> Result<Scalar, E> {
                // As a switch is written.
                Ok(Scalar(if is { "on" } else { "off" }.to_owned()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
