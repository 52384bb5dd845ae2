//! What a model file says of itself, read without an engine.

use std::collections::HashMap;

use serde::Deserialize;

use crate::Error;
use crate::data::{Lexicon, Lexicons};
use crate::lesson::{self, Lesson};
use crate::settings::Form;

/// What stands under `format` in the metadata of a model file.
pub const MODEL_FORMAT: &str = "unroll-model";
/// What stands there for the tokens that a model writes, which most models read too.
const LEXICON: &str = "lexicon";
/// What stands there for the tokens that a model reads, where they are others.
const SOURCE_LEXICON: &str = "source_lexicon";
/// Bytes of a model file that is read.
pub const MODEL_LIMIT: usize = 512 * 1024 * 1024;
/// Bytes of its header at most; no more of a file is needed to read it.
pub const HEADER_LIMIT: usize = 16 * 1024 * 1024;

/// What stands in the header of a model file.
#[derive(Debug, Clone)]
pub struct ModelFile {
    /// Whose model it is.
    pub lesson: &'static Lesson,
    /// The settings that it was trained with.
    pub form: Form,
    /// Steps that it was trained for.
    pub step: usize,
    /// The tokens that it reads and writes, if it is a model of language.
    pub lexicons: Option<Lexicons>,
}

#[derive(Deserialize)]
struct Header {
    #[serde(rename = "__metadata__", default)]
    metadata: HashMap<String, String>,
}

impl ModelFile {
    /// Reads the header of a model of one of these lessons. The first [`HEADER_LIMIT`] bytes of the file and 8 more are
    /// enough.
    ///
    /// # Errors
    /// [`Error::NotAModel`] with what is missing, [`Error::UnknownLesson`].
    pub fn read(bytes: &[u8], lessons: &[&'static Lesson]) -> Result<Self, Error> {
        let wrong = |what: &str| Error::NotAModel { what: what.to_owned() };
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(|| wrong("header"))?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let header = rest.get(..length).filter(|_| length <= HEADER_LIMIT).ok_or_else(|| wrong("header"))?;
        let Header { metadata } = serde_json::from_slice(header).map_err(|_| wrong("header"))?;
        let text = |key: &str| metadata.get(key).ok_or_else(|| wrong(key));
        if text("format")? != MODEL_FORMAT {
            return Err(wrong("format"));
        }
        let lesson = lesson::find(lessons, text("lesson")?)?;
        let written: Form = serde_json::from_str(text("form")?).map_err(|_| wrong("form"))?;
        // Read anew, so that each value is one that its setting may have.
        let settings = lesson.all_settings();
        let pairs: Vec<(&str, String)> = written.changed(&settings);
        let (form, _) = Form::read(&settings, pairs.iter().map(|(key, text)| (*key, text.as_str())));
        let step = text("step")?.parse().map_err(|_| wrong("step"))?;
        let lexicon = |key: &str| -> Result<Option<Lexicon>, Error> {
            metadata.get(key).map(|text| serde_json::from_str(text).map_err(|_| wrong(key))).transpose()
        };
        let lexicons = match (lexicon(SOURCE_LEXICON)?, lexicon(LEXICON)?) {
            (Some(source), Some(target)) => Some(Lexicons { source, target }),
            (None, Some(both)) => Some(Lexicons::from(both)),
            (Some(_), None) => return Err(wrong(LEXICON)),
            (None, None) => None,
        };
        Ok(ModelFile { lesson, form, step, lexicons })
    }
}

/// The lexicons of a model as the metadata of its file holds them, by key; one that is both stands there once.
pub fn lexicons_by_key(lexicons: &Lexicons) -> impl Iterator<Item = (&'static str, &Lexicon)> {
    let Lexicons { source, target } = lexicons;
    let others = (source != target).then_some((SOURCE_LEXICON, source));
    std::iter::once((LEXICON, target)).chain(others)
}

/// The numbers of a tensor of single precision in a safetensors file; none where there is no such tensor.
pub fn numbers_of(file: &[u8], name: &str) -> Option<Vec<f32>> {
    let (length, rest) = file.split_first_chunk::<8>()?;
    let length =
        usize::try_from(u64::from_le_bytes(*length)).ok().filter(|length| *length <= HEADER_LIMIT)?;
    let (header, data) = rest.split_at_checked(length)?;
    let header: serde_json::Value = serde_json::from_slice(header).ok()?;
    let tensor = header.get(name).filter(|tensor| tensor.get("dtype").is_some_and(|dtype| dtype == "F32"))?;
    let offset = |index: usize| usize::try_from(tensor.get("data_offsets")?.get(index)?.as_u64()?).ok();
    let bytes = data.get(offset(0)?..offset(1)?)?;
    Some(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}
