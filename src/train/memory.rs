//! What does not fit into a worker's memory is refused before it is built, with settings under which it would fit.

use crate::Error;
use crate::lesson::{Lesson, Training};
use crate::protocol::Job;
use crate::settings::{Form, Group, Kind, Setting, Value};

/// Bytes that a step may take. WebAssembly has 4 GB, of which the data and the engine itself have their part.
const LIMIT: f64 = 3e9;
/// Bytes of a megabyte, as people count memory.
const MEGABYTE: f64 = 1e6;

/// Looks whether a step of this job fits.
///
/// # Errors
/// [`Error::TooMuchMemory`].
pub(super) fn check(lesson: &Lesson, job: &Job) -> Result<(), Error> {
    let Some(training) = &lesson.training else { return Ok(()) };
    let tokens = job.corpus.as_ref().map_or(0, |corpus| corpus.lexicon.tokens.len());
    let bytes = |form: &Form| bytes_of(training, form, job, tokens);
    let needed = bytes(&job.form);
    if needed <= LIMIT {
        return Ok(());
    }
    let better = (lesson.model_settings().into_iter())
        .filter(|setting| job.form.is_relevant(setting))
        .filter_map(|setting| fitting(setting, &job.form, &bytes))
        // The smallest change of all.
        .max_by(|a, b| a.share.total_cmp(&b.share));
    let (key, fits) =
        better.map_or_else(Default::default, |found| (found.setting.key.to_owned(), found.value.to_string()));
    let megabytes = |bytes: f64| (bytes / MEGABYTE).round() as usize;
    Err(Error::TooMuchMemory { needed: megabytes(needed), limit: megabytes(LIMIT), key, fits })
}

fn bytes_of(training: &Training, form: &Form, job: &Job, tokens: usize) -> f64 {
    let step = (training.cost)(form, job.data.as_ref(), tokens);
    step.bytes(cfg!(feature = "cpu")).0
}

/// A setting, and the largest value below its own with which a step fits.
struct Fitting<'s> {
    setting: &'s Setting,
    value: u32,
    /// That value as a part of its own.
    share: f64,
}

fn fitting<'s>(setting: &'s Setting, form: &Form, bytes: &dyn Fn(&Form) -> f64) -> Option<Fitting<'s>> {
    let (Kind::Integer { min, .. }, Value::Integer(own)) = (setting.kind, form.get(setting)) else {
        return None;
    };
    let sizes = matches!(setting.group, Group::Vocabulary | Group::Model | Group::Training);
    if !sizes || setting.live {
        return None;
    }
    let fits = |value: u32| {
        let mut form = form.clone();
        form.write(setting, &value.to_string());
        bytes(&form) <= LIMIT
    };
    // Costs grow with sizes, so what fits lies below what does not.
    let (mut low, mut high) = (min, own);
    if own <= min || !fits(low) {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    Some(Fitting { setting, value: low, share: f64::from(low) / f64::from(own) })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Corpus, Lexicon};

    /// A text of so many different tokens, under these settings of the lesson whose model can be the largest.
    fn checked(tokens: usize, pairs: &[(&str, &str)]) -> Result<(), Error> {
        let lesson = crate::lessons::LESSONS.into_iter().find(|lesson| lesson.needs_corpus()).unwrap();
        let (form, notes) = Form::read(&lesson.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        let tokens = (0..tokens).map(|token| token.to_string()).collect::<Vec<_>>();
        let lexicon = Lexicon { tokens: tokens.into(), ..Lexicon::default() };
        let corpus = Some(Arc::new(Corpus::new(lexicon, []).unwrap()));
        check(lesson, &Job { lesson: lesson.id.into(), form, data: None, corpus })
    }

    #[test]
    fn what_can_be_cut_into_shards_fits_and_what_cannot_is_refused_with_what_would() {
        assert_eq!(checked(1900, &[]), Ok(()));
        assert_eq!(checked(1900, &[("batch_size", "512"), ("seq_length", "400")]), Ok(()));
        let large = [("embedding_dim", "512"), ("hidden_size", "1024"), ("num_layers", "4")];
        assert_eq!(checked(1900, &large), Ok(()));
        let refused = checked(60_000, &large).unwrap_err();
        let Error::TooMuchMemory { needed, limit: 3000, key: setting, fits } = refused.clone() else {
            panic!("{refused}")
        };
        assert!(needed > 3000 && needed < 10_000, "{refused}");
        // The setting that it names is enough.
        let changed = large.into_iter().filter(|(key, _)| *key != setting);
        let changed: Vec<_> = changed.chain([(setting.as_str(), fits.as_str())]).collect();
        assert_eq!(checked(60_000, &changed), Ok(()), "{refused}");
    }
}
