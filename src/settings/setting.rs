//! What is known of a setting without its type.

use std::borrow::Cow;
use std::fmt;
use std::num::IntErrorKind;

use crate::number::{self, Written};

/// One setting: what it is called in links and catalogues, what it may be, and when it matters.
#[derive(Debug)]
pub struct Setting {
    /// The key in links, on the command line and in model files. The page's catalogues hold its label under
    /// `setting.<key>.label` and its glossary entry under `setting.<key>.help`.
    pub key: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The lesson's preset.
    pub preset: Value,
    /// May it change while a run goes on? If not, a change starts a new run.
    pub live: bool,
    /// The setting means something only where this holds.
    pub only_when: Option<Condition>,
    /// Where the control stands on the page.
    pub group: Group,
}

/// Another setting has one of these words; [`Choice::is`](super::Choice::is) makes it.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// The other setting: a choice that has no condition itself.
    pub setting: &'static Setting,
    /// Words of it.
    pub words: &'static [&'static str],
}

/// The panel on the page that holds a setting's control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// What the model is trained on.
    Data,
    /// Which tokens have numbers, and which.
    Vocabulary,
    /// How words get their vectors.
    Vectors,
    /// The network.
    Model,
    /// How it is trained.
    Training,
    /// How a trained model is asked to write; never part of the model.
    Sampling,
    /// How and where the run is computed; never part of the model.
    Run,
}

/// The type and the bounds of a setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// One of these words; the catalogues name each under `setting.<key>.choice.<word>`, or, where it is the id of a lesson,
    /// by that lesson's title.
    Choice(&'static [&'static str]),
    /// A whole number from `min` to `max`, both included.
    Integer {
        /// Smallest value.
        min: u32,
        /// Largest value.
        max: u32,
    },
    /// A real number from `min` to `max`, both included; `ladder` holds the values the control steps through.
    Real {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// Values that the control offers, rising.
        ladder: &'static [f64],
    },
    /// Words of the reader's own.
    Text {
        /// Characters at most.
        limit: usize,
    },
}

/// The value of a setting. Written by `Display` exactly as links and the command line write it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One of the words of [`Kind::Choice`].
    Choice(&'static str),
    /// See [`Kind::Integer`].
    Integer(u32),
    /// See [`Kind::Real`].
    Real(f64),
    /// See [`Kind::Text`].
    Text(Cow<'static, str>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Choice(word) => f.write_str(word),
            Value::Text(text) => f.write_str(text),
            Value::Integer(number) => number.fmt(f),
            // The shortest text that reads back to the same bits, so links lose nothing.
            Value::Real(number) => Written(*number).fmt(f),
        }
    }
}

/// Why a text is no value of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Misfit<T> {
    /// Not a number at all, or none of the choices.
    Unreadable,
    /// A number outside the bounds; the nearest value inside them.
    Clamped(T),
}

impl<T> Misfit<T> {
    fn map<U>(self, to: impl FnOnce(T) -> U) -> Misfit<U> {
        match self {
            Misfit::Unreadable => Misfit::Unreadable,
            Misfit::Clamped(value) => Misfit::Clamped(to(value)),
        }
    }
}

impl Kind {
    /// Reads a value as links write it.
    ///
    /// # Errors
    /// [`Misfit::Unreadable`] if the text is no such value, [`Misfit::Clamped`] with the nearest permitted value if
    /// it is a number out of bounds, or with the beginning of a text that is too long.
    pub fn read(&self, text: &str) -> Result<Value, Misfit<Value>> {
        fn of<T>(read: Result<T, Misfit<T>>, to: impl Fn(T) -> Value) -> Result<Value, Misfit<Value>> {
            read.map(&to).map_err(|misfit| misfit.map(&to))
        }
        match *self {
            Kind::Choice(words) => {
                let word = words.iter().find(|word| **word == text.trim());
                word.map(|word| Value::Choice(word)).ok_or(Misfit::Unreadable)
            }
            Kind::Integer { min, max } => of(whole(min, max, text), Value::Integer),
            Kind::Real { min, max, .. } => of(real(min, max, text), Value::Real),
            Kind::Text { limit } => of(short(limit, text), |text| Value::Text(Cow::Owned(text))),
        }
    }
}

/// A whole number inside bounds.
pub(super) fn whole(min: u32, max: u32, text: &str) -> Result<u32, Misfit<u32>> {
    let number: i64 = match text.trim().parse::<i64>() {
        Ok(number) => number,
        Err(error) => match error.kind() {
            IntErrorKind::PosOverflow => i64::MAX,
            IntErrorKind::NegOverflow => i64::MIN,
            _ => return Err(Misfit::Unreadable),
        },
    };
    match u32::try_from(number) {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(Misfit::Clamped(if number < i64::from(min) { min } else { max })),
    }
}

/// A real number inside bounds.
pub(super) fn real(min: f64, max: f64, text: &str) -> Result<f64, Misfit<f64>> {
    let number = number::read(text.trim()).ok_or(Misfit::Unreadable)?;
    // Not `clamp`: its panic prints numbers as Rust does, tables and all.
    let inside = number.max(min).min(max);
    if inside == number { Ok(number) } else { Err(Misfit::Clamped(inside)) }
}

/// A text of at most `limit` characters.
pub(super) fn short(limit: usize, text: &str) -> Result<String, Misfit<String>> {
    match text.char_indices().nth(limit) {
        None => Ok(text.to_owned()),
        Some((end, _)) => Err(Misfit::Clamped(text[..end].to_owned())),
    }
}
