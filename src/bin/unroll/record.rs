//! `unroll record`: a whole run as the page keeps it.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use half::f16;
use pollster::block_on;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use unroll::codec;
use unroll::lessons::ENGINE_LESSONS;
use unroll::protocol::{Command, Event, Job, Origin, Recording};
use unroll::train::{Session, drive};

use super::{Refusal, sleep};

/// Pictures that a recording keeps, of those that can be made at any step.
const PICTURES: usize = 40;

fn failed(error: &dyn std::fmt::Display) -> Refusal {
    Refusal(error.to_string(), 1)
}

/// Prints the run as an encoded [`Recording`], with pictures at steps spread evenly on a logarithmic scale, or with every one
/// where only some steps have any; keeps its model where it is asked to.
pub fn record(session: &mut Session, job: Job, model: Option<&Path>) -> Result<(), Refusal> {
    let mut recording = Recording {
        job: Job { corpus: None, ..job.clone() },
        layers: Vec::new(),
        losses: Vec::new(),
        norms: Vec::new(),
        pictures: Vec::new(),
        metrics: Default::default(),
    };
    // A lesson whose figures take long says after how many steps they are made.
    let (lesson, training) = ENGINE_LESSONS.training(&job).map_err(|error| failed(&error))?;
    let is_examined = lesson.settings.iter().any(|setting| setting.key == "examine_every");
    let mut kept = BTreeSet::new();
    let mut done = false;
    let mut command = Command::Open { run: 1, job, origin: Origin::Seed };
    while !done {
        let hear = |event| {
            match event {
                Event::Opened { layers, progress, .. } => {
                    recording.layers = layers;
                    kept = steps_kept(progress.steps);
                }
                Event::Progress { losses, norms, .. } => {
                    recording.losses.extend(losses.into_iter().map(short));
                    recording.norms.extend(norms.into_iter().map(short));
                }
                Event::Picture { picture, .. } => {
                    if is_examined || kept.contains(&picture.step) {
                        let short = (training.short)(&picture);
                        recording.pictures.push(short.ok_or_else(|| failed(&"figures can't be read"))?);
                    }
                }
                Event::Finished { metrics, .. } => {
                    recording.metrics = metrics;
                    done = true;
                }
                Event::Failed { error, .. } => return Err(failed(&error)),
                Event::Ready { .. }
                | Event::Paused { .. }
                | Event::Snapshot { .. }
                | Event::Packed { .. }
                | Event::Written { .. }
                | Event::Inspected { .. }
                | Event::Watched { .. }
                | Event::Answered { .. }
                | Event::Exported { .. }
                | Event::ModelChecked { .. }
                | Event::Measured { .. } => {}
            }
            Ok(())
        };
        block_on(drive(session, command, sleep, hear))?;
        command = if is_examined { Command::Start { run: 1 } } else { Command::Step { run: 1 } };
    }
    if let Some(path) = model {
        let exported = block_on(session.handle(Command::Export { run: 1 }));
        let Some(Event::Exported { bytes, .. }) = exported.into_iter().next() else {
            return Err(failed(&"there is no model to keep"));
        };
        std::fs::write(path, halved(&bytes)?).map_err(|error| failed(&error))?;
    }
    std::io::stdout().write_all(&codec::encode(&recording)).map_err(|error| failed(&error))
}

/// A model file with half as many bits.
fn halved(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| failed(&error))?;
    let file = SafeTensors::deserialize(bytes).map_err(|error| failed(&error))?;
    let halves: Vec<(String, Vec<usize>, Vec<u8>)> = file
        .iter()
        .map(|(name, view)| {
            let singles = view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
            let halves = singles.flat_map(|single| f16::from_f32(single).to_le_bytes());
            (name.to_owned(), view.shape().to_vec(), halves.collect())
        })
        .collect();
    let views = halves
        .iter()
        .map(|(name, shape, data)| Ok((name, TensorView::new(Dtype::F16, shape.clone(), data)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|error| failed(&error))?;
    safetensors::serialize(views, header.metadata().clone()).map_err(|error| failed(&error))
}

/// Steps 0 to `steps`, at most [`PICTURES`] of them, dense at the beginning where most happens.
fn steps_kept(steps: usize) -> BTreeSet<usize> {
    let last = steps as f64;
    let at = |index: usize| ((last + 1.0).powf(index as f64 / (PICTURES - 1) as f64) - 1.0).round() as usize;
    (0..PICTURES).map(at).collect()
}

/// Twelve significant binary digits: a loss curve shows no more.
fn short(loss: f32) -> f32 {
    f32::from_bits((loss.to_bits() + (1 << 11)) & !0xfff)
}
