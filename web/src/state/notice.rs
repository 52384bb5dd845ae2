//! What is said to the reader.

use unroll::Error;
use unroll::error::OUT_OF_REACH;
use unroll::settings::{BACKEND, Note};

use super::{Msg, State};

/// What is said of a setting that the reader's own hand has changed: it stands at its control.
const BY_HAND: &str = "notice.setting.";
/// What is said of a link.
const OF_LINK: [&str; 2] = ["notice.link.", "error.link_"];
/// What is said of a model file: why it was refused, or what was found in it.
const OF_MODEL: [&str; 2] = ["error.model_", "notice.model."];
/// What is said of a run. The next one, or other settings for it, are the answer.
const OF_RUN: [&str; 8] = [
    "error.diverged",
    "error.engine_",
    "error.series_too_short",
    "error.text_",
    "error.too_large",
    "error.constant_series",
    "notice.engine_restarted",
    "notice.new_run",
];

/// Something said to the reader, above the figures or at a control, until dismissed or mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The catalogue key of the sentence; at most one notice of a kind stands at a time, or one for each setting.
    pub key: String,
    /// The sentence's arguments.
    pub args: Vec<(&'static str, String)>,
    /// Does it say that something went wrong?
    pub grave: bool,
}

impl Notice {
    /// A quiet notice.
    pub fn new<const N: usize>(key: &str, args: [(&'static str, String); N]) -> Self {
        Notice { key: key.to_owned(), args: args.into(), grave: false }
    }

    /// The browser would not keep something: `<key>_full` where it has no room, `<key>_refused` for what it said else.
    pub fn not_kept(key: &str, reason: String) -> Self {
        match reason.contains("Quota") {
            true => Notice::new(&format!("{key}_full"), []),
            false => Notice::new(&format!("{key}_refused"), [("reason", reason)]),
        }
    }

    /// Does it say that something could not be fetched, which may be there the next time?
    pub fn is_out_of_reach(&self) -> bool {
        self.key.strip_prefix("error.").is_some_and(|name| OUT_OF_REACH.contains(&name))
    }
}

impl Notice {
    /// A setting that was changed by hand was not taken as it was written; `stands` is its value now.
    pub(super) fn by_hand(note: Note, stands: String) -> Self {
        let (word, args) = match note {
            Note::UnknownKey { key } => ("unreadable", vec![("text", key.clone()), ("key", key)]),
            Note::Unreadable { key, text } => ("unreadable", vec![("text", text), ("key", key)]),
            Note::Clamped { key, text, .. } => ("clamped", vec![("text", text), ("key", key)]),
        };
        let args = args.into_iter().chain([("used", stands)]).collect();
        Notice { key: format!("{BY_HAND}{word}"), args, grave: true }
    }

    /// The setting that it is about, if it is about one.
    pub fn setting(&self) -> Option<&str> {
        self.args.iter().find(|(name, _)| *name == "key").map(|(_, key)| key.as_str())
    }

    /// Does it stand at the control of its setting?
    pub fn is_by_hand(&self) -> bool {
        self.key.starts_with(BY_HAND)
    }

    /// Does what it says take the place of what `other` says?
    fn replaces(&self, other: &Notice) -> bool {
        let new_run = |notice: &Notice| notice.key == "notice.new_run";
        match (new_run(self), new_run(other)) {
            (true, true) => true,
            (false, false) if self.setting().is_some() => self.setting() == other.setting(),
            (false, false) => {
                let of = |notice: &Notice, start: &str| notice.key.starts_with(start);
                // What was said of the last model file was said of another one.
                let of_model = of(other, OF_MODEL[0]) && (of(self, OF_MODEL[0]) || of(self, OF_MODEL[1]))
                    || of(other, OF_MODEL[1]) && of(self, OF_MODEL[0]);
                self.key == other.key || of_model
            }
            _ => false,
        }
    }
}

impl State {
    /// Says something to the reader, in the place of what was said of the same before.
    pub(super) fn notify(&mut self, notice: Notice) {
        self.notices.retain(|standing| !notice.replaces(standing));
        self.notices.push(notice);
    }

    /// The reader has read it.
    pub(super) fn dismiss(&mut self, key: &str) {
        self.notices.retain(|notice| notice.key != key);
    }

    /// Takes back what this message mends, before it is carried out: what is still amiss is said again.
    pub(super) fn mend(&mut self, msg: &Msg) {
        let begins = |key: &str, of: &[&str]| of.iter().any(|start| key.starts_with(start));
        self.notices.retain(|notice| match msg {
            Msg::PlayPause
            | Msg::Step
            | Msg::Reset
            | Msg::Compare
            | Msg::Gentler
            | Msg::Preset(_)
            | Msg::OpenSettings(_)
            | Msg::UseData(_) => !begins(&notice.key, &OF_RUN),
            Msg::Set { key, .. } => {
                let of_backend = *key == BACKEND.setting.key && notice.key == "notice.webgpu_unavailable";
                let of_setting = notice.setting() == Some(*key) && notice.key != "notice.new_run";
                !of_backend && !of_setting
            }
            Msg::Address { .. } => !begins(&notice.key, &OF_LINK),
            _ => true,
        });
    }
}

impl From<&Error> for Notice {
    fn from(error: &Error) -> Self {
        Notice { key: error.key(), args: error.fields(), grave: true }
    }
}
