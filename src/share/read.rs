//! How a link is read: never with an error, never without bound.

use super::appended::is_appended;
use super::link::{ADDRESS_LIMIT, LEFT_OUT, SUM, engine_word, readable};
use super::note::shown;
use super::payload::{self, Inflated};
use super::source::{Reading, Sum, read_best};
use super::spelling::{before_a_sentence, is_cut_entity, is_escaped_still};
use super::{Link, LinkNote, LinkText, NOTE_LIMIT, Panel, weights};
use crate::Error;
use crate::data::{Data, InLink, Kind, kinds};
use crate::error::Counted;
use crate::lesson::{Lang, Lesson};
use crate::protocol::Engine;
use crate::settings::{self, Misfit, Setting};

/// Bytes of a link that are read; all that a link made here can need, and little enough to read at once.
pub const LINK_LIMIT: usize = 64 * 1024;
/// Notes that are kept: a hostile link must not bury the page in them.
const NOTES_LIMIT: usize = 16;

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
    /// Was something lost that may have said what the weights belong to?
    unsure: bool,
    data: Option<String>,
    /// The mark of data or of a text that was too long.
    left_out: Option<String>,
    weights: Option<String>,
    /// Does it say nothing but a lesson's name?
    bare: bool,
    /// How much of it was understood; the more, the likelier is the reading.
    score: i32,
}

/// What a reader has of what a link had to leave out.
#[derive(Debug, Clone, PartialEq)]
pub enum Own {
    /// The data.
    Data(Data),
    /// The text.
    Text(String),
    /// A text that the page brings by itself.
    Elsewhere,
    /// Nothing: it was the reader's own, and is gone.
    Gone,
}

impl Sealed {
    /// Reads a link from the two parts of the page's address that may hold it, with or without their leading `#` and
    /// `?`. Where both name a key, the fragment counts. A page that writes a fragment drops the query: what it left
    /// out as equal to the preset would else be read from there.
    ///
    /// What programs do to a link on its way is undone, as far as only one thing can have been meant: escapes of any kind and
    /// number, broken lines, signs that can't be seen, what is appended, the case of keys and words. A link that was written
    /// here says the mark of what it holds, so that it is known whether it is read as it was sent.
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
        let joined =
            is_cut_entity(query, fragment).then(|| format!("{query}#{}", fragment.trim_start_matches('#')));
        let (fragment, query) = joined.as_deref().map_or((fragment, query), |query| ("", query));

        let fragment = read_best(fragment, lessons, None);
        let query = read_best(
            query,
            lessons,
            fragment.lesson.as_ref().and_then(|lesson| lesson.as_ref().ok()).copied(),
        );
        let lesson = fragment.lesson.clone().or(query.lesson.clone()).unwrap_or(Ok(lessons[0]));
        let is_about_another =
            fragment.lesson.is_some() && query.lesson.is_some() && fragment.lesson != query.lesson;
        let drops_query = is_about_another || fragment.is_as_sent();
        let mut merged = if drops_query { Vec::new() } else { unrepeated(&query.pairs, &mut notes) };
        for (key, value) in unrepeated(&fragment.pairs, &mut notes) {
            match merged.iter_mut().find(|(known, _)| *known == key) {
                Some(pair) => pair.1 = value,
                None => merged.push((key, value)),
            }
        }
        let mut sealed = Sealed::of_pairs(lesson, &merged, lessons);
        let is_foreign = sealed.notes.iter().any(|note| matches!(note, LinkNote::Problem { .. }));
        let sums = [Some(&fragment), Some(&query).filter(|_| !drops_query)];
        // Another version has other presets, and so another sum.
        notes.extend(sums.into_iter().flatten().filter(|_| !is_foreign).filter_map(Reading::lost));
        notes.append(&mut sealed.notes);
        Sealed { notes, ..sealed }
    }

    /// A link of these pairs.
    pub(super) fn of_pairs(
        lesson: Result<&'static Lesson, Error>,
        pairs: &[(String, String)],
        lessons: &[&'static Lesson],
    ) -> Self {
        let link = Link::new(lesson.as_ref().unwrap_or(&lessons[0]));
        let mut sealed = Sealed {
            link,
            notes: Vec::new(),
            complete: true,
            unsure: false,
            data: None,
            left_out: None,
            weights: None,
            bare: true,
            score: 0,
        };
        if let Err(error) = lesson {
            sealed.problem(match error {
                Error::UnknownLesson { name } => Error::UnknownLesson { name: shown(&name) },
                error => error,
            });
        }
        for (key, value) in pairs {
            sealed.pair(key, value);
        }
        sealed
    }

    /// How many pairs it has as it was read, and their mark.
    pub(super) fn sum(&self) -> Sum {
        let has_data = self.data.is_some() || self.left_out.is_some();
        let (count, mark) = self.link.sum(has_data, self.link.made, self.weights.is_some());
        Sum { count, mark }
    }

    /// How likely it is that this was meant.
    pub(super) fn score(&self) -> i32 {
        self.score
    }

    /// The lesson that it opens.
    pub fn lesson(&self) -> &'static Lesson {
        self.link.lesson
    }

    /// The language that it asks for.
    pub fn lang(&self) -> Option<Lang> {
        self.link.lang
    }

    /// Does it name a lesson at most, beside what messengers append?
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// The mark of data or of a text that was too long for the link. Whoever has what it marks can [`supply`](Self::supply) it.
    pub fn left_out(&self) -> Option<&str> {
        self.left_out.as_deref().filter(|mark| !mark.is_empty())
    }

    /// Here is what was left out.
    pub fn supply(&mut self, own: Own) {
        self.left_out = None;
        match own {
            Own::Data(data) => {
                self.link.data = Some(data);
                self.complete = true;
            }
            Own::Text(text) => self.link.text = Some(LinkText::Whole(text)),
            Own::Elsewhere => {}
            Own::Gone => self.notes.push(LinkNote::OwnGone),
        }
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
        let Link { lesson, form, data, .. } = &self.link;
        let checked = self.weights.as_deref().filter(|_| self.complete).map_or(Ok(()), |payload| {
            weights::check(payload)?;
            weights::belong(payload, lesson, form, data.as_ref())?;
            // What was made before payloads said what they belong to.
            if self.unsure && !weights::say_what_they_belong_to(payload) {
                Err(Error::OtherSettings)
            } else {
                Ok(())
            }
        });
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
        let before = self.notes.len();
        self.bare &= key == "lesson" || is_appended(key);
        match key {
            "lesson" | SUM => {}
            "v" => self.version(value),
            "lang" => match Lang::read(value) {
                Some(lang) => self.link.lang = Some(lang),
                None => self.unreadable(key, value),
            },
            "embed" => self.link.embed = self.flag(key, value),
            "present" => self.link.present = self.flag(key, value),
            "hide" => self.hide(value),
            "note" => self.note(value),
            "made" => {
                let is_meant = |engine: &Engine| engine_word(*engine).eq_ignore_ascii_case(value.trim());
                match [Engine::Cpu, Engine::Webgpu].into_iter().find(is_meant) {
                    Some(engine) => self.link.made = Some(engine),
                    None => self.unreadable(key, value),
                }
            }
            "data" => self.data(value),
            "model" if self.link.lesson.needs_corpus() => self.model(value),
            "w" => self.weights = Some(value.to_owned()),
            _ => match self.link.lesson.all_settings().into_iter().find(|setting| setting.key == key) {
                Some(setting) => self.setting(setting, value),
                None if is_appended(key) => return,
                None => return self.unknown(key),
            },
        }
        self.score += if self.notes.len() > before { -3 } else { 2 };
    }

    fn setting(&mut self, setting: &'static Setting, value: &str) {
        if matches!(setting.kind, settings::Kind::Text { .. }) {
            self.text(value);
        }
        let note = self.link.form.write(setting, &fitting(setting, value));
        let says_what_it_is = self.link.lesson.model_settings().iter().any(|own| own.key == setting.key);
        self.unsure |= note.is_some() && says_what_it_is;
        self.notes.extend(note.map(LinkNote::from));
    }

    /// All keys that are none stand in one note.
    fn unknown(&mut self, key: &str) {
        self.score -= 3;
        // What is appended comes after what the sender wrote.
        self.unsure |= self.weights.is_none();
        let known = self.notes.iter_mut().find_map(|note| match note {
            LinkNote::UnknownKey { key } => Some(key),
            _ => None,
        });
        match known {
            Some(keys) if keys.ends_with('…') => {}
            Some(keys) => *keys = shown(&format!("{keys}, {key}")),
            None => self.notes.push(LinkNote::UnknownKey { key: shown(key) }),
        }
    }

    /// A text that looks as if it had been escaped once more speaks against this reading.
    fn text(&mut self, value: &str) {
        if is_escaped_still(value) {
            self.score -= 3;
        }
    }

    fn finish(mut self, checked: Result<(), Error>) -> (Link, Vec<LinkNote>) {
        if self.left_out.is_some() {
            let is_text = self.link.lesson.takes.is_some_and(Kind::is_shown);
            self.notes.push(if is_text { LinkNote::TextLeftOut } else { LinkNote::DataLeftOut });
        }
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
        let word = before_a_sentence(value).unwrap_or(value).trim();
        if word.is_empty() || word == "1" || word.eq_ignore_ascii_case("true") {
            return true;
        }
        if word != "0" && !word.eq_ignore_ascii_case("false") {
            self.unreadable(key, value);
        }
        false
    }

    /// The version is the end of the link, to which a sentence's full stop or its next word may stick. Where it has been cut
    /// off, nothing else has.
    fn version(&mut self, value: &str) {
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        if !value.is_empty() && value[..digits] != self.link.lesson.version.to_string() {
            self.problem(Error::ForeignVersion { version: shown(value) });
        }
    }

    fn hide(&mut self, value: &str) {
        for word in value.split(',').filter(|word| !word.is_empty()).take(Panel::ALL.len()) {
            let word = before_a_sentence(word).unwrap_or(word).trim();
            match Panel::ALL.into_iter().find(|panel| panel.word().eq_ignore_ascii_case(word)) {
                Some(panel) => {
                    self.link.hide.insert(panel);
                }
                None => self.unreadable("hide", word),
            }
        }
    }

    /// Only what a browser fetches as a file: nothing that is a program.
    fn model(&mut self, value: &str) {
        self.text(value);
        let is_fetched =
            value.starts_with("https://") || value.starts_with("http://") || value.starts_with("./");
        if is_fetched && value.chars().count() <= ADDRESS_LIMIT {
            self.link.model = Some(value.to_owned());
        } else {
            self.unreadable("model", value);
        }
    }

    fn note(&mut self, value: &str) {
        self.text(value);
        let found = value.chars().filter(|c| *c == '\n' || !c.is_control()).count();
        if found > NOTE_LIMIT {
            let (text, used) = (found.to_string(), NOTE_LIMIT.to_string());
            self.notes.push(LinkNote::Clamped { key: "note".to_owned(), text, used });
        }
        self.link.note = Some(readable(value)).filter(|note| !note.is_empty());
    }

    fn data(&mut self, value: &str) {
        let kind = self.link.lesson.takes;
        if let Some(mark) = value.strip_prefix(LEFT_OUT) {
            self.left_out = Some(mark.to_owned());
            if kind.is_some_and(Kind::is_shown) {
                self.link.text = Some(LinkText::TooLong(mark.to_owned())).filter(|_| !mark.is_empty());
            } else {
                self.complete = false;
            }
        } else if kind.is_some_and(|kind| kind.in_link.is_some()) {
            self.data = Some(value.to_owned());
        } else {
            // A lesson that takes none, or none that a link could hold, can't do anything with this.
            self.unknown("data");
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

/// A value as its setting writes it, where that can be told: of any case, with blanks where a line was broken, and before a
/// sentence that goes on.
fn fitting(setting: &Setting, value: &str) -> String {
    let is_joint = |c: char| c.is_whitespace() || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0f}');
    let compact: String = value.chars().filter(|c| !is_joint(*c)).collect();
    let read = |text: &str| match setting.kind {
        settings::Kind::Choice(words) => {
            words.iter().find(|word| word.eq_ignore_ascii_case(text)).map(|word| (*word).to_owned())
        }
        _ => Some(text.to_owned()).filter(|text| !matches!(setting.kind.read(text), Err(Misfit::Unreadable))),
    };
    let texts = [Some(value), Some(&compact), before_a_sentence(&compact)];
    texts.into_iter().flatten().find_map(read).unwrap_or_else(|| value.to_owned())
}

/// At most the first `limit` bytes of `text`, cut between characters.
fn head(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Keeps the last value of every key and notes where that leaves out a different one.
fn unrepeated(pairs: &[(String, String)], notes: &mut Vec<LinkNote>) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs.iter().cloned() {
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
