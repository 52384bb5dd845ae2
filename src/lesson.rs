//! What a lesson declares of itself: a leaf, which knows settings and data and no lesson. The lessons themselves, and the
//! list of them, are in [`lessons`](crate::lessons); whoever needs the list is handed it.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::data::{Data, Kind};
use crate::nn::StepCost;
use crate::protocol::Writing;
use crate::settings::{Form, Group, RUN_SETTINGS, Setting};
use crate::text::CorpusOptions;

/// The language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// `zh` or `en`, as links and catalogues write it.
    pub fn word(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// Reads a language tag by its first part: `zh-CN`, `zh_Hans`, `en`.
    pub fn read(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next().unwrap_or_default();
        [Lang::Zh, Lang::En].into_iter().find(|lang| first.eq_ignore_ascii_case(lang.word()))
    }
}

/// An arrangement of inputs and outputs in time: in which steps a recurrent network reads, and in which it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// One step, and so no time at all.
    OneToOne,
    /// An input at the first step, an output at each.
    OneToMany,
    /// An input at each step, an output at the last one.
    ManyToOne,
    /// Both at each step.
    Aligned,
    /// First the inputs, then the outputs.
    Delayed,
}

impl Use {
    /// As links and catalogues write it.
    pub const fn word(self) -> &'static str {
        match self {
            Use::OneToOne => "one_to_one",
            Use::OneToMany => "one_to_many",
            Use::ManyToOne => "many_to_one",
            Use::Aligned => "aligned",
            Use::Delayed => "delayed",
        }
    }
}

/// A lesson as the page, the link and the command line know it.
#[derive(Debug)]
pub struct Lesson {
    /// Its name in links and catalogues.
    pub id: &'static str,
    /// Raised when a preset changes, so that old links can say which preset they meant.
    pub version: u32,
    /// Its settings in the order of the page; [`Lesson::all_settings`] adds those of every run.
    pub settings: &'static [&'static Setting],
    /// Named starting points beside the preset of each setting.
    pub presets: &'static [Preset],
    /// Presets of which a run is recorded, the first of them the lesson's own: the page opens on it before any engine is
    /// there. The recording of another one is called `<lesson>-<preset>`.
    pub recorded: &'static [&'static str],
    /// The preset on which the page opens for readers of a language, where that is not the lesson's own.
    pub opens_on: &'static [(Lang, &'static str)],
    /// The kind of data of the reader's own that it takes; nothing where what it works on is made up.
    pub takes: Option<&'static Kind>,
    /// What is to be known of the long text that it is trained on, and of how its model writes, if it does.
    pub long_text: Option<LongText>,
    /// What is to be known of its training; none where nothing is trained.
    pub training: Option<Training>,
}

/// A text as long as a book, for a model of language, and how that model is asked to write; all of it follows from the
/// settings.
#[derive(Debug)]
pub struct LongText {
    /// The name of the shipped text, under `texts/`.
    pub shipped: fn(&Form) -> &'static str,
    /// How a text is cleaned, cut and numbered.
    pub options: fn(&Form) -> CorpusOptions,
    /// What the reader would have it go on from; empty for one of `prompts`.
    pub prompt: fn(&Form) -> String,
    /// Beginnings that suit the shipped text.
    pub prompts: fn(&Form) -> &'static [&'static str],
    /// What it is asked to write after these tokens.
    pub writing: fn(&Form, Vec<usize>) -> Writing,
}

/// A named starting point of a lesson: its pairs of key and value, all else at the setting's own preset. The
/// catalogues name it under `lesson.<lesson>.preset.<id>`.
#[derive(Debug)]
pub struct Preset {
    /// The name in catalogues.
    pub id: &'static str,
    /// What differs from the settings' own presets.
    pub pairs: Pairs,
}

/// Settings by key, and their values as links write them.
pub type Pairs = &'static [(&'static str, &'static str)];

/// How a lesson trains, as far as the page must know.
#[derive(Debug)]
pub struct Training {
    /// The choice setting whose values "compare" trains side by side.
    pub compare: &'static Setting,
    /// What is counted while it trains.
    pub unit: Unit,
    /// The live setting that says how long it trains.
    pub steps: &'static Setting,
    /// How many of them these settings ask for, with this data of the reader's own.
    pub length: fn(&Form, Option<&Data>) -> usize,
    /// What a step costs under these settings, with this data of the reader's own, or with a text of so many different
    /// tokens.
    pub cost: fn(&Form, Option<&Data>, usize) -> StepCost,
    /// Beside the loss, what says how good the model is: names of [`Picture::metrics`], which the catalogues name under
    /// `metric.<key>`.
    pub metrics: &'static [Metric],
    /// The arrangements that its models have, and the settings beside the presets under which they have them.
    pub uses: &'static [(Use, Pairs)],
}

/// A figure that says how good a model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name. What belongs to held-out data is called `holdout_<key>`.
    pub key: &'static str,
    /// Is it in percent?
    pub percent: bool,
}

/// What is counted while a lesson trains; the catalogues name it under `unit.<word>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Passes over all data, each of which is one step.
    Epoch,
    /// Steps of the optimiser, of which a pass over all data takes several.
    Step,
}

impl Unit {
    /// As catalogues write it.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Epoch => "epoch",
            Unit::Step => "step",
        }
    }
}

/// Finds a lesson of a list by its name.
///
/// # Errors
/// [`Error::UnknownLesson`].
pub fn find(lessons: &[&'static Lesson], id: &str) -> Result<&'static Lesson, Error> {
    let found = lessons.iter().copied().find(|lesson| lesson.id == id);
    found.ok_or_else(|| Error::UnknownLesson { name: id.into() })
}

impl Lesson {
    /// Is something trained in it?
    pub fn is_trained(&self) -> bool {
        self.training.is_some()
    }

    /// Do its models learn from a text as long as a book, whose numbers come with the job?
    pub fn needs_corpus(&self) -> bool {
        self.long_text.is_some()
    }

    /// The figures beside the loss.
    pub fn metrics(&self) -> &'static [Metric] {
        self.training.as_ref().map_or(&[], |training| training.metrics)
    }

    /// The lesson's own settings and, where something is trained, those of every run.
    pub fn all_settings(&self) -> Vec<&'static Setting> {
        self.settings.iter().copied().chain(RUN_SETTINGS.into_iter().filter(|_| self.is_trained())).collect()
    }

    /// The settings that a run is a function of: all but those that say how it is shown, computed or asked.
    pub fn model_settings(&self) -> Vec<&'static Setting> {
        self.settings.iter().copied().filter(|setting| setting.group != Group::Sampling).collect()
    }

    /// The recorded preset that `form` describes, if it is one.
    pub fn recorded_preset(&self, form: &Form) -> Option<&'static Preset> {
        let settings = self.model_settings();
        let presets = self.presets.iter().filter(|preset| self.recorded.contains(&preset.id));
        presets.into_iter().find(|preset| {
            let (named, _) = Form::read(&self.all_settings(), preset.pairs.iter().copied());
            named.changed(&settings) == form.changed(&settings)
        })
    }

    /// What the recording of a preset is called.
    pub fn recording(&self, preset: &str) -> String {
        match self.recorded.first() {
            Some(first) if *first != preset => format!("{}-{preset}", self.id),
            _ => self.id.to_owned(),
        }
    }

    /// What the page opens on for readers of `lang`.
    pub fn opening(&self, lang: Lang) -> Form {
        let named = self.opens_on.iter().find(|(own, _)| *own == lang);
        let preset = named.and_then(|(_, id)| self.presets.iter().find(|preset| preset.id == *id));
        preset.map_or_else(
            || self.preset(),
            |preset| Form::read(&self.all_settings(), preset.pairs.iter().copied()).0,
        )
    }

    /// Every setting at its preset.
    pub fn preset(&self) -> Form {
        Form::preset(&self.all_settings())
    }
}

impl PartialEq for Lesson {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
