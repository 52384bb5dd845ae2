//! One part of an address as a lesson's name and pairs of key and value, in the likeliest of its readings.

use super::link::SUM;
use super::spelling::{decoded, decoded_value, readings, unescaped};
use super::{LinkNote, mark, read::Sealed};
use crate::Error;
use crate::lesson::Lesson;

/// Pairs of key and value that are read.
const PAIRS_LIMIT: usize = 256;

/// How many pairs a link has, and their mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Pairs.
    pub count: usize,
    /// See [`super::mark`].
    pub mark: String,
}

/// A part of an address, read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The lesson that it names.
    pub lesson: Option<Result<&'static Lesson, Error>>,
    /// Its pairs, in their order.
    pub pairs: Vec<(String, String)>,
    /// What it says that it holds, and what was found; nothing in what was made by hand, or by an earlier version.
    sums: Option<(Option<Sum>, Sum)>,
}

impl Reading {
    /// Is it known to be read as it was sent?
    pub fn is_as_sent(&self) -> bool {
        self.sums.as_ref().is_some_and(|(said, found)| said.as_ref() == Some(found))
    }

    /// What is known to have been lost on its way.
    pub fn lost(&self) -> Option<LinkNote> {
        let (said, found) = self.sums.as_ref().filter(|_| !self.is_as_sent())?;
        Some(match said {
            Some(said) => LinkNote::Altered { found: found.count.min(said.count), expected: said.count },
            None => LinkNote::Cut,
        })
    }
}

/// Reads a part of an address in all ways in which it may have been sent, and takes the one that is known to be right, or of
/// which most can be understood. Where it names no lesson, it may be about `other`.
pub fn read_best(text: &str, lessons: &[&'static Lesson], other: Option<&'static Lesson>) -> Reading {
    let mut best: Option<(i32, Reading)> = None;
    for text in readings(text) {
        let (score, reading) = read(&text, lessons, other);
        if reading.is_as_sent() {
            return reading;
        }
        if best.as_ref().is_none_or(|(least, _)| score > *least) {
            best = Some((score, reading));
        }
    }
    best.map(|(_, reading)| reading).unwrap_or_default()
}

fn read(text: &str, lessons: &[&'static Lesson], other: Option<&'static Lesson>) -> (i32, Reading) {
    let (name, mut score, rest) = split(text, lessons);
    let raw: Vec<(String, &str)> = rest
        .split(['&', '?'])
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (lower(key), value))
        .filter(|(key, value)| !key.is_empty() || !value.is_empty())
        .take(PAIRS_LIMIT)
        .collect();
    let has_sum = raw.iter().any(|(key, _)| key == SUM);
    // The version is the last that was written; what comes after it was appended by others.
    let end = raw.iter().position(|(key, _)| key == "v").map_or(raw.len(), |place| place + 1);
    let written = if has_sum { end } else { 0 };
    let pairs: Vec<(String, String)> = raw
        .into_iter()
        .enumerate()
        .map(|(place, (key, value))| {
            (key, if place < written { unescaped(value) } else { decoded_value(value) })
        })
        .collect();
    let name = name.or_else(|| pairs.iter().find(|(key, _)| key == "lesson").map(|(_, name)| lower(name)));
    let lesson = name.map(|name| find(lessons, &name));
    score += lesson.as_ref().map_or(0, |lesson| if lesson.is_ok() { 2 } else { -3 });
    let opened = lesson.clone().unwrap_or(Ok(other.unwrap_or(lessons[0])));
    let sealed = Sealed::of_pairs(opened.clone(), &pairs, lessons);
    score += sealed.score();
    let sums = has_sum.then(|| {
        let said = pairs.iter().find(|(key, _)| key == SUM).and_then(|(_, text)| said(text));
        (said, Sealed::of_pairs(opened, &pairs[..written], lessons).sum())
    });
    (score, Reading { lesson, pairs, sums })
}

/// What stands under [`SUM`]; nothing where it is not whole.
fn said(text: &str) -> Option<Sum> {
    let (count, mark) = text.split_once('-')?;
    let mark = mark.get(..mark::LENGTH)?.to_ascii_lowercase();
    Some(Sum { count: count.parse().ok()?, mark })
}

/// A key, or a name: no blanks where a line was broken, and in lower case.
fn lower(text: &str) -> String {
    decoded(text).chars().filter(|c| !c.is_whitespace() && *c != '+').collect::<String>().to_ascii_lowercase()
}

fn find(lessons: &[&'static Lesson], name: &str) -> Result<&'static Lesson, Error> {
    // What stands behind a name as nobody would call a lesson belongs to the sentence around the link.
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(name.len());
    let found = [name, &name[..end]].into_iter().find_map(|name| crate::lesson::find(lessons, name).ok());
    found.ok_or_else(|| Error::UnknownLesson { name: name.to_owned() })
}

/// The lesson's name, if the text has one, what speaks against this reading, and the text of its pairs. Other fragments, such
/// as a heading's name or the `wechat_redirect` of a messenger, hold nothing; what follows a second `#` is always somebody
/// else's.
fn split<'t>(text: &'t str, lessons: &[&'static Lesson]) -> (Option<String>, i32, &'t str) {
    let parts = || text.split('#').map(|part| part.trim_start_matches(['!', '?', '&', ' ']));
    let named = parts().find_map(|part| {
        let end = part.find(['?', '&']).unwrap_or(part.len());
        let (path, rest) = part.split_at(end);
        // `#/airline/cell=gru`, `#/airline=`; a pair alone has no path.
        let (path, rest) = match path.split_once('=') {
            Some((before, _)) => {
                let place = before.rfind('/')?;
                (&path[..place], &part[place + 1..])
            }
            None => (path, rest),
        };
        let decoded = lower(path);
        let name = decoded.trim_matches('/').split('/').next().unwrap_or_default();
        let is_ours = decoded.starts_with('/') || find(lessons, name).is_ok();
        // What still stands in the name would be lost.
        let against = if decoded.contains(['?', '&', '=', '%']) { -4 } else { 0 };
        is_ours.then(|| (Some(name.to_owned()).filter(|name| !name.is_empty()), against, rest))
    });
    named.unwrap_or_else(|| (None, 0, parts().find(|part| part.contains('=')).unwrap_or_default()))
}
