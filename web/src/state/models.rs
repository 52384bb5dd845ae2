//! Model files: an engine looks at one before anything here is given up for it.

use std::sync::Arc;

use crate::messages::{Blob, Command, Origin};
use unroll::Error;
use unroll::data::Corpus;
use unroll::error::ModelFault;
use unroll::protocol::{CheckedModel, Engine, Job};

use super::runs::{Then, snapshot_origin};
use super::{Effect, Notice, RECORDED, Run, Source, State};

/// A model file that an engine is to look at.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    bytes: Blob,
    /// Is it the reader's own, or one that a link names? Else it belongs to the recorded run.
    is_own: bool,
    /// Does the page's address name it?
    is_linked: bool,
    /// Who looks at it.
    engine: Engine,
    /// Names the question.
    request: u32,
    /// The text at hand, whose tokens are tried where the file says nothing of its own.
    text: Option<Arc<Corpus>>,
    /// It says nothing of its tokens: it is looked at once more when those of the text at hand are known.
    waits_for_text: bool,
}

impl State {
    /// A model file has arrived: the one that was trained for the recorded run, or one of the reader's.
    pub(super) fn model_arrived(&mut self, bytes: Blob, is_own: bool) -> Vec<Effect> {
        let is_linked = is_own && self.model_loading.is_some();
        let engine = self.engine.active.unwrap_or(Engine::Cpu);
        self.checks += 1;
        let request = self.checks;
        let (text, waits_for_text) = (None, false);
        self.candidate = Some(Candidate { bytes, is_own, is_linked, engine, request, text, waits_for_text });
        self.check_model()
    }

    /// Has an engine look at the file.
    fn check_model(&mut self) -> Vec<Effect> {
        let key = self.corpus_key();
        let text = self.text.as_ref().filter(|text| Some(&text.key) == key.as_ref());
        let text = text.map(|text| Arc::clone(&text.corpus));
        // Of a text that has been numbered there are no more tokens than there may be.
        let tokens = text.as_ref().and_then(|text| Corpus::new(text.lexicon.clone(), []).ok());
        let job = Job { corpus: tokens.map(Arc::new), ..self.job() };
        let Some(candidate) = &mut self.candidate else { return Vec::new() };
        candidate.text = text;
        let (request, bytes) = (candidate.request, candidate.bytes.clone());
        vec![Effect::Send(candidate.engine, Command::CheckModel { request, job, bytes })]
    }

    /// The engine that was to look at a model file is gone.
    pub(super) fn model_unchecked(&mut self, engine: Engine, reason: &str) {
        if self.candidate.as_ref().is_some_and(|candidate| candidate.engine == engine) {
            self.no_model(&Error::EngineLost { reason: reason.to_owned() });
        }
    }

    /// The tokens of the text at hand are known, or can't be.
    pub(super) fn text_for_model(&mut self, is_there: bool) -> Vec<Effect> {
        match &mut self.candidate {
            Some(candidate) if candidate.waits_for_text && is_there => {
                candidate.waits_for_text = false;
                self.check_model()
            }
            Some(candidate) if candidate.waits_for_text => {
                self.no_model(&ModelFault::Unlabelled.error("", "", ""));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// There is no model to be had, for this reason. What waited for it to write waits no more; all else stays.
    pub(super) fn no_model(&mut self, error: &Error) {
        self.candidate = None;
        if self.model_loading.take().is_some() {
            self.continuations = self.continuations.take().filter(|wish| wish.is_done);
        }
        self.notify(Notice::from(error));
    }

    /// The file has been looked at. Where it can't be opened, all stays as it is.
    pub(super) fn model_checked(
        &mut self,
        request: u32,
        outcome: Result<CheckedModel, Error>,
    ) -> Vec<Effect> {
        let Some(candidate) = self.candidate.take_if(|candidate| candidate.request == request) else {
            return Vec::new();
        };
        let key = self.corpus_key();
        let has_text = self.text.as_ref().is_some_and(|text| Some(&text.key) == key.as_ref());
        match outcome {
            Err(Error::Model { fault: ModelFault::Unlabelled, .. })
                if candidate.is_own && key.is_some() && !has_text =>
            {
                self.candidate = Some(Candidate { waits_for_text: true, ..candidate });
                self.prepare()
            }
            Err(error) => {
                self.no_model(&error);
                Vec::new()
            }
            Ok(checked) => {
                self.model_loading = None;
                if candidate.is_own {
                    self.open_own_model(candidate, checked)
                } else {
                    self.open_recorded_model(candidate.bytes, checked)
                }
            }
        }
    }

    /// The model of the recorded run, so that it can write.
    fn open_recorded_model(&mut self, bytes: Blob, checked: CheckedModel) -> Vec<Effect> {
        let recorded = self.current_run().filter(|run| run.id == RECORDED).cloned();
        // The reader may have gone on to something else meanwhile.
        let Some(mut run) = recorded.filter(|_| self.alike(&checked.form, &self.form)) else {
            return Vec::new();
        };
        let corpus = checked.lexicon.map(|lexicon| Corpus::new(lexicon, [])).transpose();
        match corpus {
            Ok(corpus) => run.corpus = corpus.map(Arc::new),
            Err(error) => {
                self.notify(Notice::from(&error));
                return Vec::new();
            }
        }
        let effects = self.open(run, Origin::Model { bytes }, Then::Wait);
        if let Some(opening) = &mut self.opening {
            opening.writes = true;
        }
        effects
    }

    /// A model of the reader's own, with its settings; how it is asked to write stays as it is.
    fn open_own_model(&mut self, candidate: Candidate, checked: CheckedModel) -> Vec<Effect> {
        let CheckedModel { form, step, lexicon, remarks } = checked;
        let corpus = match lexicon.map(|lexicon| Corpus::new(lexicon, [])).transpose() {
            Ok(own) => own.map(Arc::new).or(candidate.text),
            Err(error) => {
                self.notify(Notice::from(&error));
                return Vec::new();
            }
        };
        if !candidate.is_linked {
            self.link.model = None;
        }
        self.link.weights = None;
        self.comparison = None;
        let asked = std::mem::replace(&mut self.form, form);
        self.keep_asked(&asked, true);
        // What the model before it wrote was not its own.
        self.continuations = None;
        self.watched = None;
        let mut run = Run::new(0, Source::File, self.job());
        run.progress.step = step;
        let tokens = corpus.as_ref().map_or(0, |corpus| corpus.lexicon.tokens.len());
        run.corpus = corpus;
        let mut effects = self.open(run, Origin::Model { bytes: candidate.bytes }, Then::Keep);
        effects.push(Effect::WriteAddress);
        let (step, tokens) = (step.to_string(), tokens.to_string());
        self.dismiss("notice.model.opened");
        self.notify(Notice::new("notice.model.opened", [("step", step), ("tokens", tokens)]));
        for (remark, names) in remarks {
            self.notify(Notice::new(remark.key(), [("names", names)]));
        }
        effects
    }

    /// Did the model come without a text?
    pub(super) fn is_for_writing_only(&self) -> bool {
        self.current_run().is_some_and(|run| run.corpus.as_ref().is_some_and(|corpus| corpus.is_empty()))
    }

    /// Trains a model that came as a file, from its weights and on the text at hand. The engine numbers that text as the model
    /// has it; where it can't, the model is there still.
    pub(super) fn train_on(&mut self, then: Then) -> Vec<Effect> {
        let Some(snapshot) = self.snapshot_of_current() else {
            // The engine has been asked for it.
            self.to_train = Some(then);
            return Vec::new();
        };
        let mut effects = self.lengthen(then);
        let Some(mut run) = self.current_run().cloned() else { return effects };
        self.runs.retain(|kept| kept.id != run.id);
        run.recording.job = self.job();
        let before = run.corpus.take();
        effects.extend(self.open(run, snapshot_origin(&snapshot), then));
        if let Some(opening) = &mut self.opening {
            opening.without_text = before;
        }
        effects
    }
}
