//! `unroll tokenize`: the tokens of each line.

use std::io::{BufRead, BufWriter, Write};
use std::path::PathBuf;

use lexopt::{Arg, Parser};
use unroll::text::{Decoded, Doubt, DoubtfulLine, Mode, Segmenter, Tokenizer, UserWord};

use super::{Refusal, USAGE, wrong};

/// What is asked for after the command's name.
struct Options {
    tokenizer: Tokenizer,
    user_words: Vec<UserWord>,
}

/// Reads lines from the standard input and prints a JSON array of tokens for each.
pub fn tokenize(parser: &mut Parser) -> Result<(), Refusal> {
    let Options { tokenizer, user_words } = options(parser)?;
    let segmenter = tokenizer.needs_dictionary().then(|| {
        let mut segmenter = Segmenter::with_default_dictionary();
        user_words.iter().for_each(|word| segmenter.add(word));
        segmenter
    });
    let mut input = std::io::stdin().lock();
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut line = Vec::new();
    for row in 1.. {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|error| wrong(&error))? == 0 {
            break;
        }
        let text = std::str::from_utf8(&line).map_err(|error| wrong(&format!("row {row}: {error}")))?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let tokens = tokenizer.tokens(text, segmenter.as_ref());
        let written = serde_json::to_writer(&mut output, &tokens).map_err(Into::into);
        written.and_then(|()| writeln!(output)).map_err(|error: std::io::Error| wrong(&error))?;
    }
    output.flush().map_err(|error| wrong(&error))
}

fn options(parser: &mut Parser) -> Result<Options, Refusal> {
    let (mut mode, mut hmm, mut user_dict) = (String::from("precise"), true, None);
    while let Some(argument) = parser.next().map_err(|error| wrong(&error))? {
        match argument {
            Arg::Long("mode") => {
                mode = parser.value().map_err(|error| wrong(&error))?.to_string_lossy().into_owned();
            }
            Arg::Long("no-hmm") => hmm = false,
            Arg::Long("user-dict") => {
                user_dict = Some(PathBuf::from(parser.value().map_err(|error| wrong(&error))?));
            }
            Arg::Short('h') | Arg::Long("help") => return Err(Refusal(USAGE.into(), 0)),
            other => return Err(wrong(&other.unexpected())),
        }
    }
    let tokenizer = match &*mode {
        "precise" => Tokenizer::Jieba { mode: Mode::Precise, hmm },
        "full" => Tokenizer::Jieba { mode: Mode::Full, hmm },
        "search" => Tokenizer::Jieba { mode: Mode::Search, hmm },
        "char" => Tokenizer::Characters,
        other => return Err(wrong(&format!("--mode: \"{other}\" is none of precise, full, search, char"))),
    };
    let user_words = match user_dict {
        Some(path) => {
            let about = |error: &dyn std::fmt::Display| wrong(&format!("{}: {error}", path.display()));
            let bytes = std::fs::read(&path).map_err(|error| about(&error))?;
            let text = Decoded::read(&bytes, None).map_err(|error| about(&error))?.text;
            let (words, doubtful) = UserWord::parse(&text);
            for DoubtfulLine { row, text, doubt } in doubtful {
                eprintln!("{}: row {row}: \"{text}\": {}", path.display(), said(doubt));
            }
            words
        }
        None => Vec::new(),
    };
    Ok(Options { tokenizer, user_words })
}

/// What is wrong with a line of a user's dictionary.
fn said(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Frequency => "the frequency is no whole number, so all of it is the word",
        Doubt::TooLarge => "the frequency is too large, and read as 2^64",
        Doubt::Order => "the part of speech must come after the frequency",
        Doubt::NoWord => "a part of speech and a frequency, but no word",
        Doubt::Blank => "text is cut at blanks, so this word is never found",
    }
}
