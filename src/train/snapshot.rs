//! Snapshots: the whole state of a run as a safetensors file.
//!
//! Parameters stand under PyTorch's names, what the optimiser remembers of each under `exp_avg.<name>` and the
//! like, the best parameters so far under `best.<name>`, those that training left for them at its end under `left.<name>`, what
//! a step hands to the next under `carried`, the loss of every step under `losses` and the norm of its gradient under `norms`;
//! the metadata says which lesson, with which settings, after how many steps, and which tokens a model has that brought its own. A run continued from a snapshot takes the same steps, bit for bit, as one that never stopped. A
//! snapshot may come from outside: loading checks everything.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::tensor::{Dtype, SafeTensors, View};

use super::run::Best;
use super::{Measures, Optimizer, Rule, Trainee, TrainingState};
use crate::Error;
use crate::data::Lexicon;
use crate::nn::{Parameters, Spec, read_all};
use crate::protocol::Job;

const FORMAT: &str = "unroll-snapshot";
/// Raised when what stands above changes.
const VERSION: &str = "3";
const LOSSES: &str = "losses";
const NORMS: &str = "norms";
const BEST: &str = "best";
const LEFT: &str = "left";
const CARRIED: &str = "carried";
const LEXICON: &str = "lexicon";

/// Numbers to be written.
pub(super) struct Numbers<'a> {
    /// Sizes of its dimensions.
    pub shape: Vec<usize>,
    /// Row by row.
    pub values: &'a [f32],
}

impl View for Numbers<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    fn data_len(&self) -> usize {
        size_of_val(self.values)
    }
}

/// Writes the state of a run.
///
/// # Errors
/// [`Error::EngineLost`] if the device can't be read.
pub async fn write(
    job: &Job,
    state: &TrainingState,
    measures: &Measures,
    best: Option<&Best>,
    left: Option<&Parameters>,
    lexicon: Option<&Lexicon>,
) -> Result<Vec<u8>, Error> {
    let optimizer = &state.optimizer;
    let flats = std::iter::once(state.parameters.flat())
        .chain(optimizer.slots())
        .chain(best.map(|best| best.parameters.flat()))
        .chain(left.map(Parameters::flat))
        .cloned()
        .chain(state.carried.iter().map(|carried| carried.clone().flatten(0, 2)));
    let values = read_all(flats).await?;
    let prefixes: Vec<String> = std::iter::once(String::new())
        .chain(optimizer.rule().slot_names().iter().map(|slot| format!("{slot}.")))
        .chain(best.map(|_| format!("{BEST}.")))
        .chain(left.map(|_| format!("{LEFT}.")))
        .collect();
    let mut tensors = Vec::new();
    for (name, values) in [(LOSSES, &measures.losses), (NORMS, &measures.norms)] {
        tensors.push((name.to_owned(), Numbers { shape: vec![values.len()], values }));
    }
    for (index, (carried, values)) in state.carried.iter().zip(&values[prefixes.len()..]).enumerate() {
        tensors.push((format!("{CARRIED}.{index}"), Numbers { shape: carried.dims().to_vec(), values }));
    }
    for (prefix, values) in prefixes.into_iter().zip(&values) {
        let mut rest = &values[..];
        for spec in state.parameters.specs().iter() {
            let (values, after) = rest.split_at(spec.count());
            tensors.push((format!("{prefix}{}", spec.name), Numbers { shape: spec.shape.clone(), values }));
            rest = after;
        }
    }
    let written = |error: serde_json::Error| damaged(error.to_string());
    let form = serde_json::to_string(&job.form).map_err(written)?;
    let best_metrics = best.map(|best| serde_json::to_string(&best.metrics)).transpose().map_err(written)?;
    let lexicon = lexicon.map(serde_json::to_string).transpose().map_err(written)?;
    let metadata = [
        ("format", FORMAT.to_owned()),
        ("version", VERSION.to_owned()),
        ("lesson", job.lesson.clone()),
        ("form", form),
        ("step", state.step.to_string()),
        ("optimizer_step", optimizer.step().to_string()),
    ];
    let judged =
        best.map(|best| [("best_step", best.step.to_string()), ("best_loss", best.loss.to_string())]);
    let metadata = metadata
        .into_iter()
        .chain(judged.into_iter().flatten())
        .chain(best_metrics.map(|metrics| ("best_metrics", metrics)))
        .chain(lexicon.map(|lexicon| (LEXICON, lexicon)))
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    safetensors::serialize(tensors, Some(metadata)).map_err(|error| damaged(error.to_string()))
}

/// What a snapshot held.
pub(super) struct Kept {
    /// Where the run stood.
    pub state: TrainingState,
    /// What each step said, oldest first; fewer than the steps done where training began from a link's weights.
    pub measures: Measures,
    /// The best model, where training may end early.
    pub best: Option<Best>,
    /// What training left to go back to it, at its planned end.
    pub left: Option<Parameters>,
}

/// The tokens of a model that brought its own.
///
/// # Errors
/// [`Error::SnapshotDamaged`].
pub fn lexicon(bytes: &[u8]) -> Result<Option<Lexicon>, Error> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(error.to_string()))?;
    let text = header.metadata().as_ref().and_then(|metadata| metadata.get(LEXICON));
    text.map(|text| serde_json::from_str(text).map_err(|_| damaged(LEXICON.into()))).transpose()
}

/// Reads a snapshot of a run of `task`, whose parameters are `specs`.
///
/// # Errors
/// [`Error::SnapshotDamaged`], [`Error::ForeignVersion`], [`Error::WeightsMismatch`].
pub fn load(
    bytes: &[u8],
    lesson: &str,
    task: &dyn Trainee,
    specs: &Rc<[Spec]>,
    device: &Device,
) -> Result<Kept, Error> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| damaged(error.to_string()))?;
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(error.to_string()))?;
    let metadata = header.metadata().as_ref().ok_or_else(|| damaged("metadata".into()))?;
    if text(metadata, "format")? != FORMAT {
        return Err(damaged("format".into()));
    }
    if text(metadata, "version")? != VERSION {
        return Err(Error::ForeignVersion { version: text(metadata, "version")?.to_owned() });
    }
    if text(metadata, "lesson")? != lesson {
        return Err(damaged("lesson".into()));
    }
    let rule = task.rule();
    let shape = |name: &str| file.tensor(name).ok().map(|view| view.shape().to_vec());
    if specs.iter().any(|spec| shape(&spec.name).as_ref() != Some(&spec.shape)) {
        return Err(Error::WeightsMismatch {
            found: weights(&file),
            expected: specs.iter().map(Spec::count).sum(),
        });
    }
    let flat = |prefix: &str| -> Result<Tensor<1>, Error> {
        let mut values = Vec::new();
        for spec in specs.iter() {
            values.extend(numbers(&file, &format!("{prefix}{}", spec.name), Some(&spec.shape))?);
        }
        let count = values.len();
        Ok(Tensor::from_data(TensorData::new(values, [count]), &device.clone().inner()))
    };
    let parameters = Parameters::new(Rc::clone(specs), flat("")?);
    let slots = rule.slot_names().iter().map(|slot| flat(&format!("{slot}."))).collect::<Result<_, _>>()?;
    let optimizer = Optimizer::resume(rule, number(metadata, "optimizer_step")?, slots);
    let step: usize = number(metadata, "step")?;
    let losses = numbers(&file, LOSSES, None)?;
    let norms = numbers(&file, NORMS, None)?;
    if losses.len() > step || !norms.is_empty() && norms.len() != losses.len() {
        return Err(damaged(LOSSES.into()));
    }
    let mut carried = Vec::new();
    while let Ok(view) = file.tensor(&format!("{CARRIED}.{}", carried.len())) {
        let name = format!("{CARRIED}.{}", carried.len());
        let shape: [usize; 3] = view.shape().try_into().map_err(|_| damaged(name.clone()))?;
        let values = TensorData::new(numbers(&file, &name, None)?, shape);
        carried.push(Tensor::from_data(values, &device.clone().inner()));
    }
    let best = match metadata.contains_key("best_step") {
        true => Some(Best {
            step: number(metadata, "best_step")?,
            loss: number(metadata, "best_loss")?,
            metrics: best_metrics(metadata)?,
            parameters: Parameters::new(Rc::clone(specs), flat(&format!("{BEST}."))?),
        }),
        false => None,
    };
    let is_left = specs.first().is_some_and(|spec| file.tensor(&format!("{LEFT}.{}", spec.name)).is_ok());
    let left = is_left.then(|| flat(&format!("{LEFT}."))).transpose()?;
    let left = left.map(|left| Parameters::new(Rc::clone(specs), left));
    let state = TrainingState { parameters, optimizer, step, carried };
    Ok(Kept { state, measures: Measures { losses, norms }, best, left })
}

/// How many weights a snapshot holds: all of it but what steps said, carried, and what an optimiser remembers.
fn weights(file: &SafeTensors) -> usize {
    let is_weight = |name: &str| {
        let slot = |slot: &&str| name.strip_prefix(*slot).is_some_and(|rest| rest.starts_with('.'));
        let others = Rule::ALL_SLOT_NAMES.iter().chain(&[BEST, LEFT, CARRIED]).any(slot);
        name != LOSSES && name != NORMS && !others
    };
    let tensors = file.tensors();
    let weights = tensors.iter().filter(|(name, _)| is_weight(name));
    weights.map(|(_, view)| view.shape().iter().product::<usize>()).sum()
}

/// The values of one tensor, all finite.
fn numbers(file: &SafeTensors, name: &str, shape: Option<&[usize]>) -> Result<Vec<f32>, Error> {
    let view = file.tensor(name).map_err(|_| damaged(name.into()))?;
    if view.dtype() != Dtype::F32 || shape.is_some_and(|shape| view.shape() != shape) {
        return Err(damaged(name.into()));
    }
    let values: Vec<f32> =
        view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    if values.iter().all(|value| value.is_finite()) { Ok(values) } else { Err(damaged(name.into())) }
}

/// What was found on held-out data; nothing where an older version did not keep it.
fn best_metrics(metadata: &HashMap<String, String>) -> Result<BTreeMap<String, f64>, Error> {
    let Some(text) = metadata.get("best_metrics") else { return Ok(BTreeMap::new()) };
    serde_json::from_str(text).map_err(|_| damaged("best_metrics".into()))
}

fn text<'m>(metadata: &'m HashMap<String, String>, key: &str) -> Result<&'m str, Error> {
    metadata.get(key).map(String::as_str).ok_or_else(|| damaged(key.into()))
}

fn number<N: std::str::FromStr>(metadata: &HashMap<String, String>, key: &str) -> Result<N, Error> {
    text(metadata, key)?.parse().map_err(|_| damaged(key.into()))
}

fn damaged(what: String) -> Error {
    Error::SnapshotDamaged { what }
}
