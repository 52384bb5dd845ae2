//! From a text to the numbers of a language model: cleaned by the rules that the reader sees, cut.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::{
    CorpusFacts, CorpusOptions, Mode, Order, Segmenter, Spaces, TextFacts, Tokenizer, Vocabulary,
    VocabularyConfig,
};
use crate::Error;
use crate::data::{BEGINNING, Corpus, END, Lexicon, PADDING, UNKNOWN, VOCABULARY_LIMIT};

/// The share of Chinese characters from which on a text is cut as Chinese.
const CHINESE: f64 = 0.1;

/// The text without what is not the author's, in the form that the reader asked for.
pub fn cleaned<'t>(text: &'t str, options: &CorpusOptions) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(if options.trim { body(text) } else { text });
    // Before blanks go: an empty line says where a paragraph ends.
    if options.join_lines {
        text = Cow::Owned(joined(&text));
    }
    match options.spaces {
        Spaces::Keep => {}
        Spaces::Squeeze => text = Cow::Owned(squeezed(&text)),
        Spaces::Remove => text = Cow::Owned(without_blanks(&text)),
    }
    if options.lower_case {
        text = Cow::Owned(text.to_lowercase());
    }
    text
}

/// What stands between the lines with which Project Gutenberg frames a book.
fn body(text: &str) -> &str {
    let is_frame = |line: &str, word: &str| {
        let line = line.trim_start_matches(['*', ' ']);
        line.starts_with(word) && line.contains("PROJECT GUTENBERG")
    };
    let place = |word: &str| {
        text.lines().find(|line| is_frame(line, word)).map(|line| {
            let start = line.as_ptr() as usize - text.as_ptr() as usize;
            (start, start + line.len())
        })
    };
    let start = place("START OF").map_or(0, |(_, end)| end);
    let end = place("END OF").map_or(text.len(), |(start, _)| start);
    if start < end { text[start..end].trim() } else { text }
}

/// No blanks at the ends of lines, one between words, one empty line at most.
fn squeezed(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.trim().lines() {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else {
            empty += 1;
            if empty == 1 {
                squeezed.push('\n');
            }
            continue;
        };
        empty = 0;
        squeezed.push_str(first);
        for word in words {
            squeezed.push(' ');
            squeezed.push_str(word);
        }
        squeezed.push('\n');
    }
    squeezed
}

/// No blank anywhere, and no empty line.
fn without_blanks(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        bare.extend(line.split_whitespace());
        bare.push('\n');
    }
    bare
}

/// Lines that follow each other are one paragraph; Chinese goes on without a blank.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            if !joined.is_empty() && !joined.ends_with('\n') {
                joined.push('\n');
            }
            continue;
        }
        let needs_blank = joined.chars().next_back().is_some_and(|last| last != '\n' && !is_wide(last));
        if needs_blank && !line.starts_with(is_wide) {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined.push('\n');
    joined
}

/// A character of Chinese writing, its punctuation included.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// Are the words of this text found in a dictionary, not between blanks?
pub fn is_chinese(text: &str) -> bool {
    let (mut wide, mut all) = (0, 0);
    for c in text.chars().filter(|c| !c.is_whitespace()).take(100_000) {
        wide += usize::from(is_wide(c));
        all += 1;
    }
    wide as f64 > CHINESE * f64::from(all.max(1))
}

/// How `options` have this text cut.
pub fn tokenizer(text: &str, options: &CorpusOptions) -> Tokenizer {
    match options.words {
        false => Tokenizer::Characters,
        true if is_chinese(text) => Tokenizer::Jieba { mode: Mode::Precise, hmm: true },
        true => Tokenizer::Words,
    }
}

/// Cuts and numbers a text that has been [`cleaned`].
///
/// # Errors
/// [`Error::TextTooShort`] where it has no token.
pub fn corpus(
    text: &str,
    options: &CorpusOptions,
    dictionary: Option<&Segmenter>,
) -> Result<(Corpus, CorpusFacts), Error> {
    let tokenizer = tokenizer(text, options);
    let is_blank = |token: &&str| token.trim().is_empty();
    let cut = |piece| -> Vec<&str> { tokenizer.tokens(piece, dictionary) };
    let sentences: Vec<Vec<&str>> = match (options.marks, options.words) {
        (true, _) => text
            .lines()
            .flat_map(|line| line.split_sentence_bounds())
            .map(|sentence| cut(sentence.trim()).into_iter().filter(|token| !is_blank(token)).collect())
            .filter(|sentence: &Vec<&str>| !sentence.is_empty())
            .collect(),
        (false, false) => vec![cut(text)],
        // Words of a running text: a line's end is a word too.
        (false, true) => text
            .lines()
            .map(|line| cut(line).into_iter().filter(|token| !is_blank(token)).chain(["\n"]).collect())
            .collect(),
    };
    let tokens: usize = sentences.iter().map(Vec::len).sum();
    if tokens == 0 {
        return Err(Error::TextTooShort { found: 0, needed: 1 });
    }
    let marks: &[&str] = if options.marks { &[UNKNOWN, PADDING, BEGINNING, END] } else { &[] };
    let numbered = |reserved: &[&str]| {
        let config = VocabularyConfig {
            reserved: reserved.iter().map(|name| (*name).to_owned()).collect(),
            min_freq: options.min_freq,
            max_size: Some(options.max_size.min(VOCABULARY_LIMIT)),
            order: Order::Frequency,
            drop_last: 0,
        };
        Vocabulary::new(sentences.iter().flatten().copied(), &config)
    };
    let mut vocabulary = numbered(marks);
    if !options.marks && vocabulary.unknown() > 0 {
        vocabulary = numbered(&[UNKNOWN]);
    }
    let end = options.marks.then(|| vocabulary.index(END)).flatten();
    let numbers = sentences
        .iter()
        .flat_map(|sentence| vocabulary.encode(sentence.iter().copied()).into_iter().chain(end));
    let names = (0..vocabulary.len()).filter_map(|index| vocabulary.token(index).map(str::to_owned));
    let lexicon = Lexicon {
        tokens: names.collect(),
        is_marked: options.marks,
        is_spaced: tokenizer == Tokenizer::Words,
    };
    let facts = CorpusFacts {
        characters: text.chars().count(),
        tokens,
        sentences: if options.marks { sentences.len() } else { 0 },
        unknown: vocabulary.unknown(),
        written: TextFacts::default(),
    };
    Ok((Corpus::new(lexicon, numbers)?, facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> CorpusOptions {
        CorpusOptions {
            words: false,
            marks: false,
            trim: true,
            join_lines: false,
            lower_case: false,
            spaces: Spaces::Squeeze,
            min_freq: 1,
            max_size: 1000,
        }
    }

    #[test]
    fn each_rule_does_what_it_says() {
        let book = "Title\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n\n  A line\nand  more.\n\n\n\nEnd\n\
                    *** END OF THE PROJECT GUTENBERG EBOOK X ***\nLicence";
        assert_eq!(cleaned(book, &options()), "A line\nand more.\n\nEnd\n");
        let joined = CorpusOptions { join_lines: true, lower_case: true, ..options() };
        assert_eq!(cleaned(book, &joined), "a line and more.\nend\n");
        let bare = CorpusOptions { spaces: Spaces::Remove, ..options() };
        assert_eq!(cleaned("　　他 说：\n\n好。", &bare), "他说：\n好。\n");
        let kept = CorpusOptions { spaces: Spaces::Keep, trim: false, ..options() };
        assert_eq!(cleaned(book, &kept), book);
        let both = CorpusOptions { spaces: Spaces::Remove, ..joined };
        for options in [joined, both] {
            assert_eq!(cleaned("第一行\n　　第二行\n\n三", &options), "第一行第二行\n三\n");
        }
    }

    #[test]
    fn a_running_text_keeps_every_character() {
        let text = "to be\nor not";
        let (corpus, facts) = corpus(text, &options(), None).unwrap();
        let numbers: Vec<usize> = corpus.numbers().into_iter().map(usize::from).collect();
        assert_eq!(corpus.lexicon.join(&numbers), text);
        assert_eq!((facts.tokens, facts.characters, corpus.lexicon.unknown()), (12, 12, None));
    }

    #[test]
    fn rare_characters_share_a_number() {
        let few = CorpusOptions { min_freq: 2, ..options() };
        let (corpus, facts) = corpus("aabbc", &few, None).unwrap();
        assert_eq!(*corpus.lexicon.tokens, ["<unk>", "a", "b"]);
        assert_eq!((corpus.numbers(), facts.unknown), (vec![1, 1, 2, 2, 0], 1));
    }

    #[test]
    fn sentences_end_with_a_mark() {
        let marked = CorpusOptions { words: true, marks: true, ..options() };
        let (corpus, facts) = corpus("He came. \"No!\" she said.\nThey left", &marked, None).unwrap();
        let numbers: Vec<usize> = corpus.numbers().into_iter().map(usize::from).collect();
        let words: Vec<&str> = numbers.iter().map(|&n| corpus.lexicon.tokens[n].as_str()).collect();
        let ends = words.iter().filter(|word| **word == END).count();
        assert_eq!((facts.sentences, ends, words.last()), (ends, ends, Some(&END)));
        assert!(ends >= 3 && words.starts_with(&["He", "came", ".", END]), "{words:?}");
        assert!(corpus_fails(""));
    }

    fn corpus_fails(text: &str) -> bool {
        corpus(text, &options(), None) == Err(Error::TextTooShort { found: 0, needed: 1 })
    }
}
