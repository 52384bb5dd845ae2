//! What a model of language writes on the page, and the texts that such models need.

use std::sync::Arc;

use crate::messages::Command;
use unroll::Error;
use unroll::data::{Corpus, Data, OwnText};
use unroll::lesson::Lesson;
use unroll::protocol::Job;
use unroll::protocol::Unit;
use unroll::protocol::{Choice, Written};
use unroll::text::{CorpusFacts, CorpusOptions};

use super::message::NumberedText;
use super::runs::Then;
use super::{Effect, Notice, Phase, State};

/// A text and how it becomes numbers: all that a corpus is a function of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusKey {
    /// The reader's own text; a shipped one with `None`.
    pub own: Option<OwnText>,
    /// The shipped text.
    pub shipped: &'static str,
    /// How.
    pub options: CorpusOptions,
}

impl CorpusKey {
    /// What `job` needs; nothing where it needs no text.
    fn of(lesson: &Lesson, job: &Job) -> Option<Self> {
        let long_text = lesson.long_text.as_ref()?;
        Some(CorpusKey {
            own: job.data.as_ref().and_then(Data::text).cloned(),
            shipped: (long_text.shipped)(&job.form),
            options: (long_text.options)(&job.form),
        })
    }
}

/// A text that has become numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedText {
    /// Which text, and how.
    pub key: CorpusKey,
    /// Its tokens; the numbers are with the worker for text.
    pub corpus: Arc<Corpus>,
    /// What was found in it.
    pub facts: CorpusFacts,
    /// Its first tokens, as they stand in it.
    pub beginning: String,
}

/// What a model has been asked to write, and how far it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Continuations {
    /// Names the wish; late answers to earlier ones are not meant.
    pub request: u32,
    /// Steps that the model had been trained for.
    pub step: usize,
    /// What stands before, as it was cut.
    pub prompt: Vec<String>,
    /// Pieces of the prompt that the model has never seen.
    pub foreign: Vec<String>,
    /// The tokens of each continuation.
    pub texts: Vec<Vec<Choice>>,
    /// The tokens' names.
    pub corpus: Option<Arc<Corpus>>,
    /// Is all written?
    pub is_done: bool,
}

/// The hidden units of a model while it read a passage.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// The passage, token by token.
    pub passage: Vec<String>,
    /// The units worth showing.
    pub units: Vec<Unit>,
}

impl State {
    /// Looks inside the model while it reads the first continuation behind its prompt.
    pub(super) fn inspect(&mut self, word: String) -> Vec<Effect> {
        let Some(wish) = &self.continuations else { return Vec::new() };
        let Some(corpus) = &wish.corpus else { return Vec::new() };
        let (mut passage, _) = corpus.lexicon.encode(wish.prompt.iter().map(String::as_str));
        passage.extend(wish.texts.first().into_iter().flatten().map(|choice| choice.token));
        let is_held = self.current.is_some() && self.current == self.engine.held;
        if !is_held || passage.is_empty() {
            return Vec::new();
        }
        self.tell(|run| Command::Inspect { run, passage, word })
    }

    /// The model has been looked into.
    pub(super) fn inspected(&mut self, passage: Vec<usize>, units: Vec<Unit>) {
        let corpus = self.current_run().and_then(|run| run.corpus.clone());
        self.inspection = corpus.map(|corpus| {
            let shown = |token: usize| corpus.lexicon.shown(token).to_owned();
            Inspection { passage: passage.into_iter().map(shown).collect(), units }
        });
    }

    /// The text that Play would train on.
    pub fn corpus_key(&self) -> Option<CorpusKey> {
        CorpusKey::of(self.lesson, &self.job())
    }

    /// Gives the run that is to be built its text. False where the text has to be prepared first.
    pub(super) fn attach_corpus(&mut self, effects: &mut Vec<Effect>) -> bool {
        let Some(run) = self.current_run() else { return true };
        if run.corpus.is_some() {
            return true;
        }
        let Some(key) = CorpusKey::of(self.lesson, run.job()) else { return true };
        if let Some(text) = self.text.as_ref().filter(|text| text.key == key) {
            let corpus = Arc::clone(&text.corpus);
            self.change_current(|run| run.corpus = Some(corpus));
            return true;
        }
        if self.preparing.as_ref() != Some(&key) {
            self.preparing = Some(key.clone());
            effects.push(Effect::Prepare(key));
        }
        false
    }

    /// Prepares the text of the present settings, if that is not done or under way.
    pub(super) fn prepare(&mut self) -> Vec<Effect> {
        let Some(key) = self.corpus_key() else { return Vec::new() };
        let is_there = self.text.as_ref().is_some_and(|text| text.key == key);
        if is_there || self.preparing.as_ref() == Some(&key) {
            return Vec::new();
        }
        self.preparing = Some(key.clone());
        vec![Effect::Prepare(key)]
    }

    /// A text has become numbers, or could not.
    pub(super) fn prepared(&mut self, key: CorpusKey, outcome: Result<NumberedText, Error>) -> Vec<Effect> {
        if self.preparing.as_ref() != Some(&key) && self.corpus_key().as_ref() != Some(&key) {
            return Vec::new();
        }
        self.preparing = None;
        match outcome {
            Ok((corpus, facts, beginning)) => {
                self.text = Some(PreparedText { key, corpus, facts, beginning });
                let mut effects = self.text_for_model(true);
                if self.opening.is_some() {
                    effects.extend(self.send_open());
                }
                effects
            }
            Err(error) if self.opening.is_some() && error.is_out_of_reach() => self.stall(&error),
            Err(error) => {
                self.text_for_model(false);
                if self.opening.is_some() {
                    return self.run_failed(error);
                }
                self.notify(Notice::from(&error));
                Vec::new()
            }
        }
    }

    /// No engine can be given this corpus any more: another text has taken its place, or the worker for text has died. Where
    /// a run waits for it, its text is numbered once more.
    pub(super) fn corpus_lost(&mut self, corpus: u32) -> Vec<Effect> {
        let is_there = |held: &Arc<Corpus>| held.kept_as() != Some(corpus);
        self.text = self.text.take().filter(|text| is_there(&text.corpus));
        self.change_current(|run| run.corpus = run.corpus.take().filter(is_there));
        let Some(run) = self.current_run().filter(|run| run.corpus.is_none()).cloned() else {
            return Vec::new();
        };
        let Some(opening) = self.opening.take() else { return Vec::new() };
        // Under a new id: the engine may have been given the old numbers after all, and would answer for them.
        self.runs.retain(|kept| kept.id != run.id);
        let effects = self.open(run, opening.origin, opening.then);
        if let Some(again) = &mut self.opening {
            again.writes = opening.writes;
            again.without_text = opening.without_text;
        }
        effects
    }

    /// Is a text being prepared?
    pub fn is_preparing(&self) -> bool {
        self.preparing.is_some()
    }

    /// Has the model write on after these pieces of a prompt.
    pub(super) fn write(&mut self, prompt: Vec<String>) -> Vec<Effect> {
        self.request += 1;
        self.inspection = None;
        let step = self.current_run().map_or(0, |run| run.progress.step);
        self.continuations = Some(Continuations {
            request: self.request,
            step,
            prompt,
            foreign: Vec::new(),
            texts: Vec::new(),
            corpus: None,
            is_done: false,
        });
        let is_held = self.current.is_some() && self.current == self.engine.held;
        if is_held {
            return self.ask_to_write();
        }
        match self.phase {
            Phase::Opening => {
                if let Some(opening) = &mut self.opening {
                    opening.writes = true;
                }
                Vec::new()
            }
            Phase::Recorded => match self.lesson.recorded_preset(&self.form) {
                Some(preset) => {
                    self.model_loading = Some((0, None));
                    vec![Effect::FetchModel(preset.id)]
                }
                None => Vec::new(),
            },
            _ => {
                let mut effects = self.go_on(Then::Wait);
                if let Some(opening) = &mut self.opening {
                    opening.writes = true;
                } else {
                    effects.extend(self.ask_to_write());
                }
                effects
            }
        }
    }

    /// Sends what is to be written to the engine that holds the run.
    pub(super) fn ask_to_write(&mut self) -> Vec<Effect> {
        let corpus = self.current_run().and_then(|run| run.corpus.clone());
        let (Some(corpus), Some(long_text), Some(wish)) =
            (corpus, &self.lesson.long_text, &mut self.continuations)
        else {
            return Vec::new();
        };
        let (numbers, foreign) = corpus.lexicon.encode(wish.prompt.iter().map(String::as_str));
        wish.foreign = foreign.into_iter().map(str::to_owned).collect();
        wish.foreign.dedup();
        wish.corpus = Some(corpus);
        wish.is_done = false;
        let (request, writing) = (wish.request, (long_text.writing)(&self.form, numbers));
        self.tell(|run| Command::Write { run, request, writing })
    }

    /// A piece has been written.
    pub(super) fn written(&mut self, request: u32, step: usize, written: Written) {
        let Some(wish) = self.continuations.as_mut().filter(|wish| wish.request == request) else { return };
        wish.step = step;
        wish.is_done = written.is_done;
        let count = wish.texts.len().max(written.tokens.len());
        wish.texts.resize(count, Vec::new());
        for (text, tokens) in wish.texts.iter_mut().zip(written.tokens) {
            text.extend(tokens);
        }
    }

    /// Has the model write no more.
    pub(super) fn fall_silent(&mut self) -> Vec<Effect> {
        let Some(wish) = &mut self.continuations else { return Vec::new() };
        wish.is_done = true;
        self.request += 1;
        self.tell(|run| Command::Silence { run })
    }
}
