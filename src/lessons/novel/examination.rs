//! How the figures are made: passages are predicted one after the other, then a sample is written.

use std::rc::Rc;

use super::run::WritingModel;
use super::{Batch, Prose};
use crate::Error;
use crate::nn::{HiddenState, Parameters, read_number};
use crate::protocol::{Picture, Sampling, Strategy, Writing};
use crate::sample::{LanguageModel, Writer};
use crate::train::{Examination, Examined};

/// Windows that are predicted side by side.
const ROWS: usize = 16;
/// Batches of the training text at most, and of the held-out one.
const MOST: [usize; 2] = [8, 24];
/// Tokens of a sample: characters, or words.
const SAMPLE: [usize; 2] = [120, 60];
/// As most people set it.
const TEMPERATURE: f64 = 0.8;
/// Tokens that are written at a time.
const AT_A_TIME: usize = 8;

/// An examination on its way.
pub(super) struct Passages {
    writer: Rc<WritingModel>,
    parameters: Parameters,
    /// What is still to be predicted, the next last: is it held out?
    left: Vec<(bool, Batch)>,
    state: HiddenState,
    /// Sums of losses and the tokens that they are of: of the training text, of the held-out one.
    sums: [(f64, usize); 2],
    sample: Writer,
    written: Vec<usize>,
    step: usize,
}

impl Passages {
    /// Begins; nothing is computed yet. None where there is no text to predict.
    pub fn begin(writer: &Rc<WritingModel>, parameters: &Parameters, step: usize) -> Option<Self> {
        let data = writer.data.as_ref()?;
        let [most_trained, most_holdout] = MOST;
        let trained = data.passages(false, ROWS, most_trained);
        if trained.is_empty() {
            return None;
        }
        let holdout = data.holdout().map(|_| data.passages(true, ROWS, most_holdout)).into_iter().flatten();
        let mut left: Vec<(bool, Batch)> = trained.into_iter().map(|batch| (false, batch)).collect();
        left.extend(holdout.map(|batch| (true, batch)));
        left.reverse();
        let writing = Writing {
            prompt: Vec::new(),
            length: SAMPLE[usize::from(writer.lexicon.is_marked || writer.lexicon.is_spaced)],
            strategy: Strategy::Draw(Sampling { temperature: TEMPERATURE, ..Sampling::default() }),
            continuations: 1,
            seed: 1,
            stops_at_end: false,
        };
        let model = Rc::clone(writer) as Rc<dyn LanguageModel>;
        Some(Passages {
            writer: Rc::clone(writer),
            parameters: parameters.clone(),
            left,
            state: HiddenState::default(),
            sums: Default::default(),
            sample: Writer::new(model, parameters.clone(), writing),
            written: Vec::new(),
            step,
        })
    }

    async fn go_on(&mut self) -> Result<Option<Picture>, Error> {
        if let Some((is_holdout, batch)) = self.left.pop() {
            let before = std::mem::take(&mut self.state);
            let initial = if batch.is_fresh { HiddenState::default() } else { before };
            let (loss, state) = self.writer.loss_of(&self.parameters, &batch, initial, None);
            self.state = state;
            let loss = read_number(loss).await?;
            let (sum, count) = &mut self.sums[usize::from(is_holdout)];
            *sum += f64::from(loss) * batch.targets.len() as f64;
            *count += batch.targets.len();
            return Ok(None);
        }
        for _ in 0..AT_A_TIME {
            let written = self.sample.advance().await?;
            self.written.extend(written.tokens.iter().flatten().map(|choice| choice.token));
            if written.is_done {
                return Ok(Some(self.picture()));
            }
        }
        Ok(None)
    }

    fn picture(&self) -> Picture {
        let [own, holdout] = self.sums;
        let mean = |(sum, count): (f64, usize)| sum / count as f64;
        let prose = Prose {
            // Some of the training text has been predicted: nothing else is begun.
            loss: mean(own),
            holdout_loss: (holdout.1 > 0).then(|| mean(holdout)),
            baselines: self.writer.baselines(),
            sample: self.writer.lexicon.join(&self.written),
        };
        Picture::new(self.step, &prose)
    }
}

impl Examination for Passages {
    fn advance(&mut self) -> Examined<'_> {
        Box::pin(self.go_on())
    }
}
