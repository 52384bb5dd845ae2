//! A link and how it is written.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::mark::{self, Marker};
use super::{payload, spelling};
use crate::data::{Data, Kind, kinds};
use crate::lesson::{Lang, Lesson};
use crate::protocol::Engine;
use crate::settings::Form;

/// Characters of a note to the receiver.
pub const NOTE_LIMIT: usize = 500;
/// Characters of the address of a model.
pub const ADDRESS_LIMIT: usize = 2000;
/// How `data` begins where the data or the text was too long; its mark follows.
pub(super) const LEFT_OUT: char = '-';
/// The key of what says how many pairs follow, and their mark. It stands first: a link is cut at its end.
pub(super) const SUM: &str = "sum";

/// A part of the page that a link may hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// The lesson's text.
    Story,
    /// The settings.
    Settings,
    /// The session's runs.
    Notebook,
    /// The series and its source.
    Data,
}

impl Panel {
    /// All of them, in the order of the page.
    pub const ALL: [Panel; 4] = [Panel::Story, Panel::Settings, Panel::Notebook, Panel::Data];

    /// As links and catalogues write it.
    pub fn word(self) -> &'static str {
        match self {
            Panel::Story => "story",
            Panel::Settings => "settings",
            Panel::Notebook => "notebook",
            Panel::Data => "data",
        }
    }
}

/// The user's own text in a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkText {
    /// All of it; a link leaves it out where it takes more characters than its kind may; see [`kinds::TEXT`].
    Whole(String),
    /// It is longer than any link, which has its mark instead; empty where an earlier version made it.
    TooLong(String),
}

/// What a link says. [`Link::to_fragment`] writes it, [`Link::parse`] reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The lesson.
    pub lesson: &'static Lesson,
    /// A value for each of its settings.
    pub form: Form,
    /// The user's own data, where there is some and the lesson is trained.
    pub data: Option<Data>,
    /// The user's own text, where there is one and the lesson is about text.
    pub text: Option<LinkText>,
    /// Where a trained model can be fetched from, where the lesson opens model files.
    pub model: Option<String>,
    /// Trained weights, as [`weights::pack`](super::weights::pack) writes them.
    pub weights: Option<String>,
    /// The engine that trained `weights`; written only with them.
    pub made: Option<Engine>,
    /// The page's language; the receiver's own where the link does not say.
    pub lang: Option<Lang>,
    /// The sender's words to the receiver, plain text, at most [`NOTE_LIMIT`] characters.
    pub note: Option<String>,
    /// Figure and controls only, for slides and frames.
    pub embed: bool,
    /// Large type, little around it.
    pub present: bool,
    /// What the page does not show.
    pub hide: BTreeSet<Panel>,
}

impl Link {
    /// The lesson at its preset, and nothing else.
    pub fn new(lesson: &'static Lesson) -> Self {
        Link {
            lesson,
            form: lesson.preset(),
            data: None,
            text: None,
            model: None,
            weights: None,
            made: None,
            lang: None,
            note: None,
            embed: false,
            present: false,
            hide: BTreeSet::new(),
        }
    }

    /// The data as the link carries it: `None` if there is none or it takes more characters than its kind may. A link
    /// without its data carries no weights either: they mean nothing on other data.
    pub fn data_payload(&self) -> Option<String> {
        let data = self.data.as_ref()?;
        // Looked at first, because the page writes its address often: nothing of that size comes out short enough.
        let is_short = data.len() <= data.kind().in_link.as_ref()?.characters;
        sealed(data.kind(), &is_short.then(|| data.print())??)
    }

    /// The text as the link carries it: `None` if there is none or it takes more characters than a text may.
    pub fn text_payload(&self) -> Option<String> {
        let Some(LinkText::Whole(text)) = &self.text else { return None };
        sealed(&kinds::TEXT, text)
    }

    /// Is there a payload, or a mark of what is too long for one, to be made of data or a text of the user's own?
    pub fn has_payload(&self) -> bool {
        self.data.is_some() || self.text.is_some()
    }

    /// The link as the part of the address from `#` on: `#/airline?sum=1-0k3f9a&cell=gru&v=1`.
    pub fn to_fragment(&self) -> String {
        self.with_payload(self.payload())
    }

    /// The link as the part of the address from `?` on, for programs that cut an address at its `#`. A server reads all of
    /// it, and few take more than [`QUERY_LIMIT`] characters.
    pub fn to_query(&self) -> String {
        as_query(&self.to_fragment())
    }

    /// [`to_fragment`](Self::to_fragment) of a link that has no payload, or that goes without it: what the user brought is then
    /// named as left out. It needs nothing of what makes payloads, which a page may not hold.
    pub fn without_payload(&self) -> String {
        self.with_payload(None)
    }

    /// What stands under `data`: all of it, or the mark of what is too long.
    fn payload(&self) -> Option<String> {
        let left_out = |mark: &str| format!("{LEFT_OUT}{mark}");
        let data = || Some(left_out(&mark::of_data(self.data.as_ref()?)));
        let text = || match self.text.as_ref()? {
            LinkText::Whole(text) => Some(left_out(&mark::of_text(text))),
            LinkText::TooLong(mark) => Some(left_out(mark)),
        };
        self.data_payload().or_else(|| self.text_payload()).or_else(data).or_else(text)
    }

    /// Pairs of key and value but for what payloads hold, in their order. Settings come first: a link is cut at its end.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs: Vec<(&str, String)> = self.form.changed(&self.lesson.all_settings());
        let flag = |key, set: bool| set.then(|| (key, "1".to_owned()));
        pairs.extend(self.lang.map(|lang| ("lang", lang.word().to_owned())));
        pairs.extend(flag("embed", self.embed));
        pairs.extend(flag("present", self.present));
        if !self.hide.is_empty() {
            let words: Vec<_> = self.hide.iter().map(|panel| panel.word()).collect();
            pairs.push(("hide", words.join(",")));
        }
        let note = self.note.as_ref().map(|note| readable(note)).filter(|note| !note.is_empty());
        pairs.extend(note.map(|note| ("note", note)));
        pairs.extend(self.model.iter().map(|address| ("model", address.clone())));
        pairs
    }

    /// How many pairs there are, and the mark of them; of payloads, which say of themselves whether they are whole, only that
    /// they are there.
    pub(super) fn sum(&self, has_data: bool, made: Option<Engine>, has_weights: bool) -> (usize, String) {
        let mut pairs = self.pairs();
        let payload = |key, is_there: bool| is_there.then(|| (key, String::new()));
        pairs.extend(payload("data", has_data));
        pairs.extend(made.map(|engine| ("made", engine_word(engine).to_owned())));
        pairs.extend(payload("w", has_weights));
        let mut marker = Marker::default();
        marker.text(self.lesson.id);
        for (key, value) in &pairs {
            marker.text(key);
            marker.text(value);
        }
        (pairs.len(), marker.mark())
    }

    /// The sum comes first, payloads late; the version is the very end, because programs that recognise links in a text like
    /// to drop a last character such as the `-` or `_` of a payload.
    fn with_payload(&self, payload: Option<String>) -> String {
        let mut pairs = self.pairs();
        let has_data = self.data.is_some() || self.text.is_some();
        let is_carried = payload.as_ref().is_some_and(|payload| !payload.starts_with(LEFT_OUT));
        let weights = self.weights.as_ref().filter(|_| self.data.is_none() || is_carried);
        let made = self.made.filter(|_| weights.is_some());
        if has_data {
            pairs.push(("data", payload.unwrap_or_else(|| LEFT_OUT.to_string())));
        }
        pairs.extend(made.map(|engine| ("made", engine_word(engine).to_owned())));
        pairs.extend(weights.map(|weights| ("w", weights.clone())));
        if !pairs.is_empty() {
            let (count, mark) = self.sum(has_data, made, weights.is_some());
            pairs.insert(0, (SUM, format!("{count}-{mark}")));
        }
        pairs.push(("v", self.lesson.version.to_string()));
        let texts: Vec<_> =
            pairs.iter().map(|(key, text)| format!("{key}={}", spelling::escaped(text))).collect();
        format!("#/{}?{}", self.lesson.id, texts.join("&"))
    }
}

/// Characters of a link from `?` on, which any server takes: the line of a request may have 8,000
/// (<https://www.rfc-editor.org/rfc/rfc9110#section-4.1>), and its head holds more than that line.
pub const QUERY_LIMIT: usize = 4000;

/// What [`Link::to_fragment`] made as the part of the address from `?` on.
fn as_query(fragment: &str) -> String {
    let (path, pairs) = fragment.split_once('?').unwrap_or((fragment, ""));
    format!("?lesson={}&{pairs}", path.trim_start_matches("#/"))
}

/// What of a note is shown.
pub(super) fn readable(note: &str) -> String {
    note.chars().filter(|c| *c == '\n' || !c.is_control()).take(NOTE_LIMIT).collect()
}

/// As links write it.
pub(super) fn engine_word(engine: Engine) -> &'static str {
    match engine {
        Engine::Cpu => "cpu",
        Engine::Webgpu => "webgpu",
    }
}

/// A text of a kind as a link carries it, if it is short enough.
fn sealed(kind: &Kind, text: &str) -> Option<String> {
    let link = kind.in_link.as_ref().filter(|link| text.len() <= link.bytes)?;
    Some(payload::seal(link.letter, text.as_bytes(), None)).filter(|payload| payload.len() <= link.characters)
}
