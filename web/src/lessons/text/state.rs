//! What the text lab knows, and the one pure function that changes it, as [`crate::state`] does for what is trained.

use std::sync::Arc;

use crate::messages::Blob;
use crate::messages::TextCommand;
use unroll::lessons::text::{LESSON, cut_options, example, is_example, vector_config};
use unroll::protocol::text::TextEvent;
use unroll::settings::{Form, Group};
use unroll::share::{Link, LinkText, Marker, of_text};
use unroll::text::{Charset, Cut, CutOptions, DoubtfulLine, TextFacts, UserWord};
use unroll::word2vec::{Near, WordMap};
use unroll::{Error, codec};

/// The state of the lab.
#[derive(Debug, Clone, PartialEq)]
pub struct Lab {
    /// The settings.
    pub form: Form,
    /// What stands in the text field.
    pub text: String,
    /// Words of the reader's own, as typed.
    pub user_words: String,
    /// The file that the text came from.
    pub file: Option<File>,
    /// How many files have been opened.
    pub files: u32,
    /// The name of a file that is being read.
    reading: Option<(String, Blob)>,
    /// Is the worker still being compiled?
    pub building: bool,
    /// Does the worker have the text?
    told: bool,
    /// What was found at last.
    pub cut: Option<Arc<Cut>>,
    /// How much of the dictionary has arrived, while it is on its way.
    pub loading: Option<(usize, Option<usize>)>,
    /// Why the last wish could not be carried out.
    pub error: Option<Error>,
    /// The words in the plane, as far as vectors have been learnt.
    pub map: Option<Arc<WordMap>>,
    /// Are vectors being learnt?
    pub learning: bool,
    /// What was looked for in them, and what was found.
    pub near: Option<Near>,
    /// The number of the last question.
    pub request: u32,
    /// Has it been answered?
    pub answered: bool,
    /// How many wishes were refused: a control that asked for one shows again what stands.
    pub refused: u32,
}

/// A file of the reader's.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// How it was written.
    pub facts: TextFacts,
    /// Where it is too long for the text field: its bytes, and their mark.
    pub long: Option<(Blob, String)>,
}

impl File {
    /// Is it too long for the text field?
    pub fn is_long(&self) -> bool {
        self.long.is_some()
    }
}

/// What a browser is to keep of a text that no address can hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Says in the address which it is.
    pub mark: String,
    /// The text, or the name of a file and how it was read.
    pub head: Vec<u8>,
    /// The file, where it is too long for the text field.
    pub file: Blob,
}

/// What can happen to the lab.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The page opened on these settings, and perhaps on a text.
    Arrive(Form, Option<String>),
    /// One setting, as the reader wrote it.
    Set(&'static str, String),
    /// One of the presets.
    Preset(&'static str),
    /// The reader wrote this text.
    Text(String),
    /// The reader wrote these words of his own.
    UserWords(String),
    /// The reader gave a file: its name and its bytes.
    File(String, Blob),
    /// The last file is to be read so.
    ReadAs(Charset),
    /// Learn vectors from the text.
    Learn,
    /// Learn no more.
    StopLearning,
    /// Look up one word, or the fourth word of an analogy.
    Find(Vec<String>),
    /// Something went wrong before the worker heard of it.
    Wrong(Error),
    /// Is the worker still being compiled on this machine?
    Building(bool),
    /// The worker spoke.
    Heard(Box<TextEvent>),
    /// The worker could not be fetched, or died.
    Died(Error),
    /// What could not be done is to be tried again.
    Again,
}

/// What [`Lab::update`] wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Tell the worker.
    Send(TextCommand),
    /// End the worker; the next command fetches a new one.
    Retire,
    /// Write the settings into the address.
    WriteAddress,
}

impl Default for Lab {
    /// The textbook's four sentences, until the address says otherwise.
    fn default() -> Self {
        Lab {
            form: LESSON.preset(),
            text: example(&LESSON.preset()).into(),
            user_words: String::new(),
            file: None,
            files: 0,
            reading: None,
            building: false,
            told: false,
            cut: None,
            loading: None,
            error: None,
            map: None,
            learning: false,
            near: None,
            request: 0,
            answered: true,
            refused: 0,
        }
    }
}

impl Lab {
    /// Takes what happened; returns what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Arrive(form, text) => {
                let text = text.filter(|text| *text != self.text);
                if self.cut.is_some() && self.form == form && text.is_none() {
                    // The reader comes back.
                    return Vec::new();
                }
                match text {
                    Some(text) => {
                        self.form = form;
                        self.write(text)
                    }
                    None => self.take(form),
                }
            }
            Msg::Set(key, text) => {
                let Some(setting) = LESSON.settings.iter().find(|setting| setting.key == key) else {
                    return Vec::new();
                };
                let mut form = self.form.clone();
                // A number out of bounds becomes the nearest one, which the control then shows.
                let _ = form.write(setting, &text);
                // Vectors are learnt when the reader says so.
                let mut effects = match setting.group {
                    Group::Vectors => {
                        self.form = form;
                        Vec::new()
                    }
                    _ => self.take(form),
                };
                effects.push(Effect::WriteAddress);
                effects
            }
            Msg::Preset(id) => {
                let Some(preset) = LESSON.presets.iter().find(|preset| preset.id == id) else {
                    return Vec::new();
                };
                let mut effects = self.take(Form::read(LESSON.settings, preset.pairs.iter().copied()).0);
                effects.push(Effect::WriteAddress);
                effects
            }
            Msg::Text(text) => {
                let mut effects = self.write(text);
                effects.push(Effect::WriteAddress);
                effects
            }
            Msg::UserWords(text) => {
                self.user_words = text;
                self.ask()
            }
            Msg::File(name, bytes) => {
                self.files += 1;
                self.reading = Some((name, bytes.clone()));
                vec![Effect::Send(TextCommand::Read { bytes })]
            }
            Msg::ReadAs(charset) => vec![Effect::Send(TextCommand::ReadAs { charset })],
            Msg::Learn => {
                self.learning = true;
                self.map = None;
                self.near = None;
                // A worker that has died in the meantime has to be told the text.
                let mut effects = if self.told { Vec::new() } else { self.ask() };
                effects.push(Effect::Send(TextCommand::Learn {
                    options: self.options(),
                    config: vector_config(&self.form),
                }));
                effects
            }
            Msg::StopLearning => vec![Effect::Send(TextCommand::Stop)],
            Msg::Find(words) => vec![Effect::Send(TextCommand::Find { words })],
            Msg::Wrong(error) => {
                self.error = Some(error);
                Vec::new()
            }
            Msg::Building(building) => {
                self.building = building;
                Vec::new()
            }
            Msg::Heard(event) => self.heard(*event),
            Msg::Again => {
                self.error = None;
                self.ask()
            }
            Msg::Died(error) => {
                // A long file was nowhere but in the worker.
                self.file = self.file.take().filter(|file| !file.is_long());
                self.reading = None;
                self.told = false;
                self.error = Some(error);
                self.loading = None;
                self.learning = false;
                self.answered = true;
                vec![Effect::Retire]
            }
        }
    }

    fn heard(&mut self, event: TextEvent) -> Vec<Effect> {
        match event {
            // What others asked for is theirs.
            TextEvent::Ready { .. }
            | TextEvent::HandedOver { .. }
            | TextEvent::Data { .. }
            | TextEvent::Corpus { .. }
            | TextEvent::Beginnings { .. }
            | TextEvent::Words { .. } => {}
            TextEvent::Loading { loaded, total } => self.loading = Some((loaded, total)),
            TextEvent::Read { file, text } => {
                let known = self.file.take().map(|file| (file.name, file.long.map(|(bytes, _)| bytes)));
                let read = self.reading.take().map(|(name, bytes)| (name, Some(bytes)));
                let (name, bytes) = read.or(known).unwrap_or_default();
                let long = bytes.filter(|_| text.is_none()).map(|bytes| {
                    let mark = mark_of(&bytes);
                    (bytes, mark)
                });
                self.file = Some(File { name, facts: file, long });
                self.text = text.unwrap_or_default();
                self.told = true;
                let mut effects = self.ask();
                effects.push(Effect::WriteAddress);
                return effects;
            }
            TextEvent::Cut { request, cut } => {
                self.loading = None;
                self.error = None;
                self.cut = Some(Arc::from(cut));
                self.answered = request == self.request;
            }
            TextEvent::Learnt { map } => {
                self.loading = None;
                self.learning = !map.is_done;
                self.map = Some(Arc::new(map));
            }
            TextEvent::Near(near) => self.near = Some(near),
            TextEvent::Failed { error: error @ Error::EngineLost { .. } } => {
                return self.update(Msg::Died(error));
            }
            TextEvent::Failed { error } => {
                self.refused += 1;
                self.reading = None;
                self.loading = None;
                // What could not be begun.
                self.learning &= self.map.is_some();
                self.error = Some(error);
                self.answered = true;
            }
        }
        Vec::new()
    }

    /// Settings and text as the part of the address from `#` on; a text that is too long for it is left out, and the
    /// receiver is told.
    pub fn address(&self) -> String {
        self.link().to_fragment()
    }

    /// Does whoever opens the address see this text?
    pub fn text_travels(&self) -> bool {
        let link = self.link();
        link.text.is_none() || link.text_payload().is_some()
    }

    /// What comes back after a reload from this browser, because the address can't hold it.
    pub fn to_keep(&self) -> Option<Kept> {
        if self.text_travels() {
            return None;
        }
        Some(match &self.file {
            Some(File { name, facts, long: Some((bytes, mark)) }) => {
                Kept { mark: mark.clone(), head: codec::encode(&(name, facts.charset)), file: bytes.clone() }
            }
            _ => Kept { mark: of_text(&self.text), head: codec::encode(&self.text), file: Blob::default() },
        })
    }

    /// Is this the mark of the file that is here?
    pub fn has_file(&self, mark: &str) -> bool {
        self.file.as_ref().and_then(|file| file.long.as_ref()).is_some_and(|(_, own)| own == mark)
    }

    /// Settings and text as they can be shared.
    pub fn link(&self) -> Link {
        let text = match &self.file {
            // What does not fit into the field does not fit into a link.
            Some(File { long: Some((_, mark)), .. }) => Some(LinkText::TooLong(mark.clone())),
            _ => Some(&self.text).filter(|text| *text != example(&self.form)).cloned().map(LinkText::Whole),
        };
        Link { form: self.form.clone(), text, ..Link::new(&LESSON) }
    }

    /// Does the text wait for the worker, which is still being compiled?
    pub fn waits_for_worker(&self) -> bool {
        self.building && !self.answered
    }

    /// Takes other settings. The sentences that the lab brings along are those of the settings; a text of the reader's stays.
    fn take(&mut self, form: Form) -> Vec<Effect> {
        self.form = form;
        let example = example(&self.form);
        match self.file.is_none() && is_example(&self.text) && self.text != example {
            true => self.write(example.into()),
            false => self.ask(),
        }
    }

    fn write(&mut self, text: String) -> Vec<Effect> {
        self.text = text;
        self.file = None;
        self.told = false;
        self.ask()
    }

    /// Has the text cut as the settings say, after telling the worker the text, if it does not have it.
    fn ask(&mut self) -> Vec<Effect> {
        self.request += 1;
        self.answered = false;
        let text = (!std::mem::replace(&mut self.told, true))
            .then(|| TextCommand::Write { text: self.text.clone() });
        let cut = TextCommand::Cut { request: self.request, options: self.options() };
        text.into_iter().chain([cut]).map(Effect::Send).collect()
    }

    /// The lines among the words of the reader's own that do not say what was meant.
    pub fn doubtful_words(&self) -> Vec<DoubtfulLine> {
        UserWord::parse(&self.user_words).1
    }

    fn options(&self) -> CutOptions {
        cut_options(&self.form, UserWord::parse(&self.user_words).0)
    }
}

fn mark_of(bytes: &Blob) -> String {
    let mut marker = Marker::default();
    bytes.parts().for_each(|part| marker.feed(&part));
    marker.mark()
}

#[cfg(test)]
mod tests {
    use unroll::text::{Mode, Tokenizer};

    use unroll::lessons::LESSONS;

    use super::*;

    fn heard(event: TextEvent) -> Msg {
        Msg::Heard(Box::new(event))
    }

    fn asked(effects: &[Effect]) -> (u32, Tokenizer) {
        effects
            .iter()
            .find_map(|effect| match effect {
                Effect::Send(TextCommand::Cut { request, options }) => Some((*request, options.tokenizer)),
                _ => None,
            })
            .unwrap()
    }

    fn cut() -> Cut {
        Cut {
            characters: 1,
            left_out: 0,
            sentences: 1,
            tokens: 1,
            types: 1,
            unknown: 0,
            shown: Vec::new(),
            ngrams: Vec::new(),
            vocabulary: Vec::new(),
            vocabulary_size: 1,
            table: Vec::new(),
            seconds: 0.0,
        }
    }

    #[test]
    fn a_change_of_text_or_settings_asks_anew_and_only_the_last_answer_settles_it() {
        let mut lab = Lab::default();
        let (first, tokenizer) = asked(&lab.update(Msg::Arrive(LESSON.preset(), None)));
        assert_eq!(tokenizer, Tokenizer::Jieba { mode: Mode::Precise, hmm: true });
        let effects = lab.update(Msg::Set("tokenizer", "characters".into()));
        let (second, tokenizer) = asked(&effects);
        assert_eq!((second, tokenizer), (first + 1, Tokenizer::Characters));
        assert!(effects.contains(&Effect::WriteAddress));
        assert!(lab.address().contains("tokenizer=characters"));
        let answer = |request| heard(TextEvent::Cut { request, cut: Box::new(cut()) });
        lab.update(answer(first));
        assert!(!lab.answered);
        lab.update(answer(second));
        assert!(lab.answered);
    }

    #[test]
    fn a_file_is_cut_once_it_is_read_and_a_refused_one_leaves_the_text() {
        let mut lab = Lab::default();
        let effects = lab.update(Msg::File("program.bin".into(), vec![1].into()));
        assert_eq!(effects, [Effect::Send(TextCommand::Read { bytes: vec![1].into() })]);
        lab.update(heard(TextEvent::Failed { error: Error::NotText }));
        assert_eq!(lab.file, None);
        assert_eq!((lab.text.as_str(), &lab.error), (example(&LESSON.preset()), &Some(Error::NotText)));
        let facts = TextFacts { charset: Some(Charset::Gb18030), ..TextFacts::default() };
        lab.update(Msg::File("book.txt".into(), vec![1].into()));
        asked(&lab.update(heard(TextEvent::Read { file: facts, text: None })));
        let file = lab.file.unwrap();
        assert_eq!(
            (file.name.as_str(), file.facts.charset, file.is_long()),
            ("book.txt", Some(Charset::Gb18030), true)
        );
    }

    #[test]
    fn a_link_carries_the_text_and_coming_back_changes_nothing() {
        let mut lab = Lab::default();
        lab.update(Msg::Text("程小满去青石镇".into()));
        let (link, notes) = Link::parse(&lab.address(), "", &LESSONS);
        assert_eq!(notes, []);
        assert_eq!(link.text, Some(LinkText::Whole("程小满去青石镇".into())));
        let mut other = Lab::default();
        other.update(Msg::Arrive(link.form.clone(), Some("程小满去青石镇".into())));
        assert_eq!(other.text, "程小满去青石镇");
        other.cut = Some(Arc::new(cut()));
        assert_eq!(other.update(Msg::Arrive(link.form, Some("程小满去青石镇".into()))), []);
        assert!(!Lab::default().address().contains("data=") && Lab::default().text_travels());
        lab.update(Msg::Text("一二三四五六七八九十".chars().cycle().take(12_000).collect()));
        assert!(!lab.text_travels() && lab.address().contains("data=-"));
    }

    #[test]
    fn a_text_waits_for_a_worker_that_is_being_compiled() {
        let mut lab = Lab::default();
        lab.update(Msg::Building(true));
        assert!(!lab.waits_for_worker(), "nobody has asked for anything");
        lab.update(Msg::Arrive(LESSON.preset(), None));
        assert!(lab.waits_for_worker());
        let mut failed = lab.clone();
        lab.update(Msg::Building(false));
        assert!(!lab.waits_for_worker() && !lab.answered);
        let reason = Error::EngineLost { reason: "it can't be compiled".into() };
        failed.update(Msg::Died(reason.clone()));
        assert!(!failed.waits_for_worker() && failed.error == Some(reason));
    }

    #[test]
    fn a_dead_worker_is_an_event() {
        let mut lab = Lab::default();
        lab.update(Msg::Arrive(LESSON.preset(), None));
        assert_eq!(lab.update(Msg::Died(Error::EngineOffline)), [Effect::Retire]);
        assert!(lab.answered && lab.error == Some(Error::EngineOffline));
        // Asked again, the next worker is told all.
        let mut again = lab.clone();
        asked(&again.update(Msg::Again));
        assert!(again.error.is_none() && !again.answered);
        // The next worker has to be told the text before it is asked about it.
        let effects = lab.update(Msg::Set("tokenizer", "characters".into()));
        assert_eq!(effects[0], Effect::Send(TextCommand::Write { text: example(&LESSON.preset()).into() }));
        asked(&effects);
        let lost = Error::EngineLost { reason: "out of memory".into() };
        assert_eq!(lab.update(heard(TextEvent::Failed { error: lost })), [Effect::Retire]);
    }
}
