//! Model files: a trained model for another program, or for another browser.
//!
//! Safetensors with the parameters under PyTorch's names; the metadata holds the lesson, the settings, the steps done and,
//! for a model of language, its tokens. A file may come from outside, and from PyTorch with whatever its tools put around
//! names and numbers; reading checks everything. One that says nothing of settings and tokens is read with those at hand,
//! where they fit.

mod header;
mod signature;
mod tensors;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use serde::Deserialize;

use self::header::{File, Scalar};
use super::snapshot::Numbers;
use super::{EngineLessons, TrainingState};
use crate::Error;
use crate::data::{Corpus, END, Lexicon, Lexicons};
use crate::error::ModelFault;
use crate::lesson::{self, Lesson};
use crate::nn::{Parameters, Spec, read};
use crate::protocol::{CheckedModel, Job, ModelRemark};
use crate::settings::Form;

/// What stands under [`FORMAT_KEY`] in a file of Unroll's. Others write `pt` there, so nothing hangs on it.
const FORMAT: &str = "unroll-model";
/// The key that says by whom a file was written.
const FORMAT_KEY: &str = "format";
/// The key of the lesson's id.
const LESSON: &str = "lesson";
/// The key of the settings.
const FORM: &str = "form";
/// The key of the steps done.
const STEP: &str = "step";
/// The key of the tokens that a model writes, which most models read too.
const LEXICON: &str = "lexicon";
/// The key of the tokens that a model reads, where they are others.
const SOURCE_LEXICON: &str = "source_lexicon";

/// Writes the model of a run.
///
/// # Errors
/// [`Error::EngineLost`] if the device can't be read.
pub async fn write(job: &Job, lexicons: Option<&Lexicons>, state: &TrainingState) -> Result<Vec<u8>, Error> {
    let [values] = read([state.parameters.flat().clone()]).await?;
    let mut rest = &values[..];
    let tensors = state.parameters.specs().iter().map(|spec| {
        let (values, after) = rest.split_at(spec.count());
        rest = after;
        (spec.name.clone(), Numbers { shape: spec.shape.clone(), values })
    });
    let unwritten = |reason: String| ModelFault::Unwritten.error("", reason, "");
    let json = |written: Result<String, serde_json::Error>| written.map_err(|e| unwritten(e.to_string()));
    let mut metadata = vec![
        (FORMAT_KEY, FORMAT.to_owned()),
        (LESSON, job.lesson.clone()),
        (FORM, json(serde_json::to_string(&job.form))?),
        (STEP, state.step.to_string()),
    ];
    for (key, lexicon) in lexicons.into_iter().flat_map(lexicons_by_key) {
        metadata.push((key, json(serde_json::to_string(lexicon))?));
    }
    let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    safetensors::serialize(tensors.collect::<Vec<_>>(), Some(metadata))
        .map_err(|error| unwritten(error.to_string()))
}

/// The lexicons of a model as the metadata of its file holds them, by key; one that is both stands there once.
fn lexicons_by_key(lexicons: &Lexicons) -> impl Iterator<Item = (&'static str, &Lexicon)> {
    let Lexicons { source, target } = lexicons;
    let others = (source != target).then_some((SOURCE_LEXICON, source));
    std::iter::once((LEXICON, target)).chain(others)
}

/// What a model file says of itself, as far as it says anything.
#[derive(Debug, Clone)]
pub struct ModelFile {
    /// Whose model it is.
    pub lesson: Option<&'static Lesson>,
    /// The settings that it was trained with.
    pub form: Option<Form>,
    /// Steps that it was trained for; 0 where it does not say.
    pub step: usize,
    /// The tokens that it reads and writes, if it is a model of language.
    pub lexicons: Option<Lexicons>,
}

impl ModelFile {
    /// Reads what a file says of itself, for one of these lessons. Settings without a lesson are of `at_hand`.
    ///
    /// # Errors
    /// [`Error::Model`] with what can't be read, [`Error::UnknownLesson`].
    pub fn read(
        bytes: &[u8],
        lessons: &[&'static Lesson],
        at_hand: Option<&'static Lesson>,
    ) -> Result<Self, Error> {
        ModelFile::of(&File::read(bytes)?, lessons, at_hand)
    }

    fn of(file: &File, lessons: &[&'static Lesson], at_hand: Option<&'static Lesson>) -> Result<Self, Error> {
        let unreadable = |key: &str| ModelFault::Entry.error(key, "", "");
        let lesson = file.said(LESSON).map(|id| lesson::find(lessons, id)).transpose()?;
        let form = match (file.said(FORM), lesson.or(at_hand)) {
            (Some(text), Some(lesson)) => {
                let written: BTreeMap<String, Scalar> =
                    serde_json::from_str(text).map_err(|_| unreadable(FORM))?;
                // Read anew, so that each value is one that its setting may have.
                let pairs = written.iter().map(|(key, Scalar(text))| (key.as_str(), text.as_str()));
                Some(Form::read(&lesson.all_settings(), pairs).0)
            }
            _ => None,
        };
        let step = steps_in(file)?;
        let lexicon = |key: &str| file.said(key).map(|text| lexicon_in(text).ok_or_else(|| unreadable(key)));
        let lexicons = match (lexicon(SOURCE_LEXICON).transpose()?, lexicon(LEXICON).transpose()?) {
            (Some(source), Some(target)) => Some(Lexicons { source, target }),
            (None, Some(both)) => Some(Lexicons::from(both)),
            (Some(_), None) => return Err(unreadable(LEXICON)),
            (None, None) => None,
        };
        Ok(ModelFile { lesson, form, step, lexicons })
    }
}

/// The steps that a file says its model was trained for; 0 where it does not say.
fn steps_in(file: &File) -> Result<usize, Error> {
    let Some(text) = file.said(STEP) else { return Ok(0) };
    let step = text.parse::<f64>().ok().filter(|step| (0.0..=f64::from(u32::MAX)).contains(step));
    step.map(|step| step as usize).ok_or_else(|| ModelFault::Entry.error(STEP, "", ""))
}

/// A lexicon as its JSON says: whole, or a list of tokens alone.
fn lexicon_in(text: &str) -> Option<Lexicon> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Whole { tokens: Vec<String>, is_marked: Option<bool>, is_spaced: Option<bool> },
        Tokens(Vec<String>),
    }
    let (tokens, is_marked, is_spaced) = match serde_json::from_str(text).ok()? {
        Written::Whole { tokens, is_marked, is_spaced } => (tokens, is_marked, is_spaced),
        Written::Tokens(tokens) => (tokens, None, None),
    };
    let is_marked = is_marked.unwrap_or_else(|| tokens.iter().any(|token| token == END));
    Some(Lexicon { tokens: tokens.into(), is_marked, is_spaced: is_spaced.unwrap_or_default() })
}

/// The tokens that a model file brings, if it does.
///
/// # Errors
/// As [`ModelFile::read`].
pub fn lexicon(bytes: &[u8]) -> Result<Option<Lexicon>, Error> {
    let file = File::read(bytes)?;
    let text = file.said(LEXICON);
    text.map(|text| lexicon_in(text).ok_or_else(|| ModelFault::Entry.error(LEXICON, "", ""))).transpose()
}

/// Reads the parameters `specs` of the model of `job`, and the steps that the file says it has been trained for.
///
/// # Errors
/// [`Error::Model`].
pub fn load(
    bytes: &[u8],
    job: &Job,
    specs: &Rc<[Spec]>,
    device: &Device,
) -> Result<(Parameters, usize), Error> {
    let file = File::read(bytes)?;
    let values = tensors::find(&file, specs, tokens_of(job))?.values;
    let count = values.len();
    let flat = Tensor::from_data(TensorData::new(values, [count]), &device.clone().inner());
    Ok((Parameters::new(Rc::clone(specs), flat), steps_in(&file)?))
}

fn tokens_of(job: &Job) -> Option<usize> {
    job.corpus.as_ref().map(|corpus| corpus.lexicon.tokens.len())
}

/// Looks at a model file without opening it: what it says of itself, and whether all that a model of `job`'s lesson needs is
/// in it. Where it says nothing of settings or tokens, those of `job` are tried.
///
/// # Errors
/// [`Error::Model`], and what the lesson finds wrong.
pub fn check(
    bytes: &[u8],
    job: &Job,
    device: &Device,
    lessons: EngineLessons,
) -> Result<CheckedModel, Error> {
    let (lesson, training) = lessons.training(job)?;
    let all: Vec<&'static Lesson> = lessons.0.iter().map(|known| known.lesson).collect();
    let file = File::read(bytes)?;
    let said = ModelFile::of(&file, &all, Some(lesson))?;
    if let Some(other) = said.lesson.filter(|said| *said != lesson) {
        return Err(ModelFault::Lesson.error("", other.id, lesson.id));
    }
    let own = said.lexicons.map(|lexicons| lexicons.target);
    let at_hand = job.corpus.as_ref().map(|corpus| corpus.lexicon.clone());
    let mut remarks = Vec::new();
    if said.form.is_none() {
        remarks.push((ModelRemark::Settings, String::new()));
    }
    if lesson.needs_corpus() && own.is_none() {
        remarks.push((ModelRemark::Tokens, String::new()));
    }
    let is_labelled = remarks.is_empty();
    let lexicon = own.clone().or(at_hand);
    if lesson.needs_corpus() && lexicon.as_ref().is_none_or(|lexicon| lexicon.tokens.is_empty()) {
        return Err(ModelFault::Unlabelled.error("", "", ""));
    }
    let corpus = lexicon.map(|lexicon| Corpus::new(lexicon, [])).transpose()?;
    let form = said.form.unwrap_or_else(|| job.form.clone());
    let job = Job { form, corpus: corpus.map(Arc::new), ..job.clone() };
    let (_, parameters) = (training.build)(&job, device)?;
    let found = tensors::find(&file, parameters.specs(), tokens_of(&job)).map_err(|error| match error {
        Error::Model {
            fault:
                ModelFault::Missing
                | ModelFault::Shape
                | ModelFault::Transposed
                | ModelFault::Lexicon
                | ModelFault::Layer,
            tensor,
            found,
            expected,
        } if !is_labelled => ModelFault::Unlabelled.error(tensor, found, expected),
        error => error,
    })?;
    if !found.extra.is_empty() {
        remarks.push((ModelRemark::Extra, tensors::listed(&found.extra)));
    }
    Ok(CheckedModel { form: job.form, step: said.step, lexicon: own, remarks })
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use pollster::block_on;
    use safetensors::tensor::SafeTensors;

    use super::*;
    use crate::lessons::LESSONS;
    use crate::nn::Builder;
    use crate::train::{Optimizer, Rule};

    fn lexicon(tokens: &[&str]) -> Lexicon {
        Lexicon { tokens: tokens.iter().map(|token| (*token).to_owned()).collect(), ..Lexicon::default() }
    }

    /// A model that translates has two lexicons; what has one is written as ever.
    #[test]
    fn as_many_lexicons_come_back_as_a_model_has() {
        let device = Device::flex();
        let mut builder = Builder::new(1);
        builder.normal("weight".into(), vec![2, 3]);
        let parameters = builder.build(&device);
        let optimizer = Optimizer::new(Rule::Adam, 6, &device);
        let state = TrainingState { parameters, optimizer, step: 9, carried: Vec::new() };
        let lesson: &Lesson = LESSONS[0];
        let job = Job { lesson: lesson.id.into(), form: lesson.preset(), data: None, corpus: None };
        let one = Lexicons::from(lexicon(&["a", "b"]));
        let two = Lexicons { source: lexicon(&["猫"]), target: lexicon(&["cat"]) };
        for (lexicons, keys) in [(None, 0), (Some(one), 1), (Some(two), 2)] {
            let bytes = block_on(write(&job, lexicons.as_ref(), &state)).unwrap();
            let file = ModelFile::read(&bytes, &LESSONS, None).unwrap();
            assert_eq!((file.lesson, file.step, file.lexicons), (Some(lesson), 9, lexicons));
            let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
            let metadata = header.metadata().as_ref().unwrap();
            assert_eq!(metadata.keys().filter(|key| key.contains("lexicon")).count(), keys);
            let (read, step) = load(&bytes, &job, state.parameters.specs(), &device).unwrap();
            assert_eq!((read.count(), step), (6, 9));
        }
    }
}
