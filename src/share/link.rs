//! A link and how it is written.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::payload;
use crate::data::{Data, Kind, kinds};
use crate::lesson::{Lang, Lesson};
use crate::protocol::Engine;
use crate::settings::Form;

/// Characters of a note to the receiver.
pub const NOTE_LIMIT: usize = 500;
/// Characters of the address of a model.
pub const ADDRESS_LIMIT: usize = 2000;
/// What `data` holds where the data or the text was too long.
pub(super) const LEFT_OUT: &str = "-";

/// Everything but letters, digits and `-._~,` is escaped. Chinese too: messengers end a link at the first character
/// that is not ASCII.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

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
    /// It is longer than any link.
    TooLong,
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

    /// Is there a payload to be made, of data or a text of the user's own?
    pub fn has_payload(&self) -> bool {
        self.data.as_ref().is_some_and(|data| data.kind().in_link.is_some()) || self.text.is_some()
    }

    /// The link as the part of the address from `#` on: `#/airline?cell=gru&v=1`.
    pub fn to_fragment(&self) -> String {
        self.with_payload(self.data_payload().or_else(|| self.text_payload()))
    }

    /// [`to_fragment`](Self::to_fragment) of a link that has no payload, or that goes without it: what the user brought is then
    /// named as left out. It needs nothing of what makes payloads, which a page may not hold.
    pub fn without_payload(&self) -> String {
        self.with_payload(None)
    }

    /// Settings come first and payloads late, for a link is cut at its end; the version is the very end, because
    /// programs that recognise links in a text like to drop a last character such as the `-` or `_` of a payload.
    fn with_payload(&self, payload: Option<String>) -> String {
        let mut pairs: Vec<(&str, String)> = self.form.changed(&self.lesson.all_settings());
        let flag = |key, set: bool| set.then(|| (key, "1".to_owned()));
        pairs.extend(self.lang.map(|lang| ("lang", lang.word().to_owned())));
        pairs.extend(flag("embed", self.embed));
        pairs.extend(flag("present", self.present));
        if !self.hide.is_empty() {
            let words: Vec<_> = self.hide.iter().map(|panel| panel.word()).collect();
            pairs.push(("hide", words.join(",")));
        }
        if let Some(note) = self.note.as_ref().filter(|note| !note.is_empty()) {
            pairs.push(("note", note.chars().take(NOTE_LIMIT).collect()));
        }
        let complete = self.data.is_none() || payload.is_some();
        if self.data.is_some() || self.text.is_some() {
            pairs.push(("data", payload.unwrap_or_else(|| LEFT_OUT.to_owned())));
        }
        pairs.extend(self.model.iter().map(|address| ("model", address.clone())));
        if let Some(weights) = self.weights.as_ref().filter(|_| complete) {
            pairs.extend(self.made.map(|engine| ("made", engine_word(engine).to_owned())));
            pairs.push(("w", weights.clone()));
        }
        pairs.push(("v", self.lesson.version.to_string()));
        let texts: Vec<_> =
            pairs.iter().map(|(key, text)| format!("{key}={}", utf8_percent_encode(text, ESCAPED))).collect();
        format!("#/{}?{}", self.lesson.id, texts.join("&"))
    }
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
    Some(payload::seal(link.letter, text.as_bytes())).filter(|payload| payload.len() <= link.characters)
}
