//! Model files: a trained model for another program, or for another browser.
//!
//! Safetensors with the parameters under PyTorch's names; the metadata holds the lesson, the settings, the steps done and,
//! for a model of language, its tokens. A file may come from outside, and from PyTorch: loading checks everything and
//! asks for nothing but the parameters.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors};

use super::TrainingState;
use super::snapshot::Numbers;
use crate::Error;
use crate::data::Lexicons;
use crate::nn::{Parameters, Spec, read};
use crate::protocol::Job;
use crate::share::{MODEL_FORMAT, lexicons_by_key};

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
    let wrong = |error: serde_json::Error| Error::NotAModel { what: error.to_string() };
    let mut metadata = vec![
        ("format", MODEL_FORMAT.to_owned()),
        ("lesson", job.lesson.clone()),
        ("form", serde_json::to_string(&job.form).map_err(wrong)?),
        ("step", state.step.to_string()),
    ];
    for (key, lexicon) in lexicons.into_iter().flat_map(lexicons_by_key) {
        metadata.push((key, serde_json::to_string(lexicon).map_err(wrong)?));
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

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::data::Lexicon;
    use crate::lesson::Lesson;
    use crate::lessons::LESSONS;
    use crate::nn::Builder;
    use crate::share::ModelFile;
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
            let file = ModelFile::read(&bytes, &LESSONS).unwrap();
            assert_eq!((file.step, file.lexicons), (9, lexicons));
            let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
            let metadata = header.metadata().as_ref().unwrap();
            assert_eq!(metadata.keys().filter(|key| key.contains("lexicon")).count(), keys);
            let (read, step) = load(&bytes, state.parameters.specs(), &device).unwrap();
            assert_eq!((read.count(), step), (6, 9));
        }
    }
}
