//! What the command line asks to be trained.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lexopt::{Arg, Parser};
use unroll::data::{Corpus, Data, kinds};
use unroll::lesson::Lesson;
use unroll::lessons;
use unroll::protocol::Job;
use unroll::settings::{Form, Note};
use unroll::text::{
    Charset, Choices, CorpusOptions, Decoded, Place, Segmenter, Source, TextFacts, long_text, reader,
};

use super::{Refusal, USAGE, table, wrong};

/// What the command line asks for.
pub struct Asked {
    /// What is to be trained.
    pub job: Job,
    /// Where the trained model is to be kept.
    pub model: Option<PathBuf>,
}

/// Reads it.
pub fn read(parser: &mut Parser) -> Result<Asked, Refusal> {
    let mut words = Vec::new();
    let mut file: Option<PathBuf> = None;
    let mut model: Option<PathBuf> = None;
    let mut choices = Choices::default();
    while let Some(argument) = parser.next().map_err(|error| wrong(&error))? {
        match argument {
            Arg::Value(word) => words.push(word.to_string_lossy().into_owned()),
            Arg::Long("data") => file = Some(parser.value().map_err(|error| wrong(&error))?.into()),
            Arg::Long("read") => {
                let word = parser.value().map_err(|error| wrong(&error))?.to_string_lossy().into_owned();
                let (topic, answer) =
                    table::answer(&word).ok_or_else(|| wrong(&format!("--read {word}: unknown")))?;
                choices.table = choices.table.with(topic, answer);
            }
            Arg::Long("model") => model = Some(parser.value().map_err(|error| wrong(&error))?.into()),
            Arg::Long("encoding") => {
                let label = parser.value().map_err(|error| wrong(&error))?.to_string_lossy().into_owned();
                choices.charset = Some(Charset::find(&label.to_ascii_lowercase()).ok_or_else(|| {
                    let known = Charset::ALL.map(Charset::label).join(", ");
                    wrong(&format!("--encoding: \"{label}\" is none of {known}"))
                })?);
            }
            Arg::Short('h') | Arg::Long("help") => return Err(Refusal(USAGE.into(), 0)),
            other => return Err(wrong(&other.unexpected())),
        }
    }
    let [lesson, pairs @ ..] = &words[..] else { return Err(wrong(&USAGE)) };
    let lesson = lessons::find(lesson).map_err(|error| wrong(&error))?;
    let mut split = Vec::new();
    for pair in pairs {
        split.push(pair.split_once('=').ok_or_else(|| wrong(&format!("\"{pair}\" is not key=value")))?);
    }
    let (form, notes) = Form::read(&lesson.all_settings(), split);
    if let Some(note) = notes.first() {
        return Err(wrong(&match note {
            Note::UnknownKey { key } => format!("{}: there is no setting \"{key}\"", lesson.id),
            Note::Unreadable { key, text } => format!("{key}: \"{text}\" is no value of this setting"),
            Note::Clamped { key, text, used } => {
                format!("{key}: {text} is out of bounds; the nearest value is {used}")
            }
        }));
    }
    let mut job = Job { lesson: lesson.id.into(), form, data: None, corpus: None };
    match (&lesson.long_text, file) {
        (Some(long_text), Some(path)) => {
            let options = (long_text.options)(&job.form);
            job.corpus = Some(Arc::new(corpus(&options, &path, &choices)?));
        }
        (Some(_), None) => return Err(wrong(&format!("{} needs a text: --data FILE", lesson.id))),
        (None, Some(path)) => job.data = Some(data(lesson, &path, &choices)?),
        (None, None) => {}
    }
    Ok(Asked { job, model })
}

/// Reads a long text, and cleans, cuts and numbers it.
fn corpus(options: &CorpusOptions, path: &Path, choices: &Choices) -> Result<Corpus, Refusal> {
    let numbered = |source| {
        let Decoded { text, facts } = reader::decoded(&kinds::LONG_TEXT, source, choices)?;
        say(path, &facts);
        let text = long_text::cleaned(&text, options);
        let needs = long_text::tokenizer(&text, options).needs_dictionary();
        let dictionary = needs.then(Segmenter::with_default_dictionary);
        long_text::corpus(&text, options, dictionary.as_ref())
    };
    let (corpus, _) = numbered(source(path)?).map_err(|error| about(path, &error))?;
    Ok(corpus)
}

/// Reads the user's own data, of the kind that the lesson takes.
fn data(lesson: &Lesson, path: &Path, choices: &Choices) -> Result<Data, Refusal> {
    let kind = lesson.takes.filter(|kind| kind.form().is_some());
    let kind = kind.ok_or_else(|| wrong(&format!("{} takes no such data", lesson.id)))?;
    let read = reader::data(kind, source(path)?, choices, None, None);
    read.facts.iter().for_each(|facts| say(path, facts));
    let data = read.outcome.map_err(|error| about(path, &error))?;
    table::settled(&read.table.unwrap_or_default()).map_err(|question| about(path, &question))?;
    Ok(data)
}

/// Says how a file was read, where it may have been meant otherwise, and what of it was left out.
fn say(path: &Path, facts: &TextFacts) {
    let path = path.display();
    if let Some(charset) = facts.charset.filter(|_| facts.is_doubtful()) {
        eprintln!("{path}: read as {}; --encoding names another one", charset.label());
    }
    if let Some(Place { line, around }) = &facts.first_ill_formed {
        eprintln!(
            "{path}: {} places mean nothing in it, the first in line {line}: {around}",
            facts.ill_formed
        );
    }
    if facts.left_out > 0 {
        eprintln!("{path}: {} control and invisible characters left out", facts.left_out);
    }
}

fn source(path: &Path) -> Result<Source, Refusal> {
    let bytes = std::fs::read(path).map_err(|error| about(path, &error))?;
    Ok(Source::File { bytes })
}

fn about(path: &Path, error: &dyn std::fmt::Display) -> Refusal {
    wrong(&format!("{}: {error}", path.display()))
}
