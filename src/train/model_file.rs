//! Model files: a trained model for another program, or for another browser.
//!
//! Safetensors with the parameters under PyTorch's names; the metadata holds the lesson, the settings, the steps done and,
//! for a model of language, its tokens. A file may come from outside, and from PyTorch: loading checks everything and
//! asks for nothing but the parameters.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors};

use super::State;
use super::snapshot::Numbers;
use crate::Error;
use crate::data::Lexicon;
use crate::nn::{Parameters, Spec, read};
use crate::protocol::Job;
use crate::share::MODEL_FORMAT;

/// Writes the model of a run.
///
/// # Errors
/// [`Error::EngineLost`] if the device can't be read.
pub async fn write(job: &Job, lexicon: Option<&Lexicon>, state: &State) -> Result<Vec<u8>, Error> {
    let values = read([state.parameters.flat().clone()]).await?.concat();
    let mut rest = &values[..];
    let tensors = state.parameters.specs().iter().map(|spec| {
        let (values, after) = rest.split_at(spec.count());
        rest = after;
        (spec.name.clone(), Numbers { shape: spec.shape.clone(), values })
    });
    let wrong = |error: serde_json::Error| Error::NotAModel { what: error.to_string() };
    let mut metadata = vec![
        ("format", MODEL_FORMAT.to_owned()),
        ("lesson", job.lesson.clone()),
        ("form", serde_json::to_string(&job.form).map_err(wrong)?),
        ("step", state.step.to_string()),
    ];
    if let Some(lexicon) = lexicon {
        metadata.push(("lexicon", serde_json::to_string(lexicon).map_err(wrong)?));
    }
    let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    safetensors::serialize(tensors.collect::<Vec<_>>(), Some(metadata))
        .map_err(|error| Error::NotAModel { what: error.to_string() })
}

/// Reads the parameters `specs` of a model file, and the steps that it says it has been trained for.
///
/// # Errors
/// [`Error::NotAModel`], [`Error::WeightsMismatch`].
pub fn load(bytes: &[u8], specs: &Rc<[Spec]>, device: &Device) -> Result<(Parameters, usize), Error> {
    let wrong = |what: String| Error::NotAModel { what };
    let file = SafeTensors::deserialize(bytes).map_err(|error| wrong(error.to_string()))?;
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| wrong(error.to_string()))?;
    let metadata = header.metadata().as_ref();
    // A file that PyTorch wrote by itself says nothing of steps.
    let step = match metadata.and_then(|metadata| metadata.get("step")) {
        Some(step) => step.parse().map_err(|_| wrong("step".into()))?,
        None => 0,
    };
    let mut values = Vec::new();
    for spec in specs.iter() {
        let view = file.tensor(&spec.name).map_err(|_| wrong(spec.name.clone()))?;
        if view.shape() != spec.shape {
            return Err(Error::WeightsMismatch {
                found: view.shape().iter().product(),
                expected: spec.count(),
            });
        }
        let (halves, singles) = (view.data().as_chunks::<2>().0, view.data().as_chunks::<4>().0);
        match view.dtype() {
            Dtype::F32 => values.extend(singles.iter().map(|bytes| f32::from_le_bytes(*bytes))),
            Dtype::F16 => values.extend(halves.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32())),
            Dtype::BF16 => values.extend(halves.iter().map(|bytes| bf16::from_le_bytes(*bytes).to_f32())),
            other => return Err(wrong(format!("{}: {other:?}", spec.name))),
        }
    }
    if !values.iter().all(|value| value.is_finite()) {
        return Err(wrong("NaN".into()));
    }
    let count = values.len();
    let flat = Tensor::from_data(TensorData::new(values, [count]), &device.clone().inner());
    Ok((Parameters::new(Rc::clone(specs), flat), step))
}
