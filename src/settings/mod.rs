//! One declaration per setting, from which everything else follows: the validated config, the link, the control
//! on the page, the difference between two runs, the metadata of a model file.
//!
//! A lesson declares a list of [`Setting`]s. What the user typed or a link carried becomes a [`Form`]: a value for
//! every declared key, each inside its declared bounds. The lesson turns the form into its own typed config.

#[cfg(test)]
mod declarations;
mod form;
mod run;

use std::num::IntErrorKind;

pub use form::{Form, Note};
pub use run::{BACKEND, RUN_SETTINGS, SPEED, WORKERS};

/// One setting: what it is called in links and catalogues, what it may be, and when it matters.
#[derive(Debug)]
pub struct Setting {
    /// The key in links, on the command line and in model files. The page's catalogues hold its label under
    /// `setting.<key>.label` and its glossary entry under `setting.<key>.help`.
    pub key: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The lesson's preset, in the form in which a link writes it.
    pub preset: &'static str,
    /// May it change while a run goes on? If not, a change starts a new run.
    pub live: bool,
    /// The setting means something only when the other setting `.0` has one of the values `.1`.
    pub only_when: Option<(&'static str, &'static [&'static str])>,
    /// Where the control stands on the page.
    pub group: Group,
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
    /// One of these words; the catalogues name each under `setting.<key>.choice.<word>`.
    Choice(&'static [&'static str]),
    /// A whole number from `min` to `max`, both included.
    Integer {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
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
    Integer(i64),
    /// See [`Kind::Real`].
    Real(f64),
    /// See [`Kind::Text`].
    Text(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Choice(word) => f.write_str(word),
            Value::Text(text) => f.write_str(text),
            Value::Integer(number) => number.fmt(f),
            // Rust prints the shortest text that reads back to the same bits, so links lose nothing.
            Value::Real(number) => number.fmt(f),
        }
    }
}

/// Why a text is no value of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Misfit {
    /// Not a number at all, or none of the choices.
    Unreadable,
    /// A number outside the bounds; the nearest value inside them.
    Clamped(Value),
}

impl Kind {
    /// Reads a value as links write it.
    ///
    /// # Errors
    /// [`Misfit::Unreadable`] if the text is no such value, [`Misfit::Clamped`] with the nearest permitted value if
    /// it is a number out of bounds, or with the beginning of a text that is too long.
    pub fn read(&self, text: &str) -> Result<Value, Misfit> {
        let whole = text;
        let text = text.trim();
        match *self {
            Kind::Text { limit } => match whole.char_indices().nth(limit) {
                None => Ok(Value::Text(whole.to_owned())),
                Some((end, _)) => Err(Misfit::Clamped(Value::Text(whole[..end].to_owned()))),
            },
            Kind::Choice(words) => words
                .iter()
                .find(|word| **word == text)
                .map(|word| Value::Choice(word))
                .ok_or(Misfit::Unreadable),
            Kind::Integer { min, max } => {
                let number: i64 = match text.parse::<i64>() {
                    Ok(number) => number,
                    Err(error) => match error.kind() {
                        IntErrorKind::PosOverflow => i64::MAX,
                        IntErrorKind::NegOverflow => i64::MIN,
                        _ => return Err(Misfit::Unreadable),
                    },
                };
                let inside = number.clamp(min, max);
                if inside == number {
                    Ok(Value::Integer(number))
                } else {
                    Err(Misfit::Clamped(Value::Integer(inside)))
                }
            }
            Kind::Real { min, max, .. } => {
                let number: f64 = text.parse().map_err(|_| Misfit::Unreadable)?;
                if number.is_nan() {
                    return Err(Misfit::Unreadable);
                }
                let inside = number.clamp(min, max);
                if inside == number {
                    Ok(Value::Real(number))
                } else {
                    Err(Misfit::Clamped(Value::Real(inside)))
                }
            }
        }
    }
}
