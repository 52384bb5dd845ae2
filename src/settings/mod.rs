//! One declaration per setting, from which everything else follows: the validated config, the link, the control
//! on the page, the difference between two runs, the metadata of a model file.
//!
//! A lesson declares its settings as statics: a [`Choice`], an [`Integer`], a [`Real`] or a [`Text`], each of which
//! reads its value from a [`Form`] with its type. The [`Setting`] inside is what all of them have in common: the page,
//! links and the command line walk over a lesson's list of those. What the user typed or a link carried becomes a form,
//! a value for every declared key, each inside its declared bounds; the lesson turns the form into its own typed
//! config.
//!
//! ```
//! use unroll::settings::{Choice, Form, Group, Integer, Note, declare, table};
//!
//! #[derive(Debug, Clone, Copy, PartialEq)]
//! enum Cell { Lstm, Rnn }
//!
//! static CELL: Choice<Cell> =
//!     declare(Group::Model, "cell").choice("lstm", &table([("lstm", Cell::Lstm), ("rnn", Cell::Rnn)]));
//! static LAYERS: Integer =
//!     declare(Group::Model, "num_layers").only_when(CELL.is(&["lstm"])).integer(1, 1..=4);
//!
//! let settings = [&CELL.setting, &LAYERS.setting];
//! let (form, notes) = Form::read(&settings, [("cell", "rnn"), ("num_layers", "9")]);
//! assert_eq!((CELL.read(&form), LAYERS.read(&form)), (Cell::Rnn, 4));
//! assert!(matches!(&notes[..], [Note::Clamped { .. }]));
//! // Layers mean nothing to this cell, so that a link need not name them.
//! assert_eq!(form.changed(&settings), [("cell", "rnn".to_owned())]);
//! ```

#[cfg(test)]
mod declarations;
mod form;
mod run;
mod setting;
mod typed;

pub use form::{Form, Note};
pub use run::{BACKEND, Backend, RUN_SETTINGS, SPEED, WORKERS};
pub use setting::{Condition, Group, Kind, Misfit, Setting, Value};
pub use typed::{Choice, Integer, Outline, Real, Table, Text, declare, table};
