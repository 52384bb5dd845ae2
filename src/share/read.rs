//! How a link is read: never with an error, never without bound.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::link::{ADDRESS_LIMIT, LEFT_OUT, engine_word};
use super::note::shown;
use super::payload::{self, Inflated};
use super::{Link, LinkNote, LinkText, NOTE_LIMIT, Panel, weights};
use crate::Error;
use crate::data::{Data, InLink, Kind, kinds};
use crate::error::Counted;
use crate::lesson::{self, Lang, Lesson};
use crate::protocol::Engine;

/// Bytes of a link that are read; all that a link made here can need, and little enough to read at once.
pub const LINK_LIMIT: usize = 64 * 1024;
/// Pairs of key and value that are read.
const PAIRS_LIMIT: usize = 256;
/// Notes that are kept: a hostile link must not bury the page in them.
const NOTES_LIMIT: usize = 16;

/// What messengers and campaigns append to a link on its way. A last `*` stands for any ending.
const APPENDED: [&str; 26] = [
    "from",
    "isappinstalled",
    "appinstall",
    "scene",
    "subscene",
    "ascene",
    "clicktime",
    "enterid",
    "srcid",
    "sharer_*",
    "share_*",
    "nsukey",
    "nettype",
    "devicetype",
    "version",
    "abtest_cookie",
    "exportkey",
    "pass_ticket",
    "wx_header",
    "tt_from",
    "utm_*",
    "fbclid",
    "gclid",
    "igshid",
    "spm",
    "mc_*",
];

impl Link {
    /// Reads a link and opens its payloads: [`Sealed::read`] and [`Sealed::open`].
    pub fn parse(fragment: &str, query: &str, lessons: &[&'static Lesson]) -> (Self, Vec<LinkNote>) {
        Sealed::read(fragment, query, lessons).open()
    }
}

/// A link that has been read, but for its payloads: data and weights are still as they were sent. What opens them weighs
/// more than all else about links, so that a page may fetch it only where there is one.
#[derive(Debug, Clone)]
pub struct Sealed {
    link: Link,
    notes: Vec<LinkNote>,
    /// Is the model that the link's weights were trained for the one that its readable part describes?
    complete: bool,
    data: Option<String>,
    weights: Option<String>,
}

impl Sealed {
    /// Reads a link from the two parts of the page's address that may hold it, with or without their leading `#` and
    /// `?`. Where both name a key, the fragment counts. A page that writes a fragment drops the query: what it left
    /// out as equal to the preset would else be read from there.
    ///
    /// Whatever the texts hold, one of `lessons` (of which there is at least one) can be opened afterwards, the first where
    /// the link names none; the notes say what was not taken as it stood.
    pub fn read(fragment: &str, query: &str, lessons: &[&'static Lesson]) -> Self {
        let mut notes = Vec::new();
        let size = fragment.len() + query.len();
        if size > LINK_LIMIT {
            let error = Error::TooLarge { counted: Counted::Characters, found: size, limit: LINK_LIMIT };
            notes.push(LinkNote::Problem { error });
        }
        let fragment = head(fragment, LINK_LIMIT);
        let query = head(query, LINK_LIMIT - fragment.len());

        let fragment = unwrapped(fragment.strip_prefix('#').unwrap_or(fragment));
        let (path, fragment_pairs) = split_fragment(&fragment, lessons);
        let query_pairs = pairs(query.strip_prefix('?').unwrap_or(query));
        let mut merged = unrepeated(query_pairs, &mut notes);
        for (key, value) in unrepeated(fragment_pairs, &mut notes) {
            match merged.iter_mut().find(|(known, _)| *known == key) {
                Some(pair) => pair.1 = value,
                None => merged.push((key, value)),
            }
        }

        let named = path.or_else(|| {
            merged.iter().find(|(key, _)| key == "lesson").map(|(_, name)| Cow::Borrowed(name.as_str()))
        });
        let lesson = named.map_or(Ok(lessons[0]), |name| lesson::find(lessons, &name));
        let mut sealed =
            Sealed { link: Link::new(lessons[0]), notes, complete: true, data: None, weights: None };
        match lesson {
            Ok(lesson) => sealed.link = Link::new(lesson),
            Err(Error::UnknownLesson { name }) => {
                sealed.problem(Error::UnknownLesson { name: shown(&name) });
            }
            Err(error) => sealed.problem(error),
        }
        for (key, value) in &merged {
            sealed.pair(key, value);
        }
        sealed
    }

    /// The lesson that it opens.
    pub fn lesson(&self) -> &'static Lesson {
        self.link.lesson
    }

    /// The language that it asks for.
    pub fn lang(&self) -> Option<Lang> {
        self.link.lang
    }

    /// The link, if it has no payload.
    ///
    /// # Errors
    /// Itself, if it has.
    pub fn plain(self) -> Result<(Link, Vec<LinkNote>), Box<Self>> {
        match self.data.is_some() || self.weights.is_some() {
            true => Err(Box::new(self)),
            false => Ok(self.finish(Ok(()))),
        }
    }

    /// The link with what was in its payloads.
    pub fn open(mut self) -> (Link, Vec<LinkNote>) {
        if let (Some(payload), Some(kind)) = (self.data.take(), self.link.lesson.takes) {
            match opened(kind, &payload) {
                Ok(Opened::Data(data)) => self.link.data = Some(data),
                Ok(Opened::Text(text)) => self.link.text = Some(LinkText::Whole(text)),
                Err(error) => self.lose_data(error),
            }
        }
        let checked = self
            .weights
            .as_deref()
            .filter(|_| self.complete)
            .map_or(Ok(()), |payload| weights::check(payload).map(|_| ()));
        self.finish(checked)
    }

    /// The link without what was in its payloads, where what opens them can't be had.
    pub fn give_up(mut self, error: &Error) -> (Link, Vec<LinkNote>) {
        if self.data.take().is_some() {
            self.lose_data(error.clone());
        }
        self.finish(Err(error.clone()))
    }

    fn pair(&mut self, key: &str, value: &str) {
        match key {
            "lesson" => {}
            "v" => self.version(value),
            "lang" => match Lang::read(value) {
                Some(lang) => self.link.lang = Some(lang),
                None => self.unreadable(key, value),
            },
            "embed" => self.link.embed = self.flag(key, value),
            "present" => self.link.present = self.flag(key, value),
            "hide" => self.hide(value),
            "note" => self.note(value),
            "made" => match [Engine::Cpu, Engine::Webgpu].into_iter().find(|e| engine_word(*e) == value) {
                Some(engine) => self.link.made = Some(engine),
                None => self.unreadable(key, value),
            },
            "data" => self.data(value),
            "model" if self.link.lesson.needs_corpus() => self.model(value),
            "w" => self.weights = Some(value.to_owned()),
            _ => match self.link.lesson.all_settings().into_iter().find(|setting| setting.key == key) {
                Some(setting) => self.notes.extend(self.link.form.write(setting, value).map(LinkNote::from)),
                None if is_appended(key) => {}
                None => self.notes.push(LinkNote::UnknownKey { key: shown(key) }),
            },
        }
    }

    fn finish(mut self, checked: Result<(), Error>) -> (Link, Vec<LinkNote>) {
        if let Some(payload) = self.weights.take().filter(|_| self.complete) {
            match checked {
                Ok(()) => self.link.weights = Some(payload),
                Err(error) => self.notes.push(LinkNote::WeightsLost { error }),
            }
        }
        if self.link.weights.is_none() {
            self.link.made = None;
        }
        self.notes.truncate(NOTES_LIMIT);
        (self.link, self.notes)
    }

    fn problem(&mut self, error: Error) {
        self.complete = false;
        self.notes.push(LinkNote::Problem { error });
    }

    fn unreadable(&mut self, key: &str, text: &str) {
        self.notes.push(LinkNote::Unreadable { key: key.to_owned(), text: shown(text) });
    }

    fn flag(&mut self, key: &str, value: &str) -> bool {
        match value {
            "" | "1" | "true" => true,
            "0" | "false" => false,
            _ => {
                self.unreadable(key, value);
                false
            }
        }
    }

    /// The version is the end of the link, to which a sentence's full stop or its next word may stick.
    fn version(&mut self, value: &str) {
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        if value[..digits] != self.link.lesson.version.to_string() {
            self.problem(Error::ForeignVersion { version: shown(value) });
        }
    }

    fn hide(&mut self, value: &str) {
        for word in value.split(',').filter(|word| !word.is_empty()).take(Panel::ALL.len()) {
            match Panel::ALL.into_iter().find(|panel| panel.word() == word) {
                Some(panel) => {
                    self.link.hide.insert(panel);
                }
                None => self.unreadable("hide", word),
            }
        }
    }

    /// Only what a browser fetches as a file: nothing that is a program.
    fn model(&mut self, value: &str) {
        let is_fetched =
            value.starts_with("https://") || value.starts_with("http://") || value.starts_with("./");
        if is_fetched && value.chars().count() <= ADDRESS_LIMIT {
            self.link.model = Some(value.to_owned());
        } else {
            self.unreadable("model", value);
        }
    }

    fn note(&mut self, value: &str) {
        let readable = |c: &char| *c == '\n' || !c.is_control();
        let note: String = value.chars().filter(readable).take(NOTE_LIMIT).collect();
        let found = value.chars().filter(readable).count();
        if found > NOTE_LIMIT {
            let (text, used) = (found.to_string(), NOTE_LIMIT.to_string());
            self.notes.push(LinkNote::Clamped { key: "note".to_owned(), text, used });
        }
        self.link.note = Some(note).filter(|note| !note.is_empty());
    }

    fn data(&mut self, value: &str) {
        let kind = self.link.lesson.takes;
        if value == LEFT_OUT {
            self.notes.push(if kind.is_some_and(Kind::is_shown) {
                LinkNote::TextLeftOut
            } else {
                self.complete = false;
                LinkNote::DataLeftOut
            });
        } else if kind.is_some_and(|kind| kind.in_link.is_some()) {
            self.data = Some(value.to_owned());
        } else {
            // A lesson that takes none, or none that a link could hold, can't do anything with this.
            self.notes.push(LinkNote::UnknownKey { key: "data".to_owned() });
        }
    }

    fn lose_data(&mut self, error: Error) {
        self.notes.push(if self.link.lesson.takes.is_some_and(Kind::is_shown) {
            LinkNote::TextLost { error }
        } else {
            self.complete = false;
            LinkNote::DataLost { error }
        });
    }
}

/// What was in the payload of a link's `data`.
enum Opened {
    Data(Data),
    Text(String),
}

/// Opens a payload of this kind.
fn opened(kind: &Kind, payload: &str) -> Result<Opened, Error> {
    let InLink { letter, bytes: limit, .. } = kind.in_link.as_ref().ok_or(Error::LinkDamaged)?;
    let text = match payload::open(payload, &[*letter], |_| *limit)? {
        (_, Inflated::Whole(bytes)) => String::from_utf8(bytes).map_err(|_| Error::LinkDamaged)?,
        (_, Inflated::TooLong) => {
            return Err(Error::TooLarge { counted: Counted::Bytes, found: limit + 1, limit: *limit });
        }
    };
    match kind.form() {
        Some(form) => (form.parse)(&text, &kinds::between_blanks).map(Opened::Data),
        None => Ok(Opened::Text(text)),
    }
}

fn is_appended(key: &str) -> bool {
    APPENDED.iter().any(|known| match known.strip_suffix('*') {
        Some(start) => key.starts_with(start),
        None => key == *known,
    })
}

/// At most the first `limit` bytes of `text`, cut between characters.
fn head(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Some messengers escape a whole fragment, its `?` and `&` too.
fn unwrapped(fragment: &str) -> Cow<'_, str> {
    let is_escaped = fragment.contains("%3F") || fragment.contains("%3f");
    if is_escaped && !fragment.contains(['?', '&', '=']) {
        decoded(fragment)
    } else {
        Cow::Borrowed(fragment)
    }
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The lesson's name, if the fragment has one, and its pairs. Other fragments, such as a heading's name or the
/// `wechat_redirect` of a messenger, hold nothing.
fn split_fragment<'f>(
    fragment: &'f str,
    lessons: &[&'static Lesson],
) -> (Option<Cow<'f, str>>, Vec<(String, String)>) {
    // A second `#` is always somebody else's.
    let fragment = fragment.split('#').next().unwrap_or_default();
    let end = fragment.find(['?', '&']).unwrap_or(fragment.len());
    let (path, rest) = fragment.split_at(end);
    if path.contains('=') {
        return (None, pairs(fragment));
    }
    let name = decoded(path);
    let is_ours = name.starts_with('/') || lesson::find(lessons, &name).is_ok();
    let name = name.trim_matches('/').split('/').next().unwrap_or_default().to_owned();
    (Some(Cow::Owned(name)).filter(|name: &Cow<'_, str>| is_ours && !name.is_empty()), pairs(rest))
}

/// Splits at `&` and at `?`, which some messengers put before what they append. HTML's `&amp;` counts as `&`.
fn pairs(text: &str) -> Vec<(String, String)> {
    text.split(['&', '?'])
        .map(|pair| pair.strip_prefix("amp;").unwrap_or(pair))
        .filter(|pair| !pair.is_empty())
        .take(PAIRS_LIMIT)
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key).into_owned(), decoded(value).into_owned())
        })
        .collect()
}

/// Keeps the last value of every key and notes where that leaves out a different one.
fn unrepeated(pairs: Vec<(String, String)>, notes: &mut Vec<LinkNote>) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        match kept.iter_mut().find(|(known, _)| *known == key) {
            Some(pair) if pair.1 == value => {}
            Some(pair) => {
                if !is_appended(&key) {
                    notes.push(LinkNote::Repeated { key: shown(&key), used: shown(&value) });
                }
                pair.1 = value;
            }
            None => kept.push((key, value)),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
