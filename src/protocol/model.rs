//! What is found in a model file before it is opened.

use serde::{Deserialize, Serialize};

use crate::data::Lexicon;
use crate::settings::Form;

/// A model file that can be opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckedModel {
    /// The settings that describe the model: its own, or those that were at hand.
    pub form: Form,
    /// Steps that it was trained for.
    pub step: usize,
    /// The tokens that it brings; nothing where those at hand are meant.
    pub lexicon: Option<Lexicon>,
    /// What is to be said of it, each with the names that it is about.
    pub remarks: Vec<(ModelRemark, String)>,
}

/// What is to be said of a model file that is opened all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelRemark {
    /// It says nothing of its settings: those at hand fit, and are taken.
    Settings,
    /// It says nothing of its tokens: those of the text at hand fit, and are taken.
    Tokens,
    /// It has tensors that the model does not need, which are left out.
    Extra,
}

impl ModelRemark {
    /// The catalogue key of what is said.
    pub fn key(self) -> &'static str {
        match self {
            ModelRemark::Settings => "notice.model.settings",
            ModelRemark::Tokens => "notice.model.tokens",
            ModelRemark::Extra => "notice.model.extra",
        }
    }
}
