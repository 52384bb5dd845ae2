//! Text from a model, one token at a time: each is drawn from what the model predicts, read back, and given to it.

use unroll::Error;
use unroll::Stream;
use unroll::nn::read;

use crate::measure::Predict;
use crate::workload::{Head, Text, text_batch};

/// A text that a model goes on writing.
pub struct Writer {
    model: Box<dyn Predict>,
    /// What the model reads for the next token: the window that it was trained on, or, where its state goes from step
    /// to step, the last token.
    read: Vec<i32>,
    stream: Stream,
}

impl Writer {
    /// At the beginning of a text.
    pub fn new(model: Box<dyn Predict>, text: Text) -> Self {
        let window = if text.head == Head::Each { 1 } else { text.steps };
        let read = text_batch(text, 0).0[..window].to_vec();
        Writer { model, read, stream: Stream::new(1, 0) }
    }

    /// Writes one more token.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn write(&mut self) -> Result<(), Error> {
        let [logits] = read([self.model.next(&self.read)]).await?;
        self.read.remove(0);
        self.read.push(draw(&logits, self.stream.uniform()) as i32);
        Ok(())
    }
}

/// The token at `point` of [0, 1), in which each has the share that its logit gives it.
fn draw(logits: &[f32], point: f32) -> usize {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
    let mut left = point * total;
    let found = logits.iter().position(|logit| {
        left -= (logit - most).exp();
        left < 0.0
    });
    // Rounding may leave a crumb after the last one.
    found.unwrap_or(logits.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_share_that_their_logits_give_them() {
        // Shares 1/8, 5/8, 2/8.
        let logits = [1.0f32, 5.0, 2.0].map(f32::ln);
        assert_eq!(
            [0.0, 0.12, 0.13, 0.74, 0.76, 0.999_999_9].map(|at| draw(&logits, at)),
            [0, 0, 1, 1, 2, 2]
        );
    }
}
