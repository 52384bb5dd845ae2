//! What the command line asks to be trained.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lexopt::{Arg, Parser};
use unroll::data::table::{Offer, Question, Told, Topic};
use unroll::data::{Corpus, Data, kinds};
use unroll::lesson::Lesson;
use unroll::lessons;
use unroll::protocol::Job;
use unroll::settings::{Form, Note};
use unroll::text::{Choices, CorpusOptions, Decoded, Segmenter, Source, long_text, reader};

use super::{Refusal, USAGE, wrong};

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
                    table_choice(&word).ok_or_else(|| wrong(&format!("--read {word}: unknown")))?;
                choices.table = choices.table.with(topic, answer);
            }
            Arg::Long("model") => model = Some(parser.value().map_err(|error| wrong(&error))?.into()),
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
            job.corpus = Some(Arc::new(corpus(&options, &path)?));
        }
        (Some(_), None) => return Err(wrong(&format!("{} needs a text: --data FILE", lesson.id))),
        (None, Some(path)) => job.data = Some(data(lesson, &path, &choices)?),
        (None, None) => {}
    }
    Ok(Asked { job, model })
}

/// Reads a long text, and cleans, cuts and numbers it.
fn corpus(options: &CorpusOptions, path: &Path) -> Result<Corpus, Refusal> {
    let numbered = |source| {
        let Decoded { text, .. } = reader::decoded(&kinds::LONG_TEXT, source, &Choices::default())?;
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
    let data = read.outcome.map_err(|error| about(path, &error))?;
    let table = read.table.unwrap_or_default();
    for told in &table.told {
        eprintln!("unroll: {}", about_table(told));
    }
    match table.questions.iter().find(|question| !question.is_answered) {
        Some(question) => Err(about(path, &asked(question))),
        None => Ok(data),
    }
}

/// An answer to a question about a table: `column=5`, `decimal=comma`.
fn table_choice(word: &str) -> Option<(Topic, u32)> {
    let (topic, answer) = word.split_once('=')?;
    let topic = Topic::ALL.into_iter().find(|own| own.name() == topic)?;
    let named = topic.answers().iter().position(|own| *own == answer);
    let answer = match named {
        Some(place) => u32::try_from(place).ok()?,
        None if topic.answers().is_empty() => answer.parse().ok()?,
        None => return None,
    };
    Some((topic, answer))
}

/// What was left out of a table, or done with it.
fn about_table(told: &Told) -> String {
    let name = told.what.name().replace('_', " ");
    match told.row {
        0 => format!("table: {name}"),
        row => format!("table: {name}: rows {row} to {} \"{}\"", told.last, told.text),
    }
}

/// A question about a table, and how to answer it.
fn asked(question: &Question) -> String {
    let topic = question.topic;
    let offer = |offer: &Offer| {
        let answer =
            topic.answers().get(offer.answer as usize).map_or(offer.answer.to_string(), ToString::to_string);
        format!("\n  --read {}={answer}  {} {}", topic.name(), offer.name, offer.examples.join("; "))
    };
    format!(
        "the table can be read in more than one way:{}",
        question.offers.iter().map(offer).collect::<String>()
    )
}

fn source(path: &Path) -> Result<Source, Refusal> {
    let bytes = std::fs::read(path).map_err(|error| about(path, &error))?;
    Ok(Source::File { bytes })
}

fn about(path: &Path, error: &dyn std::fmt::Display) -> Refusal {
    wrong(&format!("{}: {error}", path.display()))
}
