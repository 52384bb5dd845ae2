//! What the figures show that doesn't change while a run trains: words, sentences and their numbers.

use unroll::data::{Data, Sentences};
use unroll::lessons::embedding::{Dataset, EmbeddingConfig, Learned, SHOWN_WORDS, sentences};
use unroll::protocol::Job;

use crate::state::State;

/// A job's sentences as numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Its settings.
    pub config: EmbeddingConfig,
    /// The sentences as they are.
    pub sentences: Sentences,
    /// The sentences as numbers.
    pub data: Dataset,
}

impl Prepared {
    /// Prepares a job.
    pub fn new(job: &Job) -> Self {
        let config = EmbeddingConfig::from_form(&job.form);
        let sentences =
            job.data.as_ref().and_then(Data::sentences).cloned().unwrap_or_else(|| sentences(&job.form));
        let data = Dataset::new(&sentences, &config);
        Prepared { config, sentences, data }
    }

    /// The words whose vectors are shown.
    pub fn words(&self) -> Vec<String> {
        let shown = self.data.vocabulary.len().min(SHOWN_WORDS);
        (0..shown).filter_map(|index| self.data.vocabulary.token(index).map(str::to_owned)).collect()
    }
}

/// What has been learned, in the figures.
pub fn shown_learned(state: &State) -> Option<Learned> {
    state.picture()?.figures()
}

/// cos(a, b) = a·b / (|a| |b|); 0 where one of them has no direction.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let lengths = (product(a, a) * product(b, b)).sqrt();
    if lengths > 0.0 { product(a, b) / lengths } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unroll::lessons::embedding::LESSON;

    #[test]
    fn the_preset_shows_all_words_of_the_book() {
        let job = Job { lesson: LESSON.id.into(), form: LESSON.preset(), data: None, corpus: None };
        let prepared = Prepared::new(&job);
        assert_eq!(prepared.words().len(), 11);
        assert_eq!(prepared.words()[2], "明天");
    }

    #[test]
    fn cosines_by_hand() {
        assert_eq!(cosine(&[1.0, 0.0], &[0.0, 2.0]), 0.0);
        assert_eq!(cosine(&[3.0, 4.0], &[6.0, 8.0]), 1.0);
        assert_eq!(cosine(&[0.0, 0.0], &[1.0, 1.0]), 0.0);
    }
}
