//! How well a file reads in an encoding: the bits that it takes to say what is read, a bad place included.
//!
//! chardetng, which browsers ask, gives an encoding up at its first bad byte, for a page is either in it or not. A book may
//! have lost a byte, have been cut inside a character, or have a line of another file at its end; so here a bad place
//! costs, and what counts is the whole. A frequent character costs little, a rare one much, and so does one that does not
//! stand beside what comes before it: a Chinese character in the middle of a Latin word, a capital after a small letter. The
//! reading that costs least is the one that explains the bytes best (minimum description length). Which Chinese characters
//! are frequent is what the standards say: GB 2312 and Big5 have them in a level of their own, JIS X 0208 has the Japanese
//! ones so, and KS X 1001 the syllables of Korean.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use encoding_rs::{BIG5, DecoderResult, EUC_KR, Encoding, GBK, SHIFT_JIS};

use super::Charset;

/// Tenths of a bit for what does not begin with the mark of its encoding: a file that begins with one by chance is rare.
const UNMARKED: u64 = 400;
/// Tenths of a bit for a place where bytes mean nothing.
pub const BAD_PLACE: u64 = 260;

/// Chinese characters that GB 2312 has on its first level: the frequent ones of simplified Chinese.
const GB: u8 = 1;
/// Those that Big5 has on its first level: of traditional Chinese.
const TRADITIONAL: u8 = 2;
/// Those that JIS X 0208 has on its first level: of Japanese.
const JAPANESE: u8 = 4;
/// Those of a second level.
const RARE: u8 = 8;

/// What kind of character it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Lower,
    Upper,
    Digit,
    Sign,
    /// A Chinese character, and where it is frequent.
    Han(u8),
    /// Punctuation of Chinese and Japanese, and full-width forms.
    Wide,
    Kana,
    NarrowKana,
    Hangul,
    RareHangul,
    /// A small letter of Western Europe.
    Western,
    /// A small letter of Latin beyond that.
    Latin,
    LatinUpper,
    /// Curly quotes, dashes, an ellipsis.
    Quote,
    /// A sign of Latin-1.
    LatinSign,
    Cyrillic,
    CyrillicUpper,
    /// A letter of Greek, Hebrew or Arabic.
    Greek,
    Other,
    Control,
    /// For private use, or no character.
    Stray,
}

/// What kind of text an encoding is for: a column of the table of costs.
#[derive(Debug, Clone, Copy)]
enum Script {
    Any,
    Simplified,
    Traditional,
    Latin,
    Cyrillic,
    Japanese,
    Korean,
}

impl Class {
    /// What a character of this class costs in a text of that kind, in tenths of a bit: about the logarithm of how many
    /// there are of the class, and of how often one of the class is met.
    fn cost(self, script: Script) -> u16 {
        let row = match self {
            Class::Blank => return 25,
            Class::Lower | Class::Digit => return 43,
            Class::Upper => return 60,
            Class::Sign => return 50,
            Class::Han(levels) => return han(levels, script),
            //                  any  simp trad lat  cyr  jap  kor
            Class::Wide => [70, 70, 70, 200, 200, 70, 80],
            Class::Kana => [75, 130, 140, 200, 200, 65, 130],
            Class::NarrowKana => [160, 200, 200, 200, 200, 110, 200],
            Class::Hangul => [85, 200, 200, 200, 200, 200, 88],
            Class::RareHangul => [160, 200, 200, 200, 200, 200, 160],
            Class::Western => [65, 120, 120, 60, 120, 140, 140],
            Class::Latin => [80, 140, 140, 68, 140, 140, 140],
            Class::LatinUpper => [90, 140, 140, 85, 140, 140, 140],
            Class::Quote => [70, 80, 80, 65, 70, 80, 80],
            Class::LatinSign => [110, 120, 120, 110, 110, 120, 120],
            Class::Cyrillic => [60, 130, 130, 130, 52, 130, 130],
            Class::CyrillicUpper => [85, 130, 130, 130, 80, 130, 130],
            Class::Greek => [70, 130, 130, 130, 130, 130, 130],
            Class::Other => return 160,
            Class::Control => return 170,
            Class::Stray => return 240,
        };
        row[script as usize]
    }
}

/// What a Chinese character costs that is frequent where `levels` say.
fn han(levels: u8, script: Script) -> u16 {
    let on = |level: u8| levels & level != 0;
    match script {
        Script::Any if on(GB) => 93,
        Script::Any if on(TRADITIONAL) => 97,
        Script::Any if on(JAPANESE) => 120,
        Script::Simplified if on(GB) => 90,
        Script::Simplified if on(TRADITIONAL) => 115,
        Script::Traditional if on(TRADITIONAL) => 95,
        Script::Japanese if on(JAPANESE) => 100,
        Script::Latin | Script::Cyrillic => 240,
        Script::Korean if on(TRADITIONAL) => 150,
        _ if levels != 0 => 165,
        _ => 200,
    }
}

impl Charset {
    /// The texts that come in it, and what it takes to say that a file is in it, in tenths of a bit.
    fn prior(self) -> (Script, u64) {
        match self {
            Charset::Utf8 => (Script::Any, 0),
            Charset::Utf16Le | Charset::Utf16Be => (Script::Any, 150),
            Charset::Gb18030 => (Script::Simplified, 20),
            Charset::Big5 => (Script::Traditional, 60),
            Charset::Windows1252 => (Script::Latin, 40),
            Charset::Windows1250 => (Script::Latin, 160),
            Charset::Windows1251 => (Script::Cyrillic, 50),
            Charset::ShiftJis => (Script::Japanese, 80),
            Charset::EucKr => (Script::Korean, 140),
        }
    }
}

/// What it takes to say that these pieces of a file are in this encoding, and what they then say, in tenths of a bit.
pub fn cost(pieces: &[&[u8]], charset: Charset, encoding: &'static Encoding, is_marked: bool) -> u64 {
    let (script, prior) = charset.prior();
    let mut total = if is_marked { prior } else { prior + UNMARKED };
    let classes = classes();
    let is_wide = matches!(charset, Charset::Utf16Le | Charset::Utf16Be);
    let mut text = String::with_capacity(CHUNK);
    for piece in pieces {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut rest = *piece;
        let mut line = Line::default();
        loop {
            text.clear();
            // Never told that this is the end: half a character there is where the piece was cut.
            let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, false);
            rest = &rest[read..];
            for c in text.chars() {
                let class = classes.get(c as usize).copied().unwrap_or_else(|| beyond(c));
                line.cost += u64::from(class.cost(script)) + u64::from(beside(line.before, class));
                // Two small bytes are a rare letter.
                if is_wide
                    && !is_marked
                    && matches!(class, Class::Latin | Class::LatinUpper | Class::Other | Class::Control)
                {
                    line.cost += 160;
                }
                line.bytes += charset.width(c, class);
                line.before = class;
                if c == '\n' {
                    total += std::mem::take(&mut line).total();
                }
            }
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bytes, _) => {
                    line.cost += BAD_PLACE;
                    line.bytes += u64::from(bytes);
                    line.before = Class::Blank;
                }
            }
        }
        total += line.total();
        if is_wide && piece.len() % 2 == 1 {
            total += BAD_PLACE;
        }
    }
    // French is all letters in the encoding of Central Europe too, where a line of another file costs less. Polish is not in
    // the Western one, by far.
    if charset == Charset::Windows1250 { total + total / 16 } else { total }
}

/// What these units of UTF-16 cost, in tenths of a bit.
pub fn cost_of_units(units: impl Iterator<Item = u16>) -> u64 {
    let classes = classes();
    let mut before = Class::Blank;
    let cost = |unit: u16| {
        let class = classes[usize::from(unit)];
        let cost = class.cost(Script::Any) + beside(before, class);
        before = class;
        u64::from(cost)
    };
    units.map(cost).sum()
}

/// What has been read of a line.
struct Line {
    cost: u64,
    bytes: u64,
    before: Class,
}

impl Default for Line {
    fn default() -> Self {
        Line { cost: 0, bytes: 0, before: Class::Blank }
    }
}

impl Line {
    /// What the line costs; not more than to say that it comes from elsewhere. So one such line does not weigh more than
    /// many that read well.
    fn total(self) -> u64 {
        /// Tenths of a bit for a line that comes from elsewhere, and for each of its bytes.
        const ELSEWHERE: (u64, u64) = (600, 60);
        self.cost.min(ELSEWHERE.0 + ELSEWHERE.1 * self.bytes)
    }
}

/// Bytes that are decoded at once.
const CHUNK: usize = 16 * 1024;

impl Charset {
    /// Bytes that a character has.
    fn width(self, c: char, class: Class) -> u64 {
        match self {
            Charset::Utf8 => c.len_utf8() as u64,
            Charset::Utf16Le | Charset::Utf16Be => 2 * c.len_utf16() as u64,
            Charset::Windows1252 | Charset::Windows1250 | Charset::Windows1251 => 1,
            _ if c.is_ascii() || class == Class::NarrowKana => 1,
            Charset::Gb18030 | Charset::Big5 | Charset::ShiftJis | Charset::EucKr => 2,
        }
    }
}

/// What it takes beyond its own cost that a character stands after one of another class, in tenths of a bit.
fn beside(before: Class, class: Class) -> u16 {
    use Class::{
        Blank, Cyrillic, CyrillicUpper, Digit, Han, Hangul, Kana, Latin, LatinSign, LatinUpper, Lower,
        NarrowKana, Quote, RareHangul, Sign, Upper, Western, Wide,
    };
    match (before, class) {
        (Lower | Upper, Han(_)) | (Han(_), Lower | Upper) => 40,
        (Blank | Sign, Han(_)) => 15,
        (Han(_), Blank | Sign) => 10,
        (Hangul | RareHangul, Han(_)) | (Han(_), Hangul | RareHangul) => 60,
        (Lower | Upper, Western | Latin) => 0,
        (Blank | Sign | Quote | LatinUpper, Western | Latin) => 12,
        (Western | Latin, Western | Latin) => 15,
        (_, Western | Latin) => 60,
        (Blank | Sign | Quote | Upper, LatinUpper) => 10,
        (LatinUpper, LatinUpper) => 30,
        (_, LatinUpper) => 70,
        (Western | Latin | LatinUpper, Upper | Digit) => 60,
        (LatinSign, LatinSign) => 50,
        (Western | Latin | LatinUpper, LatinSign) | (LatinSign, Lower | Upper) => 50,
        (Lower | Upper, LatinSign) => 40,
        (LatinSign | LatinUpper, Quote) => 40,
        (Quote, Quote) => 20,
        (Cyrillic, Cyrillic) | (CyrillicUpper | Blank | Sign | Quote | Wide, Cyrillic) => 0,
        (_, Cyrillic) => 55,
        (Cyrillic, CyrillicUpper) => 80,
        (CyrillicUpper, CyrillicUpper) => 20,
        (Blank | Sign | Quote | Wide, CyrillicUpper) => 0,
        (_, CyrillicUpper) => 60,
        (Cyrillic | CyrillicUpper, Lower | Upper) => 50,
        (Lower | Upper, Kana | Hangul | RareHangul) | (Hangul | RareHangul, Lower | Upper) => 40,
        (Han(_) | Kana, NarrowKana) => 50,
        _ => 0,
    }
}

/// The class of every character of the first plane.
fn classes() -> &'static [Class] {
    static CLASSES: OnceLock<Vec<Class>> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let class = |code| char::from_u32(code).map_or(Class::Stray, plain);
        let mut classes: Vec<Class> = (0..=0xffff).map(class).collect();
        for (encoding, leads, trails, level) in LEVELS {
            for pair in leads.flat_map(|lead| trails.clone().map(move |trail| [lead, trail])) {
                let (text, is_bad) = encoding.decode_without_bom_handling(&pair);
                let mut characters = text.chars();
                if let (false, Some(c), None) = (is_bad, characters.next(), characters.next())
                    && let Some(class) = classes.get_mut(c as usize)
                {
                    match class {
                        Class::Han(levels) => *levels |= level,
                        Class::RareHangul => *class = Class::Hangul,
                        _ => {}
                    }
                }
            }
        }
        classes
    })
}

/// Where the standards have the characters that are frequent: first bytes, second bytes.
const LEVELS: [(&Encoding, RangeInclusive<u8>, RangeInclusive<u8>, u8); 6] = [
    (GBK, 0xb0..=0xd7, 0xa1..=0xfe, GB),
    (GBK, 0xd8..=0xf7, 0xa1..=0xfe, RARE),
    (BIG5, 0xa4..=0xc6, 0x40..=0xfe, TRADITIONAL),
    (BIG5, 0xc9..=0xf9, 0x40..=0xfe, RARE),
    (SHIFT_JIS, 0x88..=0x98, 0x40..=0xfc, JAPANESE),
    (EUC_KR, 0xb0..=0xc8, 0xa1..=0xfe, 0),
];

/// The class of a character, without what the standards say of it.
fn plain(c: char) -> Class {
    match c {
        ' ' | '\t' | '\n' | '\r' => Class::Blank,
        'a'..='z' => Class::Lower,
        'A'..='Z' => Class::Upper,
        '0'..='9' => Class::Digit,
        '!'..='~' => Class::Sign,
        '\0'..='\u{9f}' => Class::Control,
        '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' => Class::Stray,
        '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{ff}' | 'œ' => Class::Western,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' | 'Œ' | 'Š' | 'Ž' | 'Ÿ' => Class::LatinUpper,
        '\u{100}'..='\u{24f}' if c.is_uppercase() => Class::LatinUpper,
        '\u{100}'..='\u{24f}' => Class::Latin,
        '«' | '»' | '°' | '·' | '\u{a0}' | '€' | '\u{2010}'..='\u{201f}' | '•' | '…' => {
            Class::Quote
        }
        '\u{a0}'..='\u{bf}' | '×' | '÷' => Class::LatinSign,
        'А'..='Я' | 'Ё' => Class::CyrillicUpper,
        'а'..='я' | 'ё' => Class::Cyrillic,
        '\u{386}'..='\u{3ce}' | '\u{5d0}'..='\u{6d3}' => Class::Greek,
        '\u{3000}'..='\u{3020}' | '\u{ff01}'..='\u{ff5e}' | '￥' => Class::Wide,
        '\u{3041}'..='\u{30fe}' => Class::Kana,
        '\u{ff61}'..='\u{ff9f}' => Class::NarrowKana,
        '\u{ac00}'..='\u{d7a3}' => Class::RareHangul,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' => Class::Han(0),
        _ => Class::Other,
    }
}

/// The class of a character beyond the first plane.
fn beyond(c: char) -> Class {
    if matches!(c, '\u{20000}'..='\u{3ffff}') { Class::Han(0) } else { Class::Other }
}
