//! How a link is read: never with an error, never without bound.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::link::{LEFT_OUT, SERIES, engine_word};
use super::note::shown;
use super::payload::{self, Inflated};
use super::{Lang, Link, LinkNote, NOTE_LIMIT, Panel, weights};
use crate::Error;
use crate::data::Series;
use crate::lessons::{LESSONS, Lesson};
use crate::protocol::Engine;

/// Bytes of a link that are read; all that a link made here can need, and little enough to read at once.
pub const LINK_LIMIT: usize = 64 * 1024;
/// Pairs of key and value that are read.
const PAIRS_LIMIT: usize = 256;
/// Notes that are kept: a hostile link must not bury the page in them.
const NOTES_LIMIT: usize = 16;
/// Bytes to which a series may inflate.
const SERIES_LIMIT: usize = 64 * 1024;

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
    /// Reads a link from the two parts of the page's address that may hold it, with or without their leading `#` and
    /// `?`. Where both name a key, the fragment counts. A page that writes a fragment drops the query: what it left
    /// out as equal to the preset would else be read from there.
    ///
    /// Whatever the texts hold, a lesson can be opened afterwards; the notes say what was not taken as it stood.
    pub fn parse(fragment: &str, query: &str) -> (Self, Vec<LinkNote>) {
        let mut notes = Vec::new();
        let size = fragment.len() + query.len();
        if size > LINK_LIMIT {
            let error = Error::TooLarge { found: size, limit: LINK_LIMIT };
            notes.push(LinkNote::Problem { error });
        }
        let fragment = head(fragment, LINK_LIMIT);
        let query = head(query, LINK_LIMIT - fragment.len());

        let fragment = unwrapped(fragment.strip_prefix('#').unwrap_or(fragment));
        let (path, fragment_pairs) = split_fragment(&fragment);
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
        let lesson = named.map_or(Ok(LESSONS[0]), |name| Lesson::find(&name));
        let mut reader = Reader { link: Link::new(LESSONS[0]), notes, complete: true, weights: None };
        match lesson {
            Ok(lesson) => reader.link = Link::new(lesson),
            Err(Error::UnknownLesson { name }) => {
                reader.problem(Error::UnknownLesson { name: shown(&name) });
            }
            Err(error) => reader.problem(error),
        }
        for (key, value) in &merged {
            reader.pair(key, value);
        }
        reader.finish()
    }
}

struct Reader {
    link: Link,
    notes: Vec<LinkNote>,
    /// Is the model that the link's weights were trained for the one that its readable part describes?
    complete: bool,
    weights: Option<String>,
}

impl Reader {
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
            "data" => self.series(value),
            "w" => self.weights = Some(value.to_owned()),
            _ => match self.link.lesson.all_settings().into_iter().find(|setting| setting.key == key) {
                Some(setting) => self.notes.extend(self.link.form.write(setting, value).map(LinkNote::from)),
                None if is_appended(key) => {}
                None => self.notes.push(LinkNote::UnknownKey { key: shown(key) }),
            },
        }
    }

    fn finish(mut self) -> (Link, Vec<LinkNote>) {
        match self.weights.take() {
            Some(_) if !self.complete => {}
            Some(payload) => match weights::check(&payload) {
                Ok(_) => self.link.weights = Some(payload),
                Err(error) => self.notes.push(LinkNote::WeightsLost { error }),
            },
            None => {}
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

    fn series(&mut self, value: &str) {
        if value == LEFT_OUT {
            self.complete = false;
            self.notes.push(LinkNote::SeriesLeftOut);
            return;
        }
        let series = match payload::open(value, &[SERIES], |_| SERIES_LIMIT) {
            Ok((_, Inflated::Whole(bytes))) => Series::parse(&bytes),
            Ok((_, Inflated::TooLong)) => {
                Err(Error::TooLarge { found: SERIES_LIMIT + 1, limit: SERIES_LIMIT })
            }
            Err(error) => Err(error),
        };
        match series {
            Ok(series) => self.link.series = Some(series),
            Err(error) => {
                self.complete = false;
                self.notes.push(LinkNote::SeriesLost { error });
            }
        }
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
fn split_fragment(fragment: &str) -> (Option<Cow<'_, str>>, Vec<(String, String)>) {
    // A second `#` is always somebody else's.
    let fragment = fragment.split('#').next().unwrap_or_default();
    let end = fragment.find(['?', '&']).unwrap_or(fragment.len());
    let (path, rest) = fragment.split_at(end);
    if path.contains('=') {
        return (None, pairs(fragment));
    }
    let name = decoded(path);
    let is_ours = name.starts_with('/') || Lesson::find(&name).is_ok();
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
mod tests {
    use super::*;
    use crate::lessons::airline;
    use crate::share::Precision;

    /// The changed settings that `fragment` and `query` are read as, and the keys of the notes.
    fn read(fragment: &str, query: &str) -> (String, Vec<String>) {
        let (link, notes) = Link::parse(fragment, query);
        let changed = link.form.changed(&link.lesson.all_settings());
        let changed: Vec<_> = changed.into_iter().map(|(key, text)| format!("{key}={text}")).collect();
        (changed.join("&"), notes.iter().map(|note| note.key().replace("notice.link.", "")).collect())
    }

    fn check(fragment: &str, query: &str, changed: &str, notes: &[&str]) {
        let (found, found_notes) = read(fragment, query);
        assert_eq!(found, changed, "{fragment} {query}");
        assert_eq!(found_notes, notes, "{fragment} {query}");
    }

    #[test]
    fn settings_are_read_from_both_ends() {
        check("", "", "", &[]);
        check("#/airline", "", "", &[]);
        check("#/airline?cell=gru&epochs=50&v=1", "", "cell=gru&epochs=50", &[]);
        check("", "?lesson=airline&cell=gru", "cell=gru", &[]);
        check("#/airline?epochs=60", "?cell=gru&epochs=50", "cell=gru&epochs=60", &[]);
        check("#cell=gru", "", "cell=gru", &[]);
        check("airline?cell=gru", "", "cell=gru", &[]);
        check("#/airline/?cell=gru&amp;epochs=50", "", "cell=gru&epochs=50", &[]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        check("#/airline?colour=red&cell=transformer", "", "", &["unknown_key", "unreadable"]);
        check("#/airline?epochs=9999999&epochs=7", "", "epochs=7", &["repeated"]);
        check("#/airline?epochs=99999999999999999999", "", "epochs=100000", &["clamped"]);
        check(
            "#/airline?learning_rate=NaN&momentum=&optimizer=sgd",
            "",
            "optimizer=sgd",
            &["unreadable", "unreadable"],
        );
        check("#/airplane?cell=gru", "", "cell=gru", &["problem"]);
        check("#/airline?cell=gru&v=7", "", "cell=gru", &["problem"]);
        let (_, notes) = Link::parse("#/airline?w=1h2650.abc&v=1", "");
        assert_eq!(notes, [LinkNote::WeightsLost { error: Error::LinkCut { found: 3, expected: 2650 } }]);
    }

    #[test]
    fn what_messengers_do_is_no_matter() {
        check("#/airline?cell=gru&from=singlemessage&isappinstalled=0", "", "cell=gru", &[]);
        check("#/airline?cell=gru&v=1?from=timeline&utm_source=x#wechat_redirect", "", "cell=gru", &[]);
        check("#/airline?cell=gru", "?from=groupmessage&fbclid=1", "cell=gru", &[]);
        check("#/airline&from=timeline", "", "", &[]);
        check("#wechat_redirect", "?cell=gru", "cell=gru", &[]);
        check("#/airline%3Fcell%3Dgru%26epochs%3D50", "", "cell=gru&epochs=50", &[]);
        check("#/airline?cell=gru&v=1。快来看", "", "cell=gru", &[]);
    }

    #[test]
    fn how_the_page_looks_is_read_back() {
        let mut link = Link::new(&airline::LESSON);
        assert_eq!(link.to_fragment(), "#/airline?v=1");
        link.lang = Some(Lang::Zh);
        link.embed = true;
        link.hide = [Panel::Data, Panel::Story].into();
        link.note = Some("看第 5 年 & 100%\n<b>".into());
        let text = link.to_fragment();
        assert!(text.starts_with("#/airline?lang=zh&embed=1&hide=story,data&note=%E7%9C%8B"), "{text}");
        let (again, notes) = Link::parse(&text, "");
        assert_eq!(notes, []);
        assert_eq!((again.note, again.embed, again.present), (link.note, true, false));
        assert_eq!((again.lang, again.hide), (link.lang, link.hide));
    }

    #[test]
    fn weights_travel_with_their_engine_and_their_data() {
        let mut link = Link::new(&airline::LESSON);
        link.weights = weights::pack(&[&[0.5; 1092]], Precision::Half);
        link.made = Some(Engine::Cpu);
        link.series = Some(airline::passengers());
        let (again, notes) = Link::parse(&link.to_fragment(), "");
        assert_eq!(notes, []);
        assert_eq!((&again.weights, again.made, &again.series), (&link.weights, link.made, &link.series));

        // A series that is too long leaves no weights without it, and the receiver learns of it.
        let noise = |index: u64| (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64;
        let values: Vec<f64> = (1..2000).map(noise).collect();
        link.series =
            Some(Series { labels: (1..2000).map(|index: u32| index.to_string()).collect(), values });
        assert_eq!(link.series_payload(), None);
        let (again, notes) = Link::parse(&link.to_fragment(), "");
        assert_eq!(notes, [LinkNote::SeriesLeftOut]);
        assert_eq!((again.weights, again.made, again.series), (None, None, None));
    }

    #[test]
    fn weights_of_another_version_or_without_their_series_are_not_shown() {
        let payload = weights::pack(&[&[0.5; 10]], Precision::Byte).unwrap();
        for fragment in [
            format!("#/airline?w={payload}&v=2"),
            format!("#/airline?data=1t99.abc&w={payload}&v=1"),
            format!("#/airplane?w={payload}&v=1"),
        ] {
            let (link, notes) = Link::parse(&fragment, "");
            assert_eq!((link.weights, notes.len()), (None, 1), "{fragment}");
        }
    }

    #[test]
    fn a_huge_link_is_read_in_part() {
        let many = "&x".repeat(1 << 20);
        let (link, notes) = Link::parse(&format!("#/airline?cell=gru&{many}"), "");
        assert_eq!(link.form.changed(&link.lesson.all_settings()), [("cell", "gru".to_owned())]);
        assert!(matches!(notes[0], LinkNote::Problem { error: Error::TooLarge { .. } }));
        let keys: String = (0..5000).map(|index| format!("k{index}=1&")).collect();
        let (_, notes) = Link::parse(&format!("#/airline?{keys}"), "");
        assert_eq!(notes.len(), NOTES_LIMIT);
        let (link, notes) = Link::parse(&format!("#/airline?note={}", "注".repeat(600)), "");
        assert_eq!(link.note.map(|note| note.chars().count()), Some(NOTE_LIMIT));
        assert_eq!(notes[0].key(), "notice.link.clamped");
    }

    #[test]
    fn a_note_crosses_to_the_page_and_back() {
        let note = LinkNote::WeightsLost { error: Error::LinkCut { found: 3, expected: 9 } };
        let text = serde_json::to_string(&note).unwrap();
        assert_eq!(serde_json::from_str::<LinkNote>(&text).unwrap(), note);
        assert_eq!(note.error().map(Error::key), Some("error.link_cut".into()));
    }
}
